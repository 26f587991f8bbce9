/**
 * The room of stock: it answers what orders ask of a facility, all of their lines or none, and keeps positions true to
 * what the warehouse reports. Decisions about one facility are made one after another, so the last unit is sold once.
 */
import type { DecideContext, Decision, Input, JournalEvent, Room } from '../journal/contract.ts'
import type { EventType } from '../lifecycle/events.ts'
import { subjectOf } from '../lifecycle/subject.ts'
import { answerOrder, orderOf } from './answer-order.ts'
import { giveUpEarly, itemOfTimer, judgeEarlyAgain, wakesEarly } from './early.ts'
import { foldPosition, foldReservation } from './fold-stock.ts'
import { judgeReport } from './judge-report.ts'
import { emptyPosition, type Position } from './position.ts'
import { emptyReservation, type Reservation } from './reservation.ts'
import { positionKey, reservationKey, stockKeyParts } from './stock-key.ts'
import { loadStock, saveStock, stockTable } from './stock-table.ts'
import { isArrival, offerArrived } from './waiting.ts'

/** What the room keeps under one of its keys. */
export type StockState = Position | Reservation

/** What the landscape says about stock. */
export interface InventoryOptions {
  /**
   * Whether reservations that this system sourced are its own to promise (an OMS). They are recorded as told, even
   * when that oversells our book: the negative is the signal. Absent: every reservation is decided here.
   */
  readonly promisesItself?: (by: string, facility: string, atMs: number) => boolean
  /** Whether a system may report this about a facility's stock. Absent: any may. */
  readonly mayReport?: (type: EventType, source: string, facility: string, atMs: number) => boolean
  /** Facilities that orders may ship from: each is told who waits for stock. Absent: nobody is kept waiting here. */
  readonly facilities?: readonly string[]
  /** How long a movement that came too early waits before it is refused. Milliseconds; absent: a minute. */
  readonly patienceMs?: number
}

/**
 * Opens the room of stock.
 *
 * @example
 * const rooms = [lifecycle(), inventory({ mayReport: (type, source) => source === 'wms-east' })]
 */
export function inventory(options: InventoryOptions = {}): Room<StockState> {
  const everywhere = (event: JournalEvent) => (options.facilities ?? []).map((facility) => stockOf(event, facility))
  return {
    name: 'inventory',
    about: 'stock',
    table: stockTable,
    initial,
    load: (key, row) => loadStock(initial(key), row),
    save: saveStock,
    keys: rememberingLast(keysOf),
    fold: (state, event) => (state.kind === 'position' ? foldPosition(state, event) : foldReservation(state, event)),
    decide: (state, input, context) => decide(state, input, context, options),
    hears: {
      'order.sourced': (event) => event.data.parts.map((part) => stockOf(event, part.facility)),
      'order.reservation_freed': (event) => [stockOf(event, event.data.facility)],
      'order.released': (event) => [stockOf(event, event.data.facility)],
      'order.recalled': (event) => [stockOf(event, event.data.facility)],
      'pick.short': (event) => [stockOf(event, event.data.facility)],
      'order.shipped': (event) => [stockOf(event, event.data.facility)],
      'order.line_backordered': everywhere,
      'order.line_cancelled': everywhere,
    },
  }
}

function initial(key: string): StockState {
  const { facility, item, order } = stockKeyParts(key)
  return order === undefined ? emptyPosition(facility, item ?? '') : emptyReservation(facility, order)
}

function decide(
  state: StockState,
  input: Input,
  context: DecideContext,
  options: InventoryOptions,
): Decision | undefined {
  if (input.kind === 'heard') return answerOrder(input.event, input.subject, context, options)
  if (input.kind === 'report') return judgeReport(input, context, options)
  if (input.kind === 'recorded' && wakes(input.event)) return wake(input.event, context)
  if (input.kind === 'timer' && state.kind === 'position') return giveUpEarly(state, input.name, context.now)
  return undefined
}

/** Whether somebody or something may have waited for this. */
const wakes = (event: JournalEvent): boolean => wakesEarly(event) || isArrival(event)

