import type {
  ColumnType,
  InboxRow,
  KeyRow,
  LaneMove,
  ReceiptRow,
  Row,
  StoredEntry,
  TableSpec,
  Value,
} from '../contract.ts'
import type { ArrayEncoder } from './binary-array.ts'

/** A prepared statement with its parameters, ready to send. */
export interface Statement {
  readonly name: string
  readonly text: string
  readonly values: readonly (Buffer | string | number)[]
}

interface Column<T> {
  readonly name: string
  readonly type: ColumnType
  readonly of: (row: T) => Value | undefined
}

const parameters = (columns: readonly { type: ColumnType }[]) =>
  columns.map((column, at) => `$${at + 1}::${column.type}[]`).join(', ')
const names = (columns: readonly { name: string }[]) => columns.map((column) => quoted(column.name)).join(', ')
const quoted = (name: string) => `"${name}"`

function encode<T>(encoder: ArrayEncoder, columns: readonly Column<T>[], rows: readonly T[]): Buffer[] {
  return columns.map((column) => encoder.array(column.type, rows.length, (at) => column.of(rows[at] as T)))
}

function inserting<T>(table: string, columns: readonly Column<T>[]) {
  const text = `insert into ${quoted(table)} (${names(columns)}) select * from unnest(${parameters(columns)})`
  return (encoder: ArrayEncoder, rows: readonly T[]): Statement => ({
    name: `insert-${table}`,
    text,
    values: encode(encoder, columns, rows),
  })
}

/** A lane move with the day of its newest entry, which never goes back. */
export interface DatedMove extends LaneMove {
  readonly day: number
}

const MOVE: readonly Column<DatedMove>[] = [
  { name: 'lane', type: 'int2', of: (move) => move.lane },
  { name: 'epoch', type: 'int8', of: (move) => move.epoch },
  { name: 'old_head', type: 'int8', of: (move) => move.oldHead },
  { name: 'new_head', type: 'int8', of: (move) => move.newHead },
  { name: 'delivered', type: 'int8', of: (move) => move.delivered },
  { name: 'day', type: 'int4', of: (move) => move.day },
]

/**
 * The fence: division by zero aborts the whole transaction when one lane is not as we left it. The rows come in lane
 * order and are joined by a nested loop over the primary key, so two instances lock them in the same order.
 */
const MOVE_TEXT = `
  with moved as (
    update lane set head = move.new_head, delivered = move.delivered, day = move.day
      from unnest(${parameters(MOVE)}) as move (${names(MOVE)})
     where lane.lane = move.lane and lane.epoch = move.epoch and lane.head = move.old_head and lane.owner is not null
    returning 1
  )
  select 1 / (case when count(*) = cardinality($1::int2[]) then 1 else 0 end) from moved`

/** Moves the lanes, in lane order, or aborts with 22012. */
export function moveLanes(encoder: ArrayEncoder, moves: readonly DatedMove[]): Statement {
  const inOrder = moves.toSorted((a, b) => a.lane - b.lane)
  return { name: MOVE_LANES, text: MOVE_TEXT, values: encode(encoder, MOVE, inOrder) }
}
export const MOVE_LANES = 'move-lanes'

/** An entry with the day of the partition it goes to. */
export interface DatedEntry {
  readonly entry: StoredEntry
  readonly day: number
}

export const insertEntries = inserting<DatedEntry>('journal', [
  { name: 'day', type: 'int4', of: (row) => row.day },
  { name: 'lane', type: 'int2', of: (row) => row.entry.lane },
  { name: 'position', type: 'int8', of: (row) => row.entry.position },
  { name: 'type', type: 'int2', of: (row) => row.entry.type },
  { name: 'at', type: 'int8', of: (row) => row.entry.at },
  { name: 'subject', type: 'text', of: (row) => row.entry.subject },
  { name: 'body', type: 'bytea', of: (row) => row.entry.body },
])

/** A receipt with the day of the partition it goes to. */
export interface DatedReceipt {
  readonly receipt: ReceiptRow
  readonly day: number
}

export const insertReceipts = inserting<DatedReceipt>('receipt', [
  { name: 'day', type: 'int4', of: (row) => row.day },
  { name: 'id', type: 'text', of: (row) => row.receipt.id },
  { name: 'tenant', type: 'text', of: (row) => row.receipt.tenant },
  { name: 'sender', type: 'text', of: (row) => row.receipt.sender },
  { name: 'channel', type: 'text', of: (row) => row.receipt.channel },
  { name: 'at', type: 'int8', of: (row) => row.receipt.at },
  { name: 'verdict', type: 'text', of: (row) => row.receipt.verdict },
  { name: 'digest', type: 'bytea', of: (row) => row.receipt.digest },
  { name: 'bytes', type: 'bytea', of: (row) => row.receipt.bytes },
])

