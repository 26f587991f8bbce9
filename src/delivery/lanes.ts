import type { LanesTaken } from '../journal/ownership.ts'
import { CLASSES } from './classes.ts'
import type { Depot } from './depot.ts'
import type { Lot } from './lot.ts'
import { type Parcel, parcelOf, placeOf } from './parcel.ts'
import type { Redelivery } from './redelivery.ts'
import { type Group, MOST_BLOCKED } from './shelf.ts'
import type { SystemWatch } from './system-watch.ts'
import { readUnfinished } from './takeover.ts'
import { WALK_START, waitingOf, waitingTable, waitingWalk } from './waiting.ts'
import type { WaitingRows } from './waiting-rows.ts'
import type { WayIn } from './way-in.ts'
import type { WayOut } from './way-out.ts'

/** How often it is looked whether what is under way of lanes that are to be given has ended. */
const LOOK_MS = 50
const STOPPED_UNDER_WAY = 'The hub stopped while this was being sent; nobody knows whether it arrived.'

/** The other parts of delivery that lanes which come or go concern. */
export interface LanesParts {
  readonly rows: WaitingRows
  readonly wayOut: WayOut
  readonly wayIn: WayIn
  readonly systems: SystemWatch
  readonly redelivery: Redelivery
}

/** Lanes that come and go: their books are filled from disk and emptied, and what waits in them is counted. */
export class Lanes {
  readonly #depot: Depot
  readonly #parts: LanesParts
  #counting: Promise<unknown> = Promise.resolve()

  constructor(depot: Depot, parts: LanesParts) {
    this.#depot = depot
    this.#parts = parts
  }

  /**
   * Fills the books of lanes just taken. Of what waits on disk only the figures are read; the window is filled from it
   * afterwards. What is in the journal only goes into memory where nothing waits before it, else to the shelf.
   */
  async taken(taken: LanesTaken): Promise<void> {
    const { wayOut, wayIn, systems } = this.#parts
    this.#depot.generation += 1
    this.#depot.taking += 1
    try {
      await this.#take(taken)
    } finally {
      this.#depot.taking -= 1
    }
    for (const lot of this.#depot.lots.values()) {
      wayOut.pump(lot)
      wayIn.readBack(lot)
    }
    systems.lookNowAndThen()
  }

  /**
   * Begins nothing of these lanes any more and waits until nothing of them is under way, at most `mostMs`; answers whether
   * that is so. Whoever gets them then finds no call that may still take effect, and nothing in doubt because they were given.
   */
  async leave(lanes: ReadonlySet<number>, mostMs: number): Promise<boolean> {
    const until = this.#depot.now() + mostMs
    for (const lane of lanes) this.#depot.leaving.add(lane)
    while (this.#anyUnderWay(lanes) && this.#depot.now() < until) await this.#depot.pause(LOOK_MS)
    return !this.#anyUnderWay(lanes)
  }

  /** They are not given after all: what waits in them goes on. */
  stay(lanes: ReadonlySet<number>): void {
    for (const lane of lanes) this.#depot.leaving.delete(lane)
  }

  #anyUnderWay(lanes: ReadonlySet<number>): boolean {
    for (const { underWay, chains } of this.#depot.lots.values()) {
      if (underWay === 0) continue
      for (const [first] of chains.values()) if (first?.underWay && lanes.has(first.request.lane)) return true
    }
    return false
  }

  /** Nothing of lanes that are gone stays in memory; what still waits for us is counted anew. */
  lost(lanes: ReadonlySet<number>): void {
    const { lots, ports } = this.#depot
    this.#depot.generation += 1
    this.#depot.open.drop(lanes)
    let someWait = false
    for (const lot of lots.values()) {
      someWait ||= lot.shelf.size + lot.shelf.aside > 0
      lot.drop(lanes)
    }
    for (const lane of lanes) this.#depot.lostLane(lane)
    if (!someWait || this.#depot.stopped) return
    this.#depot
      .surely(() => this.#countInTurn())
      .then(() => {
        for (const lot of lots.values()) this.#parts.wayIn.readBack(lot)
      })
      .catch((error: unknown) => ports.trouble('what waits could not be counted', error))
  }

  async #take({ rows, callsMs }: LanesTaken): Promise<void> {
    const { lots, open, ports } = this.#depot
    for (const { lane, head } of rows) this.#depot.tookLane(lane, head, callsMs.get(lane))
    await this.#parts.systems.read()
    const attempting = await this.#countInTurn()
    const { planned, asked } = await readUnfinished(ports.store, rows, this.#depot.now())
    await this.#doubt(
      attempting,
      rows.map((row) => row.lane),
    )
    for (const { parcel } of planned) open.open(parcel.request.lane, parcel.request.position)
    for (const { parcel, begun } of planned) {
      const lot = lots.get(parcel.request.target)
      parcel.askFirst = lot?.asksFirst === true
      if (parcel.askFirst) parcel.nextAt = this.#depot.callsOver(parcel.request.lane)
      if (lot?.leavesDoubt && begun) this.#leftInDoubt(lot, parcel)
      else this.#parts.wayIn.takeIn(parcel)
    }
    for (const event of asked) this.#parts.redelivery.askedAgain(event)
  }

  /** One count after the other: each begins by forgetting what the one before it found. */
  #countInTurn(): Promise<Map<Lot, Set<string>>> {
    const counted = this.#counting.then(() => this.#count())
    this.#counting = counted.catch(() => undefined) // whoever asked has the failure; the next one only waits for the end
    return counted
  }