function wake(event: JournalEvent, context: DecideContext): Decision | undefined {
  const early = judgeEarlyAgain(event, context)
  const offered = isArrival(event) ? offerArrived(event, context) : undefined
  return early && offered
    ? { ...early, events: [...(early.events ?? []), ...(offered.events ?? [])] }
    : (early ?? offered)
}

function stockOf(event: JournalEvent, facility: string): string {
  return subjectOf(event.subject.slice(0, event.subject.indexOf('/')), 'stock', facility)
}

/** The engine asks for the keys of an input several times in a row: to load them, then to decide. */
function rememberingLast(keys: (input: Input | JournalEvent) => readonly string[]): typeof keys {
  let last: Input | JournalEvent | undefined
  let known: readonly string[] = []
  return (input) => {
    if (input !== last) {
      known = keys(input)
      last = input
    }
    return known
  }
}

function keysOf(input: Input | JournalEvent): readonly string[] {
  if (!('kind' in input)) return keysOfEvent(input)
  if (input.kind === 'report') return withFallback(itemKeys(input.subject, input.data), input.subject)
  if (input.kind === 'timer') return [positionKey(input.subject, itemOfTimer(input.name))]
  if (input.kind === 'recorded' && wakes(input.event)) {
    return withFallback(itemKeys(input.subject, input.event.data), input.subject)
  }
  if (input.kind !== 'heard') return [input.subject]
  const { event, subject } = input
  const keys = [reservationKey(subject, orderOf(event))]
  addItems(keys, subject, linesHeard(event, subject))
  return keys
}

/** States that an event of stock itself changes. */
function keysOfEvent(event: JournalEvent): readonly string[] {
  switch (event.type) {
    case 'inventory.counted':
    case 'inventory.received':
    case 'inventory.adjusted':
    case 'inventory.status_changed':
    case 'inventory.policy_set':
    case 'inventory.offered':
      return itemKeys(event.subject, event.data)
    case 'inventory.reservation_refused': {
      const { missing } = (event as JournalEvent<'inventory.reservation_refused'>).data
      const keys: string[] = []
      addItems(keys, event.subject, missing)
      return keys
    }
    case 'inventory.awaited':
    case 'inventory.reserved':
    case 'inventory.reservation_freed':
    case 'inventory.allocated':
    case 'inventory.deallocated':
    case 'inventory.shorted':
    case 'inventory.shipped': {
      const { order, lines } = (event as JournalEvent<'inventory.reserved'>).data
      const keys = [reservationKey(event.subject, order)]
      addItems(keys, event.subject, lines)
      return keys
    }
    case 'report.early':
      return itemKeys(event.subject, (event as JournalEvent<'report.early'>).data.data as object)
    case 'report.refused': {
      const { waited, data } = (event as JournalEvent<'report.refused'>).data
      return waited === undefined ? [] : itemKeys(event.subject, data as object)
    }
    default:
      return []
  }
}

/** The lines of an order's event that concern this facility. */
function linesHeard(event: JournalEvent, stock: string): readonly { readonly item: string }[] {
  if (event.type === 'order.sourced') {
    const { facility } = stockKeyParts(stock)
    const { parts } = (event as JournalEvent<'order.sourced'>).data
    return parts.find((part) => part.facility === facility)?.lines ?? []
  }
  return (event as JournalEvent<'order.released'>).data.lines ?? []
}

function itemKeys(stock: string, data: object): string[] {
  const keys: string[] = []
  if ('lines' in data && Array.isArray(data.lines)) addItems(keys, stock, data.lines as { item: string }[])
  return keys
}

function addItems(keys: string[], stock: string, lines: readonly { readonly item: string }[]): void {
  const seen = lines.length > 8 ? new Set(keys) : undefined
  for (const { item } of lines) {
    const key = positionKey(stock, item)
    if (seen ? seen.has(key) : keys.includes(key)) continue
    seen?.add(key)
    keys.push(key)
  }
}

function withFallback(keys: string[], subject: string): readonly string[] {
  return keys.length > 0 ? keys : [subject]
}
