import { systemClock } from '../src/base/clock.ts'
import { systemRandom } from '../src/base/random.ts'
import { type Scheduler, systemScheduler } from '../src/base/scheduler.ts'
import { simulatedBusiness } from '../src/cli/landscape/acme.ts'
import { type Simulated, simulate } from '../src/cli/landscape/in-process.ts'
import { type Hub, openHub } from '../src/hub.ts'
import { CountingLedger } from '../src/simulators/ledger.ts'
import { openPostgresStore } from '../src/store/postgres/store.ts'
import { benchDatabase } from './support/bench-core.ts'
import { startProfile } from './support/profile.ts'
import { startMeter } from './support/meter.ts'

/** Reports follow at once: the floor is not what is measured. */
const hurried = { startMs: 0, pickMs: 0, packMs: 0, manifestMs: 0, dispatchMs: 0 }
const immediate: Scheduler = {
  yield: systemScheduler.yield,
  after: (ms, run) => {
    if (ms > 0) return systemScheduler.after(ms, run)
    const handle = setImmediate(run)
    return () => clearImmediate(handle)
  },
}

export interface InProcessRun {
  readonly hub: Hub
  readonly simulated: Simulated
  close(): Promise<void>
}

/** A hub with its whole landscape in this process, on a database. */
export async function openInProcess(url: string, seed: number): Promise<InProcessRun> {
  const store = await openPostgresStore({ url })
  const simulated = simulate({
    seed,
    clock: systemClock,
    scheduler: immediate,
    items: 10_000,
    customers: 500,
    facilities: { DC1: [100_000, 200_000], DC2: [100_000, 200_000] },
    catchWeightEvery: 0,
    pace: hurried,
    carrier: { milestones: false, deliverMs: 0 },
    ledger: () => new CountingLedger(),
    digests: false,
    orderPrefix: `${seed}-`,
    batch: 50,
  })
  const hub = await openHub(simulatedBusiness(), {
    store,
    clock: systemClock,
    random: systemRandom,
    scheduler: systemScheduler,
    monotonic: () => performance.now(),
    id: `bench-${process.pid}-${seed}`,
    dataFolder: '.',
    secret: () => '',
    trouble: (what, error) => process.stderr.write(`${what}: ${error instanceof Error ? error.stack : String(error)}\n`),
    connectors: simulated.connectors,
    onCommitted: (turn) => {
      for (const event of turn.events) counted(event.type)
    },
  })
  simulated.hub = hub
  await simulated.erp.exportMasters()
  for (const warehouse of simulated.warehouses) warehouse.count()
  return {
    hub,
    simulated,
    close: async () => {
      await hub.close()
      await store.close()
    },
  }
}

let counts: Record<string, number> = {}
let deliveredOrders = 0
let over: (() => void) | undefined
let wanted = 0
function counted(type: string): void {
  counts[type] = (counts[type] ?? 0) + 1
  if (type === 'order.delivered') {
    deliveredOrders += 1
    if (deliveredOrders >= wanted) over?.()
    next?.()
  }
}
let next: (() => void) | undefined

const orders = Number(process.argv[2] ?? 5000)
const inFlight = Number(process.argv[3] ?? 400)
const database = await benchDatabase()
for (let round = 0; round < Number(process.argv[4] ?? 3); round += 1) {
  const run = await openInProcess(database.url, 7 + round)
  await new Promise((r) => setTimeout(r, 1500))
  counts = {}
  deliveredOrders = 0
  wanted = orders
  let placed = 0
  let lines = 0
  next = () => {
    while (placed - deliveredOrders < inFlight && placed < orders) {
      const index = placed++
      lines += run.simulated.landscape.order(index).lines.length
      void run.simulated.shop.place(index)
    }
  }
  const meter = startMeter(database.processId)
  const profiled = await startProfile()
  const began = performance.now()
  const done = new Promise<void>((resolve) => {
    over = resolve
  })
  next()
  await done
  const cpu = meter()
  await profiled()
  const per = (x: number) => Math.round((x / orders) * 1e6)
  console.log(`${Math.round(lines / cpu.seconds)} lines/s ${Math.round(orders / cpu.seconds)} orders/s; us/order app ${per(cpu.app)} db ${per(cpu.database)}; foreign cores ${(cpu.foreign / cpu.seconds).toFixed(2)}`, process.memoryUsage().rss >> 20, 'MB')
  next = undefined
  await run.close()
}
await database.close()
