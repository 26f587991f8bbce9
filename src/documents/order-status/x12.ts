import type { X12Set } from '../../edi/x12/reading.ts'
import { added } from '../added.ts'
import type { Reading } from '../faults.ts'
import { POSSIBLE } from '../figures.ts'
import { basisOf, itemIdPairs, readItemIds, readPrice } from '../item-x12.ts'
import { readDescription, writeDescription } from '../line-x12.ts'
import type { PartnerSyntax } from '../partner-syntax.ts'
import {
  placeParty,
  readDated,
  readParty,
  readReference,
  writeDated,
  writeParties,
  writeReference,
  writeRoleParties,
} from '../party-x12.ts'
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
  type SetReading,
  startReading,
  timeAt,
  unitAt,
} from '../set-reading.ts'
import { fitted, type Segment, segment, unitText, x12Date } from '../set-writing.ts'
import { NAMED_ROLES } from '../shapes.ts'
import { orderStatusFaults } from './checks.ts'
import type { ItemStatus, OrderStatus, OrderStatusLine, ReportedOrder } from './schema.ts'

interface Walk {
  readonly report: OrderStatus
  /** Segments of the orders and of their lines, by the pointer into the report. */
  readonly places: Map<string, number>
  readonly levels: Set<string>
  order: ReportedOrder | undefined
  line: OrderStatusLine | undefined
  status: ItemStatus | undefined
}

/**
 * Reads an 870: the report, or every fault with its segment and element. PRF begins an order, PO1 a line of it, whichever
 * levels (HL) stand between them.
 */
export function readOrderStatusX12(set: X12Set, syntax: PartnerSyntax = {}): Reading<OrderStatus> {
  const reading = startReading(set, '870', syntax)
  const report: OrderStatus = { number: '', report: '', covers: '', date: '', orders: [] }
  const walk: Walk = {
    report,
    places: new Map(),
    levels: new Set(),
    order: undefined,
    line: undefined,
    status: undefined,
  }
  if (reading.segments.tag(1) === 'BSR') readBeginning(reading, 1, report)
  else missingSegment(reading, 'BSR')
  let at = 1
  while (at < reading.end) at = readSegment(reading, at, walk)
  locateFindings(reading, orderStatusFaults(report), (pointer) => walk.places.get(pointer) ?? 1)
  return endReading(reading, report)
}

function readBeginning(reading: SetReading, at: number, report: OrderStatus): void {
  report.report = neededIdentifier(reading, at, 1, 'The kind of report')
  report.covers = neededIdentifier(reading, at, 2, 'What the report covers')
  report.number = neededIdentifier(reading, at, 3, 'The number of the report')
  report.date = neededDate(reading, at, 4, 'The date of the report')
  const time = timeAt(reading, at, 7)
  if (time !== undefined) report.time = time
}

function readSegment(reading: SetReading, at: number, walk: Walk): number {
  const { line, status } = walk
  switch (reading.segments.tag(at)) {
    case 'HL':
      readLevel(reading, at, walk)
      break
    case 'PRF':
      readOrder(reading, at, walk)
      break
    case 'PO1':
      readLine(reading, at, walk)
      break
    case 'PID':
      if (line && status === undefined) readDescription(reading, at, line)
      break
    case 'ISR':
      readStatus(reading, at, walk)
      break
    case 'QTY':
      if (status) readQuantity(reading, at, status)
      break
    case 'N1':
      return readPartyLoop(reading, at, walk)
    default:
      readOther(reading, at, walk)
  }
  return at + 1
}

function readLevel(reading: SetReading, at: number, walk: Walk): void {
  const number = neededIdentifier(reading, at, 1, 'The number of the level')
  const parent = identifierAt(reading, at, 2)
  if (parent !== undefined && !walk.levels.has(parent)) {
    faultAt(reading, 'HIERARCHY', at, 2, [`level ${number} hangs below ${parent}, which is not there`])
  }
  walk.levels.add(number)
  walk.line = undefined
  walk.status = undefined
}

function readOrder(reading: SetReading, at: number, walk: Walk): void {
  const { orders } = walk.report
  const order: ReportedOrder = { purchaseOrder: neededIdentifier(reading, at, 1, 'The order number'), lines: [] }
  const release = identifierAt(reading, at, 2)
  if (release !== undefined) order.release = release
  const date = dateAt(reading, at, 4)
  if (date !== undefined) order.date = date
  const isSame = walk.order?.purchaseOrder === order.purchaseOrder && walk.order.release === order.release
  if (isSame) return // a level below repeats which order it is about
  walk.places.set(`/orders/${orders.length}`, at)
  orders.push(order)
  walk.order = order
  walk.line = undefined
  walk.status = undefined
}

