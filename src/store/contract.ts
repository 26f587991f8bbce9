/**
 * The port the journal and the rooms write through. PostgreSQL (`store/postgres/`) and the model store
 * (`store/model/`) stand behind it and are driven with the same operation lists in a property test.
 */

/** Column types the store knows. `int8` travels as a JavaScript number (all of ours are below 2^53). */
export type ColumnType = 'int2' | 'int4' | 'int8' | 'text' | 'bytea' | 'bool'

/** A value of a column; `null` where the column may be empty. */
export type Value = number | string | Uint8Array | boolean | null

/**
 * A table that a room inside the turn declares as data. The first key column is always `lane` (int2);
 * the store makes load, upsert and delete from it. The table itself is created by a file in `sql/`.
 */
export interface TableSpec {
  readonly name: string
  readonly key: readonly { readonly name: string; readonly type: ColumnType }[]
  readonly columns: readonly { readonly name: string; readonly type: ColumnType }[]
}

/** Values in the order of key, then columns. */
export type Row = readonly Value[]

/** One lane that a turn touched: fenced by epoch and old head, updated first and in lane order. */
export interface LaneMove {
  readonly lane: number
  readonly epoch: number
  readonly oldHead: number
  readonly newHead: number
  /** Low-water cursor of delivery: every request at or below it is done, refused, or has a waiting row. */
  readonly delivered: number
}

/** One row of the journal. `body` is the encoded rest of the entry; the store never looks into it. */
export interface StoredEntry {
  readonly lane: number
  readonly position: number
  /** Event type code from `lifecycle/events.ts`; codes are never reused. */
  readonly type: number
  readonly subject: string
  /** Milliseconds since 1970, when it was recorded. */
  readonly at: number
  readonly body: Uint8Array
}

/** What an arrival left: exact bytes, sender, channel. Its id is minted by intake. */
export interface ReceiptRow {
  readonly id: string
  readonly tenant: string
  readonly sender: string
  readonly channel: string
  readonly at: number
  /** accepted, quarantined, repeat, refused */
  readonly verdict: string
  readonly digest: Uint8Array
  readonly bytes: Uint8Array
}

/** A key that is unique for its whole life: request keys, control numbers, document keys. */
export interface KeyRow {
  /** 1 request key (30 days), 2 control number (18 months), 3 document key (for ever); see `hub/key-sweeping.ts`. */
  readonly kind: number
  /** First 16 bytes of a SHA-256 over the parts of the key. */
  readonly hash: Uint8Array
  /** First 16 bytes of the SHA-256 of the content it came with. */
  readonly digest: Uint8Array
  /** What the key stands for: a subject, or an answer to give again. */
  readonly ref: string
  readonly lane: number
  readonly at: number
}

/** An input for a lane owned by another instance. Read as a set, ordered by sender epoch and number. */
export interface InboxRow {
  readonly lane: number
  readonly senderLane: number
  readonly senderEpoch: number
  readonly number: number
  readonly body: Uint8Array
}

/** Everything one turn writes; committed as one transaction, or not at all. */
export interface TurnWrites {
  readonly lanes: readonly LaneMove[]
  readonly entries: readonly StoredEntry[]
  readonly receipts: readonly ReceiptRow[]
  readonly keys: readonly KeyRow[]
  readonly upserts: ReadonlyMap<TableSpec, readonly Row[]>
  /** Key values only. */
  readonly deletes: ReadonlyMap<TableSpec, readonly Row[]>
  readonly inbox: readonly InboxRow[]
  /** Inbox rows consumed by this turn. */
  readonly inboxDone: readonly Pick<InboxRow, 'lane' | 'senderLane' | 'senderEpoch' | 'number'>[]
  /** Packed 12-byte delivery marks: lane (2), position (6), seconds since 1970 (4), big endian. */
  readonly marks: Uint8Array
  readonly at: number
}

/** A lane as the database has it. */
export interface LaneRow {
  readonly lane: number
  readonly owner: string | null
  readonly epoch: number
  readonly head: number
  readonly delivered: number
  readonly format: number
}

/** A hub process as the others see it. */
export interface InstanceRow {
  readonly id: string
  readonly address: string
  /** Milliseconds since its last heartbeat, by the database's clock. */
  readonly silentMs: number
  /** Its session advisory lock is held: the process (or at least its connection) lives. */
  readonly alive: boolean
}

/**
 * Why a commit did not happen. `fenced`: a lane is not ours any more; `conflict`: a key was taken meanwhile
 * (`hashes` says which when known); `refused`: the database said no, nothing was written; `unknown`: the connection
 * was lost around COMMIT, {@link Store.settle} tells.
 */
