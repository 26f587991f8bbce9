import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { createServer } from 'node:net'
import pg from 'pg'
import { systemRandom } from '../base/random.ts'
import { systemScheduler } from '../base/scheduler.ts'
import { type CasesPorts, routes as caseRoutes } from '../cases/routes.ts'
import { type TrialPorts, trialRoutes } from '../cases/trial-routes.ts'
import type { HubDefinition } from '../config/define-hub.ts'
import type { Connector } from '../connectors/contract.ts'
import { type DeliveryDoorPorts, routes as deliveryRoutes } from '../delivery/routes.ts'
import type { Admission } from '../gateway/admission.ts'
import { consolePages, demoSessions } from '../gateway/console.ts'
import { type DoorwayPorts, doorways } from '../gateway/doorways.ts'
import { Metrics } from '../gateway/metrics.ts'
import { openApiOf } from '../gateway/openapi.ts'
import { type OperationsPorts, operations } from '../gateway/operations.ts'
import { type Gateway, openGateway } from '../gateway/server.ts'
import { type Keys, openKeys } from '../governance/keys.ts'
import { postgresKeyStore } from '../governance/postgres-key-store.ts'
import { Refusals } from '../governance/refusals.ts'
import { type GovernancePorts, routes as governanceRoutes } from '../governance/routes.ts'
import { connectorsOf, type Hub, openHub } from '../hub.ts'
import type { Arrival } from '../intake/arrival.ts'
import { type HoldDoorPorts, holdRoutes } from '../intake/hold-routes.ts'
import { type IntakeDoorPorts, routes as intakeRoutes } from '../intake/routes.ts'
import { readPositions } from '../inventory/availability.ts'
import { type InventoryPorts, routes as inventoryRoutes } from '../inventory/routes.ts'
import type { Input } from '../journal/contract.ts'
import { type ParkedDoorPorts, parkedRoutes } from '../journal/parked-routes.ts'
import type { Caller, Route } from '../journal/route.ts'
import type { Settlement } from '../journal/work.ts'
import { who } from '../lifecycle/authority.ts'
import { orderTable } from '../lifecycle/order.ts'
import { laneOfSubject, subjectOf } from '../lifecycle/subject.ts'
import { type ReplayDoorPorts, routes as replayRoutes } from '../replay/routes.ts'
import { migrate } from '../store/postgres/migrate.ts'
import { type Database, openDatabase } from '../store/postgres/open-database.ts'
import { openPostgresStore } from '../store/postgres/store.ts'
import { openVisibility } from '../visibility/open-visibility.ts'
import { type VisibilityPorts, routes as visibilityRoutes } from '../visibility/routes.ts'
import { type OpenAdmission, type OpenAdmissionOptions, openAdmission } from './admission.ts'
import { openCaseTrials } from './case-trials.ts'
import { openDatabaseClock } from './database-clock.ts'
import { deliveryDoors, standstillIn } from './delivery-doors.ts'
import { errors } from './errors.ts'
import { Exporting } from './exporting.ts'
import { openFolderDoors } from './folder-doors.ts'
import { sweepKeys } from './key-sweeping.ts'
import { openLife } from './life.ts'
import { parkedDoors } from './parked-doors.ts'

import { openPokes } from './pokes.ts'
import { openReplays, type Replays } from './replays.ts'
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
  /** Unready, drained, lanes handed back, database stopped when it is ours. */
  close(): Promise<void>
}

type Ports = IntakeDoorPorts &
  HoldDoorPorts &
  VisibilityPorts &
  InventoryPorts &
  CasesPorts &
  TrialPorts &
  DeliveryDoorPorts &
  ParkedDoorPorts &
  GovernancePorts &
  ReplayDoorPorts &
  OperationsPorts &
  DoorwayPorts

