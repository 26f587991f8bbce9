import type { X12Set } from '../../edi/x12/reading.ts'
import { added } from '../added.ts'
import { copied } from '../copied.ts'
import { readDeparture, writeDeparture } from '../departure-x12.ts'
import type { Reading } from '../faults.ts'
import { POSSIBLE, SIGNED } from '../figures.ts'
import { itemIdPairs, readItemId } from '../item-x12.ts'
import { readWeightAt, weightElements } from '../line-weight.ts'
import { lineIn } from '../line-x12.ts'
import { type Marked, readMarks, writeMarks } from '../marks.ts'
import type { PartnerSyntax } from '../partner-syntax.ts'
import { placeParty, readContacts, readParty, readReference, writeParties, writeReference } from '../party-x12.ts'
import {
  dateAt,
  endReading,
  faultAt,
  figureAt,
  identifierAt,
  locateFindings,
  missingSegment,
  neededFigure,
  neededIdentifier,
  type SetReading,
  startReading,
  textAt,
  unitAt,
} from '../set-reading.ts'
import { errors, fitted, type Segment, segment, unitText, x12Date } from '../set-writing.ts'
import type { Reference } from '../shapes.ts'
import { readWarehouseDate, writeWarehouseDates } from '../warehouse-dates.ts'
import { readTotals, writeTotals } from '../warehouse-totals.ts'
import { warehouseAdviceFaults } from './checks.ts'
import type { WarehouseAdvice, WarehouseAdviceLine } from './schema.ts'

const ROLES = { DE: 'depositor', WH: 'warehouse', ST: 'shipTo', BT: 'billTo' } as const

/** What stands between LX and the first W12: it holds for every line of that LX. */
interface Pack extends Marked {
  assigned?: string
  references?: Reference[]
}

interface Walk {
  readonly advice: WarehouseAdvice
  readonly lineSegments: number[]
  line: WarehouseAdviceLine | undefined
  pack: Pack | undefined
  totalSegment: number
}

/** Reads a 945: the warehouse advice, or every fault with its segment and element. A line of zero is a line. */
export function readWarehouseAdviceX12(set: X12Set, syntax: PartnerSyntax = {}): Reading<WarehouseAdvice> {
  const reading = startReading(set, '945', syntax)
  const advice: WarehouseAdvice = { reporting: '', lines: [] }
  const walk: Walk = { advice, lineSegments: [], line: undefined, pack: undefined, totalSegment: 1 }
  if (reading.segments.tag(1) === 'W06') readBeginning(reading, 1, advice)
  else missingSegment(reading, 'W06')
  let at = 1
  while (at < reading.end) at = readSegment(reading, at, walk)
  locateFindings(reading, warehouseAdviceFaults(advice), (pointer) =>
    pointer.startsWith('/totals') ? walk.totalSegment : (walk.lineSegments[lineIn(pointer) ?? -1] ?? 1),
  )
  return endReading(reading, advice)
}

function readBeginning(reading: SetReading, at: number, advice: WarehouseAdvice): void {
  advice.reporting = neededIdentifier(reading, at, 1, 'The reporting code')
  const number = identifierAt(reading, at, 2)
  if (number !== undefined) advice.number = number
  else faultAt(reading, 'MISSING', at, 2, ['The depositor’s order number'], 'warning')
  const date = dateAt(reading, at, 3)
  if (date !== undefined) advice.date = date
  const shipment = identifierAt(reading, at, 4)
  if (shipment !== undefined) advice.shipment = shipment
  const agentShipment = identifierAt(reading, at, 5)
  if (agentShipment !== undefined) advice.agentShipment = agentShipment
  const purchaseOrder = identifierAt(reading, at, 6)
  if (purchaseOrder !== undefined) advice.purchaseOrder = purchaseOrder
}

function readSegment(reading: SetReading, at: number, walk: Walk): number {
  const { advice, line } = walk
  switch (reading.segments.tag(at)) {
    case 'N1':
      return readPartyLoop(reading, at, walk)
    case 'LX':
      walk.pack = { assigned: identifierAt(reading, at, 1) }
      walk.line = undefined
      break
    case 'MAN':
      readMarks(reading, at, line ?? walk.pack ?? {})
      break
    case 'W12':
      readLine(reading, at, walk)
      break
    case 'G69':
      if (line) line.description = line.description ?? textAt(reading, at, 1)
      break
    case 'N9':
    case 'REF':
      readOwnReference(reading, at, walk)
      break
    case 'G62':
      if (line === undefined) readWarehouseDate(reading, at, advice)
      break
    default:
      readOther(reading, at, walk)
  }
  return at + 1
}

function readOther(reading: SetReading, at: number, walk: Walk): void {
  const { advice } = walk
  const tag = reading.segments.tag(at)
  if (tag === 'W03') {
    advice.totals = readTotals(reading, at)
    walk.totalSegment = at
  } else if (tag === 'W27') advice.departure = advice.departure ?? readDeparture(reading, at)
  else if (tag === 'PER') readDepositorContact(reading, at, advice)
  else if (tag === 'NTE') readNote(reading, at, advice)
}

function readNote(reading: SetReading, at: number, advice: WarehouseAdvice): void {
  const note = textAt(reading, at, 2)
  if (note !== undefined) advice.notes = added(advice.notes, note)
}

/** A contact of the header speaks for the depositor, who sends or receives the document. */
function readDepositorContact(reading: SetReading, at: number, advice: WarehouseAdvice): void {
  advice.depositor = advice.depositor ?? {}
  advice.depositor.contacts = readContacts(reading, at, advice.depositor.contacts)
}

