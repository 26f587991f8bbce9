import type { EdifactMessage } from '../../edi/edifact/reading.ts'
import {
  type AboutOrder,
  missingOrder,
  readAboutOrder,
  writeAboutOrder,
  writeOrderDay,
} from '../about-order-edifact.ts'
import { added } from '../added.ts'
import { readMoment, writeMessageDates, writeMoment } from '../date-edifact.ts'
import { dateCodes } from '../edifact-codes.ts'
import type { Reading } from '../faults.ts'
import { POSSIBLE } from '../figures.ts'
import {
  lineItem,
  readItemNumbers,
  readLineItem,
  readMessagePrice,
  writeItemNumbers,
  writeItemText,
  writeMessagePrice,
  writeQuantity,
} from '../item-edifact.ts'
import { schemaFaults } from '../json-form.ts'
import type { LineAnswer, Schedule } from '../line-answer.ts'
import { segmentOfLine } from '../line-x12.ts'
import {
  type MessageFrame,
  needQuantity,
  readMessageHead,
  walkMessage,
  writeMessageConditions,
  writeMessageHead,
} from '../message-frame.ts'
import {
  checkLineCount,
  endMessage,
  keepReference,
  MESSAGE_PURPOSES,
  readLinePart,
  readPart,
  readReferenceGroup,
  writeOrderLine,
} from '../message-parts.ts'
import {
  countedUnitIn,
  faultIn,
  identifierIn,
  linesIn,
  type MessageReading,
  neededFigureIn,
  neededIdentifierIn,
  startMessage,
} from '../message-reading.ts'
import { fittedMessage, inPieces, type MessageSegment, messageSegment } from '../message-writing.ts'
import type { PartnerSyntax } from '../partner-syntax.ts'
import { writeMessageNotes, writeMessageReferences, writeMessageRoleParties } from '../party-edifact.ts'
import { codeFor, wordFor } from '../purposes.ts'
import { NAMED_ROLES } from '../shapes.ts'
import { orderAcknowledgementFaults } from './checks.ts'
import { type OrderAcknowledgement, type OrderAcknowledgementLine, orderAcknowledgementSchema } from './schema.ts'

type Verdict = OrderAcknowledgement['verdict']
type Status = LineAnswer['status']

const RESPONSE = '231'
const SHIPS = '068'

/** The response of BGM (4343) in words. Whether there is detail, the lines themselves say. */
const VERDICTS: Readonly<Record<string, Verdict>> = { AP: 'accepted', AC: 'changed', CA: 'exceptions', RE: 'rejected' }
/** What the function of the message (1225) says where no response stands. */
const FUNCTIONS: Readonly<Record<string, Verdict>> = {
  '29': 'accepted',
  '30': 'changed',
  '4': 'changed',
  '27': 'rejected',
}
const WITHOUT_DETAIL: Partial<Record<Verdict, Verdict>> = {
  accepted: 'acceptedWithoutDetail',
  rejected: 'rejectedWithoutDetail',
}

/** The action of LIN (1229) in words; 6 is an acceptance with a change, and what changed is said elsewhere. */
const ACTIONS: Readonly<Record<string, Status>> = {
  '5': 'accepted',
  '1': 'accepted',
  '3': 'changed',
  '6': 'changed',
  '2': 'deleted',
  '7': 'rejected',
}
/** The discrepancy of QVR (4221) in words. */
const DISCREPANCIES: Readonly<Record<string, Status>> = { BK: 'backordered', BP: 'partlyShipped', CS: 'substituted' }
/** What no code says stands as text in QVR. */
const CHANGES: Readonly<Record<string, Status>> = {
  'On hold': 'held',
  'Price changed': 'priceChanged',
  'Quantity changed': 'quantityChanged',
  Rescheduled: 'rescheduled',
}

/** Terms, freight and charges are the order's, not the answer's. */
const FRAME: MessageFrame<'buyer' | 'shipTo' | 'billTo' | 'supplier'> = {
  roles: NAMED_ROLES,
  reachedBy: 'supplier',
  leavesOut: new Set(['PAT', 'TOD', 'ALC']),
}
const fits = schemaFaults(orderAcknowledgementSchema)

