import type { Row, TableSpec } from '../store/contract.ts'

/** Every wait is data: one row per timer, named within its subject. */
export const timerTable: TableSpec = {
  name: 'timer',
  key: [
    { name: 'lane', type: 'int2' },
    { name: 'subject', type: 'text' },
    { name: 'name', type: 'text' },
  ],
  columns: [{ name: 'due_at', type: 'int8' }],
}

/** A timer that is set. */
export interface Timer {
  readonly lane: number
  readonly subject: string
  readonly name: string
  readonly dueAt: number
}

/** The timer a row of {@link timerTable} holds. */
export function timerOf(row: Row): Timer {
  return { lane: row[0] as number, subject: row[1] as string, name: row[2] as string, dueAt: row[3] as number }
}

/** The timer of whatever came for a subject too early and waits. */
const EARLY = 'early'

const keyOf = (subject: string, name: string) => `${subject}\u0000${name}`

/** The committed timers of the lanes this instance owns, soonest first (a binary heap with lazy removal). */
export class TimerBook {
  readonly #byKey = new Map<string, Timer>()
  #heap: Timer[] = []
  /** Subjects for which something waits that came before them. */
  readonly #awaited = new Set<string>()

  set(timer: Timer): void {
    this.#byKey.set(keyOf(timer.subject, timer.name), timer)
    if (timer.name === EARLY) this.#awaited.add(timer.subject)
    this.#push(timer)
    if (this.#heap.length > 64 && this.#heap.length > 4 * this.#byKey.size) this.#compact()
  }

  cancel(subject: string, name: string): void {
    this.#byKey.delete(keyOf(subject, name))
    if (name === EARLY) this.#awaited.delete(subject)
  }

  /** Whether something waits for this subject that came too early: it has a state, although nobody has begun it. */
  isAwaited(subject: string): boolean {
    return this.#awaited.size > 0 && this.#awaited.has(subject)
  }

  get size(): number {
    return this.#byKey.size
  }

  has(subject: string, name: string): boolean {
    return this.#byKey.has(keyOf(subject, name))
  }

  /** When the next one is due; undefined when none is set. */
  nextDue(): number | undefined {
    this.#dropStale()
    return this.#heap[0]?.dueAt
  }

  /** Takes out what is due. The rows go in the turn that handles them; {@link set} brings one back if that turn fails. */
  takeDue(now: number, most: number): Timer[] {
    const due: Timer[] = []
    while (due.length < most) {
      this.#dropStale()
      const next = this.#heap[0]
      if (!next || next.dueAt > now) break
      this.#pop()
      // what waits for the subject is still there until the turn that handles this is committed
      this.#byKey.delete(keyOf(next.subject, next.name))
      due.push(next)
    }
    return due
  }

  dropLanes(lanes: ReadonlySet<number>): void {
    for (const [key, timer] of this.#byKey) {
      if (!lanes.has(timer.lane)) continue
      this.#byKey.delete(key)
      this.#awaited.delete(timer.subject)
    }
    this.#compact()
  }

  #dropStale(): void {
    while (this.#heap.length > 0) {
      const first = this.#heap[0] as Timer
      if (this.#byKey.get(keyOf(first.subject, first.name)) === first) return
      this.#pop()
    }
  }

  #compact(): void {
    this.#heap = []
    for (const timer of this.#byKey.values()) this.#push(timer)
  }

  #push(timer: Timer): void {
    const heap = this.#heap
    heap.push(timer)
    let at = heap.length - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      if ((heap[parent] as Timer).dueAt <= timer.dueAt) break
      heap[at] = heap[parent] as Timer
      at = parent
    }
    heap[at] = timer
  }

  #pop(): void {
    const heap = this.#heap
    const last = heap.pop() as Timer
    if (heap.length === 0) return
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && (heap[child + 1] as Timer).dueAt < (heap[child] as Timer).dueAt) child += 1
      if ((heap[child] as Timer).dueAt >= last.dueAt) break
      heap[at] = heap[child] as Timer
      at = child
    }
    heap[at] = last
  }
}
