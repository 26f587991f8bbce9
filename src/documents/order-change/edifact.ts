import type { EdifactMessage } from '../../edi/edifact/reading.ts'
import {
  type AboutOrder,
  missingOrderDay,
  readAboutOrder,
  writeAboutOrder,
  writeOrderDay,
} from '../about-order-edifact.ts'
import type { LineChangeKind } from '../change-line.ts'
import type { Reading } from '../faults.ts'
import { POSSIBLE } from '../figures.ts'
import { readLineItem, writeQuantity } from '../item-edifact.ts'
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
  writeMessageHead,
} from '../message-frame.ts'
import { checkLineCount, endMessage, keepReference, MESSAGE_PURPOSES, readReferenceGroup } from '../message-parts.ts'
import {
  countedUnitIn,
  faultIn,
  identifierIn,
  type MessageReading,
  neededFigureIn,
  neededIdentifierIn,
  startMessage,
} from '../message-reading.ts'
import { fittedMessage, type MessageSegment, messageSegment } from '../message-writing.ts'
import {
  type OrderLineWalk,
  readOrderLinePart,
  readOrderLineQuantity,
  writeOrderLineParts,
} from '../order-line-edifact.ts'
import type { PartnerSyntax } from '../partner-syntax.ts'
import { codeFor, wordFor } from '../purposes.ts'
import { NAMED_ROLES } from '../shapes.ts'
import { orderChangeFaults } from './checks.ts'
import { type OrderChange, type OrderChangeLine, orderChangeSchema } from './schema.ts'

const CHANGE_OF_ORDER = '230'

/** The action of LIN (1229) in words. */
const ACTIONS: Readonly<Record<string, LineChangeKind>> = {
  '1': 'add',
  '2': 'delete',
  '3': 'change',
  '4': 'unchanged',
  '11': 'unchanged',
  '16': 'replaceItem',
}
const CHANGED = '3'
/** What of a line changes: 1229 knows only that something does, so these words stand as text in QVR. */
const DETAILS: Readonly<Record<string, LineChangeKind>> = {
  'Dates changed': 'changeDates',
  'Price changed': 'changePrice',
  'Price and quantity changed': 'changePriceAndQuantity',
  'Price and dates changed': 'changePriceAndReschedule',
  'Quantity decreased': 'decrease',
  'Quantity increased': 'increase',
  'Transport changed': 'changeTransport',
  'Dates replaced': 'replaceDates',
  'Change rejected': 'rejectChange',
  'Dates and quantity changed': 'rescheduleAndChangeQuantity',
  Rescheduled: 'reschedule',
  Replaced: 'replace',
}

const FRAME: MessageFrame<'buyer' | 'shipTo' | 'billTo' | 'supplier'> = { roles: NAMED_ROLES, reachedBy: 'buyer' }
const fits = schemaFaults(orderChangeSchema)

interface Walk extends OrderLineWalk {
  readonly change: OrderChange
  readonly lineSegments: number[]
  readonly order: AboutOrder
  line: OrderChangeLine | undefined
}

/**
 * Reads ORDCHG: the change, or every fault with its place. RFF+ON names the order, and BGM then counts the change; without
 * RFF+ON the number of BGM is the order's.
 */
export function readOrderChangeEdifact(message: EdifactMessage, syntax: PartnerSyntax = {}): Reading<OrderChange> {
  const reading = startMessage(message, 'ORDCHG', syntax)
  const change: OrderChange = { number: '', date: '', currency: syntax.currency ?? 'USD', lines: [] }
  const walk: Walk = { change, lineSegments: [], order: {}, line: undefined, destination: undefined }
  walkMessage(
    reading,
    (at) => readBeginning(reading, at, change),
    (at, tag) => readSegment(reading, at, tag, walk),
  )
  placeOrder(reading, walk)
  return endMessage(reading, change, fits, orderChangeFaults, segmentOfLine(walk.lineSegments))
}

function readBeginning(reading: MessageReading, at: number, change: OrderChange): void {
  const type = readMessageKind(reading, at, /^[A-Z]{2}$/)
  if (type !== undefined) change.type = type
  change.number = neededIdentifierIn(reading, at, 2, 1, 'The number of the change')
  const purpose = readMessagePurpose(reading, at, MESSAGE_PURPOSES, 'change', 'a change')
  if (purpose !== undefined) change.purpose = purpose
}

function placeOrder(reading: MessageReading, { change, order }: Walk): void {
  const { number, release, orderedOn, madeOn } = order
  if (number !== undefined && number !== change.number) {
    if (change.number !== '') change.changeNumber = change.number
    change.number = number
  }
  if (release !== undefined) change.release = release
  if (orderedOn === undefined) missingOrderDay(reading)
  else change.date = orderedOn
  if (madeOn !== undefined) change.changedOn = madeOn
}

function readSegment(reading: MessageReading, at: number, tag: string, walk: Walk): number {
  if (tag === 'LIN') openLine(reading, at, walk)
  else if (tag === 'UNS') walk.line = undefined
  else if (walk.line) return readOfLine(reading, at, tag, walk, walk.line)
  else return readOfHeader(reading, at, tag, walk)
  return at + 1
}

