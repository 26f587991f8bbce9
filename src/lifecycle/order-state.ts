import type { Row } from '../store/contract.ts'
import type { HoldKind } from './events.ts'
import { isCancelled, type LineSurroundings, lineState, type OrderLine, type Stage } from './order-line.ts'
import type { Release, ReleaseLine } from './release.ts'
import { shippedLines } from './shipped-lines.ts'

/** What an order has come to: its ledger, and the releases, cartons and shipments that hang on it. */
export interface OrderState {
  /** `<tenant>/order/<id>`. */
  readonly subject: string
  /** Position of `order.received`; 0 while the order is not known. */
  position: number
  channel: string
  customer: string
  customerOrder: string
  receivedAt: number
  updatedAt: number
  accepted: boolean
  rejected: boolean
  /** Nothing is left to do; said once. */
  over: boolean
  /** The ERP's number, once it has posted the order. */
  number: string
  readonly holds: HoldKind[]
  readonly lines: OrderLine[]
  readonly reservations: Reservation[]
  readonly releases: Release[]
  readonly cartons: PackedCarton[]
  readonly shipments: OrderShipment[]
  /** How far each source has counted. */
  readonly sequences: { [source: string]: Counted }
  readonly early: EarlyReport[]
}

/** A source's own counter: taken in without a gap up to `last`, those beyond a gap, and those no longer waited for. */
export interface Counted {
  last: number
  readonly beyond: number[]
  readonly missed: number[]
}

/** Stock one facility keeps for one line, not yet handed to the warehouse. */
export interface Reservation {
  readonly facility: string
  readonly line: string
  quantity: number
}

/** A closed carton: its content never changes. */
export interface PackedCarton {
  readonly carton: string
  readonly release: string
  readonly sscc: string | undefined
  readonly weight: string | undefined
  readonly weightUnit: string | undefined
  tracking: string | undefined
  /** The one active shipment it travels in. */
  shipment: string | undefined
  readonly lines: readonly PackedLine[]
}

export interface PackedLine {
  readonly line: string
  readonly item: string
  readonly quantity: number
  readonly weight?: string | undefined
  readonly lot?: string | undefined
  readonly serials?: readonly string[] | undefined
}

/** A shipment as its order knows it; the shipment is a subject of its own from dispatch on. */
export interface OrderShipment {
  readonly shipment: string
  readonly release: string
  /** As its first report named it; empty where that was its label. `order.shipped` says it for certain. */
  readonly facility: string
  status: 'manifested' | 'dispatched' | 'voided'
  scac: string | undefined
  service: string | undefined
  shipDate: string | undefined
  dispatchedAt: number
  deliveredAt: string | undefined
  invoice: string | undefined
  invoiceTotal: string | undefined
  lines: readonly ShippedLine[]
}

export interface ShippedLine {
  readonly line: string
  readonly item: string
  readonly quantity: number
  readonly weight?: string | undefined
}

/** A report that waits for what must come before it. */
export interface EarlyReport {
  readonly report: string
  readonly waitsFor: string
  readonly deadline: number
  readonly data: unknown
  readonly from: string
  readonly sequence: number | undefined
  readonly occurredAt: number
}

/** An order nobody has heard of yet. */
export function unknownOrder(subject: string): OrderState {
  return {
    subject,
    position: 0,
    channel: '',
    customer: '',
    customerOrder: '',
    receivedAt: 0,
    updatedAt: 0,
    accepted: false,
    rejected: false,
    over: false,
    number: '',
    holds: [],
    lines: [],
    reservations: [],
    releases: [],
    cartons: [],
    shipments: [],
    sequences: {},
    early: [],
  }
}

export function lineOf(order: OrderState, line: string): OrderLine | undefined {
  for (const candidate of order.lines) if (candidate.line === line) return candidate
  return undefined
}

export function releaseOf(order: OrderState, release: string): Release | undefined {
  for (const candidate of order.releases) if (candidate.release === release) return candidate
  return undefined
}

export function releaseLineOf(release: Release, line: string): ReleaseLine | undefined {
  for (const candidate of release.lines) if (candidate.line === line) return candidate
  return undefined
}

/**
 * The release whose warehouse may pick a substitute for this line: the first that has it. A warehouse numbers its
 * substitute `<line>.1`; a second one could not be told apart.
 */
export function substitutingRelease(order: OrderState, line: string): Release | undefined {
  return order.releases.find((release) => releaseLineOf(release, line) !== undefined)
}

export function cartonOf(order: OrderState, carton: string): PackedCarton | undefined {
  for (const candidate of order.cartons) if (candidate.carton === carton) return candidate
  return undefined
}

export function shipmentOf(order: OrderState, shipment: string): OrderShipment | undefined {
  for (const candidate of order.shipments) if (candidate.shipment === shipment) return candidate
  return undefined
}

const RANK: Readonly<Record<Stage, number>> = {
  received: 0,
  held: 1,
  backordered: 2,
  accepted: 3,
  reserved: 3,
  released: 4,
  'in fulfilment': 5,
  picked: 6,
  packed: 7,
  'partially shipped': 8,
  shipped: 9,
  'partially invoiced': 10,
  invoiced: 11,
  closed: 12,
  cancelled: 13,
  rejected: 14,
}

