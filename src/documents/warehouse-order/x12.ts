import type { X12Set } from '../../edi/x12/reading.ts'
import { added } from '../added.ts'
import type { Reading } from '../faults.ts'
import { COUNTED } from '../figures.ts'
import { itemIdPairs, readItemId } from '../item-x12.ts'
import { readWeightAt, writeLineWeight } from '../line-weight.ts'
import { lineIn } from '../line-x12.ts'
import type { PartnerSyntax } from '../partner-syntax.ts'
import { placeParty, readContacts, readParty, readReference, writeParties, writeReference } from '../party-x12.ts'
import {
  endReading,
  faultAt,
  identifierAt,
  locateFindings,
  missingSegment,
  neededFigure,
  neededIdentifier,
  neededUnit,
  type SetReading,
  startReading,
  textAt,
} from '../set-reading.ts'
import { errors, fitted, type Segment, segment, unitText } from '../set-writing.ts'
import { readWarehouseDate, writeWarehouseDates } from '../warehouse-dates.ts'
import { readTotals, writeTotals } from '../warehouse-totals.ts'
import { warehouseOrderFaults } from './checks.ts'
import type { Dispatch, WarehouseOrder, WarehouseOrderLine } from './schema.ts'

const ROLES = { DE: 'depositor', WH: 'warehouse', ST: 'shipTo', BT: 'billTo' } as const
const STATUS = { new: 'N', replace: 'R', cancel: 'F' } as const

interface Walk {
  readonly order: WarehouseOrder
  readonly lineSegments: number[]
  line: WarehouseOrderLine | undefined
  /** LX of the lines to come; a line's own number in N9 LI goes before it. */
  assigned: string | undefined
  totalSegment: number
}

/** Reads a 940: the warehouse order, or every fault with its segment and element. */
export function readWarehouseOrderX12(set: X12Set, syntax: PartnerSyntax = {}): Reading<WarehouseOrder> {
  const reading = startReading(set, '940', syntax)
  const walk: Walk = {
    order: { number: '', lines: [] },
    lineSegments: [],
    line: undefined,
    assigned: undefined,
    totalSegment: 1,
  }
  if (reading.segments.tag(1) === 'W05') readBeginning(reading, 1, walk.order)
  else missingSegment(reading, 'W05')
  let at = 1
  while (at < reading.end) at = readSegment(reading, at, walk)
  locateFindings(reading, warehouseOrderFaults(walk.order), (pointer) =>
    pointer.startsWith('/totals') ? walk.totalSegment : (walk.lineSegments[lineIn(pointer) ?? -1] ?? 1),
  )
  return endReading(reading, walk.order)
}

function readBeginning(reading: SetReading, at: number, order: WarehouseOrder): void {
  const status = reading.syntax.warehouseOrderStatus ?? STATUS
  const code = neededIdentifier(reading, at, 1, 'The status of the order')
  if (code === status.replace) order.purpose = 'replace'
  else if (code === status.cancel) order.purpose = 'cancel'
  else if (code !== status.new && code !== '')
    faultAt(reading, 'CODE_UNKNOWN', at, 1, [code, 'status of a warehouse order'])
  order.number = neededIdentifier(reading, at, 2, 'The depositor’s order number')
  const purchaseOrder = identifierAt(reading, at, 3)
  if (purchaseOrder !== undefined) order.purchaseOrder = purchaseOrder
  const linkSequence = identifierAt(reading, at, 4)
  if (linkSequence !== undefined) order.linkSequence = linkSequence
  const masterReference = identifierAt(reading, at, 5)
  if (masterReference !== undefined) order.masterReference = masterReference
}

function readSegment(reading: SetReading, at: number, walk: Walk): number {
  const { order, line } = walk
  switch (reading.segments.tag(at)) {
    case 'N1':
      return readPartyLoop(reading, at, walk)
    case 'LX':
      walk.assigned = identifierAt(reading, at, 1)
      walk.line = undefined
      break
    case 'W01':
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
      if (line === undefined) readWarehouseDate(reading, at, order)
      break
    case 'NTE':
      readNote(reading, at, line ?? order, 2)
      break
    case 'MSG':
      readNote(reading, at, line ?? order, 1)
      break
    case 'W20':
      if (line) readWeightAt(reading, at, 4, line)
      break
    default:
      readOther(reading, at, walk)
  }
  return at + 1
}

function readOther(reading: SetReading, at: number, walk: Walk): void {
  const { order } = walk
  const tag = reading.segments.tag(at)
  if (tag === 'W76') {
    order.totals = readTotals(reading, at)
    walk.totalSegment = at
  } else if (tag === 'W66') order.dispatch = order.dispatch ?? readDispatch(reading, at)
  else if (tag === 'PER') readDepositorContact(reading, at, order)
}

/** A contact of the header speaks for the depositor, who sends or receives the document. */
function readDepositorContact(reading: SetReading, at: number, order: WarehouseOrder): void {
  order.depositor = order.depositor ?? {}
  order.depositor.contacts = readContacts(reading, at, order.depositor.contacts)
}

