import { type Random, seededRandom } from '../base/random.ts'

/** The forms in which systems write Retry-After. */
export type RetryAfterForm = 'seconds' | 'date' | 'absent' | 'absurd'

/** How a simulator misbehaves. Rates are between 0 and 1 and are drawn for each request or report. */
export interface Misbehaviour {
  /** Nothing listens: no request is taken, no report is sent. */
  readonly down: boolean
  /** Rate of slow answers, and how slow they are. */
  readonly slow: number
  readonly slowMs: number
  /** Answers 500 or 503 without having done anything. */
  readonly fail500: number
  readonly fail503: number
  /** Answers 500 although the effect is there. */
  readonly failAfterEffect: number
  /** Never answers; nothing was done. */
  readonly timeoutBeforeEffect: number
  /** Never answers; the effect is there. */
  readonly timeoutAfterEffect: number
  /** The effect is there; the connection breaks in the middle of the answer, or the answer is no JSON. */
  readonly cutAnswer: number
  readonly notJson: number
  /** Answers 200 with a body that speaks of an error; nothing was done. */
  readonly errorBody: number
  /** A call with many requests is done as a whole and answered for its first half only. Drawn once for each call. */
  readonly partialBatch: number
  readonly throttle429: number
  /** Seconds in Retry-After of a 429 or 503. */
  readonly retryAfterSeconds: number
  /** How Retry-After is written: as seconds, as an HTTP date, not at all, or as words nobody can read. */
  readonly retryAfterForm: RetryAfterForm
  /** Sends a report twice. */
  readonly duplicateReports: number
  /** Lets later reports of the order overtake this one. */
  readonly reorderReports: number
  /** Sends a report `lateMs` late. */
  readonly lateReports: number
  readonly lateMs: number
}

/** A system that does what it should. */
export const goodManners: Misbehaviour = {
  down: false,
  slow: 0,
  slowMs: 0,
  fail500: 0,
  fail503: 0,
  failAfterEffect: 0,
  timeoutBeforeEffect: 0,
  timeoutAfterEffect: 0,
  cutAnswer: 0,
  notJson: 0,
  errorBody: 0,
  partialBatch: 0,
  throttle429: 0,
  retryAfterSeconds: 1,
  retryAfterForm: 'seconds',
  duplicateReports: 0,
  reorderReports: 0,
  lateReports: 0,
  lateMs: 30_000,
}

/** What goes wrong with one request; `undefined` when nothing does. Before the effect, or after it. */
export type RequestFault =
  | 'down'
  | 'throttle429'
  | 'fail500'
  | 'fail503'
  | 'timeoutBeforeEffect'
  | 'timeoutAfterEffect'
  | 'failAfterEffect'
  | 'cutAnswer'
  | 'notJson'
  | 'errorBody'

/** New ones go at the end, so that a seed draws what it always drew. */
const drawn: readonly RequestFault[] = [
  'throttle429',
  'fail500',
  'fail503',
  'timeoutBeforeEffect',
  'timeoutAfterEffect',
  'failAfterEffect',
  'cutAnswer',
  'notJson',
  'errorBody',
]

/** Draws the faults of one simulator from its own seed, so that switching one on leaves its business unchanged. */
export class Mischief {
  #rules: Misbehaviour = goodManners
  #random: Random
  #quiet = true

  constructor(seed: number) {
    this.#random = seededRandom(seed)
  }

  get rules(): Misbehaviour {
    return this.#rules
  }

  /** True when nothing is switched on: the fast way through. */
  get quiet(): boolean {
    return this.#quiet
  }

  change(changes: Partial<Misbehaviour> & { readonly seed?: number }): void {
    const { seed, ...rules } = changes
    if (seed !== undefined) this.#random = seededRandom(seed)
    this.#rules = { ...this.#rules, ...rules }
    this.#quiet = !this.#rules.down && drawnRates(this.#rules).every((rate) => rate === 0)
  }

  /** The fault of the request at hand. At most one; rates add up. */
  request(): RequestFault | undefined {
    if (this.#rules.down) return 'down'
    let left = this.#random.next()
    for (const fault of drawn) {
      left -= this.#rules[fault as Exclude<RequestFault, 'down'>]
      if (left < 0) return fault
    }
    return undefined
  }

  /** Whether a call with many requests is answered in part only. Draws nothing while that is switched off. */
  isPartial(): boolean {
    return this.#rules.partialBatch > 0 && this.#random.next() < this.#rules.partialBatch
  }

  /** Milliseconds the answer is held back. */
  delayMs(): number {
    return this.#rules.slow > 0 && this.#random.next() < this.#rules.slow ? this.#rules.slowMs : 0
  }

  /** What goes wrong with one report. */
  report(): 'duplicate' | 'reorder' | 'late' | undefined {
    let left = this.#random.next()
    left -= this.#rules.duplicateReports
    if (left < 0) return 'duplicate'
    left -= this.#rules.reorderReports
    if (left < 0) return 'reorder'
    left -= this.#rules.lateReports
    return left < 0 ? 'late' : undefined
  }
}

function drawnRates(rules: Misbehaviour): number[] {
  const requests = drawn.map((fault) => rules[fault as Exclude<RequestFault, 'down'>])
  return [...requests, rules.partialBatch, rules.slow, rules.duplicateReports, rules.reorderReports, rules.lateReports]
}
