import type { Decision, Input, NewRequest, Room } from '../journal/contract.ts'
import type { EventData } from '../lifecycle/events.ts'

/** What delivery tells a subject's journal when a request did not simply go through. */
export type DeliveryNote = {
  readonly [T in
    | 'delivery.waiting'
    | 'delivery.parked'
    | 'delivery.in_doubt'
    | 'delivery.attempting'
    | 'delivery.redelivered']: {
    readonly type: T
    readonly data: EventData[T]
  }
}['delivery.waiting' | 'delivery.parked' | 'delivery.in_doubt' | 'delivery.attempting' | 'delivery.redelivered']

/** The input that carries a note to the subject whose request it is. */
export function noteInput(subject: string, note: DeliveryNote, now: number): Input {
  return { kind: 'arrival', type: note.type, subject, source: 'delivery', occurredAt: now, data: note.data }
}

/** The input by which anybody asks for a delivery to be made again; the owner of its lane does it. */
export function redeliveryInput(subject: string, position: number, by: string, now: number): Input {
  return noteInput(subject, { type: 'delivery.redelivered', data: { position, by } }, now)
}

const notes = new Set([
  'delivery.waiting',
  'delivery.parked',
  'delivery.in_doubt',
  'delivery.attempting',
  'delivery.redelivered',
  'subject.parked',
])

/** A request that was refused is planned once more under its own key: the data of the arrival `delivery.again`. */
export interface AskAgain extends Pick<NewRequest, 'target' | 'verb' | 'key' | 'args'> {
  readonly chain: string
  /** As latin1, so that it can wait in an inbox. */
  readonly body: string
}

/** Writes what became of requests into the journal of the subject that planned them. Keeps no state. */
export function deliveryRoom(about: string): Room<null> {
  return {
    name: 'delivery',
    about,
    initial: () => null,
    load: () => null,
    save: () => null,
    fold: () => false,
    decide: (_state, input): Decision | undefined => {
      if (input.kind === 'arrival' && notes.has(input.type)) {
        return { events: [{ type: input.type, data: input.data } as never] }
      }
      if (input.kind === 'arrival' && input.type === 'delivery.again') {
        const { body, ...request } = input.data as AskAgain
        return { requests: [{ ...request, body: Buffer.from(body, 'latin1'), keep: true }] }
      }
      if (input.kind !== 'answer' || input.outcome.result !== 'refused') return undefined
      const { position, target, verb, key } = input.request
      const { reason, retry } = input.outcome
      return { events: [{ type: 'delivery.refused', data: { position, target, verb, key, reason, retry } }] }
    },
  }
}
