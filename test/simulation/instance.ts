/** One hub process of the simulation: it can be killed, stopped and resumed, and every port call it makes is counted. */
import { seededRandom } from '../../src/base/random.ts'
import type { Scheduler } from '../../src/base/scheduler.ts'
import type { SimulatedTime } from '../../src/base/simulated-time.ts'
import type { HubDefinition } from '../../src/config/define-hub.ts'
import type { Connector } from '../../src/connectors/contract.ts'
import { type Hub, openHub } from '../../src/hub.ts'
import { LEASE_MS } from '../../src/journal/ownership.ts'
import type { Store } from '../../src/store/contract.ts'
import type { ModelFaults } from '../../src/store/model/model-store.ts'
import type { Disk, Session } from './disk.ts'

/** What an instance is started with. */
export interface InstancePorts {
  readonly id: string
  readonly seed: number
  readonly time: SimulatedTime
  readonly disk: Disk
  readonly databaseMs: number
  readonly definition: HubDefinition
  readonly connectors: Readonly<Record<string, Connector>>
  readonly faults: ModelFaults
  /** Counts a port call; answers when the process dies around it. */
  readonly counted: () => 'before' | 'after' | undefined
  readonly died: (instance: Instance) => void
  readonly poke: (from: Instance) => void
  readonly trouble: (what: string, error: unknown) => void
  /** A target was called by an instance whose lease was over by so much: another may hold the lane by then. */
  readonly sentLate: (byMs: number) => void
  /** Planted bugs: what stands between the hub and its store. */
  readonly spoilStore?: ((store: Store) => Store) | undefined
  readonly spoilConnector?: ((connector: Connector) => Connector) | undefined
  readonly spoilHub?: ((hub: Hub) => void) | undefined
  readonly pokedOnly?: boolean
}

type Arrival = Parameters<Hub['intake']['submit']>[0]
type Answer = Awaited<ReturnType<Hub['intake']['submit']>>

/** A caller that got no answer: the hub died, or took too long. It cannot know what became of its call. */
const noAnswer = () => Object.assign(new Error('no answer came'), { retry: 'later' })
const CALL_TIMEOUT_MS = 10_000

export class Instance {
  readonly id: string
  hub: Hub | undefined
  alive = true
  readonly #ports: InstancePorts
  readonly #session: Session
  readonly #callers = new Set<(error: unknown) => void>()
  /** What waits for a stopped process to go on; undefined while it runs. */
  #held: (() => void)[] | undefined
  skewMs = 0
  #leaving = false
  /** When the last heartbeat began that the database took. */
  #beatAt = Number.NEGATIVE_INFINITY

  constructor(ports: InstancePorts) {
    this.id = ports.id
    this.#ports = ports
    this.#session = ports.disk.session({ faults: ports.faults, scheduler: this.#way() })
  }

