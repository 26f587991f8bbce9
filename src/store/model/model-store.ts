import { assert } from '../../base/errors.ts'
import {
  CommitFailed,
  type InboxRow,
  type InstanceRow,
  type KeyRow,
  type LaneRow,
  type ReceiptRow,
  type Row,
  type Store,
  type StoredEntry,
  type SubjectRange,
  type TableSpec,
  type TurnWrites,
  type Value,
  type Walk,
  type WalkStart,
} from '../contract.ts'
import { errors } from '../errors.ts'
import { applyTurn, keyName } from './apply-turn.ts'
import type { ModelDatabase, ModelLane } from './model-database.ts'
import { countsOf, rangesOf, walkRows } from './walks.ts'

/** How long an operation takes: one delay to the database, one back. */
export interface Scheduler {
  delay(): Promise<void>
}

/**
 * Faults of the way to the database. What a hook throws the caller sees: a `CommitFailed` as it is, anything else as an
 * `unknown` commit. A promise that never settles hangs the commit until the session is disconnected.
 */
export interface ModelFaults {
  /** Before anything is applied: the commit did not happen. */
  readonly beforeCommit?: (turn: TurnWrites) => void | Promise<void>
  /** After everything is applied, before the answer: the commit did happen. */
  readonly afterCommit?: (turn: TurnWrites) => void | Promise<void>
}

export interface ModelStoreOptions {
  readonly faults?: ModelFaults
  readonly scheduler?: Scheduler
}

/** A session on the model's disk. */
export interface ModelStore extends Store {
  /** The process dies: its locks fall, and nothing it asked for is ever answered. */
  crash(): void
  /** The connection is lost while the process lives: its locks fall, commits under way become `unknown`. */
  disconnect(): void
}

const microtask: Scheduler = { delay: () => Promise.resolve() }

/**
 * Opens a session on a model database: the same port as PostgreSQL, in memory.
 *
 * @example
 * const disk = new ModelDatabase(clock)
 * const store = openModelStore(disk, { faults: { afterCommit: () => { throw new Error('cable cut') } } })
 */
export function openModelStore(database: ModelDatabase, options: ModelStoreOptions = {}): ModelStore {
  return new ModelSession(database, options)
}

interface Attempt {
  /** Settling makes sure that what has not been applied by then never will be. */
  isVoid: boolean
  lose(): void
}

class ModelSession implements ModelStore {
  readonly #database: ModelDatabase
  readonly #faults: ModelFaults
  readonly #scheduler: Scheduler
  readonly #attempts = new Set<Attempt>()
  /** Instances this session stands for; their locks are taken again after a lost connection. */
  readonly #entered = new Set<string>()
  #state: 'open' | 'lost' | 'crashed' | 'closed' = 'open'
  #commits: Promise<unknown> = Promise.resolve()

  constructor(database: ModelDatabase, options: ModelStoreOptions) {
    this.#database = database
    this.#faults = options.faults ?? {}
    this.#scheduler = options.scheduler ?? microtask
  }

  crash(): void {
    this.#state = 'crashed'
    this.#dropLocks()
  }

