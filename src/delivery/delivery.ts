import type { Clock } from '../base/clock.ts'
import type { Random } from '../base/random.ts'
import type { Scheduler } from '../base/scheduler.ts'
import type { Outcome } from '../connectors/contract.ts'
import type { JournalEvent, PlannedRequest } from '../journal/contract.ts'
import type { Planned } from '../journal/turn.ts'
import type { Admission, Work } from '../journal/work.ts'
import type { LaneRow, Store } from '../store/contract.ts'
import { type AttemptPorts, attempt, leastOf } from './attempt.ts'
import type { BreakerMemory } from './breaker.ts'
import { breakerRow, breakerTable, laneToWriteUnder, readBreakers } from './breaker-memory.ts'
import { CLASSES } from './classes.ts'
import { Lot, type Target, type TargetView } from './lot.ts'
import { OpenBook } from './open-book.ts'
import { type Parcel, parcelOf, placeOf } from './parcel.ts'
import { isHungry, readBack } from './read-back.ts'
import { defaultRetry, mustPark, nextAttemptAt, type RetryPolicy } from './retry.ts'
import { type DeliveryNote, noteInput } from './room.ts'
import { type Group, MOST_BLOCKED } from './shelf.ts'
import { readSystems, type SystemState } from './system-room.ts'
import { type AskedAgain, askedAgain, readUnfinished } from './takeover.ts'
import {
  WALK_START,
  type Waiting,
  type WaitingState,
  waitingKey,
  waitingOf,
  waitingRow,
  waitingTable,
  waitingWalk,
} from './waiting.ts'

/** What delivery is opened with. */
export interface DeliveryPorts {
  readonly store: Store
  readonly clock: Clock
  /** Monotonic milliseconds: pauses and paces go by it, whatever is done to the clock. */
  readonly monotonic: () => number
  readonly random: Random
  readonly scheduler: Scheduler
  readonly targets: ReadonlyMap<string, Target>
  readonly submit: (work: Work) => void
  readonly owns: (lane: number) => boolean
  /** The lanes of this instance. */
  readonly lanes: () => readonly number[]
  /** Living instances: they share the rate and the concurrency of each target. */
  readonly living: () => number
  readonly leaseLeftMs: () => number
  /** Renders a request again from the journal: after a restart, or when its bytes were let go. */
  readonly render: (request: PlannedRequest) => Promise<Uint8Array>
  readonly trouble: (what: string, error: unknown) => void
  readonly retry?: RetryPolicy
  /** Whose systems these are: their pauses and breakers are kept under it. Absent: in memory only. */
  readonly tenant?: string
}

/** A delivery older than this moves to a waiting row, so that the cursor moves on. */
const OPEN_MS = 5_000
const LEASE_MARGIN_MS = 500
const PUT_BACK_MS = 200
/** Waiting longer than this by itself, a parcel leaves its place in the window to others. */
const BY_ITSELF_MS = 1_000
const TRY_AGAIN_MS = 1_000
/** No wait for the next attempt is longer: what a target may ask for. */
const LONGEST_WAIT_MS = 3_600_000
/** How often other instances' pauses and breakers are looked at. */
const LOOK_MS = 5_000

/** What a waiting row is to say. */
interface Wait {
  readonly reason: string
  readonly nextAt: number
  readonly state: WaitingState
}

/** What became of something written about a parcel. */
type Written = 'written' | 'elsewhere'

/**
 * Takes planned requests to their targets: in order within a chain, freely across chains, once where the target's
 * class allows it, never faster than its rate. Success leaves a mark; what takes longer gets a waiting row; what does
 * not fit the window of its target waits on disk only; what needs a person is parked.
 */
export class Delivery {
  readonly #ports: DeliveryPorts
  readonly #lots = new Map<string, Lot>()
  readonly #open = new OpenBook()
  readonly #policy: RetryPolicy
  /** Heads of lanes when they were taken: what stands above was planned here. */
  readonly #headWhenTaken = new Map<number, number>()
  readonly #aheadMs: number
  #generation = 0
  /** Lanes are being taken: what of them is in the journal only has to go in before rows that stand behind it. */
  #taking = 0
  #stopped = false
  #looking: (() => void) | undefined

  constructor(ports: DeliveryPorts) {
    this.#ports = ports
    this.#policy = ports.retry ?? defaultRetry
    this.#aheadMs = ports.clock.now() - ports.monotonic()
    for (const target of ports.targets.values()) this.#lots.set(target.name, new Lot(target))
  }

  /** The clock as it was when this began, and steady since. */
  #now(): number {
    return Math.floor(this.#ports.monotonic() + this.#aheadMs) // rows and events hold whole milliseconds
  }

