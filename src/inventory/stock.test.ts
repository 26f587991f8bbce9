import { describe, expect, test } from 'vitest'
import { MICROS } from '../base/quantity.ts'
import type { NewEvent } from '../journal/contract.ts'
import type { LineQuantity, StockStatus } from '../lifecycle/events.ts'
import { promisableNow } from './promise.ts'
import { StockUnderTest } from './room-under-test.ts'

const units = (quantity: number) => quantity * MICROS
const line = (number: string, item: string, quantity: number): LineQuantity => ({
  line: number,
  item,
  quantity: units(quantity),
})

function stocked(quantities: Record<string, number>): StockUnderTest {
  const stock = new StockUnderTest()
  const lines = Object.entries(quantities).map(([item, quantity]) => ({
    item,
    status: 'available' as const,
    quantity: units(quantity),
  }))
  stock.reports('inventory.counted', { facility: 'DC1', lines })
  return stock
}

function adjusted(item: string, status: StockStatus, quantity: number) {
  return { facility: 'DC1', lines: [{ item, status, delta: units(quantity), reason: 'cycle count' }] }
}

function source(stock: StockUnderTest, order: string, lines: LineQuantity[], attempt = 1, customer = 'C1') {
  const parts = [{ facility: 'DC1', lines, whole: true }]
  return stock.hears('order.sourced', order, { attempt, by: 'order-to-cash', customer, channel: 'shop', parts })
}

function release(stock: StockUnderTest, order: string, lines: LineQuantity[]) {
  return stock.hears('order.released', order, { release: 'R1', facility: 'DC1', lines })
}

function ship(stock: StockUnderTest, order: string, lines: LineQuantity[], shipment = 'S1') {
  return stock.hears('order.shipped', order, { shipment, release: 'R1', facility: 'DC1', lines })
}

describe('reserving', () => {
  test('all lines are reserved together', () => {
    const stock = stocked({ bolts: 100, nuts: 50 })
    const [answer] = source(stock, 'o1', [line('1', 'bolts', 60), line('2', 'nuts', 50)])
    expect(answer?.type).toBe('inventory.reserved')
    expect(promisableNow(stock.position('bolts'))).toBe(units(40))
    expect(promisableNow(stock.position('nuts'))).toBe(0)
  })

  test('one line that is not there refuses them all, and says what there is', () => {
    const stock = stocked({ bolts: 100, nuts: 5 })
    const [answer] = source(stock, 'o1', [line('1', 'bolts', 60), line('2', 'nuts', 8)])
    expect(answer).toEqual({
      type: 'inventory.reservation_refused',
      data: {
        order: 'o1',
        attempt: 1,
        facility: 'DC1',
        missing: [{ ...line('2', 'nuts', 8), available: units(5) }],
      },
    })
    expect(promisableNow(stock.position('bolts'))).toBe(units(100))
  })

  test('the last unit is sold once', () => {
    const stock = stocked({ bolts: 1 })
    expect(source(stock, 'o1', [line('1', 'bolts', 1)])[0]?.type).toBe('inventory.reserved')
    expect(source(stock, 'o2', [line('1', 'bolts', 1)])[0]?.type).toBe('inventory.reservation_refused')
  })

  test('two lines of one item are counted together', () => {
    const stock = stocked({ bolts: 10 })
    const [answer] = source(stock, 'o1', [line('1', 'bolts', 6), line('2', 'bolts', 6)])
    expect(answer?.data).toMatchObject({ missing: [{ line: '2', available: units(4) }] })
  })

  test('the same attempt heard twice reserves once; a later attempt adds', () => {
    const stock = stocked({ bolts: 100 })
    source(stock, 'o1', [line('1', 'bolts', 10)])
    expect(source(stock, 'o1', [line('1', 'bolts', 10)])).toEqual([])
    stock.restarts()
    expect(source(stock, 'o1', [line('1', 'bolts', 10)])).toEqual([])
    expect(promisableNow(stock.position('bolts'))).toBe(units(90))
    source(stock, 'o1', [line('2', 'bolts', 5)], 2)
    expect(promisableNow(stock.position('bolts'))).toBe(units(85))
  })

  test('an item nobody counted cannot be promised', () => {
    const [answer] = source(stocked({}), 'o1', [line('1', 'ghosts', 1)])
    expect(answer?.data).toMatchObject({ missing: [{ item: 'ghosts', available: 0 }] })
  })

  test('a part for another facility is none of our business', () => {
    const stock = stocked({ bolts: 1 })
    const parts = [{ facility: 'DC2', lines: [line('1', 'bolts', 1)], whole: true }]
    expect(stock.hears('order.sourced', 'o1', { attempt: 1, by: 'order-to-cash', parts })).toEqual([])
  })

  test('a commitment keeps stock for its channel; the channel may draw on it', () => {
    const stock = stocked({ bolts: 100 })
    const policy = { item: 'bolts', safetyStock: units(10), commitments: { market: units(60) } }
    stock.reports('inventory.policy_set', { facility: 'DC1', lines: [policy] }, 'erp')
    expect(source(stock, 'o1', [line('1', 'bolts', 31)])[0]?.type).toBe('inventory.reservation_refused')
    const parts = [{ facility: 'DC1', lines: [line('1', 'bolts', 50)], whole: true }]
    const asked = { attempt: 1, by: 'order-to-cash', customer: 'C9', channel: 'market', parts }
    expect(stock.hears('order.sourced', 'o2', asked)[0]?.type).toBe('inventory.reserved')
    expect(promisableNow(stock.position('bolts'))).toBe(units(30))
    stock.restarts()
    const lines = [line('1', 'bolts', 50)]
    stock.hears('order.reservation_freed', 'o2', { facility: 'DC1', lines, reason: 'cancelled' })
    expect(promisableNow(stock.position('bolts'))).toBe(units(30))
    expect(promisableNow(stock.position('bolts'), 'market')).toBe(units(90))
  })

  test('an OMS that promises for itself is recorded as told; the negative shows the oversale', () => {
    const stock = new StockUnderTest('DC1', { promisesItself: (by) => by === 'oms' })
    const parts = [{ facility: 'DC1', lines: [line('1', 'bolts', 3)], whole: true }]
    const [answer] = stock.hears('order.sourced', 'o1', { attempt: 1, by: 'oms', parts })
    expect(answer?.type).toBe('inventory.reserved')
    expect(promisableNow(stock.position('bolts'))).toBe(units(-3))
  })
})

