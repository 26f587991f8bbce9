/**
 * Planted bugs: each is put between the hub and its ports, or around a room, and must be found by the checker or by the
 * invariants. A judge that never finds anything proves nothing.
 */
import type { Connector } from '../../src/connectors/contract.ts'
import { waitingTable } from '../../src/delivery/waiting.ts'
import type { Hub } from '../../src/hub.ts'
import type { Decision, Input, NewEvent, Room } from '../../src/journal/contract.ts'
import type { Work } from '../../src/journal/work.ts'
import type { Store, TableSpec, TurnWrites } from '../../src/store/contract.ts'
import type { Incident, Plan } from './plan.ts'
import type { Sabotage } from './world.ts'

/** A bug, how it is planted, and the circumstances under which it bites. */
export interface Mutant {
  readonly name: string
  readonly sabotage: Sabotage
  readonly plan: Partial<Plan>
}

const crashes: readonly Incident[] = [150, 300, 450, 600].map((call, at) => ({
  kind: 'crash at call',
  call,
  when: at % 2 === 0 ? 'before' : 'after',
  downMs: 2_000,
}))
const losingAnswers = { timeoutAfterEffect: 0.3 }
const plain = { withOms: false, clean: false, incidents: [], instances: 1, substitutionRate: 0 } as const

export const mutants: readonly Mutant[] = [
  {
    name: 'senders are answered before the commit',
    plan: { ...plain, incidents: crashes, databaseMs: 5 },
    sabotage: {
      store: (store, _disk, time) => answersEarly(store, (ms) => new Promise((go) => void time.after(ms, go))),
    },
  },
  {
    name: 'keys of what came in are forgotten',
    plan: { ...plain, repeatRate: 0.5, manners: { duplicateReports: 0.4 } },
    sabotage: { hub: forgetKeys },
  },
  {
    name: 'after an unknown outcome it is sent again under another key',
    plan: { ...plain, manners: losingAnswers },
    sabotage: { connector: withNewKeys },
  },
  {
    name: 'a commit is not fenced by epoch and head',
    plan: {
      ...plain,
      instances: 2,
      databaseMs: 10,
      incidents: [0, 1].map((instance) => ({
        kind: 'pause',
        atMs: 3_000 + 16_000 * instance,
        instance,
        forMs: 14_000,
      })),
    },
    sabotage: { store: (store, disk) => unfenced(store, (lane) => disk.lanes[lane]) },
  },
  {
    name: 'what was picked short is available again',
    plan: { ...plain, shortRate: 0.4 },
    sabotage: { hub: (hub) => rewriteEvents(hub, 'inventory', shortAsAvailable) },
  },
  {
    name: 'the invoice is asked for at the manifest',
    plan: plain,
    sabotage: { hub: invoiceAtManifest },
  },
  {
    name: 'the cursor passes requests that are not done',
    plan: { ...plain, incidents: crashes, manners: losingAnswers },
    sabotage: { store: (store) => changing(store, (turn) => ({ ...turn, lanes: turn.lanes.map(passEverything) })) },
  },
  {
    name: 'a warehouse advice counts twice',
    plan: plain,
    sabotage: { hub: (hub) => rewriteEvents(hub, 'lifecycle', picksTwice) },
  },
  {
    name: 'rows of waiting requests are not written',
    plan: {
      ...plain,
      incidents: [...outage('erp', 25_000), { kind: 'crash', atMs: 20_000, instance: 0, downMs: 2_000 }],
    },
    sabotage: { store: (store) => changing(store, (turn) => without(turn, waitingTable)) },
  },
  {
    name: 'reports are decided as they come, whatever their source counted',
    plan: { ...plain, shortRate: 0.4, manners: { reorderReports: 0.3, lateReports: 0.2, lateMs: 20_000 } },
    sabotage: { hub: uncounted },
  },
  {
    name: 'what is for another instance’s lanes is dropped',
    plan: { ...plain, instances: 2 },
    sabotage: { store: (store) => changing(store, (turn) => ({ ...turn, inbox: [] })) },
  },
  {
    name: 'a request that failed counts as done',
    plan: { ...plain, manners: { fail503: 0.3 } },
    sabotage: { connector: (connector) => answering(connector, (result) => (result === 'later' ? 'done' : result)) },
  },
  {
    name: 'stock is promised although there is none',
    plan: { ...plain, stock: [4, 20] },
    sabotage: { hub: (hub) => rewriteEvents(hub, 'inventory', alwaysYes) },
  },
]

function outage(system: string, forMs: number): Incident[] {
  return [{ kind: 'outage', atMs: 2_000, system, forMs }]
}

/** A store whose turns are changed on their way to the disk. */
function changing(store: Store, change: (turn: TurnWrites) => TurnWrites): Store {
  return overriding(store, { commit: (turn) => store.commit(change(turn)) })
}

function overriding(store: Store, members: Partial<Store>): Store {
  return new Proxy(store, {
    get: (target, name) => Reflect.get(members, name) ?? Reflect.get(target, name),
  })
}

