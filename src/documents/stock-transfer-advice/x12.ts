import type { X12Set } from '../../edi/x12/reading.ts'
import { readDeparture, writeDeparture } from '../departure-x12.ts'
import type { Reading } from '../faults.ts'
import { COUNTED } from '../figures.ts'
import { readWeightAt, writeLineWeight } from '../line-weight.ts'
import { lineIn } from '../line-x12.ts'
import type { PartnerSyntax } from '../partner-syntax.ts'
import {
  dateAt,
  endReading,
  identifierAt,
  locateFindings,
  missingSegment,
  neededFigure,
  neededIdentifier,
  neededUnit,
  type SetReading,
  startReading,
} from '../set-reading.ts'
import { fitted, type Segment, segment, unitText, x12Date } from '../set-writing.ts'
import {
  numberStockLines,
  placeStockItem,
  readStockDetail,
  readStockHead,
  readStockItem,
  writeStockDetail,
  writeStockHead,
} from '../stock-x12.ts'
import { readTotals, writeTotals } from '../warehouse-totals.ts'
import { stockTransferAdviceFaults } from './checks.ts'
import type { StockTransferAdvice, StockTransferAdviceLine } from './schema.ts'

/** Where the item numbers of W04 begin. */
const ITEM_PAIRS = [4, 6, 14] as const

interface Walk {
  readonly advice: StockTransferAdvice
  readonly lineSegments: number[]
  line: StockTransferAdviceLine | undefined
  totalSegment: number
}

/** Reads a 943: the stock transfer advice, or every fault with its segment and element. */
export function readStockTransferAdviceX12(set: X12Set, syntax: PartnerSyntax = {}): Reading<StockTransferAdvice> {
  const reading = startReading(set, '943', syntax)
  const advice: StockTransferAdvice = { reporting: '', lines: [] }
  const walk: Walk = { advice, lineSegments: [], line: undefined, totalSegment: 1 }
  if (reading.segments.tag(1) === 'W06') readBeginning(reading, 1, advice)
  else missingSegment(reading, 'W06')
  let at = 1
  while (at < reading.end) at = readSegment(reading, at, walk)
  numberStockLines(reading, advice.lines, walk.lineSegments)
  locateFindings(reading, stockTransferAdviceFaults(advice), (pointer) =>
    pointer.startsWith('/totals') ? walk.totalSegment : (walk.lineSegments[lineIn(pointer) ?? -1] ?? 1),
  )
  return endReading(reading, advice)
}

function readBeginning(reading: SetReading, at: number, advice: StockTransferAdvice): void {
  advice.reporting = neededIdentifier(reading, at, 1, 'The reporting code')
  const number = identifierAt(reading, at, 2)
  if (number !== undefined) advice.number = number
  const date = dateAt(reading, at, 3)
  if (date !== undefined) advice.date = date
  const shipment = identifierAt(reading, at, 4)
  if (shipment !== undefined) advice.shipment = shipment
  const agentShipment = identifierAt(reading, at, 5)
  if (agentShipment !== undefined) advice.agentShipment = agentShipment
  const purchaseOrder = identifierAt(reading, at, 6)
  if (purchaseOrder !== undefined) advice.purchaseOrder = purchaseOrder
  const masterReference = identifierAt(reading, at, 7)
  if (masterReference !== undefined) advice.masterReference = masterReference
  const linkSequence = identifierAt(reading, at, 8)
  if (linkSequence !== undefined) advice.linkSequence = linkSequence
}

function readSegment(reading: SetReading, at: number, walk: Walk): number {
  const { advice, line } = walk
  const tag = reading.segments.tag(at)
  if (tag === 'W04') readLine(reading, at, walk)
  else if (tag === 'W03') {
    advice.totals = readTotals(reading, at)
    walk.totalSegment = at
  } else if (line !== undefined) readLineDetail(reading, at, tag, line)
  else if (tag === 'W27') advice.departure = advice.departure ?? readDeparture(reading, at)
  else return readStockHead(reading, at, advice) ?? at + 1
  return at + 1
}

function readLine(reading: SetReading, at: number, walk: Walk): void {
  const quantity = neededFigure(reading, at, 1, COUNTED, 'The quantity')
  const line: StockTransferAdviceLine = { line: '', quantity, uom: neededUnit(reading, at, 2) }
  readStockItem(reading, at, 3, ITEM_PAIRS, line)
  walk.advice.lines.push(line)
  walk.lineSegments.push(at)
  walk.line = line
}

function readLineDetail(reading: SetReading, at: number, tag: string, line: StockTransferAdviceLine): void {
  if (tag === 'W20') readWeightAt(reading, at, 4, line)
  else readStockDetail(reading, at, line)
}

/** Writes a stock transfer advice as the body of a 943. A line has room for three item numbers; more are refused. */
export function writeStockTransferAdviceX12(advice: StockTransferAdvice, syntax: PartnerSyntax = {}): Segment[] {
  const { reporting, number, date, shipment, agentShipment, purchaseOrder, masterReference, linkSequence } = advice
  const shipped = [x12Date(date), shipment, agentShipment]
  return fitted(
    [
      segment('W06', reporting, number, ...shipped, purchaseOrder, masterReference, linkSequence),
      ...writeStockHead(advice),
      ...writeDeparture(advice.departure),
      ...advice.lines.flatMap((line) => writeLine(line, syntax)),
      ...(advice.totals ? [writeTotals('W03', advice.totals, syntax)] : []),
    ],
    syntax,
  )
}

function writeLine(line: StockTransferAdviceLine, syntax: PartnerSyntax): Segment[] {
  const row = ['W04', line.quantity, unitText(line.uom, syntax), line.caseCode]
  return [placeStockItem(row, ITEM_PAIRS, line, syntax), ...writeStockDetail(line), ...writeLineWeight(line)]
}
