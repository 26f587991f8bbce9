import type { EdifactMessage } from '../../edi/edifact/reading.ts'
import { added } from '../added.ts'
import {
  type NamedMoments,
  readNamedMoment,
  readPlainDate,
  writeMessageDates,
  writeMoment,
  writeNamedMoments,
} from '../date-edifact.ts'
import { codePairs } from '../edifact-codes.ts'
import type { Reading } from '../faults.ts'
import { POSSIBLE } from '../figures.ts'
import { readLineItem, readMeasure, writeMeasures, writeQuantity } from '../item-edifact.ts'
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
  writeMessageHead,
} from '../message-frame.ts'
import {
  checkLineCount,
  endMessage,
  keepReference,
  MESSAGE_PURPOSES,
  readLinePart,
  readReferenceGroup,
  writeOrderLine,
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
import type { PartnerSyntax } from '../partner-syntax.ts'
import { writeMessageReferences } from '../party-edifact.ts'
import { codeFor, wordFor } from '../purposes.ts'
import { errors } from '../set-writing.ts'
import type { Lading } from '../shapes.ts'
import {
  readMessageEquipment,
  readMessageSeal,
  writeMessageCarriage,
  writeMessageEquipment,
} from '../transport-edifact.ts'
import { receivingAdviceFaults } from './checks.ts'
import {
  type ReceiptException,
  type ReceivedLine,
  type ReceivedOrder,
  type ReceivingAdvice,
  receivingAdviceSchema,
} from './schema.ts'
import { RECEIVING_ROLES } from './x12.ts'

const GOODS_RECEIPT = '632'
/** X12 962: the advice after the goods were put away, which is what RECADV tells. */
const AFTER_STORING = '2'
/** When the advice was made, and when the goods came in. */
const MOMENTS: NamedMoments<'date' | 'time' | 'receivedOn'> = [
  ['137', 'date', 'time'],
  ['50', 'receivedOn'],
]

/** What is wrong with goods: X12 412 and the discrepancy of QVR (4221). Other codes of X12 stand there as they are. */
const conditionCodes = codePairs('01=AF 02=CP 03=AC', { x12: 'ZZ', edifact: 'ZZZ' })

/** Notes, money and terms have no member in a receiving advice. */
const FRAME: MessageFrame<(typeof RECEIVING_ROLES)[keyof typeof RECEIVING_ROLES]> = {
  roles: RECEIVING_ROLES,
  reachedBy: 'buyer',
  leavesOut: new Set(['FTX', 'TOD', 'CUX', 'PAT', 'ALC']),
}
const fits = schemaFaults(receivingAdviceSchema)

interface Walk {
  readonly advice: ReceivingAdvice
  readonly lineSegments: number[]
  /** The DTM that have become members. */
  readonly moments: Set<string>
  /** Behind CPS the packages stand, which are the whole's until the first line. */
  inPackages: boolean
  line: ReceivedLine | undefined
  /** True once QTY+48 has said what was received; QTY+194 only says what of it was kept. */
  isCounted: boolean
}

/** Reads RECADV: the receiving advice, or every fault with its place. */
export function readReceivingAdviceEdifact(
  message: EdifactMessage,
  syntax: PartnerSyntax = {},
): Reading<ReceivingAdvice> {
  const reading = startMessage(message, 'RECADV', syntax)
  const advice: ReceivingAdvice = { number: '', type: AFTER_STORING, date: '', lines: [] }
  const walk: Walk = {
    advice,
    lineSegments: [],
    moments: new Set(),
    inPackages: false,
    line: undefined,
    isCounted: false,
  }
  walkMessage(
    reading,
    (at) => readBeginning(reading, at, advice),
    (at, tag) => readSegment(reading, at, tag, walk),
  )
  if (!walk.moments.has('137')) missingDay(reading)
  return endMessage(reading, advice, fits, receivingAdviceFaults, segmentOfLine(walk.lineSegments))
}

function readBeginning(reading: MessageReading, at: number, advice: ReceivingAdvice): void {
  advice.type = readMessageKind(reading, at, /^[1-9]$/) ?? AFTER_STORING
  advice.number = neededIdentifierIn(reading, at, 2, 1, 'The number of the receipt')
  const purpose = readMessagePurpose(reading, at, MESSAGE_PURPOSES, 'original', 'a receiving advice')
  if (purpose !== undefined) advice.purpose = purpose
}

function readSegment(reading: MessageReading, at: number, tag: string, walk: Walk): number {
  if (tag === 'LIN') openLine(reading, at, walk)
  else if (tag === 'CPS') {
    walk.line = undefined
    walk.inPackages = true
  } else if (tag === 'CNT') checkLineCount(reading, at, walk.advice.lines.length)
  else if (walk.line) return readOfLine(reading, at, tag, walk, walk.line)
  else if (walk.inPackages) readPackages(reading, at, tag, walk.advice)
  else return readOfHeader(reading, at, tag, walk)
  return at + 1
}

function readOfHeader(reading: MessageReading, at: number, tag: string, walk: Walk): number {
  const { advice } = walk
  switch (tag) {
    case 'DTM':
      if (!readNamedMoment(reading, at, advice, MOMENTS, walk.moments)) readPlainDate(reading, at, advice)
      return at + 1
    case 'RFF':
      return readHeaderReference(reading, at, advice)
    case 'EQD':
      advice.equipment = added(advice.equipment, readMessageEquipment(reading, at))
      return at + 1
    case 'SEL':
      readMessageSeal(reading, at, advice.equipment?.at(-1))
      return at + 1
    default:
  }
  return readMessageHead(reading, at, tag, advice, FRAME) || at + 1
}

function readHeaderReference(reading: MessageReading, at: number, advice: ReceivingAdvice): number {
  const group = readReferenceGroup(reading, at)
  if (group.code === 'ON' && group.value !== undefined)
    advice.orders = added(advice.orders, orderOf(group.value, group.version, group.date))
  else keepReference(advice, group)
  return group.next
}

function orderOf(purchaseOrder: string, release: string | undefined, date: string | undefined): ReceivedOrder {
  return {
    purchaseOrder,
    ...(release === undefined ? {} : { release }),
    ...(date === undefined ? {} : { date }),
  }
}

/** 861 has room for two rows of packages. */
const MOST_LADINGS = 2

/** PAC and MEA before the first line: what came in, by kind of package. */
function readPackages(reading: MessageReading, at: number, tag: string, advice: ReceivingAdvice): void {
  const ladings = advice.ladings ?? []
  if (tag === 'PAC' && ladings.length < MOST_LADINGS && advice.lines.length === 0) {
    const lading: Lading = {}
    const packaging = identifierIn(reading, at, 3, 4) ?? identifierIn(reading, at, 3, 1)
    if (packaging !== undefined) lading.packaging = packaging
    const quantity = figureIn(reading, at, 1, 1, POSSIBLE)
    if (quantity !== undefined) lading.quantity = quantity
    advice.ladings = [...ladings, lading]
  } else if (tag === 'MEA' && advice.lines.length === 0) readMeasure(reading, at, ladings.at(-1) ?? {})
}

function openLine(reading: MessageReading, at: number, walk: Walk): void {
  const line: ReceivedLine = {}
  const number = identifierIn(reading, at, 1, 1)
  if (number !== undefined) line.line = number
  readLineItem(reading, at, line)
  walk.advice.lines.push(line)
  walk.lineSegments.push(at)
  walk.line = line
  walk.isCounted = false
}

function readOfLine(reading: MessageReading, at: number, tag: string, walk: Walk, line: ReceivedLine): number {
  switch (tag) {
    case 'QTY':
      readQuantity(reading, at, walk, line)
      return at + 1
    case 'QVR':
      readException(reading, at, line)
      return at + 1
    case 'GIN':
      readTraces(reading, at, line)
      return at + 1
    case 'DTM':
      readPlainDate(reading, at, line)
      return at + 1
    case 'RFF':
      return readLineReference(reading, at, line)
    // a line has no parties, notes and charges
    case 'NAD':
    case 'FTX':
    case 'ALC':
      return readLinePart(reading, at, tag, {})
    default:
      return readLinePart(reading, at, tag, line) || at + 1
  }
}

const RECEIVED = '48'
const ACCEPTED = '194'
const RETURNED = '195'
const GOING_BACK = new Set([RETURNED, '61'])
const DESPATCHED = '12'

function readQuantity(reading: MessageReading, at: number, walk: Walk, line: ReceivedLine): void {
  const code = reading.segments.component(at, 1, 1)
  const isReceived = code === RECEIVED || (code === ACCEPTED && !walk.isCounted)
  if (!isReceived && !GOING_BACK.has(code) && code !== DESPATCHED) return
  const quantity = neededFigureIn(reading, at, 1, 2, POSSIBLE, 'The quantity')
  const uom = countedUnitIn(reading, at, 1, 3)
  if (isReceived) {
    walk.isCounted ||= code === RECEIVED
    line.received = quantity
    line.uom = uom
  } else if (code === DESPATCHED) {
    line.shipped = quantity
    line.shippedUom = uom
  } else {
    line.returned = quantity
    line.returnedUom = uom
  }
}

/** QVR: how many are not as they should be, in the unit of the line, and why. */
function readException(reading: MessageReading, at: number, line: ReceivedLine): void {
  const condition = conditionCodes.toX12(neededIdentifierIn(reading, at, 2, 1, 'The condition of the goods'))
  line.exceptions = added(line.exceptions, {
    quantity: neededFigureIn(reading, at, 1, 1, POSSIBLE, 'The quantity in question'),
    uom: line.uom ?? line.returnedUom ?? line.shippedUom ?? 'EA',
    condition: condition.length > 2 ? 'ZZ' : condition,
  })
}

const LAST_NUMBER = 6
/** GIN+BX is a lot, GIN+BN a serial number: X12 128. */
const TRACES: Readonly<Record<string, string>> = { BX: 'LT', BN: 'SE' }

function readTraces(reading: MessageReading, at: number, line: ReceivedLine): void {
  const qualifier = wordFor(TRACES, reading.segments.component(at, 1, 1))
  for (let element = 2; qualifier !== undefined && element <= LAST_NUMBER; element += 1) {
    const value = identifierIn(reading, at, element, 1)
    if (value !== undefined) line.references = added(line.references, { qualifier, value })
  }
}

function readLineReference(reading: MessageReading, at: number, line: ReceivedLine): number {
  const group = readReferenceGroup(reading, at)
  const { code, value } = group
  if (code === 'ON' && value !== undefined) {
    line.orders = added(line.orders, orderOf(value, group.version, group.date))
    if (group.line !== undefined) line.line = group.line
  } else if (code === 'LI' && value !== undefined) line.line = value
  else keepReference(line, group)
  return group.next
}

/** Writes a receiving advice as the body of RECADV. */
export function writeReceivingAdviceEdifact(advice: ReceivingAdvice, syntax: PartnerSyntax = {}): MessageSegment[] {
  const { number, type, purpose = 'original', ladings = [], lines } = advice
  const kind = messageKind(GOODS_RECEIPT, type === AFTER_STORING ? undefined : type)
  return fittedMessage(
    [
      messageSegment('BGM', kind, number, codeFor(MESSAGE_PURPOSES, purpose)),
      ...writeNamedMoments(advice, MOMENTS),
      ...writeMessageHead(
        advice,
        FRAME,
        (advice.orders ?? []).flatMap((order) => writeOrder(order, undefined)),
      ),
      ...writeMessageCarriage(advice.carriage),
      ...(advice.equipment ?? []).flatMap(writeMessageEquipment),
      messageSegment('CPS', '1'),
      ...ladings.flatMap((lading) => writeLading(lading, syntax)),
      ...lines.flatMap((line, at) => writeLine(line, String(at + 1), syntax)),
      messageSegment('CNT', ['2', String(lines.length)]),
    ],
    syntax,
  )
}

function writeLading(lading: Lading, syntax: PartnerSyntax): MessageSegment[] {
  return [
    messageSegment('PAC', lading.quantity, undefined, [undefined, undefined, undefined, lading.packaging]),
    ...writeMeasures(lading, syntax),
  ]
}

/** RFF+ON of an order, and of its line where the line is told of. */
function writeOrder({ purchaseOrder, release, date }: ReceivedOrder, line: string | undefined): MessageSegment[] {
  const [order, ...name] = writeOrderLine(purchaseOrder, line, release)
  return [...(order ? [order] : []), ...writeMoment('171', { date }), ...name]
}

function writeLine(line: ReceivedLine, place: string, syntax: PartnerSyntax): MessageSegment[] {
  const { received, uom, returned, returnedUom, exceptions = [], shipped, shippedUom, orders = [] } = line
  const [first, ...others] = orders
  return [
    ...writeLineGoods(lineNumber(line.line, place), line),
    ...writeQuantity(RECEIVED, received, uom, syntax),
    ...writeQuantity(RETURNED, returned, returnedUom, syntax),
    ...writeQuantity(DESPATCHED, shipped, shippedUom, syntax),
    ...exceptions.map((exception) => writeException(exception, uom ?? returnedUom ?? shippedUom)),
    ...writeMessageDates(line),
    ...(first ? writeOrder(first, line.line) : writeOrderLine(undefined, line.line)),
    ...others.flatMap((order) => writeOrder(order, undefined)),
    ...writeMessageReferences(line.references),
  ]
}

/** QVR has no unit: goods in question in another unit than the line's cannot be told. */
function writeException({ quantity, uom, condition }: ReceiptException, ofLine: string | undefined): MessageSegment {
  if (uom !== (ofLine ?? 'EA')) throw errors.DOES_NOT_FIT(`QVR: a quantity in ${uom} on a line in ${ofLine ?? 'EA'}`)
  return messageSegment('QVR', quantity, conditionCodes.toEdifact(condition))
}
