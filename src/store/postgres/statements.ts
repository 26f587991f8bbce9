import { assert } from '../../base/errors.ts'
import {
  type Column,
  ENTRY_COLUMNS,
  INBOX_COLUMNS,
  INBOX_KEY_COLUMNS,
  type InboxKey,
  KEY_COLUMNS,
  MOVE_COLUMNS,
  RECEIPT_COLUMNS,
  rowColumns,
} from '../columns.ts'
import type { ColumnType, KeyRow, LaneMove, ReceiptRow, Row, StoredEntry, TableSpec, Walk } from '../contract.ts'
import type { ArrayEncoder } from './binary-array.ts'

/** A prepared statement with its parameters, ready to send. */
export interface Statement {
  readonly name: string
  readonly text: string
  readonly values: readonly (Buffer | string | number)[]
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

/** A row with the day of the partition it goes to. */
export interface Dated<T> {
  readonly row: T
  readonly day: number
}

/** The columns of a sliced table: those of its rows, and their day. */
function dated<T>(columns: readonly Column<T>[]): Column<Dated<T>>[] {
  const day: Column<Dated<T>> = { name: 'day', type: 'int4', of: (dated) => dated.day }
  return [...columns.map((column) => ({ ...column, of: (dated: Dated<T>) => column.of(dated.row) })), day]
}

const MOVE = dated<LaneMove>(MOVE_COLUMNS)

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

/** Moves the lanes, in lane order, or aborts with 22012. The day is that of a lane's newest entry. */
export function moveLanes(encoder: ArrayEncoder, moves: readonly Dated<LaneMove>[]): Statement {
  const inOrder = moves.toSorted((a, b) => a.row.lane - b.row.lane)
  return { name: MOVE_LANES, text: MOVE_TEXT, values: encode(encoder, MOVE, inOrder) }
}
export const MOVE_LANES = 'move-lanes'

export const insertEntries = inserting<Dated<StoredEntry>>('journal', dated(ENTRY_COLUMNS))
export const insertReceipts = inserting<Dated<ReceiptRow>>('receipt', dated(RECEIPT_COLUMNS))
export const insertInbox = inserting('inbox', INBOX_COLUMNS)
const insertSortedKeys = inserting('key', KEY_COLUMNS)

/** Sorted, so that two writers that bring the same keys meet at the first of them and cannot deadlock. */
export function insertKeys(encoder: ArrayEncoder, keys: readonly KeyRow[]): Statement {
  return insertSortedKeys(
    encoder,
    keys.toSorted((a, b) => Buffer.compare(a.hash, b.hash) || a.kind - b.kind),
  )
}

const deleting = (table: string, key: readonly { name: string; type: ColumnType }[]) => `
  delete from ${quoted(table)} as t using unnest(${parameters(key)}) as k (${names(key)})
   where ${key.map((column) => `t.${quoted(column.name)} = k.${quoted(column.name)}`).join(' and ')}`

const DELETE_INBOX_TEXT = deleting('inbox', INBOX_KEY_COLUMNS)

export function deleteInbox(encoder: ArrayEncoder, rows: readonly InboxKey[]): Statement {
  return { name: 'delete-inbox', text: DELETE_INBOX_TEXT, values: encode(encoder, INBOX_KEY_COLUMNS, rows) }
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

const columnOf = (table: TableSpec, name: string) => {
  const column = [...table.key, ...table.columns].find((one) => one.name === name)
  assert(column, `${table.name} has a column ${name}`)
  return column
}

/** The next rows of each group: parameters are the groups, one array for each order column, the lanes, the limit, the values. */
export function walkText({ table, having, groupBy, order }: Walk): string {
  const group = columnOf(table, groupBy)
  const starts = order.map((name, at) => ({ type: columnOf(table, name).type, name: `after_${at}` }))
  const [lanes, limit, first] = [starts.length + 2, starts.length + 3, starts.length + 4]
  const ordered = order.map(quoted).join(', ')
  const values = having.map(([name], at) => ` and t.${quoted(name)} = $${first + at}::${columnOf(table, name).type}`)
  return `
    select ${rowColumns(table)
      .map((column) => `t.${quoted(column.name)}`)
      .join(', ')}
      from unnest(${parameters([group, ...starts])}) with ordinality as s (grp, ${names(starts)}, n)
     cross join lateral (
       select * from ${quoted(table.name)} t
        where t.${quoted(groupBy)} = s.grp${values.join('')}
          and (${ordered}) > (${starts.map(({ name }) => `s.${quoted(name)}`).join(', ')})
          and t.lane = any ($${lanes}::int2[])
        order by ${ordered} limit $${limit}::int8) t
     order by s.n, ${order.map((name) => `t.${quoted(name)}`).join(', ')}`
}

/** Rows by ranges: parameters are lanes, subjects, lower and upper bounds, the limit. */
export function rangesText(table: TableSpec): string {
  const [, subject, third] = table.key.map((column) => quoted(column.name))
  return `
    select ${rowColumns(table)
      .map((column) => `t.${quoted(column.name)}`)
      .join(', ')}
      from unnest($1::int2[], $2::text[], $3::int8[], $4::int8[]) with ordinality as r (lane, subject, after, up_to, n)
     cross join lateral (
       select * from ${quoted(table.name)} t
        where t.lane = r.lane and t.${subject} = r.subject and t.${third} > r.after and t.${third} <= r.up_to
        order by t.${third} limit $5::int8) t
     order by r.n, t.${third}`
}

/** Counts by columns: the parameter is the lanes. */
export function countText(table: TableSpec, by: readonly string[]): string {
  const columns = by.map(quoted).join(', ')
  return `
    select ${columns}, count(*)::int8 from ${quoted(table.name)} where lane = any ($1::int2[])
     group by ${columns} order by ${columns}`
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
  const all = rowColumns(table)
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
        from unnest($1::int2[], $2::text[]) with ordinality as k (lane, subject, n)
        join ${quoted(table.name)} t on t.lane = k.lane and t.${quoted(subject?.name ?? 'subject')} = k.subject`,
    loadLanesText: `
      select ${names(all)} from ${quoted(table.name)} where lane = any ($1::int2[]) order by ${names(table.key)}`,
  }
}

function onConflict(table: TableSpec): string {
  if (table.columns.length === 0) return 'do nothing'
  const sets = table.columns.map((column) => `${quoted(column.name)} = excluded.${quoted(column.name)}`)
  return `do update set ${sets.join(', ')}`
}