/** One LIN: a line, or a further answer to the line before. */
interface Group {
  readonly at: number
  readonly action: string
  readonly line: OrderAcknowledgementLine
  answer: LineAnswer | undefined
  ordered: boolean
  /** True behind SCC, where QTY and DTM belong to the schedule. */
  schedule: Partial<Schedule> | undefined
}

interface Walk {
  readonly answer: OrderAcknowledgement
  readonly lineSegments: number[]
  number: string
  response: string
  code: string
  readonly order: AboutOrder
  group: Group | undefined
}

/**
 * Reads ORDRSP: the acknowledgement, or every fault with its place. Several LIN that answer one line of the order (RFF+ON
 * with its number) are the answers of that line.
 */
export function readOrderAcknowledgementEdifact(
  message: EdifactMessage,
  syntax: PartnerSyntax = {},
): Reading<OrderAcknowledgement> {
  const reading = startMessage(message, 'ORDRSP', syntax)
  const currency = syntax.currency ?? 'USD'
  const answer: OrderAcknowledgement = { verdict: 'accepted', purchaseOrder: '', date: '', currency, lines: [] }
  const walk: Walk = {
    answer,
    lineSegments: [],
    number: '',
    response: '',
    code: '',
    order: {},
    group: undefined,
  }
  walkMessage(
    reading,
    (at) => readBeginning(reading, at, walk),
    (at, tag) => readSegment(reading, at, tag, walk),
  )
  closeGroup(reading, walk)
  placeOrder(reading, walk)
  if (answer.salesOrder === undefined && walk.number !== answer.purchaseOrder) answer.salesOrder = walk.number
  answer.verdict = verdictOf(walk)
  return endMessage(reading, answer, fits, orderAcknowledgementFaults, segmentOfLine(walk.lineSegments))
}

function placeOrder(reading: MessageReading, { answer, order }: Walk): void {
  if (order.number !== undefined) answer.purchaseOrder = order.number
  if (answer.purchaseOrder === '') missingOrder(reading)
  if (order.release !== undefined) answer.release = order.release
  // the day of the order is known to its sender; an answer that does not repeat it answers it all the same
  if (order.orderedOn !== undefined) answer.date = order.orderedOn
  else delete answer.date
  if (order.madeOn !== undefined) answer.acknowledgedOn = order.madeOn
}

function readBeginning(reading: MessageReading, at: number, walk: Walk): void {
  walk.number = neededIdentifierIn(reading, at, 2, 1, 'The number of the response')
  walk.code = identifierIn(reading, at, 3, 1) ?? '9'
  walk.response = identifierIn(reading, at, 4, 1) ?? ''
  const purpose = wordFor(MESSAGE_PURPOSES, walk.code)
  if (purpose === undefined && wordFor(FUNCTIONS, walk.code) === undefined)
    faultIn(reading, 'CODE_UNKNOWN', at, 3, 1, [walk.code, 'purpose of a response'])
  if (purpose !== undefined && purpose !== 'original' && purpose !== 'change') walk.answer.purpose = purpose
  if (walk.response !== '' && wordFor(VERDICTS, walk.response) === undefined)
    faultIn(reading, 'CODE_UNKNOWN', at, 4, 1, [walk.response, 'verdict on an order'])
}

/** The verdict as it is stated, otherwise as the lines have it. */
function verdictOf({ response, code, answer }: Walk): Verdict {
  const { lines } = answer
  const stated = wordFor(VERDICTS, response) ?? wordFor(FUNCTIONS, code)
  if (stated !== undefined) return lines.length > 0 ? stated : (WITHOUT_DETAIL[stated] ?? stated)
  const answers = lines.flatMap((line) => line.answers ?? [])
  if (answers.every(({ status }) => status === 'accepted')) return 'accepted'
  return answers.every(({ status }) => status === 'rejected') ? 'rejected' : 'changed'
}

