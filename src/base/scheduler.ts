/** When things run: the only way rooms and engines wait. A simulation puts its own here and owns time. */
export interface Scheduler {
  /** Lets input and output happen, then goes on. */
  yield(): Promise<void>
  /** Calls `run` after this many milliseconds, unless cancelled. */
  after(ms: number, run: () => void): () => void
}

/** The event loop's own timers. They never keep the process alive by themselves. */
export const systemScheduler: Scheduler = {
  yield: () => new Promise((resolve) => setImmediate(resolve)),
  after: (ms, run) => {
    const timer = setTimeout(run, ms)
    timer.unref()
    return () => clearTimeout(timer)
  },
}
