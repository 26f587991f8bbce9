import type { RateFigures } from '../base/rate.ts'

/** How late a call may be without a loss of rate, when nothing is said about bursts. */
const LATE_MS = 50

/**
 * The declared rate of one target, as one bucket for everything that goes there (GCRA): a call may start once its
 * instant has come, and each pushes the next one further by one interval. With several instances each keeps its share.
 *
 * @example
 * const pace = new Pace({ perSecond: 5, atOnce: undefined })
 * if (pace.free(now, 1) > 0) pace.spend(now, 1, 1)
 */
export class Pace {
  readonly #intervalMs: number
  readonly #toleranceMs: number
  /** Theoretical arrival time of the next call. */
  #nextAt = Number.NEGATIVE_INFINITY

  constructor({ perSecond, atOnce }: RateFigures) {
    this.#intervalMs = 1_000 / perSecond
    this.#toleranceMs = atOnce === undefined ? LATE_MS : this.#intervalMs * (atOnce - 1)
  }

  /** How many calls may start now, when the rate is shared by so many instances. */
  free(now: number, sharers: number): number {
    const behind = now - this.#nextAt + this.#toleranceMs
    if (behind < 0) return 0
    const interval = this.#intervalMs * sharers
    return Math.max(1, Math.floor(Math.min(behind, this.#toleranceMs) / interval) + 1)
  }

  /** Calls start now. */
  spend(now: number, calls: number, sharers: number): void {
    this.#nextAt = Math.max(now, this.#nextAt) + calls * this.#intervalMs * sharers
  }

  /** Milliseconds until the next call may start; 0 when one may now. */
  waitMs(now: number): number {
    return Math.max(0, this.#nextAt - this.#toleranceMs - now)
  }
}
