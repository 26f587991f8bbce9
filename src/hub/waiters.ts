import type { Scheduler } from '../base/scheduler.ts'
import type { JournalEvent } from '../journal/contract.ts'

/** Who waits for an event of one subject, such as a caller with `Prefer: wait`. */
export class Waiters {
  readonly #scheduler: Scheduler
  readonly #bySubject = new Map<string, Set<(event: JournalEvent) => void>>()

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler
  }

  /** Resolves with the first committed event of the subject that `is` says yes to; undefined when the time is over. */
  next(subject: string, is: (event: JournalEvent) => boolean, withinMs: number): Promise<JournalEvent | undefined> {
    return new Promise((resolve) => {
      const cancel = this.#scheduler.after(withinMs, () => {
        this.#forget(subject, hear)
        resolve(undefined)
      })
      const hear = (event: JournalEvent) => {
        if (!is(event)) return
        cancel()
        this.#forget(subject, hear)
        resolve(event)
      }
      const hearing = this.#bySubject.get(subject)
      if (hearing) hearing.add(hear)
      else this.#bySubject.set(subject, new Set([hear]))
    })
  }

  hear(events: readonly JournalEvent[]): void {
    if (this.#bySubject.size === 0) return
    for (const event of events) for (const hear of this.#bySubject.get(event.subject) ?? []) hear(event)
  }

  #forget(subject: string, hear: (event: JournalEvent) => void): void {
    const hearing = this.#bySubject.get(subject)
    hearing?.delete(hear)
    if (hearing?.size === 0) this.#bySubject.delete(subject)
  }
}
