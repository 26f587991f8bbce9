import { type AttemptPorts, attempt, leastOf } from './attempt.ts'
import { type Depot, TRY_AGAIN_MS } from './depot.ts'
import type { Lot } from './lot.ts'
import type { Parcel } from './parcel.ts'
import type { WaitingRows } from './waiting-rows.ts'

/** A delivery older than this moves to a waiting row, so that the cursor moves on. */
export const OPEN_MS = 5_000
const LEASE_MARGIN_MS = 500
const PUT_BACK_MS = 200
/** When what may not begin is looked at again: its lane is gone by then, as a rule. Meanwhile it holds no place. */
const LEAVING_MS = 2_000
/** Waiting longer than this by itself, a parcel leaves its place in the window to others. */
const BY_ITSELF_MS = 1_000

/** What follows an attempt. */
export interface WayOutPorts {
  /** Who hears what comes of attempts at this target. */
  readonly heardBy: (lot: Lot) => AttemptPorts
  /** A call is over, whatever came of it: there may be room in the window. */
  readonly landed: (lot: Lot) => void
}

/** From the window of a target to the target: in order within a chain, when the time has come, no faster than it may. */
export class WayOut {
  readonly #depot: Depot
  readonly #rows: WaitingRows
  readonly #ports: WayOutPorts

  constructor(depot: Depot, rows: WaitingRows, ports: WayOutPorts) {
    this.#depot = depot
    this.#rows = rows
    this.#ports = ports
  }

  /** The head of a chain gets in line: now, or when its time comes. */
  line(lot: Lot, parcel: Parcel): void {
    const now = this.#depot.now()
    if (parcel.nextAt <= now) {
      lot.line.push(parcel)
      return
    }
    lot.later.add(parcel)
    if (parcel.nextAt - now > BY_ITSELF_MS) lot.shelf.uncount(parcel)
    this.#wakeAt(lot, parcel, now)
  }

  /** It does not wait for its time any longer. */
  hurry(lot: Lot, parcel: Parcel): void {
    parcel.nextAt = parcel.askFirst ? this.#depot.callsOver(parcel.request.lane) : 0
    if (lot.later.delete(parcel)) this.line(lot, parcel)
  }

  /** A parcel leaves its chain; the next of the chain gets in line. */
  leave(lot: Lot, parcel: Parcel): void {
    lot.shelf.leaving(parcel)
    const next = lot.dequeue(parcel)
    if (next) this.line(lot, next)
  }

  /** Nothing was sent: a moment later again. */
  putBack(lot: Lot, parcel: Parcel): void {
    lot.breaker.gaveUp()
    parcel.underWay = false
    if (!lot.isFirst(parcel) || lot.later.has(parcel)) return // its lane was lost meanwhile, or it is in line again
    parcel.nextAt = this.#depot.now() + PUT_BACK_MS
    this.line(lot, parcel)
  }

  /** Sends what may go now. */
  pump(lot: Lot): void {
    const mayBegin = (parcel: Parcel) => this.#depot.mayBegin(parcel.request.lane)
    while (lot.line.size > 0 && !this.#depot.stopped) {
      const now = this.#depot.now()
      const most = this.#mostNow(lot, now)
      if (most === 0) break
      const { batch, concurrency } = lot.target.connector
      const parcels = lot.line.take(most, lot.pace ? most : (concurrency - lot.underWay) * batch)
      const ours = parcels.every(mayBegin) ? parcels : this.#onlyOurs(lot, parcels, now)
      if (ours.length > 0) this.#start(lot, ours, now)
    }
    if (lot.line.size > 0) this.#age(lot)
  }

  /**
   * Waits until the rate of a target has room for one call beside its queue, and takes that room. False when it is not
   * to be called now: it is paused, its breaker is open, or there is no such target.
   */
  async roomToAsk(target: string): Promise<boolean> {
    const { living } = this.#depot.ports
    const lot = this.#depot.lots.get(target)
    for (;;) {
      const now = this.#depot.now()
      if (!lot || lot.paused || lot.breaker.isOpen || this.#depot.stopped) return false
      if (!lot.pace || lot.pace.free(now, living()) > 0) {
        lot.pace?.spend(now, 1, living())
        return true
      }
      await this.#depot.pause(Math.max(1, Math.ceil(lot.pace.waitMs(now))))
    }
  }

  /** An attempt must end inside the lease: after it, another instance may hold the lane and make its own. */
  readonly timeLeftMs = (): number => this.#depot.ports.leaseLeftMs() - LEASE_MARGIN_MS

  #wakeAt(lot: Lot, parcel: Parcel, now: number): void {
    parcel.wake?.()
    parcel.wake = this.#depot.ports.scheduler.after(parcel.nextAt - now, () => this.#due(lot, parcel))
  }

