import { Pool } from 'pg'
import { assert } from '../../base/errors.ts'
import { LANES } from '../../base/ids.ts'
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
import { isStorable, turnFault } from '../turn-faults.ts'
import { ArrayEncoder, binaryArray, ValueRefused } from './binary-array.ts'
import { clientConfig, coded, configure, connectionName } from './connection.ts'
import { ensurePartitions, type PartitionRange } from './partitions.ts'
import { lockKey, Session } from './session.ts'
import {
  countText,
  deleteInbox,
  insertEntries,
  insertInbox,
  insertKeys,
  insertMarks,
  insertReceipts,
  moveLanes,
  rangesText,
  type Statement,
  tableStatements,
  walkText,
} from './statements.ts'
import { Writer } from './writer.ts'

const DAY_MS = 86_400_000
const READERS = 4
/** Longer than the server lets a turn wait for a lock: it answers first, unless the way to it is broken. */
const COMMIT_TIMEOUT_MS = 12_000

export interface PostgresStoreOptions {
  /** Connection string of a migrated database. */
  readonly url: string
  /** Connections for loads and journal reads; 4 unless told. */
  readonly readers?: number
  /** After which a commit without an answer is `unknown` and its connection given up; 12 s unless told. */
  readonly commitTimeoutMs?: number
}

/**
 * Opens the store on a migrated database. Throws `XD_STORE_UNREACHABLE`.
 *
 * @example
 * const database = await openDatabase({ dataFolder: '.crossdock' })
 * await migrate({ url: database.url })
 * const store = await openPostgresStore({ url: database.url })
 */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<Store> {
  const session = new Session(options.url)
  const partitions = await session.run(({ client }) => partitionsOfToday(client))
  return new PostgresStore(options, session, partitions)
}

async function partitionsOfToday(client: Parameters<typeof ensurePartitions>[0]): Promise<PartitionRange> {
  const { rows } = await client.query(`select floor(extract(epoch from clock_timestamp()) / 86400)::int4 as day`)
  return ensurePartitions(client, (rows[0] as { day: number }).day)
}

const LANE_COLUMNS = 'lane, owner, epoch, head, delivered, format, day'
type LaneTuple = [number, string | null, number, number, number, number, number]

class PostgresStore implements Store {
  readonly #writer: Writer
  readonly #session: Session
  readonly #readers: Pool
  readonly #encoder = new ArrayEncoder()
  /** Day of each lane's newest entry as of the last time we saw its row; -1 where we never did. */
  readonly #laneDays = new Int32Array(LANES).fill(-1)
  #partitions: PartitionRange
  #commits: Promise<unknown> = Promise.resolve()

