import type { X12Set } from '../../edi/x12/reading.ts'
import { added } from '../added.ts'
import type { Reading } from '../faults.ts'
import { POSSIBLE } from '../figures.ts'
import { itemIdPairs, readItemIds } from '../item-x12.ts'
import { checkLineCount, readDescription, segmentOfLine, writeDescription } from '../line-x12.ts'
import type { PartnerSyntax } from '../partner-syntax.ts'
import {
  placeParty,
  readContacts,
  readDated,
  readParty,
  readReference,
  writeContact,
  writeDated,
  writeParties,
  writeReference,
} from '../party-x12.ts'
import { codeFor, PURPOSES, wordFor } from '../purposes.ts'
import {
  dateAt,
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
  timeAt,
  unitAt,
} from '../set-reading.ts'
import { fitted, optionalSegment, type Segment, segment, unitText, x12Date } from '../set-writing.ts'
import { type Dated, NAMED_ROLES } from '../shapes.ts'
import {
  readCarriage,
  readEquipment,
  readLading,
  writeCarriage,
  writeEquipment,
  writeLading,
} from '../transport-x12.ts'
import { receivingAdviceFaults } from './checks.ts'
import type { ReceiptException, ReceivedLine, ReceivedOrder, ReceivingAdvice } from './schema.ts'

/** The parties with a member of their own. */
export const RECEIVING_ROLES = { SF: 'shipFrom', ...NAMED_ROLES } as const
const RECEIVED = '050'

interface Walk {
  readonly advice: ReceivingAdvice
  readonly lineSegments: number[]
  line: ReceivedLine | undefined
}

/** Reads an 861: the receiving advice, or every fault with its segment and element. */
export function readReceivingAdviceX12(set: X12Set, syntax: PartnerSyntax = {}): Reading<ReceivingAdvice> {
  const reading = startReading(set, '861', syntax)
  const advice: ReceivingAdvice = { number: '', type: '', date: '', lines: [] }
  const walk: Walk = { advice, lineSegments: [], line: undefined }
  if (reading.segments.tag(1) === 'BRA') readBeginning(reading, 1, advice)
  else missingSegment(reading, 'BRA')
  let at = 1
  while (at < reading.end) at = readSegment(reading, at, walk)
  const findings = receivingAdviceFaults(advice)
  locateFindings(reading, findings, segmentOfLine(walk.lineSegments))
  return endReading(reading, advice)
}

function readBeginning(reading: SetReading, at: number, advice: ReceivingAdvice): void {
  advice.number = neededIdentifier(reading, at, 1, 'The number of the receipt')
  advice.date = neededDate(reading, at, 2, 'The date of the advice')
  const code = neededIdentifier(reading, at, 3, 'The purpose')
  const purpose = wordFor(PURPOSES, code)
  if (purpose === undefined && code !== '') faultAt(reading, 'CODE_UNKNOWN', at, 3, [code, 'purpose'])
  if (purpose !== undefined && purpose !== 'original') advice.purpose = purpose
  advice.type = neededIdentifier(reading, at, 4, 'The type of the advice')
  const time = timeAt(reading, at, 5)
  if (time !== undefined) advice.time = time
  const condition = identifierAt(reading, at, 6)
  if (condition !== undefined) advice.condition = condition
}

function readSegment(reading: SetReading, at: number, walk: Walk): number {
  const { advice, line } = walk
  const owner = line ?? advice
  switch (reading.segments.tag(at)) {
    case 'RCD':
      readLine(reading, at, walk)
      break
    case 'LIN':
      if (line) readGoods(reading, at, line)
      break
    case 'SN1':
      if (line) readShipped(reading, at, line)
      break
    case 'PID':
      if (line) readDescription(reading, at, line)
      break
    case 'REF':
      owner.references = added(owner.references, readReference(reading, at))
      break
    case 'DTM':
      readDay(reading, at, advice, line)
      break
    case 'PRF':
      owner.orders = added(owner.orders, readOrder(reading, at))
      break
    case 'CTT':
      checkLineCount(reading, at, advice.lines.length)
      break
    case 'N1': {
      const { role, party, next } = readParty(reading, at)
      if (line === undefined) placeParty(advice, RECEIVING_ROLES, role, party)
      return next
    }
    default:
      if (line === undefined) readTransport(reading, at, advice)
  }
  return at + 1
}

function readTransport(reading: SetReading, at: number, advice: ReceivingAdvice): void {
  const tag = reading.segments.tag(at)
  if (tag === 'PER') advice.contacts = readContacts(reading, at, advice.contacts)
  else if (tag === 'TD1') advice.ladings = added(advice.ladings, readLading(reading, at))
  else if (tag === 'TD5') advice.carriage = advice.carriage ?? readCarriage(reading, at)
  else if (tag === 'TD3') advice.equipment = added(advice.equipment, readEquipment(reading, at))
}

