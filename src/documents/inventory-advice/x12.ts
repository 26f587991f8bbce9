import type { X12Set } from '../../edi/x12/reading.ts'
import { added } from '../added.ts'
import type { Reading } from '../faults.ts'
import { checkLineCount, currencyOf, readHead, readPurpose, takenDate } from '../head-x12.ts'
import { basisOf, itemIdPairs, readItemIds, readPrice } from '../item-x12.ts'
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
import { codeFor, PURPOSES, wordFor } from '../purposes.ts'
import { readQuantity } from '../quantity-x12.ts'
import {
  endReading,
  faultAt,
  identifierAt,
  locateFindings,
  missingSegment,
  neededDate,
  neededIdentifier,
  type SetReading,
  startReading,
  timeAt,
  unitAt,
} from '../set-reading.ts'
import { fitted, type Segment, segment, unitText, x12Date } from '../set-writing.ts'
import { NAMED_ROLES } from '../shapes.ts'
import { inventoryAdviceFaults } from './checks.ts'
import type { InventoryAdvice, InventoryAdviceLine, Stock } from './schema.ts'

/** The parties with a member of their own. */
export const STOCK_ROLES = { WH: 'warehouse', ...NAMED_ROLES } as const
const AS_OF = '007'
const LOT = 'LT'

/** QTY01 in words. */
const STATUSES: Readonly<Record<string, Stock['status']>> = {
  '17': 'onHand',
  '33': 'forSale',
  '63': 'onOrder',
  QH: 'onHold',
  '66': 'committed',
  '29': 'projected',
  '37': 'workInProcess',
  '20': 'unusable',
}

interface Walk {
  readonly advice: InventoryAdvice
  readonly lineSegments: number[]
  line: InventoryAdviceLine | undefined
  stock: Stock | undefined
  /** The unit of a UIT before the first QTY, which holds for the whole line. */
  uom: string | undefined
}

/** Reads an 846: the advice, or every fault with its segment and element. */
export function readInventoryAdviceX12(set: X12Set, syntax: PartnerSyntax = {}): Reading<InventoryAdvice> {
  const reading = startReading(set, '846', syntax)
  const advice: InventoryAdvice = { number: '', type: '', date: '', lines: [] }
  const walk: Walk = { advice, lineSegments: [], line: undefined, stock: undefined, uom: undefined }
  if (reading.segments.tag(1) === 'BIA') readBeginning(reading, 1, advice)
  else missingSegment(reading, 'BIA')
  let at = 1
  while (at < reading.end) at = readSegment(reading, at, walk)
  closeLine(reading, walk)
  placeAsOf(advice)
  const findings = inventoryAdviceFaults(advice)
  locateFindings(reading, findings, segmentOfLine(walk.lineSegments))
  return endReading(reading, advice)
}

function readBeginning(reading: SetReading, at: number, advice: InventoryAdvice): void {
  readPurpose(reading, at, 1, advice)
  advice.type = neededIdentifier(reading, at, 2, 'Whose stock it is')
  advice.number = neededIdentifier(reading, at, 3, 'The number of the advice')
  advice.date = neededDate(reading, at, 4, 'The date of the advice')
  const time = timeAt(reading, at, 5)
  if (time !== undefined) advice.time = time
  const action = identifierAt(reading, at, 6)
  if (action !== undefined) advice.action = action
}

function readSegment(reading: SetReading, at: number, walk: Walk): number {
  const { advice, line } = walk
  const tag = reading.segments.tag(at)
  if (tag === 'LIN') {
    closeLine(reading, walk)
    openLine(reading, at, walk)
  } else if (tag === 'CTT') checkLineCount(reading, at, advice.lines.length)
  else if (line === undefined) return readHead(reading, at, advice, STOCK_ROLES) ?? at + 1
  else return readOfLine(reading, at, tag, line, walk)
  return at + 1
}

function openLine(reading: SetReading, at: number, walk: Walk): void {
  const line: InventoryAdviceLine = { stock: [] }
  const number = identifierAt(reading, at, 1)
  if (number !== undefined) line.line = number
  readItemIds(reading, at, 2, line)
  walk.advice.lines.push(line)
  walk.lineSegments.push(at)
  walk.line = line
  walk.stock = undefined
  walk.uom = undefined
}

/** A line without QTY says nothing about how much. */
function closeLine(reading: SetReading, { line, lineSegments }: Walk): void {
  if (line === undefined || line.stock.length > 0) return
  faultAt(reading, 'MISSING', lineSegments.at(-1) ?? 1, undefined, ['The quantity (QTY)'])
}

