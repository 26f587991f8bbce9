/** The doors of this room: what people and applications can see of orders. */
import Type from 'typebox'
import { CLOCKS_APART_MS } from '../base/clock.ts'
import type { FieldFault } from '../base/errors.ts'
import type { JournalEvent } from '../journal/contract.ts'
import { decodeEvent } from '../journal/encode.ts'
import type { Route, RouteAnswer, RouteRequest } from '../journal/route.ts'
import type { EventData, OrderFacts } from '../lifecycle/events.ts'
import { orderTable } from '../lifecycle/order.ts'
import { orderFacts, orderFactsTable } from '../lifecycle/order-facts.ts'
import { loadOrder, type OrderState, STAGES } from '../lifecycle/order-state.ts'
import { laneOfSubject, partsOf, subjectOf } from '../lifecycle/subject.ts'
import type { Store } from '../store/contract.ts'
import { readDeliveryFacts, type WaitingRequest } from './delivery-facts.ts'
import { errors } from './errors.ts'
import type { Lag } from './follower.ts'
import { figuresOf, hourOf, type KpiBucket, type KpiCount, type KpiName } from './kpis.ts'
import { orderDetail } from './order-detail.ts'
import type { OrderView } from './order-view.ts'
import { limitsAt, type StageLimits } from './stuck.ts'
import { type Standstill, timeline } from './timeline.ts'
import { timelineDelivery, timelineStep, timelineWait } from './timeline-answer.ts'
import type { PendingGoodsIssue, Views } from './views.ts'

/** What the doors of this room need. */
export interface VisibilityPorts {
  readonly views: Views
  readonly store: Pick<Store, 'readSubject' | 'loadRows' | 'lanes' | 'readMarks'>
  /** Waiting, parked and doubtful requests of a subject. */
  readonly waiting: (subject: string) => Promise<readonly WaitingRequest[]>
  /** Whether a target is paused or does not answer. */
  readonly standstill?: (target: string) => Standstill | undefined
  /** How far the views lag behind the journal. */
  readonly lag: () => Lag
  readonly stuckAfter?: StageLimits
}

/** A dispatch the ERP has not acknowledged for this long is an alert: 15 minutes. */
const UNACKNOWLEDGED_MS = 15 * 60_000

const text = Type.String()
const instantOrNull = Type.Union([Type.String(), Type.Null()])
const lag = Type.Object({ entries: Type.Integer(), lanes: Type.Integer() })

const orderSummary = Type.Object({
  id: text,
  state: text,
  since: text,
  customer: text,
  customerOrder: text,
  erpNumber: Type.Optional(text),
  channel: text,
  receivedAt: text,
  updatedAt: text,
  lines: Type.Integer(),
  openLines: Type.Integer(),
  backorderedLines: Type.Integer(),
  holds: Type.Array(text),
  facilities: Type.Array(text),
  value: Type.Optional(Type.Object({ amount: text, currency: text })),
  trouble: Type.Optional(text),
})

const orderLine = Type.Object(
  { line: text, item: Type.Union([text, Type.Null()]), state: text, ordered: text, shipped: text },
  { additionalProperties: true },
)

const orderAnswer = Type.Object(
  {
    id: text,
    state: text,
    customer: text,
    customerOrder: text,
    channel: text,
    holds: Type.Array(text),
    receivedAt: text,
    updatedAt: text,
    lines: Type.Array(orderLine),
    shipments: Type.Array(Type.Object({ shipment: text, status: text }, { additionalProperties: true })),
  },
  { additionalProperties: true },
)

const timelineAnswer = Type.Object({
  order: Type.Union([orderAnswer, Type.Null()]),
  steps: Type.Array(timelineStep),
  deliveries: Type.Array(timelineDelivery),
  waits: Type.Array(timelineWait),
})

const figures = Type.Object({
  count: Type.Integer(),
  medianMs: Type.Union([Type.Integer(), Type.Null()]),
  p90Ms: Type.Union([Type.Integer(), Type.Null()]),
  p99Ms: Type.Union([Type.Integer(), Type.Null()]),
})

