import type { EdifactMessage } from '../../edi/edifact/reading.ts'
import { added } from '../added.ts'
import { readDocumentDate, readPlainDate, writeDocumentDates, writeMessageDates, writeMoment } from '../date-edifact.ts'
import type { Reading } from '../faults.ts'
import { COUNTED, POSSIBLE } from '../figures.ts'
import { takenDay } from '../head-x12.ts'
import {
  itemCode,
  itemQualifier,
  packWith,
  readLineItem,
  readMeasure,
  readPriceBasis,
  writeMeasures,
  writePriceOfType,
  writeQuantity,
} from '../item-edifact.ts'
import { schemaFaults } from '../json-form.ts'
import { segmentOfLine } from '../line-x12.ts'
import {
  lineNumber,
  type MessageFrame,
  messageKind,
  readMessageHead,
  readMessageKind,
  readMessagePurpose,
  walkMessage,
  writeLineGoods,
  writeLineName,
  writeMessageConditions,
} from '../message-frame.ts'
import {
  checkLineCount,
  endMessage,
  keepReference,
  MESSAGE_PURPOSES,
  readLinePart,
  readReferenceGroup,
} from '../message-parts.ts'
import {
  countedUnitIn,
  faultIn,
  figureIn,
  identifierIn,
  type MessageReading,
  neededFigureIn,
  sideUnitIn,
  startMessage,
  wholeTextIn,
} from '../message-reading.ts'
import { fittedMessage, type MessageSegment, messageSegment, messageUnit } from '../message-writing.ts'
import type { PartnerSyntax } from '../partner-syntax.ts'
import { writeMessageNotes, writeMessageParties, writeMessageReferences } from '../party-edifact.ts'
import { EFFECTIVE, type Period, type PeriodQualifiers } from '../period-x12.ts'
import { codeFor, wordFor } from '../purposes.ts'
import { errors } from '../set-writing.ts'
import type { Dated } from '../shapes.ts'
import { priceCatalogFaults } from './checks.ts'
import {
  type CatalogLine,
  type CatalogPackage,
  type CatalogPrice,
  type OrderRule,
  type PriceCatalog,
  priceCatalogSchema,
} from './schema.ts'
import { CATALOG_ROLES } from './x12.ts'

const PRICE_CATALOGUE = '9'
/** X12 683: a list of prices, unless its name in BGM says otherwise. */
const PRICES = 'PC'
const NO_PRICE_GROUP = '2'
const VERSION = 'PI'

/** The action of LIN (1229) in words; an item without one is as it stands. */
const CHANGES: Readonly<Record<string, NonNullable<CatalogLine['change']>>> = {
  '1': 'add',
  '3': 'change',
  '2': 'delete',
}
const UNCHANGED = new Set(['', '4'])
/** QTY (6063) in words. */
const ORDER_RULES: Readonly<Record<string, OrderRule['rule']>> = { '53': 'minimum', '54': 'maximum', '69': 'multiple' }
/** Start and end, which many partners say for effective and expiration. */
const FROM_START: PeriodQualifiers = ['196', '197']
const VALIDITY = [EFFECTIVE, FROM_START]

/** Notes, carriage and charges have no member in a catalog. */
const FRAME: MessageFrame<(typeof CATALOG_ROLES)[keyof typeof CATALOG_ROLES]> = {
  roles: CATALOG_ROLES,
  reachedBy: 'seller',
  currencyUse: '10',
  leavesOut: new Set(['TDT', 'ALC']),
}
const fits = schemaFaults(priceCatalogSchema)

interface Walk {
  readonly catalog: PriceCatalog
  readonly lineSegments: number[]
  line: CatalogLine | undefined
  price: CatalogPrice | undefined
  package: CatalogPackage | undefined
  inGroup: boolean
}

/** Reads PRICAT: the catalog, or every fault with its place; one in which a question has two prices is refused. */
export function readPriceCatalogEdifact(message: EdifactMessage, syntax: PartnerSyntax = {}): Reading<PriceCatalog> {
  const reading = startMessage(message, 'PRICAT', syntax)
  const catalog: PriceCatalog = { type: PRICES, currency: syntax.currency ?? 'USD', lines: [] }
  const walk: Walk = {
    catalog,
    lineSegments: [],
    line: undefined,
    price: undefined,
    package: undefined,
    inGroup: false,
  }
  walkMessage(
    reading,
    (at) => readBeginning(reading, at, catalog),
    (at, tag) => readSegment(reading, at, tag, walk),
  )
  placePeriods(catalog)
  return endMessage(reading, catalog, fits, priceCatalogFaults, segmentOfLine(walk.lineSegments))
}

