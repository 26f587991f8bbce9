import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MICROS } from '../base/quantity.ts'
import { itemUnits, toBase, toPacks } from './units.ts'

const bolts = itemUnits('bolts', 'EA', [
  { uom: 'CS', numerator: 12, denominator: 1 },
  { uom: 'PL', numerator: 40, denominator: 1, of: 'CS' },
])

describe('units of an item', () => {
  test('a case of one item is 12 and of another 24', () => {
    const nuts = itemUnits('nuts', 'EA', [{ uom: 'CS', numerator: 24, denominator: 1 }])
    expect(toBase(bolts, { value: '3', uom: 'CS' })).toBe(36 * MICROS)
    expect(toBase(nuts, { value: '3', uom: 'CS' })).toBe(72 * MICROS)
  })

  test('three cases and seven pieces are 43 pieces', () => {
    const cases = toBase(bolts, { value: '3', uom: 'CS' })
    expect(cases + toBase(bolts, { value: '7', uom: 'EA' })).toBe(43 * MICROS)
  })

  test('a pallet of cases is counted through the case', () => {
    expect(toBase(bolts, { value: '2', uom: 'PL' })).toBe(960 * MICROS)
  })

  test('thirds are exact: three thirds of a roll are one roll', () => {
    const cloth = itemUnits('cloth', 'RL', [{ uom: 'M', numerator: 1, denominator: 3 }], 1)
    expect(toBase(cloth, { value: '3', uom: 'M' })).toBe(MICROS)
    expect(() => toBase(cloth, { value: '1', uom: 'M' })).toThrow(/no whole RL/)
  })

  test('half a piece is refused, not rounded (N04)', () => {
    expect(() => toBase(bolts, { value: '0.5', uom: 'EA' })).toThrow(/0.5 EA is no whole EA/)
    expect(toBase(bolts, { value: '0.5', uom: 'CS' })).toBe(6 * MICROS)
  })

  test('what is weighed may be any fraction', () => {
    const cheese = itemUnits('cheese', 'LB', [], 1)
    expect(toBase(cheese, { value: '243.7', uom: 'LB' })).toBe(243_700_000)
  })

  test('a unit without conversion is refused, never taken as one to one (N04)', () => {
    expect(() => toBase(bolts, { value: '1', uom: 'BX' })).toThrow(/no conversion for BX/)
  })

  test('two factors for one unit are refused (N04)', () => {
    const twice = [
      { uom: 'CS', numerator: 12, denominator: 1 },
      { uom: 'CS', numerator: 10, denominator: 1 },
    ]
    expect(() => itemUnits('bolts', 'EA', twice)).toThrow(/CS is both 12 and 10 EA/)
  })

  test('the same factor said twice is no conflict, also by another way', () => {
    const twice = [
      { uom: 'CS', numerator: 12, denominator: 1 },
      { uom: 'IN', numerator: 6, denominator: 1 },
      { uom: 'CS', numerator: 2, denominator: 1, of: 'IN' },
    ]
    expect(toBase(itemUnits('bolts', 'EA', twice), { value: '1', uom: 'CS' })).toBe(12 * MICROS)
    const conflicting = [...twice.slice(0, 2), { uom: 'CS', numerator: 3, denominator: 1, of: 'IN' }]
    expect(() => itemUnits('bolts', 'EA', conflicting)).toThrow(/CS is both 12 and 18 EA/)
  })

  test('the base unit cannot be redefined, and no factor is zero', () => {
    expect(() => itemUnits('bolts', 'EA', [{ uom: 'EA', numerator: 2, denominator: 1 }])).toThrow(/EA is both 1 and 2/)
    expect(() => itemUnits('bolts', 'EA', [{ uom: 'CS', numerator: 0, denominator: 1 }])).toThrow(/factor 0\/1/)
    expect(() => itemUnits('bolts', 'EA', [{ uom: 'CS', numerator: 2, denominator: 1, of: 'BX' }])).toThrow(/CS lead/)
  })

  test('rounding is by a named rule and reports the remainder', () => {
    expect(toPacks(bolts, 160 * MICROS, 'CS', 'down-to-pack')).toEqual({ packs: 13, remainder: 4 * MICROS })
    expect(toPacks(bolts, 160 * MICROS, 'CS', 'up-to-pack')).toEqual({ packs: 14, remainder: -8 * MICROS })
    expect(toPacks(bolts, 160 * MICROS, 'CS', 'nearest')).toEqual({ packs: 13, remainder: 4 * MICROS })
    expect(toPacks(bolts, 162 * MICROS, 'CS', 'nearest')).toEqual({ packs: 14, remainder: -6 * MICROS })
    expect(toPacks(bolts, 156 * MICROS, 'CS', 'up-to-pack')).toEqual({ packs: 13, remainder: 0 })
  })

  test('packs and remainder always add up to what was there', () => {
    const rules = fc.constantFrom('up-to-pack', 'down-to-pack', 'nearest' as const)
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e9 }), fc.integer({ min: 1, max: 500 }), rules, (pieces, size, rule) => {
        const units = itemUnits('x', 'EA', [{ uom: 'CS', numerator: size, denominator: 1 }])
        const { packs, remainder } = toPacks(units, pieces * MICROS, 'CS', rule as 'nearest')
        expect(packs * size * MICROS + remainder).toBe(pieces * MICROS)
        expect(Math.abs(remainder)).toBeLessThan(size * MICROS)
      }),
    )
  })
})
