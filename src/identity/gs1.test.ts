import { expect, test } from 'vitest'
import { gtin14, isGln, sscc18 } from './gs1.ts'

test.each([
  ['96385074', '00000096385074'],
  ['036000291452', '00036000291452'],
  ['4006381333931', '04006381333931'],
  ['10036000291459', '10036000291459'],
])('the GTIN %s is compared as %s', (text, padded) => {
  expect(gtin14(text)).toBe(padded)
})

test.each(['036000291453', '36000291452', 'ABC', '', '0360002914520000'])('%s is no GTIN', (text) => {
  expect(gtin14(text)).toBeUndefined()
})

test('a GLN has thirteen digits and a check digit', () => {
  expect(isGln('4006381333931')).toBe(true)
  expect(isGln('4006381333932')).toBe(false)
  expect(isGln('036000291452')).toBe(false)
})

test('the application identifier is not part of an SSCC', () => {
  const sscc = '106141411234567897'
  expect([sscc18(sscc), sscc18(`00${sscc}`), sscc18(`(00)${sscc}`)]).toEqual([sscc, sscc, sscc])
  expect(sscc18('106141411234567890')).toBeUndefined()
})