const getOrder: Route<VisibilityPorts> = {
  method: 'GET',
  path: '/v1/orders/{id}',
  operationId: 'getOrder',
  summary: 'One order: its state, lines with their quantities, and shipments.',
  tier: 'process',
  scope: 'orders:read',
  priority: 2,
  params: Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) }),
  responses: { 200: orderAnswer },
  handle: async ({ tenant, params }, { store }) => {
    const id = params['id'] as string
    const { order, facts } = await readOrder(store, subjectOf(tenant, 'order', id))
    if (!order) throw errors.UNKNOWN_KEY(id)
    return { status: 200, body: orderDetail(order, facts) }
  },
}

const listOrders: Route<VisibilityPorts> = {
  method: 'GET',
  path: '/v1/orders',
  operationId: 'listOrders',
  summary: 'Orders, the latest received first, page by page, with how many there are in each state.',
  description: 'Paged: send `next` back as `cursor` for the page after this one; it is null on the last page.',
  tier: 'operations',
  scope: 'orders:read',
  priority: 2,
  query: Type.Object(
    {
      state: Type.Optional(Type.Union(STAGES.map((stage) => Type.Literal(stage)))),
      cursor: Type.Optional(Type.String({ maxLength: 64 })),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
    },
    { additionalProperties: false },
  ),
  responses: {
    200: Type.Object({
      orders: Type.Array(orderSummary),
      next: Type.Union([text, Type.Null()], { description: 'Send it back as cursor; null on the last page.' }),
      states: Type.Array(Type.Object({ state: text, count: Type.Integer() })),
      lag,
    }),
  },
  handle: answerOrders,
}

const getTimeline: Route<VisibilityPorts> = {
  method: 'GET',
  path: '/v1/timeline/{key}',
  operationId: 'getTimeline',
  summary: 'What happened to an order across all systems, what is on its way, and what it waits for.',
  description:
    'The key is an order id, or anything the order is known by: purchase order, shipment, tracking number … Where several orders have that name they are listed (409), and the id of one says which is meant.',
  tier: 'operations',
  scope: 'orders:read',
  priority: 2,
  params: Type.Object({ key: Type.String({ minLength: 1, maxLength: 100 }) }),
  responses: { 200: timelineAnswer },
  handle: answerTimeline,
}

const search: Route<VisibilityPorts> = {
  method: 'GET',
  path: '/v1/search',
  operationId: 'search',
  summary: 'Orders by purchase order, ERP number, shipment, tracking number, carton, SSCC or invoice number.',
  tier: 'operations',
  scope: 'orders:read',
  priority: 2,
  query: Type.Object({ q: Type.String({ minLength: 1, maxLength: 100 }) }, { additionalProperties: false }),
  responses: {
    200: Type.Object({ found: Type.Array(Type.Object({ kind: text, value: text, order: orderSummary })), lag }),
  },
  handle: async ({ tenant, query }, { views, lag: lagNow }) => {
    const q = query['q'] as string
    const found = await findOrders(tenant, q, views)
    const written = found.map(({ kind, value, order }) => ({ kind, value, order: summaryOf(order) }))
    return { status: 200, body: { found: written, lag: lagNow() } }
  },
}

const getKpis: Route<VisibilityPorts> = {
  method: 'GET',
  path: '/v1/kpis',
  operationId: 'getKpis',
  summary: 'Release latency, shipment confirmation lag and counts over the last hours.',
  tier: 'operations',
  scope: 'orders:read',
  priority: 3,
  query: Type.Object(
    {
      hours: Type.Optional(Type.Integer({ minimum: 1, maximum: 24 * 366 })),
      facility: Type.Optional(Type.String({ maxLength: 40 })),
      channel: Type.Optional(Type.String({ maxLength: 80 })),
    },
    { additionalProperties: false },
  ),
  responses: {
    200: Type.Object({
      hours: Type.Integer(),
      releaseLatency: figures,
      shipmentConfirmationLag: figures,
      unacknowledgedShipments: Type.Integer(),
      counts: Type.Record(text, Type.Integer()),
      lag,
    }),
  },
  handle: answerKpis,
}