function readBeginning(reading: MessageReading, at: number, catalog: PriceCatalog): void {
  catalog.type = readMessageKind(reading, at, /^[A-Z]{2}$/) ?? PRICES
  const number = identifierIn(reading, at, 2, 1)
  if (number !== undefined) catalog.number = number
  const purpose = readMessagePurpose(reading, at, MESSAGE_PURPOSES, 'original', 'a catalog')
  if (purpose !== undefined) catalog.purpose = purpose
}

function placePeriods(catalog: PriceCatalog): void {
  placeValidity(catalog)
  for (const line of catalog.lines) {
    placeValidity(line)
    for (const price of line.prices ?? []) placeValidity(price)
  }
}

/** The days from and until when something holds, however they are said. */
function placeValidity(owner: Period & { dates?: Dated[] }): void {
  if (owner.dates === undefined) return
  for (const [first, last] of VALIDITY) {
    if (owner.from !== undefined || owner.until !== undefined) return
    const from = takenDay(owner, first)
    if (from !== undefined) owner.from = from
    const until = takenDay(owner, last)
    if (until !== undefined) owner.until = until
  }
}

function readSegment(reading: MessageReading, at: number, tag: string, walk: Walk): number {
  const { catalog, line } = walk
  if (tag === 'PGI') walk.inGroup = true
  else if (tag === 'LIN') openLine(reading, at, walk)
  else if (tag === 'CNT') checkLineCount(reading, at, catalog.lines.length)
  else if (line) return readOfLine(reading, at, tag, walk, line)
  else if (!walk.inGroup) return readOfHeader(reading, at, tag, catalog)
  return at + 1
}

const TEXT_WIDTH = 70

function readOfHeader(reading: MessageReading, at: number, tag: string, catalog: PriceCatalog): number {
  switch (tag) {
    case 'DTM':
      readDocumentDate(reading, at, catalog)
      return at + 1
    case 'FTX': {
      const description = wholeTextIn(reading, at, 4, 1, TEXT_WIDTH)
      if (description !== undefined) catalog.description ??= description
      return at + 1
    }
    case 'RFF': {
      const group = readReferenceGroup(reading, at)
      if (group.code === VERSION && group.value !== undefined && catalog.version === undefined)
        catalog.version = group.value
      else keepReference(catalog, group)
      return group.next
    }
    default:
      return readMessageHead(reading, at, tag, catalog, FRAME) || at + 1
  }
}

function openLine(reading: MessageReading, at: number, walk: Walk): void {
  const line: CatalogLine = {}
  const number = identifierIn(reading, at, 1, 1)
  if (number !== undefined) line.line = number
  const action = reading.segments.component(at, 2, 1)
  const change = wordFor(CHANGES, action)
  if (change !== undefined) line.change = change
  else if (!UNCHANGED.has(action))
    faultIn(reading, 'CODE_UNKNOWN', at, 2, 1, [action, 'change of an item that we know'])
  readLineItem(reading, at, line)
  walk.catalog.lines.push(line)
  walk.lineSegments.push(at)
  walk.line = line
  walk.price = undefined
  walk.package = undefined
}

function readOfLine(reading: MessageReading, at: number, tag: string, walk: Walk, line: CatalogLine): number {
  switch (tag) {
    case 'QTY':
      readQuantity(reading, at, walk, line)
      return at + 1
    case 'MEA':
      readMeasured(reading, at, walk, line)
      return at + 1
    case 'PAC':
      readPackage(reading, at, walk, line)
      return at + 1
    case 'PRI':
      readPrice(reading, at, walk, line)
      return at + 1
    case 'APR':
      readClass(reading, at, walk.price)
      return at + 1
    case 'RNG':
      readRange(reading, at, walk.price)
      return at + 1
    case 'DTM':
      readPlainDate(reading, at, walk.price ?? line)
      return at + 1
    case 'RFF': {
      const group = readReferenceGroup(reading, at)
      if (group.code === 'LI' && group.value !== undefined) line.line = group.value
      else keepReference(line, group)
      return group.next
    }
    case 'FTX':
    case 'ALC':
      return readLinePart(reading, at, tag, {})
    default:
      return readLinePart(reading, at, tag, line) || at + 1
  }
}

