import type { EdifactMessage } from '../../edi/edifact/reading.ts'
import {
  type NamedMoments,
  readNamedMoment,
  readPlainDate,
  writeMessageDates,
  writeNamedMoments,
} from '../date-edifact.ts'
import type { Reading } from '../faults.ts'
import { SIGNED } from '../figures.ts'
import { readLineItem, readMessagePrice, writeMessagePrice, writeQuantity } from '../item-edifact.ts'
import { schemaFaults } from '../json-form.ts'
import { segmentOfLine } from '../line-x12.ts'
import {
  lineNumber,
  type MessageFrame,
  messageKind,
  missingDay,
  readMessageHead,
  readMessageKind,
  readMessagePurpose,
  walkMessage,
  writeLineGoods,
  writeLineName,
  writeMessageConditions,
  writeMessageHead,
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
  identifierIn,
  type MessageReading,
  neededFigureIn,
  neededIdentifierIn,
  startMessage,
} from '../message-reading.ts'
import { fittedMessage, type MessageSegment, messageSegment } from '../message-writing.ts'
import type { PartnerSyntax } from '../partner-syntax.ts'
import { writeMessageReferences } from '../party-edifact.ts'
import { codeFor, wordFor } from '../purposes.ts'
import { faultAt } from '../set-reading.ts'
import { inventoryAdviceFaults } from './checks.ts'
import { type InventoryAdvice, type InventoryAdviceLine, inventoryAdviceSchema, type Stock } from './schema.ts'
import { STOCK_ROLES } from './x12.ts'

const INVENTORY_REPORT = '35'
/** X12 755: a distributor's stock, which is what INVRPT tells unless its name in BGM says otherwise. */
const DISTRIBUTORS = 'DD'
/** When the report was made, and when the figures held. */
const MOMENTS: NamedMoments<'date' | 'time' | 'asOf' | 'asOfTime'> = [
  ['137', 'date', 'time'],
  ['366', 'asOf', 'asOfTime'],
]

/** QTY (6063) in words; of several codes with one meaning the first is written. */
const STATUSES: readonly (readonly [string, Stock['status']])[] = [
  ['17', 'onHand'],
  ['145', 'onHand'],
  ['33', 'forSale'],
  ['63', 'onOrder'],
  ['QH', 'onHold'],
  ['66', 'committed'],
  ['29', 'projected'],
  ['37', 'workInProcess'],
  ['20', 'unusable'],
  ['124', 'unusable'],
]
const STATUS_OF = new Map(STATUSES)
/** INV (7491) says which stock its QTY counts, where QTY only says that it is there. */
const INVENTORIES: Readonly<Record<string, Stock['status']>> = { '2': 'unusable', '4': 'committed', '5': 'onHold' }

/** Notes, carriage, terms and charges have no member in an inventory advice. */
const FRAME: MessageFrame<(typeof STOCK_ROLES)[keyof typeof STOCK_ROLES]> = {
  roles: STOCK_ROLES,
  reachedBy: 'supplier',
  leavesOut: new Set(['FTX', 'TDT', 'TOD', 'PAT', 'ALC']),
}
const fits = schemaFaults(inventoryAdviceSchema)

interface Walk {
  readonly advice: InventoryAdvice
  readonly lineSegments: number[]
  /** The DTM that have become members. */
  readonly moments: Set<string>
  line: InventoryAdviceLine | undefined
  stock: Stock | undefined
  /** The INV that the QTY behind it belong to. */
  inventory: { readonly type: string; readonly moves: boolean } | undefined
}

/**
 * Reads INVRPT: the advice, or every fault with its place. What INV tells as a movement (4501) is no stock, and left out;
 * a line that tells of nothing else says nothing about how much there is.
 */
export function readInventoryAdviceEdifact(
  message: EdifactMessage,
  syntax: PartnerSyntax = {},
): Reading<InventoryAdvice> {
  const reading = startMessage(message, 'INVRPT', syntax)
  const advice: InventoryAdvice = { number: '', type: DISTRIBUTORS, date: '', lines: [] }
  const walk: Walk = {
    advice,
    lineSegments: [],
    moments: new Set(),
    line: undefined,
    stock: undefined,
    inventory: undefined,
  }
  walkMessage(
    reading,
    (at) => readBeginning(reading, at, advice),
    (at, tag) => readSegment(reading, at, tag, walk),
  )
  closeLine(reading, walk)
  if (!walk.moments.has('137')) missingDay(reading)
  placeCurrency(advice, syntax)
  return endMessage(reading, advice, fits, inventoryAdviceFaults, segmentOfLine(walk.lineSegments))
}

function readBeginning(reading: MessageReading, at: number, advice: InventoryAdvice): void {
  advice.type = readMessageKind(reading, at, /^[A-Z]{2}$/) ?? DISTRIBUTORS
  advice.number = neededIdentifierIn(reading, at, 2, 1, 'The number of the report')
  const purpose = readMessagePurpose(reading, at, MESSAGE_PURPOSES, 'original', 'an inventory report')
  if (purpose !== undefined) advice.purpose = purpose
}

/** Prices without CUX are in the partner's usual currency. */
function placeCurrency(advice: InventoryAdvice, syntax: PartnerSyntax): void {
  if (advice.lines.some(({ price }) => price !== undefined)) advice.currency ??= syntax.currency ?? 'USD'
}