/** The plain day of the receipt is a member of its own; everything else is one of the dates. */
function readDay(reading: SetReading, at: number, advice: ReceivingAdvice, line: ReceivedLine | undefined): void {
  const dated: Dated = readDated(reading, at)
  const isPlain = dated.qualifier === RECEIVED && dated.time === undefined && dated.until === undefined
  if (line) line.dates = added(line.dates, dated)
  else if (isPlain && dated.date !== undefined && advice.receivedOn === undefined) advice.receivedOn = dated.date
  else advice.dates = added(advice.dates, dated)
}

function readOrder(reading: SetReading, at: number): ReceivedOrder {
  const order: ReceivedOrder = { purchaseOrder: neededIdentifier(reading, at, 1, 'The order number') }
  const release = identifierAt(reading, at, 2)
  if (release !== undefined) order.release = release
  const date = dateAt(reading, at, 4)
  if (date !== undefined) order.date = date
  return order
}

const FIRST_EXCEPTION = 6
const LAST_EXCEPTION = 18

function readLine(reading: SetReading, at: number, walk: Walk): void {
  const line: ReceivedLine = {}
  const number = identifierAt(reading, at, 1)
  if (number !== undefined) line.line = number
  const received = figureAt(reading, at, 2, POSSIBLE)
  if (received !== undefined) line.received = received
  const uom = unitAt(reading, at, 3)
  if (uom !== undefined) line.uom = uom
  const returned = figureAt(reading, at, 4, POSSIBLE)
  if (returned !== undefined) line.returned = returned
  const returnedUom = unitAt(reading, at, 5)
  if (returnedUom !== undefined) line.returnedUom = returnedUom
  for (let from = FIRST_EXCEPTION; from <= LAST_EXCEPTION; from += 3) {
    if (reading.segments.at(at, from) === '' && reading.segments.at(at, from + 2) === '') continue
    line.exceptions = added(line.exceptions, readException(reading, at, from))
  }
  walk.advice.lines.push(line)
  walk.lineSegments.push(at)
  walk.line = line
}

function readException(reading: SetReading, at: number, from: number): ReceiptException {
  return {
    quantity: neededFigure(reading, at, from, POSSIBLE, 'The quantity in question'),
    uom: neededUnit(reading, at, from + 1),
    condition: neededIdentifier(reading, at, from + 2, 'The condition of the goods'),
  }
}

/** LIN may carry the line number of the order, where RCD has none. */
function readGoods(reading: SetReading, at: number, line: ReceivedLine): void {
  const number = identifierAt(reading, at, 1)
  if (number !== undefined && line.line === undefined) line.line = number
  readItemIds(reading, at, 2, line)
}

function readShipped(reading: SetReading, at: number, line: ReceivedLine): void {
  const shipped = figureAt(reading, at, 2, POSSIBLE)
  if (shipped !== undefined) line.shipped = shipped
  const uom = unitAt(reading, at, 3)
  if (uom !== undefined) line.shippedUom = uom
}

/** Writes a receiving advice as the body of an 861. */
export function writeReceivingAdviceX12(advice: ReceivingAdvice, syntax: PartnerSyntax = {}): Segment[] {
  const { number, date, type, time, condition, receivedOn, dates = [] } = advice
  const purpose = codeFor(PURPOSES, advice.purpose ?? 'original')
  const days = receivedOn === undefined ? dates : [{ qualifier: RECEIVED, date: receivedOn }, ...dates]
  return fitted(
    [
      segment('BRA', number, x12Date(date), purpose, type, x12Date(time), condition),
      ...(advice.references ?? []).map((reference) => writeReference('REF', reference)),
      ...(advice.contacts ?? []).map(writeContact),
      ...days.map(writeDated),
      ...(advice.orders ?? []).map(writeOrder),
      ...(advice.ladings ?? []).flatMap((lading) => writeLading(lading, syntax)),
      ...writeCarriage(advice.carriage),
      ...(advice.equipment ?? []).flatMap(writeEquipment),
      ...writeParties(advice, RECEIVING_ROLES),
      ...advice.lines.flatMap((line) => writeLine(line, syntax)),
      segment('CTT', String(advice.lines.length)),
    ],
    syntax,
  )
}

function writeOrder({ purchaseOrder, release, date }: ReceivedOrder): Segment {
  return segment('PRF', purchaseOrder, release, undefined, x12Date(date))
}

function writeLine(line: ReceivedLine, syntax: PartnerSyntax): Segment[] {
  const { received, uom, returned, returnedUom, exceptions = [], shipped, shippedUom } = line
  const counted = [received, unitText(uom, syntax), returned, unitText(returnedUom, syntax)]
  const wrong = exceptions.flatMap((one) => [one.quantity, unitText(one.uom, syntax), one.condition])
  return [
    segment('RCD', line.line, ...counted, ...wrong),
    ...(shipped === undefined ? [] : [segment('SN1', undefined, shipped, unitText(shippedUom, syntax))]),
    ...optionalSegment('LIN', undefined, ...itemIdPairs(line, syntax)),
    ...writeDescription(line),
    ...(line.references ?? []).map((reference) => writeReference('REF', reference)),
    ...(line.dates ?? []).map(writeDated),
    ...(line.orders ?? []).map(writeOrder),
  ]
}