function readLine(reading: SetReading, at: number, walk: Walk): void {
  const { order, report, places } = walk
  if (order === undefined) faultAt(reading, 'HIERARCHY', at, undefined, ['a line stands before its order (PRF)'])
  const line: OrderStatusLine = {}
  const number = identifierAt(reading, at, 1)
  if (number !== undefined) line.line = number
  const quantity = figureAt(reading, at, 2, POSSIBLE)
  if (quantity !== undefined) line.quantity = quantity
  const uom = unitAt(reading, at, 3)
  if (uom !== undefined) line.uom = uom
  const price = readPrice(reading, at, 4, 5)
  if (price !== undefined) line.price = price
  readItemIds(reading, at, 6, line)
  if (order) places.set(`/orders/${report.orders.length - 1}/lines/${order.lines.length}`, at)
  order?.lines.push(line)
  walk.line = line
  walk.status = undefined
}

function readStatus(reading: SetReading, at: number, walk: Walk): void {
  const status: ItemStatus = { status: neededIdentifier(reading, at, 1, 'The status') }
  const date = dateAt(reading, at, 2)
  if (date !== undefined) status.date = date
  const reason = identifierAt(reading, at, 3)
  if (reason !== undefined) status.reason = reason
  const owner = walk.line ?? walk.order
  if (owner) owner.statuses = added(owner.statuses, status)
  else faultAt(reading, 'HIERARCHY', at, undefined, ['a status stands before its order (PRF)'])
  walk.status = status
}

function readQuantity(reading: SetReading, at: number, status: ItemStatus): void {
  const qualifier = neededIdentifier(reading, at, 1, 'What the quantity is')
  const quantity = neededFigure(reading, at, 2, POSSIBLE, 'The quantity')
  const uom = unitAt(reading, at, 3)
  status.quantities = added(status.quantities, { qualifier, quantity, ...(uom === undefined ? {} : { uom }) })
}

/** A date below the status of a line is that status's; every other one, and a reference, belongs to the order or the report. */
function readOther(reading: SetReading, at: number, { report, order, line, status }: Walk): void {
  const tag = reading.segments.tag(at)
  const owner = order ?? report
  if (tag === 'DTM') {
    const dated = line && status ? status : owner
    dated.dates = added(dated.dates, readDated(reading, at))
  } else if (tag === 'REF' && line === undefined) {
    owner.references = added(owner.references, readReference(reading, at))
  }
}

function readPartyLoop(reading: SetReading, at: number, { report, order, line }: Walk): number {
  const { role, party, next } = readParty(reading, at)
  if (line) return next
  if (order) order.parties = added(order.parties, { role, ...party })
  else placeParty(report, NAMED_ROLES, role, party)
  return next
}

/** Writes a status report as the body of an 870: a level for each order, its lines below it. */
export function writeOrderStatusX12(report: OrderStatus, syntax: PartnerSyntax = {}): Segment[] {
  const { number, covers, date, time, orders } = report
  return fitted(
    [
      segment('BSR', report.report, covers, number, x12Date(date), undefined, undefined, x12Date(time)),
      ...(report.dates ?? []).map(writeDated),
      ...(report.references ?? []).map((reference) => writeReference('REF', reference)),
      ...writeParties(report, NAMED_ROLES),
      ...orders.flatMap((order, at) => writeOrder(order, at, syntax)),
      segment('CTT', String(orders.length)),
    ],
    syntax,
  )
}

function writeOrder(order: ReportedOrder, at: number, syntax: PartnerSyntax): Segment[] {
  const { purchaseOrder, release, date } = order
  return [
    segment('HL', String(at + 1), undefined, 'O'),
    segment('PRF', purchaseOrder, release, undefined, x12Date(date)),
    ...(order.statuses ?? []).flatMap((status) => writeStatus(status, syntax)),
    ...(order.dates ?? []).map(writeDated),
    ...(order.references ?? []).map((reference) => writeReference('REF', reference)),
    ...writeRoleParties(order.parties),
    ...order.lines.flatMap((line) => writeLine(line, syntax)),
  ]
}

function writeLine(line: OrderStatusLine, syntax: PartnerSyntax): Segment[] {
  const { quantity, uom, price } = line
  const counted = [quantity, unitText(uom, syntax), price?.amount, basisOf(price)]
  return [
    segment('PO1', line.line, ...counted, ...itemIdPairs(line, syntax)),
    ...writeDescription(line),
    ...(line.statuses ?? []).flatMap((status) => writeStatus(status, syntax)),
  ]
}

function writeStatus(status: ItemStatus, syntax: PartnerSyntax): Segment[] {
  return [
    segment('ISR', status.status, x12Date(status.date), status.reason),
    ...(status.quantities ?? []).map(({ qualifier, quantity, uom }) =>
      segment('QTY', qualifier, quantity, unitText(uom, syntax)),
    ),
    ...(status.dates ?? []).map(writeDated),
  ]
}
