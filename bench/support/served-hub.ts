import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { simulatedBusiness } from '../../src/cli/landscape/acme.ts'
import type { Connector } from '../../src/connectors/contract.ts'
import { openServer, type Server, type ServerOptions } from '../../src/hub/server.ts'
import { trouble } from './say.ts'
import { TOWN_SYSTEMS } from './town-orders.ts'

/** A hub with its HTTP doors in this process. */
export interface ServedHub {
  readonly server: Server
  /** A bearer key for each system. */
  readonly tokens: Readonly<Record<string, string>>
  close(): Promise<void>
}

/** Opens a whole hub on a migrated database, with a connector for each system. */
export async function openServedHub(
  url: string,
  connectors: Readonly<Record<string, Connector>>,
  admission?: ServerOptions['admission'],
): Promise<ServedHub> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'crossdock-bench-hub-'))
  const server = await openServer({
    definition: simulatedBusiness(),
    dataFolder,
    databaseUrl: url,
    port: 0,
    connectors,
    ...(admission ? { admission } : {}),
    say: () => {},
    trouble,
  })
  const tokens: Record<string, string> = {}
  for (const system of TOWN_SYSTEMS) {
    const made = await server.keys.make(server.hub.tenant, {
      name: system,
      system,
      scopes: ['in:write', 'orders:write'],
    })
    tokens[system] = made.text
  }
  return {
    server,
    tokens,
    close: async () => {
      await server.close()
      await rm(dataFolder, { recursive: true, force: true })
    },
  }
}
