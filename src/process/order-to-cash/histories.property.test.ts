import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Asked } from '../../../test/support/given.ts'
import { anOrder, EA, GivenOrder, line, ORDER, SUBJECT } from '../../../test/support/given-order.ts'
import { seededRandom } from '../../base/random.ts'
import { foldOrder } from '../../lifecycle/order-fold.ts'
import { allocated } from '../../lifecycle/order-line.ts'
import { loadOrder, saveOrder, unknownOrder } from '../../lifecycle/order-state.ts'
import { loadProcess, saveProcess } from './state.ts'

const RUNS = Number(process.env['CROSSDOCK_HISTORIES'] ?? 150)

/** Systems that answer and report at random: some of it legal, some not, some of it twice, some in the wrong order. */
class Chaos {
  readonly given: GivenOrder
  readonly #random: () => number
  #cartons = 0
  #changes = 0
  #shipments = 0
  #invoices = 0

  constructor(seed: number) {
    const random = seededRandom(seed)
    this.#random = () => random.next()
    const stock = {
      DC1: { A: this.#upTo(20), B: this.#upTo(10), A2: this.#upTo(10) },
      DC2: { A: this.#upTo(20), B: this.#upTo(10), A2: 0 },
    }
    this.given = new GivenOrder({ stock, options: { backorders: { first: '10m', longest: '1h' } } })
    this.given.received(
      anOrder({
        ...(this.#chance(0.5) ? { channel: 'bigbox', partner: 'bigbox' } : {}),
        backorders: this.#chance(0.7),
        substitutions: this.#chance(0.5),
        shipComplete: this.#chance(0.2),
        lines: [line('1', 'A', 1 + this.#upTo(14), { substitutes: ['A2'] }), line('2', 'B', 1 + this.#upTo(6))],
      }),
    )
  }

  #upTo(most: number): number {
    return Math.floor(this.#random() * (most + 1))
  }

  #chance(share: number): boolean {
    return this.#random() < share
  }

  #one<T>(of: readonly T[]): T | undefined {
    return of[Math.floor(this.#random() * of.length)]
  }

  step(): void {
    const act = this.#random()
    if (act < 0.4) this.answer()
    else if (act < 0.8) this.report()
    else if (act < 0.86) this.cancel()
    else if (act < 0.9) this.change()
    else if (act < 0.96) this.given.floor.passes(this.#upTo(3_600_000))
    else this.given.floor.restarts()
  }

  /** Requests to one target that share a chain are answered one after another. */
  #heads(): Asked[] {
    const chains = new Map<string, Asked>()
    for (const asked of this.given.floor.asked) {
      const chain = `${asked.target} ${asked.chain}`
      if (!chains.has(chain)) chains.set(chain, asked)
    }
    return [...chains.values()]
  }

  answer(kindly = false): void {
    const asked = this.#one(this.#heads())
    if (!asked) return
    const answers: Record<string, () => Record<string, unknown>> = {
      'credit.check': () => ({ decision: kindly || this.#chance(0.95) ? 'approved' : 'declined' }),
      'price.check': () => ({ agrees: true, lines: [] }),
      'order.post': () => ({ number: 'SO-1' }),
      'order.change': () => (this.#chance(0.7) ? {} : { accepted: false, reason: 'not at that price' }),
      'warehouse.release': () => ({
        status: kindly ? 'accepted' : this.#one(['accepted', 'accepted', 'rejected', 'deferred']),
      }),
      'warehouse.recall': () => ({ status: this.#one(['confirmed', 'refused']) }),
      'invoice.request': () => {
        this.#invoices += 1
        return { number: `INV-${this.#invoices}`, total: { amount: '1.00', currency: 'USD' }, lines: [] }
      },
    }
    this.given.floor.answers(asked, { result: 'done', answer: answers[asked.verb]?.() ?? {} })
  }

  report(): void {
    const release = this.#one(this.given.order.releases)
    if (!release) return
    const from = release.facility === 'DC1' ? 'wms-east' : 'wms-west'
    const row = this.#one(release.lines)
    if (!row) return
    const item = this.given.order.lines.find((one) => one.line === row.line)?.item ?? ''
    const quantity = this.#upTo(Math.ceil(row.quantity / EA) + 1) * EA
    const part = { line: row.line, item, quantity }
    const options = { from, sequence: null }
    switch (this.#upTo(4)) {
      case 0:
        this.given.reports('pick.confirmed', { release: release.release, lines: [part] }, options)
        break
      case 1:
        this.given.reports(
          'pick.short',
          { release: release.release, facility: release.facility, lines: [{ ...part, reason: 'not_found' }] },
          options,
        )
        break
      case 2: {
        if (this.#chance(0.8)) this.#cartons += 1
        const packed = { ...part, quantity: Math.min(quantity, row.picked - row.packed) }
        if (packed.quantity <= 0) return
        const carton = { carton: `C-${this.#cartons}`, lines: [packed] }
        this.given.reports('carton.closed', { release: release.release, carton }, options)
        break
      }
      default: {
        if (this.#chance(0.8)) this.#shipments += 1
        const data = {
          order: ORDER,
          release: release.release,
          shipment: `S-${this.#shipments}`,
          facility: release.facility,
          cartons: [],
          shipDate: '2026-01-05',
        }
        this.given.reports('shipment.dispatched', data, options)
      }
    }
  }

  cancel(): void {
    const chosen = this.#one(this.given.order.lines)
    const lines =
      this.#chance(0.5) && chosen ? [{ line: chosen.line, item: '', quantity: (1 + this.#upTo(5)) * EA }] : undefined
    const data = { by: 'shop', reason: 'changed my mind', ...(lines ? { lines } : {}) }
    this.given.records('order.cancellation_requested', data, 'intake')
  }

  change(): void {
    const chosen = this.#one(this.given.order.lines)
    if (!chosen || chosen.line.includes('.')) return
    if (this.#chance(0.5)) this.changeDocument(chosen.line)
    const lines = [{ line: chosen.line, quantity: (1 + this.#upTo(15)) * EA }]
    this.given.records('order.change_requested', { by: 'shop', reason: 'other quantity', lines }, 'intake')
  }

  /** An 860: less or more of a line, none of it, another price or day, a line that joins, or the whole order cancelled. */
  changeDocument(chosen: string): void {
    this.#changes += 1
    const quantity = String(this.#upTo(15))
    const change =
      this.#one(['delete', 'change', 'change', 'changePriceAndQuantity', 'reschedule', 'add'] as const) ?? 'change'
    const price = this.#chance(0.5) ? { price: { amount: String(8 + this.#upTo(4)) } } : {}
    const dates = this.#chance(0.5) ? { dates: { shipNotBefore: `2026-01-0${3 + this.#upTo(3)}` } } : {}
    const asked = {
      customerLine: `${chosen}0`,
      ids: {},
      change,
      leftToReceive: quantity,
      uom: 'EA',
      ...price,
      ...dates,
    }
    const joins = {
      ...asked,
      customerLine: `9${this.#upTo(2)}`,
      added: line('1', this.#one(['A', 'B']) ?? 'A', 1 + this.#upTo(5)),
    }
    const purpose = this.#chance(0.2) ? 'cancel' : 'change'
    const document = `r-${this.#changes}`
    this.given.records(
      'order.change_received',
      {
        by: 'bigbox',
        reason: 'less',
        document,
        purpose,
        lines: [change === 'add' ? joins : asked],
        ...(this.#chance(0.2) ? dates : {}),
      },
      'intake',
    )
  }

  /** Everybody does their job until nothing is left to do. */
  settles(): void {
    this.given.counted('DC1', {})
    this.restock()
    for (let round = 0; round < 60 && !this.given.order.over && !this.given.order.rejected; round += 1) {
      while (this.given.floor.asked.length > 0) this.answer(true)
      for (const hold of [...this.given.order.holds]) {
        this.given.reports('order.hold_lifted', { hold, by: 'desk' }, { from: 'erp', sequence: null })
      }
      for (const release of [...this.given.order.releases]) {
        if (release.status !== 'accepted') continue
        const from = release.facility === 'DC1' ? 'wms-east' : 'wms-west'
        for (const row of release.lines) this.pickAndShip(release.release, row.line, from)
      }
      this.given.floor.passes(3_600_000)
    }
  }

  pickAndShip(release: string, name: string, from: string): void {
    const found = this.given.order.releases.find((one) => one.release === release)
    const row = found?.lines.find((one) => one.line === name)
    const item = this.given.order.lines.find((one) => one.line === name)?.item ?? ''
    if (!found || !row) return
    const left = row.quantity - row.recalled - row.shorted - row.picked
    const options = { from, sequence: null }
    if (left > 0)
      this.given.reports('pick.confirmed', { release, lines: [{ line: name, item, quantity: left }] }, options)
    const unpacked = row.picked - row.packed
    this.#cartons += 1
    const carton = { carton: `C-${this.#cartons}`, lines: [{ line: name, item, quantity: unpacked }] }
    if (unpacked > 0) this.given.reports('carton.closed', { release, carton }, options)
    this.#shipments += 1
    const shipment = `S-${this.#shipments}`
    if (row.packed > row.shipped) {
      const data = { order: ORDER, release, shipment, facility: found.facility, cartons: [], shipDate: '2026-01-05' }
      this.given.reports('shipment.dispatched', data, options)
    }
  }

  restock(): void {
    for (const [facility, source] of [
      ['DC1', 'wms-east'],
      ['DC2', 'wms-west'],
    ] as const) {
      const lines = ['A', 'B', 'A2'].map((item) => ({ item, status: 'available' as const, quantity: 500 * EA }))
      this.given.floor.takes({
        kind: 'report',
        type: 'inventory.received',
        subject: `acme/stock/${facility}`,
        source,
        occurredAt: this.given.floor.now,
        data: { facility, lines },
      })
    }
  }
}

test('whatever systems say, in whatever order, the ledger adds up at every step', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 60 }), (seed, steps) => {
      const chaos = new Chaos(seed)
      for (let n = 0; n < steps; n += 1) {
        chaos.step()
        expect(chaos.given.violations).toEqual([])
      }
    }),
    { numRuns: RUNS },
  )
})

test('what is loaded after a restart is what was saved, and both are a fold of the journal', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 60 }), (seed, steps) => {
      const { given } = wild(seed, steps)
      const folded = unknownOrder(SUBJECT)
      for (const event of given.floor.events) if (event.subject === SUBJECT) foldOrder(folded, event)
      expect(loadOrder(SUBJECT, saveOrder(given.order))).toEqual(plain(given.order))
      expect(plain(folded)).toEqual(plain(given.order))
      const row = saveProcess(given.process)
      if (row) expect(saveProcess(loadProcess(SUBJECT, row))).toEqual(row)
    }),
    { numRuns: RUNS },
  )
})

test('stock and order agree: what the order has reserved and released is what the facilities keep for it', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 60 }), (seed, steps) => {
      const { given } = wild(seed, steps)
      for (const item of ['A', 'B', 'A2']) {
        const lines = given.order.lines.filter((one) => one.item === item)
        const kept = ['DC1', 'DC2'].map((facility) =>
          given.floor.state<{ reserved: number; allocated: number }>('inventory', `acme/stock/${facility}/${item}`),
        )
        const sum = (of: (position: { reserved: number; allocated: number }) => number) =>
          kept.reduce((all, one) => all + of(one), 0)
        expect(sum((one) => one.reserved)).toBe(lines.reduce((all, one) => all + one.reserved, 0))
        expect(sum((one) => one.allocated)).toBe(lines.reduce((all, one) => all + allocated(one), 0))
      }
    }),
    { numRuns: RUNS },
  )
})

test('when everybody does their job in the end, every order comes to an end', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 0, max: 40 }), (seed, steps) => {
      const chaos = wild(seed, steps)
      chaos.settles()
      const { given } = chaos
      expect(given.violations).toEqual([])
      expect([given.order.over || given.order.rejected, given.stage]).toEqual([true, expect.any(String)])
      const billed = given.order.lines.every((one) => one.invoiced === one.shipped)
      expect(billed || given.order.rejected).toBe(true)
      const answered = given
        .told('document.issued')
        .filter(({ document }) => document === 'order-change-acknowledgement')
      const changes = given.told('order.change_received').map(({ document }) => document)
      const [received] = given.told('order.received')
      if (received?.partner) expect(answered.map(({ key }) => key).sort()).toEqual(changes.sort())
    }),
    { numRuns: RUNS },
  )
})

function wild(seed: number, steps: number): Chaos {
  const chaos = new Chaos(seed)
  for (let n = 0; n < steps; n += 1) chaos.step()
  return chaos
}

/** Without members that are undefined: they are not written. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))