function readOfHeader(reading: MessageReading, at: number, tag: string, walk: Walk): number {
  const { change } = walk
  const next = readAboutOrder(reading, at, tag, walk.order, 'the change')
  if (next > 0) return next
  if (tag === 'RFF') return readReference(reading, at, change)
  if (tag === 'CNT') checkLineCount(reading, at, change.lines.length)
  return readMessageHead(reading, at, tag, change, FRAME) || at + 1
}

function readReference(reading: MessageReading, at: number, change: OrderChange): number {
  const group = readReferenceGroup(reading, at)
  const { code, value } = group
  if (code === 'CT' && change.contract === undefined && value !== undefined) change.contract = value
  else if (code === 'RE' && change.release === undefined && value !== undefined) change.release = value
  else keepReference(change, group)
  return group.next
}

function openLine(reading: MessageReading, at: number, walk: Walk): void {
  const action = neededIdentifierIn(reading, at, 2, 1, 'What happens to the line')
  const change = wordFor(ACTIONS, action)
  if (change === undefined && action !== '')
    faultIn(reading, 'CODE_UNKNOWN', at, 2, 1, [action, 'change of a line that we know'])
  const line: OrderChangeLine = { change: change ?? 'unchanged' }
  const number = identifierIn(reading, at, 1, 1)
  if (number !== undefined) line.line = number
  readLineItem(reading, at, line)
  walk.change.lines.push(line)
  walk.lineSegments.push(at)
  walk.line = line
  walk.destination = undefined
}

function readOfLine(reading: MessageReading, at: number, tag: string, walk: Walk, line: OrderChangeLine): number {
  switch (tag) {
    case 'QTY':
      if (!readQuantity(reading, at, line, walk)) readOrderLineQuantity(reading, at, line, walk)
      return at + 1
    case 'QVR':
      if (line.change === 'change') line.change = wordFor(DETAILS, reading.segments.component(at, 3, 4)) ?? 'change'
      return at + 1
    case 'RFF':
      return readLineReference(reading, at, walk.order, line)
    default:
      return readOrderLinePart(reading, at, tag, line, walk)
  }
}

const ORDERED = '21'
const OUTSTANDING = '73'

/** QTY+21 is the whole line as it is now ordered, QTY+73 what of it the buyer still waits for. */
function readQuantity(reading: MessageReading, at: number, line: OrderChangeLine, walk: Walk): boolean {
  const code = reading.segments.component(at, 1, 1)
  if (walk.destination !== undefined || (code !== ORDERED && code !== OUTSTANDING)) return false
  const quantity = neededFigureIn(reading, at, 1, 2, POSSIBLE, 'The quantity')
  line[code === ORDERED ? 'quantity' : 'leftToReceive'] = quantity
  line.uom ??= countedUnitIn(reading, at, 1, 3)
  return true
}

/** RFF+ON with a line number says which line of the order is meant, as RFF+LI does. */
function readLineReference(reading: MessageReading, at: number, order: AboutOrder, line: OrderChangeLine): number {
  const group = readReferenceGroup(reading, at)
  const { code, value } = group
  if (code === 'ON' && (group.line !== undefined || order.number === undefined)) {
    if (group.line !== undefined) line.line = group.line
    if (value !== undefined) order.number ??= value
  } else if (code === 'LI' && value !== undefined) line.line = value
  else keepReference(line, group)
  return group.next
}

/** Writes an order change as the body of ORDCHG. */
export function writeOrderChangeEdifact(change: OrderChange, syntax: PartnerSyntax = {}): MessageSegment[] {
  const { number, release, date, contract, changeNumber, changedOn, type } = change
  const purpose = codeFor(MESSAGE_PURPOSES, change.purpose ?? 'change')
  return fittedMessage(
    [
      messageSegment('BGM', messageKind(CHANGE_OF_ORDER, type), changeNumber ?? number, purpose),
      ...writeOrderDay(date, changedOn),
      ...writeMessageHead(change, FRAME, [
        ...writeAboutOrder(number, release, date, changedOn),
        ...(contract === undefined ? [] : [messageSegment('RFF', ['CT', contract])]),
      ]),
      ...writeMessageConditions(change, FRAME, syntax),
      ...change.lines.flatMap((line, at) => writeLine(line, String(at + 1), syntax)),
      messageSegment('UNS', 'S'),
      messageSegment('CNT', ['2', String(change.lines.length)]),
    ],
    syntax,
  )
}

/** A line that names no line of the order has no number: its goods say which line is meant. */
function writeLine(line: OrderChangeLine, place: string, syntax: PartnerSyntax): MessageSegment[] {
  const { change, quantity, leftToReceive, uom } = line
  const number = line.line === undefined ? undefined : lineNumber(line.line, place)
  const detail = codeFor(DETAILS, change)
  return [
    ...writeLineGoods(number, line, codeFor(ACTIONS, change) || CHANGED),
    ...writeOrderLineParts(
      line,
      {
        quantities: [
          ...writeQuantity(ORDERED, quantity, uom, syntax),
          ...writeQuantity(OUTSTANDING, leftToReceive, uom, syntax),
        ],
        said:
          detail === '' ? [] : [messageSegment('QVR', undefined, undefined, [undefined, undefined, undefined, detail])],
        names: writeLineName(line.line),
      },
      syntax,
    ),
  ]
}
