import { expect, test } from 'vitest'
import { IdMint, laneInId } from './ids.ts'

test('ids carry their lane, sort by time and fit a release number', () => {
  const mint = new IdMint(0, 'one')
  const ids = [1_767_600_000_000, 1_767_600_000_000, 1_767_600_000_001].map((now) => mint.mint('o', 95, now))
  expect(ids.map(laneInId)).toEqual([95, 95, 95])
  expect([...ids].sort()).toEqual(ids)
  expect(Math.max(...ids.map((id) => id.length))).toBeLessThanOrEqual(21)
})

test('two instances never give one id to two things, nor does one of them in a crowded millisecond', () => {
  const mints = ['one', 'two', 'three'].map((own) => new IdMint(0, own))
  const ids = mints.flatMap((mint) => Array.from({ length: 5_000 }, () => mint.mint('o', 95, 1_767_600_000_000)))
  expect(new Set(ids).size).toBe(ids.length)
})
