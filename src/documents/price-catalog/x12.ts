import type { X12Set } from '../../edi/x12/reading.ts'
import { added } from '../added.ts'
import { readFreightTerms, readTerms, writeFreightTerms, writeTerms } from '../charge-x12.ts'
import type { Reading } from '../faults.ts'
import { COUNTED, POSSIBLE } from '../figures.ts'
import { checkLineCount, currencyOf, readHead } from '../head-x12.ts'
import { itemIdPairs, readItemIds, readPack, writePack } from '../item-x12.ts'
import { readDescription, segmentOfLine, writeDescription } from '../line-x12.ts'
import type { PartnerSyntax } from '../partner-syntax.ts'
import {
  readDated,
  readParty,
  readReference,
  writeContact,
  writeDated,
  writeParties,
  writeReference,
  writeRoleParties,
} from '../party-x12.ts'
import { EFFECTIVE, placePeriod, writePeriod } from '../period-x12.ts'
import { readTypedPrice, writeTypedPrice } from '../price-x12.ts'
import { codeFor, PURPOSES, wordFor } from '../purposes.ts'
import {
  endReading,
  faultAt,
  figureAt,
  identifierAt,
  locateFindings,
  missingSegment,
  neededFigure,
  neededIdentifier,
  neededUnit,
  type SetReading,
  startReading,
  textAt,
  unitAt,
} from '../set-reading.ts'
import { fitted, type Segment, segment, unitText } from '../set-writing.ts'
import { NAMED_ROLES } from '../shapes.ts'
import { priceCatalogFaults } from './checks.ts'
import type { CatalogLine, CatalogPackage, CatalogPrice, OrderRule, PriceCatalog } from './schema.ts'

/** The parties with a member of their own. */
export const CATALOG_ROLES = { SE: 'seller', ...NAMED_ROLES } as const

/** G5301 in words. */
const CHANGES: Readonly<Record<string, NonNullable<CatalogLine['change']>>> = {
  '021': 'add',
  '001': 'change',
  '002': 'delete',
}

/** CTB03 in words, below an ordering restriction. */
const ORDER_RULES: Readonly<Record<string, OrderRule['rule']>> = { '57': 'minimum', '70': 'maximum', '69': 'multiple' }
const ORDERING = 'OR'

interface Walk {
  readonly catalog: PriceCatalog
  readonly lineSegments: number[]
  line: CatalogLine | undefined
  price: CatalogPrice | undefined
  package: CatalogPackage | undefined
}

/** Reads an 832: the catalog, or every fault with its segment and element. */
export function readPriceCatalogX12(set: X12Set, syntax: PartnerSyntax = {}): Reading<PriceCatalog> {
  const reading = startReading(set, '832', syntax)
  const catalog: PriceCatalog = { type: '', currency: currencyOf(syntax), lines: [] }
  const walk: Walk = { catalog, lineSegments: [], line: undefined, price: undefined, package: undefined }
  if (reading.segments.tag(1) === 'BCT') readBeginning(reading, 1, catalog)
  else missingSegment(reading, 'BCT')
  let at = 1
  while (at < reading.end) at = readSegment(reading, at, walk)
  placePeriods(catalog)
  const findings = priceCatalogFaults(catalog)
  locateFindings(reading, findings, segmentOfLine(walk.lineSegments))
  return endReading(reading, catalog)
}

function placePeriods(catalog: PriceCatalog): void {
  placePeriod(catalog, EFFECTIVE)
  for (const line of catalog.lines) {
    placePeriod(line, EFFECTIVE)
    if (line.prices) for (const price of line.prices) placePeriod(price, EFFECTIVE)
  }
}

function readBeginning(reading: SetReading, at: number, catalog: PriceCatalog): void {
  catalog.type = neededIdentifier(reading, at, 1, 'The kind of catalog')
  const number = identifierAt(reading, at, 2)
  if (number !== undefined) catalog.number = number
  const version = identifierAt(reading, at, 3)
  if (version !== undefined) catalog.version = version
  const revision = identifierAt(reading, at, 4)
  if (revision !== undefined) catalog.revision = revision
  const description = textAt(reading, at, 9)
  if (description !== undefined) catalog.description = description
  const code = identifierAt(reading, at, 10)
  if (code === undefined) return
  const purpose = wordFor(PURPOSES, code)
  if (purpose === undefined) faultAt(reading, 'CODE_UNKNOWN', at, 10, [code, 'purpose'])
  else if (purpose !== 'original') catalog.purpose = purpose
}

