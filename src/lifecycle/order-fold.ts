/** How each event changes an order. A fold never judges: what is in the journal happened. */
import type { JournalEvent } from '../journal/contract.ts'
import type { EventData, EventType, LineQuantity } from './events.ts'
import { newLine } from './order-line.ts'
import {
  type Counted,
  cartonOf,
  type EarlyReport,
  lineOf,
  type OrderState,
  releaseLineOf,
  releaseOf,
  shipmentOf,
} from './order-state.ts'
import { newReleaseLine, type Release } from './release.ts'

type Fold<T extends EventType> = (order: OrderState, data: EventData[T], event: JournalEvent) => void

const folds: { readonly [T in EventType]?: Fold<T> } = {
  'order.received': (order, data, event) => {
    order.position = event.position
    order.channel = data.channel
    order.customer = data.soldTo
    order.customerOrder = data.customerOrder
    order.receivedAt = event.at
    for (const line of data.lines) order.lines.push(newLine(line.line, line.item, line.base))
  },
  'order.held': (order, data) => {
    if (!order.holds.includes(data.hold)) order.holds.push(data.hold)
  },
  'order.hold_lifted': (order, data) => {
    const at = order.holds.indexOf(data.hold)
    if (at >= 0) order.holds.splice(at, 1)
  },
  'order.reserved': (order, data) => {
    for (const part of data.lines) reserve(order, data.facility, part.line, part.quantity)
  },
  'order.reservation_freed': (order, data) => {
    if (data.attempt !== undefined) return
    for (const part of data.lines) unreserve(order, data.facility, part.line, part.quantity)
  },
  'order.accepted': (order, data) => {
    order.accepted = true
    for (const promised of data.lines) {
      const line = lineOf(order, promised.line)
      if (line) line.accepted = promised.quantity + promised.backordered
    }
  },
  'order.rejected': (order) => {
    order.rejected = true
    order.holds.length = 0
  },
  'order.posted': (order, data) => {
    order.number = data.number
  },
  'order.release_planned': (order, data) => {
    order.releases.push({
      release: data.release,
      facility: data.facility,
      status: 'planned',
      started: false,
      lines: data.lines.map((part) => newReleaseLine(part.line, part.quantity)),
    })
  },
  'order.released': (order, data) => {
    const release = releaseOf(order, data.release)
    if (!release) return
    const first = release.status !== 'accepted'
    release.status = 'accepted'
    for (const part of data.lines) handOver(order, release, part, first)
  },
  'order.release_refused': (order, data) => {
    const release = releaseOf(order, data.release)
    if (release) release.status = 'refused'
  },
  'order.recalled': (order, data) => {
    const release = releaseOf(order, data.release)
    for (const part of data.lines) {
      count(order, part, 'recalled')
      const row = release && releaseLineOf(release, part.line)
      if (row) row.recalled += part.quantity
    }
  },
  'pick.started': (order, data) => {
    const release = releaseOf(order, data.release)
    if (release) release.started = true
  },
  'pick.confirmed': (order, data) => countInRelease(order, data.release, data.lines, 'picked'),
  'pick.short': (order, data) => countInRelease(order, data.release, data.lines, 'shorted'),
  'substitution.made': (order, data) => {
    const replaced = lineOf(order, data.line)
    if (replaced) replaced.substituted += replacedBy(data)
    const { child } = data
    const line = newLine(child.line, child.item, child.base)
    line.accepted = child.base
    order.lines.push(line)
  },
  'carton.closed': (order, data) => {
    const { carton } = data
    countInRelease(order, data.release, carton.lines, 'packed')
    order.cartons.push({
      carton: carton.carton,
      release: data.release,
      sscc: carton.sscc,
      weight: carton.weight,
      weightUnit: carton.weightUnit,
      tracking: carton.tracking,
      shipment: undefined,
      lines: carton.lines,
    })
  },
  'shipment.manifested': (order, data) => {
    const known = shipmentOf(order, data.shipment as string)
    if (known) {
      known.status = 'manifested'
      known.scac = data.scac
      known.service = data.service
    } else {
      order.shipments.push(newShipment(data.shipment as string, data))
    }
    for (const { carton: name, tracking } of data.tracking) {
      const carton = cartonOf(order, name)
      if (!carton) continue
      carton.tracking = tracking
      carton.shipment = data.shipment
    }
  },
  'shipment.voided': (order, data) => {
    const shipment = shipmentOf(order, data.shipment as string)
    if (shipment) shipment.status = 'voided'
    for (const carton of order.cartons) {
      if (carton.shipment !== data.shipment) continue
      carton.shipment = undefined
      carton.tracking = undefined
    }
  },
  'order.shipped': (order, data, event) => {
    countInRelease(order, data.release, data.lines, 'shipped')
    let shipment = shipmentOf(order, data.shipment)
    if (!shipment) {
      shipment = newShipment(data.shipment, data)
      order.shipments.push(shipment)
    }
    shipment.status = 'dispatched'
    shipment.scac = data.scac ?? shipment.scac
    shipment.service = data.service ?? shipment.service
    shipment.shipDate = data.shipDate
    shipment.dispatchedAt = event.occurredAt
    shipment.lines = data.lines
    for (const { carton: name } of data.cartons ?? []) {
      const carton = cartonOf(order, name)
      if (carton) carton.shipment = data.shipment
    }
  },
  'order.invoiced': (order, data) => {
    for (const part of data.lines) count(order, part, 'invoiced')
    const shipment = shipmentOf(order, data.shipment)
    if (!shipment) return
    shipment.invoice = data.number
    shipment.invoiceTotal = data.total.amount
  },
  'order.delivered': (order, data) => {
    const shipment = shipmentOf(order, data.shipment)
    if (shipment) shipment.deliveredAt = data.deliveredAt
  },
  'order.line_cancelled': (order, data) => {
    for (const part of data.lines) count(order, part, 'cancelled')
  },
  'order.line_changed': (order, data) => {
    const line = lineOf(order, data.line)
    if (line) line.ordered += data.to - data.from
  },
  'order.terms_changed': (order, data) => {
    for (const { line, item, base } of data.added ?? []) order.lines.push(newLine(line, item, base))
  },
  'order.line_closed': (order, data) => {
    for (const name of data.lines) {
      const line = lineOf(order, name)
      if (line) line.closed = true
    }
    if (data.over) order.over = true
  },
  'order.corrected': (order, data) => {
    for (const corrected of data.lines ?? []) {
      const line = lineOf(order, corrected.line)
      if (!line) continue
      line.item = corrected.item
      line.ordered = corrected.base
    }
  },
  'report.early': (order, data) => {
    if (data.waitsFor !== '') order.early.push({ ...data, sequence: data.sequence })
  },
  'report.refused': (order, data) => {
    if (data.code === 'GAP') giveUpGap(order, data.from, data.data as { first: number; last: number })
  },
}

