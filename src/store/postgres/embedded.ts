import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import {
  chown,
  link,
  mkdir,
  mkdtemp,
  open,
  readFile,
  readlink,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { type Random, systemRandom } from '../../base/random.ts'
import { errors } from '../errors.ts'
import { type Binaries, findBinaries, isReachable, usableBinaries } from './binaries.ts'
import { makeFolder } from './make-folder.ts'

const START_TIMEOUT_MS = 60_000
const STOP_TIMEOUT_MS = 30_000
const POLL_MS = 5
const USER = 'crossdock'
/** Sun's limit on the path of a Unix socket is 108 bytes on Linux and 104 elsewhere, file name included. */
const SOCKET_PATH_BYTES = 80
const SHARED_CACHE = '/var/cache/crossdock'

/** Settings of the embedded server; each may be given another value. */
const SETTINGS: Record<string, string> = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  max_wal_size: '1GB',
  min_wal_size: '512MB', // kept for reuse: a new segment is written twice, once with zeros
  checkpoint_timeout: '15min',
  wal_compression: 'pglz',
  shared_buffers: '256MB',
  // Without these the writer itself has to write out old pages once the buffers are full.
  bgwriter_delay: '50ms',
  bgwriter_lru_maxpages: '1000',
  max_connections: '60',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_min_error_statement: 'panic', // a refused turn would log each of its statements in full
}

export interface EmbeddedOptions {
  /** Holds `postgres/` (the data), `postgres.password`, `postgres.log`. */
  readonly dataFolder: string
  /** PostgreSQL settings that differ from ours, by name. */
  readonly settings?: Readonly<Record<string, string>>
  readonly random?: Random
  /** Where PostgreSQL's programs are; those of the installed package unless told. */
  readonly binaries?: Binaries
}

/** A running embedded server. */
export interface EmbeddedServer {
  /** Connection string of the database `name`. */
  url(name: string): string
  readonly processId: number
  /** It ran already: it outlived a hub that was killed, or serves another one. */
  readonly adopted: boolean
  isAlive(): Promise<boolean>
  /** Ends it (fast shutdown) and waits until it is gone. */
  stop(): Promise<void>
}

interface Place {
  readonly folder: string
  readonly cluster: string
  readonly log: string
  readonly password: string
  /** The user the server runs as; undefined when that is ourselves. */
  readonly uid: number | undefined
  readonly gid: number | undefined
}

interface Running {
  readonly processId: number
  readonly port: number
}

/**
 * Starts the PostgreSQL that came with the installation on its own data folder, or adopts the one that already runs
 * there. Throws `XD_STORE_NO_BINARIES`, `XD_STORE_SERVER_FAILED`, `XD_STORE_OTHER_VERSION`, `XD_STORE_FOREIGN_FOLDER`.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const place = await prepareFolder(options)
  const live = await liveServer(place)
  if (live) return serverAt(place, live, true)

  const binaries = await usableBinaries(options.binaries ?? (await findBinaries()), place.uid, [
    place.folder,
    SHARED_CACHE,
  ])
  if (!existsSync(join(place.cluster, 'PG_VERSION'))) await createCluster(place, binaries)
  await refuseOtherVersion(place, binaries)
  return startServer(place, binaries, options)
}

async function prepareFolder(options: EmbeddedOptions): Promise<Place> {
  await makeFolder(options.dataFolder)
  const folder = await realpath(resolve(options.dataFolder))
  const cluster = join(folder, 'postgres')
  const owner = await serverUser(cluster)
  const password = await passwordOf(join(folder, 'postgres.password'), options.random ?? systemRandom)
  return { folder, cluster, log: join(folder, 'postgres.log'), password, ...owner }
}

/** Who the server runs as. PostgreSQL refuses to run as root: then it is the folder's owner, or nobody. */
async function serverUser(cluster: string): Promise<{ uid: number | undefined; gid: number | undefined }> {
  const ourselves = process.getuid?.()
  const owner = existsSync(cluster) ? await stat(cluster) : undefined
  if (ourselves === 0) return owner && owner.uid !== 0 ? { uid: owner.uid, gid: owner.gid } : nobody()
  if (owner && ourselves !== undefined && owner.uid !== ourselves) throw errors.FOREIGN_FOLDER(cluster)
  return { uid: undefined, gid: undefined }
}

function nobody(): { uid: number; gid: number } {
  const line = /^nobody:[^:]*:(\d+):(\d+):/m.exec(readFileSync('/etc/passwd', 'utf8'))
  return line ? { uid: Number(line[1]), gid: Number(line[2]) } : { uid: 65534, gid: 65534 }
}

/** There is no default password: one is drawn when the folder is made, and only its owner can read it. */
async function passwordOf(file: string, random: Random): Promise<string> {
  if (!existsSync(file)) {
    const fresh = `${file}.${process.pid}`
    await writeFile(fresh, Buffer.from(random.bytes(24)).toString('base64url'), { mode: 0o600 })
    await link(fresh, file).catch(refuseUnless('EEXIST')) // another hub was first; its password holds
    await rm(fresh)
  }
  return (await readFile(file, 'utf8')).trim()
}

