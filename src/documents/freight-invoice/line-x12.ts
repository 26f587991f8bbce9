import { added } from '../added.ts'
import { moneyAt } from '../charge-x12.ts'
import { POSSIBLE, SIGNED } from '../figures.ts'
import { readWeightAt, volumeCode, volumeUnitAt } from '../road-x12.ts'
import { figureAt, identifierAt, neededIdentifier, type SetReading, textAt } from '../set-reading.ts'
import { cents, errors, optionalSegment, type Segment, segment } from '../set-writing.ts'
import { weightUnitCode } from '../weight-units.ts'
import type { FreightCharge, FreightInvoiceLine } from './schema.ts'

/** Codes of X12 150 that have a word here; a charge without any is the freight itself. */
const TYPES: readonly (readonly [string | undefined, FreightCharge['type']])[] = [
  [undefined, 'freight'],
  ['400', 'freight'],
  ['FUE', 'fuel'],
  ['DSC', 'discount'],
]

function meaning(code: string | undefined): FreightCharge['type'] {
  return TYPES.find(([one]) => one === code)?.[1] ?? 'accessorial'
}

/** True when the type alone leads to this code. */
function isUsual(type: FreightCharge['type'], code: string | undefined): boolean {
  const usual = TYPES.find(([, word]) => word === type)
  return usual !== undefined && usual[0] === code
}

/** Reads LX. */
export function readLine(reading: SetReading, at: number): FreightInvoiceLine {
  return { line: neededIdentifier(reading, at, 1, 'The number of the line') }
}

/** Reads a segment below LX. Of several L5 or L0 the first that says something counts. */
export function readLineSegment(
  reading: SetReading,
  at: number,
  tag: string,
  line: FreightInvoiceLine,
  currency: string,
): void {
  if (tag === 'L5') readGoods(reading, at, line)
  else if (tag === 'L0') readQuantities(reading, at, line)
  else if (tag === 'L1') line.charges = added(line.charges, readFreightCharge(reading, at, currency))
  else if (tag === 'L7') {
    const freightClass = identifierAt(reading, at, 7)
    if (freightClass !== undefined) line.freightClass = line.freightClass ?? freightClass
  }
}

function readGoods(reading: SetReading, at: number, line: FreightInvoiceLine): void {
  line.description = line.description ?? textAt(reading, at, 2)
  if (line.description === undefined) delete line.description
  const commodity = identifierAt(reading, at, 3)
  if (commodity === undefined || line.commodity !== undefined) return
  line.commodity = commodity
  const commodityList = identifierAt(reading, at, 4)
  if (commodityList !== undefined) line.commodityList = commodityList
}

/** Reads L0; of several, what the first one says holds. */
function readQuantities(reading: SetReading, at: number, line: FreightInvoiceLine): void {
  const billed = figureAt(reading, at, 2, POSSIBLE)
  if (billed !== undefined) line.billed ??= billed
  const billedAs = identifierAt(reading, at, 3)
  if (billedAs !== undefined) line.billedAs ??= billedAs
  const weighed: Pick<FreightInvoiceLine, 'weight' | 'weightUom'> = {}
  readWeightAt(reading, at, 4, 11, weighed)
  if (weighed.weight !== undefined) line.weight ??= weighed.weight
  if (weighed.weightUom !== undefined) line.weightUom ??= weighed.weightUom
  const volume = figureAt(reading, at, 6, POSSIBLE)
  if (volume !== undefined) line.volume ??= volume
  const volumeUom = volumeUnitAt(reading, at, 7)
  if (volumeUom !== undefined) line.volumeUom ??= volumeUom
  const pieces = figureAt(reading, at, 8, POSSIBLE)
  if (pieces !== undefined) line.pieces ??= pieces
  const packaging = identifierAt(reading, at, 9)
  if (packaging !== undefined) line.packaging ??= packaging
}

function readFreightCharge(reading: SetReading, at: number, currency: string): FreightCharge {
  const code = identifierAt(reading, at, 8)
  const type = meaning(code)
  const charge: FreightCharge = { type }
  if (code !== undefined && !isUsual(type, code)) charge.code = code
  const rate = figureAt(reading, at, 2, SIGNED)
  if (rate !== undefined) charge.rate = rate
  const rateBasis = identifierAt(reading, at, 3)
  if (rateBasis !== undefined) charge.rateBasis = rateBasis
  const amount = moneyAt(reading, at, 4, currency)
  if (amount !== undefined) charge.amount = amount
  return charge
}

/** Writes LX and what belongs to it. */
export function writeLine(line: FreightInvoiceLine): Segment[] {
  const { billed, billedAs, weight, weightUom, volume, volumeUom, pieces, packaging, freightClass } = line
  const measured = [weight, weight === undefined ? undefined : 'G', volume, volumeCode(volumeUom), pieces, packaging]
  const described = optionalSegment('L5', undefined, line.description, line.commodity, line.commodityList)
  const counted = optionalSegment('L0', undefined, billed, billedAs, ...measured, undefined, weightUnitCode(weightUom))
  const classed = Array.from({ length: 6 }, () => undefined)
  return [
    segment('LX', line.line),
    ...described,
    ...counted,
    ...(line.charges ?? []).map((charge) => writeFreightCharge(charge, line.line)),
    ...(freightClass === undefined ? [] : [segment('L7', ...classed, freightClass)]),
  ]
}

function writeFreightCharge(charge: FreightCharge, line: string): Segment {
  const { rate, rateBasis, amount } = charge
  const gap = [undefined, undefined, undefined]
  return segment('L1', undefined, rate, rateBasis, cents(amount), ...gap, chargeCode(charge, line))
}

/** The code of X12 150. Throws when the type needs one, or when the charge's own code means another type. */
function chargeCode({ type, code }: FreightCharge, line: string): string | undefined {
  const known = code ?? TYPES.find(([, word]) => word === type)?.[0]
  if (meaning(known) === type) return known
  throw errors.DOES_NOT_FIT(`L1 of line ${line}: ${type}${code === undefined ? ' without its' : ` under the`} code`)
}
