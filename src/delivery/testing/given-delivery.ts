/** A core with scripted targets on a model disk, in simulated time: what delivery does is seen by what arrives there. */
import { seededRandom } from '../../base/random.ts'
import { SimulatedTime } from '../../base/simulated-time.ts'
import type { Connector, DeliveryClass, Outcome, Outgoing } from '../../connectors/contract.ts'
import { type Core, openCore } from '../../core.ts'
import type { JournalEvent, NewRequest, Room } from '../../journal/contract.ts'
import { decodeEvent } from '../../journal/encode.ts'
import { laneOfSubject, subjectOf } from '../../lifecycle/subject.ts'
import type { Store } from '../../store/contract.ts'
import { ModelDatabase } from '../../store/model/model-database.ts'
import { openModelStore } from '../../store/model/model-store.ts'
import type { TargetView } from '../lot.ts'
import { defaultRetry } from '../retry.ts'
import { deliveryRoom, redeliveryInput } from '../room.ts'
import { systemInput, systemRoom } from '../system-room.ts'
import { type Waiting, waitingOf, waitingTable } from '../waiting.ts'

/** Monday morning. */
export const MONDAY = Date.UTC(2026, 0, 5, 8)
const TENANT = 'acme'

/** One call as a target saw it. */
export interface Seen {
  readonly at: number
  readonly target: string
  readonly what: 'send' | 'ask'
  readonly verb: string
  readonly key: string
  readonly attempt: number
  /** How long the call may take. */
  readonly timeoutMs: number
}

/** What a target answers; a promise that never settles is a call that hangs. */
export type Script = (call: Seen) => Outcome | Promise<Outcome>

/** A target: how it is reached, and what it answers. Absent answers: it does everything at once. */
export interface ScriptedTarget extends Partial<Pick<Connector, 'batch' | 'concurrency' | 'timeoutMs' | 'pace'>> {
  readonly deliveryClass?: DeliveryClass
  readonly answers?: Script
  readonly asked?: Script
}

/** Requests as tests write them. */
export type Plan = Partial<NewRequest> & { readonly target: string; readonly key: string }

const planning: Room<null> = {
  name: 'planning',
  about: 'order',
  initial: () => null,
  load: () => null,
  save: () => null,
  fold: () => false,
  decide: (_state, input) =>
    input.kind === 'arrival' && input.type === 'plan' ? { requests: input.data as NewRequest[] } : undefined,
}

/** A delivery under test. */
export class GivenDelivery {
  readonly time: SimulatedTime
  readonly disk: ModelDatabase
  readonly seen: Seen[] = []
  readonly troubles: string[] = []
  /** How far the clock of the hub is off. */
  skewMs = 0
  parkAfterMs = defaultRetry.parkAfterMs
  /** How long the way to the database takes, and how often an instance says that it lives. */
  databaseMs = 0
  beatMs = 1_000
  readonly #targets: Readonly<Record<string, ScriptedTarget>>
  readonly #open = new Map<string, Core>()
  #started = 0

  constructor(targets: Readonly<Record<string, ScriptedTarget>>, beside?: GivenDelivery) {
    this.#targets = targets
    this.time = beside?.time ?? new SimulatedTime(MONDAY)
    this.disk = beside?.disk ?? new ModelDatabase(this.time)
  }

