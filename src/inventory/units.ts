/**
 * Packs of one item: what a channel sells and a warehouse picks. A case of one item is 12, of another 24; the factors
 * are the item's own, exact, and nothing is ever taken as one to one (`identity/conversion.ts`).
 */
import { MICROS, micros, type Quantity } from '../base/quantity.ts'
import { factorOf, toBase } from '../identity/conversion.ts'
import type { Item } from '../identity/master.ts'
import { errors } from './errors.ts'

/** What must be known of an item to count it in packs. */
export type CountedItem = Pick<Item, 'sku' | 'baseUnit' | 'units'>

/** How a quantity that is no whole number of packs becomes one; the remainder is always reported. */
export type PackRounding = 'up-to-pack' | 'down-to-pack' | 'nearest'

/** Whole packs, and what is left over in millionths of the base unit (negative after rounding up). */
export interface Packed {
  readonly packs: number
  readonly remainder: number
}

/**
 * A quantity in millionths of the base unit, exactly. Throws `XD_INVENTORY_UOM_CONVERSION` for a unit that the item
 * does not have or has with two factors, and where half a piece would come out: that is refused, never rounded.
 *
 * @example
 * baseQuantity({ sku: '4711', baseUnit: 'EA', units: [{ uom: 'CS', numerator: 12, denominator: 1 }] }, { value: '3', uom: 'CS' })
 * // 36000000
 */
export function baseQuantity(item: CountedItem, quantity: Quantity): number {
  const asked = micros(quantity.value)
  const base = asked === undefined ? undefined : toBase(asked, exactFactor(item, quantity.uom), item.baseUnit)
  if (base === undefined) {
    throw errors.UOM_CONVERSION(item.sku, `${quantity.value} ${quantity.uom} is no whole ${item.baseUnit}`)
  }
  return base
}

/**
 * Millionths of the base unit as whole packs of `uom`, by a named rule, with what is left over.
 *
 * @example
 * toPacks(item, 160 * MICROS, 'CS', 'down-to-pack') // { packs: 13, remainder: 4000000 }
 */
export function toPacks(item: CountedItem, base: number, uom: string, rule: PackRounding): Packed {
  const [numerator, denominator] = exactFactor(item, uom)
  const scaled = BigInt(base) * BigInt(denominator)
  const pack = BigInt(MICROS) * BigInt(numerator)
  const packs = wholePacks(scaled, pack, rule)
  const rest = (scaled - packs * pack) / BigInt(denominator)
  return { packs: Number(packs), remainder: Number(rest) }
}

function wholePacks(scaled: bigint, pack: bigint, rule: PackRounding): bigint {
  const whole = scaled / pack
  const down = scaled % pack < 0n ? whole - 1n : whole
  const over = scaled - down * pack
  if (over === 0n || rule === 'down-to-pack') return down
  if (rule === 'up-to-pack') return down + 1n
  return over * 2n >= pack ? down + 1n : down
}

function exactFactor(item: CountedItem, uom: string): readonly [number, number] {
  const { factor, fault } = factorOf(item, uom)
  if (factor) return factor
  const why = fault === 'missing' ? `it has no conversion for ${uom}` : `${uom} has two factors`
  throw errors.UOM_CONVERSION(item.sku, why)
}
