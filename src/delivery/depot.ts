import type { Clock } from '../base/clock.ts'
import type { Random } from '../base/random.ts'
import type { Scheduler } from '../base/scheduler.ts'
import type { PlannedRequest } from '../journal/contract.ts'
import { isKept } from '../journal/is-kept.ts'
import type { Work } from '../journal/work.ts'
import type { Store } from '../store/contract.ts'
import { Lot, type Target } from './lot.ts'
import { OpenBook } from './open-book.ts'
import type { RetryPolicy } from './retry.ts'

/** What delivery is opened with. */
export interface DeliveryPorts {
  readonly store: Store
  readonly clock: Clock
  /** Monotonic milliseconds: pauses and paces go by it, whatever is done to the clock. */
  readonly monotonic: () => number
  readonly random: Random
  readonly scheduler: Scheduler
  readonly targets: ReadonlyMap<string, Target>
  readonly submit: (work: Work) => void
  readonly owns: (lane: number) => boolean
  /** The lanes of this instance. */
  readonly lanes: () => readonly number[]
  /** Living instances: they share the rate and the concurrency of each target. */
  readonly living: () => number
  readonly leaseLeftMs: () => number
  /** Renders a request again from the journal: after a restart, or when its bytes were let go. */
  readonly render: (request: PlannedRequest) => Promise<Uint8Array>
  readonly trouble: (what: string, error: unknown) => void
  readonly retry?: RetryPolicy
  /** Whose systems these are: their pauses and breakers are kept under it. Absent: in memory only. */
  readonly tenant?: string
}

/** How long until something that failed, or was not allowed yet, is tried again. */
export const TRY_AGAIN_MS = 1_000

/** What all parts of delivery share: the ways to the world, a lot for each target, and which requests are open. */
export class Depot {
  readonly ports: DeliveryPorts
  readonly lots = new Map<string, Lot>()
  readonly open = new OpenBook()
  /** Heads of lanes when they were taken: what stands above was planned here. */
  readonly headWhenTaken = new Map<number, number>()
  /** Until when calls of the owner before may be under way, for lanes it did not give back; see {@link callsOver}. */
  readonly #callsUntil = new Map<number, number>()
  /** Lanes that are about to be given to another instance: nothing of them is begun any more. */
  readonly leaving = new Set<number>()
  /** Changes when lanes are taken or lost: what was read before does not count any more. */
  generation = 0
  /** Lanes are being taken: what of them is in the journal only has to go in before rows that stand behind it. */
  taking = 0
  stopped = false
  readonly #aheadMs: number

  constructor(ports: DeliveryPorts) {
    this.ports = ports
    this.#aheadMs = ports.clock.now() - ports.monotonic()
    for (const target of ports.targets.values()) this.lots.set(target.name, new Lot(target))
  }

  /** The clock as it was when this began, and steady since. */
  readonly now = (): number => Math.floor(this.ports.monotonic() + this.#aheadMs) // rows and events hold whole milliseconds

  /** A lane was taken; `callsMs` as in {@link LanesTaken}. */
  tookLane(lane: number, head: number, callsMs: number | undefined): void {
    this.headWhenTaken.set(lane, head)
    if (callsMs === undefined) this.#callsUntil.delete(lane)
    else this.#callsUntil.set(lane, this.now() + callsMs)
  }

  lostLane(lane: number): void {
    this.headWhenTaken.delete(lane)
    this.#callsUntil.delete(lane)
    this.leaving.delete(lane)
  }

  /**
   * When no call the owner before made of this lane can be under way: a target asked earlier may deny what it will do. An
   * owner that is only cut off from the database begins calls for as long as its lease lasts, and ends them inside it.
   */
  callsOver(lane: number): number {
    return this.#callsUntil.get(lane) ?? 0
  }

  /** Whether attempts of this lane may begin. */
  mayBegin(lane: number): boolean {
    return this.ports.owns(lane) && !this.leaving.has(lane)
  }

  pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.ports.scheduler.after(ms, resolve)
    })
  }

  /** Until it is done, or there is nobody left to do it. */
  async surely<T>(work: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await work()
      } catch (error) {
        if (this.stopped || isKept(error)) throw error
        this.ports.trouble('something asked of delivery could not be done yet', error)
        await this.pause(TRY_AGAIN_MS)
      }
    }
  }
}
