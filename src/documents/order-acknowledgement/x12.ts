import type { X12Set } from '../../edi/x12/reading.ts'
import { added } from '../added.ts'
import type { Reading } from '../faults.ts'
import { POSSIBLE } from '../figures.ts'
import { basisOf, itemIdPairs, readItemIds, readPrice } from '../item-x12.ts'
import { readAnswer, readSchedule, readVerdict, VERDICTS, writeAnswer, writeSchedule } from '../line-answer-x12.ts'
import { checkLineCount, readDescription, readItemLine, segmentOfLine, writeDescription } from '../line-x12.ts'
import type { PartnerSyntax } from '../partner-syntax.ts'
import {
  isNoteHeading,
  placeParty,
  readContacts,
  readParty,
  readReference,
  writeContact,
  writeNotes,
  writeParties,
  writeReference,
  writeRoleParties,
} from '../party-x12.ts'
import { codeFor, PURPOSES, wordFor } from '../purposes.ts'
import {
  currencyAt,
  dateAt,
  endReading,
  faultAt,
  identifierAt,
  locateFindings,
  missingSegment,
  neededDate,
  neededIdentifier,
  type SetReading,
  startReading,
  textAt,
} from '../set-reading.ts'
import { fitted, type Segment, segment, unitText, x12Date } from '../set-writing.ts'
import { NAMED_ROLES } from '../shapes.ts'
import { readDate, writeDates } from '../ship-window.ts'
import { readCarriage, writeCarriage } from '../transport-x12.ts'
import { orderAcknowledgementFaults } from './checks.ts'
import type { OrderAcknowledgement, OrderAcknowledgementLine } from './schema.ts'

interface Walk {
  readonly answer: OrderAcknowledgement
  readonly lineSegments: number[]
  line: OrderAcknowledgementLine | undefined
}

/** Reads an 855: the acknowledgement, or every fault with its segment and element. */
export function readOrderAcknowledgementX12(set: X12Set, syntax: PartnerSyntax = {}): Reading<OrderAcknowledgement> {
  const reading = startReading(set, '855', syntax)
  const currency = syntax.currency ?? 'USD'
  const answer: OrderAcknowledgement = { verdict: 'accepted', purchaseOrder: '', date: '', currency, lines: [] }
  const walk: Walk = { answer, lineSegments: [], line: undefined }
  if (reading.segments.tag(1) === 'BAK') readBeginning(reading, 1, answer)
  else missingSegment(reading, 'BAK')
  let at = 1
  while (at < reading.end) at = readSegment(reading, at, walk)
  const findings = orderAcknowledgementFaults(answer)
  locateFindings(reading, findings, segmentOfLine(walk.lineSegments))
  return endReading(reading, answer)
}

function readBeginning(reading: SetReading, at: number, answer: OrderAcknowledgement): void {
  const purpose = neededIdentifier(reading, at, 1, 'The purpose')
  const word = wordFor(PURPOSES, purpose)
  if (word === undefined && purpose !== '') faultAt(reading, 'CODE_UNKNOWN', at, 1, [purpose, 'purpose'])
  if (word !== undefined && word !== 'original') answer.purpose = word
  const verdict = readVerdict(reading, at, 2)
  if (verdict) answer.verdict = verdict
  answer.purchaseOrder = neededIdentifier(reading, at, 3, 'The order number')
  answer.date = neededDate(reading, at, 4, 'The order date')
  const release = identifierAt(reading, at, 5)
  if (release !== undefined) answer.release = release
  const contract = identifierAt(reading, at, 7)
  if (contract !== undefined) answer.contract = contract
  const salesOrder = identifierAt(reading, at, 8)
  if (salesOrder !== undefined) answer.salesOrder = salesOrder
  const acknowledgedOn = dateAt(reading, at, 9)
  if (acknowledgedOn !== undefined) answer.acknowledgedOn = acknowledgedOn
}

