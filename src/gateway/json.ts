import { isUtf8 } from 'node:buffer'
import type { CrossdockError } from '../base/errors.ts'
import { errors } from './errors.ts'
import { inspect } from './json-inspect.ts'

/** Levels of objects and arrays that are taken. */
export const MOST_LEVELS = 32

/** What strict reading gives: the value, or the one reason (with pointers) why there is none. */
export type JsonReading =
  | { readonly value: unknown; readonly error?: undefined }
  | { readonly value?: undefined; readonly error: CrossdockError }

/**
 * Reads JSON strictly: what readers elsewhere could understand differently is refused, never guessed. Refused are
 * duplicate members, `__proto__`, more than {@link MOST_LEVELS} levels, invalid UTF-8, lone surrogates, U+0000 and
 * numbers that a double cannot keep exactly.
 *
 * JSON.parse builds the value; one scan over the bytes looks for anything odd. Only then the exact, slower inspection
 * decides, so an ordinary order pays for the scan alone.
 *
 * @example
 * readJson(Buffer.from('{"qty":1,"qty":100}')).error?.code // 'XD_GATEWAY_JSON_DUPLICATE_KEY'
 */
export function readJson(bytes: Buffer): JsonReading {
  if (!isUtf8(bytes)) return { error: errors.TEXT_INVALID() }
  let value: unknown
  try {
    value = JSON.parse(bytes.toString('utf8'))
  } catch {
    return { error: errors.JSON_MALFORMED() }
  }
  if (looksPlain(bytes)) return { value }
  const error = inspect(bytes)
  return error ? { error } : { value }
}

/** Members of one object the scan remembers; a larger object is inspected. */
const MOST_MEMBERS = 64
const KEY_SLOTS = MOST_LEVELS * MOST_MEMBERS
const keyPrints = new Int32Array(KEY_SLOTS)
const keyStarts = new Int32Array(KEY_SLOTS)
const frameBases = new Int32Array(MOST_LEVELS + 1)

/** Numbers this short, without an exponent, are exact as doubles. */
const SURELY_EXACT_DIGITS = 15

/**
 * True when nothing in these bytes needs a closer look. The bytes are valid JSON already, so a string before a colon is
 * a member's name, and structure need not be checked. One loop on purpose: it runs for every byte that comes in.
 */
function looksPlain(bytes: Buffer): boolean {
  const length = bytes.length
  let depth = 0
  let top = 0
  let at = 0
  while (at < length) {
    const byte = bytes[at] as number
    if (byte === 0x22) {
      const start = at + 1
      let escaped = false
      let c = bytes[++at] as number
      while (c !== 0x22) {
        if (c === 0x5c) {
          escaped = true
          c = bytes[++at] as number
          if (c === 0x75) {
            if (!isPlainEscape(bytes, at + 1)) return false
            at += 4
          }
        }
        c = bytes[++at] as number
      }
      const end = at
      let next = bytes[++at]
      while (next === 0x20 || next === 0x0a || next === 0x0d || next === 0x09) next = bytes[++at]
      if (next !== 0x3a) continue

      if (escaped || isTelling(bytes, start, end)) return false
      const size = end - start
      const print =
        size === 0
          ? 0
          : (size << 24) ^
            ((bytes[start] as number) << 16) ^
            ((bytes[start + (size >> 1)] as number) << 8) ^
            (bytes[end - 1] as number)
      const base = frameBases[depth] as number
      for (let slot = base; slot < top; slot += 1) {
        if (keyPrints[slot] === print && isSameKey(bytes, keyStarts[slot] as number, start, size)) return false
      }
      if (top - base === MOST_MEMBERS) return false
      keyPrints[top] = print
      keyStarts[top] = start
      top += 1
      at += 1
    } else if (byte === 0x7b || byte === 0x5b) {
      depth += 1
      if (depth > MOST_LEVELS) return false
      frameBases[depth] = top
      at += 1
    } else if (byte === 0x7d || byte === 0x5d) {
      top = frameBases[depth] as number
      depth -= 1
      at += 1
    } else if ((byte >= 0x30 && byte <= 0x39) || byte === 0x2d) {
      const start = at
      let c: number | undefined = bytes[++at]
      while (c !== undefined && ((c >= 0x30 && c <= 0x39) || c === 0x2e)) c = bytes[++at]
      if (c === 0x65 || c === 0x45 || at - start > SURELY_EXACT_DIGITS) return false
      if (byte === 0x2d && bytes[start + 1] === 0x30) return false
    } else {
      at += 1
    }
  }
  return true
}

