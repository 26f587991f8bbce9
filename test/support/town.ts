/**
 * A real hub on PostgreSQL with its doors open and its simulated landscape in this process; the way to the shop and to
 * the carrier goes through a gate that a test may close for some of what passes.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../src/base/clock.ts'
import { type Scheduler, systemScheduler } from '../../src/base/scheduler.ts'
import { simulatedBusiness } from '../../src/cli/landscape/acme.ts'
import { type Simulated, simulate } from '../../src/cli/landscape/in-process.ts'
import type { HubDefinition } from '../../src/config/define-hub.ts'
import type { Connection, Connector, Outcome, Outgoing } from '../../src/connectors/contract.ts'
import { openServer, type Server } from '../../src/hub/server.ts'
import type { LedgerRow } from '../../src/simulators/ledger.ts'

/** Reports follow at once: the floor is not what is tested. */
const hurried = { startMs: 0, pickMs: 0, packMs: 0, manifestMs: 0, dispatchMs: 0 }

const immediate: Scheduler = {
  yield: systemScheduler.yield,
  after: (ms, run) => {
    if (ms > 0) return systemScheduler.after(ms, run)
    const handle = setImmediate(run)
    return () => clearImmediate(handle)
  },
}

/** What a gate does with one request instead of letting it pass; undefined lets it pass. */
export type Gate = (system: string, request: Outgoing) => Outcome | 'after effect' | undefined

/** A hub, its systems, and a key that opens everything. */
export interface Town {
  readonly server: Server
  readonly systems: Simulated
  readonly key: string
  /** Decides about every request to a system; may be changed at any time. */
  gate: Gate
  /** Calls a door with the key; answers status and body. */
  call(method: 'GET' | 'POST', path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  /** Effects and repeats at a system, by delivery key. */
  effects(system: string): Map<string, { effects: number; repeats: number }>
  /** Drives orders from the shop to their end. */
  orders(count: number, from?: number): Promise<void>
  close(): Promise<void>
  /** Leaves the hub as a crash would: nothing is finished, nothing is handed back. */
  reopen(): Promise<void>
}

export interface Answer {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into it
  readonly body: any
}

export interface TownOptions {
  readonly url: string
  readonly gate?: Gate
  readonly change?: (definition: HubDefinition) => HubDefinition
}

/** Opens a town on a migrated database. */
export async function openTown(options: TownOptions): Promise<Town> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'crossdock-town-'))
  const gate: { is: Gate } = { is: options.gate ?? (() => undefined) }
  const systems = simulate({
    seed: 7,
    items: 50,
    customers: 5,
    date: '2026-01-05',
    clock: systemClock,
    scheduler: immediate,
    pace: hurried,
    carrier: { milestones: false, deliverMs: 0 },
    batch: 50,
  })
  const business = simulatedBusiness()
  const quick = { ...business, delivery: { retry: { first: '50ms', longest: '200ms', parkAfter: '1s' } } } as const
  const definition = options.change?.(quick) ?? quick
  const connectors = Object.fromEntries(
    Object.entries(systems.connectors).map(([name, connector]) => [name, gated(name, connector, () => gate.is)]),
  )
  const open = () =>
    openServer({
      definition,
      dataFolder,
      databaseUrl: options.url,
      port: 0,
      connectors,
      say: () => {},
      trouble: () => {},
      secret: () => '',
      graceMs: 100,
    })
  const current = { server: await open() }
  systems.hub = current.server.hub
  const key = (await current.server.keys.make('acme', { name: 'ann', scopes: ['*'] })).text
  await systems.erp.exportMasters()
  for (const site of systems.warehouses) site.count()
  await until(() => systems.all.every((system) => system.unsent === 0))
  const placed = { orders: 0 }
  return {
    get server() {
      return current.server
    },
    systems,
    key,
    get gate() {
      return gate.is
    },
    set gate(is: Gate) {
      gate.is = is
    },
    call: (method, path, body, headers = {}) => call(current.server.url, key, method, path, body, headers),
    effects: (system) => effectsOf(systems, system),
    orders: async (count) => {
      await systems.shop.placeAll(count, 32, placed.orders)
      placed.orders += count
      await settled(current.server, systems)
    },
    close: async () => {
      await current.server.close()
      await rm(dataFolder, { recursive: true, force: true })
    },
    reopen: async () => {
      systems.hub = undefined
      await current.server.close()
      current.server = await open()
      systems.hub = current.server.hub
    },
  }
}

/** Nobody has anything left to say, and what can be delivered is. */
async function settled({ hub }: Server, systems: Simulated): Promise<void> {
  const calm = () =>
    systems.all.every((system) => system.unsent === 0) &&
    hub.core.journal.depth === 0 &&
    hub.core.delivery.views().every((view) => view.underWay === 0)
  for (let rounds = 0; rounds < 5; rounds += 1) {
    await until(calm)
    await new Promise((resolve) => setTimeout(resolve, 30))
    if (!calm()) rounds = -1
  }
}

async function call(
  url: string,
  key: string,
  method: string,
  path: string,
  body: unknown,
  headers: Record<string, string>,
): Promise<Answer> {
  const response = await fetch(url + path, {
    method,
    headers: { authorization: `Bearer ${key}`, ...(body ? { 'content-type': 'application/json' } : {}), ...headers },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  const text = await response.text()
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
}

/** A connector whose requests a gate may answer in the system's place, or whose true answer it may keep back. */
function gated(system: string, connector: Connector, gate: () => Gate): Connector {
  return {
    ...connector,
    open: async (ports) => {
      const connection = await connector.open(ports)
      const one = async (request: Outgoing, timeoutMs: number): Promise<Outcome> => {
        const instead = gate()(system, request)
        if (instead !== undefined && instead !== 'after effect') return instead
        const [outcome] = await connection.send([request], timeoutMs)
        if (instead === 'after effect') return { result: 'unknown', reason: 'the answer got lost' }
        return outcome as Outcome
      }
      const { ask } = connection
      const gatedConnection: Connection = {
        ...connection,
        // What cannot be sent cannot be asked about either.
        ...(ask
          ? {
              ask: async (request, timeoutMs) =>
                gate()(system, request) === undefined
                  ? ask(request, timeoutMs)
                  : { result: 'unknown', reason: 'it does not answer' },
            }
          : {}),
        send: (requests, timeoutMs) => Promise.all(requests.map((request) => one(request, timeoutMs))),
      }
      return gatedConnection
    },
  }
}

function effectsOf(systems: Simulated, system: string): Map<string, { effects: number; repeats: number }> {
  const found = new Map<string, { effects: number; repeats: number }>()
  const simulator = systems.all.find((one) => one.name === system)
  for (const row of (simulator?.ledger.rows() ?? []) as Iterable<LedgerRow>) {
    if (row.kind !== 'effect' && row.kind !== 'repeat') continue
    const sum = found.get(row.key) ?? { effects: 0, repeats: 0 }
    if (row.kind === 'effect') sum.effects += 1
    else sum.repeats += 1
    found.set(row.key, sum)
  }
  return found
}

/** Looks every few milliseconds until something holds; says what it waited for when it never does. */
export async function until(holds: () => boolean | Promise<boolean>, mostMs = 60_000, everyMs = 5): Promise<void> {
  const from = performance.now()
  while (!(await holds())) {
    if (performance.now() - from > mostMs) throw new Error(`It did not come to hold in ${mostMs} ms: ${holds}`)
    await new Promise((resolve) => setTimeout(resolve, everyMs))
  }
}
