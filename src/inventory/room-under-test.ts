/** A facility's stock without an engine: inputs in, events folded at once. For tests and measurements. */
import type { DecideContext, Input, JournalEvent, NewEvent, Room } from '../journal/contract.ts'
import type { EventData, EventType } from '../lifecycle/events.ts'
import type { Position } from './position.ts'
import type { Reservation } from './reservation.ts'
import { type InventoryOptions, inventory, type StockState } from './stock.ts'
import { positionKey, reservationKey } from './stock-key.ts'

/** One facility's stock, driven by hand. */
export class StockUnderTest {
  readonly subject: string
  readonly events: JournalEvent[] = []
  readonly #room: Room<StockState>
  readonly #states = new Map<string, StockState>()
  readonly #context: DecideContext
  readonly #timers = new Map<string, number>()
  #orderPosition = 0
  #now = 1_000

  constructor(facility = 'DC1', options: InventoryOptions = {}) {
    this.subject = `acme/stock/${facility}`
    this.#room = inventory(options)
    const now = () => this.#now
    this.#context = {
      get now() {
        return now()
      },
      peer: () => {
        throw new Error('the room of stock asks no other room')
      },
      state: <S>(key: string) => this.#state(key) as S,
      mint: (kind) => `${kind}0-00-1`,
      name: (kind) => `${kind}0-00-1`,
    }
  }

  position(item: string): Position {
    return this.#state(positionKey(this.subject, item)) as Position
  }

  reservation(order: string): Reservation {
    return this.#state(reservationKey(this.subject, order)) as Reservation
  }

  /** An event of an order that this facility may hear. Answers what the facility decided. */
  hears<T extends EventType>(type: T, order: string, data: EventData[T]): NewEvent[] {
    this.#orderPosition += 1
    const event = eventOf(type, `acme/order/${order}`, this.#orderPosition, data, this.#now)
    const listener = this.#room.hears?.[type] as ((event: JournalEvent) => readonly string[]) | undefined
    if (!listener?.(event).includes(this.subject)) return []
    return this.#decide({ kind: 'heard', subject: this.subject, event })
  }

  /** A report about this facility's stock. */
  reports<T extends EventType>(type: T, data: EventData[T], source = 'wms'): NewEvent[] {
    return this.#decide({ kind: 'report', type, subject: this.subject, source, occurredAt: this.#now, data })
  }

  /** Time goes by; what is due is handed in. Answers what was decided. */
  passes(ms: number): NewEvent[] {
    this.#now += ms
    const events: NewEvent[] = []
    for (const [name, dueAt] of [...this.#timers]) {
      if (dueAt > this.#now) continue
      this.#timers.delete(name)
      events.push(...this.#decide({ kind: 'timer', subject: this.subject, name, dueAt }))
    }
    return events
  }

  /** How many timers are set. */
  get timers(): number {
    return this.#timers.size
  }

  /** Everything as rows and back: what a restart does. */
  restarts(): void {
    for (const [key, state] of this.#states) {
      const row = this.#room.save(state)
      this.#states.set(key, row ? this.#room.load(key, row) : this.#room.initial(key))
    }
  }

  #decide(input: Input): NewEvent[] {
    const state = this.#state(this.#room.keys?.(input)[0] as string)
    const { events = [], timers = [] } = this.#room.decide(state, input, this.#context) ?? {}
    for (const { name, dueAt } of timers) {
      if (dueAt === null) this.#timers.delete(name)
      else this.#timers.set(name, dueAt)
    }
    const recorded = events.map((event) => this.#fold(event))
    const followed = recorded.flatMap((event) => this.#decide({ kind: 'recorded', subject: this.subject, event }))
    return [...events, ...followed]
  }

  #fold({ type, data }: NewEvent): JournalEvent {
    const event = eventOf(type, this.subject, this.events.length + 1, data, this.#now)
    this.events.push(event)
    for (const key of this.#room.keys?.(event) ?? []) this.#room.fold(this.#state(key), event, key)
    return event
  }

  #state(key: string): StockState {
    let state = this.#states.get(key)
    if (!state) {
      state = this.#room.initial(key)
      this.#states.set(key, state)
    }
    return state
  }
}

function eventOf(type: EventType, subject: string, position: number, data: unknown, at: number): JournalEvent {
  return {
    lane: 0,
    position,
    type,
    version: 1,
    subject,
    at,
    occurredAt: at,
    source: 'test',
    correlation: 'test',
    data: data as never,
  }
}