const getStuck: Route<VisibilityPorts> = {
  method: 'GET',
  path: '/v1/stuck',
  operationId: 'getStuck',
  summary: 'Orders without an event for longer than their state should take, and shipments the ERP does not know of.',
  tier: 'operations',
  scope: 'orders:read',
  priority: 2,
  responses: {
    200: Type.Object({
      orders: Type.Array(orderSummary),
      shipments: Type.Array(Type.Object({ order: text, shipment: text, facility: text, dispatchedAt: instantOrNull })),
      lag,
    }),
  },
  handle: answerStuck,
}

export const routes: readonly Route<VisibilityPorts>[] = [getOrder, listOrders, getTimeline, search, getKpis, getStuck]

async function answerOrders(
  { tenant, query }: RouteRequest,
  { views, lag: lagNow }: VisibilityPorts,
): Promise<RouteAnswer> {
  const { state, cursor, limit = 50 } = query as { state?: string; cursor?: string; limit?: number }
  const after = cursor === undefined ? undefined : await lastShown(tenant, cursor, views)
  const [page, states] = await Promise.all([
    views.page(tenant, { stage: state, after, limit: limit + 1 }),
    views.countByStage(tenant),
  ])
  const orders = page.slice(0, limit).map(summaryOf)
  const next = page.length > limit ? (orders.at(-1)?.id ?? null) : null
  const counted = states.map(({ stage, count }) => ({ state: stage, count }))
  return { status: 200, body: { orders, next, states: counted, lag: lagNow() } }
}

/** The order at which the page before ended. */
async function lastShown(tenant: string, id: string, views: Views): Promise<OrderView> {
  const subject = subjectOf(tenant, 'order', id)
  const [order] = await views.orders([{ lane: laneOfSubject(subject), subject }])
  if (!order) throw errors.UNKNOWN_KEY(id)
  return order
}

async function answerTimeline({ tenant, params, now }: RouteRequest, ports: VisibilityPorts): Promise<RouteAnswer> {
  const key = params['key'] as string
  const subject = await resolve(tenant, key, ports)
  const { store, standstill } = ports
  const events = (await store.readSubject(subject)).map(decodeEvent)
  const cameAt = events[0]?.at ?? now
  const [{ order, facts }, related, delivery] = await Promise.all([
    readOrder(store, subject),
    Promise.all(relatedTo(tenant, events).map((one) => store.readSubject(one))),
    ports.waiting(subject).then((waiting) => readDeliveryFacts(store, waiting, cameAt - CLOCKS_APART_MS)),
  ])
  const all = [...events, ...related.flat().map(decodeEvent)]
  const body = timeline(all, { now, delivery, ...(order ? { order } : {}), ...(standstill ? { standstill } : {}) })
  return { status: 200, body: { order: order ? orderDetail(order, facts) : null, ...body } }
}

/** More orders of one name than this are not listed. */
const MOST_NAMED = 50

/** The order that a key names: itself, or the only one that the views know by that name. */
async function resolve(tenant: string, key: string, { views, store }: VisibilityPorts): Promise<string> {
  const itself = subjectOf(tenant, 'order', key)
  if ((await readOrder(store, itself)).order) return itself
  const found = await views.find(tenant, key.toUpperCase(), MOST_NAMED)
  const named = new Map(found.map(({ order }) => [order.subject, order]))
  const [only] = named.keys()
  if (only === undefined) throw errors.UNKNOWN_KEY(key)
  if (named.size === 1) return only
  const count = found.length === MOST_NAMED ? `${named.size} or more` : String(named.size)
  throw errors.SEVERAL.with([...named.values()].map(namesake), key, count)
}

function namesake(order: OrderView): FieldFault {
  const { id, customerOrder, customer, channel, state } = summaryOf(order)
  return { pointer: id, detail: `${customerOrder} of ${customer}, from ${channel}, ${state}` }
}