function readSegment(reading: SetReading, at: number, walk: Walk): number {
  const { answer, line } = walk
  const owner = line ?? answer
  switch (reading.segments.tag(at)) {
    case 'PO1':
      readLine(reading, at, walk)
      break
    case 'ACK':
      if (line) line.answers = added(line.answers, readAnswer(reading, at))
      break
    case 'SCH':
      if (line) line.schedules = added(line.schedules, readSchedule(reading, at))
      break
    case 'PID':
      if (line) readDescription(reading, at, line)
      break
    case 'DTM':
      readDate(reading, at, owner)
      break
    case 'N9':
      if (isNoteHeading(reading, at)) break
      owner.references = added(owner.references, readReference(reading, at))
      break
    case 'REF':
      owner.references = added(owner.references, readReference(reading, at))
      break
    case 'MSG':
      readNote(reading, at, owner)
      break
    case 'N1':
      return readPartyLoop(reading, at, walk)
    default:
      readOther(reading, at, walk)
  }
  return at + 1
}

function readOther(reading: SetReading, at: number, walk: Walk): void {
  const { answer, line } = walk
  const tag = reading.segments.tag(at)
  if (tag === 'CTT') checkLineCount(reading, at, answer.lines.length)
  else if (line) return
  else if (tag === 'CUR') answer.currency = currencyAt(reading, at, 2, answer.currency)
  else if (tag === 'PER') answer.contacts = readContacts(reading, at, answer.contacts)
  else if (tag === 'TD5') answer.carriage = answer.carriage ?? readCarriage(reading, at)
}

function readNote(reading: SetReading, at: number, owner: { notes?: string[] }): void {
  const note = textAt(reading, at, 1)
  if (note !== undefined) owner.notes = added(owner.notes, note)
}

function readPartyLoop(reading: SetReading, at: number, { answer, line }: Walk): number {
  const { role, party, next } = readParty(reading, at)
  if (line) line.parties = added(line.parties, { role, ...party })
  else placeParty(answer, NAMED_ROLES, role, party)
  return next
}

function readLine(reading: SetReading, at: number, walk: Walk): void {
  const { lines } = walk.answer
  const line: OrderAcknowledgementLine = readItemLine(reading, at, lines.length + 1, POSSIBLE)
  const price = readPrice(reading, at, 4, 5)
  if (price !== undefined) line.price = price
  readItemIds(reading, at, 6, line)
  lines.push(line)
  walk.lineSegments.push(at)
  walk.line = line
}

/** Writes an acknowledgement as the body of an 855; PO1 echoes the customer's line number and ids. */
export function writeOrderAcknowledgementX12(answer: OrderAcknowledgement, syntax: PartnerSyntax = {}): Segment[] {
  const { purchaseOrder, date, release, contract, salesOrder, acknowledgedOn } = answer
  const purpose = codeFor(PURPOSES, answer.purpose ?? 'original')
  const verdict = codeFor(VERDICTS, answer.verdict)
  const order = [purchaseOrder, x12Date(date), release, undefined, contract, salesOrder, x12Date(acknowledgedOn)]
  return fitted(
    [
      segment('BAK', purpose, verdict, ...order),
      segment('CUR', 'SE', answer.currency),
      ...(answer.references ?? []).map((reference) => writeReference('REF', reference)),
      ...(answer.contacts ?? []).map(writeContact),
      ...writeDates(answer),
      ...writeCarriage(answer.carriage),
      ...writeNotes(answer.notes),
      ...writeParties(answer, NAMED_ROLES),
      ...answer.lines.flatMap((line) => writeLine(line, syntax)),
      segment('CTT', String(answer.lines.length)),
    ],
    syntax,
  )
}

function writeLine(line: OrderAcknowledgementLine, syntax: PartnerSyntax): Segment[] {
  const { price, answers = [], schedules = [] } = line
  const uom = unitText(line.uom, syntax)
  return [
    segment('PO1', line.line, line.quantity, uom, price?.amount, basisOf(price), ...itemIdPairs(line, syntax)),
    ...writeDescription(line),
    ...(line.references ?? []).map((reference) => writeReference('REF', reference)),
    ...writeDates(line),
    ...(line.notes ?? []).map((note) => segment('MSG', note)),
    ...answers.map((answer) => writeAnswer(answer, syntax)),
    ...schedules.map((schedule) => writeSchedule(schedule, syntax)),
    ...writeRoleParties(line.parties),
  ]
}
