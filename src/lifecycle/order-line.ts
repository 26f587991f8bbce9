/**
 * The ledger of an order line: quantities that only grow, except what is reserved. All are millionths of the base unit.
 * Every state of a line, and of its order, is worked out from here; nobody sets one.
 */
export interface OrderLine {
  readonly line: string
  item: string | undefined
  ordered: number
  /** Promised by `order.accepted`, with what was on backorder then. */
  accepted: number
  cancelled: number
  substituted: number
  /** Promised stock not yet handed to a warehouse. */
  reserved: number
  released: number
  recalled: number
  picked: number
  shorted: number
  packed: number
  shipped: number
  invoiced: number
  returned: number
  credited: number
  closed: boolean
}

/** A line nothing has happened to yet. */
export function newLine(line: string, item: string | undefined, ordered: number): OrderLine {
  return {
    line,
    item,
    ordered,
    accepted: 0,
    cancelled: 0,
    substituted: 0,
    reserved: 0,
    released: 0,
    recalled: 0,
    picked: 0,
    shorted: 0,
    packed: 0,
    shipped: 0,
    invoiced: 0,
    returned: 0,
    credited: 0,
    closed: false,
  }
}

/** What the customer still wants of the line: ordered, less what was cancelled or replaced. */
export const wanted = (line: OrderLine): number => line.ordered - line.cancelled - line.substituted

/** What still has to leave a warehouse. */
export const open = (line: OrderLine): number => wanted(line) - line.shipped

/** What a warehouse has in hand for the line: released, and neither recalled, short nor gone. */
export const allocated = (line: OrderLine): number => line.released - line.recalled - line.shorted - line.shipped

/** Open quantity that no reservation and no release stands for; never below zero. */
export const backordered = (line: OrderLine): number => Math.max(0, open(line) - line.reserved - allocated(line))

/** Whether there is nothing left to ship and everything shipped is billed. */
export const mayClose = (line: OrderLine): boolean =>
  !line.closed && line.shipped > 0 && open(line) <= 0 && line.invoiced >= line.shipped

/** Whether nothing of the line will ever ship: it was cancelled or replaced as a whole. */
export const isCancelled = (line: OrderLine): boolean => line.shipped === 0 && wanted(line) <= 0

/**
 * The rules that always hold, as sentences about those that do not. An empty list is a sound line.
 *
 * @example
 * violations({ ...newLine('1', 'A-1', 10_000_000), shipped: 1 }) // ['shipped exceeds packed', …]
 */
export function violations(line: OrderLine): string[] {
  const wrong: string[] = []
  const holds = (rule: boolean, sentence: string) => {
    if (!rule) wrong.push(sentence)
  }
  const inHand = line.released - line.recalled - line.shorted
  for (const [name, value] of Object.entries(line)) {
    if (typeof value === 'number')
      holds(Number.isSafeInteger(value) && value >= 0, `${name} is below zero or not whole`)
  }
  holds(
    line.cancelled + line.substituted + line.shipped <= line.ordered,
    'more is cancelled, replaced and shipped than was ordered',
  )
  holds(inHand <= wanted(line), 'more is released than is wanted')
  holds(line.reserved + inHand <= wanted(line), 'more is reserved and released than is wanted')
  holds(line.picked <= inHand, 'picked exceeds released')
  holds(line.packed <= line.picked, 'packed exceeds picked')
  holds(line.shipped <= line.packed, 'shipped exceeds packed')
  holds(line.invoiced <= line.shipped, 'invoiced exceeds shipped')
  holds(line.credited <= line.invoiced, 'credited exceeds invoiced')
  holds(line.returned <= line.shipped, 'returned exceeds shipped')
  holds(open(line) >= 0, 'open is below zero')
  return wrong
}

/** The states of a line, and of an order, from the first to the last. */
export type Stage =
  | 'received'
  | 'held'
  | 'backordered'
  | 'accepted'
  | 'reserved'
  | 'released'
  | 'in fulfilment'
  | 'picked'
  | 'packed'
  | 'partially shipped'
  | 'shipped'
  | 'partially invoiced'
  | 'invoiced'
  | 'closed'
  | 'cancelled'
  | 'rejected'

/** What a line's state takes from its order: accepted or not, held or not, and which releases have been started. */
export interface LineSurroundings {
  readonly accepted: boolean
  readonly rejected: boolean
  readonly held: boolean
  readonly started: boolean
}

/** The state of a line: how far its whole wanted quantity has come; what ships in parts says so. */
export function lineState(line: OrderLine, order: LineSurroundings): Stage {
  if (order.rejected) return 'rejected'
  if (isCancelled(line)) return 'cancelled'
  if (line.closed) return 'closed'
  if (line.shipped > 0) return shippedState(line)
  if (order.held && line.released === 0) return 'held'
  if (!order.accepted) return line.reserved >= wanted(line) ? 'reserved' : 'received'
  if (backordered(line) > 0) return 'backordered'
  const inHand = allocated(line)
  if (inHand > 0 && line.packed >= inHand) return 'packed'
  if (inHand > 0 && line.picked >= inHand) return 'picked'
  if (line.picked > 0 || (order.started && inHand > 0)) return 'in fulfilment'
  return inHand > 0 ? 'released' : 'accepted'
}

function shippedState(line: OrderLine): Stage {
  if (line.shipped < wanted(line)) return 'partially shipped'
  if (line.invoiced >= line.shipped) return 'invoiced'
  return line.invoiced > 0 ? 'partially invoiced' : 'shipped'
}
