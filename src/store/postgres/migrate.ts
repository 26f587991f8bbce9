import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Client } from 'pg'
import { errors } from '../errors.ts'
import { connect, reasonOf } from './connection.ts'
import { ensurePartitions } from './partitions.ts'

const MIGRATION_LOCK = 7_227_100_001

export interface MigrateOptions {
  /** Connection string of the database. */
  readonly url: string
  /** Folder of `NNNN-name.sql` files; the repository's `sql/` unless told. */
  readonly folder?: string
  /** The last file to apply: a backup is loaded into the tables of its time. */
  readonly upTo?: number
  /** A restore is filling this database; nobody else may open it before it is whole. */
  readonly restoring?: boolean
}

/** What a run did: the files it applied, in order. Empty when the database was up to date. */
export interface Migrated {
  readonly applied: readonly string[]
}

/** One file of `sql/`. */
export interface Migration {
  readonly number: number
  readonly file: string
  readonly text: string
  readonly checksum: string
}

/**
 * Brings a database to the present: applies the files of `sql/` it does not have, each in a transaction of its own, and
 * makes the partitions of the days ahead. Two instances may do it at once. Throws `XD_STORE_MIGRATION_CHANGED`,
 * `_GAP`, `_NEWER`, `_FAILED`, `XD_STORE_UNREACHABLE`.
 *
 * @example
 * await migrate({ url: database.url }) // { applied: ['0001-journal.sql'] }
 */
export async function migrate(options: MigrateOptions): Promise<Migrated> {
  const migrations = (await readMigrations(options.folder)).slice(0, options.upTo)
  const { client } = await connect(options.url, 'setup')
  try {
    if (!options.restoring) await refuseUnfinished(client)
    const applied = (await missing(client, migrations)).length > 0 ? await applyAlone(client, migrations) : []
    await ensurePartitions(client, await today(client))
    return { applied }
  } finally {
    await client.end()
  }
}

/**
 * The files of `sql/` that a database lacks; nothing is applied. Throws as {@link migrate} does.
 *
 * @example
 * await missingMigrations({ url: database.url }) // [] when it is up to date
 */
export async function missingMigrations(options: MigrateOptions): Promise<readonly string[]> {
  const migrations = await readMigrations(options.folder)
  const { client } = await connect(options.url, 'setup')
  try {
    return (await missing(client, migrations)).map((migration) => migration.file)
  } finally {
    await client.end()
  }
}

function defaultFolder(): string {
  return fileURLToPath(new URL('../../../sql/', import.meta.url))
}

/** The files of `sql/`, in order. Throws `XD_STORE_MIGRATION_GAP`. */
export async function readMigrations(folder = defaultFolder()): Promise<Migration[]> {
  const files = (await readdir(folder)).filter((file) => /^\d{4}-.*\.sql$/.test(file)).sort()
  const migrations: Migration[] = []
  for (const file of files) {
    const expected = (migrations.length + 1).toString().padStart(4, '0')
    if (!file.startsWith(`${expected}-`)) throw errors.MIGRATION_GAP(expected, file)
    const text = (await readFile(`${folder}/${file}`, 'utf8')).replaceAll('\r\n', '\n')
    const checksum = createHash('sha256').update(text).digest('hex')
    migrations.push({ number: migrations.length + 1, file, text, checksum })
  }
  return migrations
}

/** A database that a restore has begun to fill is half a hub: it is no use to anybody until the restore is done again. */
async function refuseUnfinished(client: Client): Promise<void> {
  const { rows } = await client.query(`select to_regclass('restore_unfinished') is not null as yes`)
  if (rows[0].yes) throw errors.RESTORE_UNFINISHED()
}

/** The migrations this database lacks. Refuses a changed old file and a database from the future. */
async function missing(client: Client, migrations: readonly Migration[]): Promise<Migration[]> {
  const applied = await readApplied(client)
  const newest = Math.max(0, ...applied.keys())
  if (newest > migrations.length) throw errors.MIGRATION_NEWER(newest)
  for (const migration of migrations) {
    const checksum = applied.get(migration.number)
    if (checksum !== undefined && checksum !== migration.checksum) throw errors.MIGRATION_CHANGED(migration.file)
  }
  return migrations.filter((migration) => !applied.has(migration.number))
}

async function readApplied(client: Client): Promise<Map<number, string>> {
  const { rows: exists } = await client.query(`select to_regclass('migration') is not null as yes`)
  if (!exists[0].yes) return new Map()
  const { rows } = await client.query('select number, checksum from migration')
  return new Map(rows.map((row) => [row.number, row.checksum]))
}

/** Holds the lock of all migrations, so that a second instance waits and then finds nothing to do. */
export async function withMigrationLock<T>(client: Client, work: () => Promise<T>): Promise<T> {
  await client.query('select pg_advisory_lock($1::int8)', [MIGRATION_LOCK])
  try {
    return await work()
  } finally {
    await client.query('select pg_advisory_unlock($1::int8)', [MIGRATION_LOCK])
  }
}

async function applyAlone(client: Client, migrations: readonly Migration[]): Promise<string[]> {
  return withMigrationLock(client, async () => {
    await client.query(`
      create table if not exists migration (
        number int4 primary key, file text not null, checksum text not null, applied_at timestamptz not null default now()
      )`)
    const applied: string[] = []
    for (const migration of await missing(client, migrations)) {
      await applyOne(client, migration)
      applied.push(migration.file)
    }
    return applied
  })
}

async function applyOne(client: Client, migration: Migration): Promise<void> {
  await client.query('begin')
  try {
    await client.query(migration.text)
    await client.query('insert into migration (number, file, checksum) values ($1, $2, $3)', [
      migration.number,
      migration.file,
      migration.checksum,
    ])
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    throw Object.assign(errors.MIGRATION_FAILED(migration.file, reasonOf(error)), { cause: error })
  }
}

async function today(client: Client): Promise<number> {
  const { rows } = await client.query('select floor(extract(epoch from clock_timestamp()) / 86400)::int4 as day')
  return rows[0].day
}
