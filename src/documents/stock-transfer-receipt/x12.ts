import type { X12Set } from '../../edi/x12/reading.ts'
import { added } from '../added.ts'
import type { Reading } from '../faults.ts'
import { COUNTED, POSSIBLE, SIGNED } from '../figures.ts'
import { readWeightAt, writeLineWeight } from '../line-weight.ts'
import { lineIn } from '../line-x12.ts'
import type { PartnerSyntax } from '../partner-syntax.ts'
import {
  endReading,
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
  textAt,
  timeAt,
} from '../set-reading.ts'
import { errors, fitted, type Segment, segment, unitText, x12Date } from '../set-writing.ts'
import {
  numberStockLines,
  placeStockItem,
  readStockDetail,
  readStockHead,
  readStockItem,
  writeStockDetail,
  writeStockHead,
} from '../stock-x12.ts'
import { stockTransferReceiptFaults } from './checks.ts'
import type {
  ReceiptException,
  ReceiptTotals,
  StockTransferReceipt,
  StockTransferReceiptLine,
  TruckArrival,
} from './schema.ts'

/** Where the item numbers of W07 begin. */
const ITEM_PAIRS = [4, 6, 10] as const

/** Conditions of goods that came in (X12 412); the first code of a word is the one written. */
const CONDITIONS: readonly (readonly [string, ReceiptException['condition']])[] = [
  ['01', 'damaged'],
  ['02', 'short'],
  ['03', 'over'],
  ['04', 'quality'],
  ['05', 'wrong_item'],
  ['12', 'over'],
  ['16', 'short'],
]

function usualCode(condition: ReceiptException['condition']): string | undefined {
  return CONDITIONS.find(([, word]) => word === condition)?.[0]
}

interface Walk {
  readonly receipt: StockTransferReceipt
  readonly lineSegments: number[]
  line: StockTransferReceiptLine | undefined
  totalSegment: number
}

/** Reads a 944: the stock transfer receipt, or every fault with its segment and element. A line of zero is a line. */
export function readStockTransferReceiptX12(set: X12Set, syntax: PartnerSyntax = {}): Reading<StockTransferReceipt> {
  const reading = startReading(set, '944', syntax)
  const receipt: StockTransferReceipt = { receipt: '', reporting: '', date: '', lines: [] }
  const walk: Walk = { receipt, lineSegments: [], line: undefined, totalSegment: 1 }
  if (reading.segments.tag(1) === 'W17') readBeginning(reading, 1, receipt)
  else missingSegment(reading, 'W17')
  let at = 1
  while (at < reading.end) at = readSegment(reading, at, walk)
  numberStockLines(reading, receipt.lines, walk.lineSegments)
  locateFindings(reading, stockTransferReceiptFaults(receipt), (pointer) =>
    pointer.startsWith('/totals') ? walk.totalSegment : (walk.lineSegments[lineIn(pointer) ?? -1] ?? 1),
  )
  return endReading(reading, receipt)
}

function readBeginning(reading: SetReading, at: number, receipt: StockTransferReceipt): void {
  receipt.reporting = neededIdentifier(reading, at, 1, 'The reporting code')
  receipt.date = neededDate(reading, at, 2, 'The day of the receipt')
  receipt.receipt = neededIdentifier(reading, at, 3, 'The number of the receipt')
  const number = identifierAt(reading, at, 4)
  if (number !== undefined) receipt.number = number
  const shipment = identifierAt(reading, at, 5)
  if (shipment !== undefined) receipt.shipment = shipment
  const time = timeAt(reading, at, 7)
  if (time !== undefined) receipt.time = time
  const masterReference = identifierAt(reading, at, 8)
  if (masterReference !== undefined) receipt.masterReference = masterReference
  const linkSequence = identifierAt(reading, at, 9)
  if (linkSequence !== undefined) receipt.linkSequence = linkSequence
}

function readSegment(reading: SetReading, at: number, walk: Walk): number {
  const { receipt, line } = walk
  const tag = reading.segments.tag(at)
  if (tag === 'W07') readLine(reading, at, walk)
  else if (tag === 'W14') {
    receipt.totals = readReceiptTotals(reading, at)
    walk.totalSegment = at
  } else if (line !== undefined) readLineDetail(reading, at, tag, line)
  else if (tag === 'W08') receipt.arrival = receipt.arrival ?? readArrival(reading, at)
  else return readStockHead(reading, at, receipt) ?? at + 1
  return at + 1
}

function readLine(reading: SetReading, at: number, walk: Walk): void {
  const received = neededFigure(reading, at, 1, POSSIBLE, 'The quantity received')
  const line: StockTransferReceiptLine = { line: '', received, uom: neededUnit(reading, at, 2) }
  readStockItem(reading, at, 3, ITEM_PAIRS, line)
  const lot = identifierAt(reading, at, 8)
  if (lot !== undefined) line.lot = lot
  walk.receipt.lines.push(line)
  walk.lineSegments.push(at)
  walk.line = line
}

