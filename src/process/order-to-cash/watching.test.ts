import { expect, test } from 'vitest'
import { anOrder, EA, GivenOrder, line } from '../../../test/support/given-order.ts'

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000

test('what has not left when the customer’s window closes is held, and waits for a person', () => {
  const given = new GivenOrder({ stock: { DC1: { A: 10 } } }).atTheWarehouse(anOrder({ shipNotAfter: '2026-01-06' }))
  given.ships(given.order.releases[0]?.release ?? '')
  given.floor.passes(DAY_MS)
  expect(given.told('order.held')).toEqual([])
  given.floor.restarts()
  given.floor.passes(DAY_MS)
  expect(given.told('order.held')).toMatchObject([{ hold: 'compliance', lines: ['2'] }])
  expect(given.told('order.held')[0]?.reason).toContain('nothing shipped after 2026-01-06')
  given.counted('DC2', { B: 50 })
  given.floor.passes(DAY_MS)
  expect(given.order.releases).toHaveLength(1)
})

test('an order that has left in its window is left alone', () => {
  const given = new GivenOrder().atTheWarehouse(anOrder({ shipNotAfter: '2026-01-06' }))
  given.ships(given.order.releases[0]?.release ?? '')
  given.floor.passes(3 * DAY_MS)
  expect(given.told('order.held')).toEqual([])
  given.invoiced()
  expect(given.stage).toBe('closed')
})

test('nobody watches the window of an order that is closed', () => {
  const given = new GivenOrder().atTheWarehouse(anOrder({ shipNotAfter: '2026-01-06' }))
  expect([...given.floor.timers.values()].map((timer) => timer.name)).toContain('window')
  given.ships(given.order.releases[0]?.release ?? '').invoiced()
  expect([...given.floor.timers.values()].map((timer) => timer.name)).not.toContain('window')
})

test('the window closes at midnight of the warehouse, not of Greenwich', () => {
  const warehouses = [{ facility: 'DC1', system: 'wms-east', zone: 'America/New_York' }]
  const given = new GivenOrder({ options: { warehouses } }).atTheWarehouse(anOrder({ shipNotAfter: '2026-01-05' }))
  given.floor.passes(14 * HOUR_MS) // 04:00 UTC, 23:00 there
  expect(given.told('order.held')).toEqual([])
  given.floor.passes(HOUR_MS)
  expect(given.told('order.held')).toHaveLength(1)
})

test('a recall that nobody answers within an hour is somebody’s case; one that is answered is not', () => {
  const given = new GivenOrder().atTheWarehouse()
  const lines = [{ line: '1', item: 'A', quantity: 4 * EA }]
  given.records('order.cancellation_requested', { by: 'shop', reason: 'changed my mind', lines }, 'intake')
  given.floor.passes(HOUR_MS)
  expect(given.told('order.flagged')).toMatchObject([
    { cause: 'no answer', field: 'warehouse.recall', partner: 'wms-east' },
  ])
  given.answers('warehouse.recall', { status: 'confirmed' })
  expect(given.pieces('1', 'cancelled')).toBe(4)
  given.records('order.cancellation_requested', { by: 'shop', reason: 'and the rest' }, 'intake')
  given.answers('warehouse.recall', { status: 'confirmed' })
  given.floor.passes(DAY_MS)
  expect(given.told('order.flagged')).toHaveLength(1)
  expect(given.violations).toEqual([])
})

test.each([
  ['102.4', 0],
  ['110', 0],
  ['110.01', 1],
  ['89.9', 1],
])('four cheeses of 25 lb, ten percent allowed, that weigh %s lb: %i cases', (weight, cases) => {
  const catchWeight = { nominal: '25', unit: 'LB', tolerancePercent: '10' }
  const facts = anOrder({ lines: [line('1', 'A', 4, { catchWeight })] })
  const given = new GivenOrder().atTheWarehouse(facts)
  const release = given.order.releases[0]?.release ?? ''
  const lines = [{ line: '1', item: 'A', quantity: 4 * EA }]
  given.reports('pick.confirmed', { release, lines })
  given.reports('carton.closed', {
    release,
    carton: { carton: 'C-1', lines: lines.map((one) => ({ ...one, weight })) },
  })
  expect(given.told('order.flagged')).toHaveLength(cases)
  if (cases > 0) expect(given.told('order.flagged')[0]?.reason).toContain(`and ${weight} LB; 25 each is usual`)
  expect(given.violations).toEqual([])
})
