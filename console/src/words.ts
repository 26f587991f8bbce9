/** The words of the console: states in their order, and why an order is where it is. One word per idea, as the hub has it. */
import type { OrderSummary, SystemStatus } from './api.ts'
import { counted } from './format.ts'

/** How urgently something wants to be seen. */
export type Tone = 'quiet' | 'going' | 'good' | 'warn' | 'bad'

/** Neighbouring states of the lifecycle, as one stretch of the way. */
export interface Phase {
  readonly name: string
  readonly states: readonly string[]
}

export const phases: readonly Phase[] = [
  { name: 'Coming in', states: ['received', 'held'] },
  { name: 'Promised', states: ['reserved', 'accepted', 'backordered'] },
  { name: 'Warehouse', states: ['released', 'in fulfilment', 'picked', 'packed'] },
  { name: 'Shipped', states: ['partially shipped', 'shipped'] },
  { name: 'Billed', states: ['partially invoiced', 'invoiced'] },
  { name: 'Over', states: ['closed', 'cancelled', 'rejected'] },
]

const TONES: Readonly<Record<string, Tone>> = {
  held: 'warn',
  backordered: 'warn',
  'partially shipped': 'warn',
  rejected: 'bad',
  closed: 'good',
  cancelled: 'quiet',
}

export const toneOfState = (state: string): Tone => TONES[state] ?? 'going'

/** A state with how many orders are in it. */
export interface StateCount {
  readonly state: string
  readonly count: number
}

export interface PhaseCount {
  readonly name: string
  readonly total: number
  readonly states: readonly StateCount[]
}

/** All phases with all their states, also empty ones, so that nothing moves; states unknown here come at the end. */
export function countPhases(counts: readonly StateCount[]): PhaseCount[] {
  const known = new Map(counts.map(({ state, count }) => [state, count]))
  const named = new Set(phases.flatMap((phase) => phase.states))
  const others = counts.map(({ state }) => state).filter((state) => !named.has(state))
  const shown = others.length > 0 ? [...phases, { name: 'Other', states: others }] : phases
  return shown.map(({ name, states }) => {
    const counted = states.map((state) => ({ state, count: known.get(state) ?? 0 }))
    return { name, states: counted, total: counted.reduce((sum, one) => sum + one.count, 0) }
  })
}

/** Requests as people call them. */
const REQUESTS: Readonly<Record<string, string>> = {
  'credit.check': 'Credit check',
  'price.check': 'Price check',
  'order.post': 'Order',
  'order.cancel': 'Cancellation',
  'order.change': 'Change',
  'order.source': 'Sourcing',
  'shipment.post': 'Goods issue',
  'invoice.request': 'Invoice request',
  'invoice.send': 'Invoice',
  'warehouse.release': 'Release',
  'warehouse.recall': 'Recall',
  'order.status': 'Order status',
  'shipment.notify': 'Shipment notice',
  'edi.send': 'EDI document',
}

export const requestName = (verb: string): string => REQUESTS[verb] ?? verb

/** What each state waits for when nothing is wrong. */
const NEXT: Readonly<Record<string, string>> = {
  received: 'Checks: credit, price, address, items',
  reserved: 'The promise to the customer',
  accepted: 'Its release to a warehouse',
  released: 'The warehouse starts picking',
  'in fulfilment': 'Picks to be confirmed',
  picked: 'Cartons to be closed',
  packed: 'The truck to leave',
  'partially shipped': 'The rest to leave',
  shipped: 'The invoice',
  'partially invoiced': 'The rest to be invoiced',
  invoiced: 'Its lines to close',
}

export interface Reason {
  readonly tone: Tone
  readonly says: string
}

/**
 * Why an order is where it is, the most urgent first; an order that is over waits for nothing.
 *
 * @example
 * reasonsOf({ ...order, state: 'held', holds: ['credit'] }) // [{ tone: 'warn', says: 'Credit hold' }]
 */
export function reasonsOf(
  order: Pick<OrderSummary, 'state' | 'holds' | 'backorderedLines' | 'lines' | 'trouble'>,
): Reason[] {
  const reasons: Reason[] = []
  if (order.trouble) reasons.push({ tone: 'bad', says: readTrouble(order.trouble) })
  if (order.holds.length > 0) reasons.push({ tone: 'warn', says: capital(`${list(order.holds)} hold`) })
  if (order.backorderedLines > 0) {
    reasons.push({ tone: 'warn', says: `${order.backorderedLines} of ${counted(order.lines, 'line')} on backorder` })
  }
  const next = NEXT[order.state]
  if (reasons.length === 0 && next) reasons.push({ tone: 'quiet', says: next })
  return reasons
}

/** `warehouse.release to wms1 waits: …` with the request's own name. */
function readTrouble(trouble: string): string {
  const [verb = '', ...rest] = trouble.split(' ')
  return verb in REQUESTS ? `${requestName(verb)} ${rest.join(' ')}` : capital(trouble)
}

/** `credit`, `credit and price`, `credit, price and address`. */
export function list(words: readonly string[]): string {
  return words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** What a name was found as. */
const KINDS: Readonly<Record<string, string>> = {
  order: 'Order id',
  customerOrder: 'Purchase order',
  erpNumber: 'ERP number',
  shipment: 'Shipment',
  tracking: 'Tracking number',
  carton: 'Carton',
  sscc: 'SSCC',
  invoice: 'Invoice',
}

export const kindName = (kind: string): string => KINDS[kind] ?? capital(kind)

const DELIVERY_TONES: Readonly<Record<string, Tone>> = {
  done: 'good',
  waiting: 'warn',
  refused: 'bad',
  parked: 'bad',
  'in doubt': 'bad',
}

export const toneOfDelivery = (state: string): Tone => DELIVERY_TONES[state] ?? 'going'

/** How a system stands, in a few words and their tone. */
export function standing({ state, waiting }: SystemStatus): { readonly word: string; readonly tone: Tone } {
  if (state === 'down') return { word: state, tone: 'bad' }
  if (state === 'being tried' || state === 'paused') return { word: state, tone: 'warn' }
  return waiting > 0 ? { word: 'up, catching up', tone: 'warn' } : { word: 'up', tone: 'good' }
}

/** The zone of the first of these facilities whose zone is known; else the reader's own. */
export function zoneOf(facilities: readonly string[], systems: readonly SystemStatus[], own: string): string {
  for (const facility of facilities) {
    const zone = systems.find((system) => system.facility === facility)?.zone
    if (zone) return zone
  }
  return own
}
