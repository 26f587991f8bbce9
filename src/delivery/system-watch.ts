import type { BreakerMemory } from './breaker.ts'
import { breakerRow, breakerTable, laneToWriteUnder, readBreakers } from './breaker-memory.ts'
import type { Depot } from './depot.ts'
import type { Lot } from './lot.ts'
import { readSystems, type SystemState } from './system-room.ts'
import type { WayOut } from './way-out.ts'

/** How often other instances' pauses and breakers are looked at. */
const LOOK_MS = 5_000

/** What is known of systems beyond this process: who paused them, and which do not answer. */
export class SystemWatch {
  readonly #depot: Depot
  readonly #wayOut: WayOut
  #looking: (() => void) | undefined
  #looks = 0
  /** The latest look whose answer came. */
  #seen = 0

  constructor(depot: Depot, wayOut: WayOut) {
    this.#depot = depot
    this.#wayOut = wayOut
  }

  /** A breaker opened, probed in vain or closed: kept, so that a restart and other instances know. */
  judged(lot: Lot, now: number): void {
    const { tenant, owns, submit, trouble } = this.#depot.ports
    if (tenant === undefined) return
    const system = lot.target.name
    const memory = lot.breaker.memory()
    submit({
      admit: () => {
        const lane = laneToWriteUnder(tenant, system, owns)
        if (lane === undefined) return { inputs: [], immediate: true }
        return { inputs: [], upserts: [[breakerTable, breakerRow({ lane, tenant, system }, memory, now)]] }
      },
      settled: () => {},
      failed: (error) => trouble(`what is known of ${system} could not be written`, error),
    })
  }

  /** Looks without anybody waiting for it. */
  look(): void {
    this.read().catch((error: unknown) => this.#depot.ports.trouble('the systems could not be looked at', error))
  }

  async read(): Promise<void> {
    const { tenant, store } = this.#depot.ports
    if (tenant === undefined) return
    const lots = [...this.#depot.lots.values()]
    const names = lots.map((lot) => lot.target.name)
    this.#looks += 1
    const look = this.#looks
    const [states, failing] = await Promise.all([readSystems(store, tenant, names), readBreakers(store, tenant, names)])
    if (look < this.#seen) return // one that began later knows better, and was answered before
    this.#seen = look
    lots.forEach((lot, at) => {
      this.#adopt(lot, states[at], failing[at])
    })
  }

  lookNowAndThen(): void {
    this.stop()
    const { tenant, scheduler, living } = this.#depot.ports
    if (tenant === undefined) return
    this.#looking = scheduler.after(LOOK_MS, () => {
      if (this.#depot.stopped) return
      if (living() > 1) this.look()
      this.lookNowAndThen()
    })
  }

  stop(): void {
    this.#looking?.()
  }

  #adopt(lot: Lot, state: SystemState | undefined, failing: BreakerMemory | undefined): void {
    const wasPaused = lot.paused !== undefined
    lot.paused = state?.paused
    if (failing && !lot.breaker.isOpen && failing.probeAt > this.#depot.now()) lot.breaker.resume(failing)
    if (wasPaused && !lot.paused) this.#goOn(lot)
  }

  /** Somebody let it go on: what waits is tried at once, whatever was known of the target before the pause. */
  #goOn(lot: Lot): void {
    lot.breaker.tryNow(this.#depot.now())
    for (const parcel of [...lot.later].sort((a, b) => a.request.plannedAt - b.request.plannedAt)) {
      this.#wayOut.hurry(lot, parcel)
    }
    this.#wayOut.pump(lot)
  }
}
