import { add, compare, type Decimal, decimal, subtract } from '../base/decimal.ts'
import { extended } from '../base/money.ts'
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
