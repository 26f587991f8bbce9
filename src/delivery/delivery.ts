import type { Clock } from '../base/clock.ts'
import type { Random } from '../base/random.ts'
import type { Scheduler } from '../base/scheduler.ts'
import type { Connection, Connector, Outcome, Outgoing } from '../connectors/contract.ts'
import type { JournalEvent, PlannedRequest } from '../journal/contract.ts'
import { decodeEvent } from '../journal/encode.ts'
import type { Planned } from '../journal/turn.ts'
import type { Admission, Work } from '../journal/work.ts'
import type { LaneRow, Store } from '../store/contract.ts'
import { Breaker, type BreakerView } from './breaker.ts'
import { OpenBook } from './open-book.ts'
import { defaultRetry, mustPark, nextAttemptAt, type RetryPolicy } from './retry.ts'
import { type DeliveryNote, noteInput } from './room.ts'
import { type Waiting, type WaitingState, waitingKey, waitingOf, waitingRow, waitingTable } from './waiting.ts'

/** A target of this hub: its connector, and the connection once it is open. */
export interface Target {
  readonly name: string
  readonly connector: Connector
  readonly connection: Connection
}

/** What delivery is opened with. */
export interface DeliveryPorts {
  readonly store: Store
  readonly clock: Clock
  readonly random: Random
  readonly scheduler: Scheduler
  readonly targets: ReadonlyMap<string, Target>
  readonly submit: (work: Work) => void
  readonly owns: (lane: number) => boolean
  readonly leaseLeftMs: () => number
  /** Renders a request again from the journal: after a restart, or when its bytes were let go. */
  readonly render: (request: PlannedRequest) => Promise<Uint8Array>
  readonly trouble: (what: string, error: unknown) => void
  readonly retry?: RetryPolicy
}

/** A delivery older than this moves to a waiting row, so that the cursor moves on. */
const OPEN_MS = 5_000
const LEASE_MARGIN_MS = 500
/** Less time than this before the lease ends is not worth an attempt. */
const LEAST_ATTEMPT_MS = 2_000
/** Bodies kept in memory for one target; beyond it they are rendered again when their turn comes. */
const BODIES_KEPT = 5_000

interface Parcel {
  readonly request: PlannedRequest
  body: Uint8Array | undefined
  content: unknown
  attempts: number
  /** Ask before sending: the attempt before may have taken effect. */
  askFirst: boolean
  nextAt: number
  /** Has a waiting row. */
  waiting: WaitingState | undefined
  reason: string
}

/** What a waiting row is to say. */
interface Wait {
  readonly reason: string
  readonly nextAt: number
  readonly state: WaitingState
}

/** How one target is doing, for people. */
export interface TargetView {
  readonly target: string
  readonly deliveryClass: 'A' | 'B' | 'C'
  readonly queued: number
  readonly underWay: number
  readonly waiting: number
  readonly breaker: BreakerView
}

/** The queue of one target: chains in order, sends under way, its breaker. */
class Lot {
  readonly chains = new Map<string, Parcel[]>()
  ready: Parcel[] = []
  readonly later = new Set<Parcel>()
  underWay = 0
  queued = 0
  agedAt = 0
  readonly breaker = new Breaker()
  readonly target: Target
  wake: (() => void) | undefined

  constructor(target: Target) {
    this.target = target
  }
}

/**
 * Takes planned requests to their targets: in order within a chain, freely across chains, once where the target's
 * class allows it. Success leaves a mark; what takes longer gets a waiting row; what needs a person is parked.
 */
export class Delivery {
  readonly #ports: DeliveryPorts
  readonly #lots = new Map<string, Lot>()
  readonly #open = new OpenBook()
  readonly #policy: RetryPolicy
  #stopped = false

  constructor(ports: DeliveryPorts) {
    this.#ports = ports
    this.#policy = ports.retry ?? defaultRetry
    for (const target of ports.targets.values()) this.#lots.set(target.name, new Lot(target))
  }

