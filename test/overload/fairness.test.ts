import { expect, test } from 'vitest'
import { sharesOf } from './fairness.ts'
import type { Tally } from './words.ts'

const tally = (offered: number, refused: number, p99 = 10): Tally => ({
  offered,
  accepted: offered - refused,
  refused: refused > 0 ? { XD_GATEWAY_SHARE: refused } : {},
  wrong: {},
  acceptedMs: { p50: 5, p99, max: p99 },
  refusedMs: { p50: 1, p99: 1, max: 1 },
})
const alone = [tally(100, 0), tally(100, 0), tally(100, 0), tally(100, 0), tally(0, 0)]

test('a flood that is refused while the others go on costs them nothing', () => {
  const flooded = [tally(100, 0), tally(100, 0), tally(100, 0), tally(100, 0), tally(2_000, 1_200)]
  expect(sharesOf(alone, flooded, 20)).toEqual({
    othersGoodput: 1,
    othersRefused: 0,
    othersP99Ratio: 1,
    floodRefused: 0.6,
    floodTimesShare: 20,
  })
})

test('one that is starved is seen although the other three are not', () => {
  const flooded = [tally(100, 0), tally(100, 40), tally(100, 0), tally(100, 0), tally(2_000, 1_200)]
  expect(sharesOf(alone, flooded, 20)).toMatchObject({ othersGoodput: 0.6, othersRefused: 0.4 })
})

test('what the others are refused without a flood is not the flood’s doing', () => {
  const before = [tally(100, 20), ...alone.slice(1)]
  const flooded = [tally(100, 20), tally(100, 0), tally(100, 0), tally(100, 0, 25), tally(2_000, 0)]
  expect(sharesOf(before, flooded, 20)).toMatchObject({
    othersGoodput: 1,
    othersRefused: 0.2,
    othersP99Ratio: 2.5,
    floodRefused: 0,
  })
})
