/** Opens the rooms, hands them their neighbours, closes them in reverse. */
import type { Clock } from './base/clock.ts'
import { durationMs } from './base/duration.ts'
import type { Random } from './base/random.ts'
import type { Rate } from './base/rate.ts'
import type { Scheduler } from './base/scheduler.ts'
import type { HubDefinition } from './config/define-hub.ts'
import type { Connector } from './connectors/contract.ts'
import { type Core, openCore } from './core.ts'
import { defaultRetry, type RetryPolicy } from './delivery/retry.ts'
import { deliveryRoom } from './delivery/room.ts'
import { systemRoom } from './delivery/system-room.ts'
import { errors } from './hub/errors.ts'
import { itemsHeld } from './hub/items-held.ts'
import { mappingAnswers } from './hub/maps-answers.ts'
import { MasterFollowing } from './hub/master-following.ts'
import { Rendering } from './hub/rendering.ts'
import { roomsOf } from './hub/rooms.ts'
import { sendersOf } from './hub/senders.ts'
import { Waiters } from './hub/waiters.ts'
import { MasterData } from './identity/master.ts'
import type { RestoredNumbers } from './intake/post-office.ts'
import { type Intake, openIntake } from './intake/receive.ts'
import type { Room } from './journal/contract.ts'
import type { Committed } from './journal/journal.ts'
import type { StepBoard } from './journal/step-board.ts'
import { replaying } from './replay/room.ts'
import type { Store } from './store/contract.ts'

/** What a hub is opened with: everything through which it touches the world. */
export interface HubPorts {
  readonly store: Store
  readonly clock: Clock
  readonly random: Random
  readonly scheduler: Scheduler
  /** Monotonic milliseconds; no change of the clock may move it. */
  readonly monotonic: () => number
  /** Unique among instances, new at each start. */
  readonly id: string
  /** Where other instances reach this one. */
  readonly address?: string
  readonly dataFolder: string
  readonly secret: (name: string) => string
  /** The strict JSON reader of the doors. */
  readonly readJson?: (bytes: Uint8Array) => { value: unknown; fault?: undefined } | { fault: string; pointer?: string }
  readonly trouble: (what: string, error: unknown) => void
  readonly poke?: (lanes: ReadonlySet<number>) => void
  /** Connectors by system name that take the place of the definition's: simulators in the same process. */
  readonly connectors?: Readonly<Record<string, Connector>>
  readonly onCommitted?: (turn: Committed) => void
  /** The restore this life of the installation began with. */
  readonly restored?: RestoredNumbers
  readonly beatMs?: number
  /** What leases and heartbeats run on, when the hub's own time is simulated but its database's is real. */
  readonly leaseTime?: { readonly scheduler: Scheduler; readonly monotonic: () => number }
  /** Where the supervisor reads which handler runs. */
  readonly board?: StepBoard
}

/** An open hub. */
export interface Hub {
  readonly definition: HubDefinition
  readonly tenant: string
  readonly intake: Intake
  readonly core: Core
  readonly master: MasterData
  readonly rooms: readonly Room[]
  readonly waiters: Waiters
  readonly rendering: Rendering
  close(): Promise<void>
}

/**
 * Opens a hub on a store: its rooms, its lanes, its deliveries. Doors (HTTP, folders) are opened on top of it.
 *
 * @example
 * const hub = await openHub(acme, ports)
 * await hub.intake.submit({ tenant: 'acme', system: 'shop', channel: 'http', bytes, receivedAt: Date.now() })
 * await hub.close()
 */
