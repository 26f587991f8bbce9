/** One order's story, put together from what was said, what was decided and what was told to whom. Pure. */
import type { Delivery, OrderLine, Step, Timeline } from './api.ts'
import { day, isNothing } from './format.ts'
import { type Tone, toneOfDelivery } from './words.ts'

/** Which way it went: a system said it, Crossdock decided it, or Crossdock told a system. */
export type Direction = 'in' | 'inside' | 'out'

export interface Entry {
  readonly key: string
  readonly at: string
  readonly who: string
  readonly direction: Direction
  readonly tone: Tone
  readonly what: string
  /** The event's type, or the request's key: for whoever looks further. */
  readonly detail: string
  /** When it happened according to who said it, where that is not when it was recorded. */
  readonly happenedAt?: string
  readonly delivery?: Delivery
}

export interface DayOfEntries {
  readonly day: string
  readonly entries: readonly Entry[]
}

const US = 'Crossdock'
/** Reports arrive a little after the fact; later than this is worth saying. */
const NOTABLE_DELAY_MS = 60_000

/** Steps and deliveries in the order in which they were recorded. */
export function entriesOf({ steps, deliveries }: Pick<Timeline, 'steps' | 'deliveries'>): Entry[] {
  const all = [...steps.map(stepEntry), ...deliveries.map(deliveryEntry)]
  return all.sort((a, b) => Date.parse(a.at) - Date.parse(b.at) || samePlace(a.key, b.key))
}

/** Positions of one lane are in order; across lanes there is none, and the sort keeps what it was given. */
function samePlace(a: string, b: string): number {
  const [laneA, positionA] = a.split('/')
  const [laneB, positionB] = b.split('/')
  return laneA === laneB ? Number(positionA) - Number(positionB) : 0
}

function stepEntry(step: Step): Entry {
  const { position, recordedAt, occurredAt, who, what, type } = step
  const isLate = Math.abs(Date.parse(recordedAt) - Date.parse(occurredAt)) > NOTABLE_DELAY_MS
  return {
    key: position,
    at: recordedAt,
    who,
    direction: who === US ? 'inside' : 'in',
    tone: toneOfEvent(type),
    what,
    detail: type,
    ...(isLate ? { happenedAt: occurredAt } : {}),
  }
}

const EVENT_TONES: Readonly<Record<string, Tone>> = {
  'order.held': 'warn',
  'order.line_backordered': 'warn',
  'pick.short': 'warn',
  'report.early': 'warn',
  'delivery.waiting': 'warn',
  'case.opened': 'bad',
  'delivery.parked': 'bad',
  'delivery.in_doubt': 'bad',
  'subject.parked': 'bad',
  'order.rejected': 'bad',
  'order.accepted': 'good',
  'shipment.delivered': 'good',
  'order.delivered': 'good',
}

function toneOfEvent(type: string): Tone {
  const tone = EVENT_TONES[type]
  if (tone) return tone
  return /refused$/.test(type) ? 'bad' : 'quiet'
}

function deliveryEntry(delivery: Delivery): Entry {
  const { position, plannedAt, target, what, key, state } = delivery
  return {
    key: position,
    at: plannedAt,
    who: target,
    direction: 'out',
    tone: toneOfDelivery(state),
    what,
    detail: key,
    delivery,
  }
}

/** Entries by the day they fall on in a zone. */
export function byDay(entries: readonly Entry[], zone: string): DayOfEntries[] {
  const days: { day: string; entries: Entry[] }[] = []
  for (const entry of entries) {
    const name = day(entry.at, zone)
    const last = days.at(-1)
    if (last?.day === name) last.entries.push(entry)
    else days.push({ day: name, entries: [entry] })
  }
  return days
}

/** Who takes part, in the order in which they came in, with how many entries each has. */
export function participants(entries: readonly Entry[]): { readonly who: string; readonly count: number }[] {
  const counts = new Map<string, number>()
  for (const { who } of entries) counts.set(who, (counts.get(who) ?? 0) + 1)
  return [...counts].map(([who, count]) => ({ who, count }))
}

export interface Target {
  readonly target: string
  readonly deliveries: readonly Delivery[]
  readonly done: number
}