  lowestOpen(lane: number): number | undefined {
    return this.#open.lowest(lane)
  }

  /** Requests that are queued, under way or waiting, in memory and on disk. */
  get outstanding(): number {
    let sum = 0
    for (const lot of this.#lots.values()) sum += lot.queued + lot.shelf.size + lot.shelf.aside
    return sum
  }

  /** Requests in memory: bounded, however many wait. */
  get inMemory(): number {
    let sum = 0
    for (const lot of this.#lots.values()) sum += lot.queued
    return sum
  }

  views(): TargetView[] {
    return [...this.#lots.values()].map((lot) => lot.view())
  }

  /** Takes over the requests of a committed turn. */
  take(planned: readonly Planned[]): void {
    const lots = new Set<Lot>()
    const now = this.#now()
    for (const { request, body, content } of planned) {
      this.#open.open(request.lane, request.position)
      const lot = this.#takeIn(parcelOf(request, now, body, content))
      if (lot) lots.add(lot)
    }
    for (const lot of lots) this.#pump(lot)
  }

  /** Hears what people said about deliveries and systems, once it is committed. */
  hear(event: JournalEvent): void {
    const asked = askedAgain(event)
    if (asked) this.#askedAgain(asked)
    else if (event.type === 'system.paused' || event.type === 'system.resumed') this.#lookAtSystems()
  }

  /** Stops starting attempts. What is under way ends by itself; the rest is in the journal. */
  stop(): void {
    this.#stopped = true
    this.#looking?.()
    for (const lot of this.#lots.values()) lot.wake?.()
  }

  /** Waits until nothing is under way, at most `ms`. */
  async drained(ms: number): Promise<void> {
    const until = this.#now() + ms
    while ([...this.#lots.values()].some((lot) => lot.underWay > 0) && this.#now() < until) {
      await new Promise<void>((resolve) => this.#ports.scheduler.after(20, resolve))
    }
  }

  // The way in.

  /** A request that is on disk in the journal only: into the window of its target, or behind what waits on its shelf. */
  #takeIn(parcel: Parcel): Lot | undefined {
    const { request } = parcel
    const lot = this.#lots.get(request.target)
    if (!lot) {
      void this.#setAside(parcel, 'parked', `There is no system named ${request.target}.`)
      return undefined
    }
    if (lot.hasRoomFor(request.chain)) this.#enqueue(lot, parcel)
    else this.#shelve(lot, parcel)
    return lot
  }

  #enqueue(lot: Lot, parcel: Parcel): void {
    if (lot.enqueue(parcel)) this.#line(lot, parcel)
    else if (!parcel.row && lot.chains.get(parcel.request.chain)?.[0]?.row) {
      // Behind one that waits: it will not go at once either.
      this.#keepWaiting(lot, parcel, lot.why, Math.max(this.#now(), parcel.nextAt))
    }
  }

  /** To disk, and out of memory once it is there. Until then nothing of its chain is read back. */
  #shelve(lot: Lot, parcel: Parcel): void {
    const { chain } = parcel.request
    const { shelf } = lot
    if (shelf.quiet) lot.countGroups()
    shelf.putting(chain)
    this.#shelveSurely(lot, parcel)
      .then((written) => {
        shelf.put(chain)
        shelf.left(parcel)
        if (written === 'written') shelf.holds(shelf.groupOf(parcel.class, parcel.request.partner ?? ''), 1)
        this.#readBack(lot)
      })
      .catch((error: unknown) => this.#ports.trouble('a request could not be put on the shelf', error))
  }

  async #shelveSurely(lot: Lot, parcel: Parcel): Promise<Written> {
    const nextAt = Math.max(parcel.nextAt, this.#now())
    const wait = { reason: `others go first: ${lot.why}`, nextAt, state: 'waiting' } as const
    const note = parcel.row ? undefined : this.#waitingNote(parcel, wait.reason, nextAt)
    parcel.body = undefined
    parcel.content = undefined
    for (;;) {
      try {
        return await this.#write(parcel, wait, note)
      } catch (error) {
        if (isKept(error)) return 'written'
        this.#ports.trouble(`${parcel.request.verb} ${parcel.request.key} could not be put on the shelf`, error)
        await this.#pause(TRY_AGAIN_MS)
        if (this.#stopped) return 'elsewhere'
      }
    }
  }

  /** Fills the window of a target from its shelf, as long as something comes. */
  #readBack(lot: Lot): void {
    if (this.#stopped || this.#taking > 0 || lot.shelf.quiet || !isHungry(lot) || !lot.shelf.beginReading()) return
    readBack(lot, {
      store: this.#ports.store,
      lanes: this.#ports.lanes,
      generation: () => this.#generation,
      enqueue: (of, waiting, group) => this.#bringBack(of, waiting, group),
    })
      .then(
        (came) => came > 0,
        (error: unknown) => {
          this.#ports.trouble(`what waits for ${lot.target.name} could not be read`, error)
          return false
        },
      )
      .then((more) => {
        lot.shelf.endReading()
        this.#pump(lot)
        if (more) this.#readBack(lot)
        else if (isHungry(lot)) this.#ports.scheduler.after(TRY_AGAIN_MS, () => this.#readBack(lot))
      })
      .catch((error: unknown) => this.#ports.trouble(`delivery to ${lot.target.name} failed inside`, error))
  }

  #bringBack(lot: Lot, waiting: Waiting, group: Group): void {
    const { request, attempts } = waiting
    const now = this.#now()
    const parcel = parcelOf(request, now)
    parcel.attempts = attempts
    parcel.nextAt = Math.min(waiting.nextAt, now + LONGEST_WAIT_MS) // another instance's clock may be ahead
    parcel.reason = waiting.reason
    parcel.row = 'waiting'
    parcel.group = group
    // Planned here and never tried: nothing can have come of it yet.
    const untried = attempts === 0 && request.position > (this.#headWhenTaken.get(request.lane) ?? 0)
    parcel.askFirst = !untried && asksFirst(lot)
    group.inMemory += 1
    lot.shelf.hold(parcel)
    this.#enqueue(lot, parcel)
  }

  // The way out.

  /** The head of a chain gets in line: now, or when its time comes. */
  #line(lot: Lot, parcel: Parcel): void {
    const now = this.#now()
    if (parcel.nextAt <= now) {
      lot.line.push(parcel)
      return
    }
    lot.later.add(parcel)
    if (parcel.nextAt - now > BY_ITSELF_MS) lot.shelf.uncount(parcel)
    this.#wakeAt(lot, parcel, now)
  }

  #wakeAt(lot: Lot, parcel: Parcel, now: number): void {
    parcel.wake?.()
    parcel.wake = this.#ports.scheduler.after(parcel.nextAt - now, () => this.#due(lot, parcel))
  }

  #due(lot: Lot, parcel: Parcel): void {
    if (this.#stopped || !lot.later.has(parcel)) return
    const now = this.#now()
    if (parcel.attempts > 0 && !lot.budget.allows(now)) {
      parcel.nextAt = now + Math.ceil(TRY_AGAIN_MS * (0.5 + this.#ports.random.next()))
      this.#wakeAt(lot, parcel, now)
      return
    }
    lot.later.delete(parcel)
    lot.line.push(parcel)
    this.#pump(lot)
  }

  #pump(lot: Lot): void {
    while (lot.line.size > 0 && !this.#stopped) {
      const now = this.#now()
      const most = this.#mostNow(lot, now)
      if (most === 0) break
      const { batch, concurrency } = lot.target.connector
      const parcels = lot.line.take(most, lot.pace ? most : (concurrency - lot.underWay) * batch)
      const ours = parcels.every((parcel) => this.#ports.owns(parcel.request.lane))
        ? parcels
        : this.#onlyOurs(lot, parcels)
      if (ours.length > 0) this.#start(lot, ours, now)
    }
    if (lot.line.size > 0) this.#age(lot)
  }

  #onlyOurs(lot: Lot, parcels: readonly Parcel[]): Parcel[] {
    const ours = parcels.filter((parcel) => this.#ports.owns(parcel.request.lane))
    for (const parcel of parcels) if (!ours.includes(parcel)) this.#leave(lot, parcel)
    return ours
  }

  /** How many parcels may be sent in one call now; when none may, what wakes the target is set. */
  #mostNow(lot: Lot, now: number): number {
    const { batch, concurrency } = lot.target.connector
    if (lot.paused) return this.#pumpLater(lot, OPEN_MS) // resuming wakes it; what is in line gets its rows meanwhile
    const sharers = this.#ports.living()
    if (lot.underWay >= (sharers === 1 ? concurrency : Math.max(1, Math.floor(concurrency / sharers)))) return 0
    if (!lot.breaker.admits(now)) return this.#pumpLater(lot, Math.max(10, lot.breaker.waitMs(now)))
    if (this.#timeLeftMs() < leastOf(lot)) return this.#pumpLater(lot, PUT_BACK_MS)
    const free = lot.pace?.free(now, sharers) ?? batch
    if (free === 0) return this.#pumpLater(lot, Math.max(1, Math.ceil(lot.pace?.waitMs(now) ?? 1)))
    return lot.breaker.isOpen ? 1 : Math.min(batch, free)
  }

  /** An attempt must end inside the lease: after it, another instance may hold the lane and make its own. */
  #timeLeftMs(): number {
    return this.#ports.leaseLeftMs() - LEASE_MARGIN_MS
  }

  #pumpLater(lot: Lot, ms: number): 0 {
    const at = this.#now() + ms
    if (lot.wake && lot.wakeAt <= at) return 0
    lot.wake?.()
    lot.wakeAt = at
    const cancel = this.#ports.scheduler.after(ms, () => {
      lot.wake = undefined
      this.#pump(lot)
    })
    lot.wake = () => {
      cancel()
      lot.wake = undefined
    }
    return 0
  }

  #start(lot: Lot, parcels: readonly Parcel[], now: number): void {
    lot.breaker.started()
    lot.pace?.spend(now, parcels.length, this.#ports.living())
    lot.underWay += 1
    for (const parcel of parcels) parcel.underWay = true
    attempt(lot, parcels, () => this.#now(), this.#attemptPorts(lot)).then(
      () => this.#landed(lot),
      (error: unknown) => {
        this.#ports.trouble(`delivery to ${lot.target.name} failed inside`, error)
        for (const parcel of parcels) if (parcel.underWay) this.#putBack(lot, parcel)
        this.#landed(lot)
      },
    )
  }

  readonly #portsOfLots = new Map<Lot, AttemptPorts>()

  #attemptPorts(lot: Lot): AttemptPorts {
    const known = this.#portsOfLots.get(lot)
    if (known) return known
    const fresh: AttemptPorts = {
      timeLeftMs: () => this.#timeLeftMs(),
      sharers: this.#ports.living,
      declare: (parcel) => this.#declare(parcel),
      render: this.#ports.render,
      conclude: (parcel, outcome) => this.#conclude(lot, parcel, outcome),
      putBack: (parcel) => this.#putBack(lot, parcel),
      unrenderable: (parcel, error) => this.#unrenderable(lot, parcel, error),
    }
    this.#portsOfLots.set(lot, fresh)
    return fresh
  }

  #landed(lot: Lot): void {
    lot.underWay -= 1
    this.#pump(lot)
    if (!lot.shelf.quiet) this.#readBack(lot)
  }

