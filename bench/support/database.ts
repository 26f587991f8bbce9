import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { migrate } from '../../src/store/postgres/migrate.ts'
import { openDatabase } from '../../src/store/postgres/open-database.ts'

/** A throw-away embedded PostgreSQL with the product's own settings (fsync on). */
export interface BenchServer {
  readonly processId: number | undefined
  /** Connection string of the database every server begins with. It is empty and not migrated. */
  readonly url: string
  readonly version: string
  /** A new empty database. */
  empty(): Promise<string>
  /** A new database with our tables, flushed to disk so that its making is not paid for by the round that follows. */
  migrated(): Promise<string>
  /** A copy of a database of this server. */
  copyOf(url: string): Promise<string>
  /** Ends the server and starts it again on the same folder with the product's own settings. */
  restart(): Promise<BenchServer>
  /** Kills the server as a power cut would end its processes. */
  kill(): void
  /** Starts a killed server again where it was, on the same port. */
  revive(): Promise<BenchServer>
  /** Writes out what is dirty: every round begins alike. */
  checkpoint(): Promise<void>
  /** Drops a database of a round. */
  drop(url: string): Promise<void>
  close(): Promise<void>
}

/** Starts a server in a new folder below the system's temporary one. */
export async function benchServer(settings: Readonly<Record<string, string>> = {}): Promise<BenchServer> {
  return serverIn(await mkdtemp(join(tmpdir(), 'crossdock-bench-')), settings)
}

let made = 0

async function serverIn(folder: string, settings: Readonly<Record<string, string>>): Promise<BenchServer> {
  const database = await openDatabase({ dataFolder: folder, settings })
  const { url } = database
  const stop = async () => {
    process.off('SIGINT', abandon)
    process.off('SIGTERM', abandon)
    await database.stop()
  }
  const close = async () => {
    await stop()
    await rm(folder, { recursive: true, force: true })
  }
  /** A bench that is broken off leaves no server behind. */
  const abandon = () => void close().finally(() => process.exit(130))
  process.once('SIGINT', abandon)
  process.once('SIGTERM', abandon)
  const create = async (how: string) => {
    made += 1
    const name = `bench_${made}`
    await onDatabase(url, `create database ${name} ${how}`)
    return withName(url, name)
  }
  const empty = () => create('')
  const checkpoint = async () => void (await onDatabase(url, 'checkpoint'))
  return {
    url,
    processId: database.processId,
    version: String((await onDatabase<{ v: string }>(url, "select current_setting('server_version') as v"))[0]?.v),
    empty,
    migrated: async () => {
      const fresh = await empty()
      await migrate({ url: fresh })
      await checkpoint()
      return fresh
    },
    copyOf: async (old) => {
      const copy = await create(`template ${nameOf(old)} strategy file_copy`)
      await checkpoint()
      return copy
    },
    kill: () => void (database.processId && process.kill(database.processId, 'SIGKILL')),
    revive: async () => {
      process.off('SIGINT', abandon)
      process.off('SIGTERM', abandon)
      return serverIn(folder, { ...settings, port: new URL(url).port })
    },
    restart: async () => {
      await stop()
      return serverIn(folder, {})
    },
    checkpoint,
    drop: async (old) => void (await onDatabase(url, `drop database if exists ${nameOf(old)} with (force)`)),
    close,
  }
}

/** The same database by the address of a server that was restarted: its port is another. */
export const onServer = (server: BenchServer, url: string): string => withName(server.url, nameOf(url))

/** One statement on a connection of its own. */
export async function onDatabase<T extends pg.QueryResultRow>(
  url: string,
  text: string,
  values: readonly unknown[] = [],
): Promise<T[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<T>(text, [...values])).rows
  } finally {
    await client.end()
  }
}

function withName(url: string, name: string): string {
  const changed = new URL(url)
  changed.pathname = `/${name}`
  return changed.toString()
}

const nameOf = (url: string): string => new URL(url).pathname.slice(1)