  get core(): Core {
    return [...this.#open.values()][0] as Core
  }

  /** Every instance, the oldest first. */
  cores(): Core[] {
    return [...this.#open.values()]
  }

  /** Opens an instance; answers its name. */
  async opens(spoil: (store: Store) => Store = (store) => store): Promise<string> {
    this.#started += 1
    const id = `hub-${this.#started}`
    const store = openModelStore(this.disk, { scheduler: { delay: () => this.#delay() } })
    const core = await this.until(
      openCore({
        store: spoil(store),
        clock: { now: () => Math.floor(this.time.now()) + this.skewMs },
        scheduler: this.time,
        random: seededRandom(this.#started),
        monotonic: () => this.time.now() + 0.375, // as a real one: no whole milliseconds
        rooms: [planning as Room, deliveryRoom('order') as Room, systemRoom as Room],
        systems: Object.fromEntries(
          Object.entries(this.#targets).map(([name, one]) => [name, this.#connector(name, one)]),
        ),
        connectorPorts: { now: () => this.time.now(), secret: () => '', dataFolder: '' },
        render: async (request) => Buffer.from(JSON.stringify({ key: request.key })),
        id,
        beatMs: this.beatMs,
        tenant: TENANT,
        retry: { ...defaultRetry, parkAfterMs: this.parkAfterMs },
        trouble: (what, error) => this.troubles.push(`${what}: ${String(error)}`),
      }),
    )
    this.#open.set(id, Object.assign(core, { crash: () => store.crash() }))
    return id
  }

  #delay(): Promise<void> {
    if (this.databaseMs === 0) return Promise.resolve()
    return new Promise((resolve) => void this.time.after(this.databaseMs, resolve))
  }

  /** kill -9 of the oldest instance: it is never heard of again. */
  crashes(): void {
    const [id, core] = [...this.#open][0] as [string, Core & { crash?: () => void }]
    this.#open.delete(id)
    core.crash?.()
    core.delivery.stop()
  }

  /** The oldest instance closes in peace. */
  async closes(): Promise<void> {
    const [id, core] = [...this.#open][0] as [string, Core]
    this.#open.delete(id)
    await this.until(core.close())
  }

  /** Plans requests of one order. */
  plans(order: string, ...plans: readonly Plan[]): Promise<unknown> {
    return this.until(this.planned(order, ...plans))
  }

  /** The same, without letting time go on. */
  planned(order: string, ...plans: readonly Plan[]): Promise<unknown> {
    const data = plans.map((plan) => ({ verb: 'order.post', body: { key: plan.key }, ...plan }))
    return this.#says({
      kind: 'arrival',
      type: 'plan',
      subject: orderOf(order),
      source: 'test',
      occurredAt: this.time.now(),
      data,
    })
  }

  redelivers(order: string, position: number): Promise<unknown> {
    return this.until(this.#says(redeliveryInput(orderOf(order), position, 'ann', this.time.now())))
  }

  pauses(system: string, reason: string): Promise<unknown> {
    const data = { system, by: 'ann', reason }
    return this.until(this.#says(systemInput(TENANT, { type: 'system.paused', data }, this.time.now())))
  }

  resumes(system: string): Promise<unknown> {
    return this.until(
      this.#says(systemInput(TENANT, { type: 'system.resumed', data: { system, by: 'ann' } }, this.time.now())),
    )
  }

  #says(
    input: Parameters<typeof this.core.journal.submit>[0] extends never ? never : ReturnType<typeof redeliveryInput>,
  ) {
    return new Promise((resolve, reject) => {
      const [core] = [...this.#open.values()].slice(-1)
      core?.journal.submit({ admit: () => ({ inputs: [input] }), settled: resolve, failed: reject })
    })
  }

  /** Time goes on. */
  async passes(ms: number): Promise<void> {
    await this.time.run({ limitMs: this.time.now() + ms })
  }

  /** Time goes on until this holds; throws when it does not within `mostMs`. */
  async holds(that: () => boolean, mostMs = 3_600_000): Promise<void> {
    const limit = this.time.now() + mostMs
    const why = await this.time.run({ until: that, limitMs: limit })
    if (why !== 'until') throw new Error(`It does not hold after ${mostMs} ms: ${this.troubles.slice(0, 3).join('; ')}`)
  }

  async until<T>(work: Promise<T>): Promise<T> {
    const settled = { yes: false }
    work.then(
      () => {
        settled.yes = true
      },
      () => {
        settled.yes = true
      },
    )
    await this.time.run({ until: () => settled.yes })
    return work
  }

  /** Keys sent to a target, in the order in which they came. */
  sent(target: string): string[] {
    return this.seen.filter((one) => one.what === 'send' && one.target === target).map(({ key }) => key)
  }

  /** The waiting rows on disk. */
  rows(): Waiting[] {
    return this.disk.lanes.flatMap(({ lane }) => this.disk.table(waitingTable).rowsOf(lane)).map(waitingOf)
  }

  /** Every event of an order. */
  events(order: string): JournalEvent[] {
    return (this.disk.subjects.get(orderOf(order)) ?? []).map(decodeEvent)
  }

  /** How a target is doing, as the oldest instance says. */
  view(target: string): TargetView {
    return this.views(target)[0] as TargetView
  }

  /** The same of every instance. */
  views(target: string): TargetView[] {
    return [...this.#open.values()].flatMap((core) => core.delivery.views().filter((view) => view.target === target))
  }

  /** Every instance takes in what others left for it. */
  async readInboxes(): Promise<void> {
    for (const core of this.#open.values()) await this.until(core.journal.readInbox())
  }

  #connector(name: string, target: ScriptedTarget): Connector {
    const call = (what: 'send' | 'ask', request: Outgoing, timeoutMs: number): Seen => {
      const seen = {
        at: this.time.now(),
        target: name,
        what,
        verb: request.verb,
        key: keyOf(request),
        attempt: request.attempt,
        timeoutMs,
      }
      this.seen.push(seen)
      return seen
    }
    const { answers = (): Outcome => ({ result: 'done' }), asked } = target
    const inTime = (answer: Outcome | Promise<Outcome>, timeoutMs: number): Promise<Outcome> =>
      new Promise((resolve) => {
        const cancel = this.time.after(timeoutMs, () => resolve({ result: 'unknown', reason: 'no answer in time' }))
        void Promise.resolve(answer).then((outcome) => {
          cancel()
          resolve(outcome)
        })
      })
    return {
      kind: 'scripted',
      deliveryClass: target.deliveryClass ?? 'A',
      batch: target.batch ?? 1,
      concurrency: target.concurrency ?? 8,
      timeoutMs: target.timeoutMs ?? 5_000,
      ...(target.pace ? { pace: target.pace } : {}),
      open: async () => ({
        send: (requests, timeoutMs) =>
          Promise.all(requests.map((request) => inTime(answers(call('send', request, timeoutMs)), timeoutMs))),
        ...(asked
          ? { ask: (request: Outgoing, timeoutMs: number) => inTime(asked(call('ask', request, timeoutMs)), timeoutMs) }
          : {}),
        close: async () => {},
      }),
    }
  }
}

/** The subject of an order of these tests. */
export const orderOf = (order: string): string => subjectOf(TENANT, 'order', order)
/** Its lane. */
export const laneOfOrder = (order: string): number => laneOfSubject(orderOf(order))

/** The business part of a delivery key. */
const keyOf = (request: Outgoing): string => request.key.split(':').slice(2).join(':')

/** A store with other members in the place of some. */
export function instead(store: Store, members: Partial<Store>): Store {
  return new Proxy(store, {
    get: (target, name) => {
      const member = Reflect.get(members, name) ?? Reflect.get(target, name)
      return typeof member === 'function' ? member.bind(target) : member
    },
  })
}
