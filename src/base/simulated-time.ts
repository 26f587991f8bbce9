import type { Clock } from './clock.ts'
import type { Scheduler } from './scheduler.ts'

interface Waiting {
  readonly at: number
  readonly order: number
  readonly run: () => void
  cancelled: boolean
}

/**
 * Time that moves only when nothing is left to do now. What is scheduled runs in order of its instant, then in the
 * order it was scheduled, so the same run gives the same trace. Real input and output (a database) is waited for:
 * wrap it in {@link during}, and the clock stands still meanwhile.
 *
 * @example
 * const time = new SimulatedTime(Date.UTC(2026, 0, 5, 6))
 * time.after(60_000, () => console.log('a minute later, at once'))
 * await time.run()
 */
export class SimulatedTime implements Clock, Scheduler {
  #now: number
  #order = 0
  #underWay = 0
  #stopped = false
  readonly #heap: Waiting[] = []
  #idle: (() => void) | undefined

  constructor(startMs: number) {
    this.#now = startMs
  }

  now(): number {
    return this.#now
  }

  yield(): Promise<void> {
    return new Promise((resolve) => {
      this.after(0, resolve)
    })
  }

  after(ms: number, run: () => void): () => void {
    const waiting: Waiting = { at: this.#now + Math.max(0, ms), order: this.#order++, run, cancelled: false }
    this.#push(waiting)
    return () => {
      waiting.cancelled = true
    }
  }

  /** Stands still while this real work runs. */
  async during<T>(work: Promise<T>): Promise<T> {
    this.#underWay += 1
    try {
      return await work
    } finally {
      this.#underWay -= 1
      this.#idle?.()
    }
  }

  /** What is still scheduled, cancelled ones included. */
  get scheduled(): number {
    return this.#heap.length
  }

  stop(): void {
    this.#stopped = true
  }

  /**
   * Runs what is scheduled until nothing is left, `until` says so, or the clock reaches `limitMs`. Answers why it ended.
   */
  async run(
    options: { readonly until?: () => boolean; readonly limitMs?: number } = {},
  ): Promise<'empty' | 'until' | 'limit' | 'stopped'> {
    this.#stopped = false
    for (;;) {
      await this.#settle()
      if (this.#stopped) return 'stopped'
      if (options.until?.()) return 'until'
      const next = this.#pop()
      if (!next) return 'empty'
      if (next.cancelled) continue
      if (options.limitMs !== undefined && next.at > options.limitMs) {
        this.#push(next)
        return 'limit'
      }
      this.#now = Math.max(this.#now, next.at)
      next.run()
      this.#runAlso(next.at)
    }
  }

  /** Whatever was scheduled for the same instant before it came: together, as one busy moment of a real program. */
  #runAlso(at: number): void {
    const last = this.#order
    while (this.#heap[0] && this.#heap[0].at <= at && this.#heap[0].order < last) {
      const also = this.#pop()
      if (also && !also.cancelled) also.run()
    }
  }

  /** Lets promises run dry, and real work finish. */
  async #settle(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve))
    while (this.#underWay > 0) {
      await new Promise<void>((resolve) => {
        this.#idle = resolve
      })
      this.#idle = undefined
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  #before(a: Waiting, b: Waiting): boolean {
    return a.at < b.at || (a.at === b.at && a.order < b.order)
  }

  #push(waiting: Waiting): void {
    const heap = this.#heap
    heap.push(waiting)
    let at = heap.length - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (this.#before(heap[parent] as Waiting, waiting)) break
      heap[at] = heap[parent] as Waiting
      at = parent
    }
    heap[at] = waiting
  }

  #pop(): Waiting | undefined {
    const heap = this.#heap
    const first = heap[0]
    const last = heap.pop()
    if (!first || !last || heap.length === 0) return first
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && this.#before(heap[child + 1] as Waiting, heap[child] as Waiting)) child += 1
      if (this.#before(last, heap[child] as Waiting)) break
      heap[at] = heap[child] as Waiting
      at = child
    }
    heap[at] = last
    return first
  }
}
