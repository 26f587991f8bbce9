import { Worker } from 'node:worker_threads'
import { systemScheduler } from '../../base/scheduler.ts'
import type { ExpressionLimits, Said, Task, Told } from './jsonata-task.ts'

interface Waiting {
  readonly task: Task
  readonly said: (said: Said) => void
}

/** However busy the machine is: so many times its limit, and an evaluation is given up. */
const MOST_LOOKS = 10
const LEAST_MS = 20

/**
 * Evaluates one expression in a thread of its own, one document after the other. The thread is started by the first of
 * them and started again when it had to be cut off; it keeps no process alive.
 */
export class ExpressionThread {
  readonly #text: string
  readonly #limits: ExpressionLimits
  readonly #line: Waiting[] = []
  #worker: Worker | undefined
  #isReady = false
  #now: Waiting | undefined
  #stopClock: (() => void) | undefined
  /** What the thread had worked when it began on what it is at. */
  #workedMs = 0

  constructor(text: string, limits: ExpressionLimits) {
    this.#text = text
    this.#limits = limits
  }

  evaluate(task: Task): Promise<Said> {
    return new Promise((said) => {
      this.#line.push({ task, said })
      if (this.#isReady) this.#next()
      else this.#worker ??= this.#start()
    })
  }

  #start(): Worker {
    const { megabytes } = this.#limits
    const worker = new Worker(new URL('./jsonata-worker.ts', import.meta.url), {
      workerData: { text: this.#text, limits: this.#limits },
      name: 'jsonata',
      env: {},
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: megabytes, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 },
    })
    worker.on('message', ({ said, workedMs }: Told) => {
      this.#workedMs = workedMs
      this.#isReady = true
      if (said) this.#answer(said)
      this.#next()
    })
    worker.on('error', (error: NodeJS.ErrnoException) => {
      const isFull = error.code === 'ERR_WORKER_OUT_OF_MEMORY'
      this.#over(worker, isFull ? { limit: `it takes more than ${megabytes} MB` } : { message: error.message })
    })
    return worker
  }

  #next(): void {
    if (this.#now || !this.#worker) return
    this.#now = this.#line.shift()
    if (!this.#now) {
      this.#worker.unref()
      return
    }
    this.#worker.ref() // somebody waits
    this.#watch(this.#worker, this.#now, this.#limits.ms, 1)
    this.#worker.postMessage(this.#now.task)
  }

  /** Looks after a while how much has been worked on it, and leaves it what is left of its time. */
  #watch(worker: Worker, asked: Waiting, afterMs: number, looks: number): void {
    const { ms } = this.#limits
    const tooLong = () => this.#over(worker, { limit: `it takes longer than ${ms} ms` })
    const look = ({ user, system }: { readonly user: number; readonly system: number }) => {
      if (this.#now !== asked) return
      const leftMs = ms - ((user + system) / 1_000 - this.#workedMs)
      if (leftMs <= 0 || looks >= MOST_LOOKS) tooLong()
      else this.#watch(worker, asked, Math.max(leftMs, LEAST_MS), looks + 1)
    }
    this.#stopClock = systemScheduler.after(afterMs, () => void worker.cpuUsage().then(look, tooLong))
  }

  #answer(said: Said): void {
    this.#stopClock?.()
    const asked = this.#now
    this.#now = undefined
    asked?.said(said)
  }

  /** The thread is no more: who is being served hears why, who waits gets another one. */
  #over(worker: Worker, said: Said): void {
    if (worker !== this.#worker) return
    this.#worker = undefined
    this.#isReady = false
    void worker.terminate()
    if (this.#now) this.#answer(said)
    else this.#line.shift()?.said(said) // it could not even begin
    if (this.#line.length > 0) this.#worker = this.#start()
  }
}