/** Lets pass the failures that mean that somebody else did it at the same moment. */
function refuseUnless(...codes: string[]) {
  return (error: NodeJS.ErrnoException) => {
    if (!codes.includes(error.code ?? '')) throw error
  }
}

async function refuseOtherVersion(place: Place, binaries: Binaries): Promise<void> {
  const found = (await readFile(join(place.cluster, 'PG_VERSION'), 'utf8')).trim()
  if (found !== binaries.major) throw errors.OTHER_VERSION(place.cluster, found, binaries.major)
}

/** Makes the cluster under another name and renames it when it is whole, so a start cut short begins anew. */
async function createCluster(place: Place, binaries: Binaries): Promise<void> {
  const partial = `${place.cluster}.${process.pid}`
  await rm(partial, { recursive: true, force: true })
  await mkdir(partial, { mode: 0o700 })
  const handOver = await mkdtemp(join(tmpdir(), 'crossdock-'))
  try {
    const passwordFile = join(handOver, 'password')
    await writeFile(passwordFile, place.password, { mode: 0o600 })
    if (place.uid !== undefined && place.gid !== undefined) {
      for (const path of [partial, handOver, passwordFile]) await chown(path, place.uid, place.gid)
    }
    await runInitdb(place, binaries, partial, passwordFile)
    await rename(partial, place.cluster).catch(refuseUnless('ENOTEMPTY', 'EEXIST', 'EPERM'))
  } finally {
    await rm(handOver, { recursive: true, force: true })
    await rm(partial, { recursive: true, force: true })
  }
}

async function runInitdb(place: Place, binaries: Binaries, cluster: string, passwordFile: string): Promise<void> {
  const log = await open(place.log, 'a', 0o600)
  try {
    const child = spawn(
      program(binaries, 'initdb'),
      [
        ...['--pgdata', await pathForServer(place, cluster)],
        ...['--username', USER, '--auth', 'scram-sha-256', '--pwfile', passwordFile],
        ...['--encoding', 'UTF8', '--no-locale'],
      ],
      { cwd: cluster, stdio: ['ignore', log.fd, log.fd], env: serverEnvironment(), ...asUser(place) },
    )
    const code = await exitOf(child)
    if (code !== 0) throw errors.SERVER_FAILED('create its data folder', await tail(place.log))
  } finally {
    await log.close()
  }
}

/**
 * The data folder as the server can name it. Below a folder that the server's user may not enter the path is of no use
 * to it; it starts inside its folder and calls it by `/proc/self/cwd`, which needs no way from the root.
 */
async function pathForServer(place: Place, cluster: string): Promise<string> {
  return (await isReachable(place.folder, place.uid)) ? cluster : '/proc/self/cwd'
}

const program = (binaries: Binaries, name: string) =>
  join(binaries.native, 'bin', process.platform === 'win32' ? `${name}.exe` : name)

const asUser = (place: Place) => (place.uid === undefined ? {} : { uid: place.uid, gid: place.gid })

/** Settings of somebody else's PostgreSQL in the environment must not reach ours. */
function serverEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('PG') && !name.startsWith('LC_'))
  return { ...Object.fromEntries(kept), LC_ALL: 'C', TZ: 'UTC' }
}

async function startServer(place: Place, binaries: Binaries, options: EmbeddedOptions): Promise<EmbeddedServer> {
  const until = performance.now() + START_TIMEOUT_MS
  for (;;) {
    await removeStalePidFile(place)
    const outcome = await tryStart(place, binaries, options, until)
    if (typeof outcome !== 'string') return serverAt(place, outcome, false)
    const other = await liveServer(place) // started by another hub at the same moment
    if (other) return serverAt(place, other, true)
    // A server that was killed may leave processes behind that need a moment to notice; a port may be taken.
    const passes = /shared memory block|lock file|could not (bind|create any TCP)|Address already in use/.test(outcome)
    if (!passes || performance.now() > until) throw errors.SERVER_FAILED('start', outcome)
    await pause(100)
  }
}

/** Starts the server once: where it runs, or what it said before it gave up. */
async function tryStart(
  place: Place,
  binaries: Binaries,
  options: EmbeddedOptions,
  until: number,
): Promise<Running | string> {
  const port = Number(options.settings?.['port'] ?? 0) || (await freePort(options.random ?? systemRandom))
  const log = await openLog(place)
  const from = (await log.stat()).size
  try {
    const child = spawn(program(binaries, 'postgres'), await serverArguments(place, port, options), {
      cwd: place.cluster,
      stdio: ['ignore', log.fd, log.fd],
      env: serverEnvironment(),
      detached: true, // Ctrl-C on the terminal is for the hub, which ends its server last
      ...asUser(place),
    })
    child.unref()
    const giveUp = new AbortController()
    const ready = await Promise.race([
      untilReady(place, child, until, giveUp.signal),
      exitOf(child).then(() => false),
    ]).finally(() => giveUp.abort())
    if (ready) return { processId: child.pid as number, port }
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
    return await tail(place.log, from)
  } finally {
    await log.close()
  }
}

