import { hasCheckDigit } from './check-digit.ts'
import { COUNTED, type FigureRule, POSSIBLE } from './figures.ts'
import type { PartnerSyntax } from './partner-syntax.ts'
import { faultAt, figureAt, identifierAt, type SetReading, sideUnitAt } from './set-reading.ts'
import { optionalSegment, type Segment, unitText } from './set-writing.ts'
import type { ItemNames, LinePrice, Pack } from './shapes.ts'

/** VN, VP, VA, VC, VO: our own number of the item. */
export function isOurs(qualifier: string): boolean {
  return qualifier.length === 2 && qualifier.charCodeAt(0) === 0x56 && 'NPACO'.includes(qualifier.charAt(1))
}

/** UPC, EAN and the other numbers of GS1 that end with a check digit. */
export function isGtin(qualifier: string): boolean {
  return qualifier === 'UP' || qualifier === 'EN' || qualifier === 'UK' || qualifier === 'EO'
}

/**
 * Reads the id pairs of a line: qualifier, value, in any order and number, up to the last element. The first number that
 * is ours becomes the SKU; it stays among the ids only when its qualifier is not the partner's usual one.
 */
export function readItemIds(reading: SetReading, at: number, from: number, into: ItemNames, most = 99): void {
  const { segments, syntax } = reading
  const last = Math.min(segments.count(at), most)
  const usual = syntax.vendorQualifier ?? 'VN'
  for (let pair = from; pair <= last; pair += 2) readItemId(reading, at, pair, usual, into)
}

/** Reads one id pair of a line. */
export function readItemId(reading: SetReading, at: number, pair: number, usual: string, into: ItemNames): void {
  const qualifier = identifierAt(reading, at, pair)
  const value = identifierAt(reading, at, pair + 1)
  if (qualifier === undefined || value === undefined) {
    if (qualifier !== value) faultAt(reading, 'MISSING', at, qualifier ? pair + 1 : pair, ['Half of an id pair'])
    return
  }
  if (into.sku === undefined && isOurs(qualifier)) {
    into.sku = value
    if (qualifier === usual) return
  }
  if (isGtin(qualifier) && !hasCheckDigit(value)) faultAt(reading, 'CHECK_DIGIT', at, pair + 1, [value], 'warning')
  if (into.ids) into.ids.push({ qualifier, value })
  else into.ids = [{ qualifier, value }]
}

/** The id pairs of a line, our SKU first, ready to be appended to a segment. */
export function itemIdPairs(item: ItemNames, syntax: PartnerSyntax): string[] {
  const { sku, ids = [] } = item
  const named = ids.some(({ qualifier, value }) => isOurs(qualifier) && value === sku)
  const ours = sku === undefined || named ? [] : [syntax.vendorQualifier ?? 'VN', sku]
  return [...ours, ...ids.flatMap(({ qualifier, value }) => [qualifier, value])]
}

/** What a basis of price (X12 639) says about the arithmetic. */
interface Basis {
  readonly per?: 100 | 1000
  readonly uom?: string
  readonly unusable?: boolean
}

const IN_UNIT: Readonly<Record<string, string>> = {
  PD: 'DZ',
  LD: 'DZ',
  RD: 'DZ',
  TD: 'DZ',
  WD: 'DZ',
  PP: 'LB',
  PK: 'KG',
  PO: 'OZ',
  PG: 'GR',
  PT: 'TN',
  PF: 'FT',
  PY: 'YD',
  PL: 'LT',
  ML: 'ML',
}
const BASES = new Map<string, Basis>([
  ...['HP', 'LC', 'QH', 'RC', 'TC', 'WC'].map((code) => [code, { per: 100 }] as const),
  ...['TP', 'LM', 'QS', 'RM', 'TM', 'WM'].map((code) => [code, { per: 1000 }] as const),
  ...['PN', 'TT', 'HT', 'PS', 'HF', 'TF', 'PA'].map((code) => [code, { unusable: true }] as const),
  ...Object.entries(IN_UNIT).map(([code, uom]) => [code, { uom }] as const),
])

/** Reads a unit price and its basis: for 1, 100 or 1000, and in another unit than the quantity where the basis says so. */
export function readPrice(
  reading: SetReading,
  at: number,
  priceElement: number,
  basisElement: number,
  rule: FigureRule = POSSIBLE,
): LinePrice | undefined {
  const amount = figureAt(reading, at, priceElement, rule)
  if (amount === undefined) return undefined
  const basis = identifierAt(reading, at, basisElement)
  if (basis === undefined) return { amount }
  const price: LinePrice = { amount, basis }
  const meaning = basis === 'PE' ? undefined : BASES.get(basis)
  if (meaning?.per) price.per = meaning.per
  if (meaning?.uom) price.uom = meaning.uom
  if (meaning?.unusable) faultAt(reading, 'PRICE_BASIS', at, basisElement, [basis])
  return price
}

/** The basis code of a price, when it was not kept from the sender. */
export function basisOf(price: LinePrice | undefined): string | undefined {
  if (price === undefined || price.basis !== undefined) return price?.basis
  if (price.per === 100) return 'HP'
  if (price.per === 1000) return 'TP'
  const basis = price.uom === undefined ? undefined : Object.entries(IN_UNIT).find(([, uom]) => uom === price.uom)
  return basis?.[0]
}

/** Reads PO4: how the goods are packed. */
export function readPack(reading: SetReading, at: number): Pack {
  const pack: Pack = {}
  const count = figureAt(reading, at, 1, COUNTED)
  if (count !== undefined) pack.pack = count
  const size = figureAt(reading, at, 2, COUNTED)
  if (size !== undefined) pack.size = size
  const weight = figureAt(reading, at, 6, POSSIBLE)
  if (weight !== undefined) pack.weight = weight
  const volume = figureAt(reading, at, 8, POSSIBLE)
  if (volume !== undefined) pack.volume = volume
  const innerPack = figureAt(reading, at, 14, COUNTED)
  if (innerPack !== undefined) pack.innerPack = innerPack
  const sizeUom = sideUnitAt(reading, at, 3)
  if (sizeUom !== undefined) pack.sizeUom = sizeUom
  const weightUom = sideUnitAt(reading, at, 7)
  if (weightUom !== undefined) pack.weightUom = weightUom
  const volumeUom = sideUnitAt(reading, at, 9)
  if (volumeUom !== undefined) pack.volumeUom = volumeUom
  const packaging = identifierAt(reading, at, 4)
  if (packaging !== undefined) pack.packaging = packaging
  return pack
}

/** Writes PO4. */
export function writePack(pack: Pack | undefined, syntax: PartnerSyntax): Segment[] {
  if (pack === undefined) return []
  const { weight, volume } = pack
  return optionalSegment(
    'PO4',
    pack.pack,
    pack.size,
    unitText(pack.sizeUom, syntax),
    pack.packaging,
    weight === undefined ? undefined : 'G',
    weight,
    unitText(pack.weightUom, syntax),
    volume,
    unitText(pack.volumeUom, syntax),
    undefined,
    undefined,
    undefined,
    undefined,
    pack.innerPack,
  )
}
