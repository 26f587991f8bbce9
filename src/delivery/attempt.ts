import type { Connection, Outcome, Outgoing } from '../connectors/contract.ts'
import type { PlannedRequest } from '../journal/contract.ts'
import type { Lot } from './lot.ts'
import type { Parcel } from './parcel.ts'

/** Less time than this before the lease ends is not worth an attempt. */
export const LEAST_ATTEMPT_MS = 2_000

/** What an attempt needs. */
export interface AttemptPorts {
  /** What is left of the lease, less a margin: after it another instance may hold the lane and make its own attempt. */
  readonly timeLeftMs: () => number
  /** Living instances: the rate of a target is theirs together. */
  readonly sharers: () => number
  /** Class C: writes down that an attempt begins. False when it could not be written: then nothing may be sent. */
  readonly declare: (parcel: Parcel) => Promise<boolean>
  readonly render: (request: PlannedRequest) => Promise<Uint8Array>
  readonly conclude: (parcel: Parcel, outcome: Outcome) => void
  /** Nothing was sent: back into the line. */
  readonly putBack: (parcel: Parcel) => void
  /** What was planned cannot be made again: a person has to look. */
  readonly unrenderable: (parcel: Parcel, error: unknown) => void
}

/**
 * One attempt of a batch: what may have taken effect before is asked for first, class C is declared, the rest is sent.
 * Each parcel hears its outcome as soon as it is known, or goes back into the line.
 */
export async function attempt(lot: Lot, parcels: readonly Parcel[], now: () => number, ports: AttemptPorts) {
  const sending = parcels.filter((parcel) => !parcel.askFirst)
  const asking = parcels.filter((parcel) => parcel.askFirst)
  if (asking.length > 0) sending.push(...(await askAll(lot, asking, now, ports)))
  const ready: Parcel[] = []
  const outgoing: Outgoing[] = []
  const isBlind = lot.target.connector.deliveryClass === 'C'
  const take = (parcel: Parcel, request: Outgoing) => {
    ready.push(parcel)
    outgoing.push(request)
  }
  if (isBlind || asking.length > 0 || sending.some((parcel) => parcel.body === undefined)) {
    const prepared = await Promise.all(sending.map((parcel) => prepare(lot, parcel, ports)))
    sending.forEach((parcel, at) => {
      const request = prepared[at]
      if (request && lot.isFirst(parcel)) take(parcel, request)
      else if (request) ports.putBack(parcel) // its lane went meanwhile, and its new owner sends it
    })
  } else for (const parcel of sending) take(parcel, outgoingOf(parcel, parcel.body as Uint8Array))
  if (ready.length === 0) return
  const timeoutMs = timeLeft(lot, ports)
  if (timeoutMs < leastOf(lot)) {
    for (const parcel of ready) ports.putBack(parcel)
    return
  }
  for (const parcel of ready) {
    if (parcel.attempts === 0) lot.budget.attempted()
    parcel.attempts += 1
  }
  const outcomes = await send(lot.target.connection, outgoing, timeoutMs)
  ready.forEach((parcel, at) => {
    ports.conclude(parcel, outcomes[at] ?? { result: 'unknown', reason: 'the connector gave no outcome' })
  })
}

/** Asks for each; answers those that are not there yet and have to be sent. */
async function askAll(lot: Lot, asking: readonly Parcel[], now: () => number, ports: AttemptPorts): Promise<Parcel[]> {
  const outcomes = await Promise.all(asking.map((parcel) => ask(lot, parcel, ports)))
  const missing: Parcel[] = []
  asking.forEach((parcel, at) => {
    const outcome = outcomes[at]
    if (!outcome) return
    if (outcome.result === 'later') missing.push(parcel)
    else ports.conclude(parcel, outcome)
  })
  lot.pace?.spend(now(), missing.length, ports.sharers())
  return missing
}

async function ask(lot: Lot, parcel: Parcel, ports: AttemptPorts): Promise<Outcome | undefined> {
  const { connection } = lot.target
  const body = await bodyOf(parcel, ports)
  if (!body) return undefined
  if (!connection.ask) return { result: 'later', reason: 'cannot be asked' }
  try {
    return await connection.ask(outgoingOf(parcel, body), timeLeft(lot, ports))
  } catch (error) {
    return { result: 'unknown', reason: String(error) }
  }
}

/** What is sent of a parcel; undefined when it went another way. */
async function prepare(lot: Lot, parcel: Parcel, ports: AttemptPorts): Promise<Outgoing | undefined> {
  const body = await bodyOf(parcel, ports)
  if (!body) return undefined
  if (lot.target.connector.deliveryClass !== 'C' || (await ports.declare(parcel))) return outgoingOf(parcel, body)
  ports.putBack(parcel)
  return undefined
}

/** The bytes as planned, made again when they were let go; undefined when that cannot be done now. */
async function bodyOf(parcel: Parcel, ports: AttemptPorts): Promise<Uint8Array | undefined> {
  if (parcel.body !== undefined) return parcel.body
  try {
    parcel.body = await ports.render(parcel.request)
  } catch (error) {
    ports.unrenderable(parcel, error)
  }
  return parcel.body
}

function outgoingOf(parcel: Parcel, body: Uint8Array): Outgoing {
  const { request } = parcel
  return {
    key: deliveryKey(request),
    verb: request.verb,
    body,
    ...(parcel.content === undefined ? {} : { content: parcel.content }),
    attempt: parcel.attempts + 1,
    args: request.args,
  }
}

async function send(connection: Connection, outgoing: readonly Outgoing[], timeoutMs: number) {
  try {
    return await connection.send(outgoing, timeoutMs)
  } catch (error) {
    return outgoing.map((): Outcome => ({ result: 'unknown', reason: String(error) }))
  }
}

const timeLeft = (lot: Lot, ports: AttemptPorts): number =>
  Math.max(1, Math.min(lot.target.connector.timeoutMs, ports.timeLeftMs()))

/** The least time an attempt at this target is worth making for. */
export const leastOf = (lot: Lot): number => Math.min(lot.target.connector.timeoutMs, LEAST_ATTEMPT_MS)

/** The key a target sees: from business identity, never from positions. */
export function deliveryKey(request: PlannedRequest): string {
  return `${request.target}:${request.verb}:${request.key}`
}
