/**
 * A backup while the hub runs: one snapshot of every table, through the protocol the hub speaks anyway. Nothing waits for
 * it; what it holds up for its time is only the sweeping of dead rows.
 */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Client } from 'pg'
import { errors } from '../errors.ts'
import { coded, connect, reasonOf } from './connection.ts'
import { copyOut } from './copy.ts'
import { refuseNoHub } from './installation.ts'
import { makeFolder } from './make-folder.ts'
import { BACKUP_FORMAT, type BackedUpTable, MANIFEST_FILE, type Manifest } from './manifest.ts'
import { type PartitionRange, readPartitions } from './partitions.ts'

/** What a backup is told. */
export interface BackupOptions {
  readonly url: string
  /** The folder to make. It must not exist: a backup is never written over another. */
  readonly to: string
  /** Hears of each table and each block, for people. */
  readonly progress?: (table: string, bytes: number) => void
}

interface Table {
  readonly name: string
  readonly columns: readonly string[]
}

/** Leases of processes: of no use to anybody else. */
const NOT_KEPT = ['instance']

/**
 * Writes one consistent snapshot of a hub's database into a new folder: a file for each table and a manifest with their
 * SHA-256. It is written under another name, flushed, and renamed when it is whole. Files are for their owner's eyes
 * only: orders, addresses and the digests of API keys are in them. Throws `XD_STORE_BACKUP_EXISTS`,
 * `XD_STORE_BACKUP_FAILED`, `XD_STORE_NOT_A_HUB`, `XD_STORE_UNREACHABLE`.
 *
 * @example
 * const { tables } = await backup({ url: database.url, to: '/backups/monday' })
 */
export async function backup(options: BackupOptions): Promise<Manifest> {
  const folder = resolve(options.to)
  if (existsSync(folder)) throw errors.BACKUP_EXISTS(folder)
  const { client } = await connect(options.url, 'setup')
  try {
    await client.query('begin isolation level repeatable read, read only')
    const header = await headerOf(client)
    const partial = `${folder}.part-${header.id.slice(0, 8)}`
    try {
      const manifest = await writeAll(client, partial, header, options.progress ?? (() => {}))
      await rename(partial, folder)
      await flushFolder(dirname(folder))
      return manifest
    } catch (error) {
      if (existsSync(partial)) await rm(partial, { recursive: true })
      throw isFileTrouble(error) ? errors.BACKUP_FAILED(folder, reasonOf(error)) : coded(error)
    }
  } finally {
    await client.end()
  }
}

const isFileTrouble = (error: unknown): boolean => /^E[A-Z]+$/.test((error as { code?: string }).code ?? '')

/** Everything the manifest says before a table is read; the first statement of the snapshot. */
async function headerOf(client: Client): Promise<Omit<Manifest, 'tables'>> {
  await refuseNoHub(client)
  const { rows } = await client.query(`
    select replace(gen_random_uuid()::text, '-', '') as id, clock_timestamp() as at,
           current_setting('server_version_num')::int4 as version,
           (select max(incarnation) from installation) as incarnation,
           (select array_agg(head order by lane) from lane) as heads`)
  const { id, at, version, incarnation, heads } = rows[0]
  const { rows: migrations } = await client.query('select number, file, checksum from migration order by number')
  return {
    format: BACKUP_FORMAT,
    id,
    takenAt: (at as Date).toISOString(),
    incarnation,
    serverVersion: version,
    migrations,
    partitions: (await readPartitions(client)) as PartitionRange,
    heads: (heads as unknown[]).map(Number),
  }
}

async function writeAll(
  client: Client,
  folder: string,
  header: Omit<Manifest, 'tables'>,
  progress: (table: string, bytes: number) => void,
): Promise<Manifest> {
  await makeFolder(folder, 0o700)
  const tables: BackedUpTable[] = []
  for (const table of await tablesOf(client)) tables.push(await writeTable(client, folder, table, progress))
  const manifest = { ...header, tables }
  const file = await open(join(folder, MANIFEST_FILE), 'wx', 0o600)
  await file.writeFile(`${JSON.stringify(manifest, null, 2)}\n`)
  await file.sync()
  await file.close()
  await flushFolder(folder)
  return manifest
}

/** Every table of the hub; slices of sliced tables come with their parent. */
export async function tablesOf(client: Client): Promise<Table[]> {
  const { rows } = await client.query(
    `select relname as name,
            (select array_agg(attname::text order by attnum) from pg_attribute
              where attrelid = pg_class.oid and attnum > 0 and not attisdropped and attgenerated = '') as columns
       from pg_class
      where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p') and not relispartition
        and relname <> all ($1) order by relname`,
    [[...NOT_KEPT, 'migration', 'restore_unfinished']],
  )
  return rows as Table[]
}

async function writeTable(
  client: Client,
  folder: string,
  { name, columns }: Table,
  progress: (table: string, bytes: number) => void,
): Promise<BackedUpTable> {
  const path = `${name}.copy`
  const file = await open(join(folder, path), 'wx', 0o600)
  const hash = createHash('sha256')
  let bytes = 0
  try {
    const list = columns.map((column) => `"${column}"`).join(', ')
    const { blocks, rows } = copyOut(client, `copy (select ${list} from "${name}") to stdout (format binary)`)
    for await (const block of blocks) {
      await file.writeFile(block)
      hash.update(block)
      bytes += block.byteLength
      progress(name, bytes)
    }
    await file.sync()
    return { name, columns, file: path, rows: rows(), bytes, sha256: hash.digest('hex') }
  } finally {
    await file.close()
  }
}

/** A new name is on disk once its folder is. */
async function flushFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  await folder.sync()
  await folder.close()
}
