import { POSSIBLE } from './figures.ts'
import { readPrice } from './item-x12.ts'
import type { PartnerSyntax } from './partner-syntax.ts'
import { faultAt, figureAt, identifierAt, type SetReading, unitAt } from './set-reading.ts'
import { type Segment, segment, unitText } from './set-writing.ts'
import type { TypedPrice } from './shapes.ts'

/** Reads CTP: a price of some kind, for a class of customers, from a quantity on. */
export function readTypedPrice(reading: SetReading, at: number): TypedPrice {
  const price: TypedPrice = readPrice(reading, at, 3, 9) ?? { amount: '0' }
  if (reading.segments.at(at, 3) === '') faultAt(reading, 'MISSING', at, 3, ['The price'])
  const group = identifierAt(reading, at, 1)
  if (group !== undefined) price.class = group
  const type = identifierAt(reading, at, 2)
  if (type !== undefined) price.type = type
  const fromQuantity = figureAt(reading, at, 4, POSSIBLE)
  if (fromQuantity !== undefined) price.fromQuantity = fromQuantity
  const uom = unitAt(reading, at, 5)
  if (uom !== undefined) price.uom = uom
  return price
}

/** CTP09 for a price of more than one. */
const PER_BASES = { 1: undefined, 100: 'HP', 1000: 'TP' } as const

/** Writes CTP. */
export function writeTypedPrice(price: TypedPrice, syntax: PartnerSyntax): Segment {
  const { class: group, type, amount, fromQuantity, uom } = price
  const basis = price.basis ?? PER_BASES[price.per ?? 1]
  const rest = [undefined, undefined, undefined, basis]
  return segment('CTP', group, type, amount, fromQuantity, unitText(uom, syntax), ...rest)
}
