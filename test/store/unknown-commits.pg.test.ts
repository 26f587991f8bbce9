import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { CommitFailed, type LaneRow, type Store } from '../../src/store/contract.ts'
import { openPostgresStore } from '../../src/store/postgres/store.ts'
import { testDatabase } from '../support/database.ts'
import { openWire, type Wire } from '../support/tcp-proxy.ts'
import { key, receipt, STOCK_SQL, turn } from './turns.ts'

const database = testDatabase()
let wire: Wire
let store: Store
let lane: LaneRow
let nextLane = 10

beforeAll(async () => {
  await database.query(STOCK_SQL)
})
beforeEach(async () => {
  wire = await openWire(database.url)
  store = await openPostgresStore({ url: wire.url })
  nextLane += 1
  lane = (await store.takeLanes('us', [{ lane: nextLane, epoch: 0 }]))[0] as LaneRow
  await store.commit(turn(lane, { entries: ['warm'] })) // the statements are prepared, as they are in a running hub
  lane = { ...lane, head: 1 }
})
afterEach(async () => {
  await store.close()
  await wire.close()
})

test('the answer to COMMIT is lost: settling finds that it happened', async () => {
  wire.holdReplies()
  const commit = rejection(store.commit(turn(lane, { entries: ['a'], keys: [key(`lost-${nextLane}`)] })))
  await until(async () => (await headOf(nextLane)) === 2)
  wire.cutClients()

  expect((await commit).reason).toBe('unknown')
  expect(await store.settle([nextLane])).toEqual([{ ...lane, head: 2 }])
  await store.commit(turn({ ...lane, head: 2 }, { entries: ['b'] }))
  expect(await headOf(nextLane)).toBe(3)
})

test('the request is lost on its way: settling finds that it did not happen', async () => {
  wire.holdRequests(0)
  const commit = rejection(store.commit(turn(lane, { entries: ['a'] })))
  await pause(50)
  wire.cutClients()

  expect((await commit).reason).toBe('unknown')
  expect(await store.settle([nextLane])).toEqual([lane])
  await store.commit(turn(lane, { entries: ['a'] }))
  expect(await headOf(nextLane)).toBe(2)
})

test('a turn that reaches the server after it was settled changes nothing', async () => {
  wire.holdRequests(40) // the transaction has begun; the rest is on its way
  const commit = rejection(store.commit(turn(lane, { entries: ['late'], stock: [['hammer', 1, null]] })))
  await pause(50)
  wire.cutClients()
  expect((await commit).reason).toBe('unknown')
  expect(await store.settle([nextLane])).toEqual([lane])

  wire.release()
  await pause(100)
  expect(await headOf(nextLane)).toBe(1)
  expect(await database.query('select from test_stock where lane = $1', [nextLane])).toEqual([])
})

test('a way that swallows everything is given up in time: unknown, and settled on a new one', async () => {
  const hasty = await openPostgresStore({ url: wire.url, commitTimeoutMs: 300 })
  const [ours] = await hasty.takeLanes('us', [{ lane: nextLane, epoch: lane.epoch }])
  await hasty.commit(turn(ours as LaneRow, {}))
  wire.holdRequests(0)
  expect((await rejection(hasty.commit(turn(ours as LaneRow, { entries: ['a'] })))).reason).toBe('unknown')
  wire.cutClients()
  expect(await hasty.settle([nextLane])).toEqual([ours])
  await hasty.close()
})

test('the server ends the connection in the middle of a turn: unknown, settled, and the next turn goes through', async () => {
  wire.holdRequests(40)
  const commit = rejection(store.commit(turn(lane, { entries: ['a'] })))
  await until(async () => (await terminateWriters()) > 0)

  expect((await commit).reason).toBe('unknown')
  wire.release()
  expect(await store.settle([nextLane])).toEqual([lane])
  await store.commit(turn(lane, { entries: ['a'] }))
  expect(await headOf(nextLane)).toBe(2)
})

test('a connection that died between two turns costs nothing', async () => {
  await until(async () => (await terminateWriters()) > 0)
  await pause(50)
  await store.commit(turn(lane, { entries: ['a'] }))
  expect(await headOf(nextLane)).toBe(2)
})

