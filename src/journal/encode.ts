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

const decoder = new TextDecoder()

/**
 * Turns an event into the row the store keeps. What equals the default is left out of the body. The envelope is put
 * together as text around the data: half the time of stringifying an object with mostly absent members.
 */
export function encodeEvent(event: JournalEvent): StoredEntry {
  let text = `{"s":${quoted(event.source)},"c":${quoted(event.correlation)}`
  if (event.version !== 1) text += `,"v":${event.version}`
  if (event.occurredAt !== event.at) text += `,"o":${event.occurredAt}`
  if (event.sequence !== undefined) text += `,"q":${event.sequence}`
  if (event.cause !== undefined) text += `,"w":"${event.cause}"`
  if (event.receipt !== undefined) text += `,"r":${quoted(event.receipt)}`
  text += `,"d":${JSON.stringify(event.data)}}`
  return {
    lane: event.lane,
    position: event.position,
    type: eventCodes[event.type],
    subject: event.subject,
    at: event.at,
    body: Buffer.from(text),
  }
}

const PLAIN = /^[\w.:/ -]*$/

/** A string as JSON; names of systems and ids need no escaping, and most are those. */
function quoted(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text)
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