  lowestOpen(lane: number): number | undefined {
    return this.#open.lowest(lane)
  }

  /** Requests that are queued, under way or waiting in memory. */
  get outstanding(): number {
    let sum = 0
    for (const lot of this.#lots.values()) sum += lot.queued
    return sum
  }

  views(): TargetView[] {
    return [...this.#lots.values()].map((lot) => ({
      target: lot.target.name,
      deliveryClass: lot.target.connector.deliveryClass,
      queued: lot.queued,
      underWay: lot.underWay,
      waiting: lot.later.size,
      breaker: lot.breaker.view(),
    }))
  }

  /** Takes over the requests of a committed turn. */
  take(planned: readonly Planned[]): void {
    const lots = new Set<Lot>()
    for (const { request, body, content } of planned) {
      this.#open.open(request.lane, request.position)
      const lot = this.#enqueue(this.#parcel(request, body, content))
      if (lot) lots.add(lot)
    }
    for (const lot of lots) this.#pump(lot)
  }

  /** Stops starting attempts. What is under way ends by itself; the rest is in the journal. */
  stop(): void {
    this.#stopped = true
    for (const lot of this.#lots.values()) lot.wake?.()
  }

  /** Waits until nothing is under way, at most `ms`. */
  async drained(ms: number): Promise<void> {
    const until = this.#ports.clock.now() + ms
    while ([...this.#lots.values()].some((lot) => lot.underWay > 0) && this.#ports.clock.now() < until) {
      await new Promise<void>((resolve) => this.#ports.scheduler.after(20, resolve))
    }
  }

  #parcel(request: PlannedRequest, body: Uint8Array | undefined, content?: unknown): Parcel {
    return { request, body, content, attempts: 0, askFirst: false, nextAt: 0, waiting: undefined, reason: '' }
  }

  #enqueue(parcel: Parcel): Lot | undefined {
    const lot = this.#lots.get(parcel.request.target)
    if (!lot) {
      void this.#setAside(parcel, 'parked', `There is no system named ${parcel.request.target}.`)
      return undefined
    }
    if (lot.queued > BODIES_KEPT && parcel.request.plannedAt > 0) {
      parcel.body = undefined
      parcel.content = undefined
    }
    lot.queued += 1
    const chain = lot.chains.get(parcel.request.chain)
    if (chain) chain.push(parcel)
    else {
      lot.chains.set(parcel.request.chain, [parcel])
      this.#line(lot, parcel)
    }
    return lot
  }

  /** The head of a chain gets in line: now, or when its time comes. */
  #line(lot: Lot, parcel: Parcel): void {
    const now = this.#ports.clock.now()
    if (parcel.nextAt <= now) {
      lot.ready.push(parcel)
      return
    }
    lot.later.add(parcel)
    if (parcel.nextAt === Number.POSITIVE_INFINITY) return // a person will say
    this.#ports.scheduler.after(parcel.nextAt - now, () => {
      if (!lot.later.delete(parcel) || this.#stopped) return
      lot.ready.push(parcel)
      this.#pump(lot)
    })
  }

  #pump(lot: Lot): void {
    const { connector } = lot.target
    while (lot.ready.length > 0 && lot.underWay < connector.concurrency && !this.#stopped) {
      const now = this.#ports.clock.now()
      if (!lot.breaker.admits(now)) {
        this.#pumpLater(lot, Math.max(10, lot.breaker.waitMs(now)))
        return
      }
      if (this.#timeLeftMs() < Math.min(connector.timeoutMs, LEAST_ATTEMPT_MS)) {
        this.#pumpLater(lot, 200)
        return
      }
      const probing = lot.breaker.view().state !== 'closed'
      const batch = lot.ready.splice(0, probing ? 1 : connector.batch)
      const ours = batch.filter((parcel) => this.#ports.owns(parcel.request.lane))
      for (const parcel of batch) if (!ours.includes(parcel)) this.#leave(lot, parcel)
      if (ours.length === 0) continue
      lot.breaker.started()
      lot.underWay += 1
      this.#attempt(lot, ours).then(
        () => this.#landed(lot),
        (error: unknown) => {
          this.#ports.trouble(`delivery to ${lot.target.name} failed inside`, error)
          this.#landed(lot)
        },
      )
    }
    if (lot.ready.length > 0) this.#ageReady(lot)
  }

  /** An attempt must end inside the lease: after it, another instance may hold the lane and make its own. */
  #timeLeftMs(): number {
    return this.#ports.leaseLeftMs() - LEASE_MARGIN_MS
  }

  #timeoutMs(lot: Lot): number {
    return Math.max(1, Math.min(lot.target.connector.timeoutMs, this.#timeLeftMs()))
  }

  #landed(lot: Lot): void {
    lot.underWay -= 1
    this.#pump(lot)
  }

  #pumpLater(lot: Lot, ms: number): void {
    this.#ageReady(lot)
    if (lot.wake) return
    const cancel = this.#ports.scheduler.after(ms, () => {
      lot.wake = undefined
      this.#pump(lot)
    })
    lot.wake = () => {
      cancel()
      lot.wake = undefined
    }
  }

  /** What has been in line for too long gets its waiting row: a pause must never hold the cursor back. */
  #ageReady(lot: Lot): void {
    const now = this.#ports.clock.now()
    if (now - lot.agedAt < 1_000) return
    lot.agedAt = now
    for (const chain of lot.chains.values()) {
      for (const parcel of chain) {
        if (parcel.waiting || now - parcel.request.plannedAt < OPEN_MS) continue
        const why = lot.breaker.view().reason ?? 'the target is busy'
        this.#keepWaiting(parcel, `${lot.target.name} is not answering: ${why}`, Math.max(now, parcel.nextAt))
      }
    }
  }

  async #attempt(lot: Lot, parcels: Parcel[]): Promise<void> {
    const asking = parcels.filter((parcel) => parcel.askFirst)
    const sending = parcels.filter((parcel) => !parcel.askFirst)
    for (const parcel of asking) {
      const outcome = await this.#ask(lot, parcel)
      if (outcome.result === 'later' && outcome.afterMs === 0) sending.push(parcel)
      else this.#conclude(lot, parcel, outcome)
    }
    if (sending.length === 0) return
    if (lot.target.connector.deliveryClass === 'C') for (const parcel of sending) await this.#declareAttempt(parcel)
    const outgoing: Outgoing[] = []
    for (const parcel of sending) {
      parcel.attempts += 1
      outgoing.push(await this.#outgoing(parcel))
    }
    const outcomes = await this.#send(lot, outgoing)
    sending.forEach((parcel, at) => {
      this.#conclude(lot, parcel, outcomes[at] ?? { result: 'unknown', reason: 'the connector gave no outcome' })
    })
  }

  async #ask(lot: Lot, parcel: Parcel): Promise<Outcome> {
    const { connection } = lot.target
    if (!connection.ask) return { result: 'later', reason: 'cannot be asked', afterMs: 0 }
    try {
      const outcome = await connection.ask(await this.#outgoing(parcel), this.#timeoutMs(lot))
      return outcome.result === 'later' && outcome.afterMs === undefined ? { ...outcome, afterMs: 0 } : outcome
    } catch (error) {
      return { result: 'unknown', reason: String(error) }
    }
  }

  async #send(lot: Lot, outgoing: readonly Outgoing[]): Promise<readonly Outcome[]> {
    try {
      return await lot.target.connection.send(outgoing, this.#timeoutMs(lot))
    } catch (error) {
      return outgoing.map(() => ({ result: 'unknown', reason: String(error) }))
    }
  }

  async #outgoing(parcel: Parcel): Promise<Outgoing> {
    const { request } = parcel
    parcel.body ??= await this.#ports.render(request)
    return {
      key: deliveryKey(request),
      verb: request.verb,
      body: parcel.body,
      ...(parcel.content === undefined ? {} : { content: parcel.content }),
      attempt: parcel.attempts,
      args: request.args,
    }
  }

  /** Class C: that an attempt begins is on disk before it does. */
  #declareAttempt(parcel: Parcel): Promise<void> {
    const { request, attempts } = parcel
    return this.#note(parcel, {
      type: 'delivery.attempting',
      data: { position: request.position, attempt: attempts + 1 },
    })
  }

  #conclude(lot: Lot, parcel: Parcel, outcome: Outcome): void {
    const now = this.#ports.clock.now()
    if (outcome.result === 'done' || outcome.result === 'refused') {
      lot.breaker.succeeded(now)
      this.#finish(parcel, outcome, now)
      this.#leave(lot, parcel)
      return
    }
    if (!outcome.healthy) lot.breaker.failed(now, outcome.reason)
    parcel.reason = outcome.reason
    if (outcome.result === 'unknown') {
      if (lot.target.connector.deliveryClass === 'C') {
        this.#park(parcel, 'in doubt', outcome.reason)
        return
      }
      parcel.askFirst = lot.target.connection.ask !== undefined
    }
    if (mustPark(parcel.request.plannedAt, now, this.#policy)) {
      this.#park(parcel, 'parked', outcome.reason)
      return
    }
    const afterMs = outcome.result === 'later' ? outcome.afterMs : 0
    parcel.nextAt = nextAttemptAt(Math.max(1, parcel.attempts), now, this.#policy, this.#ports.random, afterMs)
    if (parcel.nextAt - parcel.request.plannedAt > OPEN_MS) this.#keepWaiting(parcel, outcome.reason, parcel.nextAt)
    this.#line(lot, parcel)
  }

  #finish(parcel: Parcel, outcome: Outcome, now: number): void {
    const { request } = parcel
    this.#ports.submit({
      admit: () =>
        this.#ports.owns(request.lane)
          ? {
              inputs: [{ kind: 'answer', subject: request.subject, request, outcome, occurredAt: now }],
              marks: [[request.lane, request.position]],
              deletes: parcel.waiting ? [[waitingTable, waitingKey(request)]] : [],
            }
          : { inputs: [], immediate: true },
      settled: () => this.#open.close(request.lane, request.position),
      failed: (error) => {
        // A parked subject keeps its rows: the mark is on disk, only the rooms did not hear.
        if (isKept(error)) this.#open.close(request.lane, request.position)
        this.#ports.trouble(`the answer to ${request.verb} ${request.key} could not be worked on`, error)
      },
    })
  }

  /** A parcel leaves its chain; the next of the chain gets in line. */
  #leave(lot: Lot, parcel: Parcel): void {
    const chain = lot.chains.get(parcel.request.chain)
    if (chain?.[0] !== parcel) return // its lane was lost meanwhile
    lot.queued -= 1
    chain.shift()
    if (chain.length === 0) lot.chains.delete(parcel.request.chain)
    else this.#line(lot, chain[0] as Parcel)
  }

  #keepWaiting(parcel: Parcel, reason: string, nextAt: number): void {
    const first = parcel.waiting === undefined
    parcel.waiting = 'waiting'
    const { position, target, verb, key } = parcel.request
    const note: DeliveryNote = {
      type: 'delivery.waiting',
      data: { position, target, verb, key, attempts: parcel.attempts, reason, nextAt },
    }
    void this.#writeSafely(parcel, { reason, nextAt, state: 'waiting' }, first ? note : undefined)
  }

  /** Stays at the head of its chain: what follows in the chain waits behind it until a person decides. */
  #park(parcel: Parcel, state: 'parked' | 'in doubt', reason: string): void {
    parcel.nextAt = Number.POSITIVE_INFINITY
    void this.#setAside(parcel, state, reason)
  }

  #setAside(parcel: Parcel, state: 'parked' | 'in doubt', reason: string): Promise<void> {
    const { position, target, verb, key } = parcel.request
    const data = { position, target, verb, key, attempts: parcel.attempts, reason }
    const note: DeliveryNote =
      state === 'parked' ? { type: 'delivery.parked', data } : { type: 'delivery.in_doubt', data }
    parcel.waiting = state
    return this.#writeSafely(parcel, { reason, nextAt: Number.MAX_SAFE_INTEGER, state }, note)
  }

  #note(parcel: Parcel, note: DeliveryNote): Promise<void> {
    return this.#write(parcel, undefined, note)
  }

  /** What nobody waits for must still not be lost without a word, and never end the process. */
  #writeSafely(parcel: Parcel, wait: Wait | undefined, note: DeliveryNote | undefined): Promise<void> {
    const { verb, key } = parcel.request
    return this.#write(parcel, wait, note).catch((error: unknown) =>
      this.#ports.trouble(`what became of ${verb} ${key} could not be written`, error),
    )
  }

  #write(parcel: Parcel, wait: Wait | undefined, note: DeliveryNote | undefined): Promise<void> {
    const { request } = parcel
    const waiting: Waiting | undefined = wait && {
      request,
      attempts: parcel.attempts,
      nextAt: wait.nextAt,
      state: wait.state,
      reason: wait.reason,
    }
    return new Promise((resolve, reject) => {
      this.#ports.submit({
        admit: (): Admission => {
          if (!this.#ports.owns(request.lane)) return { inputs: [], immediate: true }
          return {
            inputs: note ? [noteInput(request.subject, note, this.#ports.clock.now())] : [],
            upserts: waiting ? [[waitingTable, waitingRow(waiting)]] : [],
          }
        },
        settled: () => {
          if (waiting) this.#open.close(request.lane, request.position)
          resolve()
        },
        failed: (error) => {
          if (waiting && isKept(error)) this.#open.close(request.lane, request.position)
          reject(error)
        },
      })
    })
  }

  /** A person (or a rule) says: try it again now. Answers false when no such request waits here. */
  redeliver(subject: string, position: number, by: string): boolean {
    for (const lot of this.#lots.values()) {
      for (const chain of lot.chains.values()) {
        const parcel = chain[0]
        if (parcel?.request.subject !== subject || parcel.request.position !== position || !parcel.waiting) continue
        parcel.askFirst = lot.target.connection.ask !== undefined
        parcel.nextAt = 0
        void this.#writeSafely(
          parcel,
          { reason: `redelivered by ${by}`, nextAt: 0, state: 'waiting' },
          { type: 'delivery.redelivered', data: { position, by } },
        )
        if (lot.later.delete(parcel) || parcel.waiting !== 'waiting') lot.ready.push(parcel)
        parcel.waiting = 'waiting'
        this.#pump(lot)
        return true
      }
    }
    return false
  }

  /** Fills the books of lanes just taken: waiting rows, and requests above the cursor that have no mark. */
  async lanesTaken(rows: readonly LaneRow[]): Promise<void> {
    const lanes = rows.map((row) => row.lane)
    const marked = marksOf(await this.#ports.store.readMarks(), new Set(lanes))
    const waiting = (await this.#ports.store.loadLanes(waitingTable, lanes)).map(waitingOf)
    const parcels: Parcel[] = waiting.map((row) => ({
      ...this.#parcel(row.request, undefined),
      attempts: row.attempts,
      askFirst: true,
      nextAt: row.state === 'waiting' ? row.nextAt : Number.POSITIVE_INFINITY,
      waiting: row.state,
      reason: row.reason,
    }))
    const held = new Set(waiting.map(({ request }) => `${request.lane}/${request.position}`))
    for (const row of rows) {
      if (row.head === row.delivered) continue
      for (const parcel of await this.#unfinished(row, marked, held)) {
        this.#open.open(row.lane, parcel.request.position)
        parcels.push(parcel)
      }
    }
    parcels.sort((a, b) => a.request.lane - b.request.lane || a.request.position - b.request.position)
    const lots = new Set<Lot>()
    for (const parcel of parcels) {
      const lot = this.#enqueue(parcel)
      if (lot) lots.add(lot)
    }
    for (const lot of lots) this.#pump(lot)
  }

  async #unfinished(row: LaneRow, marked: ReadonlySet<string>, held: ReadonlySet<string>): Promise<Parcel[]> {
    const parcels = new Map<number, Parcel>()
    for (let after = row.delivered; ; ) {
      const entries = await this.#ports.store.readLane(row.lane, after, 2_000)
      for (const entry of entries) {
        const event = decodeEvent(entry)
        if (event.type === 'delivery.planned') {
          const name = `${event.lane}/${event.position}`
          if (!marked.has(name) && !held.has(name))
            parcels.set(event.position, this.#recovered(event as JournalEvent<'delivery.planned'>))
        } else if (event.type === 'delivery.attempting') {
          const begun = parcels.get((event as JournalEvent<'delivery.attempting'>).data.position)
          if (begun) begun.reason = 'attempting'
        }
      }
      const last = entries.at(-1)
      if (!last || entries.length < 2_000) break
      after = last.position
    }
    for (const parcel of parcels.values()) {
      const lot = this.#lots.get(parcel.request.target)
      const blind = lot?.target.connector.deliveryClass === 'C'
      if (blind && parcel.reason === 'attempting') {
        parcel.nextAt = Number.POSITIVE_INFINITY
        void this.#setAside(
          parcel,
          'in doubt',
          'The hub stopped while this was being sent; nobody knows whether it arrived.',
        )
      }
    }
    return [...parcels.values()]
  }

  #recovered(event: JournalEvent<'delivery.planned'>): Parcel {
    const { target, verb, key, chain, args, digest, body } = event.data
    const request: PlannedRequest = {
      lane: event.lane,
      position: event.position,
      subject: event.subject,
      target,
      verb,
      key,
      chain,
      args,
      digest,
      plannedAt: event.at,
    }
    const parcel = this.#parcel(request, body === undefined ? undefined : Buffer.from(body, 'latin1'))
    parcel.askFirst = true
    return parcel
  }

  lanesLost(lanes: ReadonlySet<number>): void {
    this.#open.drop(lanes)
    for (const lot of this.#lots.values()) {
      lot.ready = lot.ready.filter((parcel) => !lanes.has(parcel.request.lane))
      for (const [name, chain] of lot.chains) {
        const first = chain[0]
        if (!first || !lanes.has(first.request.lane)) continue
        lot.later.delete(first)
        lot.queued -= chain.length
        lot.chains.delete(name)
      }
    }
  }
}

/** The key a target sees: from business identity, never from positions. */
export function deliveryKey(request: PlannedRequest): string {
  return `${request.target}:${request.verb}:${request.key}`
}

/** The subject is parked: what was to be written is on disk, the rooms were not asked. */
function isKept(error: unknown): boolean {
  return (error as { code?: string }).code === 'XD_JOURNAL_PARKED'
}

function marksOf(pack: Uint8Array, lanes: ReadonlySet<number>): Set<string> {
  const marks = new Set<string>()
  const bytes = Buffer.from(pack.buffer, pack.byteOffset, pack.byteLength)
  for (let at = 0; at + 12 <= bytes.length; at += 12) {
    const lane = bytes.readUInt16BE(at)
    if (lanes.has(lane)) marks.add(`${lane}/${bytes.readUIntBE(at + 2, 6)}`)
  }
  return marks
}
