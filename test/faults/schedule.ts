/** What goes wrong in a run, and when: drawn from a seed, or read from a file. The same seed gives the same schedule. */
import { type Random, seededRandom } from '../../src/base/random.ts'

import { MAIL_FORMS } from './rough-mail.ts'
import { RETAILER } from './town-words.ts'

/** Faults by the names of the reliability catalogue. */
export type FaultKind =
  | 'F1'
  | 'F2'
  | 'F3'
  | 'F4'
  | 'F5'
  | 'F6'
  | 'F7'
  | 'F8'
  | 'F9'
  | 'F10'
  | 'F12'
  | 'F13'
  | 'F14'
  | 'F15'
  | 'F16'
  | 'F18'
  | 'F19'

/** One fault of a schedule. */
export interface PlannedFault {
  readonly nth: number
  readonly atMs: number
  readonly kind: FaultKind
  readonly form: string
  /** What it strikes: `hub0`, `postgres`, an edge (`hub→erp`), a system. */
  readonly on: string
  readonly forMs: number
}

/** A whole run. */
export interface Schedule {
  readonly seed: number
  readonly minutes: number
  /** How long orders are placed and faults strike; the rest is for healing. */
  readonly loadMs: number
  readonly orders: number
  readonly faults: readonly PlannedFault[]
}

interface Card {
  readonly kind: FaultKind
  readonly form: string
  readonly on: readonly string[]
  /** Least and most milliseconds. */
  readonly forMs: readonly [number, number]
}

const HUBS = ['hub0', 'hub1']
const ALL_TARGETS = ['erp', 'wms1', 'wms2', 'shop', 'carrier']
/** Where nearly everything goes: the second warehouse sees a twentieth of it, and a fault there meets nobody. */
const TARGETS = ['erp', 'wms1', 'shop', 'carrier']
/** They get many requests in one call. */
const IN_BATCHES = ['shop', 'carrier']
const SENDING = ['sender→hub0', 'sender→hub1']
const SENDS = ALL_TARGETS.map((target) => `hub→${target}`)
const DATABASE = ['hub0→postgres', 'hub1→postgres']

const card = (kind: FaultKind, form: string, on: readonly string[], least: number, most: number): Card => ({
  kind,
  form,
  on,
  forMs: [least, most],
})

/** Every form once, the harder ones more often. All are dealt before any comes again. */
const deck: readonly Card[] = [
  card('F1', 'kill -9', HUBS, 200, 1_500),
  card('F1', 'kill -9', HUBS, 200, 1_500),
  card('F1', 'kill -9', HUBS, 200, 1_500),
  card('F2', 'stopped for less than the lease', HUBS, 1_000, 7_000),
  card('F2', 'stopped for longer than the lease', HUBS, 12_000, 15_000),
  card('F3', 'kill -9 and restart', ['postgres'], 100, 800),
  card('F3', 'kill -9 and restart', ['postgres'], 100, 800),
  card('F4', 'sessions terminated', HUBS, 0, 0),
  card('F4', 'cut after COMMIT, before its reply', DATABASE, 0, 0),
  card('F4', 'cut after COMMIT, before its reply', DATABASE, 0, 0),
  card('F4', 'locks held by an idle transaction', ['postgres'], 1_500, 5_000),
  card('F4', 'serialization errors', ['postgres'], 2_000, 5_000),
  card('F4', 'deadlock', ['postgres'], 0, 0),
  card('F5', 'latency', [...SENDING, ...SENDS], 2_000, 6_000),
  card('F5', 'latency', DATABASE, 2_000, 4_000),
  card('F5', 'reset', [...SENDING, ...SENDS], 300, 3_000),
  card('F5', 'reset', DATABASE, 100, 2_000),
  card('F5', 'black hole', [...SENDING, ...SENDS], 2_000, 6_000),
  card('F5', 'black hole', DATABASE, 1_000, 4_000),
  card('F5', 'clog', [...SENDING, ...SENDS], 2_000, 6_000),
  card('F5', 'half open', [...SENDING, ...SENDS], 2_000, 5_000),
  card('F5', 'slow', [...SENDING, ...SENDS], 2_000, 5_000),
  card('F5', 'truncate', [...SENDING, ...SENDS], 1_000, 4_000),
  card('F5', 'swizzle', ['all targets'], 2_000, 4_000),
  card('F6', 'down', TARGETS, 2_000, 8_000),
  card('F6', 'fail500', TARGETS, 2_000, 5_000),
  card('F6', 'fail503', TARGETS, 2_000, 5_000),
  card('F6', 'slow', TARGETS, 2_000, 6_000),
  card('F6', 'timeoutBeforeEffect', TARGETS, 2_000, 5_000),
  card('F6', 'timeoutAfterEffect', TARGETS, 2_000, 5_000),
  card('F6', 'timeoutAfterEffect', TARGETS, 2_000, 5_000),
  card('F6', 'failAfterEffect', TARGETS, 2_000, 5_000),
  card('F6', 'cutAnswer', TARGETS, 2_000, 5_000),
  card('F6', 'notJson', ['wms1', 'shop', 'carrier'], 2_000, 5_000),
  card('F6', 'errorBody', TARGETS, 2_000, 5_000),
  card('F6', 'partialBatch', IN_BATCHES, 3_000, 5_000),
  card('F7', 'orders repeated', ['shop'], 2, 50),
  card('F7', 'reports duplicated', ['wms1', 'carrier'], 3_000, 6_000),
  card('F7', 'reports reordered', ['wms1', 'carrier'], 3_000, 6_000),
  card('F7', 'reports late', ['wms1', 'carrier'], 3_000, 6_000),
  card('F8', 'an hour ahead', HUBS, 3_000, 8_000),
  card('F8', 'an hour behind', HUBS, 3_000, 8_000),
  card('F8', 'a day ahead', HUBS, 3_000, 8_000),
  card('F8', 'a day behind', HUBS, 3_000, 8_000),
  card('F8', 'five minutes ahead', HUBS, 3_000, 8_000),
  card('F10', '50 MB body against 256 MB of heap', HUBS, 0, 0),
  card('F10', 'forty bodies of a megabyte at once against 256 MB of heap', HUBS, 0, 0),
  card('F12', 'poison at the doors', HUBS, 0, 0),
  card('F13', 'against the schema', HUBS, 0, 0),
  card('F14', '429, seconds', ['all targets'], 2_000, 4_000),
  card('F14', '429, date', ['all targets'], 2_000, 4_000),
  card('F14', '429, absent', ['all targets'], 2_000, 4_000),
  card('F14', '429, absurd', ['all targets'], 2_000, 4_000),
  // What cannot be sent is listed as waiting after five seconds, not before.
  ...MAIL_FORMS.map((form) => {
    const [least, most]: [number, number] = form === 'cannot be dropped' ? [6_500, 8_000] : [3_500, 6_000]
    return card('F15', form, [RETAILER], least, most)
  }),
  card('F16', 'rolling restart', ['both hubs'], 0, 0),
  card('F16', 'rolling upgrade, its migrations live', ['both hubs'], 0, 0),
  card('F18', 'route paused', TARGETS, 3_000, 7_000),
  card('F19', 'bulk replay pressed twice', ['the latest orders'], 0, 0),
  card('F19', 'redelivery pressed twice', ['erp', 'wms1', 'shop'], 6_500, 8_000),
  card('F19', 'cancellation pressed twice, and again in the middle', ['wms1'], 3_000, 5_000),
]

