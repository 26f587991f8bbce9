import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import type { Client } from 'pg'
import { errors } from '../errors.ts'
import { coded, connect } from './connection.ts'
import { copyIn } from './copy.ts'
import { faultsOf, type Manifest, readManifest } from './manifest.ts'
import { migrate, readMigrations } from './migrate.ts'
import { addPartitions } from './partitions.ts'

/** How far control numbers jump unless told: more interchanges than a partner gets between two backups. */
export const CONTROL_GAP = 10_000

/** What a restore is told. */
export interface RestoreOptions {
  /** An empty database. */
  readonly url: string
  readonly from: string
  readonly controlGap?: number
  /** Hears of each step, for people. */
  readonly progress?: (sentence: string) => void
}

/** What a restore has done. */
export interface RestoreResult {
  readonly manifest: Manifest
  readonly incarnation: number
  readonly rows: number
}

/**
 * Loads a backup into an empty database and begins a new life of the installation. The files are compared with the
 * manifest before anything is written; all rows and the new life are one transaction, and a database whose restore was
 * cut short is refused by every hub until the restore is done again. Throws `XD_STORE_BACKUP_UNREADABLE`, `_BACKUP_FAULTY`,
 * `_BACKUP_NEWER`, `_NOT_EMPTY`, `_UNREACHABLE`, `_FAILED`.
 *
 * @example
 * await restore({ url: database.url, from: '/backups/monday' })
 */
export async function restore(options: RestoreOptions): Promise<RestoreResult> {
  const say = options.progress ?? (() => {})
  const manifest = await readManifest(options.from)
  await refuseNewer(manifest)
  say(`Comparing ${manifest.tables.length} files with the manifest …`)
  const faults = await faultsOf(options.from, manifest)
  if (faults.length > 0) throw errors.BACKUP_FAULTY(options.from, faults.join('; '))
  const { client } = await connect(options.url, 'setup')
  try {
    await begin(client, manifest)
    await migrate({ url: options.url, upTo: manifest.migrations.length, restoring: true })
    const loaded = await load(client, manifest, options, say)
    await migrate({ url: options.url })
    return { manifest, ...loaded }
  } finally {
    await client.end()
  }
}

/** The backup's migrations must be the first of ours: a later file changes rows once they are there. */
async function refuseNewer({ migrations }: Manifest): Promise<void> {
  const ours = await readMigrations()
  for (const { number, file, checksum } of migrations) {
    if (ours[number - 1]?.checksum !== checksum) throw errors.BACKUP_NEWER(file)
  }
}

/** Marks the database as ours to fill. What an earlier restore left unfinished is filled again from the start. */
async function begin(client: Client, { id }: Manifest): Promise<void> {
  const { rows } = await client.query(`
    select to_regclass('restore_unfinished') is not null as unfinished,
           (select count(*)::int4 from pg_class where relnamespace = current_schema()::regnamespace
               and relkind in ('r', 'p', 'v', 'm')) as tables`)
  const { unfinished, tables } = rows[0] as { unfinished: boolean; tables: number }
  if (!unfinished && tables > 0) throw errors.NOT_EMPTY(tables)
  await client.query('create table if not exists restore_unfinished (backup text primary key)')
  await client.query('insert into restore_unfinished values ($1) on conflict do nothing', [id])
}

async function load(client: Client, manifest: Manifest, options: RestoreOptions, say: (sentence: string) => void) {
  await client.query('begin')
  try {
    await addPartitions(client, manifest.partitions)
    await client.query(`truncate ${manifest.tables.map(({ name }) => quoted(name)).join(', ')}`)
    let rows = 0
    for (const table of manifest.tables) {
      say(`${table.name}: ${table.rows} rows, ${Math.ceil(table.bytes / 1024)} kB`)
      rows += await loadTable(client, options.from, table)
    }
    await advanceIdentities(client)
    const incarnation = await beginLife(client, manifest, options.controlGap ?? CONTROL_GAP)
    await client.query('drop table restore_unfinished')
    await client.query('commit')
    return { rows, incarnation }
  } catch (error) {
    await client.query('rollback')
    throw coded(error)
  }
}

async function loadTable(client: Client, folder: string, table: Manifest['tables'][number]): Promise<number> {
  const { name, columns, file } = table
  const text = `copy ${quoted(name)} (${columns.map(quoted).join(', ')}) from stdin (format binary)`
  const rows = await copyIn(client, text, createReadStream(join(folder, file), { highWaterMark: 256 * 1024 }))
  if (rows !== table.rows) throw errors.BACKUP_FAULTY(folder, `${file} gave ${rows} rows instead of ${table.rows}`)
  return rows
}

/** COPY brings the values of identity columns and leaves their sequences where they were. */
async function advanceIdentities(client: Client): Promise<void> {
  const { rows } = await client.query(`
    select relname as name, attname as column,
           pg_get_serial_sequence(quote_ident(relname), attname) as sequence
      from pg_attribute join pg_class on pg_class.oid = attrelid
     where relnamespace = current_schema()::regnamespace and attidentity <> '' and not relispartition`)
  for (const { name, column, sequence } of rows as { name: string; column: string; sequence: string }[]) {
    await client.query(
      `select setval($1, (select coalesce(max(${quoted(column)}), 0) + 1 from ${quoted(name)}), false)`,
      [sequence],
    )
  }
}

/**
 * What the backup says of processes is over; what it says of requests is old. The number of attempts begins anew, so that
 * the first attempt of this life is known as such: it may be a repeat of one that the backup has not seen.
 */
async function beginLife(client: Client, { id, takenAt }: Manifest, controlGap: number): Promise<number> {
  await client.query('update lane set owner = null')
  await client.query('update waiting set attempts = 0')
  const { rows } = await client.query(
    `insert into installation (incarnation, id, began_at, restored_from, backup_at, control_gap)
     select max(incarnation) + 1, replace(gen_random_uuid()::text, '-', ''),
            floor(extract(epoch from clock_timestamp()) * 1000), $1, $2, $3
       from installation returning incarnation`,
    [id, Date.parse(takenAt), controlGap],
  )
  return (rows[0] as { incarnation: number }).incarnation
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`
