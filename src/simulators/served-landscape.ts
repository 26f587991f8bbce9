/** A whole landscape in a process of its own: every system behind its own port, reporting to one hub over HTTP. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '../base/clock.ts'
import { seededRandom } from '../base/random.ts'
import { Carrier, type CarrierOptions } from './carrier/carrier.ts'
import { Erp } from './erp/erp.ts'
import { buildLandscape, type Landscape, type LandscapeOptions } from './landscape.ts'
import { CountingLedger, FileLedger, type Ledger } from './ledger.ts'
import { Oms } from './oms/oms.ts'
import { hubDoor, type Served, serve } from './serve.ts'
import { Shop, type ShopPorts } from './shop/shop.ts'
import type { Simulator } from './simulator.ts'
import { Wms, type WmsOptions } from './wms/wms.ts'

/** What to open. */
export interface ServedLandscapeOptions extends LandscapeOptions {
  /** The hub's address, `http://127.0.0.1:8080`. */
  readonly hub: string
  /** Each system's bearer key; systems without one are not opened. Names: erp, oms, wms1, wms2 …, shop, carrier. */
  readonly tokens: Readonly<Record<string, string>>
  /** Where ledgers are kept as files; absent: rows are counted only. */
  readonly ledgers?: string
  readonly fsync?: boolean
  /** Reports in one call to the hub, and calls under way at once. */
  readonly batch?: number
  readonly connections?: number
  /** Digests of bodies, see `SimulatorOptions`. Default true. */
  readonly digests?: boolean
  readonly floor?: Pick<WmsOptions, 'pace' | 'shortRate' | 'countAfterMs'>
  readonly roads?: Pick<CarrierOptions, 'departMs' | 'arriveMs' | 'deliverMs' | 'milestones'>
}

/** An open landscape. */
export interface ServedLandscape {
  readonly landscape: Landscape
  readonly systems: ReadonlyMap<string, Simulator>
  /** Each system's address. */
  readonly urls: Readonly<Record<string, string>>
  readonly shop: Shop | undefined
  /** Sends master data and opening stock to the hub. */
  introduce(): Promise<void>
  close(): Promise<void>
}

/**
 * Opens every system that has a key.
 *
 * @example
 * const town = await serveLandscape({ seed: 7, hub: 'http://127.0.0.1:8080', tokens: { erp: '…', wms1: '…', shop: '…' } })
 * town.urls.erp // 'http://127.0.0.1:40123', for the hub's configuration
 */
export async function serveLandscape(options: ServedLandscapeOptions): Promise<ServedLandscape> {
  const landscape = buildLandscape(options)
  const calendar = new Calendar()
  const closing: (() => Promise<void> | void)[] = [() => calendar.close()]
  const ports = (system: string): ShopPorts => {
    const door = hubDoor(options.hub, system, options.tokens[system] as string, options.connections)
    const ledger = ledgerOf(system, options)
    closing.push(
      () => door.close(),
      () => ledger.close(),
    )
    return {
      clock: systemClock,
      random: seededRandom(options.seed),
      ledger,
      schedule: (ms, run) => calendar.schedule(ms, run),
      emit: door.emit,
      place: door.place,
    }
  }
  const systems = buildSystems(landscape, options, ports)
  const served = new Map<string, Served>()
  for (const [name, system] of systems) served.set(name, await serve(system))

  return {
    landscape,
    systems,
    urls: Object.fromEntries([...served].map(([name, { url }]) => [name, url])),
    shop: systems.get('shop') as Shop | undefined,
    introduce: async () => {
      await (systems.get('erp') as Erp | undefined)?.exportMasters()
      for (const system of systems.values()) if (system instanceof Wms) system.count()
    },
    close: async () => {
      for (const { close } of served.values()) await close()
      for (const close of closing) await close()
    },
  }
}

/** Real time, until the landscape is closed: what was still to come then never happens. */
class Calendar {
  #closed = false

  close(): void {
    this.#closed = true
  }

  /** Steps without a wait follow in the same breath; a timer would cost each a millisecond. */
  schedule(ms: number, run: () => void): void {
    const unlessClosed = () => {
      if (!this.#closed) run()
    }
    if (ms === 0) setImmediate(unlessClosed)
    else setTimeout(unlessClosed, ms).unref()
  }
}

function ledgerOf(system: string, options: ServedLandscapeOptions): Ledger {
  if (options.ledgers === undefined) return new CountingLedger()
  mkdirSync(options.ledgers, { recursive: true })
  return new FileLedger(system, join(options.ledgers, `${system}.ndjson`), { fsync: options.fsync ?? false })
}

function buildSystems(
  landscape: Landscape,
  options: ServedLandscapeOptions,
  ports: (system: string) => ShopPorts,
): Map<string, Simulator> {
  const systems = new Map<string, Simulator>()
  const facilities = Object.keys(landscape.stock).filter((facility) => facility !== '3PL1')
  const named = (name: string) => ({
    name,
    seed: options.seed,
    batch: options.batch ?? 1,
    digests: options.digests ?? true,
  })
  const open = (name: string, build: (ports: ShopPorts) => Simulator) => {
    if (options.tokens[name] !== undefined) systems.set(name, build(ports(name)))
  }
  open('erp', (own) => new Erp(named('erp'), landscape, own))
  open('oms', (own) => new Oms({ ...named('oms'), facilities }, landscape, own))
  facilities.forEach((facility, at) => {
    const name = `wms${at + 1}`
    const site = { ...named(name), ...options.floor, facility, ssccExtension: at + 1 }
    open(name, (own) => new Wms(site, landscape, own))
  })
  open('shop', (own) => new Shop(named('shop'), landscape, own))
  open('carrier', (own) => new Carrier({ ...named('carrier'), ...options.roads }, own))
  return systems
}