function readSegment(reading: MessageReading, at: number, tag: string, walk: Walk): number {
  if (tag === 'LIN') readLine(reading, at, walk)
  else if (tag === 'UNS') closeGroup(reading, walk)
  else if (walk.group) return readOfLine(reading, at, tag, walk, walk.group)
  else return readOfHeader(reading, at, tag, walk)
  return at + 1
}

function readOfHeader(reading: MessageReading, at: number, tag: string, walk: Walk): number {
  const { answer } = walk
  const next = readAboutOrder(reading, at, tag, walk.order, 'the response')
  if (next > 0) return next
  if (tag === 'RFF') return readHeaderReference(reading, at, answer)
  if (tag === 'CNT') checkLineCount(reading, at, walk.lineSegments.length)
  return readMessageHead(reading, at, tag, answer, FRAME) || at + 1
}

function readHeaderReference(reading: MessageReading, at: number, answer: OrderAcknowledgement): number {
  const group = readReferenceGroup(reading, at)
  const { code, value } = group
  if (code === 'VN' && answer.salesOrder === undefined && value !== undefined) answer.salesOrder = value
  else if (code === 'CT' && answer.contract === undefined && value !== undefined) answer.contract = value
  else if (code === 'RE' && answer.release === undefined && value !== undefined) answer.release = value
  else keepReference(answer, group)
  return group.next
}

function readLine(reading: MessageReading, at: number, walk: Walk): void {
  closeGroup(reading, walk)
  const number = identifierIn(reading, at, 1, 1) ?? String(walk.lineSegments.length + 1)
  const line: OrderAcknowledgementLine = { line: number, quantity: '', uom: '' }
  readLineItem(reading, at, line)
  const action = reading.segments.component(at, 2, 1)
  if (action !== '' && wordFor(ACTIONS, action) === undefined)
    faultIn(reading, 'CODE_UNKNOWN', at, 2, 1, [action, 'status of a line'])
  walk.lineSegments.push(at)
  const status = wordFor(ACTIONS, action)
  walk.group = { at, action, line, answer: status && { status }, ordered: false, schedule: undefined }
}

function readOfLine(reading: MessageReading, at: number, tag: string, walk: Walk, group: Group): number {
  const { line, answer } = group
  switch (tag) {
    case 'QTY':
      readQuantity(reading, at, group)
      return at + 1
    case 'PRI':
      readMessagePrice(reading, at, line)
      return at + 1
    case 'QVR':
      if (answer)
        answer.status =
          wordFor(DISCREPANCIES, reading.segments.component(at, 2, 1)) ?? statusOfText(reading, at) ?? answer.status
      return at + 1
    case 'PIA':
      if (answer && reading.segments.component(at, 1, 1) === SUBSTITUTE) {
        readItemNumbers(reading, at, answer)
        return at + 1
      }
      break
    case 'RFF':
      return readLineReference(reading, at, walk, line)
    case 'SCC':
      group.schedule = {}
      return at + 1
    case 'DTM':
      if (group.schedule) {
        readScheduleDate(reading, at, line)
        return at + 1
      }
      if (answer && answer.date === undefined && isAnswerDate(reading, at)) {
        readAnswerDate(reading, at, answer)
        return at + 1
      }
      break
    case 'FTX':
      if (answer && reading.segments.component(at, 1, 1) === REASON) {
        const reason = linesIn(reading, at, 4, 1, 70).join(' ')
        if (reason.length > LONGEST_REASON) line.notes = added(line.notes, reason)
        else if (reason !== '') Object.assign(answer, { reasonAgency: AGREED, reason })
        return at + 1
      }
      break
    case 'ALC':
      return readPart(reading, at, tag, {})
    default:
  }
  return readLinePart(reading, at, tag, line) || at + 1
}

const SUBSTITUTE = '3'
/** FTX that says why: an error in words. */
const REASON = 'AAO'
/** What is longer is a note. */
const LONGEST_REASON = 30
/** X12 559: a code as agreed. */
const AGREED = 'ZZ'

function statusOfText(reading: MessageReading, at: number): Status | undefined {
  return wordFor(CHANGES, reading.segments.component(at, 3, 4))
}

