import { expect, test } from 'vitest'
import { IdMint, isPlaceKey, laneInId, placeKey } from './ids.ts'

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

test('an order that comes again has the same id on any instance and at any time, and nobody else has it', () => {
  const identity = { dayMs: Date.parse('2026-01-05'), parts: ['acme', 'C0001', 'PO-4711', ''] }
  const id = new IdMint(0, 'one').name('o', 95, identity)
  expect(new IdMint(0, 'two').name('o', 95, identity)).toBe(id)
  expect(laneInId(id)).toBe(95)
  expect(id).toMatch(/^o0-5f-[0-9a-z]{9}-[0-9a-z]{5}$/)
  const others = Array.from({ length: 20_000 }, (_, nth) => ({
    ...identity,
    parts: ['acme', 'C0001', `PO-${nth}`, ''],
  }))
  expect(new Set(others.map((other) => new IdMint().name('o', 95, other))).size).toBe(20_000)
})

test('ids made of an identity sort by its day; one without a day has one, too', () => {
  const mint = new IdMint()
  const [first, second] = ['2026-01-05', '2026-01-06'].map((day) =>
    mint.name('o', 95, { dayMs: Date.parse(day), parts: ['x'] }),
  ) as [string, string]
  expect(first < second).toBe(true)
  expect(mint.name('i', 1, { dayMs: Number.NaN, parts: ['x'] })).toMatch(/^i0-01-000[0-9a-z]{6}-[0-9a-z]{5}$/)
})

test('a key that holds a place in the journal can be told from one made of a business identity', () => {
  expect(isPlaceKey(`o0-5f-01k3v9x2q-40001/cancelled/${placeKey(77)}`)).toBe(true)
  expect(isPlaceKey('o0-5f-01k3v9x2q-40001/accepted')).toBe(false)
})