const CONTAINED = '59'
const IN_PACKAGE = '52'

function readQuantity(reading: MessageReading, at: number, walk: Walk, line: CatalogLine): void {
  const code = reading.segments.component(at, 1, 1)
  const rule = wordFor(ORDER_RULES, code)
  if (walk.package && code === IN_PACKAGE) {
    walk.package.quantity = neededFigureIn(reading, at, 1, 2, COUNTED, 'How many are in the package')
    walk.package.uom = countedUnitIn(reading, at, 1, 3)
  } else if (rule) {
    const quantity = neededFigureIn(reading, at, 1, 2, POSSIBLE, 'The quantity')
    line.orderRules = added(line.orderRules, { rule, quantity })
  } else if (code === CONTAINED) {
    const pack = figureIn(reading, at, 1, 2, COUNTED)
    if (pack !== undefined) line.pack = packWith(line.pack, 'pack', pack)
  }
}

const SIZES: Readonly<Record<string, 'height' | 'width' | 'length'>> = { HT: 'height', WD: 'width', LN: 'length' }

/** MEA of a package or, before the first one, of the item as it is packed. */
function readMeasured(reading: MessageReading, at: number, walk: Walk, line: CatalogLine): void {
  const size = wordFor(SIZES, reading.segments.component(at, 2, 1))
  if (walk.package && size) {
    const value = figureIn(reading, at, 3, 2, POSSIBLE)
    const uom = sideUnitIn(reading, at, 3, 1)
    if (value !== undefined) walk.package[size] = value
    if (uom !== undefined) walk.package.sizeUom = uom
  } else if (walk.package) readMeasure(reading, at, walk.package)
  else if (size === undefined) {
    const pack = line.pack ?? {}
    if (readMeasure(reading, at, pack)) line.pack = pack
  }
}

/** PAC with a number (C402) is a unit that the item is sold in; without one it says how the item is packed. */
function readPackage(reading: MessageReading, at: number, walk: Walk, line: CatalogLine): void {
  const value = identifierIn(reading, at, 4, 2)
  walk.price = undefined
  if (value === undefined) {
    const packaging = identifierIn(reading, at, 3, 4) ?? identifierIn(reading, at, 3, 1)
    if (packaging !== undefined) line.pack = packWith(line.pack, 'packaging', packaging)
    return
  }
  const qualifier = itemQualifier(reading.segments.component(at, 4, 3) || 'EN', value)
  walk.package = { qualifier, value, uom: 'EA', quantity: '1' }
  line.packages = added(line.packages, walk.package)
}

/** What PRI says by its qualifier (5125) and type (5375), where no specification (5387) says it. */
const BY_QUALIFIER: Readonly<Record<string, string>> = { AAB: 'GRP', AAE: 'SRP', AAF: 'SRP', INV: 'INV' }
const BY_TYPE: Readonly<Record<string, string>> = { CA: 'CAT', CT: 'CON', DI: 'DIS', SR: 'MSR', QT: 'QTE' }

function readPrice(reading: MessageReading, at: number, walk: Walk, line: CatalogLine): void {
  const price: CatalogPrice = { amount: neededFigureIn(reading, at, 1, 2, POSSIBLE, 'The price') }
  const { segments } = reading
  const type =
    identifierIn(reading, at, 1, 4) ??
    wordFor(BY_TYPE, segments.component(at, 1, 3)) ??
    wordFor(BY_QUALIFIER, segments.component(at, 1, 1))
  if (type !== undefined) price.type = type
  readPriceBasis(reading, at, price)
  line.prices = added(line.prices, price)
  walk.price = price
}

function readClass(reading: MessageReading, at: number, price: CatalogPrice | undefined): void {
  const group = identifierIn(reading, at, 1, 1)
  if (price && group !== undefined && group.length <= 2) price.class = group
}

/** RNG: from which quantity on a price holds. */
function readRange(reading: MessageReading, at: number, price: CatalogPrice | undefined): void {
  const from = figureIn(reading, at, 2, 2, POSSIBLE)
  if (price && from !== undefined) price.fromQuantity = from
}

