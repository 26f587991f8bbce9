import { moneyAt } from './charge-x12.ts'
import { POSSIBLE, SIGNED } from './figures.ts'
import type { Tax } from './invoice/schema.ts'
import type { PartnerSyntax } from './partner-syntax.ts'
import {
  faultAt,
  figureAt,
  identifierAt,
  neededFigure,
  neededIdentifier,
  neededUnit,
  type SetReading,
} from './set-reading.ts'
import { cents, optionalSegment, type Segment, segment, unitText } from './set-writing.ts'

/** What a bill comes to. */
export interface BillTotals {
  total: string
  discountable?: string
  discounted?: string
  discount?: string
}

/** Reads TDS: the total, and what a discount makes of it. */
export function readBillTotals(reading: SetReading, at: number, bill: BillTotals, currency: string): void {
  if (reading.segments.at(at, 1) === '') faultAt(reading, 'MISSING', at, 1, ['The total'])
  bill.total = moneyAt(reading, at, 1, currency) ?? '0'
  const discountable = moneyAt(reading, at, 2, currency)
  if (discountable !== undefined) bill.discountable = discountable
  const discounted = moneyAt(reading, at, 3, currency)
  if (discounted !== undefined) bill.discounted = discounted
  const discount = moneyAt(reading, at, 4, currency)
  if (discount !== undefined) bill.discount = discount
}

/** Writes TDS. */
export function writeBillTotals({ total, discountable, discounted, discount }: BillTotals): Segment {
  return segment('TDS', cents(total), cents(discountable), cents(discounted), cents(discount))
}

/** Reads TXI, which carries its amount with a point, unlike SAC and TDS. */
export function readTax(reading: SetReading, at: number): Tax {
  const tax: Tax = { type: neededIdentifier(reading, at, 1, 'The kind of tax') }
  const amount = figureAt(reading, at, 2, SIGNED)
  if (amount !== undefined) tax.amount = amount
  const percent = figureAt(reading, at, 3, POSSIBLE)
  if (percent !== undefined) tax.percent = percent
  const jurisdictionQualifier = identifierAt(reading, at, 4)
  if (jurisdictionQualifier !== undefined) tax.jurisdictionQualifier = jurisdictionQualifier
  const jurisdiction = identifierAt(reading, at, 5)
  if (jurisdiction !== undefined) tax.jurisdiction = jurisdiction
  const exempt = identifierAt(reading, at, 6)
  if (exempt !== undefined) tax.exempt = exempt
  const taxId = identifierAt(reading, at, 9)
  if (taxId !== undefined) tax.taxId = taxId
  return tax
}

/** Writes TXI. */
export function writeTax(tax: Tax): Segment {
  const { type, amount, percent, jurisdictionQualifier, jurisdiction, exempt, taxId } = tax
  const place = [jurisdictionQualifier, jurisdiction]
  return segment('TXI', type, amount, percent, ...place, exempt, undefined, undefined, taxId)
}

/** Units shipped, where the quantity is the weight that is paid for. */
export interface UnitsShipped {
  quantity: string
  uom: string
}

/** Reads IT3. */
export function readUnitsShipped(reading: SetReading, at: number): UnitsShipped {
  const quantity = neededFigure(reading, at, 1, POSSIBLE, 'The units shipped')
  return { quantity, uom: neededUnit(reading, at, 2) }
}

/** Writes IT3. */
export function writeUnitsShipped(shipped: UnitsShipped | undefined, syntax: PartnerSyntax): Segment[] {
  return optionalSegment('IT3', shipped?.quantity, unitText(shipped?.uom, syntax))
}
