/**
 * A whole hub on the model store and simulated time, with its simulated landscape: bytes go in, time passes, and a test
 * looks at what every system was told. What a partner of the definition has no simulator for is answered by a
 * correspondent, who reads its mail and acknowledges it.
 */
import { seededRandom } from '../../src/base/random.ts'
import { SimulatedTime } from '../../src/base/simulated-time.ts'
import { type Simulated, type SimulatedOptions, simulate } from '../../src/cli/landscape/in-process.ts'
import { type MailRoute, mailRoute } from '../../src/cli/landscape/mail.ts'
import type { HubDefinition, PartnerDefinition } from '../../src/config/define-hub.ts'
import type { PurchaseOrder } from '../../src/documents/purchase-order/schema.ts'
import { readEdifact } from '../../src/edi/edifact/read.ts'
import type { EdifactMessage } from '../../src/edi/edifact/reading.ts'
import { languageOf } from '../../src/edi/language.ts'
import type { ReadAnswers } from '../../src/edi/x12/answers.ts'
import { readAnswers } from '../../src/edi/x12/answers.ts'
import { readX12 } from '../../src/edi/x12/read.ts'
import type { SegmentTable, X12Set } from '../../src/edi/x12/reading.ts'
import { type Hub, openHub as openTheHub } from '../../src/hub.ts'
import type { ArrivalAnswer } from '../../src/intake/admit.ts'
import type { JournalEvent } from '../../src/journal/contract.ts'
import type { EventData, EventType } from '../../src/lifecycle/events.ts'
import { orderTable } from '../../src/lifecycle/order.ts'
import { type OrderState, orderState } from '../../src/lifecycle/order-state.ts'
import { laneOfSubject, partsOf, subjectOf } from '../../src/lifecycle/subject.ts'
import { PostOffice } from '../../src/simulators/edi/post-office.ts'
import type { Customer, Item } from '../../src/simulators/landscape.ts'
import type { LedgerRow } from '../../src/simulators/ledger.ts'
import type { Simulator } from '../../src/simulators/simulator.ts'
import { ModelDatabase } from '../../src/store/model/model-database.ts'
import { openModelStore } from '../../src/store/model/model-store.ts'
import type { GrowingLandscape } from './landscape.ts'

/** Monday morning, where every journey begins. */
export const MONDAY = Date.UTC(2026, 0, 5, 8)

/** What a journey is opened with: how the systems behave, and what they trade in. */
export type JourneyOptions = Partial<Omit<SimulatedOptions, 'clock' | 'scheduler'>> & {
  /** Without the ERP's masters and the warehouses' opening count. */
  readonly bare?: boolean
  /** Partners that read their mail and answer nothing. */
  readonly silent?: readonly string[]
  /** Time and disk of another journey: a second hub beside it, or the same one opened again. */
  readonly beside?: Pick<Journey, 'time'>
}

/** Who sends bytes, and how. */
export interface Sender {
  /** A system or a partner of the definition. */
  readonly from: string
  readonly fileName?: string
  /** The rest of a doorway's path. */
  readonly topic?: string
  readonly key?: string
}

/** One document that a partner was sent. */
export interface SentSet {
  readonly partner: string
  /** `855`, `997` … */
  readonly id: string
  readonly control: string
  /** Absent for a TA1, which stands in no set. */
  readonly set?: X12Set
  /** In the place of a set, where the partner speaks EDIFACT; `id` is its type. */
  readonly message?: EdifactMessage
  /** When the partner read it. */
  readonly at: number
  /** What an acknowledgement says. */
  readonly answers?: ReadAnswers
}

/** Opens a hub with its landscape. */
export async function openHub(definition: HubDefinition, options: JourneyOptions = {}): Promise<Journey> {
  const journey = new Journey(definition, options)
  await journey.open()
  return journey
}

/** One whole hub at work. */
export class Journey {
  readonly time: SimulatedTime
  readonly disk: ModelDatabase
  readonly systems: Simulated
  /** Every event committed so far. */
  readonly events: JournalEvent[] = []
  /** Every document a partner got, in the order in which it arrived there. */
  readonly sent: SentSet[] = []
  readonly troubles: string[] = []
  readonly #definition: HubDefinition
  readonly #options: JourneyOptions
  readonly #mail: Record<string, MailRoute>
  #hub: Hub | undefined
  #files = 0
  #starts = 0

