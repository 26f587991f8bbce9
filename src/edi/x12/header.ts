import { hasByteOrderMark, isBlank, isHeaderStart, isLetterOrDigit, SPACE, textOf } from './bytes.ts'
import { fault } from './faults.ts'
import type { Delimiters, X12Fault } from './reading.ts'

/** An ISA segment, read by its separators. `elements[0]` is ISA01, without padding. */
export interface Header {
  readonly delimiters: Delimiters
  readonly elements: readonly string[]
  /** Place of the first byte after the terminator. */
  readonly end: number
  readonly faults: readonly X12Fault[]
}

/** Why no header could be read, in words that complete "The ISA segment cannot be read: …". */
export interface Unreadable {
  readonly unreadable: string
}

const ELEMENTS = 16
const LENGTH = 106
/** No real ISA comes near this, however badly padded; past it we are reading something else. */
export const LONGEST = 400
/** Where the separators of a correctly padded ISA stand. */
const FIXED = [6, 17, 20, 31, 34, 50, 53, 69, 76, 81, 83, 89, 99, 101, 103]
const FOLLOWERS = /^(?:GS|TA1|IEA|ISB|ISE)$/

/** Finds the next correctly padded ISA at or after `from`; -1 when there is none. */
export function findHeader(bytes: Uint8Array, from: number): number {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = buffer.indexOf('ISA', from, 'latin1')
  while (at >= 0 && !isFixedHeader(bytes, at)) at = buffer.indexOf('ISA', at + 1, 'latin1')
  return at
}

function isFixedHeader(bytes: Uint8Array, at: number): boolean {
  if (!isHeaderStart(bytes, at)) return false
  const separator = bytes[at + 3]
  return FIXED.every((place) => bytes[at + place] === separator)
}

/**
 * Reads the ISA segment at `at`: separators come from the data, never from a list.
 * A wrong length or a wrong number of elements is tolerated and reported, as long as separators and sender can be told.
 */
export function readHeader(bytes: Uint8Array, at: number, end: number, base = 0): Header | Unreadable {
  const element = bytes[at + 3]
  if (element === undefined) return { unreadable: 'it is cut off' }
  const places = separatorPlaces(bytes, at + 3, Math.min(end, at + LONGEST), element)
  const last = places[ELEMENTS - 1]
  if (last !== undefined && last + 2 < end) {
    const read = headerEndingAt(bytes, at, last + 1, places.slice(0, ELEMENTS), end, base)
    if (read) return read
  }
  return headerBeforeGroup(bytes, at, end, places, base)
}

function separatorPlaces(bytes: Uint8Array, from: number, end: number, element: number): number[] {
  const places: number[] = []
  for (let i = from; i < end && places.length < ELEMENTS + 4; i++) if (bytes[i] === element) places.push(i)
  return places
}

/** The usual case: sixteen elements, the sixteenth one character long, the terminator behind it. */
function headerEndingAt(
  bytes: Uint8Array,
  at: number,
  component: number,
  places: readonly number[],
  end: number,
  base: number,
): Header | Unreadable | undefined {
  const terminator = bytes[component + 1]
  if (terminator === undefined || terminator === SPACE || isLetterOrDigit(terminator)) return undefined
  if (!followsWell(bytes, component + 2, end, bytes[at + 3]!)) return undefined
  const length = component + 2 - at
  const faults = length === LENGTH ? [] : [fault('ISA_LENGTH', { tag: 'ISA', offset: base + at }, String(length))]
  return header(bytes, at, places, component + 1, faults)
}

/** After ISA comes GS, TA1 or IEA, or nothing at all. When the terminator doubles as separator anything may come. */
function followsWell(bytes: Uint8Array, from: number, end: number, element: number): boolean {
  let start = from
  while (start < end && (isBlank(bytes[start]!) || hasByteOrderMark(bytes, start))) start++
  if (start >= end) return true
  let stop = start
  while (stop < end && stop < start + 4 && isLetterOrDigit(bytes[stop]!)) stop++
  const tag = textOf(bytes, start, stop)
  if (FOLLOWERS.test(tag)) return true
  return tag.length >= 2 && stop < end && bytes[stop] === element && bytes[from - 1] !== element
    ? /^[A-Z][A-Z0-9]{1,2}$/.test(tag)
    : false
}