  disconnect(): void {
    this.#state = 'lost'
    this.#dropLocks()
    for (const attempt of this.#attempts) attempt.lose()
  }

  commit(turn: TurnWrites): Promise<void> {
    return this.#inTurn(() => this.#answered(this.#losable((attempt) => this.#tryCommit(turn, attempt))))
  }

  settle(lanes: readonly number[]): Promise<LaneRow[]> {
    return this.#inTurn(() =>
      this.#ask(() => {
        for (const attempt of this.#attempts) attempt.isVoid = true
        return this.#database.lanes.filter((lane) => lanes.includes(lane.lane)).map(laneRow)
      }),
    )
  }

  loadRows(table: TableSpec, keys: readonly { lane: number; subject: string }[]): Promise<(Row | undefined)[]> {
    assert(table.key.length === 2 && table.key[1]?.type === 'text', `${table.name} is keyed by lane and subject`)
    return this.#ask(() => keys.map((key) => this.#database.table(table).get(key.lane, key.subject)))
  }

  loadLanes(table: TableSpec, lanes: readonly number[]): Promise<Row[]> {
    return this.#ask(() => {
      const rows = sortedLanes(lanes).flatMap((lane) => this.#database.table(table).rowsOf(lane))
      return rows.sort((a, b) => compareKeys(a, b, table.key.length))
    })
  }

  walk(walk: Walk, lanes: readonly number[], starts: readonly WalkStart[], limitEach: number): Promise<Row[]> {
    return this.#ask(() => walkRows(this.#database.table(walk.table), walk, lanes, starts, limitEach))
  }

  readRanges(table: TableSpec, ranges: readonly SubjectRange[], limitEach: number): Promise<Row[]> {
    return this.#ask(() => rangesOf(this.#database.table(table), ranges, limitEach))
  }

  countRows(table: TableSpec, by: readonly string[], lanes: readonly number[]): Promise<Row[]> {
    return this.#ask(() => countsOf(this.#database.table(table), table, by, lanes))
  }

  findKeys(keys: readonly { kind: number; hash: Uint8Array }[]): Promise<KeyRow[]> {
    return this.#ask(() => keys.flatMap((key) => this.#database.keys.get(keyName(key)) ?? []))
  }

  readLane(lane: number, after: number, limit: number): Promise<StoredEntry[]> {
    // Positions are gap-free from 1, so an entry's place in the array is its position less one.
    return this.#ask(() => this.#database.journal[lane]?.slice(Math.max(0, after), Math.max(0, after) + limit) ?? [])
  }

  readSubject(subject: string): Promise<StoredEntry[]> {
    return this.#ask(() =>
      [...(this.#database.subjects.get(subject) ?? [])].sort((a, b) => a.position - b.position || a.lane - b.lane),
    )
  }

  readReceipt(id: string): Promise<ReceiptRow | undefined> {
    return this.#ask(() => this.#database.receipts.get(id))
  }

  readInbox(lanes: readonly number[]): Promise<InboxRow[]> {
    return this.#ask(() =>
      [...this.#database.inbox.values()].filter((row) => lanes.includes(row.lane)).sort(compareInbox),
    )
  }

  readMarks(sinceMs: number): Promise<Uint8Array> {
    return this.#ask(() => {
      const written = this.#database.marks.filter((mark) => mark.at >= sinceMs)
      return new Uint8Array(Buffer.concat(written.map((mark) => mark.pack)))
    })
  }

  sweepMarks(beforeMs: number): Promise<void> {
    return this.#ask(() => {
      this.#database.marks = this.#database.marks.filter((mark) => mark.at >= beforeMs)
    })
  }

  sweepKeys(kind: number, beforeMs: number, most: number): Promise<number> {
    return this.#ask(() => {
      const old = [...this.#database.keys.values()].filter((key) => key.kind === kind && key.at < beforeMs)
      for (const key of old.slice(0, most)) this.#database.keys.delete(keyName(key))
      return Math.min(old.length, most)
    })
  }

  register(id: string, address: string): Promise<void> {
    return this.#ask(() => {
      this.#takeLock(id)
      this.#entered.add(id)
      this.#database.instances.set(id, { address, beatAt: this.#database.clock.now() })
    })
  }

  heartbeat(id: string): Promise<void> {
    return this.#ask(() => {
      const instance = this.#database.instances.get(id)
      if (instance) instance.beatAt = this.#database.clock.now()
    })
  }

  instances(): Promise<InstanceRow[]> {
    return this.#ask(() =>
      [...this.#database.instances]
        .map(([id, { address, beatAt }]) => ({
          id,
          address,
          silentMs: Math.max(0, this.#database.clock.now() - beatAt),
          alive: this.#database.locks.has(id),
        }))
        .sort((a, b) => compareText(a.id, b.id)),
    )
  }

  lanes(): Promise<LaneRow[]> {
    return this.#ask(() => this.#database.lanes.map(laneRow))
  }

  takeLanes(id: string, wanted: readonly { lane: number; epoch: number }[]): Promise<LaneRow[]> {
    return this.#ask(() => {
      const taken = this.#matching(wanted)
      for (const lane of taken) Object.assign(lane, { owner: id, epoch: lane.epoch + 1 })
      return taken.map(laneRow)
    })
  }

  releaseLanes(id: string, held: readonly { lane: number; epoch: number }[]): Promise<void> {
    return this.#ask(() => {
      for (const lane of this.#matching(held)) if (lane.owner === id) lane.owner = null
    })
  }

  unregister(id: string): Promise<void> {
    return this.#ask(() => {
      this.#database.instances.delete(id)
      this.#entered.delete(id)
      if (this.#database.locks.get(id) === this) this.#database.locks.delete(id)
    })
  }

  databaseNow(): Promise<number> {
    return this.#ask(() => this.#database.clock.now())
  }

  async close(): Promise<void> {
    await this.#commits
    this.#state = 'closed'
    this.#dropLocks()
  }

  /** One operation: it travels there, is done at once, and its answer travels back. */
  #ask<T>(work: () => T): Promise<T> {
    const asked = async () => {
      await this.#scheduler.delay()
      this.#reconnect()
      const answer = work()
      await this.#scheduler.delay()
      return answer
    }
    return this.#answered(asked())
  }

  /** The answer, unless the process that waits for it is gone by then. */
  #answered<T>(answer: Promise<T>): Promise<T> {
    return new Promise((settle, fail) => {
      answer.then(
        (value) => this.#state !== 'crashed' && settle(value),
        (error) => this.#state !== 'crashed' && fail(error),
      )
    })
  }

  #reconnect(): void {
    if (this.#state === 'closed') throw errors.UNREACHABLE('the store is closed')
    if (this.#state !== 'lost') return
    for (const id of this.#entered) this.#takeLock(id)
    this.#state = 'open'
  }

  async #tryCommit(turn: TurnWrites, attempt: Attempt): Promise<void> {
    await this.#scheduler.delay()
    if (this.#state === 'closed') throw new CommitFailed('unknown', 'the store is closed')
    await this.#meet(this.#faults.beforeCommit, turn)
    if (attempt.isVoid) return
    applyTurn(this.#database, turn)
    await this.#meet(this.#faults.afterCommit, turn)
    await this.#scheduler.delay()
  }

  async #meet(fault: ModelFaults['beforeCommit'], turn: TurnWrites): Promise<void> {
    try {
      await fault?.(turn)
    } catch (error) {
      if (error instanceof CommitFailed) throw error
      throw new CommitFailed('unknown', (error as Error).message, { cause: error })
    }
  }

  async #losable(work: (attempt: Attempt) => Promise<void>): Promise<void> {
    const { promise: lost, reject } = Promise.withResolvers<never>()
    const attempt = { isVoid: false, lose: () => reject(new CommitFailed('unknown', 'the connection was lost')) }
    this.#attempts.add(attempt)
    const done = work(attempt).finally(() => this.#attempts.delete(attempt))
    await Promise.race([done, lost])
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const answer = this.#commits.then(work)
    this.#commits = answer.catch(() => undefined) // the caller has the failure; the next one only waits for the end
    return answer
  }

  #takeLock(id: string): void {
    const holder = this.#database.locks.get(id)
    if (holder && holder !== this) throw errors.INSTANCE_TAKEN(id)
    this.#database.locks.set(id, this)
  }

  #dropLocks(): void {
    for (const [id, holder] of this.#database.locks) if (holder === this) this.#database.locks.delete(id)
  }

  #matching(wanted: readonly { lane: number; epoch: number }[]): ModelLane[] {
    return this.#database.lanes.filter((lane) =>
      wanted.some((want) => want.lane === lane.lane && want.epoch === lane.epoch),
    )
  }
}

function laneRow(lane: ModelLane): LaneRow {
  return { ...lane }
}

const sortedLanes = (lanes: readonly number[]) => [...new Set(lanes)].sort((a, b) => a - b)

function compareInbox(a: InboxRow, b: InboxRow): number {
  return a.lane - b.lane || a.senderEpoch - b.senderEpoch || a.senderLane - b.senderLane || a.number - b.number
}

function compareKeys(a: Row, b: Row, width: number): number {
  for (let at = 0; at < width; at += 1) {
    const order = compareValues(a[at] as Value, b[at] as Value)
    if (order !== 0) return order
  }
  return 0
}

function compareValues(a: Value, b: Value): number {
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b)
  return typeof a === 'string' && typeof b === 'string' ? compareText(a, b) : Number(a) - Number(b)
}

/** As collation "C" does: by the bytes of UTF-8. */
function compareText(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}
