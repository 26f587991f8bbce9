import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { createServer } from 'node:net'
import pg from 'pg'
import { systemRandom } from '../base/random.ts'
import { systemScheduler } from '../base/scheduler.ts'
import type { HubDefinition } from '../config/define-hub.ts'
import type { Connector } from '../connectors/contract.ts'
import type { Admission } from '../gateway/admission.ts'
import { consolePages, demoSessions } from '../gateway/console.ts'
import { Metrics } from '../gateway/metrics.ts'
import { openApiOf } from '../gateway/openapi.ts'
import { type Gateway, openGateway } from '../gateway/server.ts'
import type { SftpDoor } from '../gateway/sftp/server.ts'
import { type Keys, openKeys } from '../governance/keys.ts'
import { postgresKeyStore } from '../governance/postgres-key-store.ts'
import { sweepRefusals } from '../governance/refusal-book.ts'
import { Refusals } from '../governance/refusals.ts'
import { connectorsOf, type Hub, openHub } from '../hub.ts'
import type { Caller, Route } from '../journal/route.ts'
import { migrate } from '../store/postgres/migrate.ts'
import { type Database, openDatabase } from '../store/postgres/open-database.ts'
import { openPostgresStore } from '../store/postgres/store.ts'
import { openVisibility } from '../visibility/open-visibility.ts'
import { type OpenAdmission, type OpenAdmissionOptions, openAdmission } from './admission.ts'
import { as2PortsOf } from './as2.ts'
import { receiptBook, sweepReceipts } from './as2-receipts.ts'
import { openCaseTrials } from './case-trials.ts'
import { openDatabaseClock } from './database-clock.ts'
import { guardDatabase } from './database-guard.ts'
import { type DoorPorts, doorPorts, routesOf } from './doors.ts'
import { errors } from './errors.ts'
import { Exporting } from './exporting.ts'
import { openFolderDoors } from './folder-doors.ts'
import { showGauges } from './gauges.ts'
import { sweepKeys } from './key-sweeping.ts'
import { openLife } from './life.ts'
import { openPokes } from './pokes.ts'
import { openReplays, type Replays } from './replays.ts'
import { secretFromEnvironment } from './secret-from-environment.ts'
import { openSftpDoorway } from './sftp-doorway.ts'
import { signaturesOf } from './signatures.ts'
import { openSupervisor } from './supervisor.ts'
import { waitingBook } from './waiting-book.ts'

/** Marks are read for the time of a delivery; older ones say nothing the cursor does not. */
const MARKS_KEPT_MS = 15 * 60_000

/** Clocks further apart than this are spoken of. */
const MOST_OFF_MS = 5_000

/** What a serving hub is told. */
export interface ServerOptions {
  readonly definition: HubDefinition
  readonly dataFolder: string
  /** Absent: embedded PostgreSQL below the data folder. */
  readonly databaseUrl?: string
  readonly host?: string
  readonly port: number
  /** The built console; absent: no pages. */
  readonly consoleFolder?: string
  /** The demo's console may read without a key, on loopback. */
  readonly demo?: boolean
  readonly connectors?: Readonly<Record<string, Connector>>
  /** A handler that hangs or eats memory is cut off: its subject is parked, and this process ends. */
  readonly supervised?: boolean
  readonly say: (sentence: string) => void
  readonly trouble: (what: string, error: unknown) => void
  readonly secret?: (name: string) => string
  /** How long open requests and streams may go on when the server closes. 2 s. */
  readonly graceMs?: number
  /** How much is let in at once, and how long it may take. */
  readonly admission?: OpenAdmissionOptions['settings']
  /** How disks are looked at, and from how full on less is let in. */
  readonly disk?: OpenAdmissionOptions['disk']
}

/** A hub with its doors open. */
export interface Server {
  readonly url: string
  readonly hub: Hub
  readonly keys: Keys
  readonly gateway: Gateway
  readonly admission: Admission
  readonly databaseUrl: string
  readonly databaseProcess: number | undefined
  /** The SFTP doorway, where the configuration has one. */
  readonly sftp?: Pick<SftpDoor, 'port' | 'print'>
  /** Unready, drained, lanes handed back, database stopped when it is ours. */
  close(): Promise<void>
}

