import { assert } from '../base/errors.ts'
import type { Row, Store } from '../store/contract.ts'
import type { Room } from './contract.ts'

/** One room's state of one key, in memory. `turn` is the last turn that changed it and is not committed yet; 0: clean. */
export interface Slot<S = unknown> {
  readonly key: string
  readonly lane: number
  state: S
  turn: number
  /** The last turn this was seated in: not evicted while that one is open. */
  seated: number
  used: boolean
}

/** States that stay however long nobody asks for them: an eighth of the most that are kept. */
const ALWAYS_KEPT = 8

/**
 * The states of one room, bounded. A changed slot stays until its commit is confirmed; clean ones go when room is
 * needed, the least recently used first (second chance), and when nobody has asked for them for long ({@link rest}).
 */
export class Slots<S = unknown> {
  readonly room: Room<S>
  /** Number of the turn that is open. */
  openTurn = 0
  readonly #limit: number
  readonly #slots = new Map<string, Slot<S>>()
  /** A room without a table keeps no state: one slot serves all its subjects. */
  readonly #stateless: Slot<S> | undefined

  constructor(room: Room<S>, limit: number) {
    this.room = room
    this.#limit = limit
    if (!room.table) this.#stateless = { key: '', lane: 0, state: room.initial(''), turn: 0, seated: 0, used: true }
  }

  get size(): number {
    return this.#slots.size
  }

  get(key: string): Slot<S> | undefined {
    if (this.#stateless) return this.#stateless
    const slot = this.#slots.get(key)
    if (slot) slot.used = true
    return slot
  }

  /** The state of a key, kept in its place until the open turn is over; undefined when it is not loaded. */
  sit(key: string): Slot<S> | undefined {
    const slot = this.get(key)
    if (slot) slot.seated = this.openTurn
    return slot
  }

  has(key: string): boolean {
    return this.#stateless !== undefined || this.#slots.has(key)
  }

  /** Puts the initial state of a key that has no row. */
  begin(key: string, lane: number): Slot<S> {
    return this.#put(key, lane, this.room.initial(key))
  }

  /** Loads the states of these keys in one go. A row that the room cannot read is named, and the rest are loaded. */
  async load(
    store: Store,
    keys: readonly { lane: number; subject: string }[],
    unreadable: (key: string, error: unknown) => void,
  ): Promise<void> {
    assert(this.room.table, `${this.room.name} keeps no state to load`)
    const rows = await store.loadRows(this.room.table, keys)
    keys.forEach(({ lane, subject }, at) => {
      if (!this.#slots.has(subject)) this.#read(subject, lane, rows[at], unreadable)
    })
  }

  #read(key: string, lane: number, row: Row | undefined, unreadable: (key: string, error: unknown) => void): void {
    try {
      this.#put(key, lane, row ? this.room.load(key, row.slice(2)) : this.room.initial(key))
    } catch (error) {
      unreadable(key, error)
    }
  }

  #put(key: string, lane: number, state: S): Slot<S> {
    const slot: Slot<S> = { key, lane, state, turn: 0, seated: 0, used: true }
    this.#slots.set(key, slot)
    if (this.#slots.size > this.#limit) this.#evict()
    return slot
  }

  #evict(): void {
    let toGo = Math.max(1, this.#limit >> 4)
    for (const [key, slot] of this.#slots) {
      if (toGo === 0) return
      if (slot.turn !== 0 || slot.seated === this.openTurn) continue
      if (slot.used) slot.used = false
      else {
        this.#slots.delete(key)
        toGo -= 1
      }
    }
  }

  /**
   * Lets go of clean states that were not asked for since the last rest, the oldest first, as long as there are more than
   * a few: an order that is over needs no memory, however many the room may keep.
   */
  rest(): void {
    let toGo = this.#slots.size - Math.floor(this.#limit / ALWAYS_KEPT)
    if (toGo <= 0) return
    for (const [key, slot] of this.#slots) {
      if (slot.turn !== 0) continue
      if (slot.used) slot.used = false
      else if (toGo > 0) {
        this.#slots.delete(key)
        toGo -= 1
      }
    }
  }

  /** The row of a slot: lane, key, then the room's columns; null when the row should go. */
  row(slot: Slot<S>): Row | null {
    const columns = this.room.save(slot.state)
    return columns ? [slot.lane, slot.key, ...columns] : null
  }

  /** Drops one state: it is read again when it is asked for. */
  forget(slot: Slot<S>): void {
    if (this.#slots.get(slot.key) === slot) this.#slots.delete(slot.key)
  }

  /** Drops what is known of these lanes: after a failed commit, or when a lane is given away. */
  drop(lanes: ReadonlySet<number>): void {
    for (const [key, slot] of this.#slots) if (lanes.has(slot.lane)) this.#slots.delete(key)
  }
}
