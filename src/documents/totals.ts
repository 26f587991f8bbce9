import { add, compare, type Decimal, decimal, subtract } from '../base/decimal.ts'
import { extended, minorUnits } from '../base/money.ts'
import type { Charge, LinePrice } from './shapes.ts'

export const NOTHING: Decimal = { units: 0n, scale: 0 }

/** A line with a quantity and a price. */
export interface Priced {
  readonly quantity: string
  readonly uom: string
  readonly price?: LinePrice
}

/** What a line is worth by its own price, rounded once; undefined without a price, or with one in another unit. */
export function lineAmount({ quantity, uom, price }: Priced, currency: string): string | undefined {
  if (price === undefined || (price.uom !== undefined && price.uom !== uom)) return undefined
  return extended(quantity, { amount: price.amount, per: price.per ?? 1, uom, currency }).amount
}

/** Digits and scale of a plain figure as safe integers; undefined when it has too many of them. */
function folded(text: string): { readonly units: number; readonly scale: number } | undefined {
  if (text.length > 15) return undefined
  let units = 0
  let scale = -1
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === 0x2e) scale = 0
    else if (code < 0x30 || code > 0x39) return undefined
    else {
      units = units * 10 + (code - 0x30)
      if (scale >= 0) scale += 1
    }
  }
  return { units, scale: Math.max(0, scale) }
}

/**
 * What a line is worth in the currency's smallest unit (of `minorPlaces` places), rounded half away from zero: exact, in safe integers, many times
 * faster than {@link lineAmount}. Undefined when the numbers are too large for that, below zero, or not comparable.
 */
export function lineMinorUnits({ quantity, uom, price }: Priced, minorPlaces: number): number | undefined {
  if (price === undefined || (price.uom !== undefined && price.uom !== uom)) return undefined
  const count = folded(quantity)
  const each = folded(price.amount)
  if (count === undefined || each === undefined) return undefined
  const product = 2 * count.units * each.units
  const places = count.scale + each.scale - minorPlaces
  const raised = places < 0 ? product * 10 ** -places : product
  const divisor = (price.per ?? 1) * (places > 0 ? 10 ** places : 1)
  if (raised > Number.MAX_SAFE_INTEGER / 2 || divisor > Number.MAX_SAFE_INTEGER / 4) return undefined
  return (raised + divisor - ((raised + divisor) % (2 * divisor))) / (2 * divisor)
}

/**
 * An amount in the smallest units that have `places` decimals, as an exact integer: many times faster than a {@link Decimal}. Undefined
 * where it is too large for that, or finer.
 */
export function unitsOf(text: string, places: number): number | undefined {
  const isNegative = text.charCodeAt(0) === 0x2d
  const size = folded(isNegative ? text.slice(1) : text)
  if (size === undefined || size.scale > places) return undefined
  const units = size.units * 10 ** (places - size.scale)
  if (units > Number.MAX_SAFE_INTEGER) return undefined
  return isNegative ? -units : units
}

/** The sum of whole units; no number any more once it is not exact, or a summand is not known. */
export function plus(sum: number, units: number | undefined): number {
  const both = sum + (units ?? Number.NaN)
  return Math.abs(both) <= Number.MAX_SAFE_INTEGER ? both : Number.NaN
}

/** True when quantities add up to what is stated. */
export function addUpTo(stated: string, quantities: readonly string[]): boolean {
  let sum = 0
  for (const quantity of quantities) sum = plus(sum, unitsOf(quantity, MOST_PLACES))
  const whole = unitsOf(stated, MOST_PLACES)
  if (!Number.isNaN(sum) && whole !== undefined) return sum === whole
  return compare(quantitiesSum(quantities), decimal(stated)) === 0
}

/** What quantities add up to. */
export function quantitiesSum(quantities: readonly string[]): Decimal {
  return quantities.reduce((sum, quantity) => add(sum, decimal(quantity)), NOTHING)
}

const MOST_PLACES = 6

/** What charges add and allowances take away; information does neither. */
export function chargesSum(charges: readonly Charge[] | undefined): Decimal {
  let sum = NOTHING
  for (const { kind, amount } of charges ?? []) {
    if (amount === undefined || kind === 'information') continue
    sum = kind === 'charge' ? add(sum, decimal(amount)) : subtract(sum, decimal(amount))
  }
  return sum
}

/** True when two amounts differ by no more than the tolerance. */
export function isNear(a: Decimal, b: Decimal, tolerance: Decimal): boolean {
  const difference = subtract(a, b)
  const size = difference.units < 0n ? { units: -difference.units, scale: difference.scale } : difference
  return compare(size, tolerance) <= 0
}

/** What the lines are worth together, each rounded on its own; undefined when one of them cannot be known. */
export function linesSum(lines: readonly Priced[], currency: string): Decimal | undefined {
  let fast = 0
  let slow = NOTHING
  const minorPlaces = minorUnits(currency)
  for (const line of lines) {
    const minor = lineMinorUnits(line, minorPlaces)
    if (minor !== undefined && fast + minor <= Number.MAX_SAFE_INTEGER) fast += minor
    else {
      const amount = lineAmount(line, currency)
      if (amount === undefined) return undefined
      slow = add(slow, decimal(amount))
    }
  }
  return add(slow, { units: BigInt(fast), scale: minorPlaces })
}
