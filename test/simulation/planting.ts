/** How bugs are planted: between the hub and its store, between it and a system, or around one of its rooms. */
import type { SimulatedTime } from '../../src/base/simulated-time.ts'
import type { Connector, Outcome, Outgoing } from '../../src/connectors/contract.ts'
import type { Hub } from '../../src/hub.ts'
import type { Decision, Input, NewEvent, Room } from '../../src/journal/contract.ts'
import type { Work } from '../../src/journal/work.ts'
import type { EventData } from '../../src/lifecycle/events.ts'
import type { OrderState } from '../../src/lifecycle/order-state.ts'
import type { Store, TableSpec, TurnWrites } from '../../src/store/contract.ts'
import type { ModelDatabase } from '../../src/store/model/model-database.ts'

/** A store whose turns are changed on their way to the disk. */
export function changing(store: Store, change: (turn: TurnWrites) => TurnWrites): Store {
  return overriding(store, { commit: (turn) => store.commit(change(turn)) })
}

/** A store with other members in the place of some. */
export function overriding(store: Store, members: Partial<Store>): Store {
  return new Proxy(store, {
    get: (target, name) => {
      const member = Reflect.get(members, name) ?? Reflect.get(target, name)
      return typeof member === 'function' ? member.bind(target) : member // a store may keep private members
    },
  })
}

