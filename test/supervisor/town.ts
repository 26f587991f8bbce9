/** Systems in this process that trade through hub processes, started as a person would: `crossdock start`. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import pg from 'pg'
import { systemClock } from '../../src/base/clock.ts'
import { seededRandom, systemRandom } from '../../src/base/random.ts'
import { openKeys } from '../../src/governance/keys.ts'
import { postgresKeyStore } from '../../src/governance/postgres-key-store.ts'
import { Carrier } from '../../src/simulators/carrier/carrier.ts'
import { Erp } from '../../src/simulators/erp/erp.ts'
import { buildLandscape } from '../../src/simulators/landscape.ts'
import { MemoryLedger } from '../../src/simulators/ledger.ts'
import { hubDoor, serve } from '../../src/simulators/serve.ts'
import { Shop, type ShopPorts } from '../../src/simulators/shop/shop.ts'
import { Wms } from '../../src/simulators/wms/wms.ts'
import { freePorts } from '../faults/free-ports.ts'
import type { Planted } from './planted-handlers.ts'

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url))
const SEED = 7

/** A business at work, with what is planted in its hubs. */
export interface Town {
  readonly shop: Shop
  readonly hubs: readonly string[]
  /** A key that may do everything. */
  readonly key: string
  /** When the planted handlers were entered, and in which process. */
  diary(): readonly { readonly number: string; readonly at: number; readonly process: number }[]
  mend(): Promise<void>
  close(): Promise<void>
}

/** Starts systems and hubs; master data and opening stock are known when it resolves. */
export async function openTown(options: {
  readonly databaseUrl: string
  readonly hubs: number
  /** What is planted, by the index of the shop's order. */
  readonly planted: Readonly<Record<number, Planted['orders'][string]>>
}): Promise<Town> {
  const folder = await mkdtemp(join(tmpdir(), 'crossdock-supervisor-'))
  const ports = await freePorts(options.hubs)
  const hubs = ports.map((port) => `http://127.0.0.1:${port}`)
  const keys = await makeKeys(options.databaseUrl)
  const landscape = buildLandscape({
    seed: SEED,
    items: 50,
    facilities: { DC1: [20_000, 40_000], DC2: [20_000, 40_000] },
  })
  const doors: { close(): Promise<void> }[] = []
  const portsOf = (system: string): ShopPorts => {
    const all = hubs.map((hub) => hubDoor(hub, system, keys[system] as string, 8))
    doors.push(...all)
    let turn = 0
    const next = () => all[turn++ % all.length] as (typeof all)[number]
    return {
      clock: systemClock,
      random: seededRandom(SEED),
      ledger: new MemoryLedger(system),
      schedule: (ms, run) => void setTimeout(run, ms),
      emit: (reports, topic) => within(next().emit(reports, topic), 'unknown' as const),
      place: (document, key) => within(next().place(document, key), { status: 0, body: {} }),
    }
  }
  const pace = { startMs: 50, pickMs: 50, packMs: 50, manifestMs: 50, dispatchMs: 50 }
  const about = { seed: SEED, countAfterMs: 1_000, pace }
  const erp = new Erp({ name: 'erp', seed: SEED }, landscape, portsOf('erp'))
  const warehouses = ['DC1', 'DC2'].map(
    (facility, at) =>
      new Wms({ ...about, name: `wms${at + 1}`, facility, ssccExtension: at + 1 }, landscape, portsOf(`wms${at + 1}`)),
  )
  const shop = new Shop({ name: 'shop', seed: SEED }, landscape, portsOf('shop'))
  const carrier = new Carrier({ name: 'carrier', departMs: 50, arriveMs: 50, deliverMs: 50 }, portsOf('carrier'))
  const all = [erp, ...warehouses, shop, carrier]
  const served = await Promise.all(all.map((simulator) => serve(simulator)))
  const planted: Planted = {
    orders: Object.fromEntries(
      Object.entries(options.planted).map(([index, what]) => [shop.document(Number(index)).number, what]),
    ),
    diary: join(folder, 'diary'),
    mended: join(folder, 'mended'),
  }
  const systems = Object.fromEntries(all.map((simulator, at) => [simulator.name, served[at]?.url as string]))
  const processes = ports.map((port) =>
    hubProcess({ port, databaseUrl: options.databaseUrl, data: join(folder, String(port)), systems, planted }),
  )
  const close = async () => {
    for (const warehouse of warehouses) warehouse.close()
    await Promise.all(processes.map(ended))
    await Promise.all([...served.map((one) => one.close()), ...doors.map((door) => door.close())])
    await rm(folder, { recursive: true, force: true })
  }
  try {
    for (const hub of hubs) await untilReady(hub, processes)
    await erp.exportMasters()
    await pause(300)
    for (const warehouse of warehouses) warehouse.count()
    while (all.some((simulator) => simulator.unsent > 0)) await pause(50)
  } catch (error) {
    await close()
    throw error
  }
  return {
    shop,
    hubs,
    key: keys['admin'] as string,
    diary: () =>
      existsSync(planted.diary)
        ? readFileSync(planted.diary, 'utf8')
            .trim()
            .split('\n')
            .map((line) => JSON.parse(line))
        : [],
    mend: () => writeFile(planted.mended, ''),
    close,
  }
}

/** A sender's patience: a hub that hangs answers nothing. */
function within<T>(work: Promise<T>, otherwise: T): Promise<T> {
  return Promise.race([work, pause(1_500).then(() => otherwise)])
}

function hubProcess(hub: {
  readonly port: number
  readonly databaseUrl: string
  readonly data: string
  readonly systems: Readonly<Record<string, string>>
  readonly planted: Planted
}): ChildProcess {
  const main = path('../../src/cli/main.ts')
  const args = ['start', '--config', path('town.config.ts'), '--port', String(hub.port), '--data', hub.data, '--json']
  const plant = ['--import', pathToFileURL(path('planted-handlers.ts')).href]
  const { NODE_OPTIONS: _, ...environment } = process.env
  return spawn(process.execPath, [...plant, main, ...args, '--database-url', hub.databaseUrl], {
    stdio: ['ignore', 'ignore', process.env['CROSSDOCK_LOUD'] ? 'inherit' : 'ignore'],
    env: {
      ...environment,
      CROSSDOCK_TEST_PLANTED: JSON.stringify(hub.planted),
      CROSSDOCK_TEST_SYSTEMS: JSON.stringify(hub.systems),
    },
  })
}

async function untilReady(hub: string, processes: readonly ChildProcess[]): Promise<void> {
  for (;;) {
    if (processes.some((one) => one.exitCode !== null)) throw new Error('a hub did not start')
    const answer = await fetch(`${hub}/readyz`).catch(() => undefined)
    if (answer?.status === 200) return
    await pause(50)
  }
}

async function ended(keeper: ChildProcess): Promise<void> {
  if (keeper.exitCode !== null || keeper.signalCode !== null) return
  const over = new Promise((resolve) => keeper.once('exit', resolve))
  keeper.kill('SIGTERM')
  await over
}

async function makeKeys(url: string): Promise<Record<string, string>> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const keys = openKeys(
    postgresKeyStore((text, values) => client.query(text, [...values])),
    { clock: systemClock, random: systemRandom },
  )
  const made: Record<string, string> = { admin: (await keys.make('acme', { name: 'admin', scopes: ['*'] })).text }
  for (const system of ['erp', 'wms1', 'wms2', 'shop', 'carrier']) {
    made[system] = (await keys.make('acme', { name: system, system, scopes: ['in:write', 'orders:write'] })).text
  }
  await client.end()
  return made
}
