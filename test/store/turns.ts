import type { KeyRow, LaneRow, ReceiptRow, Row, StoredEntry, TableSpec, TurnWrites } from '../../src/store/contract.ts'

/** A table of the tests, declared as a room would. */
export const STOCK: TableSpec = {
  name: 'test_stock',
  key: [
    { name: 'lane', type: 'int2' },
    { name: 'item', type: 'text' },
  ],
  columns: [
    { name: 'quantity', type: 'int8' },
    { name: 'note', type: 'bytea' },
  ],
}

export const STOCK_SQL = `
  create table test_stock (
    lane int2 not null, item text collate "C" not null, quantity int8, note bytea, primary key (lane, item)
  )`

export const NOW = Date.UTC(2026, 0, 15, 12)

/** What a turn of the tests may say; everything else is empty. */
export interface TurnParts {
  /** Subjects of the entries. */
  readonly entries?: readonly string[]
  readonly stock?: readonly (readonly [item: string, quantity: number, note: Uint8Array | null])[]
  readonly gone?: readonly string[]
  readonly keys?: readonly KeyRow[]
  readonly receipts?: readonly ReceiptRow[]
  readonly marks?: Uint8Array
  readonly inbox?: TurnWrites['inbox']
  readonly inboxDone?: TurnWrites['inboxDone']
  readonly delivered?: number
  readonly at?: number
}

/** A turn of one lane, from the lane as it is. */
export function turn(lane: Pick<LaneRow, 'lane' | 'epoch' | 'head'>, parts: TurnParts): TurnWrites {
  const at = parts.at ?? NOW
  const entries = (parts.entries ?? []).map((subject, nth) => entry(lane.lane, lane.head + 1 + nth, subject, at))
  return {
    lanes: [
      {
        lane: lane.lane,
        epoch: lane.epoch,
        oldHead: lane.head,
        newHead: lane.head + entries.length,
        delivered: parts.delivered ?? 0,
      },
    ],
    entries,
    receipts: parts.receipts ?? [],
    keys: parts.keys ?? [],
    upserts: rows(parts.stock?.map(([item, quantity, note]) => [lane.lane, item, quantity, note])),
    deletes: rows(parts.gone?.map((item) => [lane.lane, item])),
    inbox: parts.inbox ?? [],
    inboxDone: parts.inboxDone ?? [],
    marks: parts.marks ?? new Uint8Array(0),
    at,
  }
}

function rows(of: readonly Row[] | undefined): Map<TableSpec, readonly Row[]> {
  return of ? new Map([[STOCK, of]]) : new Map()
}

function entry(lane: number, position: number, subject: string, at: number): StoredEntry {
  return { lane, position, type: 1, subject, at, body: Buffer.from(`${subject}@${position}`) }
}

/** A key by a short name. */
export function key(name: string, kind = 1): KeyRow {
  return { kind, hash: Buffer.from(name.padEnd(16, '.')), digest: Buffer.alloc(16, 1), ref: name, lane: 0, at: NOW }
}

export function receipt(id: string): ReceiptRow {
  return {
    id,
    tenant: 'acme',
    sender: 'bigbox',
    channel: 'http',
    at: NOW,
    verdict: 'accepted',
    digest: Buffer.alloc(32, 7),
    bytes: Buffer.from(`bytes of ${id}`),
  }
}