export function answersEarly(store: Store, wait: (ms: number) => Promise<void>): Store {
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

/** The lanes' rows are taken as they are on the disk, whoever owns them by now. */
export function unfenced(store: Store, disk: () => Promise<LanesOnDisk> | LanesOnDisk): Store {
  const change = (turn: TurnWrites, rows: LanesOnDisk) => ({
    ...turn,
    lanes: turn.lanes.map((move) => {
      const row = rows.get(move.lane)
      return { ...move, epoch: row?.epoch ?? move.epoch, oldHead: row?.head ?? move.oldHead }
    }),
  })
  return overriding(store, {
    commit: (turn) => {
      const rows = disk()
      // On a disk in memory nothing may come between: the instance would notice meanwhile that its lease is over.
      return rows instanceof Promise
        ? rows.then((read) => store.commit(change(turn, read)))
        : store.commit(change(turn, rows))
    },
  })
}

type LanesOnDisk = ReadonlyMap<number, { readonly epoch: number; readonly head: number }>

export const passEverything = (turn: TurnWrites): TurnWrites => ({
  ...turn,
  lanes: turn.lanes.map((move) => ({ ...move, delivered: move.newHead })),
})

export function without(turn: TurnWrites, table: TableSpec): TurnWrites {
  return { ...turn, upserts: new Map([...turn.upserts].filter(([spec]) => spec.name !== table.name)) }
}

export function forgetKeys(hub: Hub): void {
  const { journal } = hub.core
  const submit = journal.submit.bind(journal)
  journal.submit = (work: Work) => {
    const { claims: _, ...keyless } = work
    submit({ ...keyless, admit: (_found, context) => ({ ...work.admit([], context), keys: [] }) })
  }
}

/** Its lease never ends, as far as the hub is concerned. */
export function leaseForEver(hub: Hub): void {
  Object.assign(hub.core.ownership, { leaseLeftMs: () => Number.POSITIVE_INFINITY })
}

export function withNewKeys(connector: Connector): Connector {
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

/** A connector whose outcomes are told otherwise. */
export function answering(connector: Connector, as: (outcome: Outcome) => Outcome): Connector {
  return {
    ...connector,
    open: async (ports) => {
      const connection = await connector.open(ports)
      return {
        ...connection,
        send: async (requests, timeoutMs) => {
          const outcomes = await connection.send(requests, timeoutMs)
          return outcomes.map(as)
        },
      }
    },
  }
}

export type Change = (events: readonly NewEvent[], input: Input) => readonly NewEvent[]

/** A room that says something else than it decided. Rooms made for one hub only: nothing of it outlives the run. */
export function rewriteEvents(hub: Hub, room: string, change: Change): void {
  rewrite(hub, room, (decide) => (state, input, context) => {
    const decision = decide(state, input, context)
    return decision?.events ? { ...decision, events: change(decision.events, input) } : decision
  })
}

export function rewrite(hub: Hub, name: string, around: (decide: Room['decide']) => Room['decide']): void {
  const room = hub.rooms.find((candidate) => candidate.name === name) as { -readonly [K in keyof Room]: Room[K] }
  room.decide = around(room.decide.bind(room))
}

export const shortAsAvailable: Change = (events) =>
  events.map(
    (event) => (event.type === 'inventory.shorted' ? { ...event, type: 'inventory.deallocated' } : event) as NewEvent,
  )

export const picksTwice: Change = (events) =>
  events.flatMap((event): NewEvent[] => (event.type === 'pick.confirmed' ? [event, event] : [event]))

export const alwaysYes: Change = (events, input) =>
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

export function invoiceAtManifest(hub: Hub): void {
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

export function uncounted(hub: Hub): void {
  rewrite(hub, 'lifecycle', (decide) => (state, input, context) => {
    if (input.kind !== 'report') return decide(state, input, context)
    const { sequence: _, ...bare } = input
    return decide(state, bare, context)
  })
}

/** An open breaker lets one of four through and calls the others done. */
export function dropsWhileOpen(connector: Connector): Connector {
  let failures = 0
  return sending(connector, async (request, send) => {
    failures += 1
    if (failures > 3 && failures % 4 !== 0) return { result: 'done' }
    const outcome = await send(request)
    if (outcome.result === 'done') failures = 0
    return outcome
  })
}

/** Once a target has put a request off, only that request is tried: everything else has to wait behind it. */
export function holdsTheRestBack(connector: Connector): Connector {
  let first: string | undefined
  return sending(connector, async (request, send) => {
    if (first !== undefined && first !== request.key) return { result: 'later', reason: 'another one waits' }
    const outcome = await send(request)
    if (outcome.result === 'later') first = request.key
    return outcome
  })
}

const opened = new WeakMap<Connector, number>()

/** Keys carry the how-manieth process they were sent by. */
export function withKeysOfThisProcess(connector: Connector): Connector {
  const before = opened.get(connector) ?? 0
  opened.set(connector, before + 1)
  return before === 0 ? connector : withSuffix(connector, before)
}

/** Keys carry something of who sent them. */
export function withSuffix(connector: Connector, suffix: number): Connector {
  return sending(connector, (request, send) => send({ ...request, key: `${request.key}-${suffix}` }))
}

/** Requests of one order go side by side, whatever they have to wait for. */
export function chainless(hub: Hub): void {
  rewrite(hub, 'order-to-cash', (decide) => (state, input, context) => {
    const decision = decide(state, input, context)
    if (!decision?.requests) return decision
    return { ...decision, requests: decision.requests.map((request) => ({ ...request, chain: request.key })) }
  })
}

/** What put a request off counts as having done it. */
export const laterIsDone = (outcome: Outcome): Outcome =>
  outcome.result === 'later' ? { result: 'done', answer: {} } : outcome

/** Who gave no answer is taken to have refused. */
export const unknownIsRefused = (outcome: Outcome): Outcome =>
  outcome.result === 'unknown' ? { result: 'refused', retry: 'never', reason: outcome.reason } : outcome

export type Send = (request: Outgoing) => Promise<Outcome>

/** A connector that sends one request at a time, and something between it and its target. */
export function sending(connector: Connector, around: (request: Outgoing, send: Send) => Promise<Outcome>): Connector {
  return {
    ...connector,
    batch: 1,
    open: async (ports) => {
      const connection = await connector.open(ports)
      return {
        ...connection,
        send: (requests, timeoutMs) => {
          const send: Send = async (request) => (await connection.send([request], timeoutMs))[0] as Outcome
          return Promise.all(requests.map((request) => around(request, send)))
        },
      }
    },
  }
}

/** Every check of credit is asked a second time, by a request that nobody planned. */
export function asksUnplanned(connector: Connector): Connector {
  return sending(connector, async (request, send) => {
    const outcome = await send(request)
    if (request.verb === 'credit.check' && outcome.result === 'done')
      await send({ ...request, key: `${request.key} once more` })
    return outcome
  })
}

/** No carrier hears of any shipment; each counts as told. */
export function tellsNoCarrier(connector: Connector): Connector {
  return sending(connector, (request, send) =>
    request.verb === 'shipment.notify' ? Promise.resolve({ result: 'done', answer: {} }) : send(request),
  )
}

/** What happened before what was heard last of a subject, by the clocks of the world, is taken for old news. */
export function lastOneWins(hub: Hub): void {
  const newest = new Map<string, number>()
  rewrite(hub, 'lifecycle', (decide) => (state, input, context) => {
    if (input.kind !== 'report') return decide(state, input, context)
    if (input.occurredAt < (newest.get(input.subject) ?? 0)) return undefined
    newest.set(input.subject, input.occurredAt)
    return decide(state, input, context)
  })
}

/** A recall counts as confirmed as soon as it is asked for. */
export function undoesOnAnUnknown(hub: Hub): void {
  rewrite(hub, 'order-to-cash', (decide) => (state, input, context) => {
    const decision = decide(state, input, context)
    if (input.kind !== 'recorded' || input.event.type !== 'order.recall_asked') return decision
    const { release, lines, reason } = input.event.data as EventData['order.recall_asked']
    const { releases } = context.peer<OrderState>('lifecycle')
    const facility = releases.find((one) => one.release === release)?.facility ?? ''
    const early: NewEvent[] = [
      { type: 'order.recalled', data: { release, facility, lines } },
      { type: 'order.line_cancelled', data: { lines, reason, by: 'shop' } },
    ]
    return { ...decision, events: [...(decision?.events ?? []), ...early] }
  })
}

/** Keys are swept after a while, and the database with them: what comes again later is new. */
export function forgetsKeysAfter(ms: number, store: Store, disk: ModelDatabase, time: SimulatedTime): Store {
  return overriding(store, {
    findKeys: (keys) => {
      for (const [name, { at }] of disk.keys) if (at < time.now() - ms) disk.keys.delete(name)
      return store.findKeys(keys)
    },
  })
}

/** Orders for one of the items cannot be read; whoever sent them hears that all is well. */
export function skipsWhatItCannotRead(hub: Hub): void {
  const { intake } = hub
  const submit = intake.submit.bind(intake)
  Object.assign(intake, {
    submit: (...[arrival, how]: Parameters<typeof submit>) =>
      Buffer.from(arrival.bytes).includes('"ITEM-0003"') && arrival.topic === 'orders'
        ? Promise.resolve({ status: 202, body: { status: 'received' } } as Awaited<ReturnType<typeof submit>>)
        : submit(arrival, how),
  })
}
