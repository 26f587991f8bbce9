import { existsSync, statSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { wayBack } from '../../hub/way-back.ts'
import { backup as backUp } from '../../store/postgres/backup.ts'
import { startEmbedded } from '../../store/postgres/embedded.ts'
import { restoredFrom, settleRestore } from '../../store/postgres/installation.ts'
import { faultsOf, type Manifest, readManifest } from '../../store/postgres/manifest.ts'
import { openDatabase } from '../../store/postgres/open-database.ts'
import { restore as restoreInto } from '../../store/postgres/restore.ts'
import { errors } from '../errors.ts'
import { type PlaceOptions, placeFrom } from '../settings.ts'
import type { ExitCode, Terminal } from '../terminal.ts'

/** What commands about the database are told. */
export interface DatabaseOptions extends PlaceOptions {
  readonly json?: boolean
}

/** `crossdock backup --to FOLDER`: one snapshot of the hub's database while the hub runs. */
export async function backup(options: DatabaseOptions & { to?: string }, terminal: Terminal): Promise<ExitCode> {
  const to = options.to
  if (to === undefined) throw errors.BACKUP_WHERE()
  const progress = everySecond(terminal)
  const manifest = await withDatabase(options, terminal, (url) =>
    backUp({ url, to, progress: (table, bytes) => progress(`${table}: ${megabytes(bytes)}`) }),
  )
  terminal.say('It holds orders, addresses and the digests of API keys: keep it as you keep the database.')
  answer(options, terminal, { folder: resolve(to), ...summary(manifest) }, [
    `${resolve(to)}: ${rowsOf(manifest)} rows of ${manifest.tables.length} tables, ${megabytes(bytesOf(manifest))}, as of ${manifest.takenAt}.`,
  ])
  return 0
}

/** `crossdock backup verify FOLDER`: whether every byte is the one that was written. */
export async function verifyBackup(folder: string, options: DatabaseOptions, terminal: Terminal): Promise<ExitCode> {
  const manifest = await readManifest(folder)
  const progress = everySecond(terminal)
  const faults = await faultsOf(folder, manifest, (table) => progress(`${table} …`))
  answer(options, terminal, { folder: resolve(folder), ...summary(manifest), faults }, [
    ...faults,
    faults.length === 0
      ? `${folder} is whole: ${rowsOf(manifest)} rows as of ${manifest.takenAt}.`
      : `${folder} is damaged.`,
  ])
  return faults.length === 0 ? 0 : 1
}

/** `crossdock restore FOLDER`: a backup into an empty database, and a new life of the installation. */
export async function restore(
  folder: string,
  options: DatabaseOptions & { readonly aside?: boolean; readonly controlGap?: number },
  terminal: Terminal,
): Promise<ExitCode> {
  await readManifest(folder) // before anything is put aside
  if (options.aside) await putAside(options, terminal)
  const work = (url: string) =>
    restoreInto({
      url,
      from: folder,
      progress: terminal.say,
      ...(options.controlGap === undefined ? {} : { controlGap: options.controlGap }),
    })
  const { manifest, incarnation, rows } = await withNewDatabase(options, terminal, work)
  answer(options, terminal, { folder: resolve(folder), incarnation, rows, knowsUntil: manifest.takenAt }, [
    `Restored ${rows} rows. The hub knows what was committed until ${manifest.takenAt}, and nothing after it.`,
    ...AFTERWARDS,
  ])
  return 0
}

const AFTERWARDS = [
  'What was accepted later is unknown here, although its senders were told yes: have them send it again.',
  'Until “crossdock database settle”, requests are sent so that targets recognise what they did before; where nobody',
  'can know (class C, files to partners), they are in doubt and wait for a person. See docs/how-to/backup-and-restore.md.',
]

/** `crossdock database settle`: the senders have repeated what they hold. */
export async function settle(options: DatabaseOptions, terminal: Terminal): Promise<ExitCode> {
  const settled = await withDatabase(options, terminal, settleRestore)
  answer(options, terminal, { settled }, [
    settled ? 'Settled: requests are sent as always from now on.' : 'There was no restore to settle.',
  ])
  return 0
}

/** `crossdock database status`: which life it is, and what it began with. */
export async function databaseStatus(options: DatabaseOptions, terminal: Terminal): Promise<ExitCode> {
  const restored = await withDatabase(options, terminal, restoredFrom)
  const at = (ms: number) => new Date(ms).toISOString()
  answer(options, terminal, { restored: restored ?? null }, [
    restored
      ? `Life ${restored.incarnation}, restored ${at(restored.restoredAt)}; knows what was before ${at(restored.backupAt)}; ${restored.settled ? 'settled' : 'not settled'}.`
      : 'Never restored.',
  ])
  return 0
}

/** `crossdock database back --to N`: makes the database one that an earlier release opens, or says what stands in it. */
export async function goBack(options: DatabaseOptions & { to: number }, terminal: Terminal): Promise<ExitCode> {
  const { removed, obstacles } = await withDatabase(options, terminal, (url) => wayBack({ url, to: options.to }))
  answer(options, terminal, { to: options.to, removed, obstacles }, [
    ...obstacles,
    obstacles.length > 0
      ? 'Nothing was changed.'
      : removed.length === 0
        ? `The database is at ${options.to} already.`
        : `The release with migration ${options.to} can be started; this one applies ${removed.join(', ')} again when it comes back.`,
  ])
  return obstacles.length === 0 ? 0 : 1
}

/** Opens the database that a place has and leaves it as it was found; where there is none, none is made. */
async function withDatabase<T>(
  options: DatabaseOptions,
  terminal: Terminal,
  work: (url: string) => Promise<T>,
): Promise<T> {
  const { databaseUrl, data } = placeFrom(options, terminal.env)
  if (databaseUrl === undefined && !hasCluster(data)) throw errors.NO_DATA(resolve(data))
  return withOpened(databaseUrl, data, work)
}

/** Opens the database of a place, making it where there is none; what was made for work that failed does not stay. */
async function withNewDatabase<T>(
  options: DatabaseOptions,
  terminal: Terminal,
  work: (url: string) => Promise<T>,
): Promise<T> {
  const { databaseUrl, data } = placeFrom(options, terminal.env)
  if (databaseUrl !== undefined || hasCluster(data)) return withOpened(databaseUrl, data, work)
  const folder = resolve(data)
  const fresh = existsSync(folder)
    ? OURS.map((name) => join(folder, name)).filter((path) => !existsSync(path))
    : [folder]
  try {
    return await withOpened(undefined, data, work)
  } catch (error) {
    const isInUse = existsSync(join(folder, 'postgres', 'postmaster.pid'))
    if (!isInUse) for (const path of fresh) await rm(path, { recursive: true, force: true })
    throw error
  }
}

/** What opening an embedded database makes in its data folder. */
const OURS = ['postgres', 'postgres.log', 'postgres.password']

/** Whether an embedded database is in a data folder. Throws `XD_CLI_DATA_NO_FOLDER` where a file has its name. */
function hasCluster(data: string): boolean {
  const found = statSync(data, { throwIfNoEntry: false })
  if (found && !found.isDirectory()) throw errors.DATA_NO_FOLDER(resolve(data))
  return existsSync(join(data, 'postgres', 'PG_VERSION'))
}

/** A server that ran before goes on running. */
async function withOpened<T>(
  databaseUrl: string | undefined,
  data: string,
  work: (url: string) => Promise<T>,
): Promise<T> {
  const database = await openDatabase(databaseUrl === undefined ? { dataFolder: resolve(data) } : { url: databaseUrl })
  try {
    return await work(database.url)
  } finally {
    if (!database.adopted) await database.stop()
  }
}

/** The embedded database gets another name; nothing is deleted. */
async function putAside(options: DatabaseOptions, terminal: Terminal): Promise<void> {
  const { databaseUrl, data } = placeFrom(options, terminal.env)
  if (databaseUrl !== undefined) throw errors.ASIDE_EMBEDDED()
  const cluster = join(resolve(data), 'postgres')
  if (!hasCluster(data)) return
  const server = await startEmbedded({ dataFolder: resolve(data) })
  if (server.adopted) throw errors.ASIDE_RUNNING(cluster)
  await server.stop() // it ended cleanly, so that it can be opened again where it is put
  const aside = `${cluster}.aside-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`
  await rename(cluster, aside)
  terminal.say(`The database that was there is now ${aside}.`)
}

function answer(options: DatabaseOptions, terminal: Terminal, data: object, sentences: readonly string[]): void {
  if (options.json) terminal.out(JSON.stringify(data))
  else for (const sentence of sentences) terminal.out(sentence)
}

function summary({ id, takenAt, incarnation, migrations, tables }: Manifest) {
  const sum = {
    rows: tables.reduce((n, { rows }) => n + rows, 0),
    bytes: tables.reduce((n, { bytes }) => n + bytes, 0),
  }
  return { id, takenAt, incarnation, migrations: migrations.length, tables: tables.length, ...sum }
}

const rowsOf = (manifest: Manifest): number => summary(manifest).rows
const bytesOf = (manifest: Manifest): number => summary(manifest).bytes
const megabytes = (bytes: number): string => `${(bytes / 1_048_576).toFixed(1)} MB`

/** Says how far it is, at most once a second. */
function everySecond(terminal: Terminal): (sentence: string) => void {
  let next = performance.now() + 1_000
  return (sentence) => {
    if (performance.now() < next) return
    next = performance.now() + 1_000
    terminal.say(sentence)
  }
}