function answersEarly(store: Store, wait: (ms: number) => Promise<void>): Store {
  let line: Promise<unknown> = Promise.resolve()
  return overriding(store, {
    commit: (turn) => {
      line = line
        .then(() => wait(300))
        .then(() => store.commit(turn))
        .catch(() => undefined) // the bug: nobody hears
      return Promise.resolve()
    },
  })
}

function unfenced(store: Store, laneOnDisk: (lane: number) => { epoch: number; head: number } | undefined): Store {
  return changing(store, (turn) => ({
    ...turn,
    lanes: turn.lanes.map((move) => {
      const disk = laneOnDisk(move.lane)
      return { ...move, epoch: disk?.epoch ?? move.epoch, oldHead: disk?.head ?? move.oldHead }
    }),
  }))
}

const passEverything = (move: TurnWrites['lanes'][number]) => ({ ...move, delivered: move.newHead })

function without(turn: TurnWrites, table: TableSpec): TurnWrites {
  return { ...turn, upserts: new Map([...turn.upserts].filter(([spec]) => spec.name !== table.name)) }
}

function forgetKeys(hub: Hub): void {
  const { journal } = hub.core
  const submit = journal.submit.bind(journal)
  journal.submit = (work: Work) => {
    const { claims: _, ...keyless } = work
    submit({ ...keyless, admit: (_found, context) => ({ ...work.admit([], context), keys: [] }) })
  }
}

function withNewKeys(connector: Connector): Connector {
  const unknowns = new Map<string, number>()
  return {
    ...connector,
    open: async (ports) => {
      const connection = await connector.open(ports)
      return {
        close: () => connection.close(),
        send: async (requests, timeoutMs) => {
          const renamed = requests.map((request) => {
            const before = unknowns.get(request.key) ?? 0
            return before === 0 ? request : { ...request, key: `${request.key}-${before}` }
          })
          const outcomes = await connection.send(renamed, timeoutMs)
          outcomes.forEach(({ result }, at) => {
            const key = requests[at]?.key ?? ''
            if (result === 'unknown') unknowns.set(key, (unknowns.get(key) ?? 0) + 1)
          })
          return outcomes
        },
      }
    },
  }
}

type Result = 'done' | 'refused' | 'later' | 'unknown'

function answering(connector: Connector, as: (result: Result) => Result): Connector {
  return {
    ...connector,
    open: async (ports) => {
      const connection = await connector.open(ports)
      return {
        ...connection,
        send: async (requests, timeoutMs) => {
          const outcomes = await connection.send(requests, timeoutMs)
          return outcomes.map((outcome) => ({ ...outcome, result: as(outcome.result) }) as typeof outcome)
        },
      }
    },
  }
}

type Change = (events: readonly NewEvent[], input: Input) => readonly NewEvent[]

/** A room that says something else than it decided. Rooms made for one hub only: nothing of it outlives the run. */
function rewriteEvents(hub: Hub, room: string, change: Change): void {
  rewrite(hub, room, (decide) => (state, input, context) => {
    const decision = decide(state, input, context)
    return decision?.events ? { ...decision, events: change(decision.events, input) } : decision
  })
}

function rewrite(hub: Hub, name: string, around: (decide: Room['decide']) => Room['decide']): void {
  const room = hub.rooms.find((candidate) => candidate.name === name) as { -readonly [K in keyof Room]: Room[K] }
  room.decide = around(room.decide.bind(room))
}

const shortAsAvailable: Change = (events) =>
  events.map(
    (event) => (event.type === 'inventory.shorted' ? { ...event, type: 'inventory.deallocated' } : event) as NewEvent,
  )

const picksTwice: Change = (events) =>
  events.flatMap((event): NewEvent[] => (event.type === 'pick.confirmed' ? [event, event] : [event]))

const alwaysYes: Change = (events, input) =>
  events.map((event) => {
    if (event.type !== 'inventory.reservation_refused' || input.kind !== 'heard') return event
    const { order, attempt, facility } = event.data
    const { parts } = input.event.data as { parts: readonly { facility: string; lines: readonly unknown[] }[] }
    const lines = parts.find((part) => part.facility === facility)?.lines
    return {
      ...event,
      type: 'inventory.reserved',
      data: { order, attempt, facility, customer: '', lines },
    } as unknown as NewEvent
  })

function invoiceAtManifest(hub: Hub): void {
  rewrite(hub, 'order-to-cash', (decide) => (state, input, context) => {
    const decision: Decision | undefined = decide(state, input, context)
    if (input.kind !== 'recorded' || input.event.type !== 'shipment.manifested') return decision
    const { shipment } = input.event.data as { shipment: string }
    const order = input.subject.slice(input.subject.lastIndexOf('/') + 1)
    const body = { order, shipment, lines: [] }
    const early = { target: 'erp', verb: 'invoice.request', key: shipment, args: { shipment }, body }
    return { ...decision, requests: [...(decision?.requests ?? []), early] }
  })
}

function uncounted(hub: Hub): void {
  rewrite(hub, 'lifecycle', (decide) => (state, input, context) => {
    if (input.kind !== 'report') return decide(state, input, context)
    const { sequence: _, ...bare } = input
    return decide(state, bare, context)
  })
}
