import { decimal } from '../../base/decimal.ts'
import type { EdifactMessage } from '../../edi/edifact/reading.ts'
import { added } from '../added.ts'
import { neededDay, writeMoment } from '../date-edifact.ts'
import type { Reading } from '../faults.ts'
import { COUNTED, SIGNED } from '../figures.ts'
import {
  lineItem,
  readLineItem,
  readMessagePrice,
  writeItemNumbers,
  writeMessagePrice,
  writeQuantity,
} from '../item-edifact.ts'
import { schemaFaults } from '../json-form.ts'
import { lineIn } from '../line-x12.ts'
import {
  lineNumber,
  type MessageFrame,
  missingDay,
  needQuantity,
  readMessageHead,
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
  messageLineNumber,
  readLinePart,
  readReferenceGroup,
} from '../message-parts.ts'
import {
  countedUnitIn,
  figureIn,
  identifierIn,
  type MessageReading,
  neededFigureIn,
  neededIdentifierIn,
  startMessage,
} from '../message-reading.ts'
import { fittedMessage, type MessageSegment, messageSegment } from '../message-writing.ts'
import { readOrderLinePart, readOrderLineQuantity, writeOrderLineParts } from '../order-line-edifact.ts'
import type { PartnerSyntax } from '../partner-syntax.ts'
import { byCode, codeFor, wordFor } from '../purposes.ts'
import { NAMED_ROLES } from '../shapes.ts'
import { purchaseOrderFaults } from './checks.ts'
import {
  type Component,
  type Destination,
  type PurchaseOrder,
  type PurchaseOrderLine,
  purchaseOrderSchema,
} from './schema.ts'

/** Kinds of order: X12 92 and EDIFACT 1001. An ordinary order is 220, or 105, and needs no word. */
const TYPES: Readonly<Record<string, string>> = { RL: '226', BK: '221', RO: '224', CN: '227', SP: '228' }
const TYPE_OF = byCode(TYPES)
const ORDER = '220'

const FRAME: MessageFrame<'buyer' | 'shipTo' | 'billTo' | 'supplier'> = { roles: NAMED_ROLES, reachedBy: 'buyer' }
const fits = schemaFaults(purchaseOrderSchema)

interface Walk {
  readonly order: PurchaseOrder
  readonly lineSegments: number[]
  isDated: boolean
  line: PurchaseOrderLine | undefined
  /** The part of a kit that the segments belong to, between a sub-line's LIN and the next one. */
  component: Component | undefined
  destination: Destination | undefined
  /** The rank of the amount that the total was taken from. */
  totalRank: number
  totalSegment: number
}

/** Reads ORDERS: the order with what was noticed on the way, or every fault with its segment, element and component. */
export function readPurchaseOrderEdifact(message: EdifactMessage, syntax: PartnerSyntax = {}): Reading<PurchaseOrder> {
  const reading = startMessage(message, 'ORDERS', syntax)
  const order: PurchaseOrder = { number: '', date: '', currency: syntax.currency ?? 'USD', lines: [] }
  const walk: Walk = {
    order,
    lineSegments: [],
    isDated: false,
    line: undefined,
    component: undefined,
    destination: undefined,
    totalRank: Number.POSITIVE_INFINITY,
    totalSegment: 1,
  }
  walkMessage(
    reading,
    (at) => readBeginning(reading, at, order),
    (at, tag) => readSegment(reading, at, tag, walk),
  )
  closeLine(reading, walk)
  if (!walk.isDated) missingDay(reading)
  const tolerance = syntax.totalTolerance === undefined ? undefined : decimal(syntax.totalTolerance)
  return endMessage(
    reading,
    order,
    fits,
    (whole) => purchaseOrderFaults(whole, tolerance),
    (pointer) => (pointer === '/total' ? walk.totalSegment : (walk.lineSegments[lineIn(pointer) ?? -1] ?? 1)),
  )
}