/** Folds one event into its order. Answers whether anything changed. */
export function foldOrder(order: OrderState, event: JournalEvent): boolean {
  const fold = folds[event.type] as Fold<EventType> | undefined
  const counted = event.sequence !== undefined && noteSequence(order, event.source, event.sequence)
  fold?.(order, event.data as never, event)
  const settled = order.early.length > 0 && isSettling(event) && settleEarly(order, event)
  if (!fold && !settled) return counted
  order.updatedAt = event.at
  return true
}

/** What a substitution takes from the line it replaces, in that line's own base unit. */
function replacedBy(data: EventData['substitution.made']): number {
  return Math.round((data.quantity * data.ratio[0]) / data.ratio[1])
}

function count(order: OrderState, part: LineQuantity, what: 'recalled' | 'invoiced' | 'cancelled'): void {
  const line = lineOf(order, part.line)
  if (line) line[what] += part.quantity
}

function countInRelease(
  order: OrderState,
  name: string,
  parts: readonly LineQuantity[],
  what: 'picked' | 'shorted' | 'packed' | 'shipped',
): void {
  const release = releaseOf(order, name)
  if (release) release.started = true
  for (const part of parts) {
    const line = lineOf(order, part.line)
    if (line) line[what] += part.quantity
    const row = release && releaseLineOf(release, part.line)
    if (row) row[what] += part.quantity
  }
}