/** Kind and form of every card. */
export const forms: readonly string[] = [...new Set(deck.map(({ kind, form }) => `${kind} ${form}`))]

/** Faults that leave something to recover from: a second one in the middle of it finds the most. */
const HEAVY: ReadonlySet<FaultKind> = new Set(['F1', 'F3', 'F4', 'F16'])
const OVERLAPPING = 0.15
const BURSTS = 0.08

/** What a schedule is drawn from. */
export interface ScheduleOptions {
  readonly seed: number
  readonly minutes: number
  /** Orders; about 28 a second for three minutes and longer, fewer in the short form. */
  readonly orders?: number
  /** Mean milliseconds between faults. */
  readonly meanMs?: number
  /** Only these, by kind and form (`F1 kill -9`). Default all. */
  readonly among?: readonly string[]
}

/** Draws a schedule: faults come as a Poisson process, with bursts, and some into the recovery of another. */
export function drawSchedule(options: ScheduleOptions): Schedule {
  const { seed, minutes, meanMs = 2_300, among } = options
  const cards = among ? deck.filter((one) => among.includes(`${one.kind} ${one.form}`)) : deck
  const random = seededRandom(seed)
  const loadMs = minutes * 60_000 - 15_000
  const faults: PlannedFault[] = []
  const deal = dealer(cards, random)
  const add = (atMs: number): void => {
    const { kind, form, on, forMs } = deal()
    const lasts = Math.round(forMs[0] + random.next() * (forMs[1] - forMs[0]))
    if (atMs + Math.min(lasts, 20_000) > loadMs) return
    const struck = on[Math.floor(random.next() * on.length)] as string
    faults.push({ nth: 0, atMs: Math.round(atMs), kind, form, on: struck, forMs: lasts })
    if (HEAVY.has(kind) && random.next() < OVERLAPPING) add(atMs + 100 + random.next() * 1_000)
  }
  for (let atMs = 2_000; atMs < loadMs && cards.length > 0; atMs += -Math.log(1 - random.next()) * meanMs) {
    add(atMs)
    if (random.next() < BURSTS) for (const more of [50, 150]) add(atMs + more)
  }
  const inOrder = faults.toSorted((a, b) => a.atMs - b.atMs).map((fault, at) => ({ ...fault, nth: at + 1 }))
  const orders = options.orders ?? Math.round((minutes >= 3 ? 28 : 12) * minutes * 60)
  return { seed, minutes, loadMs, orders, faults: inOrder }
}

/** Deals all cards in a drawn order, then all again. */
function dealer(cards: readonly Card[], random: Random): () => Card {
  let hand: Card[] = []
  return () => {
    if (hand.length === 0) hand = shuffled(cards, random)
    return hand.pop() as Card
  }
}

function shuffled<T>(cards: readonly T[], random: Random): T[] {
  const order = [...cards]
  for (let at = order.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random.next() * (at + 1))
    const here = order[at] as T
    order[at] = order[other] as T
    order[other] = here
  }
  return order
}