  #due(lot: Lot, parcel: Parcel): void {
    if (this.#depot.stopped || !lot.later.has(parcel)) return
    const now = this.#depot.now()
    if (parcel.attempts > 0 && !lot.budget.allows(now)) {
      parcel.nextAt = now + Math.ceil(TRY_AGAIN_MS * (0.5 + this.#depot.ports.random.next()))
      this.#wakeAt(lot, parcel, now)
      return
    }
    lot.later.delete(parcel)
    lot.line.push(parcel)
    this.pump(lot)
  }

  #onlyOurs(lot: Lot, parcels: readonly Parcel[], now: number): Parcel[] {
    const { ports, leaving } = this.#depot
    return parcels.filter((parcel) => {
      const { lane } = parcel.request
      const isOurs = ports.owns(lane)
      if (isOurs && !leaving.has(lane)) return true
      if (!isOurs) this.leave(lot, parcel)
      else {
        parcel.nextAt = now + LEAVING_MS
        this.line(lot, parcel)
      }
      return false
    })
  }

  /** How many parcels may be sent in one call now; when none may, what wakes the target is set. */
  #mostNow(lot: Lot, now: number): number {
    const { batch, concurrency } = lot.target.connector
    if (lot.paused) return this.#pumpLater(lot, OPEN_MS) // resuming wakes it; what is in line gets its rows meanwhile
    const sharers = this.#depot.ports.living()
    if (lot.underWay >= (sharers === 1 ? concurrency : Math.max(1, Math.floor(concurrency / sharers)))) return 0
    if (!lot.breaker.admits(now)) return this.#pumpLater(lot, Math.max(10, lot.breaker.waitMs(now)))
    if (this.timeLeftMs() < leastOf(lot)) return this.#pumpLater(lot, PUT_BACK_MS)
    const free = lot.pace?.free(now, sharers) ?? batch
    if (free === 0) return this.#pumpLater(lot, Math.max(1, Math.ceil(lot.pace?.waitMs(now) ?? 1)))
    return lot.breaker.isOpen ? 1 : Math.min(batch, free)
  }

  #pumpLater(lot: Lot, ms: number): 0 {
    const at = this.#depot.now() + ms
    if (lot.wake && lot.wakeAt <= at) return 0
    lot.wake?.()
    lot.wakeAt = at
    const cancel = this.#depot.ports.scheduler.after(ms, () => {
      lot.wake = undefined
      this.pump(lot)
    })
    lot.wake = () => {
      cancel()
      lot.wake = undefined
    }
    return 0
  }

  #start(lot: Lot, parcels: readonly Parcel[], now: number): void {
    const { ports } = this.#depot
    lot.breaker.started()
    lot.pace?.spend(now, parcels.length, ports.living())
    lot.underWay += 1
    for (const parcel of parcels) parcel.underWay = true
    attempt(lot, parcels, this.#depot.now, this.#ports.heardBy(lot)).then(
      () => this.#landed(lot),
      (error: unknown) => {
        ports.trouble(`delivery to ${lot.target.name} failed inside`, error)
        for (const parcel of parcels) if (parcel.underWay) this.putBack(lot, parcel)
        this.#landed(lot)
      },
    )
  }

  #landed(lot: Lot): void {
    lot.underWay -= 1
    this.pump(lot)
    this.#ports.landed(lot)
  }

  /** What has been in line for too long gets its waiting row: a pause must never hold the cursor back. */
  #age(lot: Lot): void {
    const now = this.#depot.now()
    if (now - lot.agedAt < 1_000) return
    lot.agedAt = now
    for (const chain of lot.chains.values()) {
      for (const parcel of chain) {
        if (parcel.row || parcel.underWay || now - parcel.takenAt < OPEN_MS) continue
        this.#rows.keepWaiting(lot, parcel, lot.why, Math.max(now, parcel.nextAt))
      }
    }
  }
}
