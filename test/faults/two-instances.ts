/**
 * Two hub processes on one PostgreSQL, a whole landscape sending through both, and a schedule of kills and pauses of
 * hubs and database; afterwards the independent checker compares the ledgers, and every row is compared with a fold of
 * the journal. `node test/faults/two-instances.ts --faults 20 --seed 7`
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { systemClock } from '../../src/base/clock.ts'
import { seededRandom, systemRandom } from '../../src/base/random.ts'
import { Checker, type Verdict } from '../../src/checker/checker.ts'
import type { HubEvent, LedgerRow } from '../../src/checker/records.ts'
import { simulatedBusiness } from '../../src/cli/landscape/acme.ts'
import { openKeys } from '../../src/governance/keys.ts'
import { postgresKeyStore } from '../../src/governance/postgres-key-store.ts'
import { roomsOf } from '../../src/hub/rooms.ts'
import type { JournalEvent, Room } from '../../src/journal/contract.ts'
import { decodeEvent } from '../../src/journal/encode.ts'
import { foldLane, rowName } from '../../src/journal/rebuild.ts'
import { Carrier } from '../../src/simulators/carrier/carrier.ts'
import { Erp } from '../../src/simulators/erp/erp.ts'
import { buildLandscape } from '../../src/simulators/landscape.ts'
import { MemoryLedger } from '../../src/simulators/ledger.ts'
import { hubDoor, serve } from '../../src/simulators/serve.ts'
import { Shop, type ShopPorts } from '../../src/simulators/shop/shop.ts'
import { Wms } from '../../src/simulators/wms/wms.ts'
import type { Row, Store } from '../../src/store/contract.ts'
import { migrate } from '../../src/store/postgres/migrate.ts'
import { openDatabase } from '../../src/store/postgres/open-database.ts'
import { openPostgresStore } from '../../src/store/postgres/store.ts'

const KINDS = ['kill hub', 'pause hub', 'kill postgres'] as const
type FaultKind = (typeof KINDS)[number]

export interface TwoInstancesOptions {
  readonly faults: number
  readonly seed: number
  readonly ordersPerSecond: number
  /** How long a paused hub stands still: longer than the lease, so that its lanes are taken. */
  readonly pauseMs?: number
  readonly say: (sentence: string) => void
}

export interface TwoInstancesResult {
  readonly verdict: Verdict
  readonly faults: Readonly<Record<string, number>>
  readonly orders: number
  /** Seconds from each fault until an order was accepted again. */
  readonly recoverySeconds: readonly number[]
  readonly gaps: number
  /** Rows of rooms that are not what their lane's journal folds to. */
  readonly strayRows: number
  readonly unfinished: number
}

/** Runs the schedule and judges. Nothing but the hubs and the database is touched. */
export async function twoInstances(options: TwoInstancesOptions): Promise<TwoInstancesResult> {
  const started: ChildProcess[] = []
  const cleanUp: (() => Promise<void>)[] = []
  try {
    return await schedule(options, started, cleanUp)
  } finally {
    for (const hub of started) hub.kill('SIGKILL')
    for (const clean of cleanUp.reverse()) await clean()
  }
}