/** Reserved becomes released in one step; a line the release did not have (a substitute) joins it. */
function handOver(order: OrderState, release: Release, part: LineQuantity, first: boolean): void {
  const planned = releaseLineOf(release, part.line)
  if (!planned) release.lines.push(newReleaseLine(part.line, part.quantity))
  else if (!first) return
  const line = lineOf(order, part.line)
  if (line) line.released += part.quantity
  unreserve(order, release.facility, part.line, part.quantity)
}

function reserve(order: OrderState, facility: string, name: string, quantity: number): void {
  const line = lineOf(order, name)
  if (!line) return
  line.reserved += quantity
  const kept = order.reservations.find((one) => one.facility === facility && one.line === name)
  if (kept) kept.quantity += quantity
  else order.reservations.push({ facility, line: name, quantity })
}

function unreserve(order: OrderState, facility: string, name: string, quantity: number): void {
  const at = order.reservations.findIndex((one) => one.facility === facility && one.line === name)
  const kept = order.reservations[at]
  const line = lineOf(order, name)
  if (!kept || !line) return
  const freed = Math.min(kept.quantity, quantity)
  kept.quantity -= freed
  line.reserved -= freed
  if (kept.quantity === 0) order.reservations.splice(at, 1)
}

function newShipment(
  shipment: string,
  from: { readonly release: string; readonly scac?: string; readonly service?: string; readonly facility?: string },
) {
  return {
    shipment,
    release: from.release,
    facility: from.facility ?? '',
    status: 'manifested' as const,
    scac: from.scac,
    service: from.service,
    shipDate: undefined,
    dispatchedAt: 0,
    deliveredAt: undefined,
    invoice: undefined,
    invoiceTotal: undefined,
    lines: [],
  } as OrderState['shipments'][number]
}

/** Notes that this source's report was taken in. Answers whether that was news. */
function noteSequence(order: OrderState, source: string, sequence: number): boolean {
  order.sequences[source] ??= { last: 0, beyond: [], missed: [] }
  const counted = order.sequences[source]
  if (sequence === counted.last + 1) {
    counted.last = sequence
    if (counted.beyond.length > 0) closeGap(counted)
    return true
  }
  const missed = counted.missed.indexOf(sequence)
  if (missed >= 0) counted.missed.splice(missed, 1)
  else if (sequence <= counted.last || counted.beyond.includes(sequence)) return false
  else counted.beyond.push(sequence)
  return true
}

function closeGap(counted: Counted): void {
  for (
    let next = counted.beyond.indexOf(counted.last + 1);
    next >= 0;
    next = counted.beyond.indexOf(counted.last + 1)
  ) {
    counted.beyond.splice(next, 1)
    counted.last += 1
  }
}

/** Most numbers of one gap that are remembered, in case they come after all. */
const MOST_MISSED = 100

/** A gap is waited for no longer: what came after it counts, and what is missing may still come, late. */
function giveUpGap(order: OrderState, source: string, { first, last }: { first: number; last: number }): void {
  const counted = order.sequences[source]
  if (!counted) return
  for (let n = first; n <= last && counted.missed.length < MOST_MISSED; n += 1) counted.missed.push(n)
  counted.last = last
  closeGap(counted)
}

/** A `report.early` that waits for nothing takes a report out of the waiting room: it was a repeat. */
const isSettling = (event: JournalEvent): boolean =>
  event.type !== 'report.early' || (event.data as EventData['report.early']).waitsFor === ''

/** A waiting report became fact or was refused: it waits no longer. Answers whether one did wait. */
function settleEarly(order: OrderState, event: JournalEvent): boolean {
  const { type, source } = event
  const refused = type === 'report.refused' ? (event.data as EventData['report.refused']) : undefined
  const dropped = type === 'report.early' ? (event.data as EventData['report.early']) : undefined
  const name = (refused ?? dropped)?.report ?? ANSWERED_BY[type] ?? type
  const from = refused ? refused.from : source
  const at = order.early.findIndex((early: EarlyReport) => {
    if (early.report !== name || early.from !== from) return false
    return early.sequence === event.sequence && early.occurredAt === event.occurredAt
  })
  if (at >= 0) order.early.splice(at, 1)
  return at >= 0
}

/** Reports whose fact has another name on the order than on the shipment. */
const ANSWERED_BY: { readonly [T in EventType]?: EventType } = {
  'order.shipped': 'shipment.dispatched',
  'order.delivered': 'shipment.delivered',
}
