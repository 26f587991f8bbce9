import type { Scheduler } from '../base/scheduler.ts'
import type { Follower } from './follower.ts'

export interface FollowingPorts {
  readonly scheduler: Scheduler
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** A round failed; following goes on by itself. */
  readonly trouble: (what: string, error: unknown) => void
  /** Between two looks while there is nothing new. */
  readonly idleMs?: number
}

/** A follower that is kept going. */
export interface Following {
  /** Ends after the round under way. */
  stop(): Promise<void>
}

const IDLE_MS = 250
const SHORTEST_MS = 25
/** A follower rests four times as long as it works: the turn comes first, and what piles up is read in one go. */
const REST = 4
const AFTER_FAILURE_MS = 2_000

/**
 * Follows until stopped, with a fifth of one core at most. A failed round is said and tried again.
 *
 * @example
 * const following = keepFollowing(follower, { scheduler, now, trouble })
 * await following.stop()
 */
export function keepFollowing(follower: Follower, ports: FollowingPorts): Following {
  const { scheduler, now, trouble, idleMs = IDLE_MS } = ports
  let stopped = false
  let wake: (() => void) | undefined

  const rest = (ms: number) =>
    new Promise<void>((resolve) => {
      const cancel = scheduler.after(ms, resolve)
      wake = () => {
        cancel()
        resolve()
      }
    })

  const loop = async () => {
    while (!stopped) {
      const began = now()
      try {
        const read = await follower.round()
        await rest(Math.max(read === 0 ? idleMs : SHORTEST_MS, (now() - began) * REST))
      } catch (error) {
        trouble('the views cannot follow the journal', error)
        await rest(AFTER_FAILURE_MS)
      }
    }
  }
  const running = loop()

  return {
    stop: async () => {
      stopped = true
      wake?.()
      await running
    },
  }
}
