import { expect, test } from 'vitest'
import { dateFromX12, isDate, shortDateFromX12 } from './calendar.ts'

test.each(['CCYYMMDD', '2026MM01', '202601DD', 'CCYY0101', '20261301', '20260229', '20260100'])(
  '%s is no day',
  (text) => {
    expect(dateFromX12(text)).toBeUndefined()
    expect(isDate(`${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}`)).toBe(false)
  },
)

test('a leap day is a day, with two digits of the year as well', () => {
  expect(dateFromX12('20240229')).toBe('2024-02-29')
  expect(shortDateFromX12('960229')).toBe('1996-02-29')
  expect(shortDateFromX12('YYMMDD')).toBeUndefined()
})
