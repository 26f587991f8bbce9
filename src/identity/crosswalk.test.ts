import { expect, test } from 'vitest'
import { Crosswalk, type ExternalKey } from './crosswalk.ts'

const key: ExternalKey = { system: 'bigbox', company: '', type: 'item', value: 'BB-77' }

test('a key is found until it is retired, and its history afterwards', () => {
  const crosswalk = new Crosswalk('acme')
  crosswalk.link(key, '4711', 1)
  expect(crosswalk.find(key)).toBe('4711')
  crosswalk.retire(key, 2)
  expect(crosswalk.find(key)).toBeUndefined()
  expect(crosswalk.entry(key)).toEqual({ key, canonical: '4711', since: 1, retired: 2 })
})

test('a retired key is never given to another object; the one it had may have it back', () => {
  const crosswalk = new Crosswalk('acme')
  crosswalk.link(key, '4711', 1)
  crosswalk.retire(key, 2)
  expect(() => crosswalk.link(key, '4712', 3)).toThrow(/stands for 4711 already/)
  crosswalk.link(key, '4711', 4)
  expect(crosswalk.find(key)).toBe('4711')
})

test('the same value means something else in another system, company or type', () => {
  const crosswalk = new Crosswalk('acme')
  crosswalk.link(key, '4711', 1)
  for (const other of [{ system: 'shop' }, { company: 'EU' }, { type: 'customer' }]) {
    expect(crosswalk.find({ ...key, ...other })).toBeUndefined()
  }
})

test('what is stored is read back; rows of another tenant are not', () => {
  const crosswalk = new Crosswalk('acme')
  const linked = crosswalk.link(key, '4711', 1)
  const retired = crosswalk.retire(key, 2)
  expect(crosswalk.link({ ...key, value: 'X' }, '1', 3)).toBeDefined()
  const again = new Crosswalk('acme')
  const stranger = new Crosswalk('other')
  for (const row of [linked, retired]) {
    again.load(row ?? [])
    stranger.load(row ?? [])
  }
  expect(again.entry(key)).toEqual(crosswalk.entry(key))
  expect(stranger.entry(key)).toBeUndefined()
})
