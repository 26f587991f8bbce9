/** A journal written by hand, with the orders' own rows beside it, on any store. For tests and measurements. */

import type { JournalEvent } from '../journal/contract.ts'
import { encodeEvent } from '../journal/encode.ts'
import type { EventData, EventType, OrderFacts } from '../lifecycle/events.ts'
import { orderTable } from '../lifecycle/order.ts'
import { type OrderFactsState, orderFacts, orderFactsTable } from '../lifecycle/order-facts.ts'
import { foldOrder } from '../lifecycle/order-fold.ts'
import { type OrderState, saveOrder, unknownOrder } from '../lifecycle/order-state.ts'
import { laneOfSubject } from '../lifecycle/subject.ts'
import type { LaneRow, Row, Store, TableSpec } from '../store/contract.ts'

interface Kept {
  readonly order: OrderState
  readonly facts: OrderFactsState
}

export class JournalUnderTest {
  readonly #store: Store
  readonly #lanes = new Map<number, LaneRow>()
  readonly #kept = new Map<string, Kept>()
  #now = 1_700_000_000_000
  #events: JournalEvent[] = []
  #marks: [number, number][] = []

  constructor(store: Store) {
    this.#store = store
  }

  get now(): number {
    return this.#now
  }

  async open(): Promise<void> {
    await this.#store.register('test', 'nowhere')
    const free = (await this.#store.lanes()).map(({ lane, epoch }) => ({ lane, epoch }))
    for (const row of await this.#store.takeLanes('test', free)) this.#lanes.set(row.lane, { ...row })
  }

  passes(ms: number): void {
    this.#now += ms
  }

  /** Appends an event to the turn that {@link commit} writes. */
  says<T extends EventType>(subject: string, type: T, data: EventData[T], source = 'test'): JournalEvent {
    const lane = this.#lanes.get(laneOfSubject(subject)) as { -readonly [K in keyof LaneRow]: LaneRow[K] }
    lane.head += 1
    const event: JournalEvent = {
      lane: lane.lane,
      position: lane.head,
      type,
      version: 1,
      subject,
      at: this.#now,
      occurredAt: this.#now,
      source,
      correlation: subject,
      data,
    }
    this.#events.push(event)
    const { order, facts } = this.#keptOf(subject)
    foldOrder(order, event)
    orderFacts.fold(facts, event, subject)
    return event
  }

  /** The request planned by this event got through. */
  marks(event: JournalEvent): void {
    this.#marks.push([event.lane, event.position])
  }

  async commit(): Promise<void> {
    const events = this.#events
    this.#events = []
    const touched = [...new Set([...events.map((event) => event.lane), ...this.#marks.map(([lane]) => lane)])]
    const lanes = touched
      .sort((a, b) => a - b)
      .map((number) => {
        const { lane, epoch, head, delivered } = this.#lanes.get(number) as LaneRow
        const oldHead = head - events.filter((event) => event.lane === lane).length
        return { lane, epoch, oldHead, newHead: head, delivered }
      })
    const marks = packed(this.#marks, this.#now)
    this.#marks = []
    await this.#store.commit({
      lanes,
      entries: events.map(encodeEvent),
      receipts: [],
      keys: [],
      upserts: this.#rows(new Set(events.map((event) => event.subject))),
      deletes: new Map(),
      inbox: [],
      inboxDone: [],
      marks,
      at: this.#now,
    })
  }

  #rows(subjects: ReadonlySet<string>): Map<TableSpec, Row[]> {
    const states: Row[] = []
    const facts: Row[] = []
    for (const subject of subjects) {
      const kept = this.#keptOf(subject)
      if (!subject.includes('/order/')) continue
      const lane = laneOfSubject(subject)
      states.push([lane, subject, ...saveOrder(kept.order)])
      const row = orderFacts.save(kept.facts)
      if (row) facts.push([lane, subject, ...row])
    }
    return new Map([
      [orderTable, states],
      [orderFactsTable, facts],
    ])
  }

  #keptOf(subject: string): Kept {
    let kept = this.#kept.get(subject)
    if (!kept) {
      kept = { order: unknownOrder(subject), facts: { facts: undefined } }
      this.#kept.set(subject, kept)
    }
    return kept
  }
}

function packed(marks: readonly (readonly [number, number])[], now: number): Uint8Array {
  const bytes = Buffer.alloc(marks.length * 12)
  marks.forEach(([lane, position], at) => {
    bytes.writeUInt16BE(lane, at * 12)
    bytes.writeUIntBE(position, at * 12 + 2, 6)
    bytes.writeUInt32BE(Math.floor(now / 1000), at * 12 + 8)
  })
  return bytes
}

/** The facts of an order of two lines from a partner or a shop. */
export function factsOf(id: string, customerOrder: string, channel = 'shop'): OrderFacts {
  const line = (number: string, item: string, pieces: number) => ({
    line: number,
    customerLine: `00${number}0`,
    item,
    ids: { sku: item },
    ordered: { value: String(pieces), uom: 'EA' },
    base: pieces * 1_000_000,
    baseUnit: 'EA',
    factor: [1, 1] as const,
    price: { amount: '2.50', currency: 'USD', per: 1 as const, uom: 'EA' },
  })
  return {
    id,
    channel,
    soldTo: 'C1',
    customerOrder,
    orderDate: '2026-11-20',
    currency: 'USD',
    lines: [line('1', 'bolts', 10), line('2', 'nuts', 4)],
    parties: [],
    charges: [{ type: 'freight', amount: { amount: '5.00', currency: 'USD' } }],
    shipComplete: false,
    backorders: true,
    substitutions: false,
    references: [],
    test: false,
  }
}
