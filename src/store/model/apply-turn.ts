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
import { CommitFailed, type KeyRow, type Row, type TableSpec, type TurnWrites, type Value } from '../contract.ts'
import { turnFault, valueFault } from '../turn-faults.ts'
import type { ModelDatabase } from './model-database.ts'

/**
 * Applies a turn as one transaction: everything is looked at first, in the order in which PostgreSQL meets it, and
 * then everything is written. Throws {@link CommitFailed} and has changed nothing.
 */
export function applyTurn(database: ModelDatabase, turn: TurnWrites): void {
  refuse(turnFault(turn) ?? valuesFault(turn))
  checkFence(database, turn)
  refuse(duplicateReceipt(database, turn))
  checkKeys(database, turn.keys)
  for (const [table, rows] of turn.upserts) refuse(upsertFault(table, rows))
  refuse(duplicateInbox(database, turn))

  writeLanes(database, turn)
  for (const receipt of turn.receipts) {
    const { digest, bytes } = receipt
    database.receipts.set(receipt.id, { ...receipt, digest: copied(digest), bytes: copied(bytes) })
  }
  for (const key of turn.keys) {
    database.keys.set(keyName(key), { ...key, hash: copied(key.hash), digest: copied(key.digest) })
  }
  writeTables(database, turn)
  for (const row of turn.inboxDone) database.inbox.delete(inboxName(row))
  for (const row of turn.inbox) database.inbox.set(inboxName(row), { ...row, body: copied(row.body) })
  if (turn.marks.length > 0) database.marks.push({ at: turn.at, pack: copied(turn.marks) })
}

/** The name of a key among the keys: hash and kind. */
export function keyName(key: Pick<KeyRow, 'kind' | 'hash'>): string {
  return `${Buffer.from(key.hash).toString('hex')}/${key.kind}`
}

const inboxName = (row: InboxKey) => `${row.lane}/${row.senderLane}/${row.senderEpoch}/${row.number}`

function refuse(fault: string | undefined): void {
  if (fault !== undefined) throw new CommitFailed('refused', fault)
}

function valuesFault(turn: TurnWrites): string | undefined {
  return (
    columnsFault(MOVE_COLUMNS, turn.lanes) ??
    columnsFault(ENTRY_COLUMNS, turn.entries) ??
    columnsFault(RECEIPT_COLUMNS, turn.receipts) ??
    columnsFault(KEY_COLUMNS, turn.keys) ??
    columnsFault(INBOX_COLUMNS, turn.inbox) ??
    columnsFault(INBOX_KEY_COLUMNS, turn.inboxDone) ??
    tablesFault(turn.upserts, (table) => rowColumns(table)) ??
    tablesFault(turn.deletes, (table) => rowColumns(table).slice(0, table.key.length))
  )
}

function tablesFault(
  tables: ReadonlyMap<TableSpec, readonly Row[]>,
  columnsOf: (table: TableSpec) => Column<Row>[],
): string | undefined {
  for (const [table, rows] of tables) {
    const fault = columnsFault(columnsOf(table), rows)
    if (fault) return fault
  }
  return undefined
}

function columnsFault<T>(columns: readonly Column<T>[], rows: readonly T[]): string | undefined {
  for (const row of rows) {
    for (const column of columns) {
      const fault = valueFault(column.type, column.of(row))
      if (fault) return fault
    }
  }
  return undefined
}

function checkFence(database: ModelDatabase, turn: TurnWrites): void {
  for (const move of turn.lanes) {
    const lane = database.lanes[move.lane]
    const isOurs = lane && lane.owner !== null && lane.epoch === move.epoch && lane.head === move.oldHead
    if (!isOurs) throw new CommitFailed('fenced', 'a lane moved')
  }
}

/** A receipt's id is unique. */
function duplicateReceipt(database: ModelDatabase, turn: TurnWrites): string | undefined {
  const seen = new Set<string>()
  for (const { id } of turn.receipts) {
    if (database.receipts.has(id) || seen.has(id)) return `receipt ${id} exists`
    seen.add(id)
  }
  return undefined
}

function checkKeys(database: ModelDatabase, keys: readonly KeyRow[]): void {
  const taken = keys.filter((key) => database.keys.has(keyName(key)))
  const distinct = new Set(keys.map(keyName))
  if (taken.length === 0 && distinct.size === keys.length) return
  throw new CommitFailed('conflict', 'a key was taken', { hashes: taken.map((key) => key.hash) })
}

function upsertFault(table: TableSpec, rows: readonly Row[]): string | undefined {
  const seen = new Set<string>()
  for (const row of rows) {
    const key = row.slice(0, table.key.length)
    if (key.includes(null)) return `a row of ${table.name} has no key`
    const name = JSON.stringify(key)
    if (seen.has(name)) return `row ${name} of ${table.name} comes twice`
    seen.add(name)
  }
  return undefined
}

function duplicateInbox(database: ModelDatabase, turn: TurnWrites): string | undefined {
  const done = new Set(turn.inboxDone.map(inboxName))
  const seen = new Set<string>()
  for (const row of turn.inbox) {
    const name = inboxName(row)
    if ((database.inbox.has(name) && !done.has(name)) || seen.has(name)) return `inbox row ${name} exists`
    seen.add(name)
  }
  return undefined
}

function writeLanes(database: ModelDatabase, turn: TurnWrites): void {
  for (const move of turn.lanes) {
    const lane = database.lanes[move.lane]
    if (lane) Object.assign(lane, { head: move.newHead, delivered: move.delivered })
  }
  for (const entry of turn.entries) {
    const kept = { ...entry, body: copied(entry.body) }
    database.journal[entry.lane]?.push(kept)
    const ofSubject = database.subjects.get(kept.subject)
    if (ofSubject) ofSubject.push(kept)
    else database.subjects.set(kept.subject, [kept])
  }
}

function writeTables(database: ModelDatabase, turn: TurnWrites): void {
  for (const [table, keys] of turn.deletes) for (const key of keys) database.table(table).delete(key.map(kept))
  for (const [table, rows] of turn.upserts) for (const row of rows) database.table(table).set(row.map(kept))
}

function kept(value: Value): Value {
  return value instanceof Uint8Array ? copied(value) : value
}

/** The writer may use its buffers again; the disk has its own. */
function copied(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes)
}
