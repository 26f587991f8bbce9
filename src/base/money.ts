import { type Decimal, decimal, decimalText, divide, multiply, rounded } from './decimal.ts'

/** An amount of money as it travels: decimal text and an ISO 4217 currency. */
export interface Money {
  readonly amount: string
  readonly currency: string
}

/** A unit price: up to six places, per 1, 100 or 1000 of `uom`. */
export interface Price {
  readonly amount: string
  readonly currency: string
  readonly per: 1 | 100 | 1000
  readonly uom: string
}

/** Places an amount of this currency is rounded to (ISO 4217): JPY 0, most 2, a few 3. */
export function minorUnits(currency: string): number {
  if (currency === 'USD' || currency === 'EUR') return 2 // asked for every amount
  return MINOR_UNITS.get(currency) ?? 2
}

const MINOR_UNITS: ReadonlyMap<string, number> = new Map([
  ...['JPY', 'KRW', 'VND', 'CLP', 'ISK', 'PYG', 'UGX', 'XAF', 'XOF', 'XPF'].map((code) => [code, 0] as const),
  ...['BHD', 'JOD', 'KWD', 'OMR', 'TND', 'LYD', 'IQD'].map((code) => [code, 3] as const),
])

/**
 * Quantity (in the price's unit) times price, rounded once, half away from zero, to the currency's minor unit.
 *
 * @example
 * extended('12', { amount: '1.005', currency: 'USD', per: 1, uom: 'EA' }) // { amount: '12.06', currency: 'USD' }
 */
export function extended(quantity: string, price: Price): Money {
  const product = multiply(decimal(quantity), decimal(price.amount))
  const per: Decimal = { units: BigInt(price.per), scale: 0 }
  const places = minorUnits(price.currency)
  const amount = price.per === 1 ? rounded(product, places) : divide(product, per, places)
  return { amount: decimalText(amount), currency: price.currency }
}
