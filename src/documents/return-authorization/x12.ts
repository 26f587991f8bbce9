import type { X12Set } from '../../edi/x12/reading.ts'
import { added } from '../added.ts'
import type { Reading } from '../faults.ts'
import { COUNTED, POSSIBLE } from '../figures.ts'
import { readHead, readNote, readPurpose } from '../head-x12.ts'
import { itemIdPairs, readItemId } from '../item-x12.ts'
import { readDescription, segmentOfLine, writeDescription } from '../line-x12.ts'
import type { PartnerSyntax } from '../partner-syntax.ts'
import {
  readDated,
  readParty,
  readReference,
  writeContact,
  writeDated,
  writeParties,
  writeReference,
  writeRoleParties,
} from '../party-x12.ts'
import { codeFor, PURPOSES } from '../purposes.ts'
import {
  dateAt,
  endReading,
  figureAt,
  identifierAt,
  locateFindings,
  missingSegment,
  neededDate,
  neededIdentifier,
  type SetReading,
  startReading,
  textAt,
  timeAt,
  unitAt,
} from '../set-reading.ts'
import { fitted, optionalSegment, type Segment, segment, unitText, x12Date } from '../set-writing.ts'
import { NAMED_ROLES } from '../shapes.ts'
import { readTraced, writeTraced } from '../traced-x12.ts'
import { returnAuthorizationFaults } from './checks.ts'
import type { ReturnAnswer, ReturnAuthorization, ReturnLine, ReturnOrder } from './schema.ts'

const RMA = 'RZ'
const USUAL_PRICE = 'UCP'

interface Walk {
  readonly authorization: ReturnAuthorization
  readonly lineSegments: number[]
  line: ReturnLine | undefined
}

/** Reads a 180: the authorization, or every fault with its segment and element. */
export function readReturnAuthorizationX12(set: X12Set, syntax: PartnerSyntax = {}): Reading<ReturnAuthorization> {
  const reading = startReading(set, '180', syntax)
  const authorization: ReturnAuthorization = { number: '', date: '', lines: [] }
  const walk: Walk = { authorization, lineSegments: [], line: undefined }
  if (reading.segments.tag(1) === 'BGN') readBeginning(reading, 1, authorization)
  else missingSegment(reading, 'BGN')
  let at = 1
  while (at < reading.end) at = readSegment(reading, at, walk)
  const findings = returnAuthorizationFaults(authorization)
  locateFindings(reading, findings, segmentOfLine(walk.lineSegments))
  return endReading(reading, authorization)
}

function readBeginning(reading: SetReading, at: number, authorization: ReturnAuthorization): void {
  readPurpose(reading, at, 1, authorization)
  authorization.number = neededIdentifier(reading, at, 2, 'The number of the authorization')
  authorization.date = neededDate(reading, at, 3, 'The date of the authorization')
  const time = timeAt(reading, at, 4)
  if (time !== undefined) authorization.time = time
  const original = identifierAt(reading, at, 6)
  if (original !== undefined) authorization.original = original
  const type = identifierAt(reading, at, 7)
  if (type !== undefined) authorization.type = type
  const action = identifierAt(reading, at, 8)
  if (action !== undefined) authorization.action = action
}

function readSegment(reading: SetReading, at: number, walk: Walk): number {
  const { authorization, line } = walk
  const owner = line ?? authorization
  switch (reading.segments.tag(at)) {
    case 'BLI':
      openLine(reading, at, walk)
      return at + 1
    case 'RDR':
      readAnswer(reading, at, owner)
      return at + 1
    case 'PRF':
      readOrder(reading, at, owner)
      return at + 1
    case 'NTE':
      readNote(reading, at, 2, owner)
      return at + 1
    case 'N9':
      if (line) readTraced(reading, at, line)
      else readHeadReference(reading, at, authorization)
      return at + 1
    default:
      return line ? readOfLine(reading, at, line) : (readHead(reading, at, authorization, NAMED_ROLES) ?? at + 1)
  }
}

function readOfLine(reading: SetReading, at: number, line: ReturnLine): number {
  const tag = reading.segments.tag(at)
  if (tag === 'PID') readDescription(reading, at, line)
  else if (tag === 'DTM') line.dates = added(line.dates, readDated(reading, at))
  else if (tag === 'N1') {
    const { role, party, next } = readParty(reading, at)
    line.parties = added(line.parties, { role, ...party })
    return next
  }
  return at + 1
}

function readAnswer(reading: SetReading, at: number, owner: ReturnAnswer): void {
  const disposition = identifierAt(reading, at, 1)
  if (disposition !== undefined) owner.disposition = disposition
  const reason = identifierAt(reading, at, 2)
  if (reason !== undefined) owner.reason = reason
  const response = identifierAt(reading, at, 3)
  if (response !== undefined) {
    owner.reason = response
    owner.reasonOf = 'response'
  }
  const remark = textAt(reading, at, 4)
  if (remark !== undefined) owner.remark = remark
}

