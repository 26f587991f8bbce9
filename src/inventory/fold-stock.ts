/** How events of stock change positions and reservations. An event says what moved; nothing is decided here. */
import type { JournalEvent } from '../journal/contract.ts'
import type { EventData, EventType } from '../lifecycle/events.ts'
import { foldEarly } from './early.ts'
import {
  adjust,
  allocate,
  changeStatus,
  deallocate,
  freeReserved,
  open,
  type Position,
  receive,
  reserve,
  setPolicy,
  ship,
  short,
} from './position.ts'
import { emptyReservation, hold, holdsSomething, type Reservation } from './reservation.ts'
import { foldWaiting } from './waiting.ts'

type Lines<T extends EventType> = EventData[T] extends { readonly lines: readonly (infer L)[] } ? L : never

type PositionMoves = {
  readonly [T in EventType]?: (position: Position, line: Lines<T>) => void
}

const positionMoves: PositionMoves = {
  'inventory.counted': (position, { status, quantity, weight }) => open(position, status, quantity, weight),
  'inventory.received': (position, { status, quantity, weight }) => receive(position, status, quantity, weight),
  'inventory.adjusted': (position, { status, delta }) => adjust(position, status, delta),
  'inventory.status_changed': (position, { from, to, quantity }) => changeStatus(position, from, to, quantity),
  'inventory.policy_set': setPolicy,
  'inventory.reserved': reserve,
  'inventory.reservation_freed': freeReserved,
  'inventory.allocated': allocate,
  'inventory.deallocated': deallocate,
  'inventory.shorted': short,
  'inventory.shipped': ship,
}

/** Folds an event into an item's position. Answers whether it changed. */
export function foldPosition(position: Position, event: JournalEvent): boolean {
  const isNews = [foldEarly(position, event), foldWaiting(position, event)].includes(true)
  const moves = positionMoves[event.type] as ((position: Position, line: { item: string }) => void) | undefined
  if (!moves) return isNews
  for (const line of linesOf(event, position.item)) if (line.item === position.item) moves(position, line)
  position.version = event.position
  position.at = event.at
  return true
}

/** Folds an event into what its order holds. Answers whether it changed. */
export function foldReservation(reservation: Reservation, event: JournalEvent): boolean {
  switch (event.type) {
    case 'inventory.reserved':
      foldReserved(reservation, (event as JournalEvent<'inventory.reserved'>).data)
      break
    case 'inventory.reservation_freed':
      for (const moved of (event as JournalEvent<'inventory.reservation_freed'>).data.lines) {
        hold(reservation, moved, -moved.quantity, 0)
      }
      break
    case 'inventory.allocated':
      for (const moved of (event as JournalEvent<'inventory.allocated'>).data.lines) {
        hold(reservation, moved, 0 - (moved.reserved ?? moved.quantity), moved.quantity)
      }
      break
    case 'inventory.deallocated':
      for (const moved of (event as JournalEvent<'inventory.deallocated'>).data.lines) {
        hold(reservation, moved, 0, -moved.quantity)
      }
      break
    case 'inventory.shorted':
      for (const moved of (event as JournalEvent<'inventory.shorted'>).data.lines) {
        hold(reservation, moved, 0, 0 - (moved.allocated ?? moved.quantity))
      }
      break
    case 'inventory.shipped':
      foldShipped(reservation, (event as JournalEvent<'inventory.shipped'>).data)
      break
    default:
      return false
  }
  // What holds nothing has no row: it must be the same whether it stayed in memory or begins anew.
  if (!holdsSomething(reservation)) {
    const { facility, order } = reservation
    Object.assign(reservation, emptyReservation(facility, order))
  }
  reservation.version = event.position
  reservation.at = event.at
  return true
}

function foldReserved(reservation: Reservation, data: EventData['inventory.reserved']): void {
  if (!holdsSomething(reservation)) reservation.lines = []
  reservation.customer = data.customer
  reservation.attempt = data.attempt
  for (const moved of data.lines) hold(reservation, moved, moved.quantity, 0)
}

function foldShipped(reservation: Reservation, data: EventData['inventory.shipped']): void {
  reservation.shipments.push(data.shipment)
  for (const moved of data.lines) {
    hold(reservation, moved, 0 - (moved.reserved ?? 0), 0 - (moved.allocated ?? moved.quantity))
  }
}

interface ItemLine {
  readonly item: string
}

const indexed = new WeakMap<object, Map<string, ItemLine[]>>()

/** Lines among which an item's are. A long report (opening stock) is sorted by item once, not once per item. */
function linesOf(event: JournalEvent, item: string): readonly ItemLine[] {
  const { lines } = event.data as { readonly lines: readonly ItemLine[] }
  if (lines.length <= 16) return lines
  let byItem = indexed.get(event)
  if (!byItem) {
    byItem = Map.groupBy(lines, (line) => line.item)
    indexed.set(event, byItem)
  }
  return byItem.get(item) ?? []
}