function readSegment(reading: SetReading, at: number, walk: Walk): number {
  const { catalog, line } = walk
  const tag = reading.segments.tag(at)
  if (tag === 'LIN') openLine(reading, at, walk)
  else if (tag === 'CTT') checkLineCount(reading, at, catalog.lines.length)
  else if (line !== undefined) return readOfLine(reading, at, tag, line, walk)
  else if (tag === 'ITD') catalog.terms = added(catalog.terms, readTerms(reading, at, catalog.currency))
  else if (tag === 'FOB') catalog.freightTerms ??= readFreightTerms(reading, at)
  else return readHead(reading, at, catalog, CATALOG_ROLES) ?? at + 1
  return at + 1
}

function openLine(reading: SetReading, at: number, walk: Walk): void {
  const line: CatalogLine = {}
  const number = identifierAt(reading, at, 1)
  if (number !== undefined) line.line = number
  readItemIds(reading, at, 2, line)
  walk.catalog.lines.push(line)
  walk.lineSegments.push(at)
  walk.line = line
  walk.price = undefined
  walk.package = undefined
}

function readOfLine(reading: SetReading, at: number, tag: string, line: CatalogLine, walk: Walk): number {
  if (tag === 'CTP') readCatalogPrice(reading, at, line, walk)
  else if (tag === 'PID') readDescription(reading, at, line)
  else if (tag === 'DTM') {
    const owner = walk.price ?? line
    owner.dates = added(owner.dates, readDated(reading, at))
  } else if (tag === 'G53') readChange(reading, at, line)
  else if (tag === 'PKL') {
    walk.package = readPackage(reading, at)
    line.packages = added(line.packages, walk.package)
    walk.price = undefined
  } else if (tag === 'N1') return readLineParty(reading, at, line, walk)
  else if (walk.price !== undefined) return at + 1
  else if (tag === 'REF') line.references = added(line.references, readReference(reading, at))
  else if (tag === 'PO4') line.pack ??= readPack(reading, at)
  else if (tag === 'CTB' && reading.segments.at(at, 1) === ORDERING) readOrderRule(reading, at, line)
  return at + 1
}

function readLineParty(reading: SetReading, at: number, line: CatalogLine, walk: Walk): number {
  const { role, party, next } = readParty(reading, at)
  line.parties = added(line.parties, { role, ...party })
  walk.price = undefined
  return next
}

/** CTP: below PKL it is the price of that package, otherwise one more of the item. */
function readCatalogPrice(reading: SetReading, at: number, line: CatalogLine, walk: Walk): void {
  const price: CatalogPrice = readTypedPrice(reading, at)
  if (walk.package) walk.package.price ??= price
  else line.prices = added(line.prices, price)
  walk.price = walk.package ? undefined : price
}

function readChange(reading: SetReading, at: number, line: CatalogLine): void {
  const code = neededIdentifier(reading, at, 1, 'What happens to the item')
  const change = wordFor(CHANGES, code)
  if (change !== undefined) line.change = change
  else if (code !== '') faultAt(reading, 'CODE_UNKNOWN', at, 1, [code, 'change of an item that we know'])
}

function readOrderRule(reading: SetReading, at: number, line: CatalogLine): void {
  const code = neededIdentifier(reading, at, 3, 'The rule')
  const quantity = neededFigure(reading, at, 4, POSSIBLE, 'The quantity')
  const rule = wordFor(ORDER_RULES, code)
  line.orderRules = added(line.orderRules, rule ? { rule, quantity } : { rule: 'other', code, quantity })
}

