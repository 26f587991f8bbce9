import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MICROS } from '../base/quantity.ts'
import { factorOf, fromBase, toBase } from './conversion.ts'

const item = (units: [uom: string, numerator: number, denominator?: number][], baseUnit = 'EA') => ({
  baseUnit,
  units: units.map(([uom, numerator, denominator = 1]) => ({ uom, numerator, denominator })),
})

test('a case of one item is not a case of another', () => {
  expect(factorOf(item([['CA', 12]]), 'CA')).toEqual({ factor: [12, 1] })
  expect(factorOf(item([['CA', 24]]), 'CA')).toEqual({ factor: [24, 1] })
})

test('CS and CA both mean case, unless the item says otherwise', () => {
  expect(factorOf(item([['CA', 12]]), 'CS')).toEqual({ factor: [12, 1] })
  expect(
    factorOf(
      item([
        ['CA', 12],
        ['CS', 6],
      ]),
      'CS',
    ),
  ).toEqual({ factor: [6, 1] })
  expect(factorOf(item([], 'CA'), 'CS')).toEqual({ factor: [1, 1] })
})

test('what is not declared is missing, and what is declared twice must agree', () => {
  expect(factorOf(item([['CA', 12]]), 'PL')).toEqual({ fault: 'missing' })
  expect(
    factorOf(
      item([
        ['CA', 12],
        ['CA', 24, 2],
      ]),
      'CA',
    ),
  ).toEqual({ factor: [24, 2] })
  expect(
    factorOf(
      item([
        ['CA', 12],
        ['CA', 10],
      ]),
      'CA',
    ),
  ).toEqual({ fault: 'conflicting' })
  expect(factorOf(item([['EA', 12]]), 'EA')).toEqual({ fault: 'conflicting' })
})

test('nothing is rounded', () => {
  expect(toBase(1 * MICROS, [1, 3], 'LB')).toBeUndefined()
  expect(toBase(3 * MICROS, [1, 3], 'LB')).toBe(MICROS)
  expect(toBase(MICROS / 2, [1, 1], 'EA')).toBeUndefined()
  expect(toBase(MICROS / 2, [1, 1], 'LB')).toBe(MICROS / 2)
  expect(toBase(999_999_999 * MICROS, [12, 1], 'EA')).toBeUndefined()
})

test('there and back gives the same quantity, or nothing at all', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 1_000_000_000_000 }),
      fc.integer({ min: 1, max: 100_000 }),
      fc.integer({ min: 1, max: 100_000 }),
      (micros, numerator, denominator) => {
        const base = toBase(micros, [numerator, denominator], 'LB')
        if (base === undefined) return
        expect(BigInt(base) * BigInt(denominator)).toBe(BigInt(micros) * BigInt(numerator))
        expect(fromBase(base, [numerator, denominator])).toBe(micros)
      },
    ),
  )
})
