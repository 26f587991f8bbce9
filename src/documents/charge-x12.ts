import { minorUnits } from '../base/money.ts'
import { POSSIBLE, SIGNED } from './figures.ts'
import type { PartnerSyntax } from './partner-syntax.ts'
import { wordFor } from './purposes.ts'
import { centsAt, dateAt, faultAt, figureAt, identifierAt, type SetReading, textAt, unitAt } from './set-reading.ts'
import { cents, type Segment, segment, unitText, x12Date } from './set-writing.ts'
import type { Charge, FreightTerms, Terms } from './shapes.ts'

/** Codes of X12 1300 by what they mean to us; the first one is written when a charge names none. */
export const CHARGE_CODES = {
  freight: ['D240', 'D230', 'D250', 'F340', 'G821', 'G830'],
  tax: ['H850', 'H620', 'H630', 'H640', 'H650', 'H660', 'H670', 'H680', 'H700', 'H720', 'H740', 'H750', 'H770'],
  handling: ['D500', 'H090', 'F050', 'F150', 'G760'],
  fuel: ['E740', 'D270'],
  discount: ['C310', 'C300', 'I170', 'F800', 'H000'],
} as const

export const CHARGE_TYPES = new Map<string, Charge['type']>(
  Object.entries(CHARGE_CODES).flatMap(([type, codes]) => codes.map((code) => [code, type as Charge['type']])),
)
const KINDS: Readonly<Record<string, Charge['kind']>> = { A: 'allowance', C: 'charge' }

/** Reads SAC. Its amount is in cents without a point; a percentage stands as written. */
export function readCharge(reading: SetReading, at: number, currency: string): Charge {
  const indicator = reading.segments.at(at, 1)
  if (indicator === '') faultAt(reading, 'MISSING', at, 1, ['Whether this is a charge or an allowance'])
  const code = identifierAt(reading, at, 2)
  const type = code === undefined ? 'other' : (CHARGE_TYPES.get(code) ?? 'other')
  const charge: Charge = { kind: wordFor(KINDS, indicator) ?? 'information', type }
  if (code !== undefined && (type === 'other' || CHARGE_CODES[type][0] !== code)) charge.code = code
  const amount = moneyAt(reading, at, 5, currency)
  if (amount !== undefined) charge.amount = amount
  readRates(reading, at, charge)
  const handling = identifierAt(reading, at, 12)
  if (handling !== undefined) charge.handling = handling
  const reference = identifierAt(reading, at, 13)
  if (reference !== undefined) charge.reference = reference
  const description = textAt(reading, at, 15)
  if (description !== undefined) charge.description = description
  return charge
}

function readRates(reading: SetReading, at: number, charge: Charge): void {
  const percentOf = identifierAt(reading, at, 6)
  if (percentOf !== undefined) charge.percentOf = percentOf
  const percent = figureAt(reading, at, 7, POSSIBLE)
  if (percent !== undefined) charge.percent = percent
  const rate = figureAt(reading, at, 8, POSSIBLE)
  if (rate !== undefined) charge.rate = rate
  const uom = unitAt(reading, at, 9)
  if (uom !== undefined) charge.uom = uom
  const quantity = figureAt(reading, at, 10, POSSIBLE)
  if (quantity !== undefined) charge.quantity = quantity
}

/** Money from cents, with as many places as its currency has; parts of a minor unit are a fault. */
export function moneyAt(reading: SetReading, at: number, element: number, currency: string): string | undefined {
  const amount = centsAt(reading, at, element)
  if (amount === undefined || minorUnits(currency) !== 0) return amount
  if (amount.endsWith('.00')) return amount.slice(0, -3)
  faultAt(reading, 'NUMBER_SCALE', at, element, [amount, '0'])
  return undefined
}

/** Writes SAC. */
export function writeCharge(charge: Charge, syntax: PartnerSyntax): Segment {
  const indicator = charge.kind === 'charge' ? 'C' : charge.kind === 'allowance' ? 'A' : 'N'
  const code = charge.code ?? (charge.type === 'other' ? undefined : CHARGE_CODES[charge.type][0])
  return segment(
    'SAC',
    indicator,
    code,
    undefined,
    undefined,
    cents(charge.amount),
    charge.percentOf,
    charge.percent,
    charge.rate,
    unitText(charge.uom, syntax),
    charge.quantity,
    undefined,
    charge.handling,
    charge.reference,
    undefined,
    charge.description,
  )
}

/** Reads ITD: when and with what discount the invoice is due. */
export function readTerms(reading: SetReading, at: number, currency: string): Terms {
  const terms: Terms = {}
  const type = identifierAt(reading, at, 1)
  if (type !== undefined) terms.type = type
  const basisDate = identifierAt(reading, at, 2)
  if (basisDate !== undefined) terms.basisDate = basisDate
  const discountPercent = figureAt(reading, at, 3, SIGNED)
  if (discountPercent !== undefined) terms.discountPercent = discountPercent
  const discountDate = dateAt(reading, at, 4)
  if (discountDate !== undefined) terms.discountDate = discountDate
  const discountDays = figureAt(reading, at, 5, POSSIBLE)
  if (discountDays !== undefined) terms.discountDays = discountDays
  const netDate = dateAt(reading, at, 6)
  if (netDate !== undefined) terms.netDate = netDate
  const netDays = figureAt(reading, at, 7, POSSIBLE)
  if (netDays !== undefined) terms.netDays = netDays
  const discountAmount = moneyAt(reading, at, 8, currency)
  if (discountAmount !== undefined) terms.discountAmount = discountAmount
  const description = textAt(reading, at, 12)
  if (description !== undefined) terms.description = description
  const dayOfMonth = figureAt(reading, at, 13, POSSIBLE)
  if (dayOfMonth !== undefined) terms.dayOfMonth = dayOfMonth
  return terms
}

/** Writes ITD. */
export function writeTerms(terms: Terms): Segment {
  return segment(
    'ITD',
    terms.type,
    terms.basisDate,
    terms.discountPercent,
    x12Date(terms.discountDate),
    terms.discountDays,
    x12Date(terms.netDate),
    terms.netDays,
    cents(terms.discountAmount),
    undefined,
    undefined,
    undefined,
    terms.description,
    terms.dayOfMonth,
  )
}

/** Reads FOB: who pays the freight and where the goods change hands. */
export function readFreightTerms(reading: SetReading, at: number): FreightTerms {
  const terms: FreightTerms = {}
  const payment = identifierAt(reading, at, 1)
  if (payment !== undefined) terms.payment = payment
  const location = textAt(reading, at, 3)
  if (location !== undefined) terms.location = location
  const incoterm = identifierAt(reading, at, 5)
  if (incoterm !== undefined) terms.incoterm = incoterm
  const place = textAt(reading, at, 7)
  if (place !== undefined) terms.place = place
  return terms
}

/** Writes FOB. */
export function writeFreightTerms(terms: FreightTerms | undefined): Segment[] {
  if (terms === undefined) return []
  const { payment, location, incoterm, place } = terms
  const described = location === undefined ? undefined : 'ZZ'
  const placed = place === undefined ? undefined : 'ZZ'
  return [segment('FOB', payment, described, location, incoterm && '01', incoterm, placed, place)]
}
