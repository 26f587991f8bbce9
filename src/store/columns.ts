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
} from './contract.ts'

/** A column of what a turn writes: its name in SQL, its type, and where its value is found. */
export interface Column<T> {
  readonly name: string
  readonly type: ColumnType
  readonly of: (row: T) => Value | undefined
}

export const MOVE_COLUMNS: readonly Column<LaneMove>[] = [
  { name: 'lane', type: 'int2', of: (move) => move.lane },
  { name: 'epoch', type: 'int8', of: (move) => move.epoch },
  { name: 'old_head', type: 'int8', of: (move) => move.oldHead },
  { name: 'new_head', type: 'int8', of: (move) => move.newHead },
  { name: 'delivered', type: 'int8', of: (move) => move.delivered },
]

export const ENTRY_COLUMNS: readonly Column<StoredEntry>[] = [
  { name: 'lane', type: 'int2', of: (entry) => entry.lane },
  { name: 'position', type: 'int8', of: (entry) => entry.position },
  { name: 'type', type: 'int2', of: (entry) => entry.type },
  { name: 'subject', type: 'text', of: (entry) => entry.subject },
  { name: 'at', type: 'int8', of: (entry) => entry.at },
  { name: 'body', type: 'bytea', of: (entry) => entry.body },
]

export const RECEIPT_COLUMNS: readonly Column<ReceiptRow>[] = [
  { name: 'id', type: 'text', of: (receipt) => receipt.id },
  { name: 'tenant', type: 'text', of: (receipt) => receipt.tenant },
  { name: 'sender', type: 'text', of: (receipt) => receipt.sender },
  { name: 'channel', type: 'text', of: (receipt) => receipt.channel },
  { name: 'at', type: 'int8', of: (receipt) => receipt.at },
  { name: 'verdict', type: 'text', of: (receipt) => receipt.verdict },
  { name: 'digest', type: 'bytea', of: (receipt) => receipt.digest },
  { name: 'bytes', type: 'bytea', of: (receipt) => receipt.bytes },
]

export const KEY_COLUMNS: readonly Column<KeyRow>[] = [
  { name: 'kind', type: 'int2', of: (key) => key.kind },
  { name: 'hash', type: 'bytea', of: (key) => key.hash },
  { name: 'digest', type: 'bytea', of: (key) => key.digest },
  { name: 'ref', type: 'text', of: (key) => key.ref },
  { name: 'lane', type: 'int2', of: (key) => key.lane },
  { name: 'at', type: 'int8', of: (key) => key.at },
]

/** What names an inbox row. */
export type InboxKey = Omit<InboxRow, 'body'>

export const INBOX_KEY_COLUMNS: readonly Column<InboxKey>[] = [
  { name: 'lane', type: 'int2', of: (row) => row.lane },
  { name: 'sender_lane', type: 'int2', of: (row) => row.senderLane },
  { name: 'sender_epoch', type: 'int8', of: (row) => row.senderEpoch },
  { name: 'number', type: 'int8', of: (row) => row.number },
]

export const INBOX_COLUMNS: readonly Column<InboxRow>[] = [
  ...INBOX_KEY_COLUMNS,
  { name: 'body', type: 'bytea', of: (row) => row.body },
]

/** Key and other columns of a declared table, in the order of its rows. */
export function rowColumns(table: TableSpec): Column<Row>[] {
  return [...table.key, ...table.columns].map((column, at) => ({ ...column, of: (row) => row[at] }))
}
