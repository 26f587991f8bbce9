/** What each first attempt allows: two retries in ten. */
const PER_ATTEMPT = 0.2
const MOST = 20
/** Even without new requests something is tried: one retry a second. */
const TRICKLE_MS = 1_000

/**
 * How many retries one target may get: a fifth of its first attempts, and one a second. A retry that succeeds gives
 * back twice what it took, so a target that recovered is back at full rate at once; one that does not stays calm.
 * Who finds the budget empty waits; nothing is parked for it.
 */
export class RetryBudget {
  #tokens = MOST
  #trickledAt = Number.NEGATIVE_INFINITY

  /** A request is tried for the first time. */
  attempted(): void {
    if (this.#tokens < MOST) this.#tokens = Math.min(MOST, this.#tokens + PER_ATTEMPT)
  }

  /** Whether a retry may start now; it is counted. */
  allows(now: number): boolean {
    if (this.#tokens >= 1) {
      this.#tokens -= 1
      return true
    }
    if (now - this.#trickledAt < TRICKLE_MS) return false
    this.#trickledAt = now
    return true
  }

  /** A retry was answered. */
  succeeded(): void {
    this.#tokens = Math.min(MOST, this.#tokens + 2)
  }
}