/** Shipments and invoices named by an order's events: roots of their own. */
function relatedTo(tenant: string, events: readonly JournalEvent[]): string[] {
  const related = new Set<string>()
  for (const event of events) {
    if (event.type === 'order.shipped') {
      related.add(subjectOf(tenant, 'shipment', (event.data as EventData['order.shipped']).shipment))
    }
    if (event.type === 'order.invoiced') {
      related.add(subjectOf(tenant, 'invoice', (event.data as EventData['order.invoiced']).invoice))
    }
  }
  return [...related]
}

async function findOrders(tenant: string, q: string, views: Views) {
  const asId = subjectOf(tenant, 'order', q)
  const [byName, [byId]] = await Promise.all([
    views.find(tenant, q.toUpperCase(), 50),
    views.orders([{ lane: laneOfSubject(asId), subject: asId }]),
  ])
  return byId ? [{ kind: 'order', value: q, order: byId }, ...byName] : byName
}

async function answerKpis({ tenant, query, now }: RouteRequest, ports: VisibilityPorts): Promise<RouteAnswer> {
  const { hours = 24, facility, channel } = query as { hours?: number; facility?: string; channel?: string }
  const toHour = hourOf(now)
  const span = { fromHour: toHour - hours + 1, toHour, facility, channel }
  const { views } = ports
  const [buckets, counts, unsent] = await Promise.all([
    views.buckets(tenant, span),
    views.counts(tenant, span),
    views.unacknowledged(tenant, now - UNACKNOWLEDGED_MS, 1_000),
  ])
  const of = (kpi: KpiName) => figuresOf(buckets.filter((bucket: KpiBucket) => bucket.kpi === kpi))
  const body = {
    hours,
    releaseLatency: of('releaseLatency'),
    shipmentConfirmationLag: of('shipmentConfirmationLag'),
    unacknowledgedShipments: unsent.length,
    counts: totals(counts),
    lag: ports.lag(),
  }
  return { status: 200, body }
}

function totals(counts: readonly KpiCount[]): Record<string, number> {
  const sums: Record<string, number> = {}
  for (const { name, count } of counts) sums[name] = (sums[name] ?? 0) + count
  return sums
}

async function answerStuck({ tenant, now }: RouteRequest, ports: VisibilityPorts): Promise<RouteAnswer> {
  const [orders, unsent] = await Promise.all([
    ports.views.stuck(tenant, limitsAt(now, ports.stuckAfter), 200),
    ports.views.unacknowledged(tenant, now - UNACKNOWLEDGED_MS, 200),
  ])
  return { status: 200, body: { orders: orders.map(summaryOf), shipments: unsent.map(unsentOf), lag: ports.lag() } }
}

function unsentOf({ subject, shipment, facility, dispatchedAt }: PendingGoodsIssue) {
  return { order: partsOf(subject).id, shipment, facility, dispatchedAt: instant(dispatchedAt) }
}

async function readOrder(
  store: Pick<Store, 'loadRows'>,
  subject: string,
): Promise<{ order: OrderState | undefined; facts: OrderFacts | undefined }> {
  const key = [{ lane: laneOfSubject(subject), subject }]
  const [[state], [facts]] = await Promise.all([store.loadRows(orderTable, key), store.loadRows(orderFactsTable, key)])
  return {
    order: state && loadOrder(subject, state.slice(2)),
    facts: facts && orderFacts.load(subject, facts.slice(2)).facts,
  }
}

function summaryOf(order: OrderView) {
  return {
    id: partsOf(order.subject).id,
    state: order.stage,
    since: instant(order.stageSince),
    customer: order.customer,
    customerOrder: order.customerOrder,
    ...(order.number ? { erpNumber: order.number } : {}),
    channel: order.channel,
    receivedAt: instant(order.receivedAt),
    updatedAt: instant(order.updatedAt),
    lines: order.lines,
    openLines: order.openLines,
    backorderedLines: order.backordered,
    holds: split(order.holds),
    facilities: split(order.facilities),
    ...(order.amount !== null && order.currency !== null
      ? { value: { amount: order.amount, currency: order.currency } }
      : {}),
    ...(order.trouble === null ? {} : { trouble: order.trouble }),
  }
}

const split = (list: string): string[] => (list === '' ? [] : list.split(','))

const instant = (atMs: number): string => new Date(atMs).toISOString()
