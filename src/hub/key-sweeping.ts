/** How long keys are known. A document's own key is kept for ever: it stops a second order long after the rest is gone. */
import type { Store } from '../store/contract.ts'

const DAY_MS = 86_400_000

/** By kind: request keys, and control numbers of interchanges. */
const KEPT_MS: readonly (readonly [kind: number, ms: number])[] = [
  [1, 30 * DAY_MS],
  [2, 548 * DAY_MS],
]

/** Small enough not to be felt by a heartbeat that waits behind it. */
const BATCH = 2_000
/** A sweep ends after so many; the next one goes on. */
const MOST_BATCHES = 50

/**
 * Forgets keys whose time is over, a bounded number at a time. Answers how many were forgotten. Several instances may
 * sweep at once.
 *
 * @example
 * setInterval(() => void sweepKeys(store, Date.now()), 60_000)
 */
export async function sweepKeys(store: Pick<Store, 'sweepKeys'>, now: number): Promise<number> {
  let swept = 0
  for (const [kind, keptMs] of KEPT_MS) {
    for (let batch = 0; batch < MOST_BATCHES; batch += 1) {
      const some = await store.sweepKeys(kind, now - keptMs, BATCH)
      swept += some
      if (some < BATCH) break
    }
  }
  return swept
}
