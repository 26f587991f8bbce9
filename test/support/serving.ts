/** A served hub on a database, over HTTP, with the simulated landscape in the same process and in real time. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../src/base/clock.ts'
import { systemScheduler } from '../../src/base/scheduler.ts'
import { simulatedBusiness } from '../../src/cli/landscape/acme.ts'
import { type Simulated, simulate } from '../../src/cli/landscape/in-process.ts'
import type { Connector, Outgoing } from '../../src/connectors/contract.ts'
import { openServer, type Server } from '../../src/hub/server.ts'
import { aCustomer, landscapeOf } from './landscape.ts'
import { smallBusiness } from './retailer.ts'

/** What is asked of a hub over HTTP, by the key of a person who may do everything. */
export interface Asking {
  readonly status: number
  readonly body: Record<string, unknown>
}

/** A served hub and what stands around it. */
export interface Serving {
  readonly server: Server
  readonly systems: Simulated
  /** Ann's key, and those of the shop and the ERP. */
  readonly keys: { readonly ann: string; readonly shop: string; readonly erp: string }
  /** The ERP refuses to invoice orders of C0002 until somebody makes its sales area. */
  readonly erp: { knowsSalesArea: boolean }
  call(method: 'GET' | 'POST', path: string, body?: unknown, headers?: Record<string, string>): Promise<Asking>
  /** Another instance of the same hub, on the same database and the same systems. */
  beside(): Promise<Server>
  close(): Promise<void>
}

/** Opens a hub that trades in bolts, with plenty of them, for two EDI customers and two of the shop. */
export async function openServing(
  databaseUrl: string,
  definition = simulatedBusiness({ edi: true }),
): Promise<Serving> {
  const folder = await mkdtemp(join(tmpdir(), 'crossdock-serving-'))
  const business = smallBusiness({ stock: { DC1: { BOLT: 1_000_000 }, DC2: { BOLT: 1_000_000 } } })
  const place = business.customers[0]?.shipTos ?? []
  const customers = [...business.customers, aCustomer('C0002', { shipTos: place, channelIds: { shop: 'web-2' } })]
  const systems = simulate({
    seed: 7,
    items: 4,
    customers: 4,
    date: '2026-01-05',
    landscape: landscapeOf({ items: business.items, customers, stock: business.stock }),
    pace: { startMs: 1, pickMs: 1, packMs: 1, manifestMs: 1, dispatchMs: 1 },
    batch: 32,
    edi: true,
    clock: systemClock,
    scheduler: systemScheduler,
  })
  const erp = { knowsSalesArea: false }
  const mail = Object.fromEntries(Object.entries(systems.mail).map(([name, { connector }]) => [name, connector]))
  const connectors = { ...systems.connectors, ...mail, erp: refusing(systems.connectors['erp'] as Connector, erp) }
  const open = () =>
    openServer({
      definition,
      dataFolder: folder,
      databaseUrl,
      port: 0,
      connectors,
      say: () => {},
      trouble: () => {},
    })
  const server = await open()
  const others: Server[] = []
  systems.hub = server.hub
  const made = async (name: string, more: object = {}) =>
    (await server.keys.make(server.hub.tenant, { name, scopes: ['*'], ...more })).text
  const keys = {
    ann: await made('ann'),
    shop: await made('shop', { system: 'shop' }),
    erp: await made('erp', { system: 'erp' }),
  }
  await systems.erp.exportMasters()
  for (const site of systems.warehouses) site.count()
  await until(() => server.hub.master.size.items === business.items.length)
  return {
    server,
    systems,
    keys,
    erp,
    call: (method, path, body, headers) => askHub(server.url, keys.ann, method, path, body, headers),
    beside: async () => {
      const other = await open()
      others.push(other)
      return other
    },
    close: async () => {
      systems.hub = undefined
      for (const other of others) await other.close()
      await server.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** One question over HTTP; when the hub is busy it is asked again, as every sender does. */
export async function askHub(
  url: string,
  key: string,
  method: 'GET' | 'POST',
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Asking> {
  const sent = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }
  const type = body === undefined ? {} : { 'content-type': 'application/json' }
  for (;;) {
    const said = { authorization: `Bearer ${key}`, ...type, ...headers }
    const response = await fetch(`${url}${path}`, { method, headers: said, ...sent })
    if (response.status !== 429 && response.status !== 503) {
      return { status: response.status, body: (await response.json()) as Record<string, unknown> }
    }
    await response.body?.cancel()
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

async function until(is: () => boolean): Promise<void> {
  for (let waited = 0; !is(); waited += 20) {
    if (waited > 20_000) throw new Error('It did not come.')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** An ERP that does not invoice orders of C0002: it has no sales area for that customer. */
function refusing(connector: Connector, erp: { readonly knowsSalesArea: boolean }): Connector {
  const orders = new Set<unknown>()
  const refuses = ({ verb, body }: Outgoing) => {
    const { order, customer } = JSON.parse(Buffer.from(body).toString()) as Record<string, unknown>
    if (verb === 'order.post' && customer === 'C0002') orders.add(order)
    return !erp.knowsSalesArea && verb === 'invoice.request' && orders.has(order)
  }
  return {
    ...connector,
    open: async (ports) => {
      const connection = await connector.open(ports)
      const send: typeof connection.send = async (requests, timeoutMs) => {
        const refused = requests.map(refuses)
        const answers = [
          ...(await connection.send(
            requests.filter((_, at) => !refused[at]),
            timeoutMs,
          )),
        ]
        return refused.map((isRefused) =>
          isRefused
            ? { result: 'refused', retry: 'after-fix', reason: 'Customer C0002 has no sales area.' }
            : (answers.shift() ?? { result: 'unknown', reason: 'no answer' }),
        )
      }
      return { ...connection, send }
    },
  }
}
