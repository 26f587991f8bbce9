import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decimal, decimalText } from '../base/decimal.ts'
import { minorUnits } from '../base/money.ts'
import { aFigure } from './testing/arbitraries.ts'
import { addUpTo, lineAmount, lineMinorUnits, linesSum, quantitiesSum, unitsOf } from './totals.ts'

const aLine = fc.record({
  quantity: fc.oneof(aFigure(3, 999_999), fc.constant('0')),
  uom: fc.constant('EA'),
  price: fc.record({ amount: aFigure(6, 9_999), per: fc.constantFrom(1 as const, 100 as const, 1000 as const) }),
})

test('what a line is worth is the same in safe integers as in exact decimals', () => {
  let fast = 0
  fc.assert(
    fc.property(aLine, fc.constantFrom('USD', 'JPY', 'BHD'), (line, currency) => {
      const minor = lineMinorUnits(line, minorUnits(currency))
      if (minor === undefined) return
      fast += 1
      expect(decimalText({ units: BigInt(minor), scale: minorUnits(currency) })).toBe(lineAmount(line, currency))
    }),
    { numRuns: 2_000 },
  )
  expect(fast).toBeGreaterThan(200)
})

test('a half is rounded away from zero', () => {
  const line = { quantity: '1', uom: 'EA', price: { amount: '0.125' } }
  expect(lineMinorUnits(line, 2)).toBe(13)
  expect(lineMinorUnits({ ...line, quantity: '12', price: { amount: '1.005' } }, 2)).toBe(1206)
})

test('numbers too large for safe integers, and those below zero, are summed exactly', () => {
  const large = { quantity: '999999999', uom: 'EA', price: { amount: '999999.999999' } }
  const credit = { quantity: '-3', uom: 'EA', price: { amount: '2.5' } }
  expect(lineMinorUnits(large, 2)).toBeUndefined()
  const sum = linesSum([large, credit, { quantity: '1', uom: 'EA', price: { amount: '7.50' } }], 'USD')
  expect(sum && decimalText(sum)).toBe(lineAmount(large, 'USD'))
  expect(sum?.units).toBe(decimal(lineAmount(large, 'USD') as string).units)
})

test('quantities add up in whole numbers as they do in exact decimals, however large', () => {
  const quantity = fc.oneof(aFigure(3, 999_999), fc.constantFrom('0', '-2.5', '999999999.999999', '123456789012345678'))
  fc.assert(
    fc.property(fc.array(quantity, { maxLength: 6 }), (quantities) => {
      const sum = quantitiesSum(quantities)
      expect(addUpTo(decimalText(sum), quantities)).toBe(true)
      const other = { units: sum.units + 1n, scale: sum.scale }
      expect(addUpTo(decimalText(other), quantities)).toBe(false)
    }),
    { numRuns: 500 },
  )
})

test('an amount finer than its currency, or too large to be exact, is no whole number of units', () => {
  expect(unitsOf('-12.5', 2)).toBe(-1250)
  expect(unitsOf('12.505', 2)).toBeUndefined()
  expect(unitsOf('99999999999999', 3)).toBeUndefined()
})