function readLineDetail(reading: SetReading, at: number, tag: string, line: StockTransferReceiptLine): void {
  if (tag === 'W20') readWeightAt(reading, at, 4, line)
  else if (tag === 'W13') line.exceptions = added(line.exceptions, readException(reading, at))
  else readStockDetail(reading, at, line)
}

function readException(reading: SetReading, at: number): ReceiptException {
  const quantity = neededFigure(reading, at, 1, COUNTED, 'The quantity')
  const uom = neededUnit(reading, at, 2)
  const code = neededIdentifier(reading, at, 3, 'The condition')
  const condition = CONDITIONS.find(([one]) => one === code)?.[1] ?? 'other'
  const exception: ReceiptException = { quantity, uom, condition }
  if (usualCode(condition) !== code) exception.code = code
  const lot = identifierAt(reading, at, 4)
  if (lot !== undefined) exception.lot = lot
  const reason = identifierAt(reading, at, 5)
  if (reason !== undefined) exception.reason = reason
  return exception
}

function readArrival(reading: SetReading, at: number): TruckArrival {
  const arrival: TruckArrival = { method: neededIdentifier(reading, at, 1, 'The method of transport') }
  const scac = identifierAt(reading, at, 2)
  if (scac !== undefined) arrival.scac = scac
  const routing = textAt(reading, at, 3)
  if (routing !== undefined) arrival.routing = routing
  const equipmentInitial = identifierAt(reading, at, 4)
  if (equipmentInitial !== undefined) arrival.equipmentInitial = equipmentInitial
  const equipmentNumber = identifierAt(reading, at, 5)
  if (equipmentNumber !== undefined) arrival.equipmentNumber = equipmentNumber
  const seal = identifierAt(reading, at, 6)
  if (seal !== undefined) arrival.seal = seal
  return arrival
}

function readReceiptTotals(reading: SetReading, at: number): ReceiptTotals {
  const totals: ReceiptTotals = { quantity: neededFigure(reading, at, 1, POSSIBLE, 'The total quantity received') }
  const shipped = figureAt(reading, at, 2, POSSIBLE)
  if (shipped !== undefined) totals.shipped = shipped
  const difference = figureAt(reading, at, 3, SIGNED)
  if (difference !== undefined) totals.difference = difference
  const damaged = figureAt(reading, at, 4, POSSIBLE)
  if (damaged !== undefined) totals.damaged = damaged
  return totals
}

/** Writes a stock transfer receipt as the body of a 944. A line has room for three item numbers; more are refused. */
export function writeStockTransferReceiptX12(receipt: StockTransferReceipt, syntax: PartnerSyntax = {}): Segment[] {
  const { totals } = receipt
  return fitted(
    [
      writeBeginning(receipt),
      ...writeStockHead(receipt),
      ...writeArrival(receipt.arrival),
      ...receipt.lines.flatMap((line) => writeLine(line, syntax)),
      ...(totals ? [segment('W14', totals.quantity, totals.shipped, totals.difference, totals.damaged)] : []),
    ],
    syntax,
  )
}

function writeBeginning(receipt: StockTransferReceipt): Segment {
  const { reporting, date, number, shipment, time, masterReference, linkSequence } = receipt
  const clock = time === undefined ? [undefined, undefined] : ['8', x12Date(time)]
  const links = [masterReference, linkSequence]
  return segment('W17', reporting, x12Date(date), receipt.receipt, number, shipment, ...clock, ...links)
}

function writeArrival(arrival: TruckArrival | undefined): Segment[] {
  if (arrival === undefined) return []
  const { method, scac, routing, equipmentInitial, equipmentNumber, seal } = arrival
  return [segment('W08', method, scac, routing, equipmentInitial, equipmentNumber, seal)]
}

function writeLine(line: StockTransferReceiptLine, syntax: PartnerSyntax): Segment[] {
  const row = ['W07', line.received, unitText(line.uom, syntax), line.caseCode]
  return [
    placeStockItem(row, ITEM_PAIRS, line, syntax),
    ...writeStockDetail(line),
    ...writeLineWeight(line),
    ...(line.exceptions ?? []).map((exception) => writeException(exception, syntax)),
  ]
}

function writeException(
  { quantity, uom, condition, code, lot, reason }: ReceiptException,
  syntax: PartnerSyntax,
): Segment {
  const known = code ?? usualCode(condition)
  if (known === undefined) throw errors.DOES_NOT_FIT(`W13: a condition “${condition}” without its code`)
  return segment('W13', quantity, unitText(uom, syntax), known, lot, reason)
}