/** Days that say when the goods of an answer go or come. */
const ANSWER_DATES = new Set(['79', '67', '17', '69', '11'])

function isAnswerDate(reading: MessageReading, at: number): boolean {
  return ANSWER_DATES.has(reading.segments.component(at, 1, 1))
}

function readAnswerDate(reading: MessageReading, at: number, answer: LineAnswer): void {
  const qualifier = dateCodes.toX12(reading.segments.component(at, 1, 1))
  const { date } = readMoment(reading, at)
  if (date === undefined) return
  answer.date = date
  if (qualifier !== SHIPS) answer.dateQualifier = qualifier
}

function readScheduleDate(reading: MessageReading, at: number, line: OrderAcknowledgementLine): void {
  const schedule = line.schedules?.at(-1)
  const { date } = readMoment(reading, at)
  if (schedule === undefined || date === undefined || schedule.date !== undefined) return
  const qualifier = dateCodes.toX12(reading.segments.component(at, 1, 1))
  schedule.date = date
  if (qualifier !== SHIPS) schedule.dateQualifier = qualifier
}

const ORDERED = '21'
/** To be delivered, to follow, despatched, discrete: the quantity that an answer is about. */
const ANSWERED = new Set(['113', '83', '12', '1'])

function readQuantity(reading: MessageReading, at: number, group: Group): void {
  const code = reading.segments.component(at, 1, 1)
  const { line, answer } = group
  const quantity = () => neededFigureIn(reading, at, 1, 2, POSSIBLE, 'The quantity')
  if (group.schedule)
    line.schedules = added(line.schedules, { quantity: quantity(), uom: countedUnitIn(reading, at, 1, 3) })
  else if (code === ORDERED) {
    line.quantity = quantity()
    line.uom = countedUnitIn(reading, at, 1, 3)
    group.ordered = true
  } else if (answer && ANSWERED.has(code)) {
    answer.quantity = quantity()
    answer.uom = countedUnitIn(reading, at, 1, 3)
    if (code === '83' && answer.status === 'changed') answer.status = 'backordered'
  }
}

/** RFF+ON with a line number says which line of the order this is about. */
function readLineReference(
  reading: MessageReading,
  at: number,
  { order }: Walk,
  line: OrderAcknowledgementLine,
): number {
  const group = readReferenceGroup(reading, at)
  if (group.code === 'ON') {
    if (group.line !== undefined) line.line = group.line
    if (group.value !== undefined) order.number ??= group.value
  } else if (group.code === 'LI' && group.value !== undefined) line.line = group.value
  else keepReference(line, group)
  return group.next
}

/** A group becomes a line, or one more answer of the line before it. */
function closeGroup(reading: MessageReading, walk: Walk): void {
  const { group, answer } = walk
  walk.group = undefined
  if (group === undefined) return
  const { line } = group
  const said = group.answer
  const before = answer.lines.at(-1)
  if (before?.line === line.line && before.answers && said) {
    before.answers.push(said)
    return
  }
  if (!group.ordered && said?.quantity !== undefined) {
    line.quantity = said.quantity
    line.uom = said.uom ?? ''
  }
  needQuantity(reading, group.at, line, 'The quantity of the line')
  if (said) line.answers = [said]
  answer.lines.push(line)
}

/** Writes an acknowledgement as the body of ORDRSP; each answer is a LIN that names the customer's line (RFF+ON). */
export function writeOrderAcknowledgementEdifact(
  answer: OrderAcknowledgement,
  syntax: PartnerSyntax = {},
): MessageSegment[] {
  const { purchaseOrder, date, release, contract, salesOrder, acknowledgedOn, verdict, lines } = answer
  const rows = lines.flatMap((line) => answersOf(line).map((said, at) => ({ line, said, isFirst: at === 0 })))
  return fittedMessage(
    [
      messageSegment('BGM', RESPONSE, salesOrder ?? purchaseOrder, functionOf(answer), responseOf(verdict)),
      ...writeOrderDay(date, acknowledgedOn),
      ...writeMessageHead(answer, FRAME, [
        ...writeAboutOrder(purchaseOrder, release, date, acknowledgedOn),
        ...(salesOrder === undefined ? [] : [messageSegment('RFF', ['VN', salesOrder])]),
        ...(contract === undefined ? [] : [messageSegment('RFF', ['CT', contract])]),
      ]),
      ...writeMessageConditions(answer, FRAME, syntax),
      ...rows.flatMap(({ line, said, isFirst }, at) => writeLine(answer, String(at + 1), line, said, isFirst, syntax)),
      messageSegment('UNS', 'S'),
      messageSegment('CNT', ['2', String(rows.length)]),
    ],
    syntax,
  )
}