/** Opens database, hub, views and HTTP doors; ready when it resolves. */
export async function openServer(options: ServerOptions): Promise<Server> {
  const { definition, trouble } = options
  const host = options.host ?? '127.0.0.1'
  await refuseTakenPort(host, options.port) // before anything is opened that would have to be closed again
  await mkdir(options.dataFolder, { recursive: true })
  const database = await openDatabase(
    options.databaseUrl ? { url: options.databaseUrl } : { dataFolder: options.dataFolder },
  )
  const guard = database.embedded ? guardDatabase(database, options) : undefined
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
    secret: options.secret ?? secretFromEnvironment,
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
  const refusals = new Refusals()
  const metrics = new Metrics()
  const waiting = waitingBook(query)
  const trials = openCaseTrials({ hub, store, query, scheduler: systemScheduler, worker: id, trouble })
  const consoleCaller: Caller = { key: 'demo-console', tenant: hub.tenant, scopes: ['*'] }
  const sessions = options.demo ? demoSessions(consoleCaller, systemRandom) : undefined
  const opened: { gateway?: Gateway; admitting?: OpenAdmission } = {}
  const routes = routesOf(sessions?.routes ?? [], options.demo ?? false)
  const document = openApiOf(routes as readonly Route<never>[], { version: '0.1.0' })
  const ports: Ports = {
    intake: hub.intake,
    receipt: (receipt) => store.readReceipt(receipt),
    hasOrder: async (tenant, order) => {
      const subject = subjectOf(tenant, 'order', order)
      const [row] = await store.loadRows(orderTable, [{ lane: laneOfSubject(subject), subject }])
      return row !== undefined
    },
    ...(definition.systems['desk'] ? { orderDesk: 'desk' } : {}),
    next: (subject, is, withinMs) => hub.waiters.next(subject, is, withinMs),
    views: visibility.views,
    store,
    waiting: async (subject) =>
      (await waiting.of(subject)).map(({ request, state, attempts, reason, nextAt }) => ({
        position: request.position,
        state,
        attempts,
        reason,
        nextAt,
      })),
    standstill: (target) => standstillIn(hub, target),
    lag: () => visibility.follower.lag,
    positions: (tenant, item, facility) =>
      readPositions(store, tenant, facility ? [facility] : facilitiesOf(definition), item),
    units: (_tenant, item) => hub.master.item(item) as never,
    facilities: () => facilitiesOf(definition),
    ...trials.ports,
    submit: async (input) => (await submitted(hub, input)).answer,
    tell: async (input) => {
      const isHere = hub.core.journal.lanes.owns(laneOfSubject(input.subject))
      const { events } = await submitted(hub, input)
      return isHere || events.length > 0 ? events : undefined
    },
    holdOwner: (at) => who(definition.lifecycle.authority, 'order.held', undefined, at)[0],
    ...parkedDoors(query, hub.core.journal),
    replays: replays.replays,
    ...deliveryDoors(hub, waiting, {
      submit: async (input) => (await submitted(hub, input)).answer,
      now: () => clock.now(),
      store,
    }),
    keys,
    metrics,
    ready: () => [
      { name: 'accepting', ok: opened.gateway?.accepting ?? false },
      {
        name: 'lanes',
        ok: hub.core.journal.lanes.owned().length > 0,
        detail: `${hub.core.journal.lanes.owned().length} of 256`,
      },
      { name: 'lease', ok: hub.core.ownership.leaseLeftMs() > 0 },
      ...(opened.admitting?.checks() ?? []),
    ],
    started: () => [{ name: 'migrations', ok: true }],
    openapi: () => document,
    events: {
      read: (tenant, after, limit) => exporting.read(tenant, after, limit),
      more: (_tenant, _after, timeoutMs, signal) => exporting.more(timeoutMs, signal),
      end: () => exporting.end(),
      ...(life.restored ? { life: life.restored.incarnation } : {}),
    },
    arrive: async (arrival, wait) => {
      const { caller: _caller, traceparent: _trace, correlationId: _correlation, ...rest } = arrival
      const answer = await hub.intake.submit(
        { ...rest, channel: 'http' } as Arrival,
        wait ? { waitSeconds: wait.seconds } : {},
      )
      return {
        status: answer.status,
        body: answer.body,
        ...(answer.replayed ? { replayed: true } : {}),
        ...(answer.headers ? { headers: answer.headers } : {}),
      }
    },
  }
  const admitting = await openAdmission({
    definition,
    dataFolder: options.dataFolder,
    query,
    metrics,
    trouble,
    ...(options.admission ? { settings: options.admission } : {}),
    ...(options.disk ? { disk: options.disk } : {}),
  })
  const gateway = openGateway<Ports>({
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
  Object.assign(opened, { gateway, admitting })
  countIn(metrics, hub, () => visibility.follower.lag.entries)
  const folders = openFolderDoors({
    definition,
    hub,
    dataFolder: options.dataFolder,
    trouble,
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
    sweepKeys(store, clock.now()).catch((error: unknown) => trouble('old keys could not be swept', error))
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
    close: async () => {
      clearInterval(flushing)
      clearInterval(sweeping)
      admitting.close()
      await gateway.drain(options.graceMs ?? 2_000)
      await folders.close()
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

/** An embedded server that died under a living hub is started again where it was; the store connects by itself. */
function guardDatabase(first: Database, options: ServerOptions) {
  const port = new URL(first.url).port
  const guarded = { database: first, stop: () => clearInterval(timer) }
  let starting = false
  const timer = setInterval(() => {
    if (starting || isRunning(guarded.database.processId)) return
    starting = true
    options.say('PostgreSQL is gone; it is started again.')
    openDatabase({ dataFolder: options.dataFolder, settings: { port } })
      .then((again) => {
        guarded.database = again
      })
      .catch((error: unknown) => options.trouble('PostgreSQL could not be started again', error))
      .finally(() => {
        starting = false
      })
  }, 500)
  timer.unref()
  return guarded
}

function isRunning(pid: number | undefined): boolean {
  if (pid === undefined) return true
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as { code?: string }).code === 'EPERM'
  }
}

function routesOf(session: readonly Route<unknown>[], openMetrics: boolean): readonly Route<Ports>[] {
  return [
    ...intakeRoutes,
    ...holdRoutes,
    ...visibilityRoutes,
    ...inventoryRoutes,
    ...caseRoutes,
    ...trialRoutes,
    ...deliveryRoutes,
    ...parkedRoutes,
    ...replayRoutes,
    ...governanceRoutes,
    ...doorways,
    ...operations({ openMetrics }),
    ...session,
  ] as readonly Route<Ports>[]
}

function facilitiesOf(definition: HubDefinition): string[] {
  return definition.process[0].options.warehouses.map((warehouse) => warehouse.facility)
}

/** Puts one input into the journal; resolves once it is committed. */
function submitted(hub: Hub, input: Input): Promise<Settlement> {
  return new Promise((resolve, reject) => {
    hub.core.journal.submit({
      admit: () => ({ inputs: [input], touches: [laneOfSubject(input.subject)] }),
      settled: resolve,
      failed: reject,
    })
  })
}

function countIn(metrics: Metrics, hub: Hub, lag: () => number): void {
  const gauge = (name: string, help: string, value: number) => ({
    name,
    help,
    type: 'gauge' as const,
    labels: {},
    value,
  })
  metrics.read(() => [
    gauge('crossdock_journal_queue', 'Pieces of work waiting for a turn.', hub.core.journal.depth),
    gauge('crossdock_lanes_owned', 'Lanes this instance owns.', hub.core.journal.lanes.owned().length),
    gauge('crossdock_delivery_outstanding', 'Requests on their way or waiting.', hub.core.delivery.outstanding),
    gauge('crossdock_views_lag_entries', 'Journal entries the views have not read yet.', lag()),
  ])
}

/** `NAME` from the environment, or the file that `NAME_FILE` names. */
function secretFromEnvironment(name: string): string {
  const value = process.env[name]
  if (value !== undefined) return value
  const file = process.env[`${name}_FILE`]
  if (file !== undefined) return readFileSync(file, 'utf8').trim()
  throw new Error(
    `The secret ${name} is not in the environment. Set ${name} or ${name}_FILE, or take it out of the configuration.`,
  )
}
