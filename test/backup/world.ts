/** A landscape behind HTTP that outlives hubs, and the hub processes that serve it one after another. */
import { type ChildProcess, spawn } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { systemClock } from '../../src/base/clock.ts'
import { seededRandom, systemRandom } from '../../src/base/random.ts'
import { Checker, type Verdict } from '../../src/checker/checker.ts'
import type { HubEvent, LedgerRow } from '../../src/checker/records.ts'
import { openKeys } from '../../src/governance/keys.ts'
import { postgresKeyStore } from '../../src/governance/postgres-key-store.ts'
import { decodeEvent } from '../../src/journal/encode.ts'
import { Carrier } from '../../src/simulators/carrier/carrier.ts'
import { Erp } from '../../src/simulators/erp/erp.ts'
import { buildLandscape } from '../../src/simulators/landscape.ts'
import { MemoryLedger } from '../../src/simulators/ledger.ts'
import type { SystemReport } from '../../src/simulators/protocol.ts'
import { hubDoor, serve } from '../../src/simulators/serve.ts'
import { Shop, type ShopPorts } from '../../src/simulators/shop/shop.ts'
import type { Simulator } from '../../src/simulators/simulator.ts'
import { Wms } from '../../src/simulators/wms/wms.ts'
import { openPostgresStore } from '../../src/store/postgres/store.ts'
import type { HubOrders } from './hub-process.ts'

const SYSTEMS = ['erp', 'wms1', 'wms2', 'shop', 'carrier', 'desk'] as const

/** Bearer keys for every system, and one that may do everything. */
export async function makeKeys(url: string): Promise<Record<string, string>> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const keys = openKeys(
    postgresKeyStore((text, values) => client.query(text, [...values])),
    { clock: systemClock, random: systemRandom },
  )
  const tokens: Record<string, string> = {}
  for (const system of SYSTEMS) {
    const isDesk = system === 'desk'
    const scopes = isDesk ? ['*'] : ['in:write', 'orders:write']
    tokens[system] = (await keys.make('acme', { name: system, scopes, ...(isDesk ? {} : { system }) })).text
  }
  await client.end()
  return tokens
}

/** Opens the landscape; its systems speak to `port`, whoever listens there. */
export async function openWorld(options: { seed: number; port: number; tokens: Record<string, string> }) {
  const { seed, port, tokens } = options
  const landscape = buildLandscape({ seed, items: 60, facilities: { DC1: [20_000, 40_000], DC2: [20_000, 40_000] } })
  const doors = new Map<string, ReturnType<typeof hubDoor>>()
  const portsOf = (system: string): ShopPorts => {
    const door = hubDoor(`http://127.0.0.1:${port}`, system, tokens[system] as string, 8)
    doors.set(system, door)
    return {
      clock: systemClock,
      random: seededRandom(seed),
      ledger: new MemoryLedger(system),
      schedule: (ms, fn) => {
        setTimeout(fn, ms)
      },
      emit: (reports, topic) => door.emit(reports, topic),
      place: (document, key) => door.place(document, key),
    }
  }
  const pace = { startMs: 50, pickMs: 100, packMs: 100, manifestMs: 50, dispatchMs: 100 }
  const erp = new Erp({ name: 'erp', seed }, landscape, portsOf('erp'))
  const warehouses = ['DC1', 'DC2'].map(
    (facility, at) =>
      new Wms(
        { name: `wms${at + 1}`, facility, seed, ssccExtension: at + 1, pace },
        landscape,
        portsOf(`wms${at + 1}`),
      ),
  )
  const shop = new Shop({ name: 'shop', seed, repeatRate: 0.1 }, landscape, portsOf('shop'))
  const carrier = new Carrier({ name: 'carrier', departMs: 50, arriveMs: 150, deliverMs: 300 }, portsOf('carrier'))
  const all: readonly Simulator[] = [erp, ...warehouses, shop, carrier]
  const served = await Promise.all(all.map((simulator) => serve(simulator)))
  const urls = Object.fromEntries(all.map((simulator, at) => [simulator.name, served[at]?.url as string]))
  return {
    erp,
    warehouses,
    shop,
    carrier,
    all,
    urls,
    tokens,
    /** Everything a system has ever said, once more and in order: what senders do whose hub was restored. */
    repeat: async (simulator: Simulator) => {
      const reports = [...simulator.ledger.rows()].flatMap((row) =>
        row.kind === 'intent' && row.what !== 'order.place' ? [row.detail as SystemReport] : [],
      )
      const door = doors.get(simulator.name) as ReturnType<typeof hubDoor>
      for (let at = 0; at < reports.length; at += 50) await untilTaken(door, reports.slice(at, at + 50))
    },
    rows: () => all.reduce((sum, simulator) => sum + simulator.ledger.length, 0),
    isBusy: () => shop.unanswered > 0 || all.some((simulator) => simulator.unsent > 0),
    close: async () => {
      await Promise.all([...served.map((one) => one.close()), ...[...doors.values()].map((door) => door.close())])
    },
  }
}

