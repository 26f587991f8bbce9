const WINDOW_MS = 10_000
const LEAST_CALLS = 20
const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 30_000

/** What a breaker shows: closed, open since when and why, and when it will probe. */
export interface BreakerView {
  readonly state: 'closed' | 'open' | 'probing'
  readonly since?: number
  readonly reason?: string
  readonly probeAt?: number
}

/**
 * Stops calling a target that fails: opens at half of at least twenty calls failing within ten seconds, or at five in
 * a row; then lets one probe through after a pause that doubles up to thirty seconds. It heals by itself.
 */
export class Breaker {
  #calls: { readonly at: number; readonly failed: boolean }[] = []
  #inARow = 0
  #openSince: number | undefined
  #reason = ''
  #probeAt = 0
  #pauseMs = FIRST_PAUSE_MS
  #probing = false

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

  started(): void {
    if (this.#openSince !== undefined) this.#probing = true
  }

  succeeded(now: number): void {
    this.#note(now, false)
    this.#inARow = 0
    this.#openSince = undefined
    this.#probing = false
    this.#pauseMs = FIRST_PAUSE_MS
  }

  failed(now: number, reason: string): void {
    this.#note(now, true)
    this.#inARow += 1
    this.#reason = reason
    if (this.#openSince !== undefined) {
      this.#probing = false
      this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS)
      this.#probeAt = now + this.#pauseMs
      return
    }
    const failures = this.#calls.filter((call) => call.failed).length
    const mostlyFails = this.#calls.length >= LEAST_CALLS && failures * 2 >= this.#calls.length
    if (this.#inARow < 5 && !mostlyFails) return
    this.#openSince = now
    this.#probeAt = now + this.#pauseMs
    this.#calls = []
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

  #note(now: number, failed: boolean): void {
    if (this.#calls.length >= 200) this.#calls = this.#calls.slice(100)
    this.#calls.push({ at: now, failed })
    while (this.#calls[0] && this.#calls[0].at < now - WINDOW_MS) this.#calls.shift()
  }
}