/** All states an order can be in, from the first to the last. */
export const STAGES = Object.keys(RANK) as readonly Stage[]

/** The state of an order: derived from its lines, the slowest deciding, partial shipping and billing said as such. */
export function orderState(order: OrderState): Stage {
  if (order.rejected) return 'rejected'
  const surroundings = surroundingsOf(order)
  let slowest: Stage = 'cancelled'
  let furthest = -1
  for (const line of order.lines) {
    const state = lineState(line, surroundings)
    if (state === 'cancelled') continue
    if (RANK[state] < RANK[slowest]) slowest = state
    if (RANK[state] > furthest) furthest = RANK[state]
  }
  if (furthest >= RANK['partially shipped'] && RANK[slowest] < RANK.shipped) return 'partially shipped'
  if (furthest >= RANK['partially invoiced'] && RANK[slowest] < RANK.invoiced) return 'partially invoiced'
  return order.lines.length === 0 ? 'received' : slowest
}

/** What the states of its lines take from the order. */
export function surroundingsOf(order: OrderState): LineSurroundings {
  return {
    accepted: order.accepted,
    rejected: order.rejected,
    held: order.holds.length > 0,
    started: order.releases.some((release) => release.started),
  }
}

/** Whether nothing more will happen to the order but milestones and returns. */
export function isOver(order: OrderState): boolean {
  return order.rejected || (order.lines.length > 0 && order.lines.every((line) => line.closed || isCancelled(line)))
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** Quantities are kept in base units: whole ones, as nearly all are, take two or three digits instead of nine. */
const small = (micros: number): number => micros / 1_000_000
const exact = (units: number): number => Math.round(units * 1_000_000)

/** The columns of `order_state` after its key, in their order. */
export function saveOrder(order: OrderState): Row {
  const stage = orderState(order)
  return [
    encoder.encode(JSON.stringify(packed(order))),
    order.position,
    stage,
    order.customer,
    order.customerOrder,
    order.channel,
    order.receivedAt,
    order.updatedAt,
    isOver(order) ? 0 : 1,
  ]
}

function packed(order: OrderState): unknown[] {
  return [
    (order.accepted ? 1 : 0) + (order.rejected ? 2 : 0) + (order.over ? 4 : 0),
    order.number,
    order.holds,
    order.lines.map(packedLine),
    order.reservations.map((kept) => [kept.facility, kept.line, small(kept.quantity)]),
    order.releases.map(packedRelease),
    order.cartons.map(packedCarton),
    order.shipments.map(packedShipment),
    Object.entries(order.sequences).map(([source, { last, beyond, missed }]) =>
      beyond.length + missed.length > 0 ? [source, last, beyond, missed] : [source, last],
    ),
    order.early,
  ]
}

/** Most figures of a line are zero, above all the later ones: those at the end are left out. */
function withoutZeros(row: unknown[]): unknown[] {
  let length = row.length
  while (row[length - 1] === 0) length -= 1
  row.length = length
  return row
}

function packedLine(line: OrderLine): unknown[] {
  return withoutZeros([
    line.line,
    line.item ?? 0,
    small(line.ordered),
    small(line.accepted),
    small(line.cancelled),
    small(line.substituted),
    small(line.reserved),
    small(line.released),
    small(line.recalled),
    small(line.picked),
    small(line.shorted),
    small(line.packed),
    small(line.shipped),
    small(line.invoiced),
    small(line.returned),
    small(line.credited),
    line.closed ? 1 : 0,
  ])
}

const STATUSES = ['planned', 'accepted', 'refused'] as const
const SHIPPING = ['manifested', 'dispatched', 'voided'] as const

function packedRelease(release: Release): unknown[] {
  return [
    release.release,
    release.facility,
    STATUSES.indexOf(release.status),
    release.started ? 1 : 0,
    release.lines.map((line) =>
      withoutZeros([
        line.line,
        small(line.quantity),
        small(line.picked),
        small(line.packed),
        small(line.shipped),
        small(line.recalled),
        small(line.shorted),
      ]),
    ),
  ]
}

function packedCarton(carton: PackedCarton): unknown[] {
  return [
    carton.carton,
    carton.release,
    carton.sscc ?? 0,
    carton.weight ?? 0,
    carton.weightUnit ?? 0,
    carton.tracking ?? 0,
    carton.shipment ?? 0,
    carton.lines.map((line) =>
      line.weight || line.lot || line.serials
        ? [line.line, small(line.quantity), line.weight ?? 0, line.lot ?? 0, line.serials ?? 0]
        : [line.line, small(line.quantity)],
    ),
  ]
}

function packedShipment(shipment: OrderShipment): unknown[] {
  return [
    shipment.shipment,
    shipment.release,
    shipment.facility,
    SHIPPING.indexOf(shipment.status),
    shipment.scac ?? 0,
    shipment.service ?? 0,
    shipment.shipDate ?? 0,
    shipment.dispatchedAt,
    shipment.deliveredAt ?? 0,
    shipment.invoice ?? 0,
    shipment.invoiceTotal ?? 0,
  ]
}

type PackedOrderLine = readonly [string, string | 0, ...number[]]
type PackedReleaseLine = readonly [string, ...number[]]
type PackedContent = readonly [string, number, (string | 0)?, (string | 0)?, (readonly string[] | 0)?]
type PackedOrder = readonly [
  number,
  string,
  HoldKind[],
  readonly PackedOrderLine[],
  readonly (readonly [string, string, number])[],
  readonly (readonly [string, string, number, 0 | 1, readonly PackedReleaseLine[]])[],
  readonly (readonly [
    string,
    string,
    string | 0,
    string | 0,
    string | 0,
    string | 0,
    string | 0,
    readonly PackedContent[],
  ])[],
  readonly (readonly [
    string,
    string,
    string,
    number,
    string | 0,
    string | 0,
    string | 0,
    number,
    string | 0,
    string | 0,
    string | 0,
  ])[],
  readonly (readonly [string, number, number[]?, number[]?])[],
  EarlyReport[],
]

const given = <T>(value: T | 0 | undefined): T | undefined => (value === 0 ? undefined : value)

/** An order from its row of `order_state` (the columns after the key). */
export function loadOrder(subject: string, row: Row): OrderState {
  const [flags, number, holds, lines, reservations, releases, cartons, shipments, sequences, early] = JSON.parse(
    decoder.decode(row[0] as Uint8Array),
  ) as PackedOrder
  const orderLines = lines.map(loadedLine)
  const packedCartons = cartons.map(([carton, release, sscc, weight, weightUnit, tracking, shipment, content]) => ({
    carton,
    release,
    sscc: given(sscc),
    weight: given(weight),
    weightUnit: given(weightUnit),
    tracking: given(tracking),
    shipment: given(shipment),
    lines: content.map((one) => loadedContent(one, orderLines)),
  }))
  return {
    subject,
    position: row[1] as number,
    customer: row[3] as string,
    customerOrder: row[4] as string,
    channel: row[5] as string,
    receivedAt: row[6] as number,
    updatedAt: row[7] as number,
    accepted: (flags & 1) !== 0,
    rejected: (flags & 2) !== 0,
    over: (flags & 4) !== 0,
    number,
    holds,
    lines: orderLines,
    reservations: reservations.map(([facility, line, quantity]) => ({ facility, line, quantity: exact(quantity) })),
    releases: releases.map(([release, facility, status, started, rows]) => ({
      release,
      facility,
      status: STATUSES[status] as Release['status'],
      started: started === 1,
      lines: rows.map(loadedReleaseLine),
    })),
    cartons: packedCartons,
    shipments: shipments.map((shipment) => ({
      shipment: shipment[0],
      release: shipment[1],
      facility: shipment[2],
      status: SHIPPING[shipment[3]] as OrderShipment['status'],
      scac: given(shipment[4]),
      service: given(shipment[5]),
      shipDate: given(shipment[6]),
      dispatchedAt: shipment[7],
      deliveredAt: given(shipment[8]),
      invoice: given(shipment[9]),
      invoiceTotal: given(shipment[10]),
      // a shipment's lines are the sum of its cartons; before dispatch it has none
      lines:
        SHIPPING[shipment[3]] === 'dispatched'
          ? shippedLines(packedCartons.filter((carton) => carton.shipment === shipment[0]))
          : [],
    })),
    sequences: Object.fromEntries(
      sequences.map(([source, last, beyond = [], missed = []]) => [source, { last, beyond, missed }]),
    ),
    early,
  }
}

function loadedLine(row: PackedOrderLine): OrderLine {
  const figure = (at: number): number => exact((row[at] as number | undefined) ?? 0)
  return {
    line: row[0],
    item: given(row[1]),
    ordered: figure(2),
    accepted: figure(3),
    cancelled: figure(4),
    substituted: figure(5),
    reserved: figure(6),
    released: figure(7),
    recalled: figure(8),
    picked: figure(9),
    shorted: figure(10),
    packed: figure(11),
    shipped: figure(12),
    invoiced: figure(13),
    returned: figure(14),
    credited: figure(15),
    closed: row[16] === 1,
  }
}

function loadedReleaseLine(row: PackedReleaseLine): ReleaseLine {
  const figure = (at: number): number => exact((row[at] as number | undefined) ?? 0)
  return {
    line: row[0],
    quantity: figure(1),
    picked: figure(2),
    packed: figure(3),
    shipped: figure(4),
    recalled: figure(5),
    shorted: figure(6),
  }
}

/** A carton's content names lines; their items are the order's own. */
function loadedContent([line, quantity, weight, lot, serials]: PackedContent, lines: readonly OrderLine[]): PackedLine {
  const item = lines.find((one) => one.line === line)?.item ?? ''
  const content = { line, item, quantity: exact(quantity) }
  return weight || lot || serials
    ? { ...content, weight: given(weight), lot: given(lot), serials: given(serials) }
    : content
}
