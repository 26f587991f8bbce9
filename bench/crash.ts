import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { simulatedBusiness } from '../src/cli/landscape/acme.ts'
import { roomsOf } from '../src/hub/rooms.ts'
import { decodeEvent } from '../src/journal/encode.ts'
import { foldLane } from '../src/journal/rebuild.ts'
import { laneOfSubject, subjectOf } from '../src/lifecycle/subject.ts'
import type { Row, Store } from '../src/store/contract.ts'
import { openPostgresStore } from '../src/store/postgres/store.ts'
import { freePort } from '../test/support/free-port.ts'
import { budgets } from './support/budgets.ts'
import type { CrashHubOrders } from './support/crash-hub-process.ts'
import { type CrashTown, openCrashTown } from './support/crash-town.ts'
import { type BenchServer, benchServer, onDatabase, onServer } from './support/database.ts'
import { drive } from './support/drive.ts'
import { grow } from './support/grow.ts'
import { benchLandscape } from './support/landscape.ts'
import { startMeter, treeSeconds } from './support/meter.ts'
import { type BenchOptions, type BenchResult, counted, median, resultOf, rounded, roundOf } from './support/result.ts'
import { say } from './support/say.ts'

const SEED = 5
const ALREADY_THERE = 1_000_000
const TEMPLATE = 2_000
/** Orders at the door at once. */
const AT_ONCE = 16
/** Traffic before each kill: what a recovery has to go through. */
const TRAFFIC_MS = 3_000
const QUICK_TRAFFIC_MS = 1_500
const KINDS = ['hub', 'both'] as const
type Kind = (typeof KINDS)[number]

interface Crash {
  readonly kind: Kind
  readonly seconds: number
  readonly databaseSeconds: number
  /** What the new hub process worked until then: it says more than seconds when others are at work. */
  readonly hubCpuSeconds: number
  readonly foreignCores: number
}

/**
 * kill -9 of the hub, and of hub and PostgreSQL together, under load: seconds until an order is accepted again, and then
 * whether everything that was accepted is there, no position of any lane is missing, and rows are what the journal folds to.
 */
