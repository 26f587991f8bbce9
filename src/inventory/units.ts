/**
 * Units of one item: exact, directional conversions between the units it is counted, packed and sold in. A case of one
 * item is 12, of another 24, so conversions belong to the item and nothing is ever taken as one to one.
 */
import { decimal } from '../base/decimal.ts'
import { MICROS, type Quantity } from '../base/quantity.ts'
import { errors } from './errors.ts'

/** One `uom` is `numerator / denominator` of `of` (absent: of the base unit). */
export interface Conversion {
  readonly uom: string
  readonly numerator: number
  readonly denominator: number
  readonly of?: string
}

/** How a quantity that is no whole number of packs becomes one; the remainder is always reported. */
export type PackRounding = 'up-to-pack' | 'down-to-pack' | 'nearest'

/** The units of one item, checked. */
export interface ItemUnits {
  readonly item: string
  readonly baseUnit: string
  /** Smallest quantity of the base unit that exists, in millionths: 1000000 for pieces, 1 for what is weighed. */
  readonly step: number
  readonly factors: ReadonlyMap<string, Rational>
}

/** An exact fraction, in lowest terms. */
export interface Rational {
  readonly numerator: bigint
  readonly denominator: bigint
}

/** Whole packs, and what is left over in millionths of the base unit (negative after rounding up). */
export interface Packed {
  readonly packs: number
  readonly remainder: number
}

/**
 * Takes the units of an item. Throws `XD_INVENTORY_UOM_CONVERSION` when two ways give one unit two factors, when a
 * unit hangs on nothing, or when a factor is not positive.
 *
 * @param step smallest quantity of the base unit, in millionths; pieces cannot be halved
 * @example
 * const units = itemUnits('4711', 'EA', [{ uom: 'CS', numerator: 12, denominator: 1 }])
 * toBase(units, { value: '3', uom: 'CS' }) // 36000000
 */
export function itemUnits(
  item: string,
  baseUnit: string,
  conversions: readonly Conversion[],
  step: number = MICROS,
): ItemUnits {
  const factors = new Map<string, Rational>([[baseUnit, { numerator: 1n, denominator: 1n }]])
  let waiting = [...conversions]
  while (waiting.length > 0) {
    const known = waiting.filter((conversion) => factors.has(conversion.of ?? baseUnit))
    if (known.length === 0) throw errors.UOM_CONVERSION(item, `${namesOf(waiting)} lead to no known unit`)
    for (const conversion of known) learn(item, baseUnit, conversion, factors)
    waiting = waiting.filter((conversion) => !known.includes(conversion))
  }
  return { item, baseUnit, step, factors }
}

function learn(item: string, baseUnit: string, conversion: Conversion, factors: Map<string, Rational>): void {
  const { uom, numerator, denominator } = conversion
  const positive = Number.isSafeInteger(numerator) && Number.isSafeInteger(denominator)
  if (!positive || numerator <= 0 || denominator <= 0) {
    throw errors.UOM_CONVERSION(item, `${uom} has the factor ${numerator}/${denominator}`)
  }
  const of = factors.get(conversion.of ?? baseUnit) as Rational
  const factor = lowest(BigInt(numerator) * of.numerator, BigInt(denominator) * of.denominator)
  const known = factors.get(uom)
  if (known && !same(known, factor)) {
    throw errors.UOM_CONVERSION(item, `${uom} is both ${rationalText(known)} and ${rationalText(factor)} ${baseUnit}`)
  }
  factors.set(uom, factor)
}

/**
 * A quantity in millionths of the base unit, exactly. Throws `XD_INVENTORY_UOM_CONVERSION` for a unit the item does
 * not have, and when the result is no multiple of the item's step: half a piece is refused, never rounded.
 */
export function toBase(units: ItemUnits, quantity: Quantity): number {
  const factor = factorOf(units, quantity.uom)
  const value = decimal(quantity.value)
  const numerator = value.units * BigInt(MICROS) * factor.numerator
  const denominator = 10n ** BigInt(value.scale) * factor.denominator
  const base = numerator / denominator
  if (base * denominator !== numerator || base % BigInt(units.step) !== 0n) {
    throw errors.UOM_CONVERSION(units.item, `${quantity.value} ${quantity.uom} is no whole ${units.baseUnit}`)
  }
  return Number(base)
}

/**
 * Millionths of the base unit as whole packs of `uom`, by a named rule, with what is left over.
 *
 * @example
 * toPacks(units, 160 * MICROS, 'CS', 'down-to-pack') // { packs: 13, remainder: 4000000 }
 */
export function toPacks(units: ItemUnits, base: number, uom: string, rule: PackRounding): Packed {
  const factor = factorOf(units, uom)
  const scaled = BigInt(base) * factor.denominator
  const pack = BigInt(MICROS) * factor.numerator
  const packs = wholePacks(scaled, pack, rule)
  const rest = (scaled - packs * pack) / factor.denominator
  return { packs: Number(packs), remainder: Number(rest) }
}

function wholePacks(scaled: bigint, pack: bigint, rule: PackRounding): bigint {
  const down = floorDivide(scaled, pack)
  const over = scaled - down * pack
  if (over === 0n || rule === 'down-to-pack') return down
  if (rule === 'up-to-pack') return down + 1n
  return over * 2n >= pack ? down + 1n : down
}

function floorDivide(a: bigint, b: bigint): bigint {
  const whole = a / b
  return a % b < 0n ? whole - 1n : whole
}

function factorOf(units: ItemUnits, uom: string): Rational {
  const factor = units.factors.get(uom)
  if (!factor) throw errors.UOM_CONVERSION(units.item, `it has no conversion for ${uom}`)
  return factor
}

function lowest(numerator: bigint, denominator: bigint): Rational {
  let a = numerator
  let b = denominator
  while (b !== 0n) [a, b] = [b, a % b]
  return { numerator: numerator / a, denominator: denominator / a }
}

function same(a: Rational, b: Rational): boolean {
  return a.numerator === b.numerator && a.denominator === b.denominator
}

function rationalText(value: Rational): string {
  return value.denominator === 1n ? `${value.numerator}` : `${value.numerator}/${value.denominator}`
}

function namesOf(conversions: readonly Conversion[]): string {
  return conversions.map((conversion) => conversion.uom).join(', ')
}