describe('from promise to dispatch', () => {
  test('release, pick and shipping leave the promise to others where it was', () => {
    const stock = stocked({ bolts: 100 })
    const lines = [line('1', 'bolts', 30)]
    source(stock, 'o1', lines)
    expect(promisableNow(stock.position('bolts'))).toBe(units(70))
    release(stock, 'o1', lines)
    expect(stock.position('bolts')).toMatchObject({ reserved: 0, allocated: units(30) })
    expect(promisableNow(stock.position('bolts'))).toBe(units(70))
    ship(stock, 'o1', lines)
    expect(stock.position('bolts')).toMatchObject({ reserved: 0, allocated: 0, available: units(70) })
    expect(promisableNow(stock.position('bolts'))).toBe(units(70))
  })

  test('a second ship confirm of one shipment takes nothing more', () => {
    const stock = stocked({ bolts: 100 })
    source(stock, 'o1', [line('1', 'bolts', 30)])
    release(stock, 'o1', [line('1', 'bolts', 30)])
    ship(stock, 'o1', [line('1', 'bolts', 10)])
    expect(ship(stock, 'o1', [line('1', 'bolts', 10)])).toEqual([])
    expect(stock.position('bolts').available).toBe(units(90))
    ship(stock, 'o1', [line('1', 'bolts', 20)], 'S2')
    expect(stock.position('bolts')).toMatchObject({ available: units(70), allocated: 0 })
  })

  test('a short pick is suspect until counted, and nobody is promised the missing six', () => {
    const stock = stocked({ bolts: 100 })
    source(stock, 'o1', [line('1', 'bolts', 50)])
    release(stock, 'o1', [line('1', 'bolts', 50)])
    const lines = [{ ...line('1', 'bolts', 6), reason: 'not_found' }]
    stock.hears('pick.short', 'o1', { release: 'R1', facility: 'DC1', lines })
    expect(stock.position('bolts')).toMatchObject({
      available: units(94),
      allocated: units(44),
      unavailable: { suspect: units(6) },
    })
    expect(promisableNow(stock.position('bolts'))).toBe(units(50))
  })

  test('recalled stock can be promised again', () => {
    const stock = stocked({ bolts: 100 })
    source(stock, 'o1', [line('1', 'bolts', 50)])
    release(stock, 'o1', [line('1', 'bolts', 50)])
    const recalled = { release: 'R1', facility: 'DC1', lines: [line('1', 'bolts', 20)] }
    stock.hears('order.recalled', 'o1', recalled)
    expect(promisableNow(stock.position('bolts'))).toBe(units(70))
  })

  test('an order gives back only what it holds', () => {
    const stock = stocked({ bolts: 100 })
    source(stock, 'o1', [line('1', 'bolts', 10)])
    source(stock, 'o2', [line('1', 'bolts', 40)])
    const tooMuch = { facility: 'DC1', lines: [line('1', 'bolts', 50)], reason: 'cancelled' }
    expect(stock.hears('order.reservation_freed', 'o1', tooMuch)[0]?.data).toMatchObject({
      lines: [line('1', 'bolts', 10)],
    })
    expect(stock.hears('order.reservation_freed', 'o1', tooMuch)).toEqual([])
    expect(stock.position('bolts').reserved).toBe(units(40))
  })

  test('a substitution moves the tie: the original is recalled, the substitute joins the release', () => {
    const stock = stocked({ bolts: 100, screws: 100 })
    source(stock, 'o1', [line('2', 'bolts', 10)])
    release(stock, 'o1', [line('2', 'bolts', 10)])
    stock.hears('order.recalled', 'o1', { release: 'R1', facility: 'DC1', lines: [line('2', 'bolts', 4)] })
    release(stock, 'o1', [line('2.1', 'screws', 4)])
    expect(stock.position('bolts').allocated).toBe(units(6))
    expect(stock.position('screws')).toMatchObject({ allocated: units(4), reserved: 0 })
    ship(stock, 'o1', [line('2', 'bolts', 6), line('2.1', 'screws', 4)])
    expect(stock.position('screws')).toMatchObject({ allocated: 0, available: units(96) })
  })

  test('what a warehouse replaced because it was not there is suspect, and nobody is promised it', () => {
    const stock = stocked({ bolts: 100, screws: 100 })
    source(stock, 'o1', [line('2', 'bolts', 10)])
    release(stock, 'o1', [line('2', 'bolts', 10)])
    const lines = [line('2', 'bolts', 4)]
    stock.hears('order.recalled', 'o1', { release: 'R1', facility: 'DC1', lines, suspect: true })
    expect(stock.position('bolts')).toMatchObject({ allocated: units(6), unavailable: { suspect: units(4) } })
    expect(promisableNow(stock.position('bolts'))).toBe(units(90))
  })

  test('goods that left without a reservation still left', () => {
    const stock = stocked({ bolts: 100 })
    ship(stock, 'o1', [line('1', 'bolts', 30)])
    expect(stock.position('bolts')).toMatchObject({ available: units(70), allocated: 0, reserved: 0 })
  })

  test('more shipped than the book knew is a discrepancy, and no bucket goes below zero', () => {
    const stock = stocked({ bolts: 10 })
    const events = ship(stock, 'o1', [line('1', 'bolts', 12)])
    expect(events.map((event) => event.type)).toEqual(['inventory.shipped', 'inventory.discrepancy_detected'])
    expect(events[1]?.data).toMatchObject({ lines: [{ item: 'bolts', book: units(10), reported: units(12) }] })
    expect(stock.position('bolts').available).toBe(0)
  })
})

