import { expect, test } from 'vitest'
import { hasCheckDigit } from '../documents/check-digit.ts'
import { readPurchaseOrderJson } from '../documents/purchase-order/json.ts'
import { buildLandscape } from './landscape.ts'
import { Shop, type ShopOptions } from './shop/shop.ts'
import { SimulatedWorld } from './world.ts'

const landscape = buildLandscape({ seed: 7 })

test('a seed is one business: the same items, prices, stock and orders every time', () => {
  const again = buildLandscape({ seed: 7 })
  expect(JSON.stringify([again.items, again.customers, again.prices, again.stock])).toBe(
    JSON.stringify([landscape.items, landscape.customers, landscape.prices, landscape.stock]),
  )
  expect([...again.orders(50)]).toEqual([...landscape.orders(50)])
  expect([...buildLandscape({ seed: 8 }).orders(50)]).not.toEqual([...landscape.orders(50)])
})

test('orders have one to ten lines, five on average, of items that exist', () => {
  const orders = [...landscape.orders(2_000)]
  const counts = orders.map((order) => order.lines.length)
  expect([Math.min(...counts), Math.max(...counts)]).toEqual([1, 9])
  expect(counts.reduce((sum, count) => sum + count, 0) / orders.length).toBeCloseTo(5, 0)
  for (const line of orders.flatMap((order) => order.lines)) {
    const item = landscape.item(line.item)
    expect([item?.baseUnit, ...(item?.units.map((unit) => unit.uom) ?? [])]).toContain(line.uom)
  }
})

test('there are 1,000 items with cases of their own size, some by weight, some with a substitute, all GTINs valid', () => {
  expect(landscape.items).toHaveLength(1_000)
  const cases = new Set(landscape.items.flatMap((item) => item.units.map((unit) => unit.numerator)))
  expect([...cases].sort((a, b) => a - b)).toEqual([6, 10, 12, 24])
  expect(landscape.items.filter((item) => item.catchWeight)).toHaveLength(40)
  expect(landscape.items.some((item) => item.substitutes?.length)).toBe(true)
  for (const { gtin } of landscape.items.flatMap((item) => item.gtins)) expect(hasCheckDigit(gtin)).toBe(true)
})

function shop(place: (key: string) => number, options: Partial<ShopOptions> = {}) {
  const world = new SimulatedWorld()
  const keys: string[] = []
  const system = new Shop({ name: 'shop', seed: 7, ...options }, landscape, {
    ...world.ports('shop'),
    place: async (_document, key) => {
      keys.push(key)
      const status = place(key)
      return { status, body: status < 300 ? { order: `order of ${key}` } : {} }
    },
  })
  return { world, keys, system, rows: () => [...system.ledger.rows()].map((row) => [row.kind, row.detail]) }
}

test('what a shop sends is a purchase order as our documents define it', () => {
  const { system } = shop(() => 202)
  for (let index = 0; index < 100; index += 1) {
    const read = readPurchaseOrderJson(JSON.parse(JSON.stringify(system.document(index))))
    expect('faults' in read ? read.faults : []).toEqual([])
  }
})

test('a shop whose answer got lost asks again with the same key until it has one', async () => {
  let tries = 0
  const { world, keys, system } = shop(() => {
    tries += 1
    return [0, 503, 429, 202][tries - 1] as number
  })
  const placed = system.place(0)
  await world.settle()
  expect(await placed).toEqual({ customerOrder: 'PO-0000001', status: 202, order: 'order of shop-PO-0000001' })
  expect(new Set(keys)).toEqual(new Set(['shop-PO-0000001']))
  expect(keys).toHaveLength(4)
})

test('an order that is refused is not sent again', async () => {
  const { keys, system, rows } = shop(() => 422)
  await system.place(0)
  expect(keys).toHaveLength(1)
  expect(rows().at(-1)).toEqual(['outcome', 'refused'])
})

test('a nervous customer sends the order again, with the same key and under a new one', async () => {
  const { keys, system } = shop(() => 202, { repeatRate: 1, newKeyRate: 1 })
  await system.place(0)
  expect(keys).toEqual(['shop-PO-0000001', 'shop-PO-0000001', 'shop-PO-0000001-again'])
})

test('a customer who changed their mind says so after a while', async () => {
  const { world, system } = shop(() => 202, { cancelRate: 1, cancelAfterMs: 5_000 })
  await system.place(0)
  await world.settle()
  const intents = [...system.ledger.rows()].filter((row) => row.kind === 'intent')
  expect(intents.map((row) => row.what)).toEqual(['order.place', 'order.cancellation_requested'])
})