  /** What has been in line for too long gets its waiting row: a pause must never hold the cursor back. */
  #age(lot: Lot): void {
    const now = this.#now()
    if (now - lot.agedAt < 1_000) return
    lot.agedAt = now
    for (const chain of lot.chains.values()) {
      for (const parcel of chain) {
        if (parcel.row || parcel.underWay || now - parcel.takenAt < OPEN_MS) continue
        this.#keepWaiting(lot, parcel, lot.why, Math.max(now, parcel.nextAt))
      }
    }
  }

  // What comes of attempts.

  /** Nothing was sent: a moment later again. */
  #putBack(lot: Lot, parcel: Parcel): void {
    lot.breaker.gaveUp()
    parcel.underWay = false
    if (!lot.isFirst(parcel) || lot.later.has(parcel)) return // its lane was lost meanwhile, or it is in line again
    parcel.nextAt = this.#now() + PUT_BACK_MS
    this.#line(lot, parcel)
  }

  #unrenderable(lot: Lot, parcel: Parcel, error: unknown): void {
    const { verb, key } = parcel.request
    if ((error as { code?: string }).code === 'XD_HUB_RENDER_DIFFERS') {
      lot.breaker.gaveUp()
      this.#park(lot, parcel, 'parked', (error as Error).message)
      return
    }
    this.#ports.trouble(`${verb} ${key} could not be rendered again`, error)
    this.#putBack(lot, parcel)
  }

  /** Class C: that an attempt begins is on disk before it does. Answers false when it is not. */
  async #declare(parcel: Parcel): Promise<boolean> {
    const { request, attempts } = parcel
    const note = {
      type: 'delivery.attempting',
      data: { position: request.position, attempt: attempts + 1 },
    } as const
    const wait = parcel.row
      ? ({ reason: 'An attempt is under way.', nextAt: parcel.nextAt, state: 'attempting' } as const)
      : undefined
    try {
      return (await this.#write(parcel, wait, note)) === 'written'
    } catch (error) {
      this.#ports.trouble(`an attempt of ${request.verb} ${request.key} could not be declared`, error)
      return false
    }
  }

  #conclude(lot: Lot, parcel: Parcel, outcome: Outcome): void {
    const now = this.#now()
    parcel.underWay = false
    if (outcome.result === 'done' || outcome.result === 'refused') {
      if (parcel.attempts > 1) lot.budget.succeeded()
      if (lot.breaker.succeeded(now)) this.#judged(lot, now)
      this.#finish(lot, parcel, outcome, now)
      this.#leave(lot, parcel)
      return
    }
    this.#blame(lot, outcome, now)
    parcel.reason = outcome.reason
    const { deliveryClass } = lot.target.connector
    if (outcome.result === 'unknown') {
      if (deliveryClass !== 'A' && !asksFirst(lot)) {
        this.#park(lot, parcel, 'in doubt', outcome.reason)
        return
      }
      parcel.askFirst = asksFirst(lot)
    }
    if (mustPark(parcel.request.plannedAt, this.#ports.clock.now(), this.#policy)) {
      this.#park(lot, parcel, 'parked', outcome.reason)
      return
    }
    if (!lot.isFirst(parcel)) return // its lane was lost meanwhile
    parcel.nextAt = nextAttemptAt(parcel.attempts, now, this.#policy, this.#ports.random, outcome.afterMs)
    if (parcel.row || parcel.nextAt - parcel.takenAt > OPEN_MS) this.#keepChainWaiting(lot, parcel, outcome.reason)
    this.#line(lot, parcel)
  }

  #blame(lot: Lot, outcome: Extract<Outcome, { result: 'later' | 'unknown' }>, now: number): void {
    if (outcome.healthy) lot.breaker.gaveUp()
    else if (lot.breaker.failed(now, outcome.reason, outcome.afterMs, this.#ports.living())) this.#judged(lot, now)
  }

  #finish(lot: Lot, parcel: Parcel, outcome: Outcome, now: number): void {
    const { request } = parcel
    const over = () => {
      this.#open.close(request.lane, request.position)
      if (parcel.row) this.#left(lot, parcel)
    }
    this.#ports.submit({
      admit: () =>
        this.#ports.owns(request.lane)
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
        this.#ports.trouble(`the answer to ${request.verb} ${request.key} could not be worked on`, error)
      },
    })
  }

  /** A parcel leaves its chain; the next of the chain gets in line. */
  #leave(lot: Lot, parcel: Parcel): void {
    lot.shelf.leaving(parcel)
    const next = lot.dequeue(parcel)
    if (next) this.#line(lot, next)
  }

  /** What is on disk of it is as it should be. */
  #left(lot: Lot, parcel: Parcel): void {
    lot.shelf.left(parcel)
    if (!lot.shelf.quiet) this.#readBack(lot)
  }

  /** It will be tried again; what stands behind it waits too. */
  #keepChainWaiting(lot: Lot, parcel: Parcel, reason: string): void {
    this.#keepWaiting(lot, parcel, reason, parcel.nextAt)
    const chain = lot.chains.get(parcel.request.chain) ?? []
    for (const behind of chain) if (!behind.row) this.#keepWaiting(lot, behind, reason, parcel.nextAt)
  }

  #keepWaiting(lot: Lot, parcel: Parcel, reason: string, nextAt: number): void {
    const note = parcel.row === undefined ? this.#waitingNote(parcel, reason, nextAt) : undefined
    parcel.row = 'waiting'
    lot.shelf.hold(parcel)
    void this.#writeSafely(parcel, { reason, nextAt, state: 'waiting' }, note)
  }

  #waitingNote(parcel: Parcel, reason: string, nextAt: number): DeliveryNote {
    const { position, target, verb, key } = parcel.request
    return {
      type: 'delivery.waiting',
      data: { position, target, verb, key, attempts: parcel.attempts, reason, nextAt },
    }
  }

  /** It waits for a person, on disk; what follows in its chain goes behind it there. */
  #park(lot: Lot, parcel: Parcel, state: 'parked' | 'in doubt', reason: string): void {
    const { shelf } = lot
    const { chain } = parcel.request
    if (!lot.isFirst(parcel)) return // its lane was lost meanwhile
    shelf.block(chain)
    shelf.aside += 1
    parcel.row ??= 'waiting'
    shelf.leaving(parcel)
    const followers = lot.takeChain(parcel)
    this.#setAside(parcel, state, reason)
      .then(() => this.#left(lot, parcel))
      .catch((error: unknown) => this.#ports.trouble('a parked request could not be put down', error))
    for (const follower of followers) {
      shelf.leaving(follower)
      this.#shelve(lot, follower)
    }
  }

  #setAside(parcel: Parcel, state: 'parked' | 'in doubt', reason: string): Promise<void> {
    const { position, target, verb, key } = parcel.request
    const data = { position, target, verb, key, attempts: parcel.attempts, reason }
    const note: DeliveryNote =
      state === 'parked' ? { type: 'delivery.parked', data } : { type: 'delivery.in_doubt', data }
    parcel.row = state
    return this.#writeSafely(parcel, { reason, nextAt: Number.MAX_SAFE_INTEGER, state }, note)
  }

  /** What nobody waits for must still not be lost without a word, and never end the process. */
  async #writeSafely(parcel: Parcel, wait: Wait | undefined, note: DeliveryNote | undefined): Promise<void> {
    const { verb, key } = parcel.request
    try {
      await this.#write(parcel, wait, note)
    } catch (error) {
      this.#ports.trouble(`what became of ${verb} ${key} could not be written`, error)
    }
  }

  #write(parcel: Parcel, wait: Wait | undefined, note: DeliveryNote | undefined): Promise<Written> {
    const { request } = parcel
    const waiting: Waiting | undefined = wait && {
      request,
      attempts: parcel.attempts,
      nextAt: wait.nextAt,
      state: wait.state,
      reason: wait.reason,
    }
    return new Promise((resolve, reject) => {
      let written: Written = 'elsewhere'
      this.#ports.submit({
        admit: (): Admission => {
          if (!this.#ports.owns(request.lane)) {
            written = 'elsewhere'
            return { inputs: [], immediate: true }
          }
          written = 'written'
          return {
            inputs: note ? [noteInput(request.subject, note, this.#ports.clock.now())] : [],
            upserts: waiting ? [[waitingTable, waitingRow(waiting)]] : [],
          }
        },
        settled: () => {
          if (waiting) this.#open.close(request.lane, request.position)
          resolve(written)
        },
        failed: (error) => {
          if (waiting && isKept(error)) this.#open.close(request.lane, request.position)
          reject(error)
        },
      })
    })
  }

  // What people ask for.

  /**
   * Waits until the rate of a target has room for one call beside its queue, and takes that room. False when it is not
   * to be called now: it is paused, its breaker is open, or there is no such target.
   */
  async roomToAsk(target: string): Promise<boolean> {
    const lot = this.#lots.get(target)
    for (;;) {
      const now = this.#now()
      if (!lot || lot.paused || lot.breaker.isOpen || this.#stopped) return false
      if (!lot.pace || lot.pace.free(now, this.#ports.living()) > 0) {
        lot.pace?.spend(now, 1, this.#ports.living())
        return true
      }
      await this.#pause(Math.max(1, Math.ceil(lot.pace.waitMs(now))))
    }
  }

  /**
   * A person (or a rule) asked for a delivery to be tried again, and that is in the journal of its subject. Until its
   * row says so too, the cursor stays before it: whoever takes the lane over finds it.
   */
  #askedAgain(event: AskedAgain): void {
    this.#open.open(event.lane, event.at)
    this.#redeliver(event)
      .catch((error: unknown) => this.#ports.trouble(`${event.subject} could not be delivered again`, error))
      .finally(() => this.#open.close(event.lane, event.at))
  }

  async #redeliver({ lane, subject, position, by }: AskedAgain): Promise<void> {
    const place = placeOf({ lane, position })
    for (const lot of this.#lots.values()) {
      const parcel = lot.shelf.inMemory(place)
      if (!parcel) continue
      parcel.nextAt = 0
      if (lot.later.delete(parcel)) lot.line.push(parcel)
      this.#pump(lot)
      return
    }
    const range = { lane, subject, after: position - 1, upTo: position }
    const [row] = await this.#surely(() => this.#ports.store.readRanges(waitingTable, [range], 1))
    if (row) await this.#takeUp(waitingOf(row), by)
  }

  async #takeUp(waiting: Waiting, by: string): Promise<void> {
    const parcel = parcelOf(waiting.request, this.#now())
    parcel.attempts = waiting.attempts
    const lot = this.#lots.get(waiting.request.target)
    if (!lot) {
      await this.#setAside(parcel, 'parked', `There is no system named ${waiting.request.target}.`)
      return
    }
    const wait = { reason: `redelivered by ${by}`, nextAt: this.#now(), state: 'waiting' } as const
    if ((await this.#surely(() => this.#write(parcel, wait, undefined))) === 'elsewhere') return
    const { shelf } = lot
    if (waiting.state !== 'waiting') {
      shelf.unblock(waiting.request.chain)
      shelf.aside = Math.max(0, shelf.aside - 1)
    }
    shelf.holds(shelf.groupOf(parcel.class, waiting.request.partner ?? ''), 1)
    shelf.reopen()
    this.#readBack(lot)
  }

  /** Until it is done, or there is nobody left to do it. */
  async #surely<T>(work: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await work()
      } catch (error) {
        if (this.#stopped || isKept(error)) throw error
        this.#ports.trouble('something asked of delivery could not be done yet', error)
        await this.#pause(TRY_AGAIN_MS)
      }
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#ports.scheduler.after(ms, resolve)
    })
  }

  // What is known of systems beyond this process.

  /** A breaker opened, probed in vain or closed: kept, so that a restart and other instances know. */
  #judged(lot: Lot, now: number): void {
    const { tenant, owns } = this.#ports
    if (tenant === undefined) return
    const system = lot.target.name
    const memory = lot.breaker.memory()
    this.#ports.submit({
      admit: () => {
        const lane = laneToWriteUnder(tenant, system, owns)
        if (lane === undefined) return { inputs: [], immediate: true }
        return { inputs: [], upserts: [[breakerTable, breakerRow({ lane, tenant, system }, memory, now)]] }
      },
      settled: () => {},
      failed: (error) => this.#ports.trouble(`what is known of ${system} could not be written`, error),
    })
  }

  #lookAtSystems(): void {
    this.#readSystems().catch((error: unknown) => this.#ports.trouble('the systems could not be looked at', error))
  }

  async #readSystems(): Promise<void> {
    const { tenant } = this.#ports
    if (tenant === undefined) return
    const lots = [...this.#lots.values()]
    const names = lots.map((lot) => lot.target.name)
    const [states, failing] = await Promise.all([
      readSystems(this.#ports.store, tenant, names),
      readBreakers(this.#ports.store, tenant, names),
    ])
    lots.forEach((lot, at) => {
      this.#adopt(lot, states[at], failing[at])
    })
  }

  #adopt(lot: Lot, state: SystemState | undefined, failing: BreakerMemory | undefined): void {
    const wasPaused = lot.paused !== undefined
    lot.paused = state?.paused
    if (failing && !lot.breaker.isOpen && failing.probeAt > this.#now()) lot.breaker.resume(failing)
    if (wasPaused && !lot.paused) this.#goOn(lot)
  }

  /** Somebody let it go on: what waits is tried at once, whatever was known of the target before the pause. */
  #goOn(lot: Lot): void {
    lot.breaker.tryNow(this.#now())
    for (const parcel of [...lot.later].sort((a, b) => a.request.plannedAt - b.request.plannedAt)) {
      parcel.nextAt = 0
      lot.later.delete(parcel)
      lot.line.push(parcel)
    }
    this.#pump(lot)
  }

  #lookNowAndThen(): void {
    this.#looking?.()
    if (this.#ports.tenant === undefined) return
    this.#looking = this.#ports.scheduler.after(LOOK_MS, () => {
      if (this.#stopped) return
      if (this.#ports.living() > 1) this.#lookAtSystems()
      this.#lookNowAndThen()
    })
  }

  // Lanes that come and go.

  /**
   * Fills the books of lanes just taken. Of what waits on disk only the figures are read; the window is filled from it
   * afterwards. What is in the journal only goes into memory where nothing waits before it, else to the shelf.
   */
  async lanesTaken(rows: readonly LaneRow[]): Promise<void> {
    this.#generation += 1
    this.#taking += 1
    try {
      await this.#takeLanes(rows)
    } finally {
      this.#taking -= 1
    }
    for (const lot of this.#lots.values()) {
      this.#pump(lot)
      this.#readBack(lot)
    }
    this.#lookNowAndThen()
  }

  async #takeLanes(rows: readonly LaneRow[]): Promise<void> {
    for (const row of rows) this.#headWhenTaken.set(row.lane, row.head)
    await this.#readSystems()
    const attempting = await this.#countInTurn()
    const { planned, asked } = await readUnfinished(this.#ports.store, rows, this.#now())
    await this.#doubt(
      attempting,
      rows.map((row) => row.lane),
    )
    for (const { parcel } of planned) this.#open.open(parcel.request.lane, parcel.request.position)
    for (const { parcel, begun } of planned) {
      const lot = this.#lots.get(parcel.request.target)
      const isBlind = lot !== undefined && lot.target.connector.deliveryClass !== 'A' && !asksFirst(lot)
      parcel.askFirst = lot !== undefined && asksFirst(lot)
      if (lot && isBlind && begun) this.#leftInDoubt(lot, parcel)
      else this.#takeIn(parcel)
    }
    for (const event of asked) this.#askedAgain(event)
  }

  #counting: Promise<unknown> = Promise.resolve()

  /** One count after the other: each begins by forgetting what the one before it found. */
  #countInTurn(): Promise<Map<Lot, Set<string>>> {
    const counted = this.#counting.then(() => this.#count())
    this.#counting = counted.catch(() => undefined) // whoever asked has the failure; the next one only waits for the end
    return counted
  }

  /**
   * How much waits on disk in our lanes, by target, class and partner; and which chains wait for a person. Answers the
   * partners of each target for whom a call of class C was under way.
   */
  async #count(): Promise<Map<Lot, Set<string>>> {
    const counts = await this.#ports.store.countRows(
      waitingTable,
      ['target', 'class', 'partner', 'state'],
      this.#ports.lanes(),
    )
    for (const lot of this.#lots.values()) {
      lot.shelf.forgetCounts()
      lot.countGroups()
    }
    const [aside, attempting] = [new Map<Lot, Set<string>>(), new Map<Lot, Set<string>>()]
    for (const [target, workloadClass, partner, state, count] of counts) {
      const lot = this.#lots.get(target as string)
      if (!lot) continue
      const { shelf } = lot
      if (state === 'waiting') {
        const group = shelf.groupOf(workloadClass as Group['class'], partner as string)
        shelf.holds(group, count as number)
        shelf.again(group)
        continue
      }
      const partners = state === 'attempting' ? attempting : aside
      partners.set(lot, (partners.get(lot) ?? new Set()).add(partner as string))
      if (state !== 'attempting') shelf.aside += count as number
    }
    for (const [lot, partners] of aside) await this.#block(lot, [...partners])
    return attempting
  }

  /** Reads which chains of a target wait for a person; with too many of them everything goes by way of the disk. */
  async #block(lot: Lot, partners: readonly string[]): Promise<void> {
    const { shelf } = lot
    shelf.crowded = true
    if (shelf.aside > MOST_BLOCKED) return
    const chains: string[] = []
    const starts = partners.map((group) => ({ group, after: WALK_START }))
    for (const state of ['parked', 'in doubt'] as const) {
      for (let workloadClass = 0; workloadClass < CLASSES; workloadClass += 1) {
        const walk = waitingWalk(lot.target.name, workloadClass, state)
        const rows = await this.#ports.store.walk(walk, this.#ports.lanes(), starts, MOST_BLOCKED + 1)
        chains.push(...rows.map((row) => waitingOf(row).request.chain))
      }
    }
    shelf.unblockAll()
    for (const chain of chains) shelf.block(chain)
  }

  /** Class C: calls that were under way when the owner of these lanes stopped. */
  async #doubt(attempting: ReadonlyMap<Lot, ReadonlySet<string>>, lanes: readonly number[]): Promise<void> {
    for (const [lot, partners] of attempting) {
      const starts = [...partners].map((group) => ({ group, after: WALK_START }))
      for (let workloadClass = 0; workloadClass < CLASSES; workloadClass += 1) {
        const walk = waitingWalk(lot.target.name, workloadClass, 'attempting')
        for (const waiting of (await this.#ports.store.walk(walk, lanes, starts, MOST_BLOCKED)).map(waitingOf)) {
          const parcel = parcelOf(waiting.request, this.#now())
          parcel.attempts = waiting.attempts
          this.#leftInDoubt(lot, parcel)
        }
      }
    }
  }

  #leftInDoubt(lot: Lot, parcel: Parcel): void {
    lot.shelf.block(parcel.request.chain)
    lot.shelf.aside += 1
    void this.#setAside(parcel, 'in doubt', STOPPED_UNDER_WAY)
  }

  lanesLost(lanes: ReadonlySet<number>): void {
    this.#generation += 1
    this.#open.drop(lanes)
    let someWait = false
    for (const lot of this.#lots.values()) {
      someWait ||= lot.shelf.size + lot.shelf.aside > 0
      lot.drop(lanes)
    }
    for (const lane of lanes) this.#headWhenTaken.delete(lane)
    if (!someWait || this.#stopped) return
    this.#surely(() => this.#countInTurn())
      .then(() => {
        for (const lot of this.#lots.values()) this.#readBack(lot)
      })
      .catch((error: unknown) => this.#ports.trouble('what waits could not be counted', error))
  }
}

const STOPPED_UNDER_WAY = 'The hub stopped while this was being sent; nobody knows whether it arrived.'

/** Class B, and able to say whether the effect is there. */
function asksFirst(lot: Lot): boolean {
  return lot.target.connector.deliveryClass === 'B' && lot.target.connection.ask !== undefined
}

/** The subject is parked: what was to be written is on disk, the rooms were not asked. */
function isKept(error: unknown): boolean {
  return (error as { code?: string }).code === 'XD_JOURNAL_PARKED'
}