describe('what the warehouse reports', () => {
  test('opening stock counts; a later snapshot is compared and overwrites nothing', () => {
    const stock = stocked({ bolts: 100 })
    const lines = [{ item: 'bolts', status: 'available' as const, quantity: units(93) }]
    const events = stock.reports('inventory.counted', { facility: 'DC1', lines })
    expect(events.map((event) => event.type)).toEqual(['inventory.discrepancy_detected'])
    expect(events[0]?.data).toMatchObject({ reason: 'counted', lines: [{ book: units(100), reported: units(93) }] })
    expect(stock.position('bolts').available).toBe(units(100))
  })

  test('a snapshot that agrees says nothing', () => {
    const stock = stocked({ bolts: 100 })
    const lines = [{ item: 'bolts', status: 'available' as const, quantity: units(100) }]
    expect(stock.reports('inventory.counted', { facility: 'DC1', lines })).toEqual([])
  })

  test('receipts and adjustments move the book', () => {
    const stock = stocked({ bolts: 100 })
    const received = { item: 'bolts', status: 'available' as const, quantity: units(20) }
    stock.reports('inventory.received', { facility: 'DC1', lines: [received] })
    const adjusted = { item: 'bolts', status: 'available' as const, delta: -units(5), reason: 'cycle count' }
    stock.reports('inventory.adjusted', { facility: 'DC1', lines: [adjusted] })
    expect(stock.position('bolts').available).toBe(units(115))
  })

  test('a movement that would leave less than nothing waits a minute, then it is refused in plain words', () => {
    const stock = stocked({ bolts: 3 })
    expect(stock.reports('inventory.adjusted', adjusted('bolts', 'available', -5))).toMatchObject([
      { type: 'report.early', data: { report: 'inventory.adjusted', waitsFor: 'stock of bolts' } },
    ])
    expect(stock.passes(59_999)).toEqual([])
    stock.restarts()
    expect(stock.passes(1)).toMatchObject([
      {
        type: 'report.refused',
        source: 'wms',
        data: { code: 'INVARIANT', reason: '5 of bolts cannot leave available: only 3 are there' },
      },
    ])
    expect(stock.position('bolts')).toMatchObject({ available: units(3), early: undefined })
    expect(stock.timers).toBe(0)
  })

  test('blocked stock cannot be promised', () => {
    const stock = stocked({ bolts: 100 })
    const blocked = { item: 'bolts', from: 'available' as const, to: 'hold' as const, quantity: units(40) }
    stock.reports('inventory.status_changed', { facility: 'DC1', lines: [blocked] })
    expect(promisableNow(stock.position('bolts'))).toBe(units(60))
    stock.restarts()
    expect(stock.position('bolts').unavailable).toEqual({ hold: units(40) })
  })

  test('who does not own the stock may not report it', () => {
    const stock = new StockUnderTest('DC1', { mayReport: (_, by) => by === 'wms' })
    const lines = [{ item: 'bolts', status: 'available' as const, quantity: units(93) }]
    const [refusal] = stock.reports('inventory.counted', { facility: 'DC1', lines }, 'shop')
    expect(refusal).toMatchObject({ type: 'report.refused', data: { code: 'AUTHORITY' } })
  })
})

