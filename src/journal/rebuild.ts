import type { EventType } from '../lifecycle/events.ts'
import { partsOf } from '../lifecycle/subject.ts'
import type { Row, TableSpec } from '../store/contract.ts'
import type { JournalEvent, Room } from './contract.ts'

/** Rows of each table by their key's text; a key whose state says it should have no row is absent. */
export type RebuiltRows = ReadonlyMap<TableSpec, ReadonlyMap<string, Row>>

/** The text a row is found under: its key columns. */
export function rowName(table: TableSpec, row: Row): string {
  return row.slice(0, table.key.length).map(String).join('\u0000')
}

/**
 * What the tables of these rooms must hold for one lane: the lane's events folded from the first, nothing decided. A
 * rebuild after a rule change starts from it, and a test compares it with the rows that turns wrote.
 *
 * @param events all events of one lane, in the order of their positions
 * @example
 * const rows = foldLane(events, hub.rooms)
 * rows.get(orderTable)?.get(rowName(orderTable, stored))
 */
export function foldLane(events: Iterable<JournalEvent>, rooms: readonly Room[]): RebuiltRows {
  const folding = rooms.filter((room) => room.table).map((room) => new Folding(room))
  for (const event of events) {
    if (ENGINES_OWN.has(event.type)) continue
    const { kind } = partsOf(event.subject)
    for (const one of folding) if (one.room.about === kind) one.fold(event)
  }
  return new Map(folding.map((one) => [one.room.table as TableSpec, one.rows()]))
}

/** What the engine itself says of a subject: its rooms neither fold nor decide it. */
const ENGINES_OWN: ReadonlySet<EventType> = new Set(['subject.parked', 'subject.resumed', 'subject.input_kept'])

class Folding {
  readonly room: Room
  readonly #states = new Map<string, { readonly lane: number; readonly state: unknown; changed: boolean }>()

  constructor(room: Room) {
    this.room = room
  }

  fold(event: JournalEvent): void {
    for (const key of this.room.keys?.(event) ?? [event.subject]) {
      const known = this.#states.get(key) ?? { lane: event.lane, state: this.room.initial(key), changed: false }
      this.#states.set(key, known)
      if (this.room.fold(known.state, event, key)) known.changed = true
    }
  }

  rows(): Map<string, Row> {
    const rows = new Map<string, Row>()
    for (const [key, { lane, state, changed }] of this.#states) {
      const columns = changed ? this.room.save(state) : null
      if (!columns) continue
      const row: Row = [lane, key, ...columns]
      rows.set(rowName(this.room.table as TableSpec, row), row)
    }
    return rows
  }
}
