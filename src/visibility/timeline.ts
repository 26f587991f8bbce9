/** One order across all systems: what happened, what is on its way to whom, and why it waits. */
import type { JournalEvent } from '../journal/contract.ts'
import type { EventData, HoldKind } from '../lifecycle/events.ts'
import { backordered } from '../lifecycle/order-line.ts'
import type { OrderState } from '../lifecycle/order-state.ts'
import { partsOf } from '../lifecycle/subject.ts'
import { request, tell } from './tell.ts'

/** One thing that happened. Instants are RFC 3339. */
export interface TimelineStep {
  /** Where it stands in the journal: `lane/position`. */
  readonly position: string
  /** When it happened according to who said it, and when we recorded it. */
  readonly occurredAt: string
  readonly recordedAt: string
  readonly who: string
  readonly what: string
  readonly type: string
  readonly subject: string
}

export type DeliveryState = 'planned' | 'under way' | 'waiting' | 'done' | 'refused' | 'in doubt' | 'parked'

/** One request to one system. */
export interface TimelineDelivery {
  readonly position: string
  readonly target: string
  readonly verb: string
  readonly what: string
  readonly key: string
  readonly state: DeliveryState
  readonly plannedAt: string
  /** When it was done, where that is still known. */
  readonly doneAt?: string
  readonly attempts?: number
  readonly reason?: string
  readonly nextAt?: string
}

/** A pause that explains itself. */
export interface TimelineWait {
  readonly why: string
  readonly since: string
  readonly wakes: string
}

export interface Timeline {
  readonly steps: readonly TimelineStep[]
  readonly deliveries: readonly TimelineDelivery[]
  readonly waits: readonly TimelineWait[]
}

/** What delivery knows about a request besides the journal. */
export interface DeliveryFact {
  readonly state: DeliveryState
  readonly at?: number
  readonly attempts?: number
  readonly reason?: string
  readonly nextAt?: number
}

/** Why nothing goes to a target now, and what will change that. */
export interface Standstill {
  readonly why: string
  readonly wakes: string
}

export interface TimelineKnowledge {
  readonly now: number
  /** Whether a target is paused or does not answer. */
  readonly standstill?: (target: string) => Standstill | undefined
  /** How the order stands; absent while nothing is known of it. */
  readonly order?: OrderState
  /** Absent answer: nothing beyond the journal is known. */
  readonly delivery: (event: JournalEvent) => DeliveryFact | undefined
}

/**
 * The timeline of an order from its own events and those of its shipments and invoices.
 *
 * @example
 * timeline(events, { now, order, delivery: () => undefined }).waits[0]?.why // 'Held (credit): over the limit'
 */
export function timeline(events: readonly JournalEvent[], knowledge: TimelineKnowledge): Timeline {
  const inOrder = [...events].sort((a, b) => a.at - b.at || sameLane(a, b))
  const deliveries = deliveriesOf(inOrder, knowledge)
  return {
    steps: toldOnce(inOrder.filter(isStep)).map(stepOf),
    deliveries,
    waits: waitsOf(inOrder, deliveries, knowledge),
  }
}

function sameLane(a: JournalEvent, b: JournalEvent): number {
  return a.lane === b.lane ? a.position - b.position : 0
}

/** Requests are shown as deliveries, attempts inside them. */
function isStep({ type }: JournalEvent): boolean {
  return type !== 'delivery.planned' && type !== 'delivery.attempting'
}

/** What a carrier says of an order's shipment is in the journals of both; it is told once, by the order. */
function toldOnce(steps: readonly JournalEvent[]): readonly JournalEvent[] {
  const isOrders = ({ subject }: JournalEvent) => partsOf(subject).kind === 'order'
  const byOrder = new Set(steps.filter(isOrders).map(carrierSays))
  return steps.filter((step) => isOrders(step) || carrierSays(step) === undefined || !byOrder.has(carrierSays(step)))
}

