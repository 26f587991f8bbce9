import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MICROS } from '../base/quantity.ts'
import type { EventData, LineQuantity } from '../lifecycle/events.ts'
import { belowZero } from './below-zero.ts'
import { onHand, violations } from './position.ts'
import { promisableNow } from './promise.ts'
import { StockUnderTest } from './room-under-test.ts'

const ITEMS = ['bolts', 'nuts', 'cheese']
const FENCES = ['market', 'C1', undefined]

type Step =
  | { readonly do: 'source'; readonly order: string; readonly wants: readonly number[]; readonly channel: string }
  | { readonly do: 'free' | 'release' | 'recall' | 'ship'; readonly order: string; readonly share: number }
  | { readonly do: 'short'; readonly order: string; readonly share: number }
  | { readonly do: 'clear'; readonly item: string; readonly quantity: number }
  | { readonly do: 'backorder' | 'cancel'; readonly order: string; readonly item: string; readonly quantity: number }
  | { readonly do: 'wait'; readonly seconds: number }
  | { readonly do: 'receive' | 'adjust' | 'block' | 'unblock'; readonly item: string; readonly quantity: number }
  | { readonly do: 'policy'; readonly item: string; readonly safety: number; readonly fence: number }
  | { readonly do: 'restart' }

const order = fc.constantFrom('o1', 'o2', 'o3')
const share = fc.integer({ min: 1, max: 4 })
const item = fc.constantFrom(...ITEMS)
const quantity = fc.integer({ min: 1, max: 30 })

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant('source' as const),
    order,
    wants: fc.array(fc.integer({ min: 0, max: 25 }), { minLength: 3, maxLength: 3 }),
    channel: fc.constantFrom('market', 'shop'),
  }),
  fc.record({
    do: fc.constantFrom('free' as const, 'release' as const, 'recall' as const, 'ship' as const),
    order,
    share,
  }),
  fc.record({ do: fc.constantFrom('release' as const, 'ship' as const), order, share }),
  fc.record({ do: fc.constant('short' as const), order, share }),
  fc.record({
    do: fc.constantFrom('receive' as const, 'adjust' as const, 'block' as const, 'unblock' as const),
    item,
    quantity,
  }),
  fc.record({
    do: fc.constant('policy' as const),
    item,
    safety: fc.integer({ min: 0, max: 10 }),
    fence: fc.integer({ min: 0, max: 40 }),
  }),
  fc.record({ do: fc.constant('clear' as const), item, quantity }),
  fc.record({ do: fc.constantFrom('backorder' as const, 'cancel' as const), order, item, quantity }),
  fc.record({ do: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 40 }) }),
  fc.constant({ do: 'restart' as const }),
)

/** A facility, and the sums that an independent bookkeeper would keep beside it. */
class Ledger {
  readonly stock = new StockUnderTest('DC1', { facilities: ['DC1'] })
  readonly physical = new Map(ITEMS.map((name) => [name, 100 * MICROS]))
  #attempt = 0
  #shipment = 0

  constructor() {
    const lines = ITEMS.map((name) => ({ item: name, status: 'available' as const, quantity: 100 * MICROS }))
    this.stock.reports('inventory.counted', { facility: 'DC1', lines })
  }

  take(next: Step): void {
    if (next.do === 'source') this.#source(next)
    else if (next.do === 'policy') this.#policy(next)
    else if (next.do === 'restart') this.stock.restarts()
    else if (next.do === 'wait') this.stock.passes(next.seconds * 1_000)
    else if (next.do === 'backorder' || next.do === 'cancel') this.#waits(next)
    else if (next.do === 'clear') this.#clear(next.item, next.quantity * MICROS)
    else if ('item' in next) this.#move(next.do, next.item, next.quantity * MICROS)
    else this.#work(next.do, next.order, next.share)
  }

