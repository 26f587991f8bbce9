import type { Decision, Input, Room } from '../journal/contract.ts'

/**
 * How an item goes on its way, as its event says too. `again`: a new request under the same key. `redelivery`: the request that waits is tried
 * again. `reissue`: a new request under a new key, for a new effect.
 */
export type Way = 'again' | 'redelivery' | 'reissue'

/** What a replay puts into the journal of the subject whose request it repeats. */
export interface ReplayItem {
  readonly job: string
  readonly n: number
  readonly by: string
  readonly reason: string
  readonly way: Way
  /** The original: its place, and what it said. */
  readonly position: number
  readonly target: string
  readonly verb: string
  readonly key: string
  readonly chain: string
  readonly args: Record<string, unknown>
  /** The bytes to send, one character each; absent for a redelivery, which has its own. */
  readonly body?: string
  /** The key of a new effect. */
  readonly newKey?: string
  /** The target has had it: its answer says nothing new to the process. */
  readonly repeats: boolean
}

export const REPLAY_ITEM = 'replay.item'

/** Mark in a request's `args`: which item of which job it is sent for. */
export const itemName = (job: string, n: number): string => `${job}/${n}`

/**
 * A room without state that also plans requests again, beside the originals: the event links to the original, the
 * request carries its key. The bytes are kept with it, so that they are the same whatever becomes of the mapping. It
 * rides in another stateless room, so that no subject pays for one more.
 */
export function replaying(room: Room<null>): Room<null> {
  return {
    ...room,
    decide: (state, input, context) =>
      input.kind === 'arrival' && input.type === REPLAY_ITEM
        ? decide(input.data as ReplayItem)
        : (room.decide(state, input, context) ?? (input.kind === 'answer' ? repeated(input) : undefined)),
  }
}

/** What the target says of a request that a replay sent: only it knows whether that was the second time. */
function repeated({ request, outcome }: Extract<Input, { kind: 'answer' }>): Decision | undefined {
  if (outcome.result !== 'done' || !outcome.repeat) return undefined
  const { position, target, args } = request
  const { replay } = args as { readonly replay?: string }
  if (replay === undefined) return undefined
  return { events: [{ type: 'delivery.repeated', data: { position, target, replay } }] }
}

function decide(item: ReplayItem): Decision {
  const { job, n, by, reason, way, position, target, verb, key, chain, args, body, newKey, repeats } = item
  const data = { job, n, position, target, verb, key, way, by, reason, ...(newKey === undefined ? {} : { newKey }) }
  const event = { type: 'delivery.replayed', data, source: by } as const
  if (way === 'redelivery' || body === undefined) return { events: [event] } // delivery hears it
  const request = {
    target,
    verb,
    key: newKey ?? key,
    chain,
    args: { ...args, replay: itemName(job, n), ...(repeats ? { repeats } : {}) },
    body: Buffer.from(body, 'latin1'),
    keep: true,
    priority: 3, // bulk: it never stands before what is new
  }
  return { events: [event], requests: [request] }
}
