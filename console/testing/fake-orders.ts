/** Believable orders, the same for the same seed: what the console is looked at with. */
import type { OrderSummary } from '../src/api.ts'

const CUSTOMERS = [
  'BIGBOX',
  'C-1044 Harbor Supply',
  'C-2210 Pine & Sons',
  'NORTHWIND',
  'C-3301 Lakeside Medical',
  'GREENGROCER',
]
const CHANNELS = ['bigbox', 'shop', 'northwind', 'shop', 'shop', 'greengrocer']
const FACILITIES = ['DC1', 'DC2']

/** How many of a thousand orders are in each state, and for about how many minutes. */
const SHARES: readonly (readonly [state: string, permille: number, minutes: number])[] = [
  ['received', 6, 1],
  ['held', 14, 95],
  ['reserved', 3, 0.4],
  ['accepted', 21, 4],
  ['backordered', 32, 1900],
  ['released', 58, 22],
  ['in fulfilment', 41, 31],
  ['picked', 17, 12],
  ['packed', 22, 40],
  ['partially shipped', 9, 180],
  ['shipped', 26, 6],
  ['partially invoiced', 2, 30],
  ['invoiced', 11, 9],
  ['closed', 706, 2900],
  ['cancelled', 26, 4000],
  ['rejected', 6, 800],
]

/** A small generator of even numbers in 0..1: repeatable, nothing more. */
export function drawing(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** So many orders as lists show them. One in them carries a name that tries to be HTML. */
export function fakeOrders(howMany: number, now: number, seed = 7): OrderSummary[] {
  const draw = drawing(seed)
  const orders = Array.from({ length: howMany }, (_, at) => fakeOrder(at, draw, now))
  return orders.sort((a, b) => (a.id < b.id ? -1 : 1))
}

function fakeOrder(at: number, draw: () => number, now: number): OrderSummary {
  const [state, , minutes] = stateAt(draw())
  const since = now - Math.round(minutes * 60_000 * (0.1 + 1.8 * draw()))
  const who = Math.floor(draw() * CUSTOMERS.length)
  const lines = 1 + Math.floor(draw() * 9)
  const isOver = state === 'closed' || state === 'cancelled' || state === 'rejected'
  const isPosted = !['received', 'held', 'reserved', 'rejected'].includes(state)
  const facility = FACILITIES[Math.floor(draw() * 2)] as string
  const cents = Math.floor(draw() * 9_000_000) + 1_999
  return {
    id: `o0-${hex(Math.floor(draw() * 256), 2)}-${at.toString(36)}`,
    state,
    since: instant(since),
    customer: CUSTOMERS[who] as string,
    customerOrder: at === 3 ? '<img src=x onerror=alert(1)>' : `PO-${(410_000 + at * 7).toString()}`,
    ...(isPosted ? { erpNumber: `SO-${90_000 + at}` } : {}),
    channel: CHANNELS[who] as string,
    receivedAt: instant(since - 3_600_000),
    updatedAt: instant(since),
    lines,
    openLines: isOver ? 0 : Math.max(1, Math.floor(lines * draw())),
    backorderedLines: state === 'backordered' || state === 'partially shipped' ? Math.max(1, Math.floor(lines / 2)) : 0,
    holds: state === 'held' ? (draw() < 0.3 ? ['credit', 'price'] : [draw() < 0.6 ? 'credit' : 'reference']) : [],
    facilities: isPosted ? (draw() < 0.1 ? FACILITIES : [facility]) : [],
    value: { amount: `${Math.floor(cents / 100)}.${hundredths(cents)}`, currency: 'USD' },
    ...(state === 'accepted' && facility === 'DC2'
      ? { trouble: 'warehouse.release to wms2 waits: connect ECONNREFUSED' }
      : {}),
  }
}

function stateAt(drawn: number): (typeof SHARES)[number] {
  let left = drawn * 1000
  for (const share of SHARES) {
    left -= share[1]
    if (left <= 0) return share
  }
  return SHARES[0] as (typeof SHARES)[number]
}

const hex = (n: number, digits: number): string => n.toString(16).padStart(digits, '0')
const hundredths = (cents: number): string => String(cents % 100).padStart(2, '0')
const instant = (at: number): string => new Date(at).toISOString()
