import type { CrossdockError, FieldFault } from '../base/errors.ts'
import { errors } from './errors.ts'
import { MOST_LEVELS } from './json.ts'

/** Places that are reported, then looking ends; and characters of a pointer. */
const MOST_FAULTS = 20
const LONGEST_POINTER = 200

/** The kinds of fault, the gravest first: the answer is about the gravest that was found, at all its places. */
const KINDS = ['tooDeep', 'forbidden', 'duplicate', 'text', 'number'] as const
type Kind = (typeof KINDS)[number]

const DETAILS: Readonly<Record<Kind, string>> = {
  tooDeep: 'is nested too deep',
  forbidden: 'is a name that is not allowed',
  duplicate: 'is there twice',
  text: 'has a lone surrogate or U+0000',
  number: 'cannot be kept exactly; send it as text',
}

interface Frame {
  /** Names seen, for an object; undefined for an array. */
  readonly names: Set<string> | undefined
  /** The member or index being read. */
  step: string | number
  /** This object is the value of a member `constructor`. */
  readonly ofConstructor: boolean
}

/**
 * Looks at every member, text and number of valid JSON, and answers the gravest thing wrong with it, or undefined when
 * it was only unusual (many members, an exponent). Work grows with the bytes, never with their square.
 */
export function inspect(bytes: Buffer): CrossdockError | undefined {
  const faults: Record<Kind, FieldFault[]> = { tooDeep: [], forbidden: [], duplicate: [], text: [], number: [] }
  const frames: Frame[] = []

  let found = 0
  const report = (kind: Kind) => {
    found += 1
    faults[kind].push({ pointer: pointerTo(frames), detail: DETAILS[kind] })
  }
  const name = (text: string, isEscaped: boolean) => {
    const frame = frames.at(-1) as Frame
    frame.step = text
    if (frame.names?.has(text)) report('duplicate')
    frame.names?.add(text)
    if (text === '__proto__' || (text === 'prototype' && frame.ofConstructor)) report('forbidden')
    if (isEscaped && isOddText(text)) report('text')
  }

  let at = 0
  while (at < bytes.length && found < MOST_FAULTS) {
    const byte = bytes[at] as number
    if (byte === 0x22) {
      const end = endOfString(bytes, at)
      const colon = afterBlanks(bytes, end)
      if (bytes[colon] === 0x3a) {
        const isEscaped = hasEscape(bytes, at, end)
        name(textOf(bytes, at, end, isEscaped), isEscaped)
        at = colon + 1
      } else {
        if (hasEscape(bytes, at, end) && isOddText(textOf(bytes, at, end, true))) report('text')
        at = end
      }
    } else if (byte === 0x7b || byte === 0x5b) {
      const ofConstructor = byte === 0x7b && frames.at(-1)?.step === 'constructor'
      frames.push({ names: byte === 0x7b ? new Set() : undefined, step: byte === 0x7b ? '' : 0, ofConstructor })
      if (frames.length > MOST_LEVELS) return errors.JSON_TOO_DEEP.with([], MOST_LEVELS)
      at += 1
    } else if (byte === 0x7d || byte === 0x5d) {
      frames.pop()
      at += 1
    } else if (byte === 0x2c) {
      const frame = frames.at(-1) as Frame
      if (typeof frame.step === 'number') frame.step += 1
      at += 1
    } else if (byte === 0x2d || (byte >= 0x30 && byte <= 0x39)) {
      const end = endOfNumber(bytes, at)
      if (!isExact(bytes.toString('latin1', at, end))) report('number')
      at = end
    } else {
      at += 1
    }
  }
  return gravest(faults)
}

function gravest(faults: Record<Kind, FieldFault[]>): CrossdockError | undefined {
  if (faults.forbidden.length > 0) return errors.JSON_FORBIDDEN_KEY.with(faults.forbidden)
  if (faults.duplicate.length > 0) return errors.JSON_DUPLICATE_KEY.with(faults.duplicate)
  if (faults.text.length > 0) return errors.TEXT_INVALID.with(faults.text)
  if (faults.number.length > 0) return errors.NUMBER_OUT_OF_RANGE.with(faults.number)
  return undefined
}

/** RFC 6901, cut when it would be long: the name in it came from the caller. */
function pointerTo(frames: readonly Frame[]): string {
  const steps = frames.map(({ step }) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`)
  return steps.join('').slice(0, LONGEST_POINTER).toWellFormed()
}

function isOddText(text: string): boolean {
  return text.includes('\u0000') || !text.isWellFormed()
}

function endOfString(bytes: Buffer, at: number): number {
  let here = at + 1
  while (bytes[here] !== 0x22) here += bytes[here] === 0x5c ? 2 : 1
  return here + 1
}

function afterBlanks(bytes: Buffer, at: number): number {
  let here = at
  while (bytes[here] === 0x20 || bytes[here] === 0x0a || bytes[here] === 0x0d || bytes[here] === 0x09) here += 1
  return here
}

function hasEscape(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) {
    if (bytes[at] === 0x5c) return true
  }
  return false
}

function textOf(bytes: Buffer, start: number, end: number, isEscaped: boolean): string {
  if (isEscaped) return JSON.parse(bytes.toString('utf8', start, end)) as string
  return bytes.toString('utf8', start + 1, end - 1)
}

function endOfNumber(bytes: Buffer, at: number): number {
  let here = at + 1
  while (here < bytes.length && isNumberByte(bytes[here] as number)) here += 1
  return here
}

function isNumberByte(byte: number): boolean {
  return (
    (byte >= 0x30 && byte <= 0x39) || byte === 0x2e || byte === 0x65 || byte === 0x45 || byte === 0x2b || byte === 0x2d
  )
}

/** A double gives 15 digits back as they were, as long as it is not among the very smallest. */
const SURELY_EXACT_LENGTH = 15
const SMALLEST_PLAIN = 1e-290

/**
 * Whether a double keeps this number as it is written: what it prints names the same decimal. Whole numbers must be
 * below 2^53, and zero has no sign.
 */
export function isExact(written: string): boolean {
  const value = Number(written)
  if (!Number.isFinite(value) || Object.is(value, -0)) return false
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) return false
  const isShort = written.length <= SURELY_EXACT_LENGTH && Math.abs(value) > SMALLEST_PLAIN
  if (isShort || String(value) === written) return true
  return digitsOf(written) === digitsOf(String(value))
}

/** Sign, significant digits and power of ten: one text for one decimal value. */
function digitsOf(written: string): string {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(written)
  if (!match) return written
  const fraction = match[3] ?? ''
  const digits = `${match[2]}${fraction}`.replace(/^0+/, '')
  const significant = digits.replace(/0+$/, '')
  if (significant === '') return '0'
  const power = Number(match[4] ?? 0) - fraction.length + digits.length - significant.length
  return `${match[1]}${significant}e${power}`
}
