import { decimal, decimalText, multiply, rounded } from '../base/decimal.ts'
import { extended, minorUnits, type Price } from '../base/money.ts'
import { micros, microsText } from '../base/quantity.ts'

/** Units of an item and what they hold: a case of 12 is `{ uom: 'CS', numerator: 12, denominator: 1 }`. */
export interface UnitFactor {
  readonly uom: string
  readonly numerator: number
  readonly denominator: number
}

/**
 * Millionths of the base unit in a quantity of an item. Systems of the landscape keep exact books, so text that is no
 * quantity and a unit the item does not have are mistakes of the caller: undefined.
 */
export function baseMicros(
  quantity: { readonly value: string; readonly uom: string },
  item: { readonly baseUnit: string; readonly units: readonly UnitFactor[] },
): number | undefined {
  const size = micros(quantity.value)
  if (size === undefined || quantity.uom === item.baseUnit) return size
  const unit = item.units.find((known) => known.uom === quantity.uom)
  if (!unit) return undefined
  const product = size * unit.numerator
  return product % unit.denominator === 0 ? product / unit.denominator : undefined
}

/** The same quantity in another unit of the item, as text of at most six places; undefined when that is not exact. */
export function inUnit(
  base: number,
  uom: string,
  item: { readonly baseUnit: string; readonly units: readonly UnitFactor[] },
): string | undefined {
  if (uom === item.baseUnit) return microsText(base)
  const unit = item.units.find((known) => known.uom === uom)
  if (!unit) return undefined
  const product = base * unit.denominator
  return product % unit.numerator === 0 ? microsText(product / unit.numerator) : undefined
}

/** Minor units (cents) of a decimal text, exact: `'12.5'` is 1250 for USD. Finer amounts are rounded half away. */
export function cents(amount: string, currency: string): number {
  const plain = plainDigits(amount)
  if (plain && plain.scale <= minorUnits(currency)) return plain.digits * 10 ** (minorUnits(currency) - plain.scale)
  return Number(rounded(decimal(amount), minorUnits(currency)).units)
}

/** Decimal text of minor units. */
export function centsText(value: number, currency: string): string {
  if (value >= 0 && minorUnits(currency) === 2) {
    const rest = value % 100
    return `${(value - rest) / 100}.${rest < 10 ? '0' : ''}${rest}`
  }
  return decimalText({ units: BigInt(value), scale: minorUnits(currency) })
}

/** `percent` of an amount in minor units, rounded half away from zero. */
export function percentOf(value: number, percent: string, currency: string): number {
  const places = minorUnits(currency)
  const product = multiply({ units: BigInt(value), scale: places }, decimal(percent))
  return Number(rounded({ units: product.units, scale: product.scale + 2 }, places).units)
}

/**
 * Quantity times price in minor units, rounded once, half away from zero. Whole numbers as long as they are exact;
 * anything larger or finer goes the long way through {@link extended}.
 */
export function lineCents(quantity: string, price: Price): number {
  const count = plainDigits(quantity)
  const each = plainDigits(price.amount)
  const product = count && each ? count.digits * each.digits : Number.MAX_VALUE
  if (!count || !each || price.per !== 1 || product > Number.MAX_SAFE_INTEGER) {
    return cents(extended(quantity, price).amount, price.currency)
  }
  const finer = count.scale + each.scale - minorUnits(price.currency)
  if (finer <= 0) return product * 10 ** -finer
  const unit = 10 ** finer
  const rest = product % unit
  return (product - rest) / unit + (rest * 2 >= unit ? 1 : 0)
}

/** `'12.50'` as 1250 at two places; undefined for a sign or more digits than a whole number holds exactly. */
function plainDigits(text: string): { readonly digits: number; readonly scale: number } | undefined {
  if (text.length > 15) return undefined
  let digits = 0
  let scale = -1
  for (let at = 0; at < text.length; at += 1) {
    const digit = text.charCodeAt(at) - 0x30
    if (digit === -2 && scale < 0) scale = 0
    else if (digit < 0 || digit > 9) return undefined
    else {
      digits = digits * 10 + digit
      if (scale >= 0) scale += 1
    }
  }
  return { digits, scale: Math.max(scale, 0) }
}

/** Whether two prices of one item say the same, whatever unit they are for. */
export function samePrice(
  one: Price,
  other: Price,
  item: { readonly baseUnit: string; readonly units: readonly UnitFactor[] },
): boolean {
  if (one.amount === other.amount && one.uom === other.uom && one.per === other.per) return true
  if (one.currency !== other.currency) return false
  const left = factorOf(one.uom, item)
  const right = factorOf(other.uom, item)
  if (!left || !right) return false
  // amount / (per * numerator/denominator) is the price of a base unit; compared without dividing
  const a = decimal(one.amount)
  const b = decimal(other.amount)
  const scale = Math.max(a.scale, b.scale)
  const x = a.units * 10n ** BigInt(scale - a.scale) * BigInt(other.per * right.numerator * left.denominator)
  const y = b.units * 10n ** BigInt(scale - b.scale) * BigInt(one.per * left.numerator * right.denominator)
  return x === y
}

function factorOf(
  uom: string,
  item: { readonly baseUnit: string; readonly units: readonly UnitFactor[] },
): UnitFactor | undefined {
  if (uom === item.baseUnit) return { uom, numerator: 1, denominator: 1 }
  return item.units.find((known) => known.uom === uom)
}
