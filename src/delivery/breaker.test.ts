import { expect, test } from 'vitest'
import { Breaker } from './breaker.ts'

type Call = '+' | '-'

/** Calls every so many milliseconds; whether the breaker is open after them. */
function after(calls: string, everyMs: number): Breaker {
  const breaker = new Breaker()
  let now = 0
  for (const call of calls as Iterable<Call>) {
    now += everyMs
    if (call === '+') breaker.succeeded(now)
    else breaker.failed(now, 'answered 500')
  }
  return breaker
}

test.each([
  ['half of twenty calls in ten seconds', '+-'.repeat(10), 100, true],
  ['half of eighteen calls', '+-'.repeat(9), 100, false],
  ['less than half of twenty calls', '++-'.repeat(8), 100, false],
  ['half of twenty calls spread over twenty seconds', '+-'.repeat(10), 1_000, false],
  ['five in a row', '-----', 1_000, true],
  ['four in a row, and one that goes through', '----+----', 1_000, false],
])('%s', (_what, calls, everyMs, isOpen) => {
  expect(after(calls, everyMs).isOpen).toBe(isOpen)
})

test('while open one probe goes through in each window, and windows double up to thirty seconds', () => {
  const breaker = after('-----', 1)
  const pauses: number[] = []
  let now = 5
  for (let probe = 0; probe < 8; probe += 1) {
    expect(breaker.admits(now)).toBe(false)
    const wait = breaker.waitMs(now)
    pauses.push(wait)
    now += wait
    expect(breaker.admits(now)).toBe(true)
    breaker.started()
    expect(breaker.admits(now)).toBe(false) // one only
    expect(breaker.failed(now, 'still answered 500')).toBe(true)
  }
  expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000])
})

test('a probe that goes through closes it, and it begins anew', () => {
  const breaker = after('-----', 1)
  breaker.started()
  expect(breaker.succeeded(2_000)).toBe(true)
  expect(breaker.view()).toEqual({ state: 'closed' })
  expect(breaker.failed(2_001, 'answered 500')).toBe(false)
})

test('a probe that was not sent leaves the window to the next one', () => {
  const breaker = after('-----', 1)
  breaker.started()
  breaker.gaveUp()
  expect(breaker.admits(1_005)).toBe(true)
})

test('a target that asks to be left alone is, from the first time it asks', () => {
  const breaker = new Breaker()
  expect(breaker.failed(0, 'answered 429', 60_000)).toBe(true)
  expect(breaker.admits(59_999)).toBe(false)
  expect(breaker.admits(60_000)).toBe(true)
  expect(breaker.view()).toMatchObject({ state: 'open', since: 0, reason: 'answered 429', probeAt: 60_000 })
})

test('calls under way when it opened neither double the pause nor take the probe', () => {
  const breaker = after('-----', 1)
  for (let late = 0; late < 30; late += 1) expect(breaker.failed(10, 'answered 500')).toBe(false)
  expect(breaker.waitMs(10)).toBe(995)
})

test('what an earlier process knew is taken up', () => {
  const [before, breaker] = [after('-----', 1), new Breaker()]
  breaker.resume(before.memory() as never)
  expect(breaker.view()).toEqual(before.view())
  expect(breaker.admits(500)).toBe(false)
  expect(breaker.admits(1_005)).toBe(true)
})

test('with two instances together one probe goes through in each window', () => {
  const breaker = new Breaker()
  for (let call = 0; call < 5; call += 1) breaker.failed(call, 'answered 500', 0, 2)
  expect(breaker.waitMs(4)).toBe(2_000)
})