export type World = Awaited<ReturnType<typeof openWorld>>

async function untilTaken(door: ReturnType<typeof hubDoor>, reports: readonly SystemReport[]): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    const taken = await door.emit(reports)
    const answers = typeof taken === 'string' ? [taken] : taken
    if (!answers.some((answer) => answer === 'later' || answer === 'unknown')) return
    await pause(100)
  }
  throw new Error('the hub did not take what was repeated')
}

/** Starts a hub process and waits until its doors are open. `script` is another release's when it is to be that. */
export async function startHub(
  orders: HubOrders,
  say: (sentence: string) => void,
  script = fileURLToPath(new URL('./hub-process.ts', import.meta.url)),
): Promise<ChildProcess> {
  const child = spawn(process.execPath, [script, JSON.stringify(orders)], { stdio: ['ignore', 'pipe', 'pipe'] })
  child.stderr.on('data', (bytes) => say(String(bytes).trimEnd()))
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve())
    child.once('exit', (code) => reject(new Error(`a hub ended with ${code} before it was ready`)))
  })
  say(`hub ${child.pid} is up`)
  return child
}

/** Ends a process and waits until it is gone. */
export async function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  child.kill(signal)
  await gone
}

/** Waits until nobody has said or done anything for a while. */
export async function untilQuiet(world: World, calmMs: number, mostMs = 60_000): Promise<void> {
  const until = performance.now() + mostMs
  let rows = -1
  for (let calmSince = performance.now(); performance.now() - calmSince < calmMs; ) {
    if (performance.now() > until) throw new Error('it never became quiet')
    await pause(100)
    const now = world.rows()
    if (world.isBusy() || now !== rows) calmSince = performance.now()
    rows = now
  }
}

/** What the independent checker says of all ledgers and the hub's journal, and how many positions are missing in it. */
export async function judge(url: string, world: World): Promise<Verdict & { readonly gaps: number }> {
  const checker = new Checker({
    roles: Object.fromEntries(world.all.map((simulator) => [simulator.name, simulator.role])),
    facilities: { DC1: 'wms1', DC2: 'wms2' },
  })
  for (const simulator of world.all) for (const row of simulator.ledger.rows()) checker.row(row as unknown as LedgerRow)
  const store = await openPostgresStore({ url })
  let gaps = 0
  for (const { lane, head } of await store.lanes()) {
    let reached = 0
    while (reached < head) {
      const entries = await store.readLane(lane, reached, 5_000)
      if (entries.length === 0) break
      for (const entry of entries) {
        if (entry.position !== reached + 1) gaps += 1
        reached = entry.position
        checker.event(decodeEvent(entry) as unknown as HubEvent)
      }
    }
    if (reached !== head) gaps += 1
  }
  await store.close()
  return { ...checker.verdict(), gaps }
}
