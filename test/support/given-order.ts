/** An order and its landscape, for tests of what happens to orders: two warehouses, an ERP, a shop, a carrier. */
import { inventory } from '../../src/inventory/stock.ts'
import type { JournalEvent } from '../../src/journal/contract.ts'
import { type AuthorityProfile, delegatedToCrossdock } from '../../src/lifecycle/authority.ts'
import type { EventData, EventType, OrderFacts, OrderLineFacts } from '../../src/lifecycle/events.ts'
import { invoiceLifecycle } from '../../src/lifecycle/invoice.ts'
import { orderLifecycle } from '../../src/lifecycle/order.ts'
import { type OrderFactsState, orderFacts } from '../../src/lifecycle/order-facts.ts'
import { violations } from '../../src/lifecycle/order-line.ts'
import { type OrderState, orderState } from '../../src/lifecycle/order-state.ts'
import { shipmentLifecycle } from '../../src/lifecycle/shipment.ts'
import { type OrderToCashOptions, orderToCash } from '../../src/process/order-to-cash/index.ts'
import type { OrderToCash } from '../../src/process/order-to-cash/state.ts'
import { type Asked, Floor } from './given.ts'

export const EA = 1_000_000
export const ORDER = 'o0-00-0000000001-0001'
export const SUBJECT = `acme/order/${ORDER}`
export const WAREHOUSES = { DC1: 'wms-east', DC2: 'wms-west' }

export const delegated = delegatedToCrossdock({ erp: 'erp', warehouses: WAREHOUSES, carriers: ['tms'] })

/** A line of `pieces` of an item at a price. */
export function line(
  number: string,
  item: string | undefined,
  pieces: number,
  more: Partial<OrderLineFacts> = {},
): OrderLineFacts {
  return {
    line: number,
    customerLine: `${number}0`,
    ...(item === undefined ? {} : { item }),
    ids: { BP: `B-${item}` },
    ordered: { value: String(pieces), uom: 'EA' },
    base: pieces * EA,
    baseUnit: 'EA',
    factor: [1, 1],
    price: { amount: '10.00', currency: 'USD', per: 1, uom: 'EA' },
    ...more,
  }
}

/** An order of a shop, ten pieces of A and five of B, unless said otherwise. */
export function anOrder(more: Partial<OrderFacts> = {}): OrderFacts {
  return {
    id: ORDER,
    channel: 'shop',
    soldTo: 'C-100',
    customerOrder: 'PO-4711',
    orderDate: '2026-01-05',
    currency: 'USD',
    lines: [line('1', 'A', 10), line('2', 'B', 5)],
    parties: [{ role: 'ST', name: 'Store 7', id: 'S7' }],
    charges: [],
    shipComplete: false,
    backorders: true,
    substitutions: false,
    references: [],
    test: false,
    ...more,
  }
}

type Stock = Readonly<Record<string, Readonly<Record<string, number>>>>

/** The landscape a test is given. */
export interface Landscape {
  readonly authority?: AuthorityProfile
  readonly options?: Partial<OrderToCashOptions>
  /** Opening stock in pieces, by facility and item. Plenty of A and B in DC1 when absent. */
  readonly stock?: Stock
}

/** The truck an order leaves on. */
interface Truck {
  readonly from?: string
  readonly shipment?: string
  readonly carton?: string
  readonly scac?: string
  readonly service?: string
}

/** One order on the floor of all rooms that ride in its turns. */
export class GivenOrder {
  readonly floor: Floor
  #sequences: Record<string, number> = {}

  constructor({ authority = delegated, options = {}, stock = { DC1: { A: 100, B: 100 } } }: Landscape = {}) {
    const process = orderToCash({
      erp: 'erp',
      carrier: 'tms',
      authority,
      warehouses: [
        { facility: 'DC1', system: 'wms-east' },
        { facility: 'DC2', system: 'wms-west' },
      ],
      ...options,
    })
    this.floor = new Floor([
      orderLifecycle({ authority }),
      orderFacts,
      process.room,
      shipmentLifecycle({ authority }),
      invoiceLifecycle,
      inventory({ facilities: ['DC1', 'DC2'] }),
    ])
    for (const [facility, items] of Object.entries(stock)) this.counted(facility, items)
  }

  /** A warehouse counts its opening stock. */
  counted(facility: string, items: Readonly<Record<string, number>>): void {
    const lines = Object.entries(items).map(([item, pieces]) => ({
      item,
      status: 'available' as const,
      quantity: pieces * EA,
    }))
    this.floor.takes({
      kind: 'report',
      type: 'inventory.counted',
      subject: `acme/stock/${facility}`,
      source: WAREHOUSES[facility as 'DC1'] ?? facility,
      occurredAt: this.floor.now,
      data: { facility, lines },
    })
  }

  /** Intake understood the order. The harness has no intake room: it records what that room would. */
  received(facts: OrderFacts = anOrder(), ...holds: EventData['order.held'][]): this {
    this.records('order.received', facts, 'shop')
    for (const held of holds) this.records('order.held', held, 'intake')
    return this
  }

  /** Records an event as another room of the order, or of another subject, would decide it. */
  records<T extends EventType>(type: T, data: EventData[T], source: string, subject = SUBJECT): JournalEvent[] {
    const intake = {
      name: source,
      about: subject.split('/')[1] ?? '',
      table: { name: '', key: [], columns: [] },
      initial: () => ({}),
      load: () => ({}),
      save: () => null,
      fold: () => false,
      decide: () => undefined,
    }
    return this.floor.says({ type, data } as never, intake, subject)
  }

