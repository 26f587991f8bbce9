import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Store } from '../../src/store/contract.ts'
import { openPostgresStore } from '../../src/store/postgres/store.ts'
import { testDatabase } from '../support/database.ts'

const database = testDatabase()
let north: Store
let south: Store

beforeEach(async () => {
  north = await openPostgresStore({ url: database.url })
  south = await openPostgresStore({ url: database.url })
})
afterEach(async () => {
  await north.close()
  await south.close()
  await database.query('delete from instance')
})

const alive = async (from: Store) => (await from.instances()).map((instance) => [instance.id, instance.alive])

test('an instance is alive for the others as long as its session lives', async () => {
  await north.register('north', 'http://127.0.0.1:1')
  expect(await alive(south)).toEqual([['north', true]])
  await north.close()
  await expect.poll(() => alive(south)).toEqual([['north', false]])
  north = await openPostgresStore({ url: database.url })
})

test('two processes cannot run under one name', async () => {
  await north.register('one', 'a')
  await expect(south.register('one', 'b')).rejects.toMatchObject({ code: 'XD_STORE_INSTANCE_TAKEN' })
  await north.unregister('one')
  await south.register('one', 'b')
  expect(await south.instances()).toMatchObject([{ id: 'one', address: 'b', alive: true }])
})

test('silence is measured by the database and ends with a heartbeat', async () => {
  await north.register('north', 'a')
  await pause(120)
  const [silent] = await south.instances()
  expect(silent?.silentMs).toBeGreaterThanOrEqual(100)
  await north.heartbeat('north')
  expect((await south.instances())[0]?.silentMs).toBeLessThan(silent?.silentMs as number)
})

test('a session that was cut is dead for the others until its next heartbeat, which takes the lock back', async () => {
  await north.register('north', 'a')
  const ended = await database.query(
    `select pg_terminate_backend(pid, 1000) from pg_stat_activity
      join pg_locks using (pid) where locktype = 'advisory' and datname = current_database()`,
  )
  expect(ended).toHaveLength(1)
  expect(await alive(south)).toEqual([['north', false]])
  await expect
    .poll(() =>
      north.heartbeat('north').then(
        () => 'beats',
        () => 'failed',
      ),
    )
    .toBe('beats')
  expect(await alive(south)).toEqual([['north', true]])
})

test('of two hubs that want the same lane at the same moment one gets it', async () => {
  for (let lane = 100; lane < 120; lane += 1) {
    const wanted = [{ lane, epoch: 0 }]
    const taken = await Promise.all([north.takeLanes('north', wanted), south.takeLanes('south', wanted)])
    expect(taken.flat()).toHaveLength(1)
    expect(taken.flat()[0]).toMatchObject({ lane, epoch: 1 })
  }
})

test('a lane can be given back only by its owner under its epoch', async () => {
  const [lane] = await north.takeLanes('north', [{ lane: 200, epoch: 0 }])
  await south.releaseLanes('south', [{ lane: 200, epoch: 1 }])
  await north.releaseLanes('north', [{ lane: 200, epoch: 0 }])
  expect((await north.lanes())[200]).toEqual(lane)
  await north.releaseLanes('north', [{ lane: 200, epoch: 1 }])
  expect((await south.lanes())[200]).toMatchObject({ owner: null, epoch: 1 })
})

test('the database tells the time', async () => {
  const [row] = await database.query<{ now: number }>('select extract(epoch from clock_timestamp())::float8 as now')
  expect(Math.abs((await north.databaseNow()) - (row?.now as number) * 1_000)).toBeLessThan(2_000)
})

test('a database that cannot be reached is reported with a code', async () => {
  const nowhere = new URL(database.url)
  nowhere.search = ''
  nowhere.port = '1'
  await expect(openPostgresStore({ url: nowhere.href })).rejects.toMatchObject({
    code: 'XD_STORE_UNREACHABLE',
    retry: 'later',
  })
})
