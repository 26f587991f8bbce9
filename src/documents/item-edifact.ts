import { added } from './added.ts'
import { hasCheckDigit } from './check-digit.ts'
import { itemCodes } from './edifact-codes.ts'
import { COUNTED, type FigureRule, POSSIBLE } from './figures.ts'
import { isGtin, isOurs } from './item-x12.ts'
import type { Described } from './line-x12.ts'
import { faultIn, figureIn, identifierIn, type MessageReading, sideUnitIn, wholeTextIn } from './message-reading.ts'
import { inPieces, type MessageSegment, messageSegment, messageUnit } from './message-writing.ts'
import type { PartnerSyntax } from './partner-syntax.ts'
import type { ItemNames, LinePrice, Pack } from './shapes.ts'

/** GTINs by the number of their digits: EDIFACT has one code for all of them. */
const GTINS: Readonly<Record<number, string>> = { 12: 'UP', 14: 'UK' }

/** Whose number it is in X12 235, by its code in EDIFACT 7143 and, for a GTIN, its length. */
export function itemQualifier(code: string, value: string): string {
  if (code === 'EN' || code === 'SRV' || code === 'UP') return code === 'UP' ? 'UP' : (GTINS[value.length] ?? 'EN')
  const qualifier = code === '' ? 'ZZ' : itemCodes.toX12(code)
  return qualifier.length > 2 ? 'ZZ' : qualifier
}

/** Reads the item's number of LIN. */
export function readLineItem(reading: MessageReading, at: number, into: ItemNames): void {
  readItemNumber(reading, at, 3, into)
}

/** Reads the item's numbers of PIA. */
export function readItemNumbers(reading: MessageReading, at: number, into: ItemNames): void {
  const last = reading.segments.count(at)
  for (let element = 2; element <= last; element += 1) readItemNumber(reading, at, element, into)
}

/** The first number that is ours becomes the SKU; it stays among the ids only when its qualifier is not the usual one. */
function readItemNumber(reading: MessageReading, at: number, element: number, into: ItemNames): void {
  const value = identifierIn(reading, at, element, 1)
  if (value === undefined) return
  const qualifier = itemQualifier(reading.segments.component(at, element, 2), value)
  if (into.sku === undefined && isOurs(qualifier)) {
    into.sku = value
    if (qualifier === 'VN') return
  }
  if (isGtin(qualifier) && !hasCheckDigit(value)) faultIn(reading, 'CHECK_DIGIT', at, element, 1, [value], 'warning')
  into.ids = added(into.ids, { qualifier, value })
}

/** The code of {@link itemQualifier} in EDIFACT. */
export const itemCode = (qualifier: string) =>
  qualifier === 'UK' || qualifier === 'EN' ? 'EN' : itemCodes.toEdifact(qualifier)
const NUMBERS_PER_SEGMENT = 5

/** The element of LIN that names the item: its GTIN, when that is its first number. */
export function lineItem({ ids = [] }: ItemNames): [string, string] | undefined {
  const [first] = ids
  return first && isGtin(first.qualifier) ? [first.value, itemCode(first.qualifier)] : undefined
}

/** Writes what {@link lineItem} leaves: our SKU and the other numbers. */
export function writeItemNumbers(item: ItemNames, use: '1' | '3' = '1'): MessageSegment[] {
  const { sku, ids = [] } = item
  const others = use === '1' && lineItem(item) ? ids.slice(1) : ids
  const named = ids.some(({ qualifier, value }) => isOurs(qualifier) && value === sku)
  const ours = sku === undefined || named ? [] : [[sku, 'SA']]
  const numbers = [...ours, ...others.map(({ qualifier, value }) => [value, itemCode(qualifier)])]
  const rows: MessageSegment[] = []
  for (let from = 0; from < numbers.length; from += NUMBERS_PER_SEGMENT) {
    rows.push(messageSegment('PIA', use, ...numbers.slice(from, from + NUMBERS_PER_SEGMENT)))
  }
  return rows
}

const TEXT_WIDTH = 35
const FREE = 'F'

/** Reads IMD: the first text without a characteristic describes the goods, the others are features. */
export function readItemText(reading: MessageReading, at: number, line: Described): void {
  const text = wholeTextIn(reading, at, 3, 4, TEXT_WIDTH)
  if (text === undefined) return
  const code = identifierIn(reading, at, 2, 1)
  if (line.description === undefined) line.description = text
  else line.features = added(line.features, code === undefined ? { text } : { code, text })
}

