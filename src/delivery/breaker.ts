const WINDOW_MS = 10_000
const LEAST_CALLS = 20
const IN_A_ROW = 5
const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 30_000
/** Calls that are remembered; older ones of the window no longer count. */
const MOST_CALLS = 200

/** What a breaker shows: closed, or open since when and why, and when it will probe. */
export interface BreakerView {
  readonly state: 'closed' | 'open' | 'probing'
  readonly since?: number
  readonly reason?: string
  readonly probeAt?: number
}

/** What outlives the process. */
export interface BreakerMemory {
  readonly since: number
  readonly reason: string
  readonly probeAt: number
  readonly pauseMs: number
}

/**
 * Stops calling a target that fails: opens at half of at least twenty calls failing within ten seconds, or at five in
 * a row, or when the target asks to be left alone for a while; then lets one probe through after a pause that doubles
 * up to thirty seconds. It heals by itself. Only what is the target's failing counts: a refusal is an answer.
 */
export class Breaker {
  #calls: { readonly at: number; readonly failed: boolean }[] = []
  #inARow = 0
  #openSince: number | undefined
  #reason = ''
  #probeAt = 0
  #pauseMs = FIRST_PAUSE_MS
  #probing = false

  /** Takes up what an earlier process, or another instance, knew. */
  resume(memory: BreakerMemory): void {
    if (this.#openSince !== undefined) return
    this.#openSince = memory.since
    this.#reason = memory.reason
    this.#probeAt = memory.probeAt
    this.#pauseMs = memory.pauseMs
  }

  get isOpen(): boolean {
    return this.#openSince !== undefined
  }

  /** Whether a call may start now. While open, exactly one probe may once its time has come. */
  admits(now: number): boolean {
    if (this.#openSince === undefined) return true
    return !this.#probing && now >= this.#probeAt
  }

  /** Milliseconds until a probe may start; 0 when calls may start now. */
  waitMs(now: number): number {
    if (this.#openSince === undefined) return 0
    return this.#probing ? this.#pauseMs : Math.max(0, this.#probeAt - now)
  }

  /** A person says that it may be tried: the probe does not wait any longer. */
  tryNow(now: number): void {
    this.#probeAt = Math.min(this.#probeAt, now)
  }

  started(): void {
    if (this.#openSince !== undefined) this.#probing = true
  }

  /** The probe came to nothing that could be judged: it was not sent at all. */
  gaveUp(): void {
    this.#probing = false
  }

  /** Answers whether this closed it. */
  succeeded(now: number): boolean {
    this.#note(now, false)
    this.#inARow = 0
    const healed = this.#openSince !== undefined
    this.#openSince = undefined
    this.#probing = false
    this.#pauseMs = FIRST_PAUSE_MS
    return healed
  }

  /**
   * A call failed. Answers whether this opened it, or moved its probe.
   *
   * @param afterMs the target asked not to be called for so long
   * @param sharers instances that probe the same target: together they make one probe a pause
   */
  failed(now: number, reason: string, afterMs = 0, sharers = 1): boolean {
    this.#note(now, true)
    this.#inARow += 1
    if (this.#openSince !== undefined) {
      if (!this.#probing) {
        this.#probeAt = Math.max(this.#probeAt, now + afterMs) // a call that was under way when it opened
        return false
      }
      this.#probing = false
      this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS)
      this.#reason = reason
      this.#probeAt = now + Math.max(this.#pauseMs * sharers, afterMs)
      return true
    }
    if (afterMs === 0 && this.#inARow < IN_A_ROW && !this.#mostlyFails()) return false
    this.#openSince = now
    this.#reason = reason
    this.#probeAt = now + Math.max(this.#pauseMs * sharers, afterMs)
    this.#calls = []
    return true
  }

  /** What is to be kept; undefined while it is closed. */
  memory(): BreakerMemory | undefined {
    if (this.#openSince === undefined) return undefined
    return { since: this.#openSince, reason: this.#reason, probeAt: this.#probeAt, pauseMs: this.#pauseMs }
  }

  view(): BreakerView {
    if (this.#openSince === undefined) return { state: 'closed' }
    return {
      state: this.#probing ? 'probing' : 'open',
      since: this.#openSince,
      reason: this.#reason,
      probeAt: this.#probeAt,
    }
  }

  #mostlyFails(): boolean {
    const failures = this.#calls.filter((call) => call.failed).length
    return this.#calls.length >= LEAST_CALLS && failures * 2 >= this.#calls.length
  }

  #note(now: number, failed: boolean): void {
    if (this.#calls.length >= MOST_CALLS) this.#calls = this.#calls.slice(MOST_CALLS / 2)
    this.#calls.push({ at: now, failed })
    while (this.#calls[0] && this.#calls[0].at < now - WINDOW_MS) this.#calls.shift()
  }
}