  constructor(options: PostgresStoreOptions, session: Session, partitions: PartitionRange) {
    this.#writer = new Writer(options.url, options.commitTimeoutMs ?? COMMIT_TIMEOUT_MS)
    this.#session = session
    this.#partitions = partitions
    this.#readers = new Pool({
      ...clientConfig(options.url, 'reader', connectionName('reader')),
      max: options.readers ?? READERS,
      onConnect: (client) => configure(client, 'reader'),
    })
    // A reader that dies while idle is replaced at the next use, which reports what it meets.
    this.#readers.on('error', () => undefined)
  }

  commit(turn: TurnWrites): Promise<void> {
    return this.#inTurn(() => this.#commitAlone(turn))
  }

  settle(lanes: readonly number[]): Promise<LaneRow[]> {
    return this.#inTurn(async () => {
      const rows = await this.#writer.query<LaneTuple>(
        `select ${LANE_COLUMNS} from lane where lane = any ($1::int2[]) order by lane for update`,
        [lanes],
      )
      return rows.map((row) => this.#laneSeen(row))
    })
  }

  async loadRows(table: TableSpec, keys: readonly { lane: number; subject: string }[]): Promise<(Row | undefined)[]> {
    assert(table.key.length === 2 && table.key[1]?.type === 'text', `${table.name} is keyed by lane and subject`)
    if (keys.length === 0) return []
    const found: (Row | undefined)[] = new Array(keys.length).fill(undefined)
    const rows = await this.#read<[number, ...Value[]]>(
      `load-rows-${table.name}`,
      tableStatements(table).loadRowsText,
      [
        binaryArray('int2', keys, (key) => key.lane),
        binaryArray('text', keys, (key) => (isStorable(key.subject) ? key.subject : null)),
      ],
    )
    for (const [nth, ...row] of rows) found[nth - 1] = row
    return found
  }

  loadLanes(table: TableSpec, lanes: readonly number[]): Promise<Row[]> {
    return this.#read<Value[]>(`load-lanes-${table.name}`, tableStatements(table).loadLanesText, [lanes])
  }

  walk(walk: Walk, lanes: readonly number[], starts: readonly WalkStart[], limitEach: number): Promise<Row[]> {
    if (starts.length === 0) return Promise.resolve([])
    const having = walk.having.map(([name]) => name).join('-')
    return this.#read<Value[]>(`walk-${walk.table.name}-${walk.groupBy}-${having}`, walkText(walk), [
      starts.map((start) => start.group),
      ...walk.order.map((_, at) => starts.map((start) => start.after[at])),
      lanes,
      limitEach,
      ...walk.having.map(([, value]) => value),
    ])
  }

  readRanges(table: TableSpec, ranges: readonly SubjectRange[], limitEach: number): Promise<Row[]> {
    if (ranges.length === 0) return Promise.resolve([])
    return this.#read<Value[]>(`ranges-${table.name}`, rangesText(table), [
      ranges.map((range) => range.lane),
      ranges.map((range) => range.subject),
      ranges.map((range) => range.after),
      ranges.map((range) => range.upTo),
      limitEach,
    ])
  }

  countRows(table: TableSpec, by: readonly string[], lanes: readonly number[]): Promise<Row[]> {
    return this.#read<Value[]>(`count-${table.name}-${by.join('-')}`, countText(table, by), [lanes])
  }

  async findKeys(keys: readonly { kind: number; hash: Uint8Array }[]): Promise<KeyRow[]> {
    if (keys.length === 0) return []
    const rows = await this.#read<[number, Buffer, Buffer, string, number, number]>(
      'find-keys',
      `select key.kind, key.hash, key.digest, key.ref, key.lane, key.at
         from unnest($1::int2[], $2::bytea[]) as asked (kind, hash)
         join key on key.hash = asked.hash and key.kind = asked.kind`,
      [binaryArray('int2', keys, (key) => key.kind), binaryArray('bytea', keys, (key) => key.hash)],
    )
    return rows.map(([kind, hash, digest, ref, lane, at]) => ({ kind, hash, digest, ref, lane, at }))
  }

  async readLane(lane: number, after: number, limit: number): Promise<StoredEntry[]> {
    const rows = await this.#read<EntryTuple>(
      'read-lane',
      `select ${ENTRY_COLUMNS} from journal where lane = $1::int2 and position > $2::int8 order by position limit $3::int8`,
      [lane, after, limit],
    )
    return rows.map(entryOf)
  }

  async readSubject(subject: string): Promise<StoredEntry[]> {
    if (!isStorable(subject)) return []
    const rows = await this.#read<EntryTuple>(
      'read-subject',
      `select ${ENTRY_COLUMNS} from journal where subject = $1 order by position, lane`,
      [subject],
    )
    return rows.map(entryOf)
  }

  async readReceipt(id: string): Promise<ReceiptRow | undefined> {
    if (!isStorable(id)) return undefined
    const rows = await this.#read<[string, string, string, string, number, string, Buffer, Buffer]>(
      'read-receipt',
      'select id, tenant, sender, channel, at, verdict, digest, bytes from receipt where id = $1',
      [id],
    )
    if (!rows[0]) return undefined
    const [found, tenant, sender, channel, at, verdict, digest, bytes] = rows[0]
    return { id: found, tenant, sender, channel, at, verdict, digest, bytes }
  }

  async readInbox(lanes: readonly number[]): Promise<InboxRow[]> {
    const rows = await this.#read<[number, number, number, number, Buffer]>(
      'read-inbox',
      `select lane, sender_lane, sender_epoch, number, body from inbox
        where lane = any ($1::int2[]) order by lane, sender_epoch, sender_lane, number`,
      [lanes],
    )
    return rows.map(([lane, senderLane, senderEpoch, number, body]) => ({
      lane,
      senderLane,
      senderEpoch,
      number,
      body,
    }))
  }

  async readMarks(sinceMs: number): Promise<Uint8Array> {
    const text = 'select pack from mark where at >= $1::int8 order by id'
    const rows = await this.#read<[Buffer]>('read-marks', text, [sinceMs])
    return Buffer.concat(rows.map(([pack]) => pack))
  }

  async sweepMarks(beforeMs: number): Promise<void> {
    await this.#session.query('delete from mark where at < $1::int8', [beforeMs])
  }

  async sweepKeys(kind: number, beforeMs: number, most: number): Promise<number> {
    const rows = await this.#session.query<[number]>(
      `with old as (
         delete from key where ctid = any (array(
           select ctid from key where at < $2::int8 and kind = $1::int2 limit $3::int4)) returning 1
       )
       select count(*)::int4 from old`,
      [kind, beforeMs, most],
    )
    return (rows[0] as [number])[0]
  }

  async register(id: string, address: string): Promise<void> {
    await this.#session.enter(id)
    await this.#session.query(
      `insert into instance (id, address, lock_key, beat_at) values ($1, $2, $3::int8, clock_timestamp())
       on conflict (id) do update set address = $2, lock_key = $3::int8, beat_at = clock_timestamp()`,
      [id, address, lockKey(id)],
    )
  }

  async heartbeat(id: string): Promise<void> {
    const rows = await this.#session.query<[number]>(
      `update instance set beat_at = clock_timestamp() where id = $1
       returning floor(extract(epoch from clock_timestamp()) / 86400)::int4`,
      [id],
    )
    const today = rows[0]?.[0]
    if (today !== undefined && today > this.#partitions.last - 2) {
      this.#partitions = await this.#session.run(({ client }) => ensurePartitions(client, today))
    }
  }

  async instances(): Promise<InstanceRow[]> {
    const rows = await this.#session.query<[string, string, number, boolean]>(`
      select id, address,
             greatest(0, floor(extract(epoch from clock_timestamp() - beat_at) * 1000))::int8,
             exists (select from pg_locks l
                      where l.locktype = 'advisory' and l.granted and l.objsubid = 1
                        and l.database = (select oid from pg_database where datname = current_database())
                        and (l.classid::int8 << 32 | l.objid::int8) = instance.lock_key)
        from instance order by id`)
    return rows.map(([id, address, silentMs, alive]) => ({ id, address, silentMs, alive }))
  }

  async lanes(): Promise<LaneRow[]> {
    const rows = await this.#session.query<LaneTuple>(`select ${LANE_COLUMNS} from lane order by lane`)
    return rows.map(laneOf)
  }

  async takeLanes(id: string, wanted: readonly { lane: number; epoch: number }[]): Promise<LaneRow[]> {
    if (wanted.length === 0) return []
    const rows = await this.#session.query<LaneTuple>(
      `with free as (
         select lane.lane
           from lane join unnest($2::int2[], $3::int8[]) as wanted (lane, epoch)
             on wanted.lane = lane.lane and wanted.epoch = lane.epoch
          order by lane.lane for update of lane
       ), taken as (
         update lane set owner = $1, epoch = lane.epoch + 1 from free where free.lane = lane.lane returning lane.*
       )
       select ${LANE_COLUMNS} from taken order by lane`,
      [id, wanted.map((want) => want.lane), wanted.map((want) => want.epoch)],
    )
    return rows.map((row) => this.#laneSeen(row))
  }

  async releaseLanes(id: string, held: readonly { lane: number; epoch: number }[]): Promise<void> {
    if (held.length === 0) return
    await this.#session.query(
      `with mine as (
         select lane.lane
           from lane join unnest($2::int2[], $3::int8[]) as held (lane, epoch)
             on held.lane = lane.lane and held.epoch = lane.epoch
          where lane.owner = $1
          order by lane.lane for update of lane
       )
       update lane set owner = null from mine where mine.lane = lane.lane`,
      [id, held.map((lane) => lane.lane), held.map((lane) => lane.epoch)],
    )
  }

  async unregister(id: string): Promise<void> {
    await this.#session.query('delete from instance where id = $1', [id])
    await this.#session.leave(id)
  }

  async databaseNow(): Promise<number> {
    const rows = await this.#session.query<[number]>('select floor(extract(epoch from clock_timestamp()) * 1000)::int8')
    return (rows[0] as [number])[0]
  }

  async close(): Promise<void> {
    await this.#commits
    await Promise.all([this.#writer.close(), this.#session.close(), this.#readers.end()])
  }

  /** One transaction after the other, in the order asked. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const answer = this.#commits.then(work)
    this.#commits = answer.catch(() => undefined) // the caller has the failure; the next one only waits for the end
    return answer
  }

  async #commitAlone(turn: TurnWrites): Promise<void> {
    const fault = turnFault(turn)
    if (fault) throw new CommitFailed('refused', fault)
    await this.#learnDays(turn)
    const days = this.#laneDays.slice()
    const statements = this.#statements(turn, days)
    if (statements.length === 0) return
    await this.#writer.commit(statements).catch((failure: CommitFailed) => this.#explain(failure, turn))
    for (const move of turn.lanes) this.#laneDays[move.lane] = days[move.lane] as number
  }

  /** The day of a lane's head travels with its row; a lane we never saw is asked for once. */
  async #learnDays(turn: TurnWrites): Promise<void> {
    const unknown = turn.lanes.filter((move) => this.#laneDays[move.lane] === -1)
    if (unknown.length === 0) return
    try {
      const rows = await this.#writer.query<LaneTuple>(
        `select ${LANE_COLUMNS} from lane where lane = any ($1::int2[])`,
        [unknown.map((move) => move.lane)],
      )
      for (const row of rows) this.#laneSeen(row)
    } catch (error) {
      throw new CommitFailed('unknown', (error as Error).message, { cause: error })
    }
  }

  /** Empty parts of a turn cost no statement. `days` is advanced to the day of each lane's newest entry. */
  #statements(turn: TurnWrites, days: Int32Array): Statement[] {
    const encoder = this.#encoder
    encoder.begin()
    try {
      const entries = turn.entries.map((entry) => ({ row: entry, day: this.#dayAfter(days, entry) }))
      const receipts = turn.receipts.map((receipt) => ({ row: receipt, day: this.#existingDay(receipt.at) }))
      const moves = turn.lanes.map((move) => ({ row: move, day: days[move.lane] as number }))
      return [
        ...some(moves, (rows) => moveLanes(encoder, rows)),
        ...some(entries, (rows) => insertEntries(encoder, rows)),
        ...some(receipts, (rows) => insertReceipts(encoder, rows)),
        ...some(turn.keys, (rows) => insertKeys(encoder, rows)),
        ...[...turn.deletes].flatMap(([table, all]) =>
          some(all, (rows) => tableStatements(table).remove(encoder, rows)),
        ),
        ...[...turn.upserts].flatMap(([table, all]) =>
          some(all, (rows) => tableStatements(table).upsert(encoder, rows)),
        ),
        ...some(turn.inboxDone, (rows) => deleteInbox(encoder, rows)),
        ...some(turn.inbox, (rows) => insertInbox(encoder, rows)),
        ...(turn.marks.length > 0 ? [insertMarks(turn.at, turn.marks)] : []),
      ]
    } catch (error) {
      if (error instanceof ValueRefused) throw new CommitFailed('refused', error.message)
      throw error
    }
  }

  /** The journal's day never goes back inside a lane and never runs ahead of a partition that exists. */
  #dayAfter(days: Int32Array, entry: StoredEntry): number {
    const day = Math.max(days[entry.lane] as number, this.#existingDay(entry.at))
    days[entry.lane] = day
    return day
  }

  #existingDay(at: number): number {
    return Math.min(this.#partitions.last, Math.max(this.#partitions.first, Math.floor(at / DAY_MS)))
  }

  /** Names the keys that were taken meanwhile, so that the turn can treat their arrivals as repeats. */
  async #explain(failure: CommitFailed, turn: TurnWrites): Promise<never> {
    if (failure.reason !== 'conflict') throw failure
    const taken = await this.findKeys(turn.keys)
    throw new CommitFailed('conflict', failure.message, { cause: failure, hashes: taken.map((key) => key.hash) })
  }

  async #read<T extends readonly unknown[]>(name: string, text: string, values: unknown[]): Promise<T[]> {
    try {
      const result = await this.#readers.query({ name, text, values, rowMode: 'array' })
      return result.rows as unknown as T[]
    } catch (error) {
      throw coded(error)
    }
  }

  #laneSeen(row: LaneTuple): LaneRow {
    this.#laneDays[row[0]] = row[6]
    return laneOf(row)
  }
}

function some<T>(rows: readonly T[], statement: (rows: readonly T[]) => Statement): Statement[] {
  return rows.length > 0 ? [statement(rows)] : []
}

function laneOf([lane, owner, epoch, head, delivered, format]: LaneTuple): LaneRow {
  return { lane, owner, epoch, head, delivered, format }
}

const ENTRY_COLUMNS = 'lane, position, type, subject, at, body'
type EntryTuple = [number, number, number, string, number, Buffer]

function entryOf([lane, position, type, subject, at, body]: EntryTuple): StoredEntry {
  return { lane, position, type, subject, at, body }
}