function readPartyLoop(reading: SetReading, at: number, { order, line }: Walk): number {
  const { role, party, next } = readParty(reading, at)
  if (line === undefined) placeParty(order, ROLES, role, party)
  return next
}

function readNote(reading: SetReading, at: number, owner: { notes?: string[] }, element: number): void {
  const note = textAt(reading, at, element)
  if (note !== undefined) owner.notes = added(owner.notes, note)
}

/** N9 LI is the line number itself, LT the lot; everything else is a reference. */
function readOwnReference(reading: SetReading, at: number, { order, line }: Walk): void {
  const qualifier = reading.segments.at(at, 1)
  const value = identifierAt(reading, at, 2)
  if (line && qualifier === 'LI' && value !== undefined) line.line = value
  else if (line && qualifier === 'LT' && value !== undefined && line.lot === undefined) line.lot = value
  else {
    const owner = line ?? order
    owner.references = added(owner.references, readReference(reading, at))
  }
}

function readLine(reading: SetReading, at: number, walk: Walk): void {
  const { order, assigned } = walk
  const number = assigned ?? String(order.lines.length + 1)
  if (assigned === undefined) faultAt(reading, 'LINE_ASSIGNED', at, undefined, [number], 'warning')
  walk.assigned = undefined
  const quantity = neededFigure(reading, at, 1, COUNTED, 'The quantity')
  const line: WarehouseOrderLine = { line: number, quantity, uom: neededUnit(reading, at, 2) }
  const caseCode = identifierAt(reading, at, 3)
  if (caseCode !== undefined) line.caseCode = caseCode
  const usual = reading.syntax.vendorQualifier ?? 'VN'
  for (const pair of [4, 6, 15]) {
    if (reading.segments.at(at, pair) !== '') readItemId(reading, at, pair, usual, line)
  }
  order.lines.push(line)
  walk.lineSegments.push(at)
  walk.line = line
}

function readDispatch(reading: SetReading, at: number): Dispatch {
  const dispatch: Dispatch = { payment: neededIdentifier(reading, at, 1, 'Who pays the freight') }
  const method = identifierAt(reading, at, 2)
  if (method !== undefined) dispatch.method = method
  const palletExchange = identifierAt(reading, at, 3)
  if (palletExchange !== undefined) dispatch.palletExchange = palletExchange
  const unitLoad = identifierAt(reading, at, 4)
  if (unitLoad !== undefined) dispatch.unitLoad = unitLoad
  const routing = textAt(reading, at, 5)
  if (routing !== undefined) dispatch.routing = routing
  const scac = identifierAt(reading, at, 10)
  if (scac !== undefined) dispatch.scac = scac
  return dispatch
}

/** Writes a warehouse order as the body of a 940. A line has room for three item numbers; more are refused. */
export function writeWarehouseOrderX12(order: WarehouseOrder, syntax: PartnerSyntax = {}): Segment[] {
  const status = (syntax.warehouseOrderStatus ?? STATUS)[order.purpose ?? 'new']
  const { number, purchaseOrder, linkSequence, masterReference, dispatch } = order
  return fitted(
    [
      segment('W05', status, number, purchaseOrder, linkSequence, masterReference),
      ...writeParties(order, ROLES, 'contacts first'),
      ...(order.references ?? []).map((reference) => writeReference('N9', reference)),
      ...writeWarehouseDates(order),
      ...(order.notes ?? []).map((note) => segment('NTE', 'WHI', note)),
      ...(dispatch ? [writeDispatch(dispatch)] : []),
      ...order.lines.flatMap((line, at) => writeLine(line, at, syntax)),
      ...(order.totals ? [writeTotals('W76', order.totals, syntax)] : []),
    ],
    syntax,
  )
}

function writeDispatch(dispatch: Dispatch): Segment {
  const { payment, method, palletExchange, unitLoad, routing, scac } = dispatch
  return segment(
    'W66',
    payment,
    method,
    palletExchange,
    unitLoad,
    routing,
    undefined,
    undefined,
    undefined,
    undefined,
    scac,
  )
}

function writeLine(line: WarehouseOrderLine, at: number, syntax: PartnerSyntax): Segment[] {
  const [q1, v1, q2, v2, q3, v3, ...others] = itemIdPairs(line, syntax)
  if (others.length > 0) throw errors.DOES_NOT_FIT(`W01 of line ${line.line}: more than three item numbers`)
  const gap = q3 === undefined ? [] : Array.from({ length: 7 }, () => undefined)
  const { lot, description } = line
  return [
    segment('LX', String(at + 1)),
    segment('W01', line.quantity, unitText(line.uom, syntax), line.caseCode, q1, v1, q2, v2, ...gap, q3, v3),
    ...(description === undefined ? [] : [segment('G69', description)]),
    segment('N9', 'LI', line.line),
    ...(lot === undefined ? [] : [segment('N9', 'LT', lot)]),
    ...(line.references ?? []).map((reference) => writeReference('N9', reference)),
    ...writeLineWeight(line),
    ...(line.notes ?? []).map((note) => segment('MSG', note)),
  ]
}
