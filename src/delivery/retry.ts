import type { Random } from '../base/random.ts'

/** How long to wait between attempts, and when a person is asked instead. Milliseconds. */
export interface RetryPolicy {
  readonly firstMs: number
  readonly longestMs: number
  readonly parkAfterMs: number
}

export const defaultRetry: RetryPolicy = { firstMs: 1_000, longestMs: 300_000, parkAfterMs: 75 * 3_600_000 }

/**
 * When to try again after this many attempts: exponential with full jitter, but never sooner than the target asked for.
 *
 * @param afterMs what the target said (Retry-After), if anything
 */
export function nextAttemptAt(attempts: number, now: number, policy: RetryPolicy, random: Random, afterMs = 0): number {
  const ceiling = Math.min(policy.longestMs, policy.firstMs * 2 ** Math.min(Math.max(0, attempts - 1), 30))
  return now + Math.ceil(Math.max(ceiling * random.next(), afterMs, 1))
}

/** Whether a request has been tried for so long that a person should look at it. */
export function mustPark(plannedAt: number, now: number, policy: RetryPolicy): boolean {
  return now - plannedAt > policy.parkAfterMs
}