/** What every system has been told, and how far each telling is. */
export function targetsOf(deliveries: readonly Delivery[]): Target[] {
  const targets = Map.groupBy(deliveries, (delivery) => delivery.target)
  return [...targets].map(([target, its]) => ({
    target,
    deliveries: its,
    done: its.filter((delivery) => delivery.state === 'done').length,
  }))
}

/** A business document of the order. */
export interface Paper {
  readonly key: string
  readonly name: string
  readonly set?: string
  readonly direction: 'in' | 'out'
  readonly with: string
  readonly at: string
}

const SETS: Readonly<Record<string, string>> = {
  'order-acknowledgement': '855',
  'ship-notice': '856',
  invoice: '810',
  'warehouse-order': '940',
}

/**
 * The documents the story tells of: the order itself, those written for partners, and a warehouse's advice. Documents
 * are written only for whom we exchange mail with: so what such a partner sent came as a document too.
 */
export function papersOf(steps: readonly Step[], channel: string): Paper[] {
  const written = steps.flatMap(writtenPaper)
  const answered = written.find((paper) => paper.name === 'order acknowledgement')
  const isByMail = (who: string) => written.some((paper) => paper.with === who && paper.name === 'warehouse order')
  const came = steps.flatMap(({ position: key, recordedAt: at, who, type }): Paper[] => {
    const paper = { key, direction: 'in', at } as const
    if (type === 'order.received') {
      const set = answered ? { set: '850' } : {}
      return [{ ...paper, name: 'purchase order', with: answered?.with ?? channel, ...set }]
    }
    const isAdvice = type === 'order.shipped' && isByMail(who)
    return isAdvice ? [{ ...paper, name: 'warehouse advice', with: who, set: '945' }] : []
  })
  return [...came, ...written].sort((a, b) => Date.parse(a.at) - Date.parse(b.at))
}

function writtenPaper({ position: key, recordedAt: at, who, type, what }: Step): Paper[] {
  if (type !== 'document.issued') return []
  const [, document = 'document', partner = who] = /^An? (\S+) was written for (.+)\.$/.exec(what) ?? []
  const set = SETS[document]
  return [{ key, name: document.replaceAll('-', ' '), ...(set ? { set } : {}), direction: 'out', with: partner, at }]
}

const NOT_PROMISED: ReadonlySet<string> = new Set(['received', 'held', 'reserved', 'rejected'])

/** The line as people read it: what was never promised is not on backorder, although nothing stands for it yet. */
export function readLine(line: OrderLine): OrderLine {
  return NOT_PROMISED.has(line.state) ? { ...line, backordered: '0' } : line
}

/** The quantities a line is made of, from the furthest to the nearest; together they are what was ordered. */
export const shares = [
  'invoiced',
  'shipped',
  'packed',
  'picked',
  'released',
  'reserved',
  'backordered',
  'cancelled',
] as const

export interface Share {
  readonly name: (typeof shares)[number] | 'open'
  /** Parts of 1,000: for drawing only, never for counting. */
  readonly permille: number
}

/** How far each part of a line has come. The ledger's quantities contain one another: what is shipped was picked. */
export function sharesOf(line: OrderLine): Share[] {
  const n = (text: string | undefined) => (isNothing(text) ? 0 : Number(text))
  const ordered = n(line.ordered)
  if (ordered <= 0) return []
  const inHand = n(line.released) - n(line.recalled) - n(line.shorted)
  const parts: [Share['name'], number][] = [
    ['invoiced', n(line.invoiced)],
    ['shipped', n(line.shipped) - n(line.invoiced)],
    ['packed', n(line.packed) - n(line.shipped)],
    ['picked', n(line.picked) - n(line.packed)],
    ['released', inHand - n(line.picked)],
    ['reserved', n(line.reserved)],
    ['backordered', n(line.backordered)],
    ['cancelled', n(line.cancelled) + n(line.substituted)],
  ]
  const shown = parts
    .map(([name, amount]) => ({ name, permille: Math.round((Math.max(0, amount) / ordered) * 1000) }))
    .filter(({ permille }) => permille > 0)
  const rest = 1000 - shown.reduce((sum, { permille }) => sum + permille, 0)
  return rest > 1 ? [...shown, { name: 'open', permille: rest }] : shown
}
