/** What a facility's stock answers when an order asks something of it. */
import type { DecideContext, Decision, JournalEvent, NewEvent } from '../journal/contract.ts'
import type { LineQuantity, StockMove } from '../lifecycle/events.ts'
import { partsOf } from '../lifecycle/subject.ts'
import { fenceFor, type Position, unknownToBook } from './position.ts'
import { promisableNow } from './promise.ts'
import { allocatedOf, heldLine, move, type Reservation, reservedOf } from './reservation.ts'
import type { InventoryOptions } from './stock.ts'
import { positionKey, reservationKey } from './stock-key.ts'
import { awaitLines, cancelAwaited } from './waiting.ts'

/** The order an event of an order is about. */
export function orderOf(event: JournalEvent): string {
  return partsOf(event.subject).id
}

interface Asked {
  readonly stock: string
  readonly facility: string
  readonly order: string
  readonly held: Reservation
  position(item: string): Position
}

/** Answers an event of an order that this facility heard; nothing follows when it has no effect (any more). */
export function answerOrder(
  event: JournalEvent,
  stock: string,
  context: DecideContext,
  options: InventoryOptions,
): Decision | undefined {
  const order = orderOf(event)
  const held = context.state<Reservation>(reservationKey(stock, order))
  const position = (item: string) => context.state<Position>(positionKey(stock, item))
  const events = answers(event, { stock, facility: held.facility, order, held, position }, options)
  return events.length > 0 ? { events } : undefined
}

function answers(event: JournalEvent, asked: Asked, options: InventoryOptions): NewEvent[] {
  switch (event.type) {
    case 'order.sourced':
      return reserveOrRefuse(event as JournalEvent<'order.sourced'>, asked, options)
    case 'order.reservation_freed':
      return free((event as JournalEvent<'order.reservation_freed'>).data.lines, asked)
    case 'order.released':
      return allocateReleased(event as JournalEvent<'order.released'>, asked)
    case 'order.recalled':
      return deallocateRecalled(event as JournalEvent<'order.recalled'>, asked)
    case 'pick.short':
      return suspectShort(event as JournalEvent<'pick.short'>, asked)
    case 'order.line_backordered':
      return awaitLines(
        (event as JournalEvent<'order.line_backordered'>).data.lines,
        asked.order,
        asked.facility,
        asked.position,
      )
    case 'order.line_cancelled':
      return cancelAwaited(
        (event as JournalEvent<'order.line_cancelled'>).data.lines,
        asked.order,
        asked.facility,
        asked.position,
      )
    case 'order.shipped':
      return takeShipped(event as JournalEvent<'order.shipped'>, asked)
    default:
      return []
  }
}

/** All lines of the facility's part, or none. The same attempt heard again changes nothing. */
function reserveOrRefuse(event: JournalEvent<'order.sourced'>, asked: Asked, options: InventoryOptions): NewEvent[] {
  const { facility, order, held } = asked
  const { attempt, by, customer = '', channel, parts } = event.data
  const part = parts.find((candidate) => candidate.facility === facility)
  if (!part || held.attempt >= attempt) return []

  const missing = options.promisesItself?.(by, facility, event.at)
    ? []
    : missingFor(part.lines, asked, customer, channel)
  if (missing.length > 0) {
    return [{ type: 'inventory.reservation_refused', data: { order, attempt, facility, missing } }]
  }
  const lines = part.lines.map(({ line, item, quantity }) =>
    move(line, item, quantity, fenceFor(asked.position(item), customer, channel)),
  )
  return [{ type: 'inventory.reserved', data: { order, attempt, facility, customer, lines } }]
}

type Missing = LineQuantity & { readonly available: number }

/** Lines that cannot be had in full, in the order asked, with what there is of each. */
function missingFor(
  lines: readonly LineQuantity[],
  { position }: Asked,
  customer: string,
  channel: string | undefined,
): Missing[] {
  const missing: Missing[] = []
  const taken = new Map<string, number>()
  for (const asked of lines) {
    const stock = position(asked.item)
    const before = taken.get(asked.item) ?? 0
    const available = promisableNow(stock, fenceFor(stock, customer, channel)) - before
    if (available >= asked.quantity) taken.set(asked.item, before + asked.quantity)
    else missing.push({ ...asked, available: Math.max(0, available) })
  }
  return missing
}

