import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MICROS } from '../base/quantity.ts'
import { baseQuantity, toPacks } from './units.ts'

const cases = (size: number) => [{ uom: 'CS', numerator: size, denominator: 1 }]
const bolts = { sku: 'bolts', baseUnit: 'EA', units: cases(12) }

describe('packs of an item', () => {
  test('a case of one item is 12 and of another 24', () => {
    const nuts = { sku: 'nuts', baseUnit: 'EA', units: cases(24) }
    expect(baseQuantity(bolts, { value: '3', uom: 'CS' })).toBe(36 * MICROS)
    expect(baseQuantity(nuts, { value: '3', uom: 'CS' })).toBe(72 * MICROS)
  })

  test('three cases and seven pieces are 43 pieces', () => {
    const inCases = baseQuantity(bolts, { value: '3', uom: 'CS' })
    expect(inCases + baseQuantity(bolts, { value: '7', uom: 'EA' })).toBe(43 * MICROS)
  })

  test('thirds are exact: three metres of a three-metre roll are one roll', () => {
    const cloth = { sku: 'cloth', baseUnit: 'RL', units: [{ uom: 'M', numerator: 1, denominator: 3 }] }
    expect(baseQuantity(cloth, { value: '3', uom: 'M' })).toBe(MICROS)
    expect(() => baseQuantity(cloth, { value: '1', uom: 'M' })).toThrow(/no whole RL/)
  })

  test('half a piece is refused, not rounded (N04)', () => {
    expect(() => baseQuantity(bolts, { value: '0.5', uom: 'EA' })).toThrow(/0.5 EA is no whole EA/)
    expect(baseQuantity(bolts, { value: '0.5', uom: 'CS' })).toBe(6 * MICROS)
  })

  test('what is weighed may be any fraction', () => {
    const cheese = { sku: 'cheese', baseUnit: 'LB', units: [] }
    expect(baseQuantity(cheese, { value: '243.7', uom: 'LB' })).toBe(243_700_000)
  })

  test('a unit without a factor, or with two, is refused, never taken as one to one (N04)', () => {
    expect(() => baseQuantity(bolts, { value: '1', uom: 'BX' })).toThrow(/no conversion for BX/)
    const twice = { sku: 'bolts', baseUnit: 'EA', units: [...cases(12), ...cases(10)] }
    expect(() => baseQuantity(twice, { value: '1', uom: 'CS' })).toThrow(/CS has two factors/)
    expect(() => toPacks(twice, MICROS, 'CS', 'nearest')).toThrow(/CS has two factors/)
  })

  test('rounding is by a named rule and reports the remainder', () => {
    expect(toPacks(bolts, 160 * MICROS, 'CS', 'down-to-pack')).toEqual({ packs: 13, remainder: 4 * MICROS })
    expect(toPacks(bolts, 160 * MICROS, 'CS', 'up-to-pack')).toEqual({ packs: 14, remainder: -8 * MICROS })
    expect(toPacks(bolts, 160 * MICROS, 'CS', 'nearest')).toEqual({ packs: 13, remainder: 4 * MICROS })
    expect(toPacks(bolts, 162 * MICROS, 'CS', 'nearest')).toEqual({ packs: 14, remainder: -6 * MICROS })
    expect(toPacks(bolts, 156 * MICROS, 'CS', 'up-to-pack')).toEqual({ packs: 13, remainder: 0 })
  })

  test('packs and remainder always add up to what was there', () => {
    const rules = fc.constantFrom('up-to-pack' as const, 'down-to-pack' as const, 'nearest' as const)
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e9 }), fc.integer({ min: 1, max: 500 }), rules, (pieces, size, rule) => {
        const item = { sku: 'x', baseUnit: 'EA', units: cases(size) }
        const { packs, remainder } = toPacks(item, pieces * MICROS, 'CS', rule)
        expect(packs * size * MICROS + remainder).toBe(pieces * MICROS)
        expect(Math.abs(remainder)).toBeLessThan(size * MICROS)
      }),
    )
  })
})
