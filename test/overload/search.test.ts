import { expect, test } from 'vitest'
import { findSustained } from './search.ts'

/** A hub that can do so much and no more. */
const hubWithKnee = (knee: number) => {
  const asked: number[] = []
  return {
    asked,
    attempt: async (rate: number) => {
      asked.push(rate)
      return { holds: rate <= knee, of: Math.min(rate, knee) }
    },
  }
}

test.each([
  [400, 400, 'as guessed'],
  [400, 430, 'a little more'],
  [348, 820, 'more than twice what was guessed'],
  [400, 2_000, 'five times as much'],
  [400, 310, 'less'],
  [400, 61, 'a sixth'],
])(
  'guessed %i, the hub can do %i (%s): found within a tenth, never above, in twelve tries at most',
  async (guess, knee) => {
    const hub = hubWithKnee(knee)
    const found = await findSustained(guess, 12, hub.attempt)
    expect(found.holds).toBe(true)
    expect(found.rate).toBeLessThanOrEqual(knee)
    expect(found.rate).toBeGreaterThan(knee * 0.9)
    expect(found.failedAt).toBeGreaterThan(knee)
    expect(hub.asked.length).toBeLessThanOrEqual(12)
    expect(found.tries).toBe(hub.asked.length)
  },
)

test('a first rate that holds is not taken for the limit', async () => {
  const hub = hubWithKnee(1_000)
  await findSustained(400, 2, hub.attempt)
  expect(hub.asked).toEqual([400, 520])
})

test('what belongs to the found rate is what was measured there, not what was measured last', async () => {
  const found = await findSustained(100, 6, hubWithKnee(140).attempt)
  expect(found.of).toBe(found.rate)
})

test('it ends by its tries: where nothing fails it says that there is no limit known, where nothing holds that none held', async () => {
  const high = await findSustained(100, 3, hubWithKnee(1e9).attempt)
  expect([high.holds, high.failedAt, high.tries, Math.round(high.rate)]).toEqual([true, undefined, 3, 169])
  const low = await findSustained(100, 3, hubWithKnee(0).attempt)
  expect([low.holds, low.tries, Math.round(low.rate)]).toEqual([false, 3, 59])
})
