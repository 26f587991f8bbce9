import type { DecideContext, JournalEvent, NewEvent } from '../../journal/contract.ts'
import { CROSSDOCK } from '../../lifecycle/authority.ts'
import type { OrderFacts, OrderLineFacts } from '../../lifecycle/events.ts'
import type { OrderFactsState } from '../../lifecycle/order-facts.ts'
import { foldOrder } from '../../lifecycle/order-fold.ts'
import type { OrderState } from '../../lifecycle/order-state.ts'
import { partsOf } from '../../lifecycle/subject.ts'
import type { Channel, OrderToCashOptions, Warehouse } from './options.ts'
import type { OrderToCash } from './state.ts'

/** What is decided once, when the configuration is read. */
export interface Plant {
  readonly options: OrderToCashOptions
  readonly warehouses: ReadonlyMap<string, Warehouse>
  /** Facilities from the most to the least preferred. */
  readonly facilities: readonly string[]
}

/** What a cell of the process looks at: the process's own state, the order's ledger and facts, and the time. */
export class Moment {
  readonly state: OrderToCash
  readonly plant: Plant
  readonly context: DecideContext
  #order: OrderState | undefined
  #facts: OrderFacts | undefined

  constructor(state: OrderToCash, plant: Plant, context: DecideContext) {
    this.state = state
    this.plant = plant
    this.context = context
  }

  get options(): OrderToCashOptions {
    return this.plant.options
  }

  get now(): number {
    return this.context.now
  }

  get order(): OrderState {
    this.#order ??= this.context.peer<OrderState>('lifecycle')
    return this.#order
  }

  get facts(): OrderFacts {
    this.#facts ??= this.context.peer<OrderFactsState>('order-facts').facts as OrderFacts
    return this.#facts
  }

  get orderId(): string {
    return partsOf(this.state.subject).id
  }

  get tenant(): string {
    return partsOf(this.state.subject).tenant
  }

  get channel(): Channel {
    const { facts } = this
    const known = this.options.channels?.[facts.channel]
    if (known) return known.kind === 'edi' ? { kind: 'edi', partner: known.partner ?? facts.partner } : known
    return facts.partner ? { kind: 'edi', partner: facts.partner } : { kind: 'http' }
  }

  /** The same moment once these events are recorded: for what is decided on top of them in one go. */
  after(events: readonly NewEvent[]): Moment {
    const order = structuredClone(this.order)
    for (const { type, data } of events) {
      foldOrder(order, { type, data, source: CROSSDOCK, at: this.now, occurredAt: this.now } as JournalEvent)
    }
    const later = new Moment(this.state, this.plant, this.context)
    later.#order = order
    return later
  }

  warehouse(facility: string): Warehouse | undefined {
    return this.plant.warehouses.get(facility)
  }

  factsOf(line: string): OrderLineFacts | undefined {
    for (const candidate of this.facts.lines) if (candidate.line === line) return candidate
    return undefined
  }
}
