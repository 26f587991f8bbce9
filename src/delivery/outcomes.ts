import type { Outcome } from '../connectors/contract.ts'
import { isKept } from '../journal/is-kept.ts'
import type { AttemptPorts } from './attempt.ts'
import type { Depot } from './depot.ts'
import type { Lot } from './lot.ts'
import type { Parcel } from './parcel.ts'
import { defaultRetry, mustPark, nextAttemptAt, type RetryPolicy } from './retry.ts'
import type { SystemWatch } from './system-watch.ts'
import { waitingKey, waitingTable } from './waiting.ts'
import type { WaitingRows } from './waiting-rows.ts'
import type { WayIn } from './way-in.ts'
import { OPEN_MS, type WayOut } from './way-out.ts'

/** What comes of attempts: done, again later, or to a person. */
export class Outcomes {
  readonly #depot: Depot
  readonly #rows: WaitingRows
  readonly #wayOut: WayOut
  readonly #wayIn: WayIn
  readonly #systems: SystemWatch
  readonly #policy: RetryPolicy
  readonly #portsOfLots = new Map<Lot, AttemptPorts>()

  constructor(depot: Depot, rows: WaitingRows, wayOut: WayOut, wayIn: WayIn, systems: SystemWatch) {
    this.#depot = depot
    this.#rows = rows
    this.#wayOut = wayOut
    this.#wayIn = wayIn
    this.#systems = systems
    this.#policy = depot.ports.retry ?? defaultRetry
  }

  /** Hears what comes of attempts at one target. */
  portsOf(lot: Lot): AttemptPorts {
    const known = this.#portsOfLots.get(lot)
    if (known) return known
    const fresh: AttemptPorts = {
      timeLeftMs: this.#wayOut.timeLeftMs,
      sharers: this.#depot.ports.living,
      declare: (parcel) => this.#rows.declare(parcel),
      render: this.#depot.ports.render,
      conclude: (parcel, outcome) => this.#conclude(lot, parcel, outcome),
      putBack: (parcel) => this.#wayOut.putBack(lot, parcel),
      unrenderable: (parcel, error) => this.#unrenderable(lot, parcel, error),
    }
    this.#portsOfLots.set(lot, fresh)
    return fresh
  }

  #unrenderable(lot: Lot, parcel: Parcel, error: unknown): void {
    const { verb, key } = parcel.request
    if ((error as { code?: string }).code === 'XD_HUB_RENDER_DIFFERS') {
      lot.breaker.gaveUp()
      this.#park(lot, parcel, 'parked', (error as Error).message)
      return
    }
    this.#depot.ports.trouble(`${verb} ${key} could not be rendered again`, error)
    this.#wayOut.putBack(lot, parcel)
  }

  #conclude(lot: Lot, parcel: Parcel, outcome: Outcome): void {
    const now = this.#depot.now()
    parcel.underWay = false
    if (outcome.result === 'done' || outcome.result === 'refused') {
      if (parcel.attempts > 1) lot.budget.succeeded()
      if (lot.breaker.succeeded(now)) this.#systems.judged(lot, now)
      this.#finish(lot, parcel, outcome, now)
      this.#wayOut.leave(lot, parcel)
      return
    }
    this.#blame(lot, outcome, now)
    parcel.reason = outcome.reason
    if (outcome.result === 'unknown') {
      if (lot.leavesDoubt) {
        this.#park(lot, parcel, 'in doubt', outcome.reason)
        return
      }
      parcel.askFirst = lot.asksFirst
    }
    if (mustPark(parcel.request.plannedAt, this.#depot.ports.clock.now(), this.#policy)) {
      this.#park(lot, parcel, 'parked', outcome.reason)
      return
    }
    if (!lot.isFirst(parcel)) return // its lane was lost meanwhile
    parcel.nextAt = nextAttemptAt(parcel.attempts, now, this.#policy, this.#depot.ports.random, outcome.afterMs)
    // Class C: that nothing came of it is on disk, where it says so far that an attempt begins.
    const isLong = parcel.nextAt - parcel.takenAt > OPEN_MS
    if (parcel.row || isLong || lot.leavesDoubt) this.#keepChainWaiting(lot, parcel, outcome.reason)
    this.#wayOut.line(lot, parcel)
  }

  #blame(lot: Lot, outcome: Extract<Outcome, { result: 'later' | 'unknown' }>, now: number): void {
    if (outcome.healthy) lot.breaker.gaveUp()
    else if (lot.breaker.failed(now, outcome.reason, outcome.afterMs, this.#depot.ports.living())) {
      this.#systems.judged(lot, now)
    }
  }

  #finish(lot: Lot, parcel: Parcel, outcome: Outcome, now: number): void {
    const { ports, open } = this.#depot
    const { request } = parcel
    const over = () => {
      open.close(request.lane, request.position)
      if (parcel.row) this.#left(lot, parcel)
    }
    ports.submit({
      admit: () =>
        ports.owns(request.lane)
          ? {
              inputs: [{ kind: 'answer', subject: request.subject, request, outcome, occurredAt: now }],
              marks: [[request.lane, request.position]],
              deletes: parcel.row ? [[waitingTable, waitingKey(request)]] : [],
            }
          : { inputs: [], immediate: true },
      settled: over,
      failed: (error) => {
        // A parked subject keeps its rows: the mark is on disk, only the rooms did not hear.
        if (isKept(error)) over()
        // Its lane is gone, and the row still says that it waits: when the lane is ours again it is sent again, or asked for.
        else if (parcel.row && !ports.owns(request.lane)) this.#left(lot, parcel)
        ports.trouble(`the answer to ${request.verb} ${request.key} could not be worked on`, error)
      },
    })
  }

  /** What is on disk of it is as it should be. */
  #left(lot: Lot, parcel: Parcel): void {
    lot.shelf.left(parcel)
    this.#wayIn.readBack(lot)
  }

  /** It will be tried again; what stands behind it waits too. */
  #keepChainWaiting(lot: Lot, parcel: Parcel, reason: string): void {
    this.#rows.keepWaiting(lot, parcel, reason, parcel.nextAt)
    const chain = lot.chains.get(parcel.request.chain) ?? []
    for (const behind of chain) if (!behind.row) this.#rows.keepWaiting(lot, behind, reason, parcel.nextAt)
  }

  /** It waits for a person, on disk; what follows in its chain goes behind it there. */
  #park(lot: Lot, parcel: Parcel, state: 'parked' | 'in doubt', reason: string): void {
    const { shelf } = lot
    const { chain, lane } = parcel.request
    if (!lot.isFirst(parcel)) return // its lane was lost meanwhile
    shelf.block(chain, lane)
    shelf.aside += 1
    parcel.row ??= 'waiting'
    shelf.leaving(parcel)
    const followers = lot.takeChain(parcel)
    this.#rows
      .setAside(parcel, state, reason)
      .then(() => this.#left(lot, parcel))
      .catch((error: unknown) => this.#depot.ports.trouble('a parked request could not be put down', error))
    for (const follower of followers) {
      shelf.leaving(follower)
      this.#wayIn.shelve(lot, follower)
    }
  }
}
