/** One hub process of the tests about backup, restore and update; told everything in its first argument, says `ready`. */
import { simulatedBusiness } from '../../src/cli/landscape/acme.ts'
import type { HubDefinition } from '../../src/config/define-hub.ts'
import { http } from '../../src/connectors/http/index.ts'
import { openServer } from '../../src/hub/server.ts'

/** What such a process is told. */
export interface HubOrders {
  readonly databaseUrl: string
  readonly port: number
  readonly dataFolder: string
  /** URL and delivery class of each system. */
  readonly systems: Readonly<Record<string, { readonly url: string; readonly deliveryClass: 'A' | 'B' | 'C' }>>
}

const orders = JSON.parse(process.argv[2] ?? '{}') as HubOrders
const business = simulatedBusiness({ name: 'acme' })
const systems = Object.fromEntries(
  Object.entries(business.systems).map(([name, system]) => {
    const reach = orders.systems[name]
    return [name, reach ? { ...system, connector: http({ ...reach, timeoutMs: 2_000 }) } : system]
  }),
)
const definition: HubDefinition = { ...business, systems, delivery: { retry: { first: '200ms', longest: '2s' } } }
const say = (sentence: string) => process.stderr.write(`${process.pid} ${sentence}\n`)
const server = await openServer({
  definition,
  dataFolder: orders.dataFolder,
  databaseUrl: orders.databaseUrl,
  port: orders.port,
  say,
  trouble: (what, error) => say(`${what}: ${error instanceof Error ? error.message : String(error)}`),
})
process.stdout.write('ready\n')
process.on('SIGTERM', () => void server.close().then(() => process.exit(0)))
