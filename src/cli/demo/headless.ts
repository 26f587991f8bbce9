import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../base/clock.ts'
import { assert } from '../../base/errors.ts'
import { seededRandom, systemRandom } from '../../base/random.ts'
import { systemScheduler } from '../../base/scheduler.ts'
import { SimulatedTime } from '../../base/simulated-time.ts'
import { Checker, type Verdict } from '../../checker/checker.ts'
import type { HubEvent, LedgerRow } from '../../checker/records.ts'
import { Metrics } from '../../gateway/metrics.ts'
import { type OperationsPorts, operations } from '../../gateway/operations.ts'
import { openGateway } from '../../gateway/server.ts'
import { Exporting } from '../../hub/exporting.ts'
import { type Hub, openHub } from '../../hub.ts'
import { orderState } from '../../lifecycle/order-state.ts'
import type { Store } from '../../store/contract.ts'
import { heldInTime } from '../../store/held-in-time.ts'
import { migrate } from '../../store/postgres/migrate.ts'
import { openDatabase } from '../../store/postgres/open-database.ts'
import { openPostgresStore } from '../../store/postgres/store.ts'
import { simulatedBusiness } from '../landscape/acme.ts'
import { type Simulated, simulate } from '../landscape/in-process.ts'

/** What a headless demo is told. */
export interface HeadlessOptions {
  readonly orders: number
  readonly seed: number
  readonly withOms?: boolean
  /** Hears what is going on, for people. */
  readonly progress?: (sentence: string) => void
}

/** What a headless demo found: the checker's figures, and how long it took. */
export interface HeadlessResult extends Omit<Verdict, 'details' | 'looked'> {
  readonly seed: number
  readonly seconds: number
  readonly simulatedSeconds: number
  /** Orders that have not come to an end, by state. */
  readonly unfinished: Readonly<Record<string, number>>
  readonly faults: Readonly<Record<string, number>>
  readonly details: Verdict['details']
}

const BURST = 50
const FACILITIES = { DC1: [4_000, 9_000], DC2: [4_000, 9_000] } as const

/**
 * Drives orders to their end on a real PostgreSQL in a throw-away folder, with shorts, repeats, lost answers and a
 * warehouse that is down in the middle, on simulated time; then lets the independent checker compare all ledgers.
 */