/** What a carrier's word is known by in both journals; undefined for any other event, and for one that says more. */
function carrierSays({ type, subject, data }: JournalEvent): string | undefined {
  const {
    shipment = partsOf(subject).id,
    code,
    at,
    signedBy,
  } = data as Partial<EventData['shipment.milestone'] & EventData['shipment.delivered']>
  if (type === 'shipment.milestone') return `${shipment} ${code} ${at}`
  return type === 'order.delivered' || (type === 'shipment.delivered' && !signedBy)
    ? `${shipment} delivered`
    : undefined
}

const ROOMS: ReadonlySet<string> = new Set([
  'intake',
  'lifecycle',
  'order-facts',
  'shipments',
  'invoices',
  'order-to-cash',
  'inventory',
  'delivery',
  'mailbox',
  'relay',
  'owed',
  'cases',
])

function stepOf(event: JournalEvent): TimelineStep {
  return {
    position: placeOf(event),
    occurredAt: instant(event.occurredAt),
    recordedAt: instant(event.at),
    who: ROOMS.has(event.source) ? 'Crossdock' : event.source,
    what: tell(event),
    type: event.type,
    subject: event.subject,
  }
}

const placeOf = ({ lane, position }: { readonly lane: number; readonly position: number }): string =>
  `${lane}/${position}`

const instant = (atMs: number): string => new Date(atMs).toISOString()

function deliveriesOf(events: readonly JournalEvent[], knowledge: TimelineKnowledge): TimelineDelivery[] {
  const told = new Map<string, DeliveryFact>()
  for (const event of events) {
    const fact = factTold(event)
    if (fact) told.set(placeOf({ lane: event.lane, position: fact.position }), fact)
  }
  return events
    .filter((event) => event.type === 'delivery.planned')
    .map((event) => {
      const said = told.get(placeOf(event))
      const fact = said?.state === 'refused' ? said : (knowledge.delivery(event) ?? said)
      return deliveryOf(event, standing(event, fact, knowledge))
    })
}

const TOLD: Readonly<Record<string, DeliveryState>> = {
  'delivery.waiting': 'waiting',
  'delivery.refused': 'refused',
  'delivery.parked': 'parked',
  'delivery.in_doubt': 'in doubt',
  'delivery.redelivered': 'under way',
  'delivery.attempting': 'under way',
}

/** What an event says about a request of its subject. */
function factTold(event: JournalEvent): (DeliveryFact & { readonly position: number }) | undefined {
  const state = TOLD[event.type]
  if (!state) return undefined
  const { position, attempts, reason, nextAt } = event.data as Partial<EventData['delivery.waiting']>
  return position === undefined ? undefined : { position, state, at: event.at, attempts, reason, nextAt }
}

/** While nothing goes to its target, a request waits for that, whatever was planned for it before. */
function standing(event: JournalEvent, fact: DeliveryFact | undefined, { standstill }: TimelineKnowledge) {
  if (fact?.state !== 'waiting') return fact
  const stands = standstill?.((event.data as EventData['delivery.planned']).target)
  if (!stands) return fact
  return { ...fact, reason: stands.why, nextAt: undefined }
}

function deliveryOf(event: JournalEvent, fact: DeliveryFact | undefined): TimelineDelivery {
  const { target, verb, key } = event.data as EventData['delivery.planned']
  const state = fact?.state ?? 'planned'
  return {
    position: placeOf(event),
    target,
    verb,
    what: `${request(verb)} to ${target}`,
    key,
    state,
    plannedAt: instant(event.at),
    ...(state === 'done' && fact?.at !== undefined ? { doneAt: instant(fact.at) } : {}),
    ...(fact?.attempts === undefined ? {} : { attempts: fact.attempts }),
    ...(fact?.reason ? { reason: fact.reason } : {}),
    ...(state === 'waiting' && fact?.nextAt !== undefined ? { nextAt: instant(fact.nextAt) } : {}),
  }
}

function waitsOf(
  events: readonly JournalEvent[],
  deliveries: readonly TimelineDelivery[],
  knowledge: TimelineKnowledge,
): TimelineWait[] {
  return [
    ...stopped(events),
    ...holds(events),
    ...early(knowledge),
    ...backorders(events, knowledge),
    ...plannedReleases(events, knowledge.now),
    ...deliveries.flatMap((delivery) => deliveryWait(delivery, knowledge)),
  ]
}

