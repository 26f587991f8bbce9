import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anOrder, EA, GivenOrder, line, ORDER } from '../../../test/support/given-order.ts'
import { nextPlan } from './sourcing.ts'

test('an order that one warehouse has ships from there, the preferred first', () => {
  const given = new GivenOrder({ stock: { DC1: { A: 100, B: 100 }, DC2: { A: 100, B: 100 } } }).received().approved()
  expect(given.told('order.sourced')[0]?.parts).toMatchObject([{ facility: 'DC1', whole: true }])
})

test('an order the preferred warehouse lacks ships whole from the next', () => {
  const given = new GivenOrder({ stock: { DC1: { A: 100, B: 1 }, DC2: { A: 100, B: 100 } } }).received().approved()
  expect(given.order.releases).toMatchObject([{ facility: 'DC2' }])
  expect(given.violations).toEqual([])
})

test('an order no warehouse has alone is split by line', () => {
  const given = new GivenOrder({ stock: { DC1: { A: 100 }, DC2: { B: 100 } } }).received().approved()
  expect(given.order.releases).toMatchObject([
    { facility: 'DC1', lines: [{ line: '1' }] },
    { facility: 'DC2', lines: [{ line: '2' }] },
  ])
  given.released()
  expect(given.stage).toBe('released')
  expect(given.violations).toEqual([])
})

test('what nobody has goes on backorder, the rest is promised and sent', () => {
  const given = new GivenOrder({ stock: { DC1: { A: 4, B: 5 } } }).received().approved()
  expect(given.told('order.line_backordered')).toMatchObject([{ lines: [{ line: '1', quantity: 6 * EA }] }])
  expect(given.told('order.accepted')[0]?.lines).toMatchObject([
    { line: '1', quantity: 4 * EA, backordered: 6 * EA },
    { line: '2', quantity: 5 * EA, backordered: 0 },
  ])
  expect(given.asked('order.status').body).toMatchObject({
    lines: [
      { status: 'accepted' },
      { status: 'backordered', quantity: { value: '6', uom: 'EA' } },
      { status: 'accepted' },
    ],
  })
  expect(given.asked('warehouse.release').body).toMatchObject({ lines: [{ quantity: { value: '4' } }, {}] })
})

test('a customer who takes no backorders gets what there is, and the rest cancelled', () => {
  const given = new GivenOrder({ stock: { DC1: { A: 10 } } }).received(anOrder({ backorders: false })).approved()
  expect(given.pieces('2', 'cancelled')).toBe(5)
  expect(given.order.releases).toMatchObject([{ lines: [{ line: '1', quantity: 10 * EA }] }])
  expect(given.violations).toEqual([])
})

test('a customer who wants all or nothing waits for all', () => {
  const given = new GivenOrder({ stock: { DC1: { A: 10 } } }).received(anOrder({ shipComplete: true })).approved()
  expect(given.order.releases).toEqual([])
  expect(given.stage).toBe('backordered')
  given.counted('DC2', { A: 50, B: 50 })
  given.arrives('stock.arrived', { facility: 'DC2', items: ['A', 'B'] }, 'wms-west')
  expect(given.order.releases).toMatchObject([{ facility: 'DC2', lines: [{ line: '1' }, { line: '2' }] }])
})

test('goods that come in are promised to the order that has waited for them, at once', () => {
  const given = new GivenOrder({ stock: { DC1: { A: 10 } } }).received().approved()
  expect(given.stage).toBe('backordered')
  given.floor.restarts()
  const lines = [{ item: 'B', status: 'available' as const, quantity: 7 * EA }]
  given.floor.takes({
    kind: 'report',
    type: 'inventory.received',
    subject: 'acme/stock/DC2',
    source: 'wms-west',
    occurredAt: given.floor.now,
    data: { facility: 'DC2', lines },
  })
  expect(given.order.releases).toMatchObject([{ facility: 'DC1' }, { facility: 'DC2', lines: [{ quantity: 5 * EA }] }])
  expect(given.floor.state('inventory', 'acme/stock/DC2/B')).toMatchObject({ reserved: 5 * EA, waiting: undefined })
  expect(given.violations).toEqual([])
})

test('stock that comes later is found by itself, at growing intervals', () => {
  const given = new GivenOrder({ stock: { DC1: { A: 10 } } }).received().approved()
  given.floor.passes(15 * 60_000)
  const tries = given.told('order.sourced').length
  given.counted('DC2', { B: 5 })
  given.floor.passes(30 * 60_000)
  expect(given.told('order.sourced').length).toBeGreaterThan(tries)
  expect(given.order.releases.map((release) => release.facility)).toEqual(['DC1', 'DC2'])
  expect(given.stage).not.toBe('backordered')
})