export async function runHeadless(options: HeadlessOptions): Promise<HeadlessResult> {
  const began = performance.now()
  const folder = await mkdtemp(join(tmpdir(), 'crossdock-demo-'))
  const database = await openDatabase({ dataFolder: folder })
  try {
    await migrate({ url: database.url })
    const time = new SimulatedTime(Date.now())
    const store = heldInTime(await openPostgresStore({ url: database.url }), time)
    const result = await drive(options, store, time, folder)
    await store.close()
    return { ...result, seconds: Math.round((performance.now() - began) / 10) / 100 }
  } finally {
    await database.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

async function drive(options: HeadlessOptions, store: Store, time: SimulatedTime, dataFolder: string) {
  const progress = options.progress ?? (() => {})
  const startedAt = time.now()
  const simulated = simulate({
    seed: options.seed,
    clock: time,
    scheduler: time,
    items: 400,
    facilities: FACILITIES,
    withOms: options.withOms ?? false,
    shortRate: 0.02,
    substitutionRate: 0.1,
    countAfterMs: 30_000,
    repeatRate: 0.1,
    newKeyRate: 0.05,
    batch: 50,
  })
  const hub = await until(
    time,
    openHub(simulatedBusiness({ withOms: options.withOms ?? false }), {
      store,
      clock: time,
      random: seededRandom(options.seed),
      scheduler: time,
      leaseTime: { scheduler: systemScheduler, monotonic: () => performance.now() },
      monotonic: () => time.now(),
      id: `demo-${process.pid}-${options.seed}`,
      dataFolder,
      secret: () => '',
      trouble: (what, error) => progress(`${what}: ${error instanceof Error ? error.message : String(error)}`),
      connectors: simulated.connectors,
    }),
  )
  simulated.hub = hub
  await until(time, simulated.erp.exportMasters())
  for (const warehouse of simulated.warehouses) warehouse.count()
  await time.run({ limitMs: time.now() + 5_000 })
  await placeOrders(options, simulated, time, progress)
  await untilQuiet(hub, simulated, time)
  for (const warehouse of simulated.warehouses) warehouse.close()
  const verdict = await check(simulated, store, time, hub.tenant)
  const unfinished = await unfinishedOrders(hub, store, time)
  await until(time, hub.close())
  const { details, looked, ...counts } = verdict
  return {
    ...counts,
    seed: options.seed,
    simulatedSeconds: Math.round((time.now() - startedAt) / 1000),
    unfinished,
    faults: looked.faults,
    details,
  }
}

/** Bursts of orders, one a second; every system misbehaves a little, and the first warehouse is down for a while. */
async function placeOrders(
  options: HeadlessOptions,
  simulated: Simulated,
  time: SimulatedTime,
  progress: (sentence: string) => void,
) {
  const [first] = simulated.warehouses
  const manners = { timeoutAfterEffect: 0.01, fail503: 0.01, duplicateReports: 0.05, reorderReports: 0.01 }
  for (const simulator of simulated.all) if (simulator.role !== 'shop') simulator.misbehave(manners)
  for (let placed = 0; placed < options.orders; placed += BURST) {
    const atOutage = placed <= options.orders / 2 && placed + BURST > options.orders / 2
    if (atOutage) {
      progress(`${first?.name} goes down after ${placed} orders`)
      first?.misbehave({ down: true })
      time.after(30_000, () => {
        progress(`${first?.name} is back`)
        first?.misbehave({ down: false })
      })
    }
    for (let index = placed; index < Math.min(placed + BURST, options.orders); index += 1)
      void simulated.shop.place(index)
    await time.run({ limitMs: time.now() + 1_000 })
    if ((placed / BURST) % 10 === 9) progress(`${placed + BURST} orders placed`)
  }
}

/** Goes on until nobody has anything left to say or to send, at most two simulated days. */
async function untilQuiet(hub: Hub, simulated: Simulated, time: SimulatedTime): Promise<void> {
  const limit = time.now() + 2 * 86_400_000
  const busy = () =>
    simulated.shop.unanswered > 0 ||
    simulated.all.some((simulator) => simulator.unsent > 0) ||
    hub.core.delivery.outstanding > 0
  for (let calm = 0; calm < 3 && time.now() < limit; ) {
    await time.run({ limitMs: time.now() + 60_000 })
    calm = busy() ? 0 : calm + 1
  }
  for (const simulator of simulated.all)
    simulator.misbehave({ timeoutAfterEffect: 0, fail503: 0, duplicateReports: 0, reorderReports: 0 })
  await time.run({ limitMs: time.now() + 3_600_000 })
}

/** The hub's own story comes through its public door, `GET /v1/events`, as anybody's would. */
async function check(simulated: Simulated, store: Store, time: SimulatedTime, tenant: string): Promise<Verdict> {
  const checker = new Checker({
    roles: Object.fromEntries(simulated.all.map((simulator) => [simulator.name, simulator.role])),
    facilities: Object.fromEntries(simulated.warehouses.map((warehouse) => [warehouse.facility, warehouse.name])),
  })
  for (const simulator of simulated.all)
    for (const row of simulator.ledger.rows()) checker.row(row as unknown as LedgerRow)
  for (const event of await exportOf(store, time, tenant)) checker.event(event)
  return checker.verdict()
}

/** Reads the whole export through the gateway. */
async function exportOf(store: Store, time: SimulatedTime, tenant: string): Promise<HubEvent[]> {
  const exporting = new Exporting(store)
  const gateway = openGateway<OperationsPorts>({
    routes: operations(),
    ports: {
      metrics: new Metrics(),
      ready: () => [],
      started: () => [],
      openapi: () => ({}),
      events: {
        read: (of, after, limit) => exporting.read(of, after, limit),
        more: () => Promise.resolve(),
        end: () => exporting.end(),
      },
    },
    clock: systemClock,
    random: systemRandom,
    admit: () => ({ key: 'checker', tenant, scopes: ['events:read'] }),
  })
  const headers = { authorization: 'Bearer checker', accept: 'application/x-ndjson' }
  const answer = await until(time, gateway.inject({ method: 'GET', url: '/v1/events', headers }))
  assert(answer.statusCode === 200, `the export answered ${answer.statusCode}: ${answer.body.slice(0, 200)}`)
  const lines = answer.body.split('\n').filter((line) => line !== '')
  return lines.map((line) => JSON.parse(line) as HubEvent).filter((event) => event.type !== undefined)
}

async function unfinishedOrders(hub: Hub, store: Store, time: SimulatedTime): Promise<Record<string, number>> {
  const room = hub.rooms.find((candidate) => candidate.name === 'lifecycle' && candidate.table)
  const unfinished: Record<string, number> = {}
  if (!room?.table) return unfinished
  const lanes = (await until(time, store.lanes())).map((lane) => lane.lane)
  for (const row of await until(time, store.loadLanes(room.table, lanes))) {
    const state = orderState(room.load(row[1] as string, row.slice(2)) as never)
    if (!['closed', 'cancelled', 'rejected'].includes(state)) unfinished[state] = (unfinished[state] ?? 0) + 1
  }
  return unfinished
}

/** Runs simulated time until a promise is settled. */
export async function until<T>(time: SimulatedTime, work: Promise<T>): Promise<T> {
  let settled = false
  const watched = work.finally(() => {
    settled = true
  })
  watched.catch(() => {}) // the caller hears it below
  await time.run({ until: () => settled })
  return work
}