describe('a count that overtakes the short it clears up', () => {
  const lines = [{ ...line('1', 'bolts', 6), reason: 'not_found' }]
  const short = { release: 'R1', facility: 'DC1', lines }

  function picked(): StockUnderTest {
    const stock = stocked({ bolts: 100, nuts: 100 })
    source(stock, 'o1', [line('1', 'bolts', 50)])
    release(stock, 'o1', [line('1', 'bolts', 50)])
    return stock
  }

  test('waits for it, and the six are off the book once', () => {
    const stock = picked()
    stock.reports('inventory.adjusted', adjusted('bolts', 'suspect', -6))
    stock.restarts()
    const events = stock.hears('pick.short', 'o1', short)
    expect(events.map((event) => event.type)).toEqual(['inventory.shorted', 'inventory.adjusted'])
    expect(stock.position('bolts')).toMatchObject({ available: units(94), unavailable: undefined, early: undefined })
    expect(stock.timers).toBe(0)
    expect(stock.passes(120_000)).toEqual([])
  })

  test('found again after all: what was suspect is available', () => {
    const stock = picked()
    const found = { item: 'bolts', from: 'suspect' as const, to: 'available' as const, quantity: units(6) }
    stock.reports('inventory.status_changed', { facility: 'DC1', lines: [found] })
    stock.hears('pick.short', 'o1', short)
    expect(stock.position('bolts')).toMatchObject({ available: units(100), unavailable: undefined })
  })

  test('holds up no other item of the same count', () => {
    const stock = picked()
    const both = [...adjusted('bolts', 'suspect', -6).lines, ...adjusted('nuts', 'available', -2).lines]
    const events = stock.reports('inventory.adjusted', { facility: 'DC1', lines: both })
    expect(events.map((event) => event.type)).toEqual(['inventory.adjusted', 'report.early'])
    expect(stock.position('nuts').available).toBe(units(98))
  })

  test('two that wait go one after the other, as far as there is stock for them', () => {
    const stock = picked()
    stock.reports('inventory.adjusted', adjusted('bolts', 'suspect', -4))
    stock.passes(30_000)
    stock.reports('inventory.adjusted', adjusted('bolts', 'suspect', -4))
    stock.reports('inventory.adjusted', adjusted('bolts', 'suspect', -2))
    stock.hears('pick.short', 'o1', short)
    expect(stock.position('bolts').unavailable).toBeUndefined()
    expect(stock.position('bolts').early).toHaveLength(1)
    expect(stock.passes(30_000)).toEqual([])
    expect(stock.passes(30_000)).toMatchObject([{ type: 'report.refused' }])
  })
})

