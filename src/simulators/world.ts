import type { Clock } from '../base/clock.ts'
import { seededRandom } from '../base/random.ts'
import { MemoryLedger } from './ledger.ts'
import type { SimulatorPorts } from './simulator.ts'

interface Appointment {
  readonly at: number
  readonly n: number
  readonly fn: () => void
}

/**
 * A clock and a calendar that stand still until told to go on: what the simulators run on when nothing real is there.
 * Appointments of one moment are kept in the order they were made, so that a run is the same every time.
 *
 * @example
 * const world = new SimulatedWorld()
 * world.schedule(5_000, () => ship())
 * await world.settle() // jumps to whatever comes next until nothing is left
 */
export class SimulatedWorld implements Clock {
  #now: number
  #made = 0
  readonly #calendar: Appointment[] = []

  /** @param startMs milliseconds since 1970; default the morning of 5 January 2026. */
  constructor(startMs = Date.UTC(2026, 0, 5, 8)) {
    this.#now = startMs
  }

  now(): number {
    return this.#now
  }

  /** Appointments still to come. */
  get pending(): number {
    return this.#calendar.length
  }

  schedule(ms: number, fn: () => void): void {
    this.#made += 1
    push(this.#calendar, { at: this.#now + ms, n: this.#made, fn })
  }

  /** Runs the next appointment; false when there is none. */
  step(): boolean {
    const next = pop(this.#calendar)
    if (!next) return false
    this.#now = Math.max(this.#now, next.at)
    next.fn()
    return true
  }

  /** Goes on until nothing is left to do, letting promises run between appointments. */
  async settle(mostSteps = 1_000_000): Promise<void> {
    for (let steps = 0; steps < mostSteps; steps += 1) {
      await promisesRun()
      if (!this.step()) return
    }
  }

  /** Ports of one simulator in this world. `emit` takes everything unless given. */
  ports(system: string, emit: SimulatorPorts['emit'] = async () => 'ok', seed = 1): SimulatorPorts {
    return {
      clock: this,
      random: seededRandom(seed),
      ledger: new MemoryLedger(system),
      schedule: (ms, fn) => this.schedule(ms, fn),
      emit,
    }
  }
}

/** Lets everything run that waits for a promise only. */
function promisesRun(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

const before = (a: Appointment, b: Appointment) => a.at < b.at || (a.at === b.at && a.n < b.n)

/** A binary heap: the earliest appointment on top. */
function push(heap: Appointment[], made: Appointment): void {
  let at = heap.length
  heap.push(made)
  while (at > 0) {
    const parent = (at - 1) >> 1
    if (before(heap[parent] as Appointment, made)) break
    heap[at] = heap[parent] as Appointment
    at = parent
  }
  heap[at] = made
}

function pop(heap: Appointment[]): Appointment | undefined {
  const top = heap[0]
  const last = heap.pop()
  if (!last || last === top) return top
  let at = 0
  for (;;) {
    let child = 2 * at + 1
    if (child >= heap.length) break
    const right = heap[child + 1]
    if (right && before(right, heap[child] as Appointment)) child += 1
    if (before(last, heap[child] as Appointment)) break
    heap[at] = heap[child] as Appointment
    at = child
  }
  heap[at] = last
  return top
}
