import { assert } from '../base/errors.ts'
import { type EventData, type EventType, eventCodes, eventName } from '../lifecycle/events.ts'
import type { StoredEntry } from '../store/contract.ts'
import type { JournalEvent } from './contract.ts'

/** Envelope version of the encoded body; a reader refuses a higher one. */
export const ENVELOPE_VERSION = 1

/** The short member names in which the rest of an entry is stored beside its columns. */
interface Envelope {
  readonly e?: number
  readonly v?: number
  readonly o?: number
  readonly s: string
  readonly q?: number
  readonly c: string
  readonly w?: string
  readonly r?: string
  readonly d: unknown
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** Turns an event into the row the store keeps. What equals the default is left out of the body. */
export function encodeEvent(event: JournalEvent): StoredEntry {
  const envelope: Envelope = {
    v: event.version === 1 ? undefined : event.version,
    o: event.occurredAt === event.at ? undefined : event.occurredAt,
    s: event.source,
    q: event.sequence,
    c: event.correlation,
    w: event.cause,
    r: event.receipt,
    d: event.data,
  }
  return {
    lane: event.lane,
    position: event.position,
    type: eventCodes[event.type],
    subject: event.subject,
    at: event.at,
    body: encoder.encode(JSON.stringify(envelope)),
  }
}

/** The event a stored row holds. A type this version does not know is an assertion: lanes of a newer format are not taken. */
export function decodeEvent(entry: StoredEntry): JournalEvent {
  const type = eventName(entry.type)
  assert(type !== undefined, `event type ${entry.type} at ${entry.lane}/${entry.position} is unknown`)
  const envelope = JSON.parse(decoder.decode(entry.body)) as Envelope
  assert((envelope.e ?? 1) <= ENVELOPE_VERSION, `envelope version ${envelope.e} is newer than this program`)
  return {
    lane: entry.lane,
    position: entry.position,
    type,
    version: envelope.v ?? 1,
    subject: entry.subject,
    at: entry.at,
    occurredAt: envelope.o ?? entry.at,
    source: envelope.s,
    sequence: envelope.q,
    correlation: envelope.c,
    cause: envelope.w,
    receipt: envelope.r,
    data: envelope.d as EventData[EventType],
  }
}
