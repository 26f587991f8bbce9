import type { Ledger } from './ledger.ts'
import type { SystemReport, Taken } from './protocol.ts'

/** What an outbox needs. */
export interface OutboxPorts {
  /** Sends; one answer for all, or one for each report in order. */
  emit(reports: readonly SystemReport[]): Promise<Taken | readonly Taken[]>
  schedule(ms: number, fn: () => void): void
  now(): number
  readonly ledger: Ledger
}

/** How reports leave. */
export interface OutboxOptions {
  /** Most reports of one call. */
  readonly batch: number
  /** Calls under way at once. */
  readonly concurrency: number
  /** First wait after a failure; doubled each time up to 32 times. */
  readonly retryMs: number
  /** Whether sending is possible at all right now. */
  readonly open: () => boolean
}

interface Chain {
  readonly name: string
  readonly waiting: SystemReport[]
  failures: number
}

/**
 * Reports on their way out. A report stays until somebody answers for it; reports of one order leave one after another,
 * reports of different orders pass each other. Resending uses the same id, so a receiver can tell.
 */
export class Outbox {
  readonly #ports: OutboxPorts
  readonly #options: OutboxOptions
  readonly #chains = new Map<string, Chain>()
  #ready: Chain[] = []
  #readyFrom = 0
  #underWay = 0
  #unsent = 0
  #pumping = false

  constructor(ports: OutboxPorts, options: OutboxOptions) {
    this.#ports = ports
    this.#options = options
  }

  /** Reports nobody has answered for yet. */
  get unsent(): number {
    return this.#unsent
  }

  /** @param chainName reports with one name leave in this order; usually the order they are about. */
  put(report: SystemReport, chainName: string): void {
    this.#unsent += 1
    let chain = this.#chains.get(chainName)
    if (chain) {
      chain.waiting.push(report)
      return // it is ready, under way or waiting for a retry already
    }
    chain = { name: chainName, waiting: [report], failures: 0 }
    this.#chains.set(chainName, chain)
    this.#makeReady(chain)
  }

  /** Looks again whether something can leave, after the way was closed. */
  wake(): void {
    this.#pumpSoon()
  }

  #makeReady(chain: Chain): void {
    this.#ready.push(chain)
    this.#pumpSoon()
  }

  /** A batch gathers what comes up in the same moment; single reports leave at once. */
  #pumpSoon(): void {
    if (this.#options.batch === 1) this.#pump()
    else if (!this.#pumping) this.#pumpNext()
  }

  #pumpNext(): void {
    this.#pumping = true
    this.#ports.schedule(0, () => {
      this.#pumping = false
      this.#pump()
    })
  }

  #pump(): void {
    while (this.#underWay < this.#options.concurrency && this.#readyFrom < this.#ready.length && this.#options.open()) {
      this.#send(this.#takeChains())
    }
    if (this.#readyFrom === this.#ready.length) {
      this.#ready = []
      this.#readyFrom = 0
    }
  }

  #takeChains(): Chain[] {
    const chains: Chain[] = []
    let room = this.#options.batch
    while (room > 0 && this.#readyFrom < this.#ready.length) {
      const chain = this.#ready[this.#readyFrom] as Chain
      this.#readyFrom += 1
      chains.push(chain)
      room -= chain.waiting.length
    }
    return chains
  }

  #send(chains: readonly Chain[]): void {
    const batch: SystemReport[] = []
    const counts = chains.map((chain) => {
      const count = Math.min(chain.waiting.length, this.#options.batch - batch.length)
      for (let at = 0; at < count; at += 1) batch.push(chain.waiting[at] as SystemReport)
      return count
    })
    this.#underWay += 1
    this.#ports.emit(batch).then(
      (taken) => this.#answered(chains, counts, taken),
      () => this.#answered(chains, counts, 'unknown'), // the port broke: nobody knows what arrived
    )
  }

  #answered(chains: readonly Chain[], counts: readonly number[], taken: Taken | readonly Taken[]): void {
    this.#underWay -= 1
    let at = 0
    chains.forEach((chain, index) => {
      const count = counts[index] as number
      const answers = Array.from({ length: count }, (_, step) => (typeof taken === 'string' ? taken : taken[at + step]))
      at += count
      this.#settle(chain, answers as Taken[])
    })
    this.#pump()
  }

  /** Takes away what was answered for, up to the first that must be sent again. */
  #settle(chain: Chain, answers: readonly Taken[]): void {
    let settled = 0
    for (const answer of answers) {
      const report = chain.waiting[settled] as SystemReport
      this.#note(report, answer)
      if (answer === 'later' || answer === 'unknown') break
      settled += 1
    }
    chain.waiting.splice(0, settled)
    this.#unsent -= settled
    if (chain.waiting.length === 0) this.#chains.delete(chain.name)
    else if (settled === answers.length) this.#again(chain)
    else this.#retry(chain)
  }

  #again(chain: Chain): void {
    chain.failures = 0
    this.#ready.push(chain)
  }

  #retry(chain: Chain): void {
    const waitMs = this.#options.retryMs * 2 ** Math.min(chain.failures, 5)
    chain.failures += 1
    this.#ports.schedule(waitMs, () => this.#makeReady(chain))
  }

  #note(report: SystemReport, answer: Taken): void {
    const { now, ledger } = this.#ports
    ledger.write(now(), { kind: 'outcome', what: report.type, key: report.id, order: report.order, detail: answer })
  }
}