function readBeginning(reading: MessageReading, at: number, order: PurchaseOrder): void {
  const type = TYPE_OF.get(reading.segments.component(at, 1, 1))
  if (type !== undefined) order.type = type
  order.number = neededIdentifierIn(reading, at, 2, 1, 'The order number')
  const purpose = readMessagePurpose(reading, at, MESSAGE_PURPOSES, 'original', 'an order')
  if (purpose !== undefined) order.purpose = purpose
}

function readSegment(reading: MessageReading, at: number, tag: string, walk: Walk): number {
  if (tag === 'LIN') readLine(reading, at, walk)
  else if (tag === 'UNS') closeLine(reading, walk)
  else if (walk.line) return readOfLine(reading, at, tag, walk, walk.line)
  else return readOfHeader(reading, at, tag, walk)
  return at + 1
}

function readOfHeader(reading: MessageReading, at: number, tag: string, walk: Walk): number {
  const { order } = walk
  switch (tag) {
    case 'DTM':
      if (!walk.isDated && isOrderDate(reading.segments.component(at, 1, 1))) {
        walk.isDated = true
        order.date = neededDay(reading, at, 'The order date')
        return at + 1
      }
      break
    case 'RFF':
      return readReference(reading, at, order)
    case 'MOA':
      readTotal(reading, at, walk)
      break
    case 'CNT':
      checkLineCount(reading, at, order.lines.length)
      break
    default:
  }
  return readMessageHead(reading, at, tag, order, FRAME) || at + 1
}

const isOrderDate = (code: string) => code === '137' || code === '4'

function readReference(reading: MessageReading, at: number, order: PurchaseOrder): number {
  const group = readReferenceGroup(reading, at)
  if (group.code === 'CT' && order.contract === undefined && group.value !== undefined) order.contract = group.value
  else if (group.code === 'RE' && order.release === undefined && group.value !== undefined) order.release = group.value
  else keepReference(order, group)
  return group.next
}

/** Amounts that may state the total, the surest first: the whole message, the order, its lines. */
const TOTALS = ['86', '128', '79']

function readTotal(reading: MessageReading, at: number, walk: Walk): void {
  const rank = TOTALS.indexOf(reading.segments.component(at, 1, 1))
  if (rank < 0 || rank >= walk.totalRank) return
  const total = figureIn(reading, at, 1, 2, SIGNED)
  if (total === undefined) return
  walk.order.total = total
  walk.totalRank = rank
  walk.totalSegment = at
}

const SUB_LINE = '1'
/** What a part is to its line: X12 662 and the action of LIN (1229). */
const RELATIONSHIPS = { '1': 'A', '2': 'D' } as const

function readLine(reading: MessageReading, at: number, walk: Walk): void {
  const { segments } = reading
  if (walk.line && segments.component(at, 4, 1) === SUB_LINE) {
    openComponent(reading, at, walk, walk.line)
    return
  }
  closeLine(reading, walk)
  const { lines } = walk.order
  const line: PurchaseOrderLine = { line: messageLineNumber(reading, at, lines.length + 1), quantity: '', uom: '' }
  readLineItem(reading, at, line)
  lines.push(line)
  walk.lineSegments.push(at)
  walk.line = line
}

function openComponent(reading: MessageReading, at: number, walk: Walk, line: PurchaseOrderLine): void {
  const component: Component = { number: neededIdentifierIn(reading, at, 1, 1, 'The number of the part') }
  const parent = identifierIn(reading, at, 4, 2)
  const own = reading.segments.component(walk.lineSegments.at(-1) ?? 1, 1, 1)
  if (parent !== undefined && parent !== own) component.parent = parent
  const relationship = wordFor(RELATIONSHIPS, reading.segments.component(at, 2, 1))
  if (relationship !== undefined) component.relationship = relationship
  readLineItem(reading, at, component)
  line.components = added(line.components, component)
  walk.component = component
  walk.destination = undefined
}

/** A line without QTY says nothing about how much. */
function closeLine(reading: MessageReading, walk: Walk): void {
  if (walk.line) needQuantity(reading, walk.lineSegments.at(-1) ?? 1, walk.line, 'The quantity ordered')
  walk.line = undefined
  walk.component = undefined
  walk.destination = undefined
}

