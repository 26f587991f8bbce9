import { systemClock } from '../../src/base/clock.ts'
import { systemRandom } from '../../src/base/random.ts'
import { type Scheduler, systemScheduler } from '../../src/base/scheduler.ts'
import { simulatedBusiness } from '../../src/cli/landscape/acme.ts'
import { type Simulated, simulate } from '../../src/cli/landscape/in-process.ts'
import type { HubDefinition } from '../../src/config/define-hub.ts'
import type { Connector } from '../../src/connectors/contract.ts'
import { type Hub, openHub } from '../../src/hub.ts'
import type { Committed } from '../../src/journal/journal.ts'
import type { Landscape } from '../../src/simulators/landscape.ts'
import { CountingLedger } from '../../src/simulators/ledger.ts'
import { openPostgresStore } from '../../src/store/postgres/store.ts'
import { type OpenVisibility, openVisibility } from '../../src/visibility/open-visibility.ts'
import { trouble } from './say.ts'

/** Reports follow at once: the floor is not what is measured. */
export const hurried = { startMs: 0, pickMs: 0, packMs: 0, manifestMs: 0, dispatchMs: 0 }

/** A step without a wait follows in the same breath; a timer would cost each a millisecond. */
const immediate: Scheduler = {
  yield: systemScheduler.yield,
  after: (ms, run) => {
    if (ms > 0) return systemScheduler.after(ms, run)
    const handle = setImmediate(run)
    return () => clearImmediate(handle)
  },
}

/** What a hub with its landscape is opened with. */
export interface InProcessOptions {
  readonly url: string
  readonly landscape: Landscape
  readonly orderPrefix: string
  readonly committed: (turn: Committed) => void
  /** Systems besides the usual ones: a target that is down. */
  readonly more?: { readonly systems: HubDefinition['systems']; readonly connectors: Record<string, Connector> }
}

/** A hub with its views and its whole landscape in this process. */
export interface InProcess {
  readonly hub: Hub
  readonly simulated: Simulated
  readonly visibility: OpenVisibility
  readonly ledgers: readonly CountingLedger[]
  close(): Promise<void>
}

/** Opens hub, views and landscape on a migrated database, and waits until masters and opening stock are known. */
export async function openInProcess(options: InProcessOptions): Promise<InProcess> {
  const { landscape } = options
  const ledgers: CountingLedger[] = []
  const store = await openPostgresStore({ url: options.url })
  const simulated = simulate({
    seed: landscape.seed,
    landscape,
    clock: systemClock,
    scheduler: immediate,
    pace: hurried,
    carrier: { milestones: false, deliverMs: 0 },
    ledger: () => {
      const ledger = new CountingLedger()
      ledgers.push(ledger)
      return ledger
    },
    digests: false,
    orderPrefix: options.orderPrefix,
    batch: 50,
  })
  const business = simulatedBusiness()
  const definition = { ...business, systems: { ...business.systems, ...options.more?.systems } }
  const hub = await openHub(definition, {
    store,
    clock: systemClock,
    random: systemRandom,
    scheduler: systemScheduler,
    monotonic: () => performance.now(),
    id: `bench-${process.pid}-${options.orderPrefix}`,
    dataFolder: '.',
    secret: () => '',
    trouble,
    connectors: { ...simulated.connectors, ...options.more?.connectors },
    onCommitted: options.committed,
  })
  simulated.hub = hub
  const visibility = openVisibility(options.url, store, { scheduler: systemScheduler, now: () => Date.now(), trouble })
  await introduce(simulated)
  return {
    hub,
    simulated,
    visibility,
    ledgers,
    close: async () => {
      await hub.close()
      await visibility.close()
      await store.close()
    },
  }
}

export async function introduce(simulated: Simulated): Promise<void> {
  await simulated.erp.exportMasters()
  for (const warehouse of simulated.warehouses) warehouse.count()
  await until(() => simulated.all.every((system) => system.unsent === 0))
}

/** Looks every few milliseconds until something holds. */
export async function until(holds: () => boolean, everyMs = 2): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, everyMs))
}
