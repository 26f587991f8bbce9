import type { Row, TableSpec } from '../store/contract.ts'
import type { EarlyMovement } from './early.ts'
import type { Fence, Position, Unavailable } from './position.ts'
import { holdsSomething, packReservation, type Reservation, unpackReservation } from './reservation.ts'
import type { WaitingLine } from './waiting.ts'

/**
 * One row for each item of a facility and for each order that holds stock there (its subject ends in `#order`). What
 * people search and add up are columns; the rare rest is `more`.
 */
export const stockTable: TableSpec = {
  name: 'stock',
  key: [
    { name: 'lane', type: 'int2' },
    { name: 'subject', type: 'text' },
  ],
  columns: [
    { name: 'version', type: 'int8' },
    { name: 'at', type: 'int8' },
    { name: 'opened', type: 'bool' },
    { name: 'available', type: 'int8' },
    { name: 'allocated', type: 'int8' },
    { name: 'reserved', type: 'int8' },
    { name: 'safety', type: 'int8' },
    { name: 'more', type: 'text' },
  ],
}

interface More {
  readonly unavailable?: Unavailable
  readonly fences?: { [name: string]: Fence }
  readonly weight?: number
  readonly early?: readonly EarlyMovement[]
  readonly waiting?: readonly WaitingLine[]
}

export function saveStock(state: Position | Reservation): Row | null {
  if (state.kind === 'position') return positionRow(state)
  if (!holdsSomething(state)) return null
  return [state.version, state.at, null, null, null, null, null, packReservation(state)]
}

function positionRow(position: Position): Row {
  const { version, at, opened, available, allocated, reserved, safetyStock } = position
  return [version, at, opened, available, allocated, reserved, safetyStock, moreOf(position)]
}

function moreOf({ unavailable, fences, weight, early, waiting }: Position): string | null {
  if (!unavailable && !fences && weight === 0 && !early && !waiting) return null
  const more: More = { unavailable, fences, weight: weight === 0 ? undefined : weight, early, waiting }
  return JSON.stringify(more)
}

export function loadStock<S extends Position | Reservation>(state: S, row: Row): S {
  state.version = row[0] as number
  state.at = row[1] as number
  const more = row[7] as string | null
  if (state.kind === 'reservation') unpackReservation(state, more ?? '["",0,[],[]]')
  else loadPosition(state, row, more === null ? {} : (JSON.parse(more) as More))
  return state
}

function loadPosition(position: Position, row: Row, more: More): void {
  position.opened = row[2] as boolean
  position.available = row[3] as number
  position.allocated = row[4] as number
  position.reserved = row[5] as number
  position.safetyStock = row[6] as number
  position.unavailable = more.unavailable
  position.fences = more.fences
  position.weight = more.weight ?? 0
  position.early = more.early
  position.waiting = more.waiting
}
