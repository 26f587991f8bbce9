import { LARGEST_QUANTITY } from '../base/quantity.ts'
import type { DocumentFaultName } from './faults.ts'

/** What a figure may be: `counted` above zero, `possible` zero too, `signed` anything; `places` after the point. */
export interface FigureRule {
  readonly least: 'counted' | 'possible' | 'signed'
  readonly places: number
}

export const COUNTED: FigureRule = { least: 'counted', places: 6 }
export const POSSIBLE: FigureRule = { least: 'possible', places: 6 }
export const SIGNED: FigureRule = { least: 'signed', places: 6 }
/** Money, in the currency that has the most places. */
export const MONEY: FigureRule = { least: 'signed', places: 3 }

/** Text of a figure in its one form (no sign `+`, no zeros in front, a digit before the point), or why it is none. */
export type Figure =
  | { readonly text: string; readonly fault?: undefined }
  | { readonly fault: DocumentFaultName; readonly about: readonly string[] }

const ZERO = 0x30
const NINE = 0x39
const WHOLE_DIGITS = 10

const POINT = 0x2e
const MINUS = 0x2d

/**
 * True for a figure in its one form that the rule allows: a sign where there may be one, no zeros in front, at most nine
 * digits before the point, some behind it. What is written otherwise, or is zero with a sign, is looked at by {@link figure}.
 */
export function isOrdinary(text: string, { least, places }: FigureRule): boolean {
  const { length } = text
  const isNegative = text.charCodeAt(0) === MINUS
  if (isNegative && least !== 'signed') return false
  const first = isNegative ? 1 : 0
  let isZero = true
  let at = first
  for (; at < length; at += 1) {
    const code = text.charCodeAt(at)
    if (code < ZERO || code > NINE) break
    if (code !== ZERO) isZero = false
  }
  const whole = at - first
  if (whole === 0 || whole > 9 || (whole > 1 && text.charCodeAt(first) === ZERO)) return false
  if (at < length) {
    const fraction = length - at - 1
    if (text.charCodeAt(at) !== POINT || fraction === 0 || fraction > places) return false
    for (at += 1; at < length; at += 1) {
      const code = text.charCodeAt(at)
      if (code < ZERO || code > NINE) return false
      if (code !== ZERO) isZero = false
    }
  }
  return isZero ? !isNegative && least !== 'counted' : true
}

const FIGURE = /^(-?)(\d*)(?:\.(\d+))?$/

/**
 * Reads a figure written with an explicit point (X12 type R, JSON text). Nothing is coerced: `1O`, `1,234`, `1e3` are faults.
 *
 * @example
 * figure('.50', POSSIBLE) // { text: '0.50' }
 * figure('1O', COUNTED) // { fault: 'NUMBER_MALFORMED', about: ['1O'] }
 */
export function figure(text: string, rule: FigureRule): Figure {
  if (isOrdinary(text, rule)) return { text }
  const match = FIGURE.exec(text)
  if (!match || (match[2] === '' && match[3] === undefined)) return malformed(text)
  const whole = (match[2] as string).replace(/^0+(?=\d)/, '') || '0'
  const fraction = match[3]
  if (fraction && fraction.length > rule.places) return { fault: 'NUMBER_SCALE', about: [text, String(rule.places)] }
  const size = fraction ? `${whole}.${fraction}` : whole
  const isZero = !/[1-9]/.test(size)
  return inRange(text, match[1] === '-' && !isZero ? `-${size}` : size, isZero, rule)
}

function malformed(text: string): Figure {
  if (/^-?\d[\d.]*,[\d.,]*$/.test(text)) return { fault: 'NUMBER_AMBIGUOUS', about: [text] }
  if (/^[-+]?\d+(\.\d+)?[eE][-+]?\d+$/.test(text)) {
    return { fault: 'NUMBER_OUT_OF_RANGE', about: [text, 'plain digits without an exponent'] }
  }
  return { fault: 'NUMBER_MALFORMED', about: [text] }
}

function inRange(text: string, value: string, isZero: boolean, rule: FigureRule): Figure {
  const outside = (range: string): Figure => ({ fault: 'NUMBER_OUT_OF_RANGE', about: [text, range] })
  if (rule.least === 'counted' && (isZero || value.startsWith('-'))) return outside('above zero')
  if (rule.least === 'possible' && value.startsWith('-')) return outside('zero or above')
  const whole = value.replace('-', '').split('.')[0] as string
  if (whole.length > WHOLE_DIGITS || BigInt(whole) >= BigInt(LARGEST_QUANTITY)) {
    if (!isLargest(value)) return outside(`at most ${LARGEST_QUANTITY}`)
  }
  return { text: value }
}

function isLargest(value: string): boolean {
  return new RegExp(`^-?${LARGEST_QUANTITY}(\\.0+)?$`).test(value)
}