async function schedule(
  options: TwoInstancesOptions,
  started: ChildProcess[],
  cleanUp: (() => Promise<void>)[],
): Promise<TwoInstancesResult> {
  const folder = await mkdtemp(join(tmpdir(), 'crossdock-faults-'))
  await chmod(folder, 0o755)
  cleanUp.push(() => rm(folder, { recursive: true, force: true }))
  let database = await openDatabase({ dataFolder: folder })
  cleanUp.push(() => database.stop())
  const databasePort = new URL(database.url).port
  await migrate({ url: database.url })
  const tokens = await makeKeys(database.url)
  const ports = [20_000 + Math.floor(Math.random() * 5_000), 26_000 + Math.floor(Math.random() * 5_000)]
  const world = await openWorld(options.seed, tokens, ports)
  const hubs: ChildProcess[] = []
  const start = async (at: number) => {
    const hub = await startHub(
      {
        databaseUrl: database.url,
        port: ports[at] as number,
        dataFolder: join(folder, `hub-${at}`),
        systems: world.urls,
      },
      options.say,
    )
    started.push(hub)
    hubs[at] = hub
  }
  await start(0)
  await start(1)
  await world.erp.exportMasters()
  await pause(500)
  for (const warehouse of world.warehouses) warehouse.count()
  await pause(1_000)

  let placed = 0
  let accepted = 0
  cleanUp.push(() => world.close())
  const placing = setInterval(() => {
    if (world.shop.unanswered > 100) return
    void world.shop.place(placed++).then((order) => {
      if (order.order) accepted += 1
    })
  }, 1_000 / options.ordersPerSecond)

  cleanUp.push(async () => clearInterval(placing))
  const random = seededRandom(options.seed)
  const counts: Record<string, number> = {}
  const recoverySeconds: number[] = []
  await pause(2_000)
  for (let nth = 0; nth < options.faults; nth += 1) {
    const kind = KINDS[nth % KINDS.length] as FaultKind
    const which = random.next() < 0.5 ? 0 : 1
    options.say(`${nth + 1}/${options.faults}: ${kind}${kind.endsWith('hub') ? ` ${which}` : ''}`)
    counts[kind] = (counts[kind] ?? 0) + 1
    const before = accepted
    const began = performance.now()
    const recovered = untilAccepted(() => accepted > before).then(() =>
      recoverySeconds.push((performance.now() - began) / 1000),
    )
    if (kind === 'kill hub') {
      hubs[which]?.kill('SIGKILL')
      await pause(500 + random.next() * 1_500)
      await start(which)
    } else if (kind === 'pause hub') {
      hubs[which]?.kill('SIGSTOP')
      await pause(options.pauseMs ?? 12_500)
      hubs[which]?.kill('SIGCONT')
    } else {
      process.kill(database.processId as number, 'SIGKILL')
      await pause(300)
      database = await openDatabase({ dataFolder: folder, settings: { port: databasePort } })
    }
    await recovered
    await pause(1_000 + random.next() * 2_000)
  }
  clearInterval(placing)
  await untilQuiet(world, options.say)
  for (const warehouse of world.warehouses) warehouse.close()

  const { verdict, gaps, strayRows } = await judge(database.url, world)
  const unfinished = await countUnfinished(database.url)
  for (const hub of hubs) hub.kill('SIGTERM')
  await pause(1_500)
  return { verdict, faults: counts, orders: placed, recoverySeconds, gaps, strayRows, unfinished }
}

async function untilAccepted(is: () => boolean): Promise<void> {
  for (let waited = 0; !is(); waited += 50) {
    if (waited > 60_000) throw new Error('no order was accepted for a minute after a fault')
    await pause(50)
  }
}

async function makeKeys(url: string): Promise<Record<string, string>> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const keys = openKeys(
    postgresKeyStore((text, values) => client.query(text, [...values])),
    { clock: systemClock, random: systemRandom },
  )
  const tokens: Record<string, string> = {}
  for (const system of ['erp', 'wms1', 'wms2', 'shop', 'carrier']) {
    tokens[system] = (await keys.make('acme', { name: system, system, scopes: ['in:write', 'orders:write'] })).text
  }
  await client.end()
  return tokens
}

async function openWorld(seed: number, tokens: Record<string, string>, ports: readonly number[]) {
  const landscape = buildLandscape({ seed, items: 200, facilities: { DC1: [20_000, 40_000], DC2: [20_000, 40_000] } })
  const doors: { close(): Promise<void> }[] = []
  const portsOf = (system: string): ShopPorts => {
    const both = ports.map((port) => hubDoor(`http://127.0.0.1:${port}`, system, tokens[system] as string, 8))
    doors.push(...both)
    let turn = 0
    const next = () => both[turn++ % both.length] as (typeof both)[number]
    return {
      clock: systemClock,
      random: seededRandom(seed),
      ledger: new MemoryLedger(system),
      schedule: (ms, fn) => {
        setTimeout(fn, ms)
      },
      emit: (reports, topic) => within(next().emit(reports, topic), 'unknown' as const),
      place: (document, key) => within(next().place(document, key), { status: 0, body: {} }),
    }
  }
  const pace = { startMs: 100, pickMs: 300, packMs: 200, manifestMs: 100, dispatchMs: 200 }
  const erp = new Erp({ name: 'erp', seed }, landscape, portsOf('erp'))
  const warehouses = ['DC1', 'DC2'].map(
    (facility, at) =>
      new Wms(
        { name: `wms${at + 1}`, facility, seed, ssccExtension: at + 1, shortRate: 0.02, countAfterMs: 2_000, pace },
        landscape,
        portsOf(`wms${at + 1}`),
      ),
  )
  const shop = new Shop({ name: 'shop', seed, repeatRate: 0.1, newKeyRate: 0.05 }, landscape, portsOf('shop'))
  const carrier = new Carrier({ name: 'carrier', departMs: 200, arriveMs: 500, deliverMs: 900 }, portsOf('carrier'))
  const all = [erp, ...warehouses, shop, carrier]
  const served = await Promise.all(all.map((simulator) => serve(simulator)))
  const urls = Object.fromEntries(all.map((simulator, at) => [simulator.name, served[at]?.url as string]))
  const close = async () => {
    await Promise.all([...served.map((one) => one.close()), ...doors.map((door) => door.close())])
  }
  return { landscape, erp, warehouses, shop, carrier, all, urls, close }
}

