/**
 * What a stretch of the journal means for the views. Only the few entries that a view must read are decoded; of the
 * rest, type, subject and time are enough, because how an order stands is read from its own row.
 */

import type { JournalEvent } from '../journal/contract.ts'
import { decodeEvent } from '../journal/encode.ts'
import { type EventType, eventCodes } from '../lifecycle/events.ts'
import type { Store, StoredEntry } from '../store/contract.ts'
import { hourOf } from './kpis.ts'

/** What is new about one order within one hour. */
export interface OrderNews {
  readonly lane: number
  readonly subject: string
  /** When the last of it was recorded, milliseconds since 1970. */
  at: number
  /** Bit per type code of an order's own events, see {@link happened}. */
  mask: number
  /** Something other than deliveries happened: what troubled it may be over. */
  progressed: boolean
  acceptedAt: number | null
  releasedAt: number | null
  releases: number
  shorts: number
  shipments: number
  invoices: number
}

/** A stretch of the journal, read. */
export interface News {
  readonly reached: readonly LaneReached[]
  /** One for each order and hour, the hours of an order in their order. */
  readonly orders: readonly OrderNews[]
  /** The entries whose content a view shows: deliveries in trouble, goods issues on their way. */
  readonly noted: readonly JournalEvent[]
}

export interface LaneReached {
  readonly lane: number
  readonly from: number
  readonly to: number
}

/** Where news comes from. */
export interface NewsSource {
  /** Heads of all lanes, as committed. */
  heads(): Promise<readonly { readonly lane: number; readonly head: number }[]>
  /** The news of these stretches, each after `from` and up to `to`. */
  read(stretches: readonly LaneReached[]): Promise<News>
}

/** Types above this one are not an order's own and have no bit. */
export const LAST_MASKED = eventCodes['shipment.manifested']

/** Whether an event of this type is among the news. */
export function happened(news: Pick<OrderNews, 'mask'>, type: EventType): boolean {
  return Math.floor(news.mask / 2 ** eventCodes[type]) % 2 === 1
}

/** Types whose content is read. */
export const NOTED: readonly EventType[] = [
  'delivery.waiting',
  'delivery.refused',
  'delivery.parked',
  'delivery.in_doubt',
  'subject.parked',
  'deadline.kept',
  'deadline.missed',
]

/** Clocks of what partners owe: they belong to no order, and are counted all the same. */
export const OWED_CLOCKS: readonly EventType[] = ['deadline.missed', 'deadline.kept']

const OWED_CODES: ReadonlySet<number> = new Set(OWED_CLOCKS.map((type) => eventCodes[type]))
const NOTED_CODES: ReadonlySet<number> = new Set(NOTED.map((type) => eventCodes[type]))
const PLANNED = eventCodes['delivery.planned']
const DELIVERIES_FROM = PLANNED
const DELIVERIES_TO = eventCodes['delivery.attempting']
const INPUT_KEPT = eventCodes['subject.input_kept']

/** The verb of the request that tells the ERP that goods left. */
export const GOODS_ISSUE = 'shipment.post'
const GOODS_ISSUE_TEXT = Buffer.from(`"${GOODS_ISSUE}"`)

/** News read entry by entry through the store's port: for the model, and where no SQL is at hand. */
export function newsFromStore(store: Pick<Store, 'lanes' | 'readLane'>): NewsSource {
  return {
    heads: () => store.lanes(),
    read: async (stretches) => {
      const read = stretches.map(({ lane, from, to }) => store.readLane(lane, from, to - from))
      return { reached: stretches, ...newsOf((await Promise.all(read)).flat()) }
    },
  }
}

/** What entries mean, in the order of their lanes. */
export function newsOf(entries: readonly StoredEntry[]): Omit<News, 'reached'> {
  const orders = new Map<string, OrderNews>()
  const noted: JournalEvent[] = []
  for (const entry of entries) {
    if (!isOrder(entry.subject)) {
      if (isOwedClock(entry)) noted.push(decodeEvent(entry))
      continue
    }
    note(orders, entry)
    if (isNoted(entry)) noted.push(decodeEvent(entry))
  }
  return { orders: [...orders.values()], noted }
}

function isOrder(subject: string): boolean {
  return subject.startsWith('order/', subject.indexOf('/') + 1)
}

function isOwedClock({ subject, type }: StoredEntry): boolean {
  return OWED_CODES.has(type) && subject.startsWith('document/', subject.indexOf('/') + 1)
}

function isNoted({ type, body }: StoredEntry): boolean {
  if (NOTED_CODES.has(type)) return true
  return type === PLANNED && Buffer.from(body.buffer, body.byteOffset, body.byteLength).includes(GOODS_ISSUE_TEXT)
}

function note(orders: Map<string, OrderNews>, { lane, subject, type, at }: StoredEntry): void {
  const name = `${subject} ${hourOf(at)}`
  let news = orders.get(name)
  if (!news) {
    news = nothingYet(lane, subject)
    orders.set(name, news)
  }
  news.at = Math.max(news.at, at)
  if (type <= LAST_MASKED && Math.floor(news.mask / 2 ** type) % 2 === 0) news.mask += 2 ** type
  if ((type < DELIVERIES_FROM || type > DELIVERIES_TO) && type !== INPUT_KEPT) news.progressed = true
  count(news, type, at)
}

function count(news: OrderNews, type: number, at: number): void {
  if (type === eventCodes['order.accepted']) news.acceptedAt ??= at
  else if (type === eventCodes['order.released']) {
    news.releasedAt ??= at
    news.releases += 1
  } else if (type === eventCodes['pick.short']) news.shorts += 1
  else if (type === eventCodes['order.shipped']) news.shipments += 1
  else if (type === eventCodes['order.invoiced']) news.invoices += 1
}

/** The news of each order over all hours. */
export function byOrder(news: readonly OrderNews[]): OrderNews[] {
  const orders = new Map<string, OrderNews>()
  for (const one of news) {
    const known = orders.get(one.subject)
    orders.set(one.subject, known ? joined(known, one) : one)
  }
  return [...orders.values()]
}

function joined(a: OrderNews, b: OrderNews): OrderNews {
  return {
    ...a,
    at: Math.max(a.at, b.at),
    mask: Number(BigInt(a.mask) | BigInt(b.mask)),
    progressed: a.progressed || b.progressed,
    acceptedAt: a.acceptedAt ?? b.acceptedAt,
    releasedAt: a.releasedAt ?? b.releasedAt,
    releases: a.releases + b.releases,
    shorts: a.shorts + b.shorts,
    shipments: a.shipments + b.shipments,
    invoices: a.invoices + b.invoices,
  }
}

function nothingYet(lane: number, subject: string): OrderNews {
  return {
    lane,
    subject,
    at: 0,
    mask: 0,
    progressed: false,
    acceptedAt: null,
    releasedAt: null,
    releases: 0,
    shorts: 0,
    shipments: 0,
    invoices: 0,
  }
}