function readOfLine(reading: MessageReading, at: number, tag: string, walk: Walk, line: PurchaseOrderLine): number {
  switch (tag) {
    case 'QTY':
      readQuantity(reading, at, walk, line)
      return at + 1
    case 'PRI':
      readMessagePrice(reading, at, walk.component ?? line)
      return at + 1
    case 'RFF':
      return readLineReference(reading, at, line)
    default:
      if (walk.component && tag === 'PIA') return readLinePart(reading, at, tag, walk.component)
      return readOrderLinePart(reading, at, tag, line, walk)
  }
}

function readLineReference(reading: MessageReading, at: number, line: PurchaseOrderLine): number {
  const group = readReferenceGroup(reading, at)
  if (group.code === 'LI' && group.value !== undefined) line.line = group.value
  else keepReference(line, group)
  return group.next
}

const ORDERED = new Set(['21', '1'])

function readQuantity(reading: MessageReading, at: number, walk: Walk, line: PurchaseOrderLine): void {
  const { destination, component } = walk
  const isOrdered = destination === undefined && ORDERED.has(reading.segments.component(at, 1, 1))
  if (component && isOrdered) {
    component.quantity = neededFigureIn(reading, at, 1, 2, COUNTED, 'The quantity of the part')
    component.uom = countedUnitIn(reading, at, 1, 3)
  } else if (isOrdered && line.quantity === '') {
    line.quantity = neededFigureIn(reading, at, 1, 2, COUNTED, 'The quantity ordered')
    line.uom = countedUnitIn(reading, at, 1, 3)
  } else readOrderLineQuantity(reading, at, line, walk)
}

/** Writes an order as the body of ORDERS. */
export function writePurchaseOrderEdifact(order: PurchaseOrder, syntax: PartnerSyntax = {}): MessageSegment[] {
  const { number, release, date, contract } = order
  const type = order.type ?? (release === undefined ? undefined : 'RL')
  const purpose = codeFor(MESSAGE_PURPOSES, order.purpose ?? 'original')
  return fittedMessage(
    [
      messageSegment('BGM', TYPES[type ?? ''] ?? ORDER, number, purpose),
      ...writeMoment('137', { date }),
      ...writeMessageHead(order, FRAME, [
        ...(contract === undefined ? [] : [messageSegment('RFF', ['CT', contract])]),
        ...(release === undefined ? [] : [messageSegment('RFF', ['RE', release])]),
      ]),
      ...writeMessageConditions(order, FRAME, syntax),
      ...order.lines.flatMap((line, at) => writeLine(line, String(at + 1), syntax)),
      messageSegment('UNS', 'S'),
      ...(order.total === undefined ? [] : [messageSegment('MOA', ['86', order.total])]),
      messageSegment('CNT', ['2', String(order.lines.length)]),
    ],
    syntax,
  )
}

function writeLine(line: PurchaseOrderLine, place: string, syntax: PartnerSyntax): MessageSegment[] {
  const number = lineNumber(line.line, place)
  const ordered = { quantities: writeQuantity('21', line.quantity, line.uom, syntax), names: writeLineName(line.line) }
  return [
    ...writeLineGoods(number, line),
    ...writeOrderLineParts(line, ordered, syntax),
    ...(line.components ?? []).flatMap((component) => writeComponent(component, number, syntax)),
  ]
}

function writeComponent(component: Component, line: string, syntax: PartnerSyntax): MessageSegment[] {
  const { number, parent, relationship, quantity, uom, price } = component
  const action = relationship === 'A' || relationship === 'D' ? codeFor(RELATIONSHIPS, relationship) : undefined
  return [
    messageSegment('LIN', number, action, lineItem(component), [SUB_LINE, parent ?? line]),
    ...writeItemNumbers(component),
    ...writeQuantity('21', quantity, uom, syntax),
    ...writeMessagePrice(price, syntax),
  ]
}
