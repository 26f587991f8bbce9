/**
 * Orders that wait for more of an item, with its position at every facility that could ship it. When some comes in, as
 * many of them as it could serve are told, oldest first; what they make of it is theirs. An order that answers with a
 * refusal waits on; one that takes what it waited for, or is cancelled, waits no more; one that never answers (it was
 * served elsewhere) is forgotten after a few times.
 */
import type { DecideContext, Decision, JournalEvent, NewEvent } from '../journal/contract.ts'
import type { EventData, EventType, LineQuantity } from '../lifecycle/events.ts'
import type { Position } from './position.ts'
import { promisableNow } from './promise.ts'
import { positionKey } from './stock-key.ts'

/** One line of an order that waits. Millionths of the base unit. */
export interface WaitingLine {
  readonly order: string
  readonly line: string
  readonly quantity: number
  /** How often it was told without an answer, and when last (milliseconds since 1970). */
  readonly offers: number
  readonly offeredAt: number
}

/** Most lines that wait for one item of one facility. Later ones look again in their own time. */
const MOST_WAITING = 1_000
/** Most orders that are told of one arrival; the others hear of the next one. */
const MOST_TOLD = 100
/** An order that was told is left alone for so long. */
const ANSWER_MS = 60_000
/** After so many times without an answer it is forgotten. */
const MOST_OFFERS = 3

const ARRIVALS: ReadonlySet<EventType> = new Set([
  'inventory.counted',
  'inventory.received',
  'inventory.adjusted',
  'inventory.status_changed',
])

/** Whether more of an item may have come in with this event. */
export const isArrival = (event: JournalEvent): boolean => ARRIVALS.has(event.type)

/** What an order says of its backorders: how much of each line it waits for from now on. */
export function awaitLines(
  lines: readonly LineQuantity[],
  order: string,
  facility: string,
  position: (item: string) => Position,
): NewEvent[] {
  const news = lines.filter(({ line, item, quantity }) => {
    const { waiting = [] } = position(item)
    const known = waiting.find((one) => one.order === order && one.line === line)?.quantity
    return known === undefined ? waiting.length < MOST_WAITING : known !== quantity
  })
  return awaited(news, order, facility)
}

/** Lines that were cancelled wait no more, as far as they were cancelled. */
export function cancelAwaited(
  lines: readonly LineQuantity[],
  order: string,
  facility: string,
  position: (item: string) => Position,
): NewEvent[] {
  const left = lines.flatMap(({ line, item, quantity }) => {
    const known = position(item).waiting?.find((one) => one.order === order && one.line === line)
    return known ? [{ line, item, quantity: Math.max(0, known.quantity - quantity) }] : []
  })
  return awaited(left, order, facility)
}

function awaited(lines: readonly LineQuantity[], order: string, facility: string): NewEvent[] {
  const told = lines.map(({ line, item, quantity }) => ({ line, item, quantity }))
  return told.length > 0 ? [{ type: 'inventory.awaited', data: { order, facility, lines: told } }] : []
}

/** More of some items came in: who waits for them hears it, oldest first, until nothing is left to promise. */
export function offerArrived(event: JournalEvent, context: DecideContext): Decision | undefined {
  const { facility, lines } = event.data as EventData['inventory.received']
  const offered: (LineQuantity & { readonly order: string })[] = []
  const told = new Set<string>()
  for (const item of new Set(lines.map((line) => line.item))) {
    const position = context.state<Position>(positionKey(event.subject, item))
    let left = promisableNow(position)
    for (const { order, line, quantity, offers, offeredAt } of position.waiting ?? []) {
      if (left <= 0 || told.size >= MOST_TOLD) break
      if (offers > 0 && context.now - offeredAt < ANSWER_MS) continue
      left -= quantity
      told.add(order)
      offered.push({ order, line, item, quantity })
    }
  }
  return offered.length > 0
    ? { events: [{ type: 'inventory.offered', data: { facility, lines: offered } }] }
    : undefined
}

/** Folds who waits for the position's item. Answers whether that changed. */
export function foldWaiting(position: Position, event: JournalEvent): boolean {
  const before = position.waiting
  if (event.type === 'inventory.awaited') {
    const { order, lines } = event.data as EventData['inventory.awaited']
    for (const { line, item, quantity } of lines) if (item === position.item) setWait(position, order, line, quantity)
  } else if (event.type === 'inventory.offered') {
    const { lines } = event.data as EventData['inventory.offered']
    for (const { order, line, item } of lines) if (item === position.item) countOffer(position, order, line, event.at)
  } else if (!before) return false
  else if (event.type === 'inventory.reserved') {
    const { order, lines } = event.data as EventData['inventory.reserved']
    for (const { line, item, quantity } of lines) {
      const known = position.waiting?.find((one) => one.order === order && one.line === line)
      if (known && item === position.item) setWait(position, order, line, known.quantity - quantity)
    }
  } else if (event.type === 'inventory.reservation_refused') {
    const { order } = event.data as EventData['inventory.reservation_refused']
    if (before.some((one) => one.order === order && one.offers > 0)) {
      position.waiting = before.map((one) => (one.order === order ? { ...one, offers: 0, offeredAt: 0 } : one))
    }
  }
  return position.waiting !== before
}

/** A line keeps its place in the queue when it waits for another quantity. */
function setWait(position: Position, order: string, line: string, quantity: number): void {
  const waiting = position.waiting ?? []
  const at = waiting.findIndex((one) => one.order === order && one.line === line)
  const entry = { order, line, quantity, offers: 0, offeredAt: 0 }
  const others =
    quantity > 0 ? (at < 0 ? [...waiting, entry] : waiting.with(at, entry)) : waiting.toSpliced(at, at < 0 ? 0 : 1)
  position.waiting = others.length > 0 ? others : undefined
}

function countOffer(position: Position, order: string, line: string, at: number): void {
  const told = (position.waiting ?? []).map((one) =>
    one.order === order && one.line === line ? { ...one, offers: one.offers + 1, offeredAt: at } : one,
  )
  const left = told.filter((one) => one.offers < MOST_OFFERS)
  position.waiting = left.length > 0 ? left : undefined
}
