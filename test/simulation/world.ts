/**
 * The whole hub and its landscape in one process, on a model store, with simulated time: a seed is a run. Faults are
 * drawn from the seed, everything is healed at the end, then the checker and the invariants judge.
 */
import { createHash } from 'node:crypto'
import { seededRandom } from '../../src/base/random.ts'
import { SimulatedTime } from '../../src/base/simulated-time.ts'
import { Checker, type Verdict } from '../../src/checker/checker.ts'
import type { HubEvent, LedgerRow } from '../../src/checker/records.ts'
import { simulatedBusiness } from '../../src/cli/landscape/acme.ts'
import { type Simulated, simulate } from '../../src/cli/landscape/in-process.ts'
import type { HubDefinition } from '../../src/config/define-hub.ts'
import type { Connector } from '../../src/connectors/contract.ts'
import { waitingTable } from '../../src/delivery/waiting.ts'
import type { Hub } from '../../src/hub.ts'
import type { JournalEvent } from '../../src/journal/contract.ts'
import { decodeEvent } from '../../src/journal/encode.ts'
import { orderTable } from '../../src/lifecycle/order.ts'
import type { Landscape } from '../../src/simulators/landscape.ts'
import { goodManners } from '../../src/simulators/misbehaviour.ts'
import { CommitFailed, type Store, type TableSpec } from '../../src/store/contract.ts'
import type { ModelDatabase } from '../../src/store/model/model-database.ts'
import type { ModelFaults } from '../../src/store/model/model-store.ts'
import { type Disk, modelDisk } from './disk.ts'
import { Instance } from './instance.ts'
import { type Broken, type Counted, findBroken, floorName, type Shelf } from './invariants.ts'
import { drawPlan, type Incident, type Plan } from './plan.ts'

/** A planted bug: what it puts between the hub and the world. */
export interface Sabotage {
  readonly store?: (store: Store, disk: ModelDatabase, time: SimulatedTime) => Store
  readonly connector?: (connector: Connector) => Connector
  readonly hub?: (hub: Hub) => void
  /** Inboxes are read when another instance pokes, never otherwise. */
  readonly pokedOnly?: boolean
}

/** What a run may be told besides its seed. */
export interface RunOptions {
  /** Takes the place of what the seed would draw. */
  readonly plan?: Partial<Plan>
  readonly sabotage?: Sabotage
  /** What the hub keeps its rows on; the model store unless told. */
  readonly disk?: (time: SimulatedTime) => Promise<Disk>
  /** Hears of troubles as they come, for people who look for the cause. */
  readonly trouble?: (what: string, error: unknown, at: number) => void
}

/** What a run came to. */
export interface RunResult {
  readonly seed: number
  readonly plan: Plan
  /** SHA-256 over every journal entry and every ledger row, in order. */
  readonly trace: string
  readonly verdict: Verdict
  /** Everything that is wrong, by the checker or by the hub's own invariants; empty when the run is good. */
  readonly broken: readonly Broken[]
  /** Simulated milliseconds from heal-all until nobody had anything left to do; undefined when that never came. */
  readonly quietAfterMs: number | undefined
  readonly stages: Readonly<Record<string, number>>
  readonly faults: Readonly<Record<string, number>>
  readonly portCalls: number
  readonly events: readonly JournalEvent[]
  /** What every simulated system wrote down, one system after the other. */
  readonly ledgers: readonly LedgerRow[]
  readonly landscape: Landscape
}

const START = Date.UTC(2026, 0, 5, 8)
const QUIET_WITHIN_MS = 600_000
const NEVER = 1_000_000_000

/** Runs a seed to its end. The same seed and options give the same trace. */
export async function runSeed(seed: number, options: RunOptions = {}): Promise<RunResult> {
  const plan = { ...drawPlan(seed), ...options.plan }
  const time = new SimulatedTime(START)
  const disk = (await options.disk?.(time)) ?? modelDisk(time)
  return new World(plan, options, time, disk).run()
}