/** The four hex digits of an escape name neither U+0000 nor half of a surrogate pair. */
function isPlainEscape(bytes: Buffer, at: number): boolean {
  const first = (bytes[at] as number) | 0x20
  const second = bytes[at + 1] as number
  if (first === 0x64) return second < 0x38
  return bytes[at] !== 0x30 || second !== 0x30 || bytes[at + 2] !== 0x30 || bytes[at + 3] !== 0x30
}

/** A name that could be `__proto__`, `constructor` or `prototype`: by length and first letters. */
function isTelling(bytes: Buffer, start: number, end: number): boolean {
  const size = end - start
  if (size === 9) {
    const first = bytes[start]
    return (first === 0x5f && bytes[start + 1] === 0x5f) || (first === 0x70 && bytes[end - 1] === 0x65)
  }
  return false
}

function isSameKey(bytes: Buffer, a: number, b: number, size: number): boolean {
  for (let at = 0; at < size; at += 1) {
    if (bytes[a + at] !== bytes[b + at]) return false
  }
  return bytes[a + size] === 0x22
}

/**
 * The bytes of each element of a JSON array that {@link readJson} has read: `[{…}, {…}]` gives two. They are views.
 */
export function elementBytes(bytes: Buffer): Buffer[] {
  const elements: Buffer[] = []
  let depth = 0
  let start = -1
  let end = -1
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] as number
    if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) continue
    const closes = byte === 0x5d || byte === 0x7d
    if (closes) depth -= 1
    if ((depth === 1 && byte === 0x2c) || (depth === 0 && closes)) {
      if (start >= 0) elements.push(bytes.subarray(start, end))
      start = -1
      continue
    }
    if (depth > 0 && start < 0) start = at
    if (byte === 0x5b || byte === 0x7b) depth += 1
    else if (byte === 0x22) at = endOfString(bytes, at)
    end = at + 1
  }
  return elements
}

function endOfString(bytes: Buffer, at: number): number {
  let here = at + 1
  while (bytes[here] !== 0x22) here += bytes[here] === 0x5c ? 2 : 1
  return here
}

/** The lines of NDJSON that are not blank, without their ends. They are views. */
export function* linesOf(bytes: Buffer): Generator<Buffer> {
  let start = 0
  while (start < bytes.length) {
    const found = bytes.indexOf(0x0a, start)
    const end = found < 0 ? bytes.length : found
    const line = bytes.subarray(start, end)
    if (!isBlank(line)) yield line
    start = end + 1
  }
}

function isBlank(line: Buffer): boolean {
  return line.every((byte) => byte === 0x20 || byte === 0x0d || byte === 0x09)
}

/**
 * {@link readJson} in the words of the rooms that take a reader in: the value, or what is wrong and where. Give it to
 * intake, so that folders and doorways are as strict as the doors.
 */
export function readJsonText(
  bytes: Uint8Array,
): { readonly value: unknown; readonly fault?: undefined } | { readonly fault: string; readonly pointer?: string } {
  const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const { value, error } = readJson(buffer)
  if (!error) return { value }
  const pointer = error.faults[0]?.pointer
  return { fault: error.message, ...(pointer === undefined ? {} : { pointer }) }
}
