import type { Clock } from '../base/clock.ts'
import { type RefusalPorts, refusalRoutes } from '../cases/refusal-routes.ts'
import { type CasesPorts, routes as caseRoutes } from '../cases/routes.ts'
import { type TrialPorts, trialRoutes } from '../cases/trial-routes.ts'
import type { HubDefinition } from '../config/define-hub.ts'
import type { OpenSignature } from '../connectors/webhook/index.ts'
import { type DeliveryDoorPorts, routes as deliveryRoutes } from '../delivery/routes.ts'
import { type As2Ports, as2Routes } from '../gateway/as2-door.ts'
import { type DoorwayPorts, doorways } from '../gateway/doorways.ts'
import { type HookPorts, hooks } from '../gateway/hooks.ts'
import type { Metrics } from '../gateway/metrics.ts'
import { type OperationsPorts, operations } from '../gateway/operations.ts'
import type { Gateway } from '../gateway/server.ts'
import type { Keys } from '../governance/keys.ts'
import { refusalsFromPostgres } from '../governance/refusal-book.ts'
import { type RefusalDoorPorts, refusedRequestRoutes } from '../governance/refusal-routes.ts'
import { type GovernancePorts, routes as governanceRoutes } from '../governance/routes.ts'
import type { Hub } from '../hub.ts'
import { type ArrivalDoorPorts, arrivalRoutes } from '../intake/arrival-routes.ts'
import { type HoldDoorPorts, holdRoutes } from '../intake/hold-routes.ts'
import { type PartnerDoorPorts, partnerRoutes } from '../intake/partner-routes.ts'
import { relayedFromPostgres } from '../intake/relay-book.ts'
import { type RelayDoorPorts, relayRoutes } from '../intake/relay-routes.ts'
import { type IntakeDoorPorts, routes as intakeRoutes } from '../intake/routes.ts'
import { readPositions } from '../inventory/availability.ts'
import { type InventoryPorts, routes as inventoryRoutes } from '../inventory/routes.ts'
import type { Input } from '../journal/contract.ts'
import type { Query } from '../journal/parked-list.ts'
import { type ParkedDoorPorts, parkedRoutes } from '../journal/parked-routes.ts'
import type { Route } from '../journal/route.ts'
import type { Settlement } from '../journal/work.ts'
import { who } from '../lifecycle/authority.ts'
import { orderTable } from '../lifecycle/order.ts'
import { laneOfSubject, subjectOf } from '../lifecycle/subject.ts'
import { type ReplayDoorPorts, routes as replayRoutes } from '../replay/routes.ts'
import type { Store } from '../store/contract.ts'
import { type DocumentDoorPorts, documentRoutes } from '../visibility/document-routes.ts'
import type { OpenVisibility } from '../visibility/open-visibility.ts'
import { type VisibilityPorts, routes as visibilityRoutes } from '../visibility/routes.ts'
import type { OpenAdmission } from './admission.ts'
import { arrivalDoors } from './arrival-doors.ts'
import { arriving } from './arriving.ts'
import { deliveryDoors, standstillIn } from './delivery-doors.ts'
import { documentDoors } from './document-doors.ts'
import type { Exporting } from './exporting.ts'
import { parkedDoors } from './parked-doors.ts'
import { type BenchDoorPorts, benchRoutes, PartnerBench } from './partner-bench/routes.ts'
import { partnerDoors } from './partner-doors.ts'
import type { WaitingBook } from './waiting-book.ts'

/** What the routes of all rooms need. */
export type DoorPorts = IntakeDoorPorts &
  PartnerDoorPorts &
  BenchDoorPorts &
  RelayDoorPorts &
  ArrivalDoorPorts &
  HoldDoorPorts &
  VisibilityPorts &
  DocumentDoorPorts &
  InventoryPorts &
  CasesPorts &
  TrialPorts &
  RefusalPorts &
  DeliveryDoorPorts &
  ParkedDoorPorts &
  GovernancePorts &
  RefusalDoorPorts &
  ReplayDoorPorts &
  OperationsPorts &
  DoorwayPorts &
  HookPorts &
  As2Ports

/** What stands behind the doors. */
export interface BehindDoors {
  readonly definition: HubDefinition
  readonly hub: Hub
  readonly store: Store
  readonly query: Query
  readonly clock: Clock
  readonly keys: Keys
  readonly metrics: Metrics
  readonly visibility: OpenVisibility
  readonly waiting: WaitingBook
  readonly trials: TrialPorts & RefusalPorts
  readonly replays: ReplayDoorPorts
  readonly exporting: Exporting
  /** Who speaks AS2 with this hub. */
  readonly as2: Pick<As2Ports, 'as2Partner' | 'sendReceipt' | 'as2Refused' | 'as2Reused'>
  /** How systems sign what they send. */
  readonly signatures: ReadonlyMap<string, OpenSignature>
  /** Which life of the installation this is, once it was restored. */
  readonly incarnation: number | undefined
  /** What the doors are, as OpenAPI. */
  readonly document: object
  /** Opened after the doors, which speak of them. */
  readonly gates: { readonly gateway?: Gateway; readonly admitting?: OpenAdmission }
}

/** All routes of a hub. `session` are those of people who have no key; metrics may be open to everybody. */
export function routesOf(session: readonly Route<unknown>[], openMetrics: boolean): readonly Route<DoorPorts>[] {
  return [
    ...intakeRoutes,
    ...holdRoutes,
    ...partnerRoutes,
    ...benchRoutes,
    ...relayRoutes,
    ...arrivalRoutes,
    ...visibilityRoutes,
    ...documentRoutes,
    ...inventoryRoutes,
    ...caseRoutes,
    ...trialRoutes,
    ...refusalRoutes,
    ...deliveryRoutes,
    ...parkedRoutes,
    ...replayRoutes,
    ...governanceRoutes,
    ...refusedRequestRoutes,
    ...doorways,
    ...hooks,
    ...as2Routes,
    ...operations({ openMetrics }),
    ...session,
  ] as readonly Route<DoorPorts>[]
}

/** Answers what the routes ask, from what stands behind the doors. */
export function doorPorts(behind: BehindDoors): DoorPorts {
  const { definition, hub, store, query, clock, keys, metrics, visibility, waiting } = behind
  const { trials, replays, exporting, incarnation, document, gates, signatures, as2 } = behind
  return {
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
    relayed: relayedFromPostgres(query),
    ...arrivalDoors(query),
    ...partnerDoors(definition, visibility.views, () => clock.now()),
    ...documentDoors(definition, store, query),
    bench: new PartnerBench(definition),
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
    ...trials,
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
    refusals: refusalsFromPostgres(query),
    metrics,
    ready: () => [
      { name: 'accepting', ok: gates.gateway?.accepting ?? false },
      {
        name: 'lanes',
        ok: hub.core.journal.lanes.owned().length > 0,
        detail: `${hub.core.journal.lanes.owned().length} of 256`,
      },
      { name: 'lease', ok: hub.core.ownership.leaseLeftMs() > 0 },
      ...(gates.admitting?.checks() ?? []),
    ],
    started: () => [{ name: 'migrations', ok: true }],
    openapi: () => document,
    events: {
      read: (tenant, after, limit) => exporting.read(tenant, after, limit),
      more: (_tenant, _after, timeoutMs, signal) => exporting.more(timeoutMs, signal),
      end: () => exporting.end(),
      ...(incarnation === undefined ? {} : { life: incarnation }),
    },
    ...as2,
    tenant: hub.tenant,
    signatureOf: (system) => signatures.get(system),
    arrive: arriving(hub.intake),
  }
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
