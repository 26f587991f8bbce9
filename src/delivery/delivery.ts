import type { JournalEvent } from '../journal/contract.ts'
import type { LanesTaken } from '../journal/ownership.ts'
import type { Planned } from '../journal/turn.ts'
import { type DeliveryPorts, Depot } from './depot.ts'
import { Lanes } from './lanes.ts'
import type { Lot, TargetView } from './lot.ts'
import { Outcomes } from './outcomes.ts'
import { parcelOf } from './parcel.ts'
import { Redelivery } from './redelivery.ts'
import { SystemWatch } from './system-watch.ts'
import { askedAgain } from './takeover.ts'
import { WaitingRows } from './waiting-rows.ts'
import { WayIn } from './way-in.ts'
import { WayOut } from './way-out.ts'

/**
 * Takes planned requests to their targets: in order within a chain, freely across chains, once where the target's
 * class allows it, never faster than its rate. Success leaves a mark; what takes longer gets a waiting row; what does
 * not fit the window of its target waits on disk only; what needs a person is parked.
 */
export class Delivery {
  readonly #depot: Depot
  readonly #wayIn: WayIn
  readonly #wayOut: WayOut
  readonly #systems: SystemWatch
  readonly #redelivery: Redelivery
  readonly #lanes: Lanes

  constructor(ports: DeliveryPorts) {
    const depot = new Depot(ports)
    const rows = new WaitingRows(depot)
    const wayOut: WayOut = new WayOut(depot, rows, {
      heardBy: (lot) => outcomes.portsOf(lot),
      landed: (lot) => wayIn.readBack(lot),
    })
    const wayIn = new WayIn(depot, rows, wayOut)
    const systems = new SystemWatch(depot, wayOut)
    const outcomes = new Outcomes(depot, rows, wayOut, wayIn, systems)
    const redelivery = new Redelivery(depot, rows, wayOut, wayIn)
    this.#depot = depot
    this.#wayIn = wayIn
    this.#wayOut = wayOut
    this.#systems = systems
    this.#redelivery = redelivery
    this.#lanes = new Lanes(depot, { rows, wayOut, wayIn, systems, redelivery })
  }

  lowestOpen(lane: number): number | undefined {
    return this.#depot.open.lowest(lane)
  }

  /** Requests that are queued, under way or waiting, in memory and on disk. */
  get outstanding(): number {
    let sum = 0
    for (const lot of this.#depot.lots.values()) sum += lot.queued + lot.shelf.size + lot.shelf.aside
    return sum
  }

  /** Requests in memory: bounded, however many wait. */
  get inMemory(): number {
    let sum = 0
    for (const lot of this.#depot.lots.values()) sum += lot.queued
    return sum
  }

  views(): TargetView[] {
    return [...this.#depot.lots.values()].map((lot) => lot.view())
  }

  /** Takes over the requests of a committed turn. */
  take(planned: readonly Planned[]): void {
    const lots = new Set<Lot>()
    const now = this.#depot.now()
    for (const { request, body, content } of planned) {
      this.#depot.open.open(request.lane, request.position)
      const lot = this.#wayIn.takeIn(parcelOf(request, now, body, content))
      if (lot) lots.add(lot)
    }
    for (const lot of lots) this.#wayOut.pump(lot)
  }

  /** Hears what people said about deliveries and systems, once it is committed. */
  hear(event: JournalEvent): void {
    const asked = askedAgain(event)
    if (asked) this.#redelivery.askedAgain(asked)
    else if (event.type === 'system.paused' || event.type === 'system.resumed') this.#systems.look()
  }

  /** Whether a target may be asked something beside its queue; see {@link WayOut.roomToAsk}. */
  roomToAsk(target: string): Promise<boolean> {
    return this.#wayOut.roomToAsk(target)
  }

  /** Lanes were taken; see {@link Lanes.taken}. */
  lanesTaken(taken: LanesTaken): Promise<void> {
    return this.#lanes.taken(taken)
  }

  /** Lanes are about to be given; see {@link Lanes.leave}. */
  lanesLeaving(lanes: ReadonlySet<number>, mostMs: number): Promise<boolean> {
    return this.#lanes.leave(lanes, mostMs)
  }

  /** They are kept after all; see {@link Lanes.stay}. */
  lanesStaying(lanes: ReadonlySet<number>): void {
    this.#lanes.stay(lanes)
  }

  /** Lanes are gone; see {@link Lanes.lost}. */
  lanesLost(lanes: ReadonlySet<number>): void {
    this.#lanes.lost(lanes)
  }

  /** Stops starting attempts. What is under way ends by itself; the rest is in the journal. */
  stop(): void {
    this.#depot.stopped = true
    this.#systems.stop()
    for (const lot of this.#depot.lots.values()) lot.wake?.()
  }

  /** Waits until nothing is under way, at most `ms`; answers whether that is so. */
  async drained(ms: number): Promise<boolean> {
    const until = this.#depot.now() + ms
    const anyUnderWay = () => [...this.#depot.lots.values()].some((lot) => lot.underWay > 0)
    while (anyUnderWay() && this.#depot.now() < until) await this.#depot.pause(20)
    return !anyUnderWay()
  }
}
