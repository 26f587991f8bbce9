/** One hub process of the bench `crash`: told everything in its first argument, says `ready` when its doors are open. */
import { flushCompileCache } from 'node:module'
import { simulatedBusiness } from '../../src/cli/landscape/acme.ts'
import { http } from '../../src/connectors/http/index.ts'
import { openServer } from '../../src/hub/server.ts'
import { trouble } from './say.ts'

/** What such a process is told. */
export interface CrashHubOrders {
  readonly databaseUrl: string
  readonly port: number
  readonly dataFolder: string
  readonly systems: Readonly<Record<string, string>>
}

const { systems, ...place } = JSON.parse(process.argv[2] ?? '{}') as CrashHubOrders
const connectors = Object.fromEntries(Object.entries(systems).map(([name, url]) => [name, http({ url })]))
const server = await openServer({ ...place, definition: simulatedBusiness(), connectors, say: () => {}, trouble })
process.stdout.write('ready\n')
flushCompileCache()
process.on('SIGTERM', () => void server.close().then(() => process.exit(0)))