function readSegment(reading: MessageReading, at: number, tag: string, walk: Walk): number {
  if (tag === 'LIN') openLine(reading, at, walk)
  else if (tag === 'CNT') checkLineCount(reading, at, walk.advice.lines.length)
  else if (walk.line) return readOfLine(reading, at, tag, walk, walk.line)
  else if (tag === 'DTM') readHeaderDate(reading, at, walk)
  else return readMessageHead(reading, at, tag, walk.advice, FRAME) || at + 1
  return at + 1
}

function readHeaderDate(reading: MessageReading, at: number, { advice, moments }: Walk): void {
  if (!readNamedMoment(reading, at, advice, MOMENTS, moments)) readPlainDate(reading, at, advice)
}

function openLine(reading: MessageReading, at: number, walk: Walk): void {
  closeLine(reading, walk)
  const line: InventoryAdviceLine = { stock: [] }
  const number = identifierIn(reading, at, 1, 1)
  if (number !== undefined) line.line = number
  readLineItem(reading, at, line)
  walk.advice.lines.push(line)
  walk.lineSegments.push(at)
  walk.line = line
  walk.stock = undefined
  walk.inventory = undefined
}

/** A line without QTY says nothing about how much. */
function closeLine(reading: MessageReading, { line, lineSegments }: Walk): void {
  if (line === undefined || line.stock.length > 0) return
  faultAt(reading, 'MISSING', lineSegments.at(-1) ?? 1, undefined, ['The quantity (QTY)'])
}

function readOfLine(reading: MessageReading, at: number, tag: string, walk: Walk, line: InventoryAdviceLine): number {
  switch (tag) {
    case 'INV':
      walk.inventory = {
        type: reading.segments.component(at, 2, 1),
        moves: reading.segments.component(at, 1, 1) !== '',
      }
      return at + 1
    case 'QTY':
      readStock(reading, at, walk, line)
      return at + 1
    case 'PRI':
      if (walk.stock === undefined) readMessagePrice(reading, at, line)
      return at + 1
    case 'DTM':
      if (walk.inventory?.moves !== true) readPlainDate(reading, at, walk.stock ?? line)
      return at + 1
    case 'RFF':
      return readLineReference(reading, at, line)
    case 'FTX':
      return readLinePart(reading, at, tag, {})
    default:
      return readLinePart(reading, at, tag, line) || at + 1
  }
}

function readStock(reading: MessageReading, at: number, walk: Walk, line: InventoryAdviceLine): void {
  const { inventory } = walk
  if (inventory?.moves) return
  const code = neededIdentifierIn(reading, at, 1, 1, 'What the quantity counts')
  const status = STATUS_OF.get(code)
  const quantity = neededFigureIn(reading, at, 1, 2, SIGNED, 'The quantity')
  const uom = countedUnitIn(reading, at, 1, 3)
  const ofType = status === 'onHand' ? wordFor(INVENTORIES, inventory?.type ?? '') : undefined
  const stock: Stock = status ? { status: ofType ?? status, quantity, uom } : otherStock(code, quantity, uom)
  line.stock.push(stock)
  walk.stock = stock
}

/** A code of three characters has no place in X12; it stays a stock of another kind. */
function otherStock(code: string, quantity: string, uom: string): Stock {
  return code.length > 2 ? { status: 'other', quantity, uom } : { status: 'other', code, quantity, uom }
}

/** RFF+BT names the lot. */
function readLineReference(reading: MessageReading, at: number, line: InventoryAdviceLine): number {
  const group = readReferenceGroup(reading, at)
  if (group.code === 'BT' && group.value !== undefined && line.lot === undefined) line.lot = group.value
  else if (group.code === 'LI' && group.value !== undefined) line.line = group.value
  else keepReference(line, group)
  return group.next
}

/** Writes an inventory advice as the body of INVRPT. */
export function writeInventoryAdviceEdifact(advice: InventoryAdvice, syntax: PartnerSyntax = {}): MessageSegment[] {
  const { number, type, purpose = 'original', lines } = advice
  const kind = messageKind(INVENTORY_REPORT, type === DISTRIBUTORS ? undefined : type)
  return fittedMessage(
    [
      messageSegment('BGM', kind, number, codeFor(MESSAGE_PURPOSES, purpose)),
      ...writeNamedMoments(advice, MOMENTS),
      ...writeMessageHead(advice, FRAME, []),
      ...writeMessageConditions(advice, FRAME, syntax),
      ...lines.flatMap((line, at) => writeLine(line, String(at + 1), syntax)),
      messageSegment('CNT', ['2', String(lines.length)]),
    ],
    syntax,
  )
}

function writeLine(line: InventoryAdviceLine, place: string, syntax: PartnerSyntax): MessageSegment[] {
  const { lot, price, stock } = line
  return [
    ...writeLineGoods(line.line === undefined ? undefined : lineNumber(line.line, place), line),
    ...writeMessageDates(line),
    ...writeLineName(line.line),
    ...(lot === undefined ? [] : [messageSegment('RFF', ['BT', lot])]),
    ...writeMessageReferences(line.references),
    ...writeMessagePrice(price, syntax),
    ...stock.flatMap((one) => writeStock(one, syntax)),
  ]
}

function writeStock(stock: Stock, syntax: PartnerSyntax): MessageSegment[] {
  const { status, code, quantity, uom } = stock
  const known = STATUSES.find(([, word]) => word === status)?.[0]
  return [...writeQuantity(code ?? known ?? 'ZZZ', quantity, uom, syntax), ...writeMessageDates(stock)]
}