/**
 * Writes a price catalog as the body of PRICAT. Its revision, the prices of packages, the parties of lines and rules without a
 * word have no place in it.
 */
export function writePriceCatalogEdifact(catalog: PriceCatalog, syntax: PartnerSyntax = {}): MessageSegment[] {
  const { type, number, version, description, purpose = 'original', lines } = catalog
  const days = [...writeDocumentDates(catalog.dates), ...writeValidity(catalog)]
  if (days.length === 0)
    throw errors.DOES_NOT_FIT('DTM: the day from which the catalog holds, which PRICAT has to name')
  return fittedMessage(
    [
      messageSegment(
        'BGM',
        messageKind(PRICE_CATALOGUE, type === PRICES ? undefined : type),
        number,
        codeFor(MESSAGE_PURPOSES, purpose),
      ),
      ...days,
      ...writeMessageNotes(description === undefined ? undefined : [description]),
      ...(version === undefined ? [] : [messageSegment('RFF', [VERSION, version])]),
      ...writeMessageReferences(catalog.references),
      ...writeMessageParties(catalog, CATALOG_ROLES, 'seller', catalog.contacts),
      ...writeMessageConditions(catalog, FRAME, syntax),
      messageSegment('PGI', NO_PRICE_GROUP),
      ...lines.flatMap((line, at) => writeLine(line, String(at + 1), syntax)),
      messageSegment('CNT', ['2', String(lines.length)]),
    ],
    syntax,
  )
}

function writeValidity({ from, until }: Period): MessageSegment[] {
  return [
    ...(from === undefined ? [] : writeMoment('7', { date: from })),
    ...(until === undefined ? [] : writeMoment('36', { date: until })),
  ]
}

function writeLine(line: CatalogLine, place: string, syntax: PartnerSyntax): MessageSegment[] {
  const { change, pack, orderRules = [], prices = [], packages = [] } = line
  const number = line.line === undefined ? undefined : lineNumber(line.line, place)
  return [
    ...writeLineGoods(number, line, change && codeFor(CHANGES, change)),
    ...writeMeasures(pack, syntax),
    ...writeQuantity(CONTAINED, pack?.pack, undefined, syntax),
    ...orderRules.flatMap(writeOrderRule),
    ...writeMessageDates(line),
    ...writeValidity(line),
    ...writeLineName(line.line),
    ...writeMessageReferences(line.references),
    ...(pack?.packaging === undefined
      ? []
      : [messageSegment('PAC', undefined, undefined, [undefined, undefined, undefined, pack.packaging])]),
    ...packages.flatMap((one) => writePackage(one, syntax)),
    ...prices.flatMap((price) => writePrice(price, syntax)),
  ]
}

function writeOrderRule({ rule, quantity }: OrderRule): MessageSegment[] {
  const code = codeFor(ORDER_RULES, rule)
  return code === '' ? [] : [messageSegment('QTY', [code, quantity])]
}

const FREE = 'F'

function writePackage(pack: CatalogPackage, syntax: PartnerSyntax): MessageSegment[] {
  const { qualifier, value, quantity, uom, sizeUom } = pack
  const unit = messageUnit(sizeUom, syntax)
  const sizes = Object.entries(SIZES).flatMap(([code, member]) =>
    pack[member] === undefined ? [] : [messageSegment('MEA', 'PD', code, [unit, pack[member]])],
  )
  return [
    messageSegment('PAC', '1', undefined, undefined, [FREE, value, itemCode(qualifier)]),
    ...writeMeasures(pack, syntax),
    ...sizes,
    ...writeQuantity(IN_PACKAGE, quantity, uom, syntax),
  ]
}

const QUANTITY_RANGE = '4'

function writePrice(price: CatalogPrice, syntax: PartnerSyntax): MessageSegment[] {
  const { type, class: group, fromQuantity, uom } = price
  return [
    writePriceOfType(price, type, syntax),
    ...(group === undefined ? [] : [messageSegment('APR', group)]),
    ...(fromQuantity === undefined
      ? []
      : [messageSegment('RNG', QUANTITY_RANGE, [messageUnit(uom ?? 'EA', syntax), fromQuantity])]),
    ...writeMessageDates(price),
    ...writeValidity(price),
  ]
}