/** Opens database, hub, views and HTTP doors; ready when it resolves. When it rejects, no database of ours goes on. */
export async function openServer(options: ServerOptions): Promise<Server> {
  const host = options.host ?? '127.0.0.1'
  await refuseTakenPort(host, options.port) // before anything is opened that would have to be closed again
  const { sftp } = options.definition
  if (sftp) await refuseTakenPort(sftp.host ?? '127.0.0.1', sftp.port)
  await mkdir(options.dataFolder, { recursive: true })
  const database = await openDatabase(
    options.databaseUrl ? { url: options.databaseUrl } : { dataFolder: options.dataFolder },
  )
  const guard = database.embedded ? guardDatabase(database, options) : undefined
  try {
    return await openOn(database, guard, host, options)
  } catch (error) {
    guard?.stop()
    await (guard?.database ?? database).stop()
    throw error
  }
}

async function openOn(
  database: Database,
  guard: ReturnType<typeof guardDatabase> | undefined,
  host: string,
  options: ServerOptions,
): Promise<Server> {
  const { definition, trouble, secret = secretFromEnvironment } = options
  await migrate({ url: database.url })
  const life = await openLife({
    url: database.url,
    connectors: connectorsOf(definition, options.connectors),
    mailboxes: new Set((definition.partners ?? []).map(({ name }) => name)),
    say: options.say,
    trouble,
  })
  const store = await openPostgresStore({ url: database.url })
  const pool = new pg.Pool({ connectionString: database.url, max: 4 })
  pool.on('error', (error) => trouble('an idle database connection was lost', error))
  const query = async (text: string, values: readonly unknown[]) =>
    (await pool.query(text, [...values])).rows as Record<string, unknown>[]
  const clock = await openDatabaseClock({ monotonic: () => performance.now(), ask: () => timeOf(query) })
  sayIfOff(clock.now() - Date.now(), options)
  const exporting = new Exporting(store)
  const id = `${definition.name}-${process.pid}-${randomBytes(4).toString('hex')}`
  const running: { hub?: Hub; replays?: Replays } = {}
  const pokes = await openPokes(host, () => {
    running.hub?.core.journal.readInbox().catch((error: unknown) => trouble('the inbox could not be read', error))
  })
  const supervisor = options.supervised
    ? openSupervisor({ databaseUrl: database.url, instance: id, trouble })
    : undefined
  const hub = await openHub(definition, {
    store,
    clock,
    random: systemRandom,
    scheduler: systemScheduler,
    monotonic: () => performance.now(),
    id,
    address: `${host}:${pokes.port}`,
    dataFolder: options.dataFolder,
    secret,
    trouble,
    connectors: life.connectors,
    ...(life.restored ? { restored: life.restored } : {}),
    ...(supervisor ? { board: supervisor.board } : {}),
    poke: (lanes) => {
      const owners = new Set([...lanes].map((lane) => running.hub?.core.ownership.ownerOf(lane)))
      for (const owner of owners) if (owner) pokes.poke(owner)
    },
    onCommitted: () => {
      exporting.stir()
    },
  })
  running.hub = hub
  const replays = openReplays({
    hub,
    url: database.url,
    clock,
    random: systemRandom,
    scheduler: systemScheduler,
    trouble,
  })
  running.replays = replays
  const visibility = openVisibility(database.url, store, {
    scheduler: systemScheduler,
    now: () => clock.now(),
    trouble,
  })
  const keys = openKeys(
    postgresKeyStore(async (text, values) => ({ rows: await query(text, values) })),
    {
      clock,
      random: systemRandom,
    },
  )
  const refusals = new Refusals(hub.tenant)
  const metrics = new Metrics()
  const trials = openCaseTrials({ hub, store, query, scheduler: systemScheduler, worker: id, trouble })
  const consoleCaller: Caller = { key: 'demo-console', tenant: hub.tenant, scopes: ['*'] }
  const sessions = options.demo ? demoSessions(consoleCaller, systemRandom) : undefined
  const gates: { gateway?: Gateway; admitting?: OpenAdmission } = {}
  const routes = routesOf(sessions?.routes ?? [], options.demo ?? false)
  const document = openApiOf(routes as readonly Route<never>[], { version: '0.1.0' })
  const ports = doorPorts({
    definition,
    hub,
    store,
    query,
    clock,
    keys,
    metrics,
    visibility,
    waiting: waitingBook(query),
    trials: trials.ports,
    replays,
    exporting,
    signatures: signaturesOf(definition, secret),
    as2: as2PortsOf(
      definition,
      { secret, dataFolder: options.dataFolder },
      { trouble, hub, now: () => clock.now() },
      receiptBook(query),
    ),
    incarnation: life.restored?.incarnation,
    document,
    gates,
  })
  const admitting = await openAdmission({
    definition,
    dataFolder: options.dataFolder,
    query,
    metrics,
    trouble,
    ...(options.admission ? { settings: options.admission } : {}),
    ...(options.disk ? { disk: options.disk } : {}),
  })
  const gateway = openGateway<DoorPorts>({
    routes,
    ports,
    clock,
    random: systemRandom,
    admit: (text, source) => ofTenant(hub.tenant, keys.admit(text, source)),
    ...(sessions ? { session: sessions.session } : {}),
    known: keys.known,
    admission: admitting.admission,
    doorwayClass: admitting.doorwayClass,
    refused: (refusal) => refusals.note(refusal),
    metrics,
    ...(options.consoleFolder ? { page: consolePages(options.consoleFolder) } : {}),
  })
  Object.assign(gates, { gateway, admitting })
  showGauges(metrics, hub, () => visibility.follower.lag.entries)
  const folders = openFolderDoors({
    definition,
    hub,
    dataFolder: options.dataFolder,
    trouble,
    picksUp: admitting.picksUp,
    secret,
  })
  const sftp = await openSftpDoorway({
    definition,
    hub,
    dataFolder: options.dataFolder,
    secret,
    now: () => clock.now(),
    say: options.say,
    trouble,
    refused: (refusal) => refusals.note(refusal),
    picksUp: admitting.picksUp,
  })
  const flushing = setInterval(() => {
    refusals
      .flush(async (text, values) => ({ rows: await query(text, values) }))
      .catch((error: unknown) => trouble('refusals could not be written', error))
    if (hub.core.ownership.living > 1)
      hub.core.journal.readInbox().catch((error: unknown) => trouble('the inbox could not be read', error))
  }, 1_000)
  const sweeping = setInterval(() => {
    hub.core.journal.tidy()
    clock.ask().catch((error: unknown) => trouble('the database could not be asked for the time', error))
    store
      .sweepMarks(clock.now() - MARKS_KEPT_MS)
      .catch((error: unknown) => trouble('old marks could not be swept', error))
    sweepReceipts(query).catch((error: unknown) => trouble('old AS2 receipts could not be swept', error))
    sweepKeys(store, clock.now()).catch((error: unknown) => trouble('old keys could not be swept', error))
    sweepRefusals(query, hub.tenant, clock.now()).catch((error: unknown) =>
      trouble('old refusals could not be swept', error),
    )
  }, 60_000)
  const { url } = await gateway.listen({ host, port: options.port })
  return {
    url,
    hub,
    keys,
    gateway,
    admission: admitting.admission,
    databaseUrl: database.url,
    databaseProcess: database.processId,
    ...(sftp ? { sftp } : {}),
    close: async () => {
      clearInterval(flushing)
      clearInterval(sweeping)
      admitting.close()
      await gateway.drain(options.graceMs ?? 2_000)
      await folders.close()
      await sftp?.close()
      await replays.close()
      await trials.close()
      await hub.close()
      await supervisor?.close()
      await visibility.close()
      await refusals.flush(async (text, values) => ({ rows: await query(text, values) }))
      await pokes.close()
      await life.close()
      await pool.end()
      await store.close()
      guard?.stop()
      await (guard?.database ?? database).stop()
    },
  }
}

