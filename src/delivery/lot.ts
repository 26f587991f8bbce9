import { rateOf } from '../base/rate.ts'
import type { Connection, Connector } from '../connectors/contract.ts'
import { Breaker, type BreakerView } from './breaker.ts'
import { FairLine } from './fair-line.ts'
import { Pace } from './pace.ts'
import type { Parcel } from './parcel.ts'
import { RetryBudget } from './retry-budget.ts'
import { Shelf } from './shelf.ts'

/** A target of this hub: its connector, and the connection once it is open. */
export interface Target {
  readonly name: string
  readonly connector: Connector
  readonly connection: Connection
}

/** Parcels of one target in memory before what is new goes to disk. */
export const WINDOW = 5_000
/** Parcels of one target in memory before nothing more is read back: those that wait each for their own retry. */
export const MOST_IN_MEMORY = 15_000

/** Why an operator stopped what goes to a target. */
export interface PauseView {
  readonly by: string
  readonly reason: string
  readonly since: number
}

/** How one target is doing, for people. */
export interface TargetView {
  readonly target: string
  readonly deliveryClass: 'A' | 'B' | 'C'
  /** In memory, and on disk behind them. */
  readonly queued: number
  readonly underWay: number
  /** Waiting each for its own next attempt. */
  readonly waiting: number
  /** Waiting for a person. */
  readonly aside: number
  readonly pace: string | undefined
  readonly breaker: BreakerView
  readonly paused: PauseView | undefined
}

/** Why nothing goes to a target now, and what will change that. */
export interface Standstill {
  readonly why: string
  readonly wakes: string
}

/** Why nothing goes to a target now; undefined while it is called. */
export function standstillOf({ target, paused, breaker }: TargetView): Standstill | undefined {
  if (paused) {
    return {
      why: `${target} is paused by ${paused.by}: ${paused.reason}`,
      wakes: `A person lets deliveries to ${target} go on.`,
    }
  }
  if (breaker.reason === undefined || breaker.probeAt === undefined) return undefined
  const probe = new Date(breaker.probeAt).toISOString()
  return { why: `${target} is not answering: ${breaker.reason}`, wakes: `${target} is tried again at ${probe}.` }
}

/** What is on its way to one target: chains in order, what may go, what is under way, and what holds it back. */
export class Lot {
  readonly target: Target
  readonly chains = new Map<string, Parcel[]>()
  readonly line = new FairLine()
  readonly later = new Set<Parcel>()
  readonly breaker = new Breaker()
  readonly budget = new RetryBudget()
  readonly pace: Pace | undefined
  readonly shelf = new Shelf()
  paused: PauseView | undefined
  underWay = 0
  queued = 0
  agedAt = 0
  /** Cancels the wake-up that is set. */
  wake: (() => void) | undefined
  wakeAt = 0

  constructor(target: Target) {
    this.target = target
    this.pace = target.connector.pace === undefined ? undefined : new Pace(rateOf(target.connector.pace))
  }

  /** Whether a new request may stay in memory. */
  hasRoomFor(chain: string): boolean {
    return this.queued < WINDOW && !this.shelf.comesFirst(chain)
  }

  /** Puts a parcel behind its chain; answers whether it is the first of it. */
  enqueue(parcel: Parcel): boolean {
    this.queued += 1
    const chain = this.chains.get(parcel.request.chain)
    if (chain) {
      chain.push(parcel)
      return false
    }
    this.chains.set(parcel.request.chain, [parcel])
    return true
  }

  /** A parcel leaves its chain; answers the next of it. Undefined also when its lane was lost meanwhile. */
  dequeue(parcel: Parcel): Parcel | undefined {
    const chain = this.chains.get(parcel.request.chain)
    if (chain?.[0] !== parcel) return undefined
    this.queued -= 1
    chain.shift()
    if (chain.length > 0) return chain[0]
    this.chains.delete(parcel.request.chain)
    return undefined
  }

  /** A whole chain leaves: what stood behind its first. */
  takeChain(parcel: Parcel): Parcel[] {
    const chain = this.chains.get(parcel.request.chain)
    if (chain?.[0] !== parcel) return []
    this.queued -= chain.length
    this.chains.delete(parcel.request.chain)
    return chain.slice(1)
  }

  /** Class B, and able to say whether the effect is there. */
  get asksFirst(): boolean {
    return this.target.connector.deliveryClass === 'B' && this.target.connection.ask !== undefined
  }

  /** An outcome that is unknown stays so: it can neither be sent again nor be asked for. */
  get leavesDoubt(): boolean {
    return this.target.connector.deliveryClass !== 'A' && !this.asksFirst
  }

  isFirst(parcel: Parcel): boolean {
    return this.chains.get(parcel.request.chain)?.[0] === parcel
  }

  /**
   * Before the shelf is used: what is in memory counts for its groups, so that nothing is read back for a partner who
   * has enough in line. While the shelf is empty nobody counts.
   */
  countGroups(): void {
    for (const chain of this.chains.values()) {
      for (const parcel of chain) {
        if (parcel.group || this.later.has(parcel)) continue
        parcel.group = this.shelf.groupOf(parcel.class, parcel.request.partner ?? '')
        parcel.group.inMemory += 1
      }
    }
  }

  /** Position of the last request of a chain that is in memory; -1 when there is none. */
  tailOf(chain: string): number {
    return this.chains.get(chain)?.at(-1)?.request.position ?? -1
  }

  /** What is of these lanes goes. */
  drop(lanes: ReadonlySet<number>): void {
    this.line.keep((parcel) => !lanes.has(parcel.request.lane))
    for (const [name, chain] of this.chains) {
      const [first] = chain
      if (!first || !lanes.has(first.request.lane)) continue
      this.later.delete(first)
      for (const parcel of chain) this.shelf.uncount(parcel)
      this.queued -= chain.length
      this.chains.delete(name)
    }
    this.shelf.drop(lanes)
  }

  /** Why what stands in line does not go. */
  get why(): string {
    const { name, connector } = this.target
    const standstill = standstillOf(this.view())
    if (standstill) return standstill.why
    return connector.pace === undefined ? `${name} is busy` : `${name} takes ${connector.pace}`
  }

  view(): TargetView {
    return {
      target: this.target.name,
      deliveryClass: this.target.connector.deliveryClass,
      queued: this.queued + this.shelf.size,
      underWay: this.underWay,
      waiting: this.later.size,
      aside: this.shelf.aside,
      pace: this.target.connector.pace,
      breaker: this.breaker.view(),
      paused: this.paused,
    }
  }
}
