import { expect, test } from 'vitest'
import { isRate, rateOf } from '../base/rate.ts'
import { Pace } from './pace.ts'

test.each([
  ['5 per second', { perSecond: 5, atOnce: undefined }],
  ['300 per minute', { perSecond: 5, atOnce: undefined }],
  ['3600 per hour, 20 at once', { perSecond: 1, atOnce: 20 }],
  ['0.5 per second', { perSecond: 0.5, atOnce: undefined }],
])('%s', (text, figures) => {
  expect(rateOf(text as never)).toEqual(figures)
})

test.each(['5', 'five per second', '0 per second', '5 per day', '5 per second, 0 at once', '-1 per second'])(
  '“%s” is no rate',
  (text) => {
    expect(isRate(text)).toBe(false)
    expect(() => rateOf(text as never)).toThrow(expect.objectContaining({ code: 'XD_BASE_RATE' }))
  },
)

/** Calls as early as the bucket allows, looked at every so many milliseconds. */
function calls(pace: Pace, forMs: number, { everyMs = 1, sharers = 1, most = 64 } = {}): number[] {
  const at: number[] = []
  for (let now = 0; now < forMs; now += everyMs) {
    const free = Math.min(most, pace.free(now, sharers))
    if (free > 0) pace.spend(now, free, sharers)
    for (let one = 0; one < free; one += 1) at.push(now)
  }
  return at
}

test.each([0.5, 5, 19, 50, 333, 1_000, 5_000])(
  '%s per second is kept over a minute, and in no second exceeded',
  (perSecond) => {
    const at = calls(new Pace({ perSecond, atOnce: undefined }), 60_000)
    expect(at.length / (perSecond * 60)).toBeGreaterThan(0.95)
    expect(at.length / (perSecond * 60)).toBeLessThan(1.05)
    for (let from = 0; from < 60_000; from += 1_000) {
      const inSecond = at.filter((one) => one >= from && one < from + 1_000).length
      expect(inSecond).toBeLessThanOrEqual(Math.ceil(perSecond * 1.05) + 1)
    }
  },
)

test('a timer that is late costs no rate', () => {
  const at = calls(new Pace({ perSecond: 50, atOnce: undefined }), 60_000, { everyMs: 37 })
  expect(at.length).toBeGreaterThan(0.97 * 50 * 60)
})

test('a burst is what was declared, and not one more', () => {
  const pace = new Pace({ perSecond: 5, atOnce: 20 })
  expect(calls(pace, 1, { most: 1_000 })).toHaveLength(20)
  expect(pace.waitMs(0)).toBe(200)
})

test('two instances together keep the rate of one', () => {
  const share = () => calls(new Pace({ perSecond: 50, atOnce: undefined }), 60_000, { sharers: 2 }).length
  expect(share() + share()).toBeLessThanOrEqual(50 * 60 * 1.05)
  expect(share() + share()).toBeGreaterThan(50 * 60 * 0.95)
})