function stopped(events: readonly JournalEvent[]): TimelineWait[] {
  const last = events.findLast(({ type }) => type === 'subject.parked' || type === 'subject.resumed')
  if (last?.type !== 'subject.parked') return []
  return [{ why: tell(last), since: instant(last.at), wakes: 'A person mends the cause and lets it go on.' }]
}

const LIFTS: Readonly<Record<HoldKind, string>> = {
  credit: 'The ERP approves the credit, or a person lifts the hold.',
  price: 'The prices agree after a correction, or a person lifts the hold.',
  reference: 'The ERP sends the item, customer or ship-to that is not known yet.',
  address: 'A person completes the address.',
  compliance: 'A person clears the order.',
  manual: 'A person lifts the hold.',
}

function holds(events: readonly JournalEvent[]): TimelineWait[] {
  const standing = new Map<HoldKind, JournalEvent>()
  for (const event of events) {
    if (event.type === 'order.held') standing.set((event.data as EventData['order.held']).hold, event)
    if (event.type === 'order.hold_lifted') standing.delete((event.data as EventData['order.hold_lifted']).hold)
    if (event.type === 'order.rejected') standing.clear()
  }
  return [...standing].map(([hold, event]) => ({ why: tell(event), since: instant(event.at), wakes: LIFTS[hold] }))
}

function early({ order }: TimelineKnowledge): TimelineWait[] {
  return (order?.early ?? []).map((report) => ({
    why: `${report.from} reported ${report.report} before ${report.waitsFor}.`,
    since: instant(report.occurredAt),
    wakes: `${report.waitsFor}; without it a case is opened at ${instant(report.deadline)}.`,
  }))
}

function backorders(events: readonly JournalEvent[], { order }: TimelineKnowledge): TimelineWait[] {
  if (!order?.accepted) return []
  const lines = order.lines.filter((line) => backordered(line) > 0).map((line) => line.line)
  const last = events.findLast(({ type }) => type === 'order.line_backordered')
  if (lines.length === 0 || !last) return []
  const { expected } = last.data as EventData['order.line_backordered']
  const wakes = `Stock arrives at one of the facilities${expected ? `, expected ${expected}` : ''}.`
  return [{ why: `Not enough stock for line ${lines.join(', ')}.`, since: instant(last.at), wakes }]
}

function plannedReleases(events: readonly JournalEvent[], now: number): TimelineWait[] {
  const answered = new Set(
    events
      .filter(({ type }) => type === 'order.released' || type === 'order.release_refused')
      .map((event) => (event.data as EventData['order.released']).release),
  )
  return events.flatMap((event) => {
    if (event.type !== 'order.release_planned') return []
    const { release, notBefore } = event.data as EventData['order.release_planned']
    if (answered.has(release) || notBefore === undefined || !(Date.parse(notBefore) > now)) return []
    return [{ why: `Release ${release} waits for its window.`, since: instant(event.at), wakes: `${notBefore}.` }]
  })
}

function deliveryWait(delivery: TimelineDelivery, { standstill }: TimelineKnowledge): TimelineWait[] {
  const { what, state, reason, plannedAt: since, nextAt, target } = delivery
  const stands = state === 'planned' || state === 'waiting' ? standstill?.(target) : undefined
  if (stands) return [{ why: `${what}: ${stands.why}`, since, wakes: stands.wakes }]
  const why = reason ? `${what}: ${reason}` : what
  switch (state) {
    case 'planned':
    case 'under way':
      return [{ why: `${what} has not been answered.`, since, wakes: `${target} answers.` }]
    case 'waiting':
      return [{ why, since, wakes: nextAt ? `The next attempt at ${nextAt}.` : 'The next attempt.' }]
    case 'parked':
      return [{ why, since, wakes: 'A person delivers it again or gives it up.' }]
    case 'in doubt':
      return [{ why, since, wakes: 'A person finds out whether it took effect.' }]
    default:
      return []
  }
}