describe('orders that wait for stock', () => {
  const waits = (stock: StockUnderTest, order: string, quantity: number) =>
    stock.hears('order.line_backordered', order, { lines: [line('1', 'bolts', quantity)], reason: 'none left' })
  const comesIn = (stock: StockUnderTest, quantity: number) => {
    const lines = [{ item: 'bolts', status: 'available' as const, quantity: units(quantity) }]
    return stock.reports('inventory.received', { facility: 'DC1', lines })
  }
  const told = (events: readonly NewEvent[]) =>
    events.flatMap((event) => (event.type === 'inventory.offered' ? event.data.lines.map((one) => one.order) : []))
  const waiting = () => new StockUnderTest('DC1', { facilities: ['DC1'] })

  test('are told when it comes, the oldest first, as many as it could serve', () => {
    const stock = waiting()
    for (const [order, quantity] of Object.entries({ o1: 6, o2: 3, o3: 5 })) waits(stock, order, quantity)
    stock.restarts()
    expect(told(comesIn(stock, 8))).toEqual(['o1', 'o2'])
    source(stock, 'o1', [line('1', 'bolts', 6)])
    expect(stock.position('bolts').waiting?.map((one) => one.order)).toEqual(['o2', 'o3'])
  })

  test('keep their place when the stock was not enough for them', () => {
    const stock = waiting()
    waits(stock, 'o1', 10)
    waits(stock, 'o2', 1)
    expect(told(comesIn(stock, 4))).toEqual(['o1'])
    expect(source(stock, 'o1', [line('1', 'bolts', 10)])[0]?.type).toBe('inventory.reservation_refused')
    expect(told(comesIn(stock, 6))).toEqual(['o1'])
  })

  test('wait no more when they are cancelled or have what they wanted', () => {
    const stock = waiting()
    waits(stock, 'o1', 10)
    waits(stock, 'o2', 3)
    stock.hears('order.line_cancelled', 'o1', { lines: [line('1', 'bolts', 10)], reason: 'wish', by: 'shop' })
    expect(told(comesIn(stock, 5))).toEqual(['o2'])
    source(stock, 'o2', [line('1', 'bolts', 3)])
    expect(stock.position('bolts').waiting).toBeUndefined()
    expect(told(comesIn(stock, 5))).toEqual([])
  })

  test('that were served elsewhere and never answer are forgotten', () => {
    const stock = waiting()
    waits(stock, 'o1', 1)
    for (let times = 0; times < 3; times += 1) {
      expect(told(comesIn(stock, 1))).toEqual(['o1'])
      expect(told(comesIn(stock, 1))).toEqual([]) // it has a minute to answer
      stock.passes(60_000)
    }
    expect(stock.position('bolts').waiting).toBeUndefined()
  })

  test('hear of nothing that is blocked or promised already', () => {
    const stock = waiting()
    waits(stock, 'o1', 1)
    const lines = [{ item: 'bolts', status: 'inspection' as const, quantity: units(5) }]
    expect(told(stock.reports('inventory.received', { facility: 'DC1', lines }))).toEqual([])
    const passed = { item: 'bolts', from: 'inspection' as const, to: 'available' as const, quantity: units(5) }
    expect(told(stock.reports('inventory.status_changed', { facility: 'DC1', lines: [passed] }))).toEqual(['o1'])
  })
})