  /** A system reports; its counter goes up by itself. */
  reports<T extends EventType>(
    type: T,
    data: Partial<EventData[T]>,
    { from = 'wms-east', sequence, at }: { from?: string; sequence?: number | null; at?: number } = {},
  ): JournalEvent[] {
    const next = sequence ?? (this.#sequences[from] ?? 0) + 1
    if (sequence !== null) this.#sequences[from] = Math.max(next, this.#sequences[from] ?? 0)
    return this.floor.takes({
      kind: 'report',
      type,
      subject: SUBJECT,
      source: from,
      ...(sequence === null ? {} : { sequence: next }),
      occurredAt: at ?? this.floor.now,
      data: data as EventData[T],
    })
  }

  arrives(type: string, data: unknown, source = 'erp'): JournalEvent[] {
    return this.floor.takes({ kind: 'arrival', type, subject: SUBJECT, source, occurredAt: this.floor.now, data })
  }

  /** The one request of this verb that waits for its answer. */
  asked(verb: string): Asked {
    const found = this.floor.asked.filter((one) => one.verb === verb)
    if (found.length !== 1) throw new Error(`${found.length} requests “${verb}” wait, not one`)
    return found[0] as Asked
  }

  allAsked(verb: string): Asked[] {
    return this.floor.asked.filter((one) => one.verb === verb)
  }

  answers(verb: string, answer: Record<string, unknown>): JournalEvent[] {
    return this.floor.answers(this.asked(verb), { result: 'done', answer })
  }

  refuses(verb: string, reason: string): JournalEvent[] {
    return this.floor.answers(this.asked(verb), { result: 'refused', retry: 'never', reason })
  }

  /** The ERP says yes to credit and prices. */
  approved(): this {
    this.answers('credit.check', { decision: 'approved' })
    this.answers('price.check', { agrees: true, lines: [] })
    return this
  }

  /** Every warehouse that was asked takes its release. */
  released(): this {
    for (const asked of this.allAsked('warehouse.release')) {
      this.floor.answers(asked, { result: 'done', answer: { status: 'accepted' } })
    }
    return this
  }

  /** Received, checked, promised, posted and at the warehouse. */
  atTheWarehouse(facts: OrderFacts = anOrder()): this {
    this.received(facts).approved()
    this.answers('order.post', { number: 'SO-1' })
    return this.released()
  }

  /** Picks everything of a release, packs it into one carton and ships it. */
  ships(release: string, { from = 'wms-east', shipment = 'S-1', carton = 'C-1', ...truck }: Truck = {}): this {
    const found = this.order.releases.find((one) => one.release === release)
    if (!found) throw new Error(`no release ${release}`)
    const lines = found.lines
      .map((row) => ({
        line: row.line,
        item: this.order.lines.find((one) => one.line === row.line)?.item ?? '',
        quantity: row.quantity - row.recalled - row.shorted - row.picked,
      }))
      .filter((part) => part.quantity > 0)
    if (lines.length > 0) this.reports('pick.confirmed', { release, lines }, { from })
    const packed = found.lines
      .map((row) => ({
        line: row.line,
        item: this.order.lines.find((one) => one.line === row.line)?.item ?? '',
        quantity: row.picked - row.packed,
      }))
      .filter((part) => part.quantity > 0)
    this.reports('carton.closed', { release, carton: { carton, sscc: '000000000000000017', lines: packed } }, { from })
    this.reports(
      'shipment.manifested',
      { order: ORDER, release, shipment, scac: 'UPSN', tracking: [{ carton, tracking: `1Z${carton}` }] },
      { from },
    )
    this.reports(
      'shipment.dispatched',
      {
        order: ORDER,
        release,
        shipment,
        facility: found.facility,
        cartons: [{ carton, lines: [] }],
        shipDate: '2026-01-05',
        ...truck,
      },
      { from },
    )
    return this
  }

  /** The ERP posts the invoice of the shipment it was asked for. */
  invoiced(number = 'INV-1'): this {
    this.answers('invoice.request', {
      number,
      date: '2026-01-05',
      total: { amount: '150.00', currency: 'USD' },
      lines: [],
    })
    return this
  }

  get facts(): OrderFacts {
    return (this.floor.state('order-facts', this.order.subject) as OrderFactsState).facts as OrderFacts
  }

  get order(): OrderState {
    return this.floor.state('lifecycle', SUBJECT)
  }

  get process(): OrderToCash {
    return this.floor.state('order-to-cash', SUBJECT)
  }

  get stage(): string {
    return orderState(this.order)
  }

  /** The types of all events of the order and its roots, in order, without requests. */
  get story(): string[] {
    return this.floor.events.filter((event) => event.type !== 'delivery.planned').map((event) => event.type)
  }

  told<T extends EventType>(type: T): EventData[T][] {
    return this.floor.events.filter((event) => event.type === type).map((event) => event.data as EventData[T])
  }

  refusals(): EventData['report.refused'][] {
    return this.told('report.refused')
  }

  /** What is wrong with the order's ledger: nothing, at any time. */
  get violations(): string[] {
    return this.order.lines.flatMap((one) => violations(one).map((rule) => `line ${one.line}: ${rule}`))
  }

  /** Pieces of a line, by a name of the ledger. */
  pieces(
    number: string,
    what:
      | 'reserved'
      | 'released'
      | 'picked'
      | 'shipped'
      | 'invoiced'
      | 'cancelled'
      | 'recalled'
      | 'ordered'
      | 'substituted',
  ): number {
    const found = this.order.lines.find((one) => one.line === number)
    if (!found) throw new Error(`no line ${number}`)
    return found[what] / EA
  }
}