test('a hub that is stopped in the middle of a turn cannot keep its lanes from the next owner', async () => {
  const taker = await openPostgresStore({ url: database.url })
  await until(async () => {
    wire.holdRequests(2_000) // enough for the fence, which locks the lane's row; not for COMMIT
    return true
  })
  const commit = rejection(store.commit(turn(lane, { entries: Array.from({ length: 500 }, () => 'a') })))
  await until(async () => (await openTransactions()) > 0)

  const [taken] = await taker.takeLanes('them', [{ lane: nextLane, epoch: lane.epoch }])
  expect(taken).toMatchObject({ owner: 'them', head: 1, epoch: lane.epoch + 1 })
  wire.release()
  expect(['unknown', 'fenced']).toContain((await commit).reason)
  expect(await headOf(nextLane)).toBe(1)
  await taker.close()
})

test('a fenced turn changes nothing in any table', async () => {
  const before = await everything()
  const other = await openPostgresStore({ url: database.url })
  await other.takeLanes('them', [{ lane: nextLane, epoch: lane.epoch }])
  const stale = turn(lane, {
    entries: ['a'],
    stock: [['hammer', 1, null]],
    keys: [key('fenced')],
    receipts: [receipt('fenced')],
    marks: new Uint8Array(12),
    inbox: [{ lane: 1, senderLane: 2, senderEpoch: 3, number: 4, body: new Uint8Array(1) }],
  })
  expect((await rejection(store.commit(stale))).reason).toBe('fenced')
  expect(await everything()).toEqual(before)
  await other.close()
})

test('a key that was taken meanwhile is named, and nothing of the turn is kept', async () => {
  await store.commit(turn(lane, { keys: [key('taken')] }))
  const before = await everything()
  const failed = await rejection(
    store.commit(turn(lane, { entries: ['a'], keys: [key('free'), key('taken')], stock: [['saw', 1, null]] })),
  )
  expect(failed.reason).toBe('conflict')
  expect(failed.hashes.map((hash) => Buffer.from(hash).toString())).toEqual([key('taken').hash.toString()])
  expect(await everything()).toEqual(before)
})

test('after a refused turn the same connection commits the next one', async () => {
  const twice = turn(lane, {
    entries: ['a'],
    stock: [
      ['saw', 1, null],
      ['saw', 2, null],
    ],
  })
  expect((await rejection(store.commit(twice))).reason).toBe('refused')
  await store.commit(turn(lane, { entries: ['a'], stock: [['saw', 1, null]] }))
  expect(await headOf(nextLane)).toBe(2)
})

async function rejection(commit: Promise<void>): Promise<CommitFailed> {
  const failure = await commit.then(
    () => new Error('the commit went through'),
    (error: unknown) => error,
  )
  if (!(failure instanceof CommitFailed)) throw failure
  return failure
}

async function headOf(of: number): Promise<number> {
  const rows = await database.query<{ head: string }>('select head from lane where lane = $1', [of])
  return Number(rows[0]?.head)
}

async function everything(): Promise<unknown> {
  const tables = ['journal', 'receipt', 'key', 'inbox', 'mark', 'test_stock']
  const counts = tables.map(async (table) => (await database.query(`select count(*) from ${table}`))[0])
  return Promise.all([...counts, database.query('select lane, head, delivered, day from lane order by lane')])
}

async function terminateWriters(): Promise<number> {
  const rows = await database.query(
    `select pg_terminate_backend(pid, 1000) from pg_stat_activity
      where datname = current_database() and application_name like '%/writer/%'`,
  )
  return rows.length
}

async function openTransactions(): Promise<number> {
  const rows = await database.query(
    `select from pg_locks join pg_stat_activity using (pid)
      where datname = current_database() and application_name like '%/writer/%' and mode = 'RowExclusiveLock'`,
  )
  return rows.length
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 400; tries += 1) {
    if (await holds()) return
    await pause(10)
  }
  throw new Error('it did not come about within 4 s')
}