/** An ISA with an element too few or too many: it ends where GS (or TA1, IEA) begins. */
function headerBeforeGroup(
  bytes: Uint8Array,
  at: number,
  end: number,
  places: readonly number[],
  base: number,
): Header | Unreadable {
  const stop = nextEnvelopeTag(bytes, at + 4, Math.min(end, at + LONGEST), bytes[at + 3]!)
  if (stop < 0) return { unreadable: places.length < ELEMENTS ? 'it is cut off' : 'no terminator follows ISA16' }
  let terminator = stop - 1
  while (terminator > at && isBlank(bytes[terminator]!)) terminator--
  if (terminator === at + 3 || isLetterOrDigit(bytes[terminator]!)) return { unreadable: 'it has no terminator' }
  // `…*>` and a line end: the line end is the terminator, not the component separator before it
  if (bytes[terminator - 1] === bytes[at + 3] && terminator + 1 < stop) terminator++
  const inside = places.filter((place) => place < terminator)
  if (inside.length < ELEMENTS - 1 || inside.length > ELEMENTS + 1) {
    return { unreadable: `it has ${inside.length} elements instead of ${ELEMENTS}` }
  }
  const faults =
    inside.length === ELEMENTS
      ? [fault('ISA_LENGTH', { tag: 'ISA', offset: base + at }, String(terminator + 1 - at))]
      : [fault('ISA_ELEMENTS', { tag: 'ISA', offset: base + at }, String(inside.length))]
  return header(bytes, at, inside, terminator, faults)
}

function nextEnvelopeTag(bytes: Uint8Array, from: number, end: number, element: number): number {
  for (let i = from; i < end - 2; i++) {
    const length = bytes[i + 2] === element ? 2 : bytes[i + 3] === element ? 3 : 0
    if (length === 0 || isLetterOrDigit(bytes[i - 1]!) || bytes[i - 1] === element) continue
    if (isFollower(bytes, i, length)) return i
  }
  return -1
}

function isFollower(bytes: Uint8Array, at: number, length: number): boolean {
  const first = bytes[at]
  if (length === 2 ? first !== 0x47 : first !== 0x54 && first !== 0x49) return false // G, T, I
  return FOLLOWERS.test(textOf(bytes, at, at + length))
}

function header(
  bytes: Uint8Array,
  at: number,
  places: readonly number[],
  terminator: number,
  faults: readonly X12Fault[],
): Header | Unreadable {
  const elements = places.map((place, i) => textOf(bytes, place + 1, places[i + 1] ?? terminator).trim())
  const sixteen = aligned(elements)
  if (sixteen[5] === '') return { unreadable: 'it names no sender' }
  const component = bytes[places.at(-1)! + 1]!
  const delimiters = withRepetition({ element: bytes[at + 3]!, segment: bytes[terminator]!, component }, sixteen)
  return { delimiters, elements: sixteen, end: terminator + 1, faults }
}

/** Sender and receiver are counted from the left, everything after them from the right. */
function aligned(elements: readonly string[]): string[] {
  if (elements.length === ELEMENTS) return [...elements]
  return [...elements.slice(0, 8), ...elements.slice(-8)]
}

/**
 * From version 00402 on ISA11 is the repetition separator; before, it is the letter U for the standards body.
 * Partners write a separator there in old versions too, and mean it.
 */
function withRepetition(delimiters: Delimiters, elements: readonly string[]): Delimiters {
  const candidate = elements[10] ?? ''
  const byte = candidate.charCodeAt(0)
  if (candidate.length !== 1 || byte >= 0x80 || isLetterOrDigit(byte)) return delimiters
  if (byte === delimiters.element || byte === delimiters.segment || byte === delimiters.component) return delimiters
  return { ...delimiters, repetition: byte }
}
