import { expect, test } from 'vitest'
import type { Row, TableSpec, TurnWrites } from './contract.ts'
import { turnFault } from './turn-faults.ts'

const STOCK: TableSpec = {
  name: 'stock',
  key: [
    { name: 'lane', type: 'int2' },
    { name: 'item', type: 'text' },
  ],
  columns: [{ name: 'quantity', type: 'int8' }],
}
const move = (lane: number, oldHead: number, newHead: number) => ({ lane, epoch: 1, oldHead, newHead, delivered: 0 })
const entry = (lane: number, position: number) => ({
  lane,
  position,
  type: 1,
  subject: 's',
  at: 0,
  body: new Uint8Array(),
})
const rows = (...of: Row[]) => new Map([[STOCK, of]])

const turn = (parts: Partial<TurnWrites>): TurnWrites => ({
  lanes: [move(4, 7, 7)],
  entries: [],
  receipts: [],
  keys: [],
  upserts: new Map(),
  deletes: new Map(),
  inbox: [],
  inboxDone: [],
  marks: new Uint8Array(),
  at: 0,
  ...parts,
})

test('a turn whose heads move by exactly its entries is in order, lanes interleaved', () => {
  const lanes = [move(4, 7, 9), move(2, 0, 1)]
  expect(turnFault(turn({ lanes, entries: [entry(4, 8), entry(2, 1), entry(4, 9)] }))).toBeUndefined()
})

test.each<[string, Partial<TurnWrites>, RegExp]>([
  ['skips a position', { lanes: [move(4, 7, 9)], entries: [entry(4, 9)] }, /4\/9 does not follow 7/],
  ['moves a head without an entry', { lanes: [move(4, 7, 8)] }, /head of lane 4 is 8/],
  ['writes to a lane it does not move', { entries: [entry(5, 1)] }, /lane 5, which does not move/],
  ['moves a lane twice', { lanes: [move(4, 7, 7), move(4, 7, 7)] }, /moves twice/],
  ['keeps a row for another lane', { upserts: rows([5, 'saw', 1]) }, /upsert in stock for lane 5/],
  ['keeps a row that is too short', { upserts: rows([4, 'saw']) }, /2 values in stock, which takes 3/],
  ['deletes with more than a key', { deletes: rows([4, 'saw', 1]) }, /3 values in stock, which takes 2/],
  [
    'empties the inbox of another lane',
    { inboxDone: [{ lane: 9, senderLane: 0, senderEpoch: 0, number: 0 }] },
    /inbox row/,
  ],
])('a turn is refused when it %s', (_, parts, says) => {
  expect(turnFault(turn(parts))).toMatch(says)
})
