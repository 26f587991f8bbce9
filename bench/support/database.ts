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
  /** Writes out what is dirty: every round begins alike. */
  checkpoint(): Promise<void>
  /** Drops a database of a round. */
  drop(url: string): Promise<void>
  close(): Promise<void>
}

/** Starts a server in a new folder below the system's temporary one. */
export async function benchServer(): Promise<BenchServer> {
  const folder = await mkdtemp(join(tmpdir(), 'crossdock-bench-'))
  const database = await openDatabase({ dataFolder: folder })
  const { url } = database
  let made = 0
  const empty = async () => {
    made += 1
    const name = `bench_${made}`
    await onDatabase(url, `create database ${name}`)
    return withName(url, name)
  }
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
    checkpoint,
    drop: async (old) => void (await onDatabase(url, `drop database if exists ${nameOf(old)} with (force)`)),
    close: async () => {
      await database.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

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
