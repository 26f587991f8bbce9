import type { X12Set } from '../../edi/x12/reading.ts'
import { added } from '../added.ts'
import type { Reading } from '../faults.ts'
import { type FigureRule, POSSIBLE } from '../figures.ts'
import { checkLineCount, currencyOf, readHead, readPurpose } from '../head-x12.ts'
import { itemIdPairs, readItemIds } from '../item-x12.ts'
import { readDescription, segmentOfLine, writeDescription } from '../line-x12.ts'
import type { PartnerSyntax } from '../partner-syntax.ts'
import { readDated, readReference, writeContact, writeDated, writeParties, writeReference } from '../party-x12.ts'
import { placePeriod, REPORTED, writePeriod } from '../period-x12.ts'
import { codeFor, PURPOSES, wordFor } from '../purposes.ts'
import { readQuantity } from '../quantity-x12.ts'
import {
  endReading,
  faultAt,
  figureAt,
  identifierAt,
  locateFindings,
  missingSegment,
  neededDate,
  neededFigure,
  neededIdentifier,
  neededUnit,
  type SetReading,
  startReading,
} from '../set-reading.ts'
import { fitted, type Segment, segment, unitText, x12Date } from '../set-writing.ts'
import { resaleReportFaults } from './checks.ts'
import type { ResaleAmount, ResaleItem, ResaleReport, Transfer } from './schema.ts'

const ROLES = { DB: 'distributor', MF: 'maker' } as const
const TRANSFER_ROLES = { ST: 'customer' } as const
const SIDES = { C: 'credit', D: 'debit' } as const
const MONEY: FigureRule = { least: 'signed', places: 3 }
const LOT = 'LT'

/** QTY01 in words. */
const KINDS: Readonly<Record<string, ResaleItem['kind']>> = { '32': 'sold', '76': 'returned', '17': 'onHand' }

interface Walk {
  readonly report: ResaleReport
  readonly transferSegments: number[]
  transfer: Transfer | undefined
  item: ResaleItem | undefined
  /** The summary has begun: amounts are those of the whole report. */
  isOver: boolean
}

/** Reads an 867: the report, or every fault with its segment and element. */
export function readResaleReportX12(set: X12Set, syntax: PartnerSyntax = {}): Reading<ResaleReport> {
  const reading = startReading(set, '867', syntax)
  const report: ResaleReport = { number: '', date: '', lines: [] }
  const walk: Walk = { report, transferSegments: [], transfer: undefined, item: undefined, isOver: false }
  if (reading.segments.tag(1) === 'BPT') readBeginning(reading, 1, report)
  else missingSegment(reading, 'BPT')
  let at = 1
  while (at < reading.end) at = readSegment(reading, at, walk)
  closeTransfer(reading, walk)
  placePeriod(report, REPORTED)
  const findings = resaleReportFaults(report)
  locateFindings(reading, findings, segmentOfLine(walk.transferSegments))
  return endReading(reading, report)
}

function readBeginning(reading: SetReading, at: number, report: ResaleReport): void {
  readPurpose(reading, at, 1, report)
  report.number = neededIdentifier(reading, at, 2, 'The number of the report')
  report.date = neededDate(reading, at, 3, 'The date of the report')
  const type = identifierAt(reading, at, 4)
  if (type !== undefined) report.type = type
}

function readSegment(reading: SetReading, at: number, walk: Walk): number {
  const { report, transfer } = walk
  const tag = reading.segments.tag(at)
  if (tag === 'PTD') openTransfer(reading, at, walk)
  else if (tag === 'QTY') openItem(reading, at, walk)
  else if (tag === 'AMT') readAmount(reading, at, walk)
  else if (tag === 'CTT') {
    checkLineCount(reading, at, report.lines.length)
    walk.isOver = true
  } else if (walk.isOver) return at + 1
  else if (walk.item !== undefined) readOfItem(reading, at, tag, walk.item, report)
  else if (transfer !== undefined) return readHead(reading, at, transfer, TRANSFER_ROLES) ?? at + 1
  else return readHead(reading, at, report, ROLES) ?? at + 1
  return at + 1
}

function openTransfer(reading: SetReading, at: number, walk: Walk): void {
  closeTransfer(reading, walk)
  const transfer: Transfer = { type: neededIdentifier(reading, at, 1, 'What happened'), items: [] }
  const referenceQualifier = identifierAt(reading, at, 4)
  if (referenceQualifier !== undefined) transfer.referenceQualifier = referenceQualifier
  const reference = identifierAt(reading, at, 5)
  if (reference !== undefined) transfer.reference = reference
  const movement = identifierAt(reading, at, 6)
  if (movement !== undefined) transfer.movement = movement
  walk.report.lines.push(transfer)
  walk.transferSegments.push(at)
  walk.transfer = transfer
  walk.item = undefined
}

/** A transfer without QTY moved nothing. */
function closeTransfer(reading: SetReading, { transfer, transferSegments }: Walk): void {
  if (transfer === undefined || transfer.items.length > 0) return
  faultAt(reading, 'MISSING', transferSegments.at(-1) ?? 1, undefined, ['The quantity (QTY)'])
}