export async function openHub(definition: HubDefinition, ports: HubPorts): Promise<Hub> {
  const tenant = definition.name
  const master = new MasterData(tenant)
  const opened: { intake?: Intake } = {}
  const following = new MasterFollowing(ports.store, master, {
    now: () => ports.clock.now(),
    changed: () => opened.intake?.masterChanged(tenant, ports.clock.now()),
  })
  await following.load()
  const business = roomsOf(definition, ports.restored)
  const rooms = [
    ...business.rooms,
    ...[
      'order',
      'shipment',
      'invoice',
      'mailbox',
      'document',
      'stock',
      'case',
      'master-item',
      'master-customer',
      'master-price',
      'master-correction',
    ].map((about) => replaying(deliveryRoom(about))),
    systemRoom,
  ] as Room[]
  const rendering = new Rendering(ports.store, rooms, business.render)
  const waiters = new Waiters(ports.scheduler)
  const core = await openCore({
    store: ports.store,
    clock: ports.clock,
    random: ports.random,
    scheduler: ports.scheduler,
    monotonic: ports.monotonic,
    rooms,
    systems: mappingAnswers(connectorsOf(definition, ports.connectors), definition, () => ports.clock.now()),
    connectorPorts: { now: () => ports.clock.now(), secret: ports.secret, dataFolder: ports.dataFolder },
    render: (request) => rendering.again(request),
    id: ports.id,
    address: ports.address ?? '',
    onCommitted: (turn) => {
      waiters.hear(turn.events)
      opened.intake?.hear(tenant, turn.events)
      ports.onCommitted?.(turn)
    },
    trouble: ports.trouble,
    retry: retryOf(definition),
    tenant,
    ...(ports.poke ? { poke: ports.poke } : {}),
    ...(ports.beatMs ? { beatMs: ports.beatMs } : {}),
    ...(ports.leaseTime ? { leaseTime: ports.leaseTime } : {}),
    ...(ports.board ? { board: ports.board } : {}),
  })
  const senders = sendersOf(definition)
  const intake = openIntake({
    store: ports.store,
    offer: (work) => core.journal.submit(work),
    sender: (of, system) => (of === tenant ? senders.get(system) : undefined),
    master: (of) => {
      if (of !== tenant) throw errors.TENANT_UNKNOWN(of)
      return master
    },
    delay: (ms) => new Promise((resolve) => ports.scheduler.after(ms, () => resolve())),
    breath: ports,
    trouble: ports.trouble,
    held: (of, facility) => itemsHeld(ports.store, of, facility),
    ...(ports.readJson ? { readJson: ports.readJson } : {}),
  })
  opened.intake = intake
  intake.masterChanged(tenant, ports.clock.now()) // while nobody was here, or when an instance died before it told
  const fresh: Intake = {
    ...intake,
    submit: async (arrival, how) => {
      if (core.ownership.living > 1) await following.refresh()
      return intake.submit(arrival, how)
    },
  }
  const close = () => {
    intake.close()
    return core.close()
  }
  return { definition, tenant, intake: fresh, core, master, rooms, waiters, rendering, close }
}

/** The ways to all systems and partners by name; `instead` takes the place of the definition's. */
export function connectorsOf(
  definition: HubDefinition,
  instead: Readonly<Record<string, Connector>> = {},
): Record<string, Connector> {
  const connectors: Record<string, Connector> = {}
  for (const [name, system] of Object.entries(definition.systems))
    if (system.connector) connectors[name] = paced(system.connector, system.pace)
  for (const partner of definition.partners ?? []) connectors[partner.name] = partner.reach
  for (const [name, connector] of Object.entries(instead))
    connectors[name] = paced(connector, definition.systems[name]?.pace)
  return connectors
}

function paced(connector: Connector, pace: Rate | undefined): Connector {
  return pace === undefined ? connector : { ...connector, pace }
}

function retryOf(definition: HubDefinition): RetryPolicy {
  const { first, longest, parkAfter } = definition.delivery?.retry ?? {}
  return {
    firstMs: first ? durationMs(first) : defaultRetry.firstMs,
    longestMs: longest ? durationMs(longest) : defaultRetry.longestMs,
    parkAfterMs: parkAfter ? durationMs(parkAfter) : defaultRetry.parkAfterMs,
  }
}
