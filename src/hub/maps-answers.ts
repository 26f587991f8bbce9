import type { HubDefinition } from '../config/define-hub.ts'
import type { Connection, Connector, Outcome, Outgoing } from '../connectors/contract.ts'
import { type AnyMap, isFieldMap } from '../documents/map/map.ts'

type Answers = Readonly<Record<string, AnyMap>>

/** The ways to systems, with the answers of those whose JSON is their own made ours. */
export function mappingAnswers(
  connectors: Readonly<Record<string, Connector>>,
  { systems }: Pick<HubDefinition, 'systems'>,
  now: () => number,
): Record<string, Connector> {
  return Object.fromEntries(
    Object.entries(connectors).map(([name, connector]) => {
      const answers = systems[name]?.maps?.answers
      return [name, answers ? mapping(connector, answers, now) : connector]
    }),
  )
}

function mapping(connector: Connector, answers: Answers, now: () => number): Connector {
  const ours = (outcome: Outcome, { verb }: Outgoing) => oursOf(outcome, answers[verb], now())
  return {
    ...connector,
    open: async (ports) => {
      const connection = await connector.open(ports)
      const { ask } = connection
      const mapped: Connection = {
        send: async (requests, timeoutMs) => {
          const outcomes = await connection.send(requests, timeoutMs)
          return Promise.all(outcomes.map((outcome, at) => ours(outcome, requests[at] as Outgoing)))
        },
        ...(ask
          ? { ask: async (request, timeoutMs) => ours(await ask.call(connection, request, timeoutMs), request) }
          : {}),
        close: () => connection.close(),
      }
      return mapped
    },
  }
}

/** An answer that its map can make nothing of has said nothing: how it ended is unknown, and is asked for again. */
async function oursOf(outcome: Outcome, map: AnyMap | undefined, now: number): Promise<Outcome> {
  if (!map || (outcome.result !== 'done' && outcome.result !== 'refused') || outcome.answer === undefined)
    return outcome
  const { value, faults } = isFieldMap(map) ? map.run(outcome.answer) : await map.run(outcome.answer, now)
  if (!faults) return { ...outcome, answer: value as Record<string, unknown> }
  const [first] = faults
  const reason = `the map ${map.name} makes nothing of its answer: ${first?.source} to ${first?.pointer}: ${first?.detail}`
  return { result: 'unknown', reason }
}
