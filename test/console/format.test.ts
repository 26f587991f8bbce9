import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  age,
  day,
  duration,
  instantsIn,
  isNothing,
  money,
  quantity,
  sometime,
  timeOfDay,
  utc,
  zoneName,
} from '../../console/src/format.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

describe('how figures are written', () => {
  test.each([
    [0, '0 ms'],
    [640, '640 ms'],
    [1_240, '1.2 s'],
    [59_999, '59 s'],
    [94_000, '1 min 34 s'],
    [22 * MINUTE + 30_000, '22 min'],
    [192 * MINUTE, '3 h 12 min'],
    [55 * HOUR, '2 d 7 h'],
    [400 * 24 * HOUR, '400 d'],
    [-5, '0 ms'],
  ])('%d ms is %s', (ms, text) => {
    expect(duration(ms)).toBe(text)
  })

  test('an age is never finer than a second', () => {
    expect(age(1_999)).toBe('now')
    expect(age(7_400)).toBe('7 s')
    expect(age(94_000)).toBe('1 min 34 s')
  })

  test('an amount keeps every digit, also one no float could hold', () => {
    expect(money({ amount: '9007199254740993.10', currency: 'USD' })).toBe('9,007,199,254,740,993.10 USD')
    expect(quantity('-1234567.50')).toBe('-1,234,567.50')
    expect(quantity('12.5')).toBe('12.5')
    expect(quantity('<b>')).toBe('<b>')
  })

  test('parting thousands changes no digit', () => {
    fc.assert(
      fc.property(fc.bigInt(), fc.nat(999), (whole, fraction) => {
        const text = `${whole}.${fraction}`
        expect(quantity(text).replaceAll(',', '')).toBe(text)
      }),
    )
  })

  test('nothing is nothing, however it is written', () => {
    expect(['0', '0.00', '', undefined].map(isNothing)).toEqual([true, true, true, true])
    expect(['1', '0.001', '-2'].map(isNothing)).toEqual([false, false, false])
  })
})

describe('how instants are written', () => {
  const at = '2026-11-21T03:42:03.000Z'

  test('in the warehouse’s zone, with UTC to look up', () => {
    expect(timeOfDay(at, 'America/Chicago')).toBe('21:42:03')
    expect(day(at, 'America/Chicago')).toBe('Fri, Nov 20, 2026')
    expect(day(at, 'Asia/Tokyo')).toBe('Sat, Nov 21, 2026')
    expect(utc(at)).toBe('2026-11-21 03:42:03 UTC')
  })

  test('midnight is 00, not 24', () => {
    expect(timeOfDay('2026-11-21T06:00:00Z', 'America/Chicago')).toBe('00:00:00')
  })

  test('today’s go without their day, in the warehouse’s today', () => {
    const soonAfter = Date.parse('2026-11-21T05:30:00Z')
    expect(sometime(at, 'America/Chicago', soonAfter)).toBe('21:42')
    expect(sometime(at, 'America/Chicago', soonAfter + HOUR)).toBe('Nov 20, 21:42')
    expect(sometime(at, 'America/Chicago', soonAfter + 60 * 24 * HOUR)).toBe('Nov 20, 2026, 21:42')
  })

  test('a zone is called by its place and its letters of that season', () => {
    expect(zoneName('America/New_York', Date.parse('2026-07-01T00:00:00Z'))).toBe('New York (EDT)')
    expect(zoneName('America/New_York', Date.parse(at))).toBe('New York (EST)')
    expect(zoneName('UTC', 0)).toBe('UTC')
  })

  test('instants inside a sentence are found, dates alone are left', () => {
    const sentence = 'The next attempt at 2026-11-21T03:42:03.120Z, expected 2026-11-24.'
    expect(instantsIn(sentence)).toEqual(['The next attempt at ', '2026-11-21T03:42:03.120Z', ', expected 2026-11-24.'])
    expect(instantsIn('Held (credit)')).toEqual(['Held (credit)'])
  })
})
