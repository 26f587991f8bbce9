/**
 * What one order holds at one facility: reserved (a promise), then allocated (a tie to stock on hand), until it is
 * shipped, short, freed or recalled. It knows how much each line may still move, so no order can give back or take
 * what belongs to another.
 */
import type { LineQuantity, StockMove } from '../lifecycle/events.ts'

/** One line's share. Millionths of the base unit. */
export interface HeldLine {
  readonly line: string
  readonly item: string
  readonly fence: string | undefined
  reserved: number
  allocated: number
}

export interface Reservation {
  readonly kind: 'reservation'
  readonly facility: string
  readonly order: string
  version: number
  at: number
  customer: string
  /** The sourcing attempt answered last: an attempt that is heard again has no second effect. */
  attempt: number
  lines: HeldLine[]
  /** Shipments already taken off, while the reservation lives. */
  shipments: string[]
}

export function emptyReservation(facility: string, order: string): Reservation {
  return {
    kind: 'reservation',
    facility,
    order,
    version: 0,
    at: 0,
    customer: '',
    attempt: 0,
    lines: [],
    shipments: [],
  }
}

/** True while the order holds anything here. */
export function holdsSomething(reservation: Reservation): boolean {
  return reservation.lines.some((line) => line.reserved > 0 || line.allocated > 0)
}

export function heldLine(reservation: Reservation, line: string, item: string): HeldLine | undefined {
  for (const held of reservation.lines) if (held.line === line && held.item === item) return held
  return undefined
}

/** The part of these lines that is reserved here, line by line; lines without any are left out. */
export function reservedOf(reservation: Reservation, lines: readonly LineQuantity[]): StockMove[] {
  return partOf(reservation, lines, (held) => held.reserved)
}

/** The part of these lines that is allocated here, line by line; lines without any are left out. */
export function allocatedOf(reservation: Reservation, lines: readonly LineQuantity[]): StockMove[] {
  return partOf(reservation, lines, (held) => held.allocated)
}

function partOf(
  reservation: Reservation,
  lines: readonly LineQuantity[],
  heldNow: (held: HeldLine) => number,
): StockMove[] {
  const moves: StockMove[] = []
  for (const { line, item, quantity } of lines) {
    const held = heldLine(reservation, line, item)
    const part = held ? Math.min(heldNow(held), quantity) : 0
    if (part > 0) moves.push(move(line, item, part, held?.fence))
  }
  return moves
}

/** A move, with its fence only where there is one. */
export function move(line: string, item: string, quantity: number, fence: string | undefined): StockMove {
  return fence === undefined ? { line, item, quantity } : { line, item, quantity, fence }
}

/** Adds to what a line holds; a line that is not there yet begins. */
export function hold(reservation: Reservation, moved: StockMove, reserved: number, allocated: number): void {
  const held = heldLine(reservation, moved.line, moved.item)
  if (held) {
    held.reserved += reserved
    held.allocated += allocated
    return
  }
  if (reserved === 0 && allocated === 0) return
  reservation.lines.push({ line: moved.line, item: moved.item, fence: moved.fence, reserved, allocated })
}

type PackedLine = readonly [line: string, item: string, reserved: number, allocated: number, fence?: string]

/** As text for its row: small arrays, no names. */
export function packReservation(reservation: Reservation): string {
  const lines: PackedLine[] = []
  for (const { line, item, reserved, allocated, fence } of reservation.lines) {
    if (reserved === 0 && allocated === 0) continue
    lines.push(fence === undefined ? [line, item, reserved, allocated] : [line, item, reserved, allocated, fence])
  }
  return JSON.stringify([reservation.customer, reservation.attempt, lines, reservation.shipments])
}

export function unpackReservation(reservation: Reservation, text: string): void {
  const [customer, attempt, lines, shipments] = JSON.parse(text) as [string, number, PackedLine[], string[]]
  reservation.customer = customer
  reservation.attempt = attempt
  reservation.lines = lines.map(([line, item, reserved, allocated, fence]) => ({
    line,
    item,
    reserved,
    allocated,
    fence,
  }))
  reservation.shipments = shipments
}
