import { systemClock } from '../../src/base/clock.ts'
import { seededRandom, systemRandom } from '../../src/base/random.ts'
import { openKeys } from '../../src/governance/keys.ts'
import { postgresKeyStore } from '../../src/governance/postgres-key-store.ts'
import { Carrier } from '../../src/simulators/carrier/carrier.ts'
import { Erp } from '../../src/simulators/erp/erp.ts'
import { CountingLedger } from '../../src/simulators/ledger.ts'
import { hubDoor, serve } from '../../src/simulators/serve.ts'
import { Shop, type ShopPorts } from '../../src/simulators/shop/shop.ts'
import { Wms } from '../../src/simulators/wms/wms.ts'
import { onDatabase } from './database.ts'
import { until } from './hub-in-process.ts'
import { benchLandscape } from './landscape.ts'

const SYSTEMS = ['erp', 'wms1', 'wms2', 'shop', 'carrier'] as const
const AGAIN_MS = 20

/** The systems of the bench `crash`: they outlive hubs, and place orders without ever giving up. */
export interface CrashTown {
  readonly urls: Readonly<Record<string, string>>
  /** Ids of all orders the hub has said yes to. */
  readonly taken: ReadonlySet<string>
  /** Master data and opening stock. */
  introduce(): Promise<void>
  /** Keeps so many orders at the door until it is told to stop. */
  begin(atOnce: number): void
  stop(): Promise<void>
  /** Places one order, again and again until the hub says yes; answers when it did. */
  untilTaken(): Promise<number>
  quiet(): Promise<void>
  close(): Promise<void>
}

/** Opens the systems, with keys of their own, for a hub that will listen at `port`. */
export async function openCrashTown(url: string, port: number, seed: number, prefix: string): Promise<CrashTown> {
  const tokens = await keysFor(url, prefix)
  const landscape = benchLandscape(seed)
  const doors = new Map(
    SYSTEMS.map((system) => [system, hubDoor(`http://127.0.0.1:${port}`, system, tokens[system] as string, 16)]),
  )
  const ports = (system: (typeof SYSTEMS)[number]): ShopPorts => {
    const door = doors.get(system) as ReturnType<typeof hubDoor>
    const schedule = (ms: number, run: () => void) => void setTimeout(run, ms)
    return {
      clock: systemClock,
      random: seededRandom(seed),
      ledger: new CountingLedger(),
      schedule,
      emit: door.emit,
      place: door.place,
    }
  }
  const named = (name: string) => ({ name, seed, digests: false, batch: 10 })
  const pace = { startMs: 20, pickMs: 50, packMs: 50, manifestMs: 20, dispatchMs: 50 }
  const erp = new Erp(named('erp'), landscape, ports('erp'))
  const warehouses = (['DC1', 'DC2'] as const).map(
    (facility, at) =>
      new Wms(
        { ...named(`wms${at + 1}`), facility, ssccExtension: at + 1, pace },
        landscape,
        ports(at === 0 ? 'wms1' : 'wms2'),
      ),
  )
  const shop = new Shop({ ...named('shop'), orderPrefix: prefix }, landscape, ports('shop'))
  const carrier = new Carrier({ ...named('carrier'), milestones: false, deliverMs: 50 }, ports('carrier'))
  const all = [erp, ...warehouses, shop, carrier]
  const served = await Promise.all(all.map((system) => serve(system)))
  const taken = new Set<string>()
  const door = doors.get('shop') as ReturnType<typeof hubDoor>
  let next = 0
  const untilTaken = async () => {
    const document = shop.document(next)
    next += 1
    for (;;) {
      const { status, body } = await door.place(document, `${prefix}${document.number}`)
      if (status === 202) {
        taken.add(String(body['order']))
        return performance.now()
      }
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS))
    }
  }
  const load = { on: false, workers: [] as Promise<void>[] }
  const work = async () => {
    while (load.on) await untilTaken()
  }
  return {
    urls: Object.fromEntries(all.map((system, at) => [system.name, served[at]?.url as string])),
    taken,
    introduce: async () => {
      await erp.exportMasters()
      for (const warehouse of warehouses) warehouse.count()
      await until(() => all.every((system) => system.unsent === 0))
    },
    begin: (atOnce) => {
      load.on = true
      load.workers = Array.from({ length: atOnce }, work)
    },
    stop: async () => {
      load.on = false
      await Promise.all(load.workers)
    },
    untilTaken,
    quiet: () => until(() => all.every((system) => system.unsent === 0)),
    close: async () => {
      await Promise.all([...served.map((one) => one.close()), ...[...doors.values()].map((one) => one.close())])
    },
  }
}

async function keysFor(url: string, prefix: string): Promise<Record<string, string>> {
  const keys = openKeys(
    postgresKeyStore(async (text, values) => ({ rows: await onDatabase(url, text, values) })),
    { clock: systemClock, random: systemRandom },
  )
  const tokens: Record<string, string> = {}
  for (const system of SYSTEMS) {
    const scopes = ['in:write', 'orders:write']
    tokens[system] = (await keys.make('acme', { name: `${prefix}${system}`, system, scopes })).text
  }
  return tokens
}