async function timeOf(query: (text: string, values: readonly unknown[]) => Promise<Record<string, unknown>[]>) {
  const [row] = await query('select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms', [])
  return Number(row?.['ms'])
}

/** Five seconds between two clocks of one business are worth a word; the hub goes by the database's. */
function sayIfOff(offMs: number, { say }: ServerOptions): void {
  if (Math.abs(offMs) <= MOST_OFF_MS) return
  const seconds = Math.round(Math.abs(offMs) / 1_000)
  say(`The clock of this machine is ${seconds} s ${offMs > 0 ? 'behind' : 'ahead of'} the database's, which is used.`)
}

async function refuseTakenPort(host: string, port: number): Promise<void> {
  if (port === 0) return
  const probe = createServer()
  await new Promise<void>((resolve, reject) => {
    probe.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? errors.PORT_TAKEN(`${host}:${port}`) : error),
    )
    probe.listen(port, host, () => probe.close(() => resolve()))
  })
}

/** A hub serves one business: another's key is refused like an unknown one, whatever database they share. */
function ofTenant(tenant: string, caller: Caller | Promise<Caller>): Caller | Promise<Caller> {
  if (caller instanceof Promise) return caller.then((found) => ofTenant(tenant, found))
  if (caller.tenant !== tenant) throw errors.OTHER_TENANT()
  return caller
}
