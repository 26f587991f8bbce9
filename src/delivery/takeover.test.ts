/** What is read of the marks when lanes are taken over. */
import { expect, test } from 'vitest'
import type { JournalEvent } from '../journal/contract.ts'
import { encodeEvent } from '../journal/encode.ts'
import type { LaneRow, Store } from '../store/contract.ts'
import { readUnfinished } from './takeover.ts'

const NOON = Date.UTC(2026, 5, 1, 12)
const MINUTE = 60_000

/** A lane whose requests were planned a minute apart, the first at noon. */
function lane(number: number, head: number, delivered: number): LaneRow {
  return { lane: number, epoch: 1, owner: 'hub-1', head, delivered, leaseUntil: NOON } as unknown as LaneRow
}

const planned = (number: number, position: number): JournalEvent => ({
  type: 'delivery.planned',
  version: 1,
  subject: `acme/order/o-${number}`,
  lane: number,
  position,
  at: NOON + position * MINUTE,
  occurredAt: NOON + position * MINUTE,
  source: 'crossdock',
  correlation: 'c',
  data: {
    target: 'erp',
    verb: 'order.post',
    key: `${number}/${position}`,
    chain: 'o',
    args: {},
    digest: 'd',
    priority: 1,
  } as never,
})

const mark = (number: number, position: number): Buffer => {
  const bytes = Buffer.alloc(12)
  bytes.writeUInt16BE(number, 0)
  bytes.writeUIntBE(position, 2, 6)
  return bytes
}

/** A store of one request a position, where these are marked. */
function given(heads: ReadonlyMap<number, number>, marks: readonly Buffer[]) {
  const asked: number[] = []
  const store: Pick<Store, 'readLane' | 'readMarks' | 'readRanges'> = {
    readLane: async (number, after, limit) =>
      Array.from({ length: Math.max(0, (heads.get(number) ?? 0) - after) }, (_, at) => after + 1 + at)
        .slice(0, limit)
        .map((position) => encodeEvent(planned(number, position))),
    readMarks: async (since) => {
      asked.push(since)
      return Buffer.concat(marks)
    },
    readRanges: async () => [],
  }
  return { store: store as Store, asked }
}

test('marks of lanes with nothing open are not read: of a hundred orders a second there are a million', async () => {
  const { store, asked } = given(new Map([[1, 5]]), [mark(1, 5)])
  const { planned: open } = await readUnfinished(store, [lane(1, 5, 5)], NOON)
  expect(open).toEqual([])
  expect(asked).toEqual([])
})

test('marks are read since the oldest request that may be open, with room for clocks that differ', async () => {
  const marks = [mark(1, 2), mark(1, 4), mark(2, 8), mark(3, 4)]
  const { store, asked } = given(
    new Map([
      [1, 5],
      [2, 8],
    ]),
    marks,
  )
  const { planned: open } = await readUnfinished(store, [lane(1, 5, 3), lane(2, 8, 6), lane(3, 9, 9)], NOON)
  expect(open.map(({ parcel }) => [parcel.request.lane, parcel.request.position])).toEqual([
    [1, 5],
    [2, 7],
  ])
  expect(asked).toEqual([NOON + 4 * MINUTE - 5 * MINUTE])
})
