import type { X12Set } from '../../edi/x12/reading.ts'
import type { Reading } from '../faults.ts'
import { SIGNED } from '../figures.ts'
import { readWeightAt, weightElements } from '../line-weight.ts'
import { segmentOfLine } from '../line-x12.ts'
import type { PartnerSyntax } from '../partner-syntax.ts'
import { codeFor, PURPOSES, wordFor } from '../purposes.ts'
import {
  endReading,
  faultAt,
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
import {
  numberStockLines,
  placeStockItem,
  readStockDetail,
  readStockHead,
  readStockItem,
  writeStockDetail,
  writeStockHead,
} from '../stock-x12.ts'
import { inventoryAdjustmentFaults } from './checks.ts'
import { readReason, reasonCode } from './reasons.ts'
import type { InventoryAdjustment, InventoryAdjustmentLine } from './schema.ts'

/** Where the item numbers of W19 begin. */
const ITEM_PAIRS = [5, 7, 17] as const

interface Walk {
  readonly adjustment: InventoryAdjustment
  readonly lineSegments: number[]
  line: InventoryAdjustmentLine | undefined
  /** Below the line something else speaks of itself: its own parties and references are not the line's. */
  isBelow: boolean
}

/** Reads a 947: the inventory adjustment, or every fault with its segment and element. */
export function readInventoryAdjustmentX12(set: X12Set, syntax: PartnerSyntax = {}): Reading<InventoryAdjustment> {
  const reading = startReading(set, '947', syntax)
  const adjustment: InventoryAdjustment = { date: '', lines: [] }
  const walk: Walk = { adjustment, lineSegments: [], line: undefined, isBelow: false }
  if (reading.segments.tag(1) === 'W15') readBeginning(reading, 1, adjustment)
  else missingSegment(reading, 'W15')
  let at = 1
  while (at < reading.end) at = readSegment(reading, at, walk)
  numberStockLines(reading, adjustment.lines, walk.lineSegments)
  locateFindings(reading, inventoryAdjustmentFaults(adjustment), segmentOfLine(walk.lineSegments))
  return endReading(reading, adjustment)
}

function readBeginning(reading: SetReading, at: number, adjustment: InventoryAdjustment): void {
  adjustment.date = neededDate(reading, at, 1, 'The day of the adjustment')
  const number = identifierAt(reading, at, 2)
  if (number !== undefined) adjustment.number = number
  const depositorNumber = identifierAt(reading, at, 3)
  if (depositorNumber !== undefined) adjustment.depositorNumber = depositorNumber
  const purpose = identifierAt(reading, at, 4)
  if (purpose !== undefined) readPurpose(reading, at, purpose, adjustment)
  const type = identifierAt(reading, at, 5)
  if (type !== undefined) adjustment.type = type
}

function readPurpose(reading: SetReading, at: number, code: string, adjustment: InventoryAdjustment): void {
  const word = wordFor(PURPOSES, code)
  if (word === undefined) faultAt(reading, 'CODE_UNKNOWN', at, 4, [code, 'purpose of an adjustment'])
  else if (word !== 'original') adjustment.purpose = word
}

function readSegment(reading: SetReading, at: number, walk: Walk): number {
  const { adjustment, line } = walk
  const tag = reading.segments.tag(at)
  if (tag === 'W19') readLine(reading, at, walk)
  else if (line === undefined) return readStockHead(reading, at, adjustment) ?? at + 1
  else if (tag === 'N1' || tag === 'LX') walk.isBelow = true
  else if (!walk.isBelow) readStockDetail(reading, at, line)
  return at + 1
}

function readLine(reading: SetReading, at: number, walk: Walk): void {
  const code = neededIdentifier(reading, at, 1, 'The reason of the adjustment')
  const quantity = neededFigure(reading, at, 2, SIGNED, 'The quantity')
  const line: InventoryAdjustmentLine = { line: '', quantity, uom: neededUnit(reading, at, 3), reason: 'other' }
  readReason(code, line, reading.syntax)
  readStockItem(reading, at, 4, ITEM_PAIRS, line)
  const lot = identifierAt(reading, at, 9)
  if (lot !== undefined) line.lot = lot
  readWeightAt(reading, at, 10, line)
  const transaction = identifierAt(reading, at, 16)
  if (transaction !== undefined) line.transaction = transaction
  walk.adjustment.lines.push(line)
  walk.lineSegments.push(at)
  walk.line = line
  walk.isBelow = false
}

/** Writes an inventory adjustment as the body of a 947. A line has room for three item numbers; more are refused. */
export function writeInventoryAdjustmentX12(adjustment: InventoryAdjustment, syntax: PartnerSyntax = {}): Segment[] {
  const { date, number, depositorNumber, purpose, type } = adjustment
  const code = purpose === undefined ? undefined : codeFor(PURPOSES, purpose)
  return fitted(
    [
      segment('W15', x12Date(date), number, depositorNumber, code, type),
      ...writeStockHead(adjustment),
      ...adjustment.lines.flatMap((line) => writeLine(line, syntax)),
    ],
    syntax,
  )
}

function writeLine(line: InventoryAdjustmentLine, syntax: PartnerSyntax): Segment[] {
  const row = ['W19', reasonCode(line, syntax), line.quantity, unitText(line.uom, syntax), line.caseCode]
  for (const [at, weight] of weightElements(line).entries()) row[10 + at] = weight
  if (line.transaction !== undefined) row[16] = line.transaction
  return [placeStockItem(row, ITEM_PAIRS, line, syntax), ...writeStockDetail(line)]
}