/** A sender's patience: a paused hub answers nothing, and nobody waits for it for ever. */
function within<T>(work: Promise<T>, otherwise: T): Promise<T> {
  return Promise.race([work, pause(3_000).then(() => otherwise)])
}

async function startHub(orders: object, say: (sentence: string) => void): Promise<ChildProcess> {
  const script = fileURLToPath(new URL('./hub-process.ts', import.meta.url))
  const child = spawn(process.execPath, [script, JSON.stringify(orders)], {
    stdio: ['ignore', 'pipe', process.env['CROSSDOCK_LOUD'] ? 'inherit' : 'ignore'],
  })
  await new Promise<void>((resolve, reject) => {
    child.stdout?.once('data', () => resolve())
    child.once('exit', (code) => reject(new Error(`a hub ended with ${code} before it was ready`)))
  })
  say(`hub ${child.pid} is up`)
  return child
}

async function untilQuiet(
  world: Awaited<ReturnType<typeof openWorld>>,
  say: (sentence: string) => void,
): Promise<void> {
  let calmSince = performance.now()
  const until = performance.now() + 120_000
  let rows = 0
  while (performance.now() < until && performance.now() - calmSince < 12_000) {
    await pause(250)
    const now = world.all.reduce((sum, simulator) => sum + simulator.ledger.length, 0)
    const busy = world.shop.unanswered > 0 || world.all.some((simulator) => simulator.unsent > 0) || now !== rows
    rows = now
    if (busy) calmSince = performance.now()
  }
  say(`quiet; ${rows} ledger rows`)
}

async function judge(url: string, world: Awaited<ReturnType<typeof openWorld>>) {
  const store = await openPostgresStore({ url })
  const checker = new Checker({
    roles: Object.fromEntries(world.all.map((simulator) => [simulator.name, simulator.role])),
    facilities: { DC1: 'wms1', DC2: 'wms2' },
  })
  for (const simulator of world.all) for (const row of simulator.ledger.rows()) checker.row(row as unknown as LedgerRow)
  let gaps = 0
  let strayRows = 0
  const { rooms } = roomsOf(simulatedBusiness({ name: 'acme' }))
  for (const { lane, head } of await store.lanes()) {
    const events: JournalEvent[] = []
    let expected = 1
    for (let after = 0; after < head; ) {
      const entries = await store.readLane(lane, after, 5_000)
      for (const entry of entries) {
        if (entry.position !== expected) gaps += 1
        expected = entry.position + 1
        const event = decodeEvent(entry)
        events.push(event)
        checker.event(event as unknown as HubEvent)
      }
      after = entries.at(-1)?.position ?? head
    }
    if (expected !== head + 1) gaps += 1
    strayRows += await straysIn(store, lane, events, rooms)
  }
  await store.close()
  return { verdict: checker.verdict(), gaps, strayRows }
}

/** Rows that differ from a fold of the lane's journal, either way. */
async function straysIn(
  store: Store,
  lane: number,
  events: readonly JournalEvent[],
  rooms: readonly Room[],
): Promise<number> {
  let strays = 0
  for (const [table, expected] of foldLane(events, rooms)) {
    const found = new Map((await store.loadLanes(table, [lane])).map((row) => [rowName(table, row), row]))
    for (const name of new Set([...expected.keys(), ...found.keys()])) {
      if (textOf(expected.get(name)) !== textOf(found.get(name))) strays += 1
    }
  }
  return strays
}

const textOf = (row: Row | undefined): string | undefined =>
  row &&
  JSON.stringify(row.map((value) => (value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value)))

async function countUnfinished(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query(
    `select count(*)::int as n from order_state where stage not in ('closed', 'cancelled', 'rejected', 'backordered')`,
  )
  await client.end()
  return rows[0].n as number
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: { faults: { type: 'string' }, seed: { type: 'string' }, rate: { type: 'string' } },
  })
  const say = (sentence: string) => process.stderr.write(`${sentence}\n`)
  const result = await twoInstances({
    faults: Number(values.faults ?? 20),
    seed: Number(values.seed ?? 7),
    ordersPerSecond: Number(values.rate ?? 15),
    say,
  })
  const { details, ...counts } = result.verdict
  process.stdout.write(`${JSON.stringify({ ...result, verdict: counts, details: details.slice(0, 10) })}\n`)
  const { lost, duplicates, phantom, reordered, illegal, unbalanced } = counts
  process.exit(
    lost + duplicates + phantom + reordered + illegal + unbalanced + result.gaps + result.strayRows === 0 ? 0 : 1,
  )
}