function openItem(reading: SetReading, at: number, walk: Walk): void {
  if (walk.transfer === undefined) return
  const { code, quantity, uom } = readQuantity(reading, at)
  const kind = wordFor(KINDS, code)
  walk.item = kind ? { kind, quantity, uom } : { kind: 'other', code, quantity, uom }
  walk.transfer.items.push(walk.item)
}

function readOfItem(reading: SetReading, at: number, tag: string, item: ResaleItem, report: ResaleReport): void {
  if (tag === 'LIN') {
    const line = identifierAt(reading, at, 1)
    if (line !== undefined) item.line = line
    readItemIds(reading, at, 2, item)
  } else if (tag === 'UIT') readUnitPrice(reading, at, item, report)
  else if (tag === 'PID') readDescription(reading, at, item)
  else if (tag === 'DTM') item.dates = added(item.dates, readDated(reading, at))
  else if (tag === 'REF') readItemReference(reading, at, item)
}

/** UIT: what one costs under the contract, in the catalog and so on; without a price it only repeats the unit. */
function readUnitPrice(reading: SetReading, at: number, item: ResaleItem, report: ResaleReport): void {
  const amount = figureAt(reading, at, 2, POSSIBLE)
  if (amount === undefined) return
  const basis = identifierAt(reading, at, 3)
  const price = { uom: neededUnit(reading, at, 1), amount }
  item.prices = added(item.prices, basis === undefined ? price : { ...price, basis })
  report.currency ??= currencyOf(reading.syntax)
}

function readAmount(reading: SetReading, at: number, { report, item, isOver }: Walk): void {
  const owner = isOver ? report : item
  if (owner === undefined) return
  const amount: ResaleAmount = {
    type: neededIdentifier(reading, at, 1, 'What the amount is'),
    amount: neededFigure(reading, at, 2, MONEY, 'The amount'),
  }
  const code = identifierAt(reading, at, 3)
  const side = code === undefined ? undefined : wordFor(SIDES, code)
  if (side !== undefined) amount.side = side
  else if (code !== undefined) faultAt(reading, 'CODE_UNKNOWN', at, 3, [code, 'credit (C) or debit (D)'])
  owner.amounts = added(owner.amounts, amount)
  report.currency ??= currencyOf(reading.syntax)
}

function readItemReference(reading: SetReading, at: number, item: ResaleItem): void {
  const reference = readReference(reading, at)
  const { qualifier, value, description } = reference
  if (qualifier === LOT && value !== undefined && description === undefined && item.lot === undefined) item.lot = value
  else item.references = added(item.references, reference)
}

/** Writes a resale report as the body of an 867. */
export function writeResaleReportX12(report: ResaleReport, syntax: PartnerSyntax = {}): Segment[] {
  const { number, date, type, currency, lines, amounts = [] } = report
  return fitted(
    [
      segment('BPT', codeFor(PURPOSES, report.purpose ?? 'original'), number, x12Date(date), type),
      ...(currency === undefined ? [] : [segment('CUR', 'SE', currency)]),
      ...writePeriod(report, REPORTED),
      ...(report.dates ?? []).map(writeDated),
      ...(report.references ?? []).map((reference) => writeReference('REF', reference)),
      ...(report.contacts ?? []).map(writeContact),
      ...writeParties(report, ROLES),
      ...lines.flatMap((transfer) => writeTransfer(transfer, syntax)),
      segment('CTT', String(lines.length)),
      ...amounts.map(writeAmount),
    ],
    syntax,
  )
}

function writeTransfer(transfer: Transfer, syntax: PartnerSyntax): Segment[] {
  const { type, referenceQualifier, reference, movement } = transfer
  return [
    segment('PTD', type, undefined, undefined, referenceQualifier, reference, movement),
    ...(transfer.dates ?? []).map(writeDated),
    ...(transfer.references ?? []).map((one) => writeReference('REF', one)),
    ...writeParties(transfer, TRANSFER_ROLES),
    ...transfer.items.flatMap((item) => writeItem(item, syntax)),
  ]
}

function writeItem(item: ResaleItem, syntax: PartnerSyntax): Segment[] {
  const { kind, code, quantity, uom, lot, prices = [], amounts = [] } = item
  return [
    segment('QTY', kind === 'other' ? code : codeFor(KINDS, kind), quantity, unitText(uom, syntax)),
    segment('LIN', item.line, ...itemIdPairs(item, syntax)),
    ...prices.map((price) => segment('UIT', unitText(price.uom, syntax), price.amount, price.basis)),
    ...amounts.map(writeAmount),
    ...writeDescription(item),
    ...(lot === undefined ? [] : [segment('REF', LOT, lot)]),
    ...(item.references ?? []).map((reference) => writeReference('REF', reference)),
    ...(item.dates ?? []).map(writeDated),
  ]
}

function writeAmount({ type, amount, side }: ResaleAmount): Segment {
  return segment('AMT', type, amount, side && codeFor(SIDES, side))
}
