import type { WorkloadClass } from './classes.ts'
import { type Parcel, placeOf } from './parcel.ts'
import { WALK_START } from './waiting.ts'

/** Chains with a request that waits for a person, kept by name; beyond it everything goes by way of the disk. */
export const MOST_BLOCKED = 10_000

/** The rows of one class and partner on the shelf of a target. */
export interface Group {
  readonly class: WorkloadClass
  readonly partner: string
  /** Rows that are on disk only, as far as is known. */
  count: number
  /** Parcels in memory that may go now; counted while the shelf is used. */
  inMemory: number
  /** Where reading goes on. */
  after: readonly number[]
  /** There may be rows that have not been looked at. */
  unread: boolean
  /** Grows with each row that is put here: a reading that began before it has not seen everything. */
  puts: number
  /** The reading from the beginning that is under way, page by page. */
  pass: { readonly puts: number; left: boolean; behind: number } | undefined
}

/**
 * What of one target waits on disk only: how much, by class and partner, and which chains may not go because something
 * of theirs waits for a person. While anything is unread here, what is new goes behind it: so nothing overtakes.
 */
export class Shelf {
  readonly groups = new Map<string, Group>()
  /** Requests with a row that are in memory, or whose row is just being changed. */
  readonly #held = new Map<string, Parcel | undefined>()
  /** Rows that were changed while the shelf was being read: what was read of them is old. */
  readonly #changed = new Set<string>()
  /** Chains with rows on their way to disk, and how many. */
  readonly #putting = new Map<string, number>()
  /** Chains that may not go, and their lanes. */
  readonly #blocked = new Map<string, number>()
  /** Requests that wait for a person. */
  aside = 0
  /** More chains are blocked than names are kept. */
  crowded = false
  #reading = false
  #unread = 0
  #puts = 0

  /** Nothing here has to go before what is new. */
  get quiet(): boolean {
    return this.#unread === 0 && this.#putting.size === 0 && !this.crowded
  }

  /** Whether a new request of this chain has to queue here. */
  comesFirst(chain: string): boolean {
    return !this.quiet || (this.#blocked.size > 0 && this.#blocked.has(chain))
  }

  /** Rows on disk only, those that are on their way there included. */
  get size(): number {
    let sum = 0
    for (const group of this.groups.values()) sum += group.count
    for (const rows of this.#putting.values()) sum += rows
    return sum
  }

  groupOf(workloadClass: WorkloadClass, partner: string): Group {
    const name = `${workloadClass} ${partner}`
    let group = this.groups.get(name)
    if (!group) {
      group = {
        class: workloadClass,
        partner,
        count: 0,
        inMemory: 0,
        after: WALK_START,
        unread: false,
        puts: 0,
        pass: undefined,
      }
      this.groups.set(name, group)
    }
    return group
  }

  /** There are rows of this group that are not in memory. */
  holds(group: Group, rows: number): void {
    group.count += rows
    this.#puts += 1
    group.puts = this.#puts
    if (!group.unread) this.#unread += 1
    group.unread = true
  }

  /** Something that stood before others may go: all groups are read again, the oldest first. */
  reopen(): void {
    for (const group of this.groups.values()) {
      if (group.count === 0) continue
      this.holds(group, 0)
      this.again(group)
    }
  }

  /** Reading begins with the oldest again. */
  again(group: Group): void {
    group.after = WALK_START
    group.pass = undefined
  }

  /** Every row of this group is in memory, or stands behind one that waits for a person. */
  readOut(group: Group, behind: number): void {
    if (group.unread) this.#unread -= 1
    group.unread = false
    group.count = behind
    this.again(group)
    if (behind === 0 && group.inMemory === 0) this.groups.delete(`${group.class} ${group.partner}`)
  }

  /** Grows with each row that is put here. */
  get puts(): number {
    return this.#puts
  }

  /** Forgets what was counted, to count anew. What was put here since `puts` may not be in the new count: it is read. */
  forgetCounts(puts: number): void {
    for (const group of this.groups.values()) {
      group.count = 0
      if (group.puts > puts) {
        this.holds(group, 0)
        this.again(group)
        continue
      }
      if (group.unread) this.#unread -= 1
      group.unread = false
    }
    this.aside = 0
  }

  // Rows on their way to disk.

  putting(chain: string): void {
    this.#putting.set(chain, (this.#putting.get(chain) ?? 0) + 1)
  }

  put(chain: string): void {
    const left = (this.#putting.get(chain) ?? 1) - 1
    if (left === 0) this.#putting.delete(chain)
    else this.#putting.set(chain, left)
  }

  isPutting(chain: string): boolean {
    return this.#putting.has(chain)
  }

  // Chains that wait for a person.

  block(chain: string, lane: number): void {
    if (this.#blocked.size < MOST_BLOCKED) this.#blocked.set(chain, lane)
    else this.crowded = true
  }

  unblock(chain: string): void {
    this.#blocked.delete(chain)
  }

  /** All that wait for a person on disk are blocked by name: others need not go by way of the disk. */
  blockedAll(): void {
    this.crowded = this.#blocked.size >= MOST_BLOCKED
  }

  // Requests with a row that are in memory.

  hold(parcel: Parcel): void {
    this.#held.set(placeOf(parcel.request), parcel)
  }

  /** In memory with a row, on its way out, or changed while the shelf is being read. */
  isHeld(place: string): boolean {
    return this.#held.has(place) || this.#changed.has(place)
  }

  inMemory(place: string): Parcel | undefined {
    return this.#held.get(place)
  }

  /** Its row is just being changed. */
  isLeaving(place: string): boolean {
    return this.#held.has(place) && this.#held.get(place) === undefined
  }

  /** It left memory; its row is about to be changed. */
  leaving(parcel: Parcel): void {
    this.uncount(parcel)
    if (parcel.row) this.#held.set(placeOf(parcel.request), undefined)
  }

  /** Its row is as it should be. */
  left(parcel: Parcel): void {
    this.#letGo(placeOf(parcel.request))
  }

  /** A row that is on disk only is about to be changed: until it is released nobody else touches it. */
  reserve(place: string): void {
    this.#held.set(place, undefined)
  }

  release(place: string): void {
    if (this.#held.get(place) === undefined) this.#letGo(place)
  }

  #letGo(place: string): void {
    if (!this.#held.delete(place)) return
    if (this.#reading) this.#changed.add(place)
  }

  /** It no longer counts for its group: it left, or waits by itself. */
  uncount(parcel: Parcel): void {
    if (parcel.group) parcel.group.inMemory -= 1
    parcel.group = undefined
  }

  /** One reading at a time. Answers whether it may begin. */
  beginReading(): boolean {
    if (this.#reading) return false
    this.#reading = true
    return true
  }

  endReading(): void {
    this.#reading = false
    this.#changed.clear()
  }

  /** Lanes are gone: what was held and blocked of them is not ours. */
  drop(lanes: ReadonlySet<number>): void {
    for (const place of this.#held.keys()) {
      if (lanes.has(Number(place.slice(0, place.indexOf('/'))))) this.#held.delete(place)
    }
    for (const [chain, lane] of this.#blocked) if (lanes.has(lane)) this.#blocked.delete(chain)
  }
}
