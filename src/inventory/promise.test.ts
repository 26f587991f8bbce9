import { describe, expect, test } from 'vitest'
import { MICROS } from '../base/quantity.ts'
import * as stock from './position.ts'
import { countedSupply, promisableAt, promisableNow, published } from './promise.ts'

const units = (quantity: number) => quantity * MICROS
const moved = (quantity: number) => ({ line: '1', item: '4711', quantity: units(quantity) })

/** The position of example 1: 460 available, 30 in inspection, 10 damaged, 120 allocated, 60 reserved, 40 safety. */
function examplePosition(): stock.Position {
  const position = stock.emptyPosition('DC1', '4711')
  stock.open(position, 'available', units(460))
  stock.open(position, 'inspection', units(30))
  stock.open(position, 'damaged', units(10))
  stock.setPolicy(position, { item: '4711', safetyStock: units(40), commitments: { others: units(80) } })
  stock.reserve(position, moved(180))
  stock.allocate(position, moved(120))
  return position
}

describe('the worked examples of available to promise', () => {
  test('1: of 500 on hand, 160 can be promised; finance still owns 500', () => {
    const position = examplePosition()
    expect(promisableNow(position)).toBe(units(160))
    expect(stock.onHand(position)).toBe(units(500))
  })

  test('2: picking and shipping allocated stock do not move what can be promised', () => {
    const position = examplePosition()
    stock.ship(position, moved(50))
    expect(position.available).toBe(units(410))
    expect(position.allocated).toBe(units(70))
    expect(promisableNow(position)).toBe(units(160))
  })

  test('3: six that were not found are suspect, not promisable again', () => {
    const position = examplePosition()
    stock.short(position, moved(6))
    expect(position.available).toBe(units(454))
    expect(position.allocated).toBe(units(114))
    expect(stock.onHandIn(position, 'suspect')).toBe(units(6))
    expect(promisableNow(position)).toBe(units(160))
  })

  test('3: reserving the six at another facility lowers that facility by six', () => {
    const other = stock.emptyPosition('DC2', '4711')
    stock.open(other, 'available', units(20))
    stock.reserve(other, moved(6))
    expect(promisableNow(other)).toBe(units(14))
  })

  test('3: the count decides whether the six come back or are adjusted off', () => {
    const found = examplePosition()
    stock.short(found, moved(6))
    stock.changeStatus(found, 'suspect', 'available', units(6))
    expect(promisableNow(found)).toBe(units(166))
    const lost = examplePosition()
    stock.short(lost, moved(6))
    stock.adjust(lost, 'suspect', -units(6))
    expect(promisableNow(lost)).toBe(units(160))
    expect(stock.onHand(lost)).toBe(units(494))
  })

  test('4: a promise for today never eats one already made for day 7', () => {
    const supply = [{ due: 5, quantity: 300 }]
    const demand = [
      { due: 3, quantity: 100 },
      { due: 7, quantity: 250 },
    ]
    expect(promisableAt(160, supply, demand, 0)).toBe(60)
    expect(promisableAt(160, supply, demand, 5)).toBe(110)
    expect(promisableAt(160, supply, demand, 7)).toBe(110)
  })

  test('5: a transfer of 200 leaves A at ship confirm and can be promised at B from its arrival', () => {
    const a = examplePosition()
    stock.allocate(a, { ...moved(160), reserved: 0 })
    stock.ship(a, moved(200))
    expect(stock.onHand(a)).toBe(units(300))
    const arrives = { due: 4, quantity: 200, confidence: 'in-transit' as const }
    expect(promisableAt(0, [arrives], [], 3)).toBe(0)
    expect(promisableAt(0, [arrives], [], 4)).toBe(200)
  })

  test('6: 160 pieces are shown as 13 cases to a channel that sells cases only', () => {
    const item = { sku: '4711', baseUnit: 'EA', units: [{ uom: 'CS', numerator: 12, denominator: 1 }] }
    expect(published(units(160), item, 'CS')).toEqual({ units: 13, uom: 'CS', notSellable: units(4) })
    expect(published(units(160), item, 'CS', units(24))).toEqual({ units: 11, uom: 'CS', notSellable: units(4) })
    expect(published(units(160), item, 'EA', units(10)).units).toBe(150)
  })

  test('7: a commitment of 100 with 30 drawn withholds 70 from everyone else', () => {
    const position = stock.emptyPosition('DC1', '4711')
    stock.open(position, 'available', units(300))
    stock.setPolicy(position, { item: '4711', commitments: { M: units(100) } })
    stock.reserve(position, { ...moved(30), fence: 'M' })
    expect(promisableNow(position, 'M')).toBe(units(270))
    expect(promisableNow(position)).toBe(units(200))
    stock.setPolicy(position, { item: '4711', commitments: {} })
    expect(promisableNow(position)).toBe(units(270))
  })

  test('7: what M ships is gone from its commitment; nobody else sees a change', () => {
    const position = stock.emptyPosition('DC1', '4711')
    stock.open(position, 'available', units(300))
    stock.setPolicy(position, { item: '4711', commitments: { M: units(100) } })
    stock.reserve(position, { ...moved(30), fence: 'M' })
    stock.allocate(position, { ...moved(30), fence: 'M' })
    stock.ship(position, { ...moved(30), fence: 'M' })
    expect(promisableNow(position)).toBe(units(200))
    expect(promisableNow(position, 'M')).toBe(units(270))
  })

  test('8: catch weight falls by count and by weight', () => {
    const cheese = stock.emptyPosition('DC1', 'cheese')
    stock.open(cheese, 'available', units(40), '1000.5')
    stock.allocate(cheese, { ...moved(10), reserved: 0 })
    stock.ship(cheese, { ...moved(10), weight: '243.7' })
    expect(cheese.available).toBe(units(30))
    expect(cheese.weight).toBe(756_800_000)
  })
})

describe('what a channel may see', () => {
  test('oversold stock is shown as nothing and kept as a negative inside', () => {
    const item = { sku: '4711', baseUnit: 'EA', units: [] }
    const position = stock.emptyPosition('DC1', '4711')
    stock.reserve(position, moved(5))
    expect(promisableNow(position)).toBe(-units(5))
    expect(published(promisableNow(position), item, 'EA')).toEqual({ units: 0, uom: 'EA', notSellable: 0 })
  })

  test('a buffer larger than the stock shows nothing', () => {
    const item = { sku: '4711', baseUnit: 'EA', units: [] }
    expect(published(units(5), item, 'EA', units(9)).units).toBe(0)
  })

  test('supply that is not sure enough for a channel does not count', () => {
    const coming = [
      { due: 1, quantity: 10, confidence: 'in-transit' as const },
      { due: 2, quantity: 20, confidence: 'order-open' as const },
    ]
    expect(countedSupply(coming, ['in-transit', 'order-confirmed'])).toEqual([coming[0]])
  })
})