const LOG_BYTES = 10 << 20

async function openLog(place: Place) {
  const size = existsSync(place.log) ? (await stat(place.log)).size : 0
  if (size > LOG_BYTES) await rename(place.log, `${place.log}.old`)
  return open(place.log, 'a', 0o600)
}

async function serverArguments(place: Place, port: number, options: EmbeddedOptions): Promise<string[]> {
  const settings: Record<string, string> = {
    ...SETTINGS,
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: hasSocket(place) ? '.' : '',
    unix_socket_permissions: '0700',
    ...options.settings,
  }
  return [
    ...['-D', await pathForServer(place, place.cluster)],
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ]
}

const hasSocket = (place: Place) => process.platform !== 'win32' && Buffer.byteLength(place.cluster) < SOCKET_PATH_BYTES

/** Below the ephemeral range, so that an outgoing connection of somebody else cannot hold it by chance. */
async function freePort(random: Random): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(random.next() * 12_000)
    if (await isFree(port)) return port
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((settle) => {
    const probe = createServer()
    probe.once('error', () => settle(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => settle(true)))
  })
}

async function untilReady(place: Place, child: ChildProcess, until: number, signal: AbortSignal): Promise<boolean> {
  while (!signal.aborted && performance.now() < until) {
    const lines = await pidFile(place)
    if (lines && Number(lines[0]) === child.pid && lines[7]?.trim() === 'ready') return true
    await pause(POLL_MS)
  }
  return false
}

/** The lines of postmaster.pid: process, folder, start, port, socket folder, address, memory, state. */
async function pidFile(place: Place): Promise<string[] | undefined> {
  const text = await readFile(join(place.cluster, 'postmaster.pid'), 'utf8').catch(() => undefined) // not there yet
  return text?.split('\n')
}

/** The server that runs on this folder, waited for while it starts or recovers; undefined when there is none. */
async function liveServer(place: Place): Promise<Running | undefined> {
  const until = performance.now() + START_TIMEOUT_MS
  for (;;) {
    const lines = await pidFile(place)
    const processId = Number(lines?.[0])
    if (!lines || !processId || !(await servesFolder(processId, place))) return undefined
    const state = lines[7]?.trim()
    if (state === 'ready') return { processId, port: Number(lines[3]) }
    if (performance.now() > until) throw errors.SERVER_FAILED('become ready', `process ${processId} is ${state}`)
    await pause(POLL_MS)
  }
}

/** True when this process lives and is the server of this folder, not a stranger that got a dead server's number. */
async function servesFolder(processId: number, place: Place): Promise<boolean> {
  if (!isAlive(processId)) return false
  if (process.platform === 'darwin') return (await commandOf(processId)).includes(place.cluster)
  if (process.platform !== 'linux') return true
  const folder = await readlink(`/proc/${processId}/cwd`).catch((error: NodeJS.ErrnoException) => error)
  return typeof folder === 'string' ? folder === place.cluster : folder.code === 'EACCES'
}

async function commandOf(processId: number): Promise<string> {
  const { stdout } = await promisify(execFile)('ps', ['-p', String(processId), '-o', 'command='])
  return stdout
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/**
 * PostgreSQL replaces the file of a dead server itself, except when a stranger now has its process number; only then
 * is it removed here. A file whose process serves this folder is never touched.
 */
async function removeStalePidFile(place: Place): Promise<void> {
  const lines = await pidFile(place)
  const processId = Number(lines?.[0])
  if (!lines || !processId || !isAlive(processId) || (await servesFolder(processId, place))) return
  await rm(join(place.cluster, 'postmaster.pid'))
}

function serverAt(place: Place, running: Running, adopted: boolean): EmbeddedServer {
  const host = hasSocket(place) ? `?host=${encodeURIComponent(place.cluster)}` : ''
  return {
    url: (name) => `postgres://${USER}:${place.password}@127.0.0.1:${running.port}/${name}${host}`,
    processId: running.processId,
    adopted,
    isAlive: () => servesFolder(running.processId, place),
    stop: () => stopServer(place, running.processId),
  }
}

async function stopServer(place: Place, processId: number): Promise<void> {
  const until = performance.now() + STOP_TIMEOUT_MS
  if (await servesFolder(processId, place)) process.kill(processId, 'SIGINT')
  while (await servesFolder(processId, place)) {
    if (performance.now() > until) throw errors.SERVER_FAILED('stop', await tail(place.log))
    await pause(POLL_MS)
  }
}

function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((settle, fail) => {
    child.once('error', fail)
    child.once('exit', settle)
  })
}

async function tail(file: string, from = 0): Promise<string> {
  const text = (await readFile(file)).subarray(from).toString('utf8')
  return text.slice(-2_000).trim()
}