test('a warehouse that refuses a release is not asked again; another is', () => {
  const given = new GivenOrder({ stock: { DC1: { A: 100, B: 100 }, DC2: { A: 100, B: 100 } } }).received().approved()
  given.answers('warehouse.release', { status: 'rejected', reason: 'wave capacity used up' })
  given.floor.passes(1)
  expect(given.order.releases).toMatchObject([
    { facility: 'DC1', status: 'refused' },
    { facility: 'DC2', status: 'planned' },
  ])
  given.released()
  expect(given.violations).toEqual([])
  expect(given.floor.state('inventory', 'acme/stock/DC1/A')).toMatchObject({ reserved: 0 })
})

test('a deferred release is asked again later, and the first answer stands until then', () => {
  const given = new GivenOrder().received().approved()
  const first = given.asked('warehouse.release').key
  given.answers('warehouse.release', { status: 'deferred' })
  expect(given.allAsked('warehouse.release')).toEqual([])
  given.floor.passes(15 * 60_000)
  expect(given.asked('warehouse.release').key).not.toBe(first)
  given.released()
  expect(given.stage).toBe('released')
})

test('two orders for the last pieces: one gets them', () => {
  const given = new GivenOrder({ stock: { DC1: { A: 10, B: 5 } } }).received().approved()
  expect(given.floor.state('inventory', 'acme/stock/DC1/A')).toMatchObject({ reserved: 10 * EA })
})

test('a search never asks for more than is wanted, and never forgets what it cannot find', () => {
  const facilities = ['DC1', 'DC2', 'DC3']
  const amount = fc.integer({ min: 0, max: 20 })
  const world = fc.record({
    wants: fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 6 }),
    known: fc.array(fc.array(fc.option(amount, { nil: undefined }), { maxLength: 6 }), { minLength: 3, maxLength: 3 }),
    split: fc.boolean(),
    partial: fc.boolean(),
    step: fc.integer({ min: 1, max: 3 }),
  })
  fc.assert(
    fc.property(world, ({ wants, known, split, partial, step }) => {
      const asked = wants.map((quantity, at) => ({ line: String(at + 1), item: 'A', quantity }))
      const learnt = Object.fromEntries(
        facilities.map((facility, at) => [
          facility,
          Object.fromEntries((known[at] ?? []).flatMap((one, n) => (one === undefined ? [] : [[String(n + 1), one]]))),
        ]),
      )
      const plan = nextPlan({ wants: asked, facilities, known: learnt, split, partial, step: () => step })
      for (const want of asked) {
        const planned = plan.parts.flatMap((part) => part.lines.filter((one) => one.line === want.line))
        const missing = plan.rest.find((one) => one.line === want.line)?.quantity ?? 0
        expect(planned.reduce((sum, one) => sum + one.quantity, missing)).toBe(want.quantity)
      }
      if (!split) expect(plan.parts.length).toBeLessThanOrEqual(1)
      if (!partial && plan.rest.length > 0) expect(plan.parts).toEqual([])
    }),
  )
})

test('a line of whole cases is split by whole cases', () => {
  const cases = line('1', 'A', 48, { ordered: { value: '4', uom: 'CA' }, factor: [12, 1] })
  const given = new GivenOrder({ stock: { DC1: { A: 30 } } }).received(anOrder({ lines: [cases] })).approved()
  expect(given.pieces('1', 'reserved')).toBe(24)
})

test('a yes of stock that nobody asks for any more is given back, and takes nothing from what the order has', () => {
  const given = new GivenOrder({ stock: { DC1: { A: 100, B: 100 } } }).received().approved()
  expect(given.order.reservations.map(({ line: of, quantity }) => [of, quantity])).toEqual([
    ['1', 10 * EA],
    ['2', 5 * EA],
  ])
  const lines = [{ line: '1', item: 'A', quantity: 4 * EA }]
  const late = { order: ORDER, attempt: 0, facility: 'DC1', customer: 'C-100', lines }
  const told = given.records('inventory.reserved', late, 'inventory', 'acme/stock/DC1').map(({ type }) => type)
  expect(told).toEqual(['inventory.reserved', 'order.reservation_freed', 'inventory.reservation_freed'])
  expect(given.order.reservations.map(({ line: of, quantity }) => [of, quantity])).toEqual([
    ['1', 10 * EA],
    ['2', 5 * EA],
  ])
  expect(given.floor.state('inventory', 'acme/stock/DC1/A')).toMatchObject({ reserved: 10 * EA })
  given.released()
  expect(given.violations).toEqual([])
})