function readPartyLoop(reading: SetReading, at: number, { advice, line }: Walk): number {
  const { role, party, next } = readParty(reading, at)
  if (line === undefined) placeParty(advice, ROLES, role, party)
  return next
}

/** N9 LI is the line number, LT the lot, SE a serial number; everything else is a reference. */
function readOwnReference(reading: SetReading, at: number, { advice, line, pack }: Walk): void {
  const qualifier = reading.segments.at(at, 1)
  const value = identifierAt(reading, at, 2)
  if (line && value !== undefined) {
    if (qualifier === 'LI') line.line = value
    else if (qualifier === 'LT' && line.lot === undefined) line.lot = value
    else if (qualifier === 'SE') line.serials = added(line.serials, value)
    else line.references = added(line.references, readReference(reading, at))
    return
  }
  const owner = line ?? pack ?? advice
  owner.references = added(owner.references, readReference(reading, at))
}

function readLine(reading: SetReading, at: number, walk: Walk): void {
  const { advice, pack } = walk
  const shipped = neededFigure(reading, at, 3, POSSIBLE, 'The quantity shipped')
  const status = neededIdentifier(reading, at, 1, 'The status of the line')
  const line: WarehouseAdviceLine = { line: pack?.assigned ?? String(advice.lines.length + 1), status, shipped }
  const ordered = figureAt(reading, at, 2, POSSIBLE)
  if (ordered !== undefined) line.ordered = ordered
  const difference = figureAt(reading, at, 4, SIGNED)
  if (difference !== undefined) line.difference = difference
  const uom = unitAt(reading, at, 5)
  if (uom !== undefined) line.uom = uom
  else if (reading.segments.at(at, 5) === '') faultAt(reading, 'MISSING', at, 5, ['The unit of measure'], 'warning')
  readGoods(reading, at, line)
  if (pack) placeMarks(pack, line)
  advice.lines.push(line)
  walk.lineSegments.push(at)
  walk.line = line
}

/**
 * What was said of the pack holds for each line in it, in the order in which it was said: whether a document came before
 * is told by a digest of its JSON, so that members in another order would make an advice of last week another one.
 */
function placeMarks(pack: Pack, line: WarehouseAdviceLine): void {
  const members: { [M in string]?: unknown } = line
  for (const member of Object.keys(pack) as (keyof Pack)[])
    if (member !== 'assigned') members[member] = copied(pack[member])
}

function readGoods(reading: SetReading, at: number, line: WarehouseAdviceLine): void {
  const caseCode = identifierAt(reading, at, 6)
  if (caseCode !== undefined) line.caseCode = caseCode
  const usual = reading.syntax.vendorQualifier ?? 'VN'
  for (const pair of [7, 17, 21]) {
    if (reading.segments.at(at, pair) !== '') readItemId(reading, at, pair, usual, line)
  }
  const lot = identifierAt(reading, at, 9)
  if (lot !== undefined) line.lot = lot
  readWeightAt(reading, at, 10, line)
}

/** Writes a warehouse advice as the body of a 945. A line has room for three item numbers; more are refused. */
export function writeWarehouseAdviceX12(advice: WarehouseAdvice, syntax: PartnerSyntax = {}): Segment[] {
  const { reporting, number, date, shipment, agentShipment, purchaseOrder, departure } = advice
  return fitted(
    [
      segment('W06', reporting, number, x12Date(date), shipment, agentShipment, purchaseOrder),
      ...writeParties(advice, ROLES, 'contacts first'),
      ...(advice.references ?? []).map((reference) => writeReference('N9', reference)),
      ...writeWarehouseDates(advice),
      ...(advice.notes ?? []).map((note) => segment('NTE', 'WHI', note)),
      ...writeDeparture(departure),
      ...advice.lines.flatMap((line, at) => writeLine(line, at, syntax)),
      ...(advice.totals ? [writeTotals('W03', advice.totals, syntax)] : []),
    ],
    syntax,
  )
}

function writeLine(line: WarehouseAdviceLine, at: number, syntax: PartnerSyntax): Segment[] {
  const { lot, serials = [], description } = line
  return [
    segment('LX', String(at + 1)),
    ...writeMarks(line),
    writeItem(line, syntax),
    ...(description === undefined ? [] : [segment('G69', description)]),
    segment('N9', 'LI', line.line),
    ...(lot === undefined ? [] : [segment('N9', 'LT', lot)]),
    ...serials.map((serial) => segment('N9', 'SE', serial)),
    ...(line.references ?? []).map((reference) => writeReference('N9', reference)),
  ]
}

function writeItem(line: WarehouseAdviceLine, syntax: PartnerSyntax): Segment {
  const [q1, v1, q2, v2, q3, v3, ...others] = itemIdPairs(line, syntax)
  if (others.length > 0) throw errors.DOES_NOT_FIT(`W12 of line ${line.line}: more than three item numbers`)
  const { status, ordered, shipped, difference, caseCode } = line
  const counted = [status, ordered, shipped, difference, unitText(line.uom, syntax)]
  const weighed = weightElements(line)
  const row = ['W12', ...counted, caseCode, q1, v1, undefined, ...weighed]
  const place = (from: number, ...values: (string | undefined)[]) => {
    for (const [offset, value] of values.entries()) row[from + offset] = value
  }
  if (q2 !== undefined) place(17, q2, v2)
  if (q3 !== undefined) place(21, q3, v3)
  return segment('W12', ...Array.from({ length: row.length - 1 }, (_, element) => row[element + 1]))
}