function free(lines: readonly LineQuantity[], { order, facility, held }: Asked): NewEvent[] {
  const freed = reservedOf(held, lines)
  return freed.length > 0 ? [{ type: 'inventory.reservation_freed', data: { order, facility, lines: freed } }] : []
}

/** The warehouse accepted the release: reserved becomes allocated, and what was never reserved is tied all the same. */
function allocateReleased(event: JournalEvent<'order.released'>, { order, facility, held }: Asked): NewEvent[] {
  const { release, lines } = event.data
  const allocated = lines.map(({ line, item, quantity }): StockMove => {
    const known = heldLine(held, line, item)
    const reserved = Math.min(known?.reserved ?? 0, quantity)
    const moved = move(line, item, quantity, known?.fence)
    return reserved === quantity ? moved : { ...moved, reserved }
  })
  return [{ type: 'inventory.allocated', data: { order, release, facility, lines: allocated } }]
}

function deallocateRecalled(event: JournalEvent<'order.recalled'>, { order, facility, held }: Asked): NewEvent[] {
  const { release, lines, suspect = false } = event.data
  const untied = allocatedOf(held, lines)
  if (untied.length === 0) return []
  const type = suspect ? 'inventory.shorted' : 'inventory.deallocated'
  return [{ type, data: { order, release, facility, lines: untied } }]
}

function suspectShort(event: JournalEvent<'pick.short'>, { order, facility, held }: Asked): NewEvent[] {
  const { release, lines } = event.data
  const missing = lines.map(({ line, item, quantity }): StockMove => {
    const known = heldLine(held, line, item)
    const allocated = Math.min(known?.allocated ?? 0, quantity)
    const moved = move(line, item, quantity, known?.fence)
    return allocated === quantity ? moved : { ...moved, allocated }
  })
  return [{ type: 'inventory.shorted', data: { order, release, facility, lines: missing } }]
}

/** Goods left. A second ship confirm of the same shipment takes nothing. */
function takeShipped(event: JournalEvent<'order.shipped'>, asked: Asked): NewEvent[] {
  const { order, facility, held } = asked
  const { shipment, lines } = event.data
  if (held.shipments.includes(shipment)) return []
  const taken = lines.map((line) => shippedMove(line, held))
  const events: NewEvent[] = [{ type: 'inventory.shipped', data: { order, shipment, facility, lines: taken } }]
  const unknown = shippedBeyondBook(lines, asked)
  if (unknown.length > 0) {
    const reason = 'shipped_more_than_known'
    events.push({ type: 'inventory.discrepancy_detected', data: { facility, reason, lines: unknown } })
  }
  return events
}

function shippedMove(shipped: LineQuantity & { readonly weight?: string }, held: Reservation) {
  const { line, item, quantity, weight } = shipped
  const known = heldLine(held, line, item)
  const allocated = Math.min(known?.allocated ?? 0, quantity)
  const reserved = Math.min(known?.reserved ?? 0, quantity - allocated)
  const moved = { ...move(line, item, quantity, known?.fence), ...(weight === undefined ? {} : { weight }) }
  return allocated === quantity ? moved : { ...moved, allocated, reserved }
}

function shippedBeyondBook(lines: readonly LineQuantity[], { position }: Asked) {
  const byItem = new Map<string, number>()
  for (const { item, quantity } of lines) byItem.set(item, (byItem.get(item) ?? 0) + quantity)
  return [...byItem]
    .filter(([item, quantity]) => unknownToBook(position(item), quantity) > 0)
    .map(([item, quantity]) => ({
      item,
      status: 'available' as const,
      book: quantity - unknownToBook(position(item), quantity),
      reported: quantity,
    }))
}