/** Writes IMD. */
export function writeItemText({ description, features = [] }: Described): MessageSegment[] {
  const described = description === undefined ? [] : [{ code: undefined, text: description }]
  return [...described, ...features].map(({ code, text }) =>
    messageSegment('IMD', FREE, code, [undefined, undefined, undefined, ...inPieces(text, TEXT_WIDTH)]),
  )
}

const NET = 'AAA'
/** Prices that only inform the other side, such as the one in the shop. */
const INFORMING = new Set(['AAE', 'AAF', 'SRP', 'RTP'])

/** Reads PRI: the net price, otherwise the first one that is asked for. */
export function readMessagePrice(
  reading: MessageReading,
  at: number,
  into: { price?: LinePrice },
  rule: FigureRule = POSSIBLE,
): void {
  const kind = reading.segments.component(at, 1, 1)
  if (INFORMING.has(kind) || (kind !== NET && into.price !== undefined)) return
  const amount = figureIn(reading, at, 1, 2, rule)
  if (amount === undefined) return
  into.price = { amount }
  readPriceBasis(reading, at, into.price)
}

/** Reads for how many of which unit a price of PRI is. A basis other than 1, 100 or 1000 is a fault. */
export function readPriceBasis(reading: MessageReading, at: number, price: Pick<LinePrice, 'per' | 'uom'>): void {
  const basis = figureIn(reading, at, 1, 5, COUNTED)
  if (basis === '100' || basis === '1000') price.per = basis === '100' ? 100 : 1000
  else if (basis !== undefined && basis !== '1') faultIn(reading, 'PRICE_BASIS', at, 1, 5, [basis])
  const uom = sideUnitIn(reading, at, 1, 6)
  if (uom !== undefined) price.uom = uom
}

/** Writes PRI, the net price. */
export function writeMessagePrice(price: LinePrice | undefined, syntax: PartnerSyntax): MessageSegment[] {
  return price === undefined ? [] : [writePriceOfType(price, undefined, syntax)]
}

/** Writes PRI with the type of the price (5387). */
export function writePriceOfType(
  price: Pick<LinePrice, 'amount' | 'per' | 'uom'>,
  type: string | undefined,
  syntax: PartnerSyntax,
): MessageSegment {
  const basis = price.per === undefined ? undefined : String(price.per)
  const unit = messageUnit(price.uom, syntax)
  return messageSegment('PRI', [NET, price.amount, undefined, type, basis ?? (unit && '1'), unit])
}

const WEIGHTS = new Set(['AAB', 'G', 'AAD', 'WT'])
const VOLUMES = new Set(['ABJ', 'AAW', 'VOL'])

/** What has a weight and a volume. */
export type Measured = Pick<Pack, 'weight' | 'weightUom' | 'volume' | 'volumeUom'>

/** Reads MEA: gross weight and volume, true when it says one of them; what else is measured is none of ours. */
export function readMeasure(reading: MessageReading, at: number, into: Measured): boolean {
  const what = reading.segments.component(at, 2, 1)
  const isWeight = WEIGHTS.has(what)
  if (!isWeight && !VOLUMES.has(what)) return false
  if ((isWeight ? into.weight : into.volume) !== undefined) return false
  const value = figureIn(reading, at, 3, 2, POSSIBLE)
  if (value === undefined) return false
  const uom = sideUnitIn(reading, at, 3, 1)
  if (isWeight) {
    into.weight = value
    if (uom !== undefined) into.weightUom = uom
  } else {
    into.volume = value
    if (uom !== undefined) into.volumeUom = uom
  }
  return true
}

/** A pack with one more thing known of it. */
export function packWith(known: Pack | undefined, member: 'pack' | 'packaging', text: string): Pack {
  const pack = known ?? {}
  if (member === 'pack') pack.pack = text
  else pack.packaging = text
  return pack
}

/** Writes MEA. */
export function writeMeasures(from: Measured | undefined, syntax: PartnerSyntax): MessageSegment[] {
  const { weight, weightUom, volume, volumeUom } = from ?? {}
  return [
    ...(weight === undefined ? [] : [messageSegment('MEA', 'PD', 'AAB', [messageUnit(weightUom, syntax), weight])]),
    ...(volume === undefined ? [] : [messageSegment('MEA', 'PD', 'ABJ', [messageUnit(volumeUom, syntax), volume])]),
  ]
}

/** Writes a quantity by the EDIFACT code of what it counts. */
export function writeQuantity(
  code: string,
  quantity: string | undefined,
  uom: string | undefined,
  syntax: PartnerSyntax,
): MessageSegment[] {
  return quantity === undefined ? [] : [messageSegment('QTY', [code, quantity, messageUnit(uom, syntax)])]
}