  /**
   * How much waits on disk in our lanes, by target, class and partner; and which chains wait for a person. Answers the
   * partners of each target for whom a call of class C was under way.
   */
  async #count(): Promise<Map<Lot, Set<string>>> {
    const { lots, ports } = this.#depot
    const before = [...lots.values()].map((lot) => [lot, lot.shelf.puts] as const)
    const counts = await ports.store.countRows(waitingTable, ['target', 'class', 'partner', 'state'], ports.lanes())
    for (const [lot, puts] of before) {
      lot.shelf.forgetCounts(puts)
      lot.countGroups()
    }
    const [aside, attempting] = [new Map<Lot, Set<string>>(), new Map<Lot, Set<string>>()]
    for (const [target, workloadClass, partner, state, count] of counts) {
      const lot = lots.get(target as string)
      if (!lot) continue
      const { shelf } = lot
      if (state === 'waiting') {
        const group = shelf.groupOf(workloadClass as Group['class'], partner as string)
        shelf.holds(group, count as number)
        shelf.again(group)
        continue
      }
      const partners = state === 'attempting' ? attempting : aside
      partners.set(lot, (partners.get(lot) ?? new Set()).add(partner as string))
      if (state !== 'attempting') shelf.aside += count as number
    }
    for (const [lot, partners] of aside) await this.#block(lot, [...partners])
    return attempting
  }

  /** Reads which chains of a target wait for a person; with too many of them everything goes by way of the disk. */
  async #block(lot: Lot, partners: readonly string[]): Promise<void> {
    const { store, lanes } = this.#depot.ports
    const { shelf } = lot
    shelf.crowded = true
    if (shelf.aside > MOST_BLOCKED) return
    const starts = partners.map((group) => ({ group, after: WALK_START }))
    for (const state of ['parked', 'in doubt'] as const) {
      for (let workloadClass = 0; workloadClass < CLASSES; workloadClass += 1) {
        const walk = waitingWalk(lot.target.name, workloadClass, state)
        const rows = await store.walk(walk, lanes(), starts, MOST_BLOCKED + 1)
        for (const { request } of rows.map(waitingOf)) shelf.block(request.chain, request.lane)
      }
    }
    shelf.blockedAll() // besides them: what came to wait for a person meanwhile, and is not on disk yet
  }

  /** Class C: calls that were under way when the owner of these lanes stopped. */
  async #doubt(attempting: ReadonlyMap<Lot, ReadonlySet<string>>, lanes: readonly number[]): Promise<void> {
    for (const [lot, partners] of attempting) {
      const starts = [...partners].map((group) => ({ group, after: WALK_START }))
      for (let workloadClass = 0; workloadClass < CLASSES; workloadClass += 1) {
        const walk = waitingWalk(lot.target.name, workloadClass, 'attempting')
        const rows = await this.#depot.ports.store.walk(walk, lanes, starts, MOST_BLOCKED)
        for (const waiting of rows.map(waitingOf)) {
          const parcel = parcelOf(waiting.request, this.#depot.now())
          parcel.attempts = waiting.attempts
          this.#leftInDoubt(lot, parcel)
        }
      }
    }
  }

  #leftInDoubt(lot: Lot, parcel: Parcel): void {
    const { shelf } = lot
    const { chain, lane } = parcel.request
    const place = placeOf(parcel.request)
    shelf.block(chain, lane)
    shelf.aside += 1
    shelf.reserve(place)
    shelf.putting(chain) // what stands behind it may have a row already
    void this.#parts.rows.setAside(parcel, 'in doubt', STOPPED_UNDER_WAY).then(() => {
      shelf.put(chain)
      shelf.release(place)
    })
  }
}