function readPackage(reading: SetReading, at: number): CatalogPackage {
  const pack: CatalogPackage = {
    qualifier: neededIdentifier(reading, at, 1, 'The qualifier of the package'),
    value: neededIdentifier(reading, at, 2, 'The key of the package'),
    uom: neededUnit(reading, at, 3),
    quantity: neededFigure(reading, at, 4, COUNTED, 'How many are in the package'),
  }
  const height = figureAt(reading, at, 5, POSSIBLE)
  if (height !== undefined) pack.height = height
  const width = figureAt(reading, at, 6, POSSIBLE)
  if (width !== undefined) pack.width = width
  const length = figureAt(reading, at, 7, POSSIBLE)
  if (length !== undefined) pack.length = length
  const weight = figureAt(reading, at, 9, POSSIBLE)
  if (weight !== undefined) pack.weight = weight
  const volume = figureAt(reading, at, 11, POSSIBLE)
  if (volume !== undefined) pack.volume = volume
  const sizeUom = unitAt(reading, at, 8)
  if (sizeUom !== undefined) pack.sizeUom = sizeUom
  const weightUom = unitAt(reading, at, 10)
  if (weightUom !== undefined) pack.weightUom = weightUom
  const volumeUom = unitAt(reading, at, 12)
  if (volumeUom !== undefined) pack.volumeUom = volumeUom
  return pack
}

/** Writes a price catalog as the body of an 832. */
export function writePriceCatalogX12(catalog: PriceCatalog, syntax: PartnerSyntax = {}): Segment[] {
  const { type, number, version, revision, description, purpose } = catalog
  const code = purpose === undefined ? undefined : codeFor(PURPOSES, purpose)
  return fitted(
    [
      segment('BCT', type, number, version, revision, undefined, undefined, undefined, undefined, description, code),
      ...(catalog.references ?? []).map((reference) => writeReference('REF', reference)),
      ...(catalog.contacts ?? []).map(writeContact),
      ...writePeriod(catalog, EFFECTIVE),
      ...(catalog.dates ?? []).map(writeDated),
      segment('CUR', 'SE', catalog.currency),
      ...(catalog.terms ?? []).map(writeTerms),
      ...writeFreightTerms(catalog.freightTerms),
      ...writeParties(catalog, CATALOG_ROLES),
      ...catalog.lines.flatMap((line) => writeLine(line, syntax)),
      segment('CTT', String(catalog.lines.length)),
    ],
    syntax,
  )
}

function writeLine(line: CatalogLine, syntax: PartnerSyntax): Segment[] {
  const { change, orderRules = [], prices = [], packages = [] } = line
  return [
    segment('LIN', line.line, ...itemIdPairs(line, syntax)),
    ...(change === undefined ? [] : [segment('G53', codeFor(CHANGES, change))]),
    ...writePeriod(line, EFFECTIVE),
    ...(line.dates ?? []).map(writeDated),
    ...(line.references ?? []).map((reference) => writeReference('REF', reference)),
    ...orderRules.map(writeOrderRule),
    ...writeDescription(line),
    ...writePack(line.pack, syntax),
    ...prices.flatMap((price) => writeCatalogPrice(price, syntax)),
    ...writeRoleParties(line.parties),
    ...packages.flatMap((pack) => writePackage(pack, syntax)),
  ]
}

function writeOrderRule({ rule, code, quantity }: OrderRule): Segment {
  return segment('CTB', ORDERING, undefined, rule === 'other' ? code : codeFor(ORDER_RULES, rule), quantity)
}

function writeCatalogPrice(price: CatalogPrice, syntax: PartnerSyntax): Segment[] {
  return [writeTypedPrice(price, syntax), ...writePeriod(price, EFFECTIVE), ...(price.dates ?? []).map(writeDated)]
}

function writePackage(pack: CatalogPackage, syntax: PartnerSyntax): Segment[] {
  const { qualifier, value, quantity, height, width, length, weight, volume, price } = pack
  const size = [height, width, length, unitText(pack.sizeUom, syntax)]
  const rest = [weight, unitText(pack.weightUom, syntax), volume, unitText(pack.volumeUom, syntax)]
  return [
    segment('PKL', qualifier, value, unitText(pack.uom, syntax), quantity, ...size, ...rest),
    ...(price === undefined ? [] : [writeTypedPrice(price, syntax)]),
  ]
}
