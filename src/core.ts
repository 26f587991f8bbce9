import type { Clock } from './base/clock.ts'
import { IdMint } from './base/ids.ts'
import type { Random } from './base/random.ts'
import type { Scheduler } from './base/scheduler.ts'
import type { Connector, ConnectorPorts } from './connectors/contract.ts'
import { Delivery } from './delivery/delivery.ts'
import type { Target } from './delivery/lot.ts'
import type { RetryPolicy } from './delivery/retry.ts'
import type { PlannedRequest, Room } from './journal/contract.ts'
import { type Committed, Journal } from './journal/journal.ts'
import { Ownership } from './journal/ownership.ts'
import type { StepBoard } from './journal/step-board.ts'
import type { Store } from './store/contract.ts'

/** What the core of a hub is opened with. */
export interface CoreOptions {
  readonly store: Store
  readonly clock: Clock
  readonly random: Random
  readonly scheduler: Scheduler
  /** Monotonic milliseconds. */
  readonly monotonic: () => number
  readonly rooms: readonly Room[]
  readonly systems: Readonly<Record<string, Connector>>
  readonly connectorPorts: ConnectorPorts
  /** Renders a request again from its subject's journal. */
  readonly render: (request: PlannedRequest) => Promise<Uint8Array>
  /** Unique among instances, new at each start. */
  readonly id: string
  /** Where other instances reach this one; empty when nobody can. */
  readonly address?: string
  readonly onCommitted?: (turn: Committed) => void
  /** Pokes other instances whose inbox has rows. */
  readonly poke?: (lanes: ReadonlySet<number>) => void
  readonly trouble: (what: string, error: unknown) => void
  readonly retry?: RetryPolicy
  /** Whose systems these are; absent: what is known of them ends with the process. */
  readonly tenant?: string
  readonly cell?: number
  readonly beatMs?: number
  /** What leases and heartbeats run on, when the hub's own time is simulated but its database's is real. */
  readonly leaseTime?: { readonly scheduler: Scheduler; readonly monotonic: () => number }
  readonly statesPerRoom?: number
  /** Where the supervisor reads which handler runs. */
  readonly board?: StepBoard
}

/** The journal, its lanes and its deliveries, wired and running. */
export interface Core {
  readonly journal: Journal
  readonly delivery: Delivery
  readonly ownership: Ownership
  /** The open connections, by system name. */
  readonly targets: ReadonlyMap<string, Target>
  /** Finishes what is in line, gives the lanes back, closes the connections. The store stays open. */
  close(): Promise<void>
}

/** Opens the connections, starts the journal and takes this instance's share of the lanes. */
export async function openCore(options: CoreOptions): Promise<Core> {
  const targets = await openTargets(options)
  const parts: { journal?: Journal; delivery?: Delivery; ownership?: Ownership } = {}
  const delivery = new Delivery({
    store: options.store,
    clock: options.clock,
    monotonic: options.monotonic,
    random: options.random,
    scheduler: options.scheduler,
    targets,
    submit: (work) => parts.journal?.submit(work),
    owns: (lane) => parts.journal?.lanes.owns(lane) ?? false,
    lanes: () => parts.journal?.lanes.owned().map(({ lane }) => lane) ?? [],
    living: () => parts.ownership?.living ?? 1,
    leaseLeftMs: () => parts.ownership?.leaseLeftMs() ?? 0,
    render: options.render,
    trouble: options.trouble,
    ...(options.retry ? { retry: options.retry } : {}),
    ...(options.tenant ? { tenant: options.tenant } : {}),
  })
  const journal = new Journal({
    store: options.store,
    clock: options.clock,
    scheduler: options.scheduler,
    mint: new IdMint(options.cell ?? 0, options.id),
    rooms: options.rooms,
    lowestOpen: (lane) => delivery.lowestOpen(lane),
    committed: (turn) => {
      for (const event of turn.events) delivery.hear(event)
      delivery.take(turn.planned)
      options.onCommitted?.(turn)
    },
    lanesTaken: (taken) => delivery.lanesTaken(taken),
    lanesLost: (lanes) => delivery.lanesLost(lanes),
    poke: options.poke ?? (() => {}),
    trouble: options.trouble,
    ...(options.statesPerRoom ? { statesPerRoom: options.statesPerRoom } : {}),
    ...(options.board ? { board: options.board } : {}),
  })
  const ownership = new Ownership({
    store: options.store,
    scheduler: options.leaseTime?.scheduler ?? options.scheduler,
    monotonic: options.leaseTime?.monotonic ?? options.monotonic,
    journal,
    leaving: async (lanes, mostMs) => {
      const isOver = await delivery.lanesLeaving(lanes, mostMs)
      await journal.passed() // what came of it is on its way to disk
      return isOver
    },
    staying: (lanes) => delivery.lanesStaying(lanes),
    id: options.id,
    address: options.address ?? '',
    trouble: options.trouble,
    ...(options.beatMs ? { beatMs: options.beatMs } : {}),
  })
  Object.assign(parts, { journal, delivery, ownership })
  journal.start()
  await ownership.start()
  return {
    journal,
    delivery,
    ownership,
    targets,
    close: async () => {
      delivery.stop()
      const isDrained = await delivery.drained(5_000)
      await journal.close()
      await ownership.stop({ givesBack: isDrained })
      await Promise.all([...targets.values()].map((target) => target.connection.close()))
    },
  }
}

async function openTargets(options: CoreOptions): Promise<Map<string, Target>> {
  const targets = new Map<string, Target>()
  for (const [name, connector] of Object.entries(options.systems)) {
    targets.set(name, { name, connector, connection: await connector.open(options.connectorPorts) })
  }
  return targets
}
