import { expect, test } from 'vitest'
import { backordered, isCancelled, lineState, mayClose, newLine, type OrderLine, violations } from './order-line.ts'

const line = (figures: Partial<OrderLine>): OrderLine => ({ ...newLine('1', 'A', 10), ...figures })
const free = { accepted: true, rejected: false, held: false, started: false }

test('a line nothing happened to is sound', () => {
  expect(violations(newLine('1', 'A', 10))).toEqual([])
})

test.each([
  ['more shipped than ordered', { released: 12, picked: 12, packed: 12, shipped: 12 }],
  ['shipped, but never packed', { released: 5, picked: 5, shipped: 5 }],
  ['packed, but never picked', { released: 5, packed: 5 }],
  ['picked, but never released', { picked: 1 }],
  ['billed, but never shipped', { released: 5, picked: 5, packed: 5, invoiced: 1 }],
  ['credited more than billed', { released: 5, picked: 5, packed: 5, shipped: 5, invoiced: 5, credited: 6 }],
  ['returned more than shipped', { released: 5, picked: 5, packed: 5, shipped: 5, returned: 6 }],
  ['released what was cancelled', { cancelled: 6, released: 5 }],
  ['reserved and released twice over', { reserved: 6, released: 5 }],
  ['less than nothing cancelled', { cancelled: -1 }],
])('%s is a violation', (_, figures) => {
  expect(violations(line(figures))).not.toEqual([])
})

test('what is neither reserved nor released is on backorder, and never less than nothing', () => {
  expect(backordered(line({ reserved: 4 }))).toBe(6)
  expect(backordered(line({ released: 10, shorted: 3 }))).toBe(3)
  expect(backordered(line({ released: 10, picked: 10, packed: 10, shipped: 10 }))).toBe(0)
})

test('a line closes when everything wanted is shipped and billed, not before', () => {
  const shipped = { released: 8, picked: 8, packed: 8, shipped: 8 }
  expect(mayClose(line({ ...shipped, invoiced: 8 }))).toBe(false)
  expect(mayClose(line({ ...shipped, cancelled: 2 }))).toBe(false)
  expect(mayClose(line({ ...shipped, cancelled: 2, invoiced: 8 }))).toBe(true)
  expect(isCancelled(line({ cancelled: 10 }))).toBe(true)
})

test.each([
  ['received', {}, { ...free, accepted: false }],
  ['held', {}, { ...free, accepted: false, held: true }],
  ['reserved', { reserved: 10 }, { ...free, accepted: false }],
  ['accepted', { reserved: 10 }, free],
  ['backordered', { reserved: 4 }, free],
  ['released', { released: 10 }, free],
  ['in fulfilment', { released: 10 }, { ...free, started: true }],
  ['in fulfilment', { released: 10, picked: 4 }, free],
  ['picked', { released: 10, picked: 10 }, free],
  ['packed', { released: 10, picked: 10, packed: 10 }, free],
  ['partially shipped', { released: 10, picked: 4, packed: 4, shipped: 4 }, free],
  ['shipped', { released: 10, picked: 10, packed: 10, shipped: 10 }, free],
  ['partially invoiced', { released: 10, picked: 10, packed: 10, shipped: 10, invoiced: 4 }, free],
  ['invoiced', { released: 10, picked: 10, packed: 10, shipped: 10, invoiced: 10 }, free],
  ['cancelled', { cancelled: 10 }, free],
  ['rejected', {}, { ...free, rejected: true }],
] as const)('a line is %s by its quantities alone', (state, figures, order) => {
  expect(lineState(line(figures), order)).toBe(state)
})
