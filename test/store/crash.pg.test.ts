import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CommitFailed, type LaneRow, type Store } from '../../src/store/contract.ts'
import { migrate } from '../../src/store/postgres/migrate.ts'
import { type Database, openDatabase } from '../../src/store/postgres/open-database.ts'
import { openPostgresStore } from '../../src/store/postgres/store.ts'
import { queryOnce } from '../support/database.ts'
import { STOCK, STOCK_SQL, turn } from './turns.ts'

/** Times the server is killed; `CROSSDOCK_STORE_KILLS=20` for the long run. */
const KILLS = Number(process.env['CROSSDOCK_STORE_KILLS'] ?? 4)
const SETTINGS = { shared_buffers: '32MB' }
const LANES = [1, 2]

let folder: string
let database: Database

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crossdock-crash-'))
  await chmod(folder, 0o755)
  database = await openDatabase({ dataFolder: folder, settings: SETTINGS })
  await migrate({ url: database.url })
  await queryOnce(database.url, STOCK_SQL)
})
afterAll(async () => {
  await database.stop()
  await rm(folder, { recursive: true, force: true })
})

test(`PostgreSQL is killed ${KILLS} times during commits: nothing acknowledged is lost and no position is missing`, {
  timeout: 30_000 + KILLS * 15_000,
}, async () => {
  const acknowledged: { lane: number; head: number; quantity: number }[] = []
  const unknown: boolean[] = []
  for (let kill = 0; kill < KILLS; kill += 1) {
    const store = await openPostgresStore({ url: database.url })
    const work = commitUntilBroken(store, acknowledged)
    await pause(150 + kill * 60)
    process.kill(database.processId as number, 'SIGKILL')
    const heads = await work
    database = await openDatabase({ dataFolder: folder, settings: SETTINGS })
    unknown.push(await isExplained(heads))
    await store.close()
    await checkEverything(acknowledged)
  }
  expect(acknowledged.length).toBeGreaterThan(KILLS * 5)
  expect(unknown).toEqual(Array.from({ length: KILLS }, () => true))
})

/** Commits turn after turn on both lanes and answers the heads as they were asked for when the server went away. */
async function commitUntilBroken(store: Store, acknowledged: { lane: number; head: number; quantity: number }[]) {
  const rows = (await store.lanes()).filter((lane) => LANES.includes(lane.lane))
  const taken = await store.takeLanes('us', rows)
  const heads = new Map(taken.map((lane) => [lane.lane, lane]))
  for (let nth = 0; ; nth += 1) {
    const lane = heads.get(LANES[nth % LANES.length] as number) as LaneRow
    const next = { ...lane, head: lane.head + 3 }
    try {
      await store.commit(turn(lane, { entries: ['a', 'b', 'c'], stock: [['hammer', next.head, null]] }))
    } catch (error) {
      if (!(error instanceof CommitFailed) || error.reason !== 'unknown') throw error
      return { lane, next }
    }
    heads.set(lane.lane, next)
    acknowledged.push({ lane: lane.lane, head: next.head, quantity: next.head })
  }
}

/** A new hub settles the lane: it is either as it was before the unknown turn, or as it would be after. */
async function isExplained({ lane, next }: { lane: LaneRow; next: LaneRow }): Promise<boolean> {
  const store = await openPostgresStore({ url: database.url })
  const [settled] = await store.settle([lane.lane])
  await store.close()
  return settled?.head === lane.head || settled?.head === next.head
}

async function checkEverything(acknowledged: readonly { lane: number; head: number; quantity: number }[]) {
  const store = await openPostgresStore({ url: database.url })
  for (const lane of LANES) {
    const last = acknowledged.findLast((one) => one.lane === lane)
    const entries = await store.readLane(lane, 0, 1_000_000)
    expect(entries.map((entry) => entry.position)).toEqual(entries.map((_, nth) => nth + 1))
    expect(entries.length).toBeGreaterThanOrEqual(last?.head ?? 0)
    const [stock] = await store.loadRows(STOCK, [{ lane, subject: 'hammer' }])
    expect(stock?.[2] ?? 0).toBe(entries.length) // the room's row was in the same commit
  }
  await store.close()
}
