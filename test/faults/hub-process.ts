/**
 * One hub process of the fault tests: told everything in its first argument, says `ready` when its doors are open. Its
 * clock can be moved by a message, and `CROSSDOCK_PLANT` names a bug to be planted; neither exists in the product.
 */
import { registerHooks } from 'node:module'
import type { HubDefinition } from '../../src/config/define-hub.ts'
import { moveClock } from './moved-clock.ts'
import { plantNamed } from './planted.ts'

/** What a hub process is started with. */
export interface HubOrders {
  readonly databaseUrl: string
  readonly port: number
  readonly dataFolder: string
  /** Where the partners' folders are: the same for all hubs. */
  readonly partners: string
  /** URL of each system. */
  readonly systems: Readonly<Record<string, string>>
}

/** What it can be told while it runs. */
export interface ToHub {
  readonly clockOffsetMs: number
}

const orders = JSON.parse(process.argv[2] ?? '{}') as HubOrders
const plant = plantNamed(process.env['CROSSDOCK_PLANT'])
if (plant?.store) {
  const here = new URL('./planted-store.ts', import.meta.url).href
  registerHooks({
    resolve: (name, context, next) => {
      const found = next(name, context)
      const wanted = found.url.endsWith('/src/store/postgres/store.ts') && context.parentURL?.endsWith('/hub/server.ts')
      return wanted ? { ...found, url: here } : found
    },
  })
}

const { businessBeside } = await import('./business.ts')
const { http } = await import('../../src/connectors/http/index.ts')
const { openServer } = await import('../../src/hub/server.ts')

/** Systems that are sent many requests in one call; few calls at once, so that a batch forms when they are slow. */
const inBatches: Readonly<Record<string, { readonly batch: number; readonly concurrency: number }>> = {
  shop: { batch: 8, concurrency: 8 },
  carrier: { batch: 8, concurrency: 8 },
}
const business = businessBeside(orders.partners)
const systems = Object.fromEntries(
  Object.entries(business.systems).map(([name, system]) => {
    const url = orders.systems[name]
    if (!url) return [name, system]
    const connector = http({ url, timeoutMs: 2_000, ...inBatches[name] })
    return [name, { ...system, connector: plant?.connector?.(connector) ?? connector }]
  }),
)
const definition: HubDefinition = {
  ...business,
  systems,
  // Reports that overtake one another across an outage: a minute later a person would be asked, and nobody is here.
  lifecycle: { ...business.lifecycle, patience: '10m' },
  delivery: { retry: { first: '200ms', longest: '2s' } },
}
const say = (sentence: string) => process.stderr.write(`${new Date().toISOString()} ${process.pid} ${sentence}\n`)
const server = await openServer({
  definition,
  dataFolder: orders.dataFolder,
  databaseUrl: orders.databaseUrl,
  port: orders.port,
  say,
  trouble: (what, error) => say(`${what}: ${error instanceof Error ? error.message : String(error)}`),
})
plant?.hub?.(server.hub)
process.on('message', ({ clockOffsetMs }: ToHub) => {
  moveClock(clockOffsetMs)
  process.send?.({ now: Date.now() })
})
process.on('disconnect', () => process.exit(9)) // the harness is gone
process.on('SIGTERM', () => void server.close().then(() => process.exit(0)))
process.send?.('ready')