  async open(): Promise<void> {
    const { time, definition, seed, trouble, spoilStore, spoilHub } = this.#ports
    const store = this.#countedStore()
    this.hub = await openHub(definition, {
      store: spoilStore?.(store) ?? store,
      clock: { now: () => time.now() + this.skewMs },
      random: seededRandom(seed),
      scheduler: this.#scheduler(),
      monotonic: () => time.now(),
      id: this.id,
      dataFolder: '',
      secret: () => '',
      trouble,
      beatMs: 2_000,
      poke: () => this.#ports.poke(this),
      connectors: Object.fromEntries(
        Object.entries(this.#ports.connectors).map(([name, connector]) => [name, this.#countedConnector(connector)]),
      ),
    })
    spoilHub?.(this.hub)
    if (!this.#ports.pokedOnly) this.#readInboxNowAndThen()
  }

  get paused(): boolean {
    return this.#held !== undefined
  }

  /** kill -9: nothing it asked for is answered, nobody it owes an answer gets one. */
  crash(): void {
    if (!this.alive) return
    this.alive = false
    this.#session.crash()
    for (const fail of this.#callers) fail(noAnswer())
    this.#ports.died(this)
  }

  /** SIGSTOP: what it sent is on its way, what comes for it waits. */
  pause(): void {
    this.#held ??= []
  }

  /** SIGCONT. */
  resume(): void {
    const held = this.#held ?? []
    this.#held = undefined
    for (const run of held) this.#deliver(run)
  }

  disconnect(): void {
    if (this.alive) this.#session.disconnect()
  }

  /** Stops in peace: what is in line is finished, lanes are given back. A stopped process does so once it goes on. */
  leave(): void {
    if (this.#leaving) return
    this.#leaving = true
    this.#deliver(() => {
      this.hub?.close().then(
        () => this.crash(),
        (error: unknown) => this.#ports.trouble('a hub could not be closed', error),
      )
    })
  }

  hear(): void {
    this.#deliver(() => this.#readInbox())
  }

  /** What a system sends to this process. Rejects like a broken line when no answer comes. */
  submit(arrival: Arrival): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const done = () => {
        cancel()
        this.#callers.delete(fail)
      }
      const fail = (error: unknown) => {
        done()
        reject(error)
      }
      const cancel = this.#ports.time.after(CALL_TIMEOUT_MS, () => fail(noAnswer()))
      this.#callers.add(fail)
      this.#deliver(() => {
        this.hub?.intake.submit(arrival).then((answer) => {
          if (!this.alive) return
          done()
          resolve(answer)
        }, fail)
      })
    })
  }

  #readInboxNowAndThen(): void {
    this.#scheduler().after(1_000, () => {
      if (this.hub && this.hub.core.ownership.living > 1) this.#readInbox()
      this.#readInboxNowAndThen()
    })
  }

  #readInbox(): void {
    this.hub?.core.journal
      .readInbox()
      .catch((error: unknown) => this.#ports.trouble('the inbox could not be read', error))
  }

  /** Runs in the process: now, after it goes on, or never. */
  #deliver(run: () => void): void {
    if (!this.alive) return
    if (this.#held) this.#held.push(run)
    else run()
  }

  #scheduler(): Scheduler {
    const { time } = this.#ports
    const after = (ms: number, run: () => void) => {
      let cancelled = false
      const cancel = time.after(ms, () => this.#deliver(() => !cancelled && run()))
      return () => {
        cancelled = true
        cancel()
      }
    }
    return { after, yield: () => new Promise((resolve) => void after(0, resolve)) }
  }

  #way() {
    const { time, databaseMs } = this.#ports
    if (databaseMs === 0) return { delay: () => Promise.resolve() }
    return { delay: () => new Promise<void>((resolve) => void time.after(databaseMs, resolve)) }
  }

  /** One call through a port. The process may die right before it, or right after its effect. */
  #call<T>(act: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (!this.alive) return
      const dies = this.#ports.counted()
      if (dies === 'before') {
        this.crash()
        return
      }
      act().then(
        (value) => (dies === 'after' ? this.crash() : this.#deliver(() => resolve(value))),
        (error) => (dies === 'after' ? this.crash() : this.#deliver(() => reject(error))),
      )
    })
  }

  #countedStore(): Store {
    return new Proxy<Store>(this.#session, {
      get: (session, name) => {
        const member = Reflect.get(session, name) as unknown
        if (typeof member !== 'function') return member
        const call = member as (...all: unknown[]) => Promise<unknown>
        if (name === 'heartbeat') return (...all: unknown[]) => this.#call(() => this.#beat(call.apply(session, all)))
        return (...all: unknown[]) => this.#call(() => call.apply(session, all))
      },
    })
  }

  async #beat(beat: Promise<unknown>): Promise<void> {
    const began = this.#ports.time.now()
    await beat
    this.#beatAt = began
  }

  /** What the hub itself thinks of its lease does not count here. */
  #mustHoldItsLease(): void {
    const overMs = this.#ports.time.now() - (this.#beatAt + LEASE_MS)
    if (overMs >= 0) this.#ports.sentLate(overMs)
  }

  #countedConnector(original: Connector): Connector {
    const connector = this.#ports.spoilConnector?.(original) ?? original
    return {
      ...connector,
      open: async (ports) => {
        const connection = await connector.open(ports)
        const { ask } = connection
        return {
          send: (requests, timeoutMs) => {
            this.#mustHoldItsLease()
            return this.#call(() => connection.send(requests, timeoutMs))
          },
          close: () => connection.close(),
          ...(ask ? { ask: (request, timeoutMs) => this.#call(() => ask(request, timeoutMs)) } : {}),
        }
      },
    }
  }
}
