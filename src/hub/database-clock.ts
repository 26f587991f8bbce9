import type { Clock } from '../base/clock.ts'

/** What the clock is opened with. */
export interface DatabaseClockPorts {
  /** Monotonic milliseconds. */
  readonly monotonic: () => number
  /** The database's time, milliseconds since 1970. */
  readonly ask: () => Promise<number>
}

/** An answer that took longer says too little about when it was true. */
const LONGEST_ASK_MS = 1_000

/**
 * The time a hub goes by: the database's when it was last asked, and steady since. All instances of one database agree
 * on it, and a machine whose clock jumps makes no timer due: a report that came a second ago has not waited an hour.
 *
 * @example
 * const clock = await openDatabaseClock({ monotonic: () => performance.now(), ask })
 * clock.now()
 * await clock.ask() // now and then
 */
export class DatabaseClock implements Clock {
  readonly #ports: DatabaseClockPorts
  #aheadMs: number

  constructor(ports: DatabaseClockPorts, aheadMs: number) {
    this.#ports = ports
    this.#aheadMs = aheadMs
  }

  now(): number {
    return Math.floor(this.#ports.monotonic() + this.#aheadMs)
  }

  /** Asks the database again: monotonic clocks drift, and stand still while a machine sleeps. */
  async ask(): Promise<void> {
    const { aheadMs, tookMs } = await aheadOf(this.#ports)
    if (tookMs <= LONGEST_ASK_MS) this.#aheadMs = aheadMs
  }
}

/** Opens the clock; the first answer counts however long it takes. */
export async function openDatabaseClock(ports: DatabaseClockPorts): Promise<DatabaseClock> {
  return new DatabaseClock(ports, (await aheadOf(ports)).aheadMs)
}

async function aheadOf({ monotonic, ask }: DatabaseClockPorts) {
  const before = monotonic()
  const time = await ask()
  const after = monotonic()
  return { aheadMs: time - (before + after) / 2, tookMs: after - before }
}
