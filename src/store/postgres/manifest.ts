import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { errors } from '../errors.ts'
import type { PartitionRange } from './partitions.ts'

/** Raised when an older release could no longer read a backup. */
export const BACKUP_FORMAT = 1
export const MANIFEST_FILE = 'manifest.json'

/** One table of a backup, in one file: PostgreSQL's binary COPY. */
export interface BackedUpTable {
  readonly name: string
  readonly columns: readonly string[]
  readonly file: string
  readonly rows: number
  readonly bytes: number
  readonly sha256: string
}

/** What a backup says about itself; written last, so that a folder with a manifest is whole. */
export interface Manifest {
  readonly format: number
  readonly id: string
  /** The moment of the snapshot by the database's clock: what was committed later is not in it. */
  readonly takenAt: string
  /** The life of the installation it was taken in. */
  readonly incarnation: number
  readonly serverVersion: number
  readonly migrations: readonly { readonly number: number; readonly file: string; readonly checksum: string }[]
  /** Days of the journal, as days since 1970. */
  readonly partitions: PartitionRange
  /** The last position of each of the 256 lanes. */
  readonly heads: readonly number[]
  readonly tables: readonly BackedUpTable[]
}

/** What is wrong with a backup: one sentence for each file. */
export type BackupFault = string

/** Reads the manifest of a folder. Throws `XD_STORE_BACKUP_NOT_THERE`, `XD_STORE_BACKUP_UNREADABLE`. */
export async function readManifest(folder: string): Promise<Manifest> {
  let manifest: Manifest
  try {
    manifest = JSON.parse(await readFile(join(folder, MANIFEST_FILE), 'utf8')) as Manifest
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') throw errors.BACKUP_NOT_THERE(folder, await whyNone(folder))
    throw errors.BACKUP_UNREADABLE(folder, code === 'EACCES' ? `you may not read its ${MANIFEST_FILE}` : message)
  }
  if (manifest.format !== BACKUP_FORMAT) throw errors.BACKUP_UNREADABLE(folder, `its format is ${manifest.format}`)
  return manifest
}

async function whyNone(folder: string): Promise<string> {
  const found = await stat(folder).catch((error: NodeJS.ErrnoException) => error.code ?? error.message)
  if (found === 'ENOENT') return 'there is no such folder'
  if (found === 'ENOTDIR') return 'a part of the path is a file'
  if (typeof found === 'string') return `the folder cannot be looked at (${found})`
  return found.isDirectory() ? `the folder has no ${MANIFEST_FILE}` : 'it is a file'
}

/**
 * Reads every file of a backup and compares it with the manifest. An empty answer is a whole backup.
 *
 * @example
 * await faultsOf('/backups/monday', await readManifest('/backups/monday')) // []
 */
export async function faultsOf(
  folder: string,
  manifest: Manifest,
  progress: (table: string) => void = () => {},
): Promise<BackupFault[]> {
  const faults: BackupFault[] = []
  for (const table of manifest.tables) {
    progress(table.name)
    const fault = await faultOf(join(folder, table.file), table)
    if (fault) faults.push(`${table.file} ${fault}`)
  }
  return faults
}

async function faultOf(path: string, { bytes, sha256 }: BackedUpTable): Promise<string | undefined> {
  try {
    const { size } = await stat(path)
    if (size !== bytes) return `has ${size} bytes and should have ${bytes}`
    return (await digestOf(path)) === sha256 ? undefined : 'is not what was written'
  } catch (error) {
    return `cannot be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}`
  }
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Uint8Array)
  return hash.digest('hex')
}