class World {
  readonly #plan: Plan
  readonly #options: RunOptions
  readonly #time: SimulatedTime
  readonly #disk: Disk
  readonly #random
  readonly #simulated: Simulated
  readonly #definition: HubDefinition
  readonly #instances: Instance[] = []
  readonly #faults: Record<string, number> = {}
  readonly #troubles: Broken[] = []
  #started = 0
  #portCalls = 0
  #counting = false
  #healed = false
  #downMs = 1_000

  constructor(plan: Plan, options: RunOptions, time: SimulatedTime, disk: Disk) {
    this.#plan = plan
    this.#options = options
    this.#time = time
    this.#disk = disk
    this.#random = seededRandom(plan.seed ^ 0xfa017)
    this.#definition = business(plan)
    this.#simulated = simulate({
      seed: plan.seed,
      clock: this.#time,
      scheduler: this.#time,
      items: 14,
      customers: 5,
      catchWeightEvery: 7,
      facilities: { DC1: plan.stock, DC2: plan.stock },
      withOms: plan.withOms,
      shortRate: plan.shortRate,
      substitutionRate: plan.substitutionRate,
      countAfterMs: 15_000,
      repeatRate: plan.repeatRate,
      newKeyRate: plan.newKeyRate,
      cancelRate: plan.cancelRate,
      cancelAfterMs: plan.cancelAfterMs,
      batch: plan.batch,
      connectorBatch: plan.connectorBatch,
      connectorTimeoutMs: 2_000,
      carrier: { departMs: 2_000, deliverMs: 8_000 },
    })
    this.#simulated.hub = this.#door()
  }

  async run(): Promise<RunResult> {
    await this.#boot()
    this.#counting = true
    this.#misbehave()
    this.#placeOrders()
    for (const incident of this.#plan.incidents) this.#schedule(incident)
    await this.#for(this.#plan.trafficMs)
    await this.#heal()
    const quietAfterMs = await this.#quiet()
    for (const warehouse of this.#simulated.warehouses) warehouse.close()
    return this.#judge(quietAfterMs)
  }

  async #boot(): Promise<void> {
    await this.#until(this.#start().open())
    await this.#until(this.#simulated.erp.exportMasters())
    for (const warehouse of this.#simulated.warehouses) warehouse.count()
    await this.#for(1_000)
    if (this.#plan.instances === 2) {
      await this.#until(this.#start().open())
      await this.#for(4_000)
    }
  }

  #start(): Instance {
    this.#started += 1
    const { sabotage } = this.#options
    const instance = new Instance({
      id: `hub-${this.#started}`,
      seed: this.#plan.seed + this.#started,
      time: this.#time,
      disk: this.#disk,
      databaseMs: this.#plan.databaseMs,
      definition: this.#definition,
      connectors: this.#simulated.connectors,
      faults: this.#commitFaults(),
      counted: () => this.#counted(),
      died: (dead) => this.#died(dead),
      poke: (from) => this.#poke(from),
      trouble: (what, error) => this.#trouble(what, error),
      sentLate: (byMs) => {
        const says = `A target was called ${byMs} ms after the lease of the instance.`
        this.#troubles.push({ rule: 'attempts inside the lease', about: `${instance.id}`, says })
      },
      spoilStore: (store) => this.#spoiled(store),
      spoilConnector: sabotage?.connector,
      spoilHub: sabotage?.hub,
      pokedOnly: sabotage?.pokedOnly ?? false,
    })
    this.#instances.push(instance)
    return instance
  }

  /** Planted bugs that look at the disk are for the model store only. */
  #spoiled(store: Store): Store {
    const { sabotage } = this.#options
    if (!sabotage?.store || !('database' in this.#disk)) return store
    return sabotage.store(store, this.#disk.database as ModelDatabase, this.#time)
  }

  /** The door every simulated system sends to: a load balancer before the instances that run. */
  #door(): Hub {
    const submit = (arrival: Parameters<Hub['intake']['submit']>[0]) => {
      const open = this.#instances.filter((instance) => instance.alive && instance.hub)
      const one = open[Math.floor(this.#random.next() * open.length)]
      return one ? one.submit(arrival) : Promise.reject(Object.assign(new Error('nobody listens'), { retry: 'later' }))
    }
    return { tenant: this.#definition.name, intake: { submit } } as unknown as Hub
  }

  #counted(): 'before' | 'after' | undefined {
    if (!this.#counting || this.#healed) return undefined
    this.#portCalls += 1
    for (const incident of this.#plan.incidents) {
      if (incident.kind !== 'crash at call' || incident.call !== this.#portCalls) continue
      this.#bit(`crash ${incident.when} call`)
      this.#downMs = incident.downMs
      return incident.when
    }
    return undefined
  }

  #died(dead: Instance): void {
    this.#instances.splice(this.#instances.indexOf(dead), 1)
    if (this.#healed) return
    this.#time.after(this.#downMs, () => this.#restart())
  }

  #restart(): void {
    const instance = this.#start()
    instance.open().catch((error: unknown) => {
      this.#trouble('a hub could not be opened', error)
      instance.crash()
    })
  }

  #poke(from: Instance): void {
    for (const other of this.#instances) {
      if (other === from || this.#random.next() < this.#plan.lostPokes) continue
      this.#time.after(2, () => other.hear())
    }
  }

  #trouble(what: string, error: unknown): void {
    this.#options.trouble?.(what, error, this.#time.now())
    const says = error instanceof Error ? error.message : String(error)
    if (isGrave(what, error)) this.#troubles.push({ rule: 'trouble', about: what, says })
  }

  #commitFaults(): ModelFaults {
    const { unknownBefore, unknownAfter, conflict } = this.#plan.commits
    const drawn = (what: string, rate: number) => {
      const bites = this.#counting && !this.#healed && rate > 0 && this.#random.next() < rate
      if (bites) this.#bit(what)
      return bites
    }
    return {
      beforeCommit: () => {
        if (drawn('commit unknown before effect', unknownBefore)) throw new Error('the cable was cut')
        if (drawn('commit conflict', conflict)) throw new CommitFailed('conflict', 'planted')
      },
      afterCommit: () => {
        if (drawn('commit unknown after effect', unknownAfter)) throw new Error('the cable was cut')
      },
    }
  }

  #misbehave(): void {
    for (const simulator of this.#simulated.all) {
      if (simulator.role !== 'shop') simulator.misbehave(this.#plan.manners)
      else {
        const { duplicateReports = 0 } = this.#plan.manners
        simulator.misbehave({ duplicateReports })
      }
    }
  }

  #placeOrders(): void {
    const { orders, orderEveryMs } = this.#plan
    for (let index = 0; index < orders; index += 1) {
      this.#time.after(index * orderEveryMs, () => void this.#simulated.shop.place(index))
    }
    const { landscape, warehouses } = this.#simulated
    for (const at of [10_000, 25_000]) {
      this.#time.after(at, () => {
        const warehouse = warehouses[Math.floor(this.#random.next() * warehouses.length)]
        const item = landscape.items[Math.floor(this.#random.next() * landscape.items.length)]
        if (item) warehouse?.receive(item.sku, { value: '25', uom: item.baseUnit })
      })
    }
  }

  #schedule(incident: Incident): void {
    if (incident.kind === 'crash at call') return // counted where calls are
    this.#time.after(incident.atMs, () => {
      if (!this.#healed) this.#happen(incident)
    })
  }

  #happen(incident: Exclude<Incident, { readonly kind: 'crash at call' }>): void {
    if (incident.kind === 'outage') this.#outage(incident)
    else if (incident.kind === 'late copy') this.#copyLate(incident.order)
    else if (incident.kind === 'wish') this.#wish()
    else {
      const instance = this.#instances[incident.instance]
      if (instance?.hub) this.#strike(instance, incident)
    }
  }

  #strike(
    instance: Instance,
    incident: Exclude<Incident, { readonly kind: 'crash at call' | 'outage' | 'late copy' }>,
  ): void {
    this.#bit(incident.kind)
    switch (incident.kind) {
      case 'crash':
        this.#downMs = incident.downMs
        instance.crash()
        break
      case 'leave':
        this.#downMs = incident.downMs
        instance.leave()
        break
      case 'disconnect':
        instance.disconnect()
        break
      case 'clock':
        instance.skewMs += incident.byMs
        break
      case 'pause':
        instance.pause()
        this.#time.after(incident.forMs, () => instance.resume())
        break
    }
  }

  #outage({ system, forMs }: Incident & { readonly kind: 'outage' }): void {
    const down = this.#simulated.all.find((simulator) => simulator.name === system)
    if (!down) return
    this.#bit('outage')
    down.misbehave({ down: true })
    this.#time.after(forMs, () => down.misbehave({ down: false }))
  }

  #copyLate(index: number): void {
    const parsed = this.#simulated.shop.document(index)
    const arrival = {
      tenant: this.#definition.name,
      system: 'shop',
      channel: 'memory',
      topic: 'orders',
      contentType: 'application/json',
      bytes: Buffer.from(JSON.stringify(parsed)),
      parsed,
      idempotencyKey: `shop-${parsed.number}`,
      receivedAt: this.#time.now(),
    }
    this.#bit('late copy')
    this.#simulated.hub?.intake
      .submit(arrival)
      .catch((error: unknown) => this.#trouble('a copy came to nothing', error))
  }

  #wish(): void {
    const { shop } = this.#simulated
    this.#bit('wish')
    for (const { what, order } of shop.ledger.rows()) {
      if (what !== 'order.place' || order === undefined) continue
      shop['report']('order.cancellation_requested', order, { reason: 'The customer changed their mind.' })
    }
  }

  /** Everything that was broken works again, and there is stock for whoever still waits for some. */
  async #heal(): Promise<void> {
    this.#healed = true
    for (const simulator of this.#simulated.all) simulator.misbehave(goodManners)
    for (const instance of this.#instances) {
      instance.resume()
      instance.skewMs = 0
    }
    await this.#for(16_000) // restarts that were under way are over by then
    while (this.#instances.length < this.#plan.instances) this.#restart()
    const { landscape, warehouses } = this.#simulated
    for (const warehouse of warehouses) {
      for (const item of landscape.items) {
        const quantity = { value: '500', uom: item.baseUnit }
        warehouse.receive(item.sku, quantity)
        this.#simulated.oms?.receive(warehouse.facility, item.sku, quantity)
      }
    }
  }

  /** Goes on until nobody has anything left to say, to send or to wait for; answers how long that took. */
  async #quiet(): Promise<number | undefined> {
    const from = this.#time.now()
    for (let calm = 0; this.#time.now() - from < QUIET_WITHIN_MS; ) {
      await this.#for(5_000)
      calm = (await this.#busy()) ? 0 : calm + 1
      if (calm === 3) return this.#time.now() - from
    }
    return undefined
  }

  async #busy(): Promise<boolean> {
    const { shop, all } = this.#simulated
    if (shop.unanswered > 0 || all.some((simulator) => simulator.unsent > 0)) return true
    if (this.#instances.some((instance) => !instance.hub || instance.hub.core.delivery.outstanding > 0)) return true
    const database = await this.#disk.read([orderTable])
    if (database.inbox.size > 0) return true
    return Object.keys(stagesIn(database)).some((stage) => !isEnd(stage))
  }

  async #judge(quietAfterMs: number | undefined): Promise<RunResult> {
    const database = await this.#disk.read(this.#tables())
    const checker = new Checker({
      roles: Object.fromEntries(this.#simulated.all.map((simulator) => [simulator.name, simulator.role])),
      facilities: Object.fromEntries(this.#simulated.warehouses.map(({ facility, name }) => [facility, name])),
    })
    const trace = createHash('sha256')
    const ledgers: LedgerRow[] = []
    for (const simulator of this.#simulated.all) {
      for (const row of simulator.ledger.rows()) {
        ledgers.push(row as unknown as LedgerRow)
        checker.row(row as unknown as LedgerRow)
        trace.update(JSON.stringify(row))
      }
    }
    const events: JournalEvent[] = []
    for (const lane of database.journal) {
      for (const entry of lane) {
        const event = decodeEvent(entry)
        events.push(event)
        checker.event(event as unknown as HubEvent)
        trace.update(`${entry.lane}/${entry.position} ${entry.type} ${entry.subject} ${entry.at} `)
        trace.update(entry.body)
      }
    }
    const verdict = checker.verdict()
    const stages = stagesIn(database)
    const hubs = this.#instances.flatMap((instance) => instance.hub ?? [])
    const broken = [
      ...verdict.details.map(({ kind, rule, about, says }) => ({ rule: `${kind}: ${rule}`, about, says })),
      ...this.#troubles,
      ...findBroken({
        disk: database,
        events,
        hubs,
        stages,
        quietAfterMs,
        placed: this.#plan.orders,
        shelves: this.#shelves(),
        counted: this.#countedReports(),
      }),
    ]
    return {
      seed: this.#plan.seed,
      plan: this.#plan,
      trace: trace.digest('hex'),
      verdict,
      broken,
      quietAfterMs,
      stages,
      faults: { ...verdict.looked.faults, ...this.#faults },
      portCalls: this.#portCalls,
      events,
      ledgers,
      landscape: this.#simulated.landscape,
    }
  }

  /** The tables of all rooms, and the one that delivery writes. */
  #tables(): TableSpec[] {
    const rooms = this.#instances.flatMap((instance) => instance.hub?.rooms ?? [])
    return [...new Set([waitingTable, ...rooms.flatMap((room) => room.table ?? [])])]
  }

  /** What lies in each warehouse by its own closing count; substitutes leave doubts there that nobody is told of. */
  #shelves(): Shelf[] {
    if (this.#plan.substitutionRate > 0) return []
    return this.#simulated.warehouses.flatMap((warehouse) => {
      const closing = [...warehouse.ledger.rows()].findLast((row) => row.what === 'stock.closing')
      const { lines = [] } = (closing?.detail ?? {}) as { lines?: Omit<Shelf, 'facility'>[] }
      return lines.map(({ item, available, suspect }) => ({ facility: warehouse.facility, item, available, suspect }))
    })
  }

  /** Reports from the floor in the order in which each warehouse meant to send them. */
  #countedReports(): Counted[] {
    return this.#simulated.warehouses.flatMap((warehouse) =>
      [...warehouse.ledger.rows()].flatMap(({ kind, what, order, detail }) => {
        const name = kind === 'intent' ? floorName(what, detail) : undefined
        return name === undefined ? [] : [{ order: order ?? '', source: warehouse.name, name }]
      }),
    )
  }

  #bit(fault: string): void {
    this.#faults[fault] = (this.#faults[fault] ?? 0) + 1
  }

  async #for(ms: number): Promise<void> {
    const end = this.#time.now() + ms
    let over = false
    this.#time.after(ms, () => {
      over = true
    })
    await this.#time.run({ until: () => over, limitMs: end + NEVER })
  }

  async #until<T>(work: Promise<T>): Promise<T> {
    let settled = false
    const settle = () => {
      settled = true
    }
    work.then(settle, settle)
    await this.#time.run({ until: () => settled, limitMs: this.#time.now() + 60_000 })
    if (!settled) throw new Error('the simulation stands still: what was waited for never came')
    return work
  }
}

