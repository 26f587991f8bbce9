import { errors } from './duration.ts'

/**
 * An exact decimal number: `units` divided by ten to the `scale`. Never a binary float.
 * On the wire and in events it is text; this form lives only while something is worked out.
 */
export interface Decimal {
  readonly units: bigint
  readonly scale: number
}

/** How a division or a cut to fewer places decides: half away from zero, up, down, or banker's. */
export type Rounding = 'half-away' | 'half-even' | 'up' | 'down'

const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/

/** Reads `'-12.50'` exactly. Throws `XD_BASE_DECIMAL` for anything that is not plain digits with at most one point. */
export function decimal(text: string): Decimal {
  return smallDecimal(text) ?? anyDecimal(text)
}

const MOST_SMALL = 15

/** What nearly every figure is: few enough characters to be counted in a number, which is exact up to there. */
function smallDecimal(text: string): Decimal | undefined {
  const { length } = text
  if (length === 0 || length > MOST_SMALL) return undefined
  const isNegative = text.charCodeAt(0) === 0x2d
  let units = 0
  let point = -1
  const first = isNegative ? 1 : 0
  for (let at = first; at < length; at += 1) {
    const digit = text.charCodeAt(at) - 0x30
    if (digit >= 0 && digit <= 9) units = units * 10 + digit
    else if (digit === -2 && point < 0) point = at
    else return undefined
  }
  if (point === first || point === length - 1 || first === length) return undefined
  return { units: BigInt(isNegative ? -units : units), scale: point < 0 ? 0 : length - point - 1 }
}

function anyDecimal(text: string): Decimal {
  const match = DECIMAL.exec(text)
  if (!match) throw errors.DECIMAL(text)
  const fraction = match[3] ?? ''
  const units = BigInt((match[2] as string) + fraction)
  return { units: match[1] ? -units : units, scale: fraction.length }
}

/** True for text that {@link decimal} reads. */
export function isDecimal(text: string): boolean {
  return DECIMAL.test(text)
}

/** Writes a decimal as text with exactly its scale, `'19.90'`; `plain` drops zeros at the end, `'19.9'`. */
export function decimalText(value: Decimal, plain = false): string {
  const negative = value.units < 0n
  const digits = (negative ? -value.units : value.units).toString().padStart(value.scale + 1, '0')
  const whole = digits.slice(0, digits.length - value.scale)
  let fraction = value.scale > 0 ? digits.slice(-value.scale) : ''
  if (plain) fraction = fraction.replace(/0+$/, '')
  const sign = negative && (whole !== '0' || /[1-9]/.test(fraction)) ? '-' : ''
  return sign + whole + (fraction ? `.${fraction}` : '')
}

const TENS = Array.from({ length: 40 }, (_, power) => 10n ** BigInt(power))
const ten = (power: number): bigint => TENS[power] ?? 10n ** BigInt(power)

function aligned(a: Decimal, b: Decimal): [bigint, bigint, number] {
  if (a.scale === b.scale) return [a.units, b.units, a.scale]
  return a.scale > b.scale
    ? [a.units, b.units * ten(a.scale - b.scale), a.scale]
    : [a.units * ten(b.scale - a.scale), b.units, b.scale]
}

export function add(a: Decimal, b: Decimal): Decimal {
  const [x, y, scale] = aligned(a, b)
  return { units: x + y, scale }
}

export function subtract(a: Decimal, b: Decimal): Decimal {
  const [x, y, scale] = aligned(a, b)
  return { units: x - y, scale }
}

export function multiply(a: Decimal, b: Decimal): Decimal {
  return { units: a.units * b.units, scale: a.scale + b.scale }
}

/** -1, 0 or 1, as `a` is below, equal to or above `b`; scale does not matter. */
export function compare(a: Decimal, b: Decimal): -1 | 0 | 1 {
  const [x, y] = aligned(a, b)
  return x < y ? -1 : x > y ? 1 : 0
}

/** The value at `scale` places. Every cut names how it rounds. */
export function rounded(value: Decimal, scale: number, rounding: Rounding = 'half-away'): Decimal {
  if (scale >= value.scale) return { units: value.units * ten(scale - value.scale), scale }
  return { units: divideRounded(value.units, ten(value.scale - scale), rounding), scale }
}

/** `a / b` at `scale` places. `b` must not be zero. */
export function divide(a: Decimal, b: Decimal, scale: number, rounding: Rounding = 'half-away'): Decimal {
  const shift = scale + b.scale - a.scale
  const numerator = shift >= 0 ? a.units * ten(shift) : a.units
  const denominator = shift >= 0 ? b.units : b.units * ten(-shift)
  return { units: divideRounded(numerator, denominator, rounding), scale }
}

function divideRounded(numerator: bigint, denominator: bigint, rounding: Rounding): bigint {
  const negative = numerator < 0n !== denominator < 0n
  const n = numerator < 0n ? -numerator : numerator
  const d = denominator < 0n ? -denominator : denominator
  const whole = n / d
  const rest = n % d
  const twice = rest * 2n
  const goesUp =
    rest !== 0n &&
    (rounding === 'up' ||
      (rounding === 'half-away' && twice >= d) ||
      (rounding === 'half-even' && (twice > d || (twice === d && whole % 2n === 1n))))
  const size = goesUp ? whole + 1n : whole
  return negative ? -size : size
}