function readOfLine(reading: SetReading, at: number, tag: string, line: InventoryAdviceLine, walk: Walk): number {
  switch (tag) {
    case 'PID':
      readDescription(reading, at, line)
      return at + 1
    case 'QTY':
      walk.stock = readStock(reading, at, walk)
      return at + 1
    case 'UIT':
      readUnit(reading, at, line, walk)
      return at + 1
    case 'DTM': {
      const owner = walk.stock ?? line
      owner.dates = added(owner.dates, readDated(reading, at))
      return at + 1
    }
    case 'REF':
      readLineReference(reading, at, line)
      return at + 1
    case 'N1': {
      const { role, party, next } = readParty(reading, at)
      line.parties = added(line.parties, { role, ...party })
      return next
    }
    default:
      return at + 1
  }
}

function readStock(reading: SetReading, at: number, walk: Walk): Stock {
  const { code, quantity, uom } = readQuantity(reading, at, walk.uom)
  const status = wordFor(STATUSES, code)
  const stock: Stock = status ? { status, quantity, uom } : { status: 'other', code, quantity, uom }
  walk.line?.stock.push(stock)
  return stock
}

/** UIT: the unit, and what one of them costs. */
function readUnit(reading: SetReading, at: number, line: InventoryAdviceLine, walk: Walk): void {
  if (walk.stock === undefined) walk.uom = unitAt(reading, at, 1)
  const price = readPrice(reading, at, 2, 3)
  if (price === undefined || line.price !== undefined) return
  line.price = price
  walk.advice.currency ??= currencyOf(reading.syntax)
}

function readLineReference(reading: SetReading, at: number, line: InventoryAdviceLine): void {
  const reference = readReference(reading, at)
  const { qualifier, value, description } = reference
  if (qualifier === LOT && value !== undefined && description === undefined && line.lot === undefined) line.lot = value
  else line.references = added(line.references, reference)
}

function placeAsOf(advice: InventoryAdvice): void {
  const { date, time } = takenDate(advice, AS_OF) ?? {}
  if (date !== undefined) advice.asOf = date
  if (time !== undefined) advice.asOfTime = time
}

/** Writes an inventory advice as the body of an 846. */
export function writeInventoryAdviceX12(advice: InventoryAdvice, syntax: PartnerSyntax = {}): Segment[] {
  const { number, type, date, time, action, currency, asOf, asOfTime } = advice
  const purpose = codeFor(PURPOSES, advice.purpose ?? 'original')
  return fitted(
    [
      segment('BIA', purpose, type, number, x12Date(date), x12Date(time), action),
      ...(currency === undefined ? [] : [segment('CUR', 'SE', currency)]),
      ...(asOf === undefined ? [] : [segment('DTM', AS_OF, x12Date(asOf), x12Date(asOfTime))]),
      ...(advice.dates ?? []).map(writeDated),
      ...(advice.references ?? []).map((reference) => writeReference('REF', reference)),
      ...(advice.contacts ?? []).map(writeContact),
      ...writeParties(advice, STOCK_ROLES),
      ...advice.lines.flatMap((line) => writeLine(line, syntax)),
      segment('CTT', String(advice.lines.length)),
    ],
    syntax,
  )
}

function writeLine(line: InventoryAdviceLine, syntax: PartnerSyntax): Segment[] {
  const { lot, price, stock } = line
  const uom = unitText(price?.uom ?? stock[0]?.uom, syntax)
  return [
    segment('LIN', line.line, ...itemIdPairs(line, syntax)),
    ...writeDescription(line),
    ...(line.dates ?? []).map(writeDated),
    ...(lot === undefined ? [] : [segment('REF', LOT, lot)]),
    ...(line.references ?? []).map((reference) => writeReference('REF', reference)),
    ...(price === undefined ? [] : [segment('UIT', uom, price.amount, basisOf(price))]),
    ...stock.flatMap((one) => writeStock(one, syntax)),
    ...writeRoleParties(line.parties),
  ]
}

function writeStock(stock: Stock, syntax: PartnerSyntax): Segment[] {
  const code = stock.status === 'other' ? stock.code : codeFor(STATUSES, stock.status)
  return [segment('QTY', code, stock.quantity, unitText(stock.uom, syntax)), ...(stock.dates ?? []).map(writeDated)]
}