  constructor(definition: HubDefinition, options: JourneyOptions) {
    this.#definition = definition
    this.#options = options
    this.time = options.beside?.time ?? new SimulatedTime(MONDAY)
    this.disk = new ModelDatabase(this.time)
    this.systems = simulate({
      seed: 7,
      items: 50,
      customers: 5,
      date: '2026-01-05',
      withOms: 'oms' in definition.systems,
      ...options,
      clock: this.time,
      scheduler: this.time,
    })
    this.#mail = { ...this.systems.mail }
    for (const partner of definition.partners ?? []) {
      if (!this.#mail[partner.name]) this.#mail[partner.name] = this.#correspond(partner)
    }
    for (const name of options.silent ?? []) discarding(this.#mail[name])
    for (const [name, route] of Object.entries(this.#mail)) this.#readAlong(name, route)
  }

  get hub(): Hub {
    if (!this.#hub) throw new Error('The hub is not open.')
    return this.#hub
  }

  /** Opens the hub, and lets the ERP and the warehouses tell it what they own. */
  async open(): Promise<void> {
    await this.#start()
    if (this.#options.bare) return
    await this.until(this.systems.erp.exportMasters())
    for (const site of [...this.systems.warehouses, ...(this.systems.thirdParty ? [this.systems.thirdParty] : [])]) {
      site.count()
    }
    await this.passes(2_000)
  }

  /** The hub closes and opens again on the same disk; the systems go on meanwhile and notice only that it was away. */
  async restarts(awayMs = 0): Promise<void> {
    await this.close()
    this.time.after(awayMs, () => undefined)
    await this.passes(awayMs)
    await this.#start()
  }

  async #start(): Promise<void> {
    this.#starts += 1
    const store = openModelStore(this.disk)
    const mail = Object.entries(this.#mail).map(([name, { connector }]) => [name, connector])
    this.#hub = await this.until(
      openTheHub(this.#definition, {
        store,
        clock: this.time,
        scheduler: this.time,
        random: seededRandom(this.#options.seed ?? 7),
        monotonic: () => this.time.now(),
        id: `${this.#definition.name}-${this.#starts}`,
        dataFolder: '/nowhere',
        secret: () => '',
        trouble: (what, error) => this.troubles.push(`${what}: ${String(error)}`),
        connectors: { ...this.systems.connectors, ...Object.fromEntries(mail) },
        onCommitted: ({ events }) => this.events.push(...events),
      }),
    )
    this.systems.hub = this.#hub
  }

  /** A file from a partner, or a body over HTTP: what the sender is told. Nothing else has happened yet. */
  arrives(bytes: Uint8Array | string, from: Sender): Promise<ArrivalAnswer> {
    return this.until(this.#submit(bytes, from))
  }

  #submit(bytes: Uint8Array | string, { from, fileName, topic, key }: Sender): Promise<ArrivalAnswer> {
    this.#files += 1
    const isFile = this.#mail[from] !== undefined
    return this.hub.intake.submit({
      tenant: this.hub.tenant,
      system: from,
      channel: isFile ? 'folder' : 'http',
      bytes: typeof bytes === 'string' ? Buffer.from(bytes) : bytes,
      receivedAt: this.time.now(),
      ...(isFile ? { fileName: fileName ?? `file-${this.#files}.edi` } : { contentType: 'application/json' }),
      ...(topic === undefined ? {} : { topic }),
      ...(key === undefined ? {} : { idempotencyKey: key }),
    })
  }

  /** `POST /v1/orders` by the shop, answered. */
  orders(document: PurchaseOrder, key?: string): Promise<ArrivalAnswer> {
    return this.until(this.submits(document, key))
  }

  /** `POST /v1/orders` by the shop; it is answered as time goes on, so that many can be under way at once. */
  submits(document: PurchaseOrder, key = `shop-${document.number}`): Promise<ArrivalAnswer> {
    return this.#submit(JSON.stringify(document), { from: 'shop', topic: 'orders', key })
  }

  /** The ERP says that a hold is over. */
  liftsHold(order: string, hold: string): Promise<ArrivalAnswer> {
    const occurredAt = new Date(this.time.now()).toISOString()
    const report = { id: `lift/${order}/${hold}`, type: 'order.hold_lifted', order, hold, reason: 'agreed', occurredAt }
    return this.arrives(JSON.stringify(report), { from: 'erp' })
  }

  /** The ERP and the warehouses learn of an item, and some of it comes in; the hub has not been told of the item yet. */
  learns(item: Item, stock: Readonly<Record<string, number>>): void {
    this.#growing().learn(item)
    for (const site of this.systems.warehouses) {
      const pieces = stock[site.facility] ?? 0
      const quantity = { value: String(pieces), uom: item.baseUnit }
      if (pieces > 0) this.time.after(1_000, () => site.receive(item.sku, quantity))
    }
  }

  /** The ERP opens an account; the hub has not been told of it yet. */
  knows(customer: Customer): void {
    this.#growing().know(customer)
  }

  #growing(): GrowingLandscape {
    const { landscape } = this.systems
    if (!('learn' in landscape)) throw new Error('This landscape is drawn from a seed; it learns nothing.')
    return landscape as GrowingLandscape
  }

  /** A file dropped into a partner's folder, to be picked up by the doorway. */
  async drops(
    bytes: Uint8Array | string,
    { from, fileName }: { readonly from: string; readonly fileName: string },
  ): Promise<void> {
    const content = typeof bytes === 'string' ? Buffer.from(bytes) : bytes
    await this.#mail[from]?.bag.drop(fileName, content)
  }

  /** Time goes on. */
  async passes(ms: number): Promise<void> {
    await this.time.run({ limitMs: this.time.now() + ms })
  }

  /** Time goes on until nobody has anything left to say or to send, for two minutes on end. */
  async settles(mostMs = 4 * 3_600_000): Promise<void> {
    const limit = this.time.now() + mostMs
    for (let calm = 0; calm < 4 && this.time.now() < limit; ) {
      await this.passes(30_000)
      calm = this.#isBusy() ? 0 : calm + 1
    }
  }

  #isBusy(): boolean {
    const { shop, all } = this.systems
    return (
      shop.unanswered > 0 ||
      all.some((simulator) => simulator.unsent > 0) ||
      Object.values(this.#mail).some((route) => route.waiting > 0) ||
      this.hub.core.delivery.outstanding > 0
    )
  }

  /** The effects of one verb at a system: what was done there, not what was attempted. */
  effects(system: Simulator | undefined, verb: string): LedgerRow[] {
    return this.#rows(system).filter((row) => row.kind === 'effect' && row.what === verb)
  }

  /** Sales orders that the ERP holds. */
  posted(erp: Simulator = this.systems.erp): { readonly number: string; readonly lines: number }[] {
    return this.effects(erp, 'order.post').map(({ detail }) => {
      const { number, lines } = detail as { number: string; lines: readonly unknown[] }
      return { number, lines: lines.length }
    })
  }

  #rows(system: Simulator | undefined): LedgerRow[] {
    return system ? [...system.ledger.rows()] : []
  }

  /** Events of one type, or all events about one order. */
  of<T extends EventType>(type: T, order?: string): EventData[T][] {
    const found = this.events.filter((event) => event.type === type)
    const about = order === undefined ? found : found.filter((event) => partsOf(event.subject).id === order)
    return about.map((event) => event.data as EventData[T])
  }

  /** The hub's ids of the orders of a customer's order number, oldest first. */
  ids(customerOrder: string): string[] {
    return this.of('order.received')
      .filter((facts) => facts.customerOrder === customerOrder)
      .map((facts) => facts.id)
  }

  /** The ledger of an order as the store has it. */
  async order(customerOrder: string): Promise<OrderState & { readonly id: string; readonly state: string }> {
    const [id] = this.ids(customerOrder)
    if (id === undefined) throw new Error(`No order ${customerOrder} was taken in.`)
    const subject = subjectOf(this.hub.tenant, 'order', id)
    const room = this.hub.rooms.find((one) => one.name === 'lifecycle' && one.about === 'order')
    const store = openModelStore(this.disk)
    const [row] = await store.loadRows(orderTable, [{ lane: laneOfSubject(subject), subject }])
    if (!row || !room) throw new Error(`Order ${customerOrder} has no row.`)
    const state = room.load(subject, row.slice(2)) as OrderState
    return Object.assign(state, { id, state: orderState(state) })
  }

  /** Lines of an order that wait for stock, with how much of each, as it was said last. */
  waiting(order: string): [string, number][] {
    const said = this.of('order.line_backordered', order).at(-1)?.lines ?? []
    return said.map(({ line, quantity }) => [line, quantity])
  }

  /** What a partner got: ids of the sets in order, `['997', '855', …]`. */
  got(partner: string): string[] {
    return this.sent.filter((one) => one.partner === partner).map((one) => one.id)
  }

  /** The documents of one kind that a partner got. */
  documents(partner: string, id: string): SentSet[] {
    return this.sent.filter((one) => one.partner === partner && one.id === id)
  }

  /** Titles of the cases that were opened. */
  cases(): EventData['case.opened'][] {
    return this.of('case.opened')
  }

  async close(): Promise<void> {
    this.systems.hub = undefined
    await this.until(this.hub.close())
    this.#hub = undefined
  }

  /** Lets simulated time go on until a promise is settled. */
  async until<T>(work: Promise<T>): Promise<T> {
    const settled = { yes: false }
    const watched = work.finally(() => {
      settled.yes = true
    })
    watched.catch(() => {}) // the caller hears it below
    await this.time.run({ until: () => settled.yes })
    return work
  }

  /** A partner without a simulator: it reads everything and acknowledges it. */
  #correspond({ name, speaks }: PartnerDefinition): MailRoute {
    const route = mailRoute({ name, clock: this.time, scheduler: this.time, hub: () => this.#hub })
    const [ours, theirs] = [speaks.theirs, speaks.ours].map((identity) => {
      const [qualifier = '', id = ''] = identity.split(':')
      return { qualifier, id }
    }) as [{ qualifier: string; id: string }, { qualifier: string; id: string }]
    const usage = speaks.usage ?? 'P'
    const office = new PostOffice({ ours, theirs, usage }, route.bag, () => this.time.now())
    route.reader = { poll: () => office.collect({ set: () => {}, answers: () => {}, repeated: () => {} }) }
    return route
  }

  /** Notes every set that comes to a partner, before the partner reads it. */
  #readAlong(partner: string, route: MailRoute): void {
    const { reader } = route
    route.reader = {
      poll: async () => {
        for (const name of await route.bag.waiting()) this.#note(partner, await route.bag.read(name))
        return reader?.poll()
      },
    }
  }

  #note(partner: string, bytes: Uint8Array): void {
    const at = this.time.now()
    if (languageOf(bytes) === 'edifact') {
      for (const { reference: control, messages } of readEdifact(bytes).interchanges)
        for (const message of messages) this.sent.push({ partner, id: message.type, control, at, message })
      return
    }
    for (const interchange of readX12(bytes).interchanges) {
      const answers = readAnswers(interchange)
      const control = interchange.controlNumber
      if (answers.interchanges.length > 0) this.sent.push({ partner, id: 'TA1', control, at, answers })
      for (const set of interchange.groups.flatMap((group) => group.sets)) {
        this.sent.push({ partner, id: set.id, control, at, set, ...(set.id === '997' ? { answers } : {}) })
      }
    }
  }
}

/** A partner that takes its mail and does nothing with it. */
function discarding(route: MailRoute | undefined): void {
  if (!route) throw new Error('Nobody is to be silent who has no mail.')
  const { bag } = route
  route.reader = { poll: async () => Promise.all((await bag.waiting()).map((file) => bag.done(file))) }
}

/** The elements of every segment of this name in a set, or in a message. */
export function segments(set: { readonly segments: SegmentTable } | undefined, tag: string): string[][] {
  if (!set) return []
  const found: string[][] = []
  for (let at = 0; at < set.segments.length; at += 1) {
    if (set.segments.tag(at) !== tag) continue
    const count = set.segments.count(at)
    found.push(Array.from({ length: count }, (_, element) => set.segments.at(at, element + 1)))
  }
  return found
}