function readOrder(reading: SetReading, at: number, owner: ReturnOrder): void {
  owner.purchaseOrder = neededIdentifier(reading, at, 1, 'The order number')
  const release = identifierAt(reading, at, 2)
  if (release !== undefined) owner.release = release
  const date = dateAt(reading, at, 4)
  if (date !== undefined) owner.purchaseOrderDate = date
}

function readHeadReference(reading: SetReading, at: number, authorization: ReturnAuthorization): void {
  const reference = readReference(reading, at)
  const { qualifier, value, description } = reference
  if (qualifier === RMA && value !== undefined && description === undefined && authorization.rma === undefined) {
    authorization.rma = value
  } else authorization.references = added(authorization.references, reference)
}

/** BLI names the item in its first pair and in up to three more behind the price. */
const ID_PAIRS = [1, 8, 10, 12] as const

function openLine(reading: SetReading, at: number, walk: Walk): void {
  const line: ReturnLine = {}
  const usual = reading.syntax.vendorQualifier ?? 'VN'
  for (const pair of ID_PAIRS) readItemId(reading, at, pair, usual, line)
  const quantity = figureAt(reading, at, 3, COUNTED)
  if (quantity !== undefined) line.quantity = quantity
  const uom = unitAt(reading, at, 4)
  if (uom !== undefined) line.uom = uom
  readPriceOf(reading, at, line)
  walk.authorization.lines.push(line)
  walk.lineSegments.push(at)
  walk.line = line
}

function readPriceOf(reading: SetReading, at: number, line: ReturnLine): void {
  const amount = figureAt(reading, at, 6, POSSIBLE)
  if (amount === undefined) return
  line.price = { amount }
  const type = identifierAt(reading, at, 5)
  if (type !== undefined && type !== USUAL_PRICE) line.price.type = type
  const uom = unitAt(reading, at, 7)
  if (uom !== undefined) line.price.uom = uom
}

/** Writes a return authorization as the body of a 180. */
export function writeReturnAuthorizationX12(authorization: ReturnAuthorization, syntax: PartnerSyntax = {}): Segment[] {
  const { number, date, time, original, type, action, rma, references = [] } = authorization
  const purpose = codeFor(PURPOSES, authorization.purpose ?? 'original')
  return fitted(
    [
      segment('BGN', purpose, number, x12Date(date), x12Date(time), undefined, original, type, action),
      ...writeAnswer(authorization),
      ...writeOrder(authorization),
      ...(authorization.dates ?? []).map(writeDated),
      ...(rma === undefined ? [] : [segment('N9', RMA, rma)]),
      ...references.map((reference) => writeReference('N9', reference)),
      ...(authorization.contacts ?? []).map(writeContact),
      ...writeRemarks(authorization.notes),
      ...writeParties(authorization, NAMED_ROLES),
      ...authorization.lines.flatMap((line) => writeLine(line, syntax)),
    ],
    syntax,
  )
}

function writeAnswer({ disposition, reason, reasonOf, remark }: ReturnAnswer): Segment[] {
  const why = reasonOf === 'response' ? [undefined, reason] : [reason, undefined]
  return optionalSegment('RDR', disposition, ...why, remark)
}

function writeOrder({ purchaseOrder, release, purchaseOrderDate }: ReturnOrder): Segment[] {
  if (purchaseOrder === undefined) return []
  return [segment('PRF', purchaseOrder, release, undefined, x12Date(purchaseOrderDate))]
}

function writeRemarks(notes: readonly string[] | undefined): Segment[] {
  return (notes ?? []).map((note) => segment('NTE', undefined, note))
}

function writeLine(line: ReturnLine, syntax: PartnerSyntax): Segment[] {
  const { quantity, price, references = [] } = line
  const [qualifier, value, ...others] = itemIdPairs(line, syntax)
  const counted = [quantity, unitText(line.uom, syntax)]
  const priced = price
    ? [price.type ?? USUAL_PRICE, price.amount, unitText(price.uom, syntax)]
    : [undefined, undefined, undefined]
  return [
    segment('BLI', qualifier, value, ...counted, ...priced, ...others),
    ...writeTraced(line),
    ...references.map((reference) => writeReference('N9', reference)),
    ...writeDescription(line),
    ...writeAnswer(line),
    ...writeRemarks(line.notes),
    ...writeOrder(line),
    ...(line.dates ?? []).map(writeDated),
    ...writeRoleParties(line.parties),
  ]
}