const insertSortedKeys = inserting<KeyRow>('key', [
  { name: 'kind', type: 'int2', of: (row) => row.kind },
  { name: 'hash', type: 'bytea', of: (row) => row.hash },
  { name: 'digest', type: 'bytea', of: (row) => row.digest },
  { name: 'lane', type: 'int2', of: (row) => row.lane },
  { name: 'at', type: 'int8', of: (row) => row.at },
  { name: 'ref', type: 'text', of: (row) => row.ref },
])

/** Sorted, so that two writers that bring the same keys meet at the first of them and cannot deadlock. */
export function insertKeys(encoder: ArrayEncoder, keys: readonly KeyRow[]): Statement {
  return insertSortedKeys(
    encoder,
    keys.toSorted((a, b) => Buffer.compare(a.hash, b.hash) || a.kind - b.kind),
  )
}

export const insertInbox = inserting<InboxRow>('inbox', [
  { name: 'lane', type: 'int2', of: (row) => row.lane },
  { name: 'sender_lane', type: 'int2', of: (row) => row.senderLane },
  { name: 'sender_epoch', type: 'int8', of: (row) => row.senderEpoch },
  { name: 'number', type: 'int8', of: (row) => row.number },
  { name: 'body', type: 'bytea', of: (row) => row.body },
])

const INBOX_KEY: readonly Column<Omit<InboxRow, 'body'>>[] = [
  { name: 'lane', type: 'int2', of: (row) => row.lane },
  { name: 'sender_lane', type: 'int2', of: (row) => row.senderLane },
  { name: 'sender_epoch', type: 'int8', of: (row) => row.senderEpoch },
  { name: 'number', type: 'int8', of: (row) => row.number },
]

const deleting = (table: string, key: readonly { name: string; type: ColumnType }[]) => `
  delete from ${quoted(table)} as t using unnest(${parameters(key)}) as k (${names(key)})
   where ${key.map((column) => `t.${quoted(column.name)} = k.${quoted(column.name)}`).join(' and ')}`

const DELETE_INBOX_TEXT = deleting('inbox', INBOX_KEY)

export function deleteInbox(encoder: ArrayEncoder, rows: readonly Omit<InboxRow, 'body'>[]): Statement {
  return { name: 'delete-inbox', text: DELETE_INBOX_TEXT, values: encode(encoder, INBOX_KEY, rows) }
}

export function insertMarks(at: number, marks: Uint8Array): Statement {
  return {
    name: 'insert-marks',
    text: 'insert into mark (at, pack) values ($1::int8, $2::bytea)',
    values: [at, Buffer.from(marks.buffer, marks.byteOffset, marks.byteLength)],
  }
}

/** The statements a declared table needs; their text is made once per table. */
export interface TableStatements {
  upsert(encoder: ArrayEncoder, rows: readonly Row[]): Statement
  remove(encoder: ArrayEncoder, keys: readonly Row[]): Statement
  readonly loadRowsText: string
  readonly loadLanesText: string
}

const made = new WeakMap<TableSpec, TableStatements>()

export function tableStatements(table: TableSpec): TableStatements {
  const known = made.get(table)
  if (known) return known
  const fresh = makeTableStatements(table)
  made.set(table, fresh)
  return fresh
}

function makeTableStatements(table: TableSpec): TableStatements {
  const all = rowColumns([...table.key, ...table.columns])
  const key = all.slice(0, table.key.length)
  const insert = inserting<Row>(table.name, all)
  const upsertTail = ` on conflict (${names(table.key)}) ${onConflict(table)}`
  const removeText = deleting(table.name, table.key)
  const subject = table.key[1]
  return {
    upsert: (encoder, rows) => {
      const statement = insert(encoder, rows)
      return { ...statement, name: `upsert-${table.name}`, text: statement.text + upsertTail }
    },
    remove: (encoder, keys) => ({
      name: `delete-${table.name}`,
      text: removeText,
      values: encode(encoder, key, keys),
    }),
    loadRowsText: `
      select k.n::int4, ${all.map((column) => `t.${quoted(column.name)}`).join(', ')}
        from unnest($1::int2[], $2::${subject?.type ?? 'text'}[]) with ordinality as k (lane, subject, n)
        join ${quoted(table.name)} t on t.lane = k.lane and t.${quoted(subject?.name ?? 'subject')} = k.subject`,
    loadLanesText: `
      select ${names(all)} from ${quoted(table.name)} where lane = any ($1::int2[]) order by ${names(table.key)}`,
  }
}

function rowColumns(columns: TableSpec['columns']): Column<Row>[] {
  return columns.map((column, at) => ({ ...column, of: (row) => row[at] }))
}

function onConflict(table: TableSpec): string {
  if (table.columns.length === 0) return 'do nothing'
  const sets = table.columns.map((column) => `${quoted(column.name)} = excluded.${quoted(column.name)}`)
  return `do update set ${sets.join(', ')}`
}