function answersOf({ answers }: OrderAcknowledgementLine): readonly (LineAnswer | undefined)[] {
  return answers ?? [undefined]
}

function functionOf({ purpose, verdict }: OrderAcknowledgement): string {
  if (purpose !== undefined && purpose !== 'original') return codeFor(MESSAGE_PURPOSES, purpose)
  return codeFor(FUNCTIONS, verdict === 'exceptions' ? 'changed' : withDetail(verdict))
}

const withDetail = (verdict: Verdict): Verdict =>
  verdict === 'acceptedWithoutDetail' ? 'accepted' : verdict === 'rejectedWithoutDetail' ? 'rejected' : verdict

function responseOf(verdict: Verdict): string {
  return codeFor(VERDICTS, withDetail(verdict))
}

const AMENDED = '6'
const WRITTEN_ACTIONS: Partial<Record<Status, string>> = { accepted: '5', changed: '3', deleted: '2', rejected: '7' }

function writeLine(
  { purchaseOrder }: OrderAcknowledgement,
  place: string,
  line: OrderAcknowledgementLine,
  said: LineAnswer | undefined,
  isFirst: boolean,
  syntax: PartnerSyntax,
): MessageSegment[] {
  const action = said && actionOf(said.status)
  const first = <T>(rows: T[]): T[] => (isFirst ? rows : [])
  return [
    messageSegment('LIN', place, action, lineItem(line)),
    ...writeItemNumbers(line),
    ...(said ? writeItemNumbers(said, SUBSTITUTE) : []),
    ...first(writeItemText(line)),
    ...writeQuantity(ORDERED, line.quantity, line.uom, syntax),
    ...(said ? writeQuantity(said.status === 'backordered' ? '83' : '113', said.quantity, said.uom, syntax) : []),
    ...(said?.date === undefined
      ? []
      : writeMoment(dateCodes.toEdifact(said.dateQualifier ?? SHIPS), { date: said.date })),
    ...first(writeMessageDates(line)),
    ...(said ? writeDiscrepancy(said.status) : []),
    ...(said?.reason === undefined
      ? []
      : [messageSegment('FTX', REASON, undefined, undefined, inPieces(said.reason, 70))]),
    ...first(writeMessageNotes(line.notes)),
    ...first(writeMessagePrice(line.price, syntax)),
    ...writeOrderLine(purchaseOrder, line.line),
    ...first(writeMessageReferences(line.references)),
    ...first(writeMessageRoleParties(line.parties)),
    ...first((line.schedules ?? []).flatMap((schedule) => writeSchedule(schedule, syntax))),
  ]
}

function actionOf(status: Status): string {
  return WRITTEN_ACTIONS[status] ?? AMENDED
}

function writeDiscrepancy(status: Status): MessageSegment[] {
  const code = codeFor(DISCREPANCIES, status)
  const text = codeFor(CHANGES, status)
  if (code === '' && text === '') return []
  return [messageSegment('QVR', undefined, code, text === '' ? undefined : [undefined, undefined, undefined, text])]
}

function writeSchedule({ quantity, uom, date, dateQualifier }: Schedule, syntax: PartnerSyntax): MessageSegment[] {
  return [
    messageSegment('SCC', '1'),
    ...writeQuantity('113', quantity, uom, syntax),
    ...writeMoment(dateCodes.toEdifact(dateQualifier ?? SHIPS), { date }),
  ]
}