export async function run(options: BenchOptions): Promise<BenchResult> {
  const already = options.orders ?? (options.quick ? 0 : ALREADY_THERE)
  const rounds = options.rounds ?? 3
  const folder = await mkdtemp(join(tmpdir(), 'crossdock-bench-crash-'))
  const place = await filled(already)
  const bench = new CrashBench(place.server, place.url, folder, options.quick)
  try {
    await bench.open()
    const crashes: Crash[] = []
    for (let round = 0; round < rounds; round += 1) {
      for (const kind of KINDS) {
        const crash = await bench.crash(kind)
        crashes.push(crash)
        say(`crash round ${round + 1}, ${kind}: ${crash.seconds} s, ${crash.databaseSeconds} s of it PostgreSQL`)
      }
    }
    const found = await bench.judge()
    return summary(crashes, found, already, place.server.version)
  } finally {
    await bench.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/** A migrated database, with so many orders in it, on a server with the product's own settings. */
async function filled(already: number): Promise<{ server: BenchServer; url: string }> {
  if (already === 0) {
    const server = await benchServer()
    return { server, url: await server.migrated() }
  }
  const filling = await benchServer({ wal_level: 'minimal', max_wal_senders: '0', max_wal_size: '8GB' })
  const url = await filling.migrated()
  say(`Filling with ${already.toLocaleString('en')} orders …`)
  const landscape = benchLandscape(SEED)
  await drive({ server: filling, url, landscape, orders: TEMPLATE, inFlight: 400, prefix: 'old-' })
  await grow(url, TEMPLATE, already)
  const server = await filling.restart()
  return { server, url: onServer(server, url) }
}

/** The one run: a database, a town that outlives everything, and hubs one after another. */
class CrashBench {
  #server: BenchServer
  readonly #url: string
  readonly #folder: string
  readonly #trafficMs: number
  #town: CrashTown | undefined
  #hub: ChildProcess | undefined
  #port = 0
  #headsBefore: number[] = []

  constructor(server: BenchServer, url: string, folder: string, quick: boolean) {
    this.#server = server
    this.#url = url
    this.#folder = folder
    this.#trafficMs = quick ? QUICK_TRAFFIC_MS : TRAFFIC_MS
  }

  get town(): CrashTown {
    if (!this.#town) throw new Error('The bench is not open.')
    return this.#town
  }

  async open(): Promise<void> {
    this.#port = await freePort()
    this.#headsBefore = await headsOf(this.#url)
    this.#town = await openCrashTown(this.#url, this.#port, SEED, `crash${process.pid}-`)
    await this.#start()
    await this.town.introduce()
    this.town.begin(AT_ONCE)
  }

  async #start(): Promise<void> {
    const orders: CrashHubOrders = {
      databaseUrl: this.#url,
      port: this.#port,
      dataFolder: join(this.#folder, 'hub'),
      systems: this.town.urls,
    }
    const script = join(import.meta.dirname, 'support/crash-hub-process.ts')
    const hub = spawn(process.execPath, [...process.execArgv, script, JSON.stringify(orders)], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, NODE_COMPILE_CACHE: join(this.#folder, 'compiled') }, // as bin/crossdock.js has it
    })
    this.#hub = hub
    await new Promise<void>((resolve, reject) => {
      hub.stdout.once('data', () => resolve())
      hub.once('exit', (code) => reject(new Error(`The hub ended with ${code} before it was ready.`)))
    })
  }

  /** Seconds from the kill until an order that was placed after it is accepted. */
  async crash(kind: Kind): Promise<Crash> {
    const meter = startMeter(this.#server.processId, this.#hub?.pid ? [this.#hub.pid] : [])
    await pause(this.#trafficMs)
    const cpu = meter()
    const began = performance.now()
    await this.#killHub()
    let databaseSeconds = 0
    if (kind === 'both') {
      this.#server.kill()
      this.#server = await this.#server.revive()
      databaseSeconds = (performance.now() - began) / 1_000
    }
    const taken = this.town.untilTaken()
    await this.#start()
    const seconds = ((await taken) - began) / 1_000
    return {
      kind,
      seconds: rounded(seconds, 2),
      databaseSeconds: rounded(databaseSeconds, 2),
      hubCpuSeconds: rounded(treeSeconds(this.#hub?.pid), 2),
      foreignCores: rounded(cpu.foreign / cpu.seconds, 2),
    }
  }

  async #killHub(): Promise<void> {
    const hub = this.#hub
    if (!hub || hub.exitCode !== null || hub.signalCode !== null) return
    const gone = new Promise<void>((resolve) => hub.once('exit', () => resolve()))
    hub.kill('SIGKILL')
    await gone
  }

  /** What is missing of what the hub said yes to; positions that are not there; rows that are not as the journal folds. */
  async judge(): Promise<{ accepted: number; lost: number; gaps: number; strayRows: number }> {
    await this.town.stop()
    await this.town.quiet()
    await this.#killHub()
    const subjects = [...this.town.taken].map((order) => subjectOf('acme', 'order', order))
    const found = await onDatabase(this.#url, 'select subject from order_state where subject = any ($1)', [subjects])
    const store = await openPostgresStore({ url: this.#url })
    let strayRows = 0
    for (const subject of subjects) strayRows += await straysOf(store, subject)
    await store.close()
    const lost = subjects.length - found.length
    return { accepted: subjects.length, lost, gaps: await gapsSince(this.#url, this.#headsBefore), strayRows }
  }

  async close(): Promise<void> {
    await this.#killHub()
    await this.#town?.close()
    await this.#server.close()
  }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

async function headsOf(url: string): Promise<number[]> {
  return (await onDatabase<{ head: string }>(url, 'select head from lane order by lane')).map(({ head }) =>
    Number(head),
  )
}

/** Lanes in which there is not exactly one entry for each position since the bench began. */
async function gapsSince(url: string, before: readonly number[]): Promise<number> {
  const rows = await onDatabase<{ n: number }>(
    url,
    `select count(*)::int4 as n from lane join unnest($1::int8[]) with ordinality as was (head, nth) on nth = lane + 1
      where lane.head - was.head <> (select count(*) from journal j where j.lane = lane.lane and j.position > was.head)
         or lane.head <> coalesce((select max(position) from journal j where j.lane = lane.lane), 0)`,
    [before],
  )
  return rows[0]?.n ?? 0
}

const { rooms } = roomsOf(simulatedBusiness())

/** Rows of one order that are not what its own events fold to. */
async function straysOf(store: Store, subject: string): Promise<number> {
  const events = (await store.readSubject(subject)).map(decodeEvent)
  const lane = laneOfSubject(subject)
  let strays = 0
  for (const [table, expected] of foldLane(events, rooms)) {
    if (table.key.length !== 2) continue
    const [row] = await store.loadRows(table, [{ lane, subject }])
    const wanted = [...expected.values()].find((one) => one[1] === subject)
    if (textOf(row) !== textOf(wanted)) strays += 1
  }
  return strays
}

const textOf = (row: Row | undefined): string | undefined =>
  row &&
  JSON.stringify(row.map((value) => (value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value)))

function summary(
  crashes: readonly Crash[],
  found: Awaited<ReturnType<CrashBench['judge']>>,
  already: number,
  postgres: string,
): BenchResult {
  const of = (kind: Kind) => crashes.filter((crash) => crash.kind === kind)
  const rounds = of('hub').map(({ seconds, foreignCores }) =>
    roundOf(seconds, 1, { app: 0, database: 0, load: 0, seconds, foreign: foreignCores * seconds }),
  )
  const middle = (kind: Kind) => {
    const some = of(kind).map((crash, at) => ({ ...crash, noisy: rounds[at]?.noisy ?? true }))
    return rounded(median(counted(some).map(({ seconds }) => seconds)), 2)
  }
  const worst = (kind: Kind) => Math.max(...of(kind).map(({ seconds }) => seconds))
  const figures = { afterHubKilledSeconds: middle('hub'), afterBothKilledSeconds: middle('both') }
  const ruined = found.lost + found.gaps + found.strayRows
  return resultOf({
    name: 'crash',
    figure: 'afterHubKilledSeconds',
    unit: 'kill',
    rounds,
    postgres,
    budgets: [
      { ...budgets.afterKill, reached: figures.afterHubKilledSeconds },
      { ...budgets.afterBothKilled, reached: figures.afterBothKilledSeconds },
      { of: 'lost + gaps + strayRows', floor: 0, aim: 0, atMost: true, reached: ruined },
    ],
    more: {
      ...figures,
      hubCpuSeconds: rounded(median(crashes.map((crash) => crash.hubCpuSeconds)), 2),
      worst: { hub: worst('hub'), both: worst('both') },
      ...found,
      ordersInTheTables: already,
      form: already === ALREADY_THERE ? 'full' : `quick: ${already} orders in the tables`,
      crashes,
    },
  })
}