  #source({ order: id, wants, channel }: Extract<Step, { do: 'source' }>): void {
    this.#attempt += 1
    const lines = wants.flatMap((want, at) =>
      want === 0 ? [] : [{ line: `${this.#attempt}-${at}`, item: ITEMS[at] as string, quantity: want * MICROS }],
    )
    if (lines.length === 0) return
    const parts = [{ facility: 'DC1', lines, whole: true }]
    const asked = { attempt: this.#attempt, by: 'order-to-cash', customer: 'C1', channel, parts }
    const [answer] = this.stock.hears('order.sourced', id, asked)
    if (answer?.type !== 'inventory.reserved') return
    for (const line of lines) expect(this.#unpromised(line.item)).toBeGreaterThanOrEqual(0)
  }

  #unpromised(name: string): number {
    const { available, allocated, reserved } = this.stock.position(name)
    return available - allocated - reserved
  }

  #policy({ item: name, safety, fence }: Extract<Step, { do: 'policy' }>): void {
    const commitments = { market: fence * MICROS }
    const lines = [{ item: name, safetyStock: safety * MICROS, commitments }]
    this.stock.reports('inventory.policy_set', { facility: 'DC1', lines }, 'erp')
  }

  #move(what: 'receive' | 'adjust' | 'block' | 'unblock', name: string, size: number): void {
    const facility = 'DC1'
    if (what === 'receive') {
      const lines = [{ item: name, status: 'available' as const, quantity: size }]
      this.stock.reports('inventory.received', { facility, lines })
      this.#physically(name, size)
    } else if (what === 'adjust') {
      const lines = [{ item: name, status: 'available' as const, delta: -size, reason: 'count' }]
      this.stock.reports('inventory.adjusted', { facility, lines })
    } else {
      const [from, to] = what === 'block' ? (['available', 'hold'] as const) : (['hold', 'available'] as const)
      this.stock.reports('inventory.status_changed', { facility, lines: [{ item: name, from, to, quantity: size }] })
    }
  }

  #waits({ do: what, order: id, item: name, quantity: size }: Extract<Step, { do: 'backorder' | 'cancel' }>): void {
    const lines = [{ line: `w-${name}`, item: name, quantity: size * MICROS }]
    if (what === 'backorder') this.stock.hears('order.line_backordered', id, { lines, reason: 'none' })
    else this.stock.hears('order.line_cancelled', id, { lines, reason: 'wish', by: 'shop' })
  }

  /** What was short is written off, also before the book knows that it was short. */
  #clear(name: string, size: number): void {
    const lines = [{ item: name, status: 'suspect' as const, delta: -size, reason: 'write-off' }]
    this.stock.reports('inventory.adjusted', { facility: 'DC1', lines })
  }

  /** Moves a share (a quarter to all) of what the order holds one stage on. */
  #work(what: 'free' | 'release' | 'recall' | 'ship' | 'short', id: string, quarters: number): void {
    const facility = 'DC1'
    const release = 'R1'
    const stage = what === 'free' || what === 'release' ? 'reserved' : 'allocated'
    const lines = this.#heldBy(id, stage, quarters)
    if (lines.length === 0) return
    const promises = this.#promises()
    if (what === 'free') this.stock.hears('order.reservation_freed', id, { facility, lines, reason: 'test' })
    if (what === 'release') this.stock.hears('order.released', id, { release, facility, lines })
    if (what === 'recall') this.stock.hears('order.recalled', id, { release, facility, lines })
    if (what === 'short') {
      const short = lines.map((line) => ({ ...line, reason: 'not_found' }))
      if (this.#isThere(lines)) {
        this.stock.hears('pick.short', id, { release, facility, lines: short })
        expect(this.#promises()).toEqual(promises)
      }
    }
    if (what === 'ship' && this.#isThere(lines)) {
      this.#shipment += 1
      this.stock.hears('order.shipped', id, { shipment: `S${this.#shipment}`, release, facility, lines })
      for (const line of lines) this.#physically(line.item, -line.quantity)
      expect(this.#promises()).toEqual(promises)
    }
  }

  #heldBy(id: string, stage: 'reserved' | 'allocated', quarters: number): LineQuantity[] {
    return this.stock.reservation(id).lines.flatMap((held) => {
      const size = Math.floor((held[stage] * quarters) / 4)
      return size > 0 ? [{ line: held.line, item: held.item, quantity: size }] : []
    })
  }

  #isThere(lines: readonly LineQuantity[]): boolean {
    return ITEMS.every((name) => {
      const asked = lines.filter((line) => line.item === name).reduce((sum, line) => sum + line.quantity, 0)
      return asked <= this.stock.position(name).available
    })
  }

  #promises(): number[] {
    return ITEMS.flatMap((name) => FENCES.map((fence) => promisableNow(this.stock.position(name), fence)))
  }

  #physically(name: string, change: number): void {
    this.physical.set(name, (this.physical.get(name) as number) + change)
  }

  check(): void {
    for (const name of ITEMS) {
      const position = this.stock.position(name)
      expect(violations(position)).toEqual([])
      expect(onHand(position)).toBe((this.physical.get(name) as number) + this.#adjusted(name))
      const queue = position.waiting?.map((one) => `${one.order} ${one.line}`) ?? []
      expect(new Set(queue).size).toBe(queue.length)
      expect(position.waiting?.every((one) => one.quantity > 0) ?? true).toBe(true)
      for (const early of position.early ?? []) {
        expect(belowZero(early.report, early.data, () => position)).toBeDefined()
      }
      expect(position.reserved).toBe(this.#sum(name, 'reserved'))
      expect(position.allocated).toBe(this.#sum(name, 'allocated'))
    }
  }

  /** Each adjustment of the journal counts, once, whether it waited or not. */
  #adjusted(name: string): number {
    const lines = this.stock.events.flatMap((event) =>
      event.type === 'inventory.adjusted' ? (event.data as EventData['inventory.adjusted']).lines : [],
    )
    return lines.reduce((sum, line) => (line.item === name ? sum + line.delta : sum), 0)
  }

  /** In the end every report that waited was taken or refused, once. */
  finish(): void {
    this.stock.passes(60_000)
    this.check()
    const began = this.stock.events.filter((event) => event.type === 'report.early').map((event) => event.position)
    const ended = this.stock.events.flatMap((event) => (event.data as { waited?: number }).waited ?? [])
    expect(ended.sort((a, b) => a - b)).toEqual(began)
    for (const name of ITEMS) expect(this.stock.position(name).early).toBeUndefined()
    expect(this.stock.timers).toBe(0)
  }

  #sum(name: string, stage: 'reserved' | 'allocated'): number {
    const orders = ['o1', 'o2', 'o3']
    const held = orders.flatMap((id) => this.stock.reservation(id).lines).filter((line) => line.item === name)
    return held.reduce((sum, line) => sum + line[stage], 0)
  }
}

test('whatever happens, nothing is sold twice, no bucket goes below zero, and picks and shipments move no promise', () => {
  const happened = new Map<string, number>()
  fc.assert(
    fc.property(fc.array(step, { minLength: 40, maxLength: 120, size: 'max' }), (steps) => {
      const ledger = new Ledger()
      for (const next of steps) {
        ledger.take(next)
        ledger.check()
      }
      ledger.finish()
      for (const { type } of ledger.stock.events) happened.set(type, (happened.get(type) ?? 0) + 1)
    }),
    { numRuns: 150 },
  )
  // Each kind happened often; the rarest comes about sixty times, drawn anew in each run.
  for (const type of [
    'reserved',
    'reservation_refused',
    'reservation_freed',
    'allocated',
    'deallocated',
    'shorted',
    'shipped',
  ]) {
    expect(happened.get(`inventory.${type}`), type).toBeGreaterThan(20)
  }
  expect(happened.get('inventory.offered')).toBeGreaterThan(20)
  expect(happened.get('report.early')).toBeGreaterThan(20)
  expect(happened.get('report.refused')).toBeGreaterThan(20)
})