/** How many orders there are in each state. */
function stagesIn(database: ModelDatabase): Record<string, number> {
  const stages: Record<string, number> = {}
  const table = database.table(orderTable)
  for (const { lane } of database.lanes) {
    for (const row of table.rowsOf(lane)) stages[row[4] as string] = (stages[row[4] as string] ?? 0) + 1
  }
  return stages
}

/** States in which nothing more is to come. */
export const isEnd = (stage: string): boolean => ['closed', 'cancelled', 'rejected'].includes(stage)

/** What must never happen, whatever faults were planted; the others are what faults look like from inside. */
function isGrave(what: string, error: unknown): boolean {
  if (/parked/.test(what)) return true
  const code = (error as { code?: string }).code ?? ''
  return /wrong here/.test(String((error as Error).message)) || code === 'XD_HUB_RENDER_DIFFERS'
}

/** The demo's own business, with waits short enough for a run of minutes. */
function business(plan: Plan): HubDefinition {
  const definition = simulatedBusiness({ withOms: plan.withOms })
  const [process] = definition.process
  const options = { ...process.options, backorders: { first: '20s', longest: '60s' }, askAgainAfter: '20s' } as const
  return {
    ...definition,
    lifecycle: { ...definition.lifecycle, patience: '3m' },
    delivery: { retry: { first: '500ms', longest: '10s', parkAfter: plan.parkAfter ?? '2h' } },
    process: [{ ...process, options }],
  }
}