export class CommitFailed extends Error {
  readonly reason: 'fenced' | 'conflict' | 'refused' | 'unknown'
  /** After a conflict: the hashes of those keys of the turn that exist. */
  readonly hashes: readonly Uint8Array[]
  constructor(
    reason: 'fenced' | 'conflict' | 'refused' | 'unknown',
    detail: string,
    options: ErrorOptions & { readonly hashes?: readonly Uint8Array[] } = {},
  ) {
    super(`commit ${reason}: ${detail}`, options)
    this.name = 'CommitFailed'
    this.reason = reason
    this.hashes = options.hashes ?? []
  }
}

/** A way through a table: rows with these values, group by group, in the order of these columns. An index leads it. */
export interface Walk {
  readonly table: TableSpec
  readonly having: readonly (readonly [column: string, value: Value])[]
  /** A text column; each group is walked by itself. */
  readonly groupBy: string
  /** Number columns that order the rows of a group; together they are unique. */
  readonly order: readonly string[]
}

/** Where the walk through one group goes on: behind these values of its order columns. */
export interface WalkStart {
  readonly group: string
  readonly after: readonly number[]
}

/** Rows of one subject whose third key column is above `after` and at most `upTo`. */
export interface SubjectRange {
  readonly lane: number
  readonly subject: string
  readonly after: number
  readonly upTo: number
}

/** The named operations. Every one may fail with the connection; only `commit` writes business rows. */
export interface Store {
  /** Commits one turn, durably (fsync) when it resolves. Rejects with {@link CommitFailed}. */
  commit(turn: TurnWrites): Promise<void>
  /**
   * After a failed or unknown commit: waits until no transaction of ours can still be in flight (locks the lane rows)
   * and answers them as they now are.
   */
  settle(lanes: readonly number[]): Promise<LaneRow[]>

  /** Rows of a table by `lane` and its second key column (the subject), in the order asked; undefined where absent. */
  loadRows(table: TableSpec, keys: readonly { lane: number; subject: string }[]): Promise<(Row | undefined)[]>
  /** All rows of a table in these lanes: timers, waiting rows, at takeover. */
  loadLanes(table: TableSpec, lanes: readonly number[]): Promise<Row[]>
  /** The next rows of each group in these lanes, at most `limitEach` of a group; groups in the order asked. */
  walk(walk: Walk, lanes: readonly number[], starts: readonly WalkStart[], limitEach: number): Promise<Row[]>
  /** Rows by ranges of their third key column (int8), at most `limitEach` of a range; in key order inside a range. */
  readRanges(table: TableSpec, ranges: readonly SubjectRange[], limitEach: number): Promise<Row[]>
  /** How many rows of these lanes carry each combination of values of these columns: the values, then the count. */
  countRows(table: TableSpec, by: readonly string[], lanes: readonly number[]): Promise<Row[]>
  /** The keys that exist among those asked. */
  findKeys(keys: readonly { kind: number; hash: Uint8Array }[]): Promise<KeyRow[]>

  /** Entries of a lane after a position, in order. */
  readLane(lane: number, after: number, limit: number): Promise<StoredEntry[]>
  /** Entries of one subject, in order. */
  readSubject(subject: string): Promise<StoredEntry[]>
  readReceipt(id: string): Promise<ReceiptRow | undefined>
  readInbox(lanes: readonly number[]): Promise<InboxRow[]>
  /** Marks written since this instant and not swept, packed: those above some lane's cursor, and many more. */
  readMarks(sinceMs: number): Promise<Uint8Array>
  /** Forgets marks written before this instant, once every lane's cursor has passed them. */
  sweepMarks(beforeMs: number): Promise<void>

  /** Forgets at most so many keys of a kind that were taken before this instant; answers how many it were. */
  sweepKeys(kind: number, beforeMs: number, most: number): Promise<number>

  /** Enters an instance: takes its advisory lock for as long as the session lives. */
  register(id: string, address: string): Promise<void>
  heartbeat(id: string): Promise<void>
  instances(): Promise<InstanceRow[]>
  lanes(): Promise<LaneRow[]>
  /** Takes lanes whose epoch is still the one given; answers those that were taken, epoch raised by one. */
  takeLanes(id: string, wanted: readonly { lane: number; epoch: number }[]): Promise<LaneRow[]>
  /** Gives lanes back; only those still ours under that epoch. */
  releaseLanes(id: string, held: readonly { lane: number; epoch: number }[]): Promise<void>
  unregister(id: string): Promise<void>

  /** Milliseconds since 1970 by the database's clock: the arbiter for leases. */
  databaseNow(): Promise<number>
  close(): Promise<void>
}
