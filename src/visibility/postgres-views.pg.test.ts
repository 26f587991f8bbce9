import { afterAll, beforeAll, expect, test } from 'vitest'
import { testDatabase } from '../../test/support/database.ts'
import type { Store } from '../store/contract.ts'
import { openPostgresStore } from '../store/postgres/store.ts'
import { type Database, openFollowingDatabase } from './database.ts'
import { Follower } from './follower.ts'
import { factsOf, JournalUnderTest } from './journal-under-test.ts'
import { marksFromPostgres, marksFromStore } from './marks.ts'
import { MemoryViews } from './memory-views.ts'
import { newsFromStore } from './news.ts'
import { newsFromPostgres } from './postgres-news.ts'
import { standingFromPostgres } from './postgres-standing.ts'
import { PostgresViews } from './postgres-views.ts'
import { standingFromStore } from './standing.ts'
import { walkOneOrder } from './walk-under-test.ts'

const database = testDatabase()
const always = { fromHour: 0, toHour: 1_000_000 }
let store: Store
let following: Database
let journal: JournalUnderTest
let views: PostgresViews
let memory: MemoryViews

beforeAll(async () => {
  store = await openPostgresStore({ url: database.url })
  following = openFollowingDatabase(database.url)
  journal = new JournalUnderTest(store)
  await journal.open()
  views = new PostgresViews(following)
  memory = new MemoryViews()
})
afterAll(async () => {
  await following.close()
  await store.close()
})

const now = () => journal.now
const inMemory = () =>
  new Follower({
    views: memory,
    marks: () => marksFromStore(store),
    source: newsFromStore(store),
    standing: standingFromStore(store, memory),
    now,
  })
const inPostgres = (most: number) =>
  new Follower({
    views,
    marks: () => marksFromPostgres(following, now),
    source: newsFromPostgres(store, following),
    standing: standingFromPostgres(following),
    now,
    most,
  })
const followed = () => Promise.all([inPostgres(7).catchUp(), inMemory().catchUp()])

const sorted = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row, Object.keys(row).sort())).sort()

test('PostgreSQL and memory show the same, whatever the size of the rounds', async () => {
  const requests = []
  for (let nth = 1; nth <= 6; nth += 1) requests.push(await walkOneOrder(journal, `o0-0${nth}-1`, `PO-${nth}`))
  const held = 'acme/order/o0-09-1'
  journal.says(held, 'order.received', factsOf('o0-09-1', 'PO-9', 'market'))
  journal.says(held, 'order.held', { hold: 'credit', reason: 'over the limit' })
  const parked = { position: 1, target: 'erp', verb: 'credit.check', key: 'k', attempts: 9, reason: 'no answer' }
  journal.says(held, 'delivery.parked', parked)
  await journal.commit()
  await followed()
  journal.passes(90_000)
  for (const request of requests.slice(0, 4)) journal.marks(request)
  await journal.commit()
  await followed()

  expect(await views.countByStage('acme')).toEqual([
    { stage: 'closed', count: 6 },
    { stage: 'held', count: 1 },
  ])
  expect(await views.countByStage('acme')).toEqual(await memory.countByStage('acme'))
  expect(await views.page('acme', { limit: 3 })).toEqual(await memory.page('acme', { limit: 3 }))
  const [first, second, third] = await views.page('acme', { limit: 9 })
  expect(first).toMatchObject({ subject: held })
  expect(await views.page('acme', { after: second, limit: 1 })).toEqual([third])
  const asked = { stage: 'closed', after: second, limit: 9 }
  expect(await views.page('acme', asked)).toHaveLength(5)
  expect(await views.page('acme', asked)).toEqual(await memory.page('acme', asked))
  expect(await views.find('acme', 'CARTON-O0-02-1', 5)).toEqual(await memory.find('acme', 'CARTON-O0-02-1', 5))
  expect(sorted(await views.buckets('acme', always))).toEqual(sorted(await memory.buckets('acme', always)))
  expect(sorted(await views.counts('acme', always))).toEqual(sorted(await memory.counts('acme', always)))
  const unsent = await views.unacknowledged('acme', journal.now, 9)
  expect(unsent).toHaveLength(2)
  expect(unsent).toEqual(await memory.unacknowledged('acme', journal.now, 9))
  const limits = [{ stage: 'held', before: journal.now }]
  expect(await views.stuck('acme', limits, 5)).toEqual(await memory.stuck('acme', limits, 5))
  expect(await views.stuck('acme', limits, 5)).toMatchObject([
    { subject: held, trouble: expect.stringContaining('erp') },
  ])
})

test('a round is written whole or not at all: what another follower has read is not counted again', async () => {
  const before = await views.counts('acme', always)
  const reached = [{ lane: 1, from: 0, to: 5 }]
  const counts = [{ tenant: 'acme', name: 'order.received', hour: 1, count: 1 }]
  const nothing = { orders: [], keys: [], buckets: [], issued: [], acknowledged: [] }
  expect(await views.commit({ reached, counts, ...nothing })).toBe(false)
  expect(sorted(await views.counts('acme', always))).toEqual(sorted(before))
})

test('two followers at once count every order once', async () => {
  for (let nth = 1; nth <= 9; nth += 1) await walkOneOrder(journal, `o0-a${nth}-1`, `PO-A${nth}`)
  const followers = [1, 2, 3].map(() => inPostgres(40))
  await Promise.all(followers.map((follower) => follower.catchUp()))
  const rows = await views.counts('acme', always)
  const received = rows.filter((row) => row.name === 'order.received').reduce((sum, row) => sum + row.count, 0)
  expect(received).toBe(16)
})

test('each mark is given once, also when a lower number is committed later', async () => {
  const source = marksFromPostgres(following, now)
  const insert = (id: number, at: number) =>
    database.query('insert into mark (id, at, pack) overriding system value values ($1, $2, $3)', [
      id,
      at,
      Buffer.from([id % 256]),
    ])
  await insert(900_001, now())
  await source.read(now())
  await insert(900_003, now())
  const given = (packs: readonly Uint8Array[]) => packs.map((pack) => pack[0])
  expect(given(await source.read(0))).toEqual([900_003 % 256])
  await insert(900_002, now())
  expect(given(await source.read(0))).toEqual([900_002 % 256])
  expect(given(await source.read(0))).toEqual([])
})
