import { beforeAll, expect, test } from 'vitest'
import { openPostgresStore } from '../../src/store/postgres/store.ts'
import { testDatabase } from '../support/database.ts'
import { STOCK, STOCK_SQL, turn } from './turns.ts'

const database = testDatabase()
beforeAll(async () => {
  await database.query(STOCK_SQL)
})

test('what is committed can be read by another process', async () => {
  const writer = await openPostgresStore({ url: database.url })
  const [lane] = await writer.takeLanes('one', [{ lane: 7, epoch: 0 }])
  await writer.commit(turn(lane!, { entries: ['a', 'b'], stock: [['hammer', 12, null]] }))
  await writer.close()

  const reader = await openPostgresStore({ url: database.url })
  expect((await reader.readLane(7, 0, 10)).map((entry) => [entry.position, entry.subject])).toEqual([
    [1, 'a'],
    [2, 'b'],
  ])
  expect(
    await reader.loadRows(STOCK, [
      { lane: 7, subject: 'saw' },
      { lane: 7, subject: 'hammer' },
    ]),
  ).toEqual([undefined, [7, 'hammer', 12, null]])
  await reader.close()
})

test('old keys go by kind and age, so many at a time, and are found by a summary of their age', async () => {
  const store = await openPostgresStore({ url: database.url })
  await database.query(
    `insert into key (kind, hash, digest, lane, at, ref)
     select k, decode(md5(k || '/' || n), 'hex'), '\\x00', 1, n, '' from generate_series(1, 3) k, generate_series(1, 5000) n`,
  )
  expect(await store.sweepKeys(1, 3_001, 2_000)).toBe(2_000)
  expect(await store.sweepKeys(1, 3_001, 2_000)).toBe(1_000)
  expect(await store.sweepKeys(1, 3_001, 2_000)).toBe(0)
  const left = await database.query(
    'select kind, count(*)::int4 as keys, min(at)::int4 as oldest from key group by kind',
  )
  expect(left.toSorted((a, b) => a['kind'] - b['kind'])).toEqual([
    { kind: 1, keys: 2_000, oldest: 3_001 },
    { kind: 2, keys: 5_000, oldest: 1 },
    { kind: 3, keys: 5_000, oldest: 1 },
  ])
  const [index] = await database.query(`select am.amname from pg_class c join pg_am am on am.oid = c.relam
    where c.relname = 'key_at'`)
  expect(index).toEqual({ amname: 'brin' })
  await store.close()
})
