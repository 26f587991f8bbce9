import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { connectionPrefix, sqlState, unreachable } from './connection.ts'
import { type EmbeddedOptions, type EmbeddedServer, startEmbedded } from './embedded.ts'

const NAME = 'crossdock'
const DYING_MS = 1_000
const POLL_MS = 10

/** Where the hub keeps its record: a PostgreSQL of the user's, or the one we bring along. */
export type DatabaseOptions =
  | { readonly url: string }
  | { readonly dataFolder: string; readonly settings?: Readonly<Record<string, string>> }

/** An open database. `stop` ends the embedded server unless another hub uses it; it does nothing to a server of the user's. */
export interface Database {
  readonly url: string
  readonly embedded: boolean
  /** The embedded server ran already when we came. */
  readonly adopted: boolean
  readonly processId: number | undefined
  stop(): Promise<void>
}

/**
 * Opens the database: connects to `url`, or starts (or adopts) the embedded server of a data folder and creates the
 * database in it. Throws `XD_STORE_UNREACHABLE` and the errors of the embedded server.
 *
 * @example
 * const database = await openDatabase({ dataFolder: '.crossdock' })
 * await migrate({ url: database.url })
 * await database.stop()
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  if ('url' in options)
    return { ...options, embedded: false, adopted: false, processId: undefined, stop: async () => {} }
  const server = await startAnswering(options)
  const url = server.url(NAME)
  return {
    url,
    embedded: true,
    adopted: server.adopted,
    processId: server.processId,
    stop: async () => {
      if (!(await servesOthers(url))) await server.stop()
    },
  }
}

/** A server that was killed a moment ago may still look alive and be adopted; it is started anew when it is gone. */
async function startAnswering(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const server = await startEmbedded(options)
  try {
    await createIfMissing(server)
    return server
  } catch (error) {
    if (!server.adopted || (await staysAlive(server))) throw error
    return startAnswering(options)
  }
}

/** A process that is being killed closes its sockets a moment before it is gone. */
async function staysAlive(server: EmbeddedServer): Promise<boolean> {
  for (let waited = 0; waited < DYING_MS && (await server.isAlive()); waited += POLL_MS) await pause(POLL_MS)
  return server.isAlive()
}

async function createIfMissing(server: EmbeddedServer): Promise<void> {
  try {
    await once(server.url(NAME), 'select')
  } catch (error) {
    if (sqlState(error) !== '3D000') throw unreachable(error)
    await once(server.url('postgres'), `create database ${NAME}`).catch(refuseUnlessDuplicate)
  }
}

function refuseUnlessDuplicate(error: unknown): void {
  if (!['42P04', '23505'].includes(sqlState(error) ?? '')) throw unreachable(error)
}

/** Two hubs may share a data folder: the last one turns off the light. */
async function servesOthers(url: string): Promise<boolean> {
  try {
    const rows = await once(
      url,
      `select from pg_stat_activity
        where application_name like 'crossdock/%' and not starts_with(application_name, '${connectionPrefix()}')`,
    )
    return rows.length > 0
  } catch {
    return false // it does not answer; ending it is all that is left
  }
}

async function once(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url, application_name: `${connectionPrefix()}setup` })
  client.on('error', () => undefined) // the query reports what happened
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}
