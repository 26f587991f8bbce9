import { expect, test } from 'vitest'
import type { Room } from './contract.ts'
import { Slots } from './slots.ts'

const LIMIT = 80

function filled(count: number): Slots<{ n: number }> {
  const room = { name: 'orders', about: 'order', table: {}, initial: () => ({ n: 0 }) } as unknown as Room<{
    n: number
  }>
  const slots = new Slots(room, LIMIT)
  for (let n = 0; n < count; n += 1) slots.begin(`order/${n}`, 1)
  return slots
}

test('states nobody asked for between two rests are let go, but a few', () => {
  const slots = filled(LIMIT)
  slots.rest()
  expect(slots.size).toBe(LIMIT) // all of them are new
  for (let n = 40; n < 60; n += 1) slots.get(`order/${n}`)
  slots.rest()
  expect(slots.size).toBe(20)
  expect(slots.has('order/39')).toBe(false)
  expect(slots.has('order/40')).toBe(true)
  slots.rest()
  expect(slots.size).toBe(LIMIT / 8)
  slots.rest()
  expect(slots.size).toBe(LIMIT / 8)
})

test('a changed state stays until its commit is confirmed', () => {
  const slots = filled(LIMIT)
  const changed = slots.get('order/0')
  if (!changed) throw new Error('it was begun')
  changed.turn = 7
  for (let rests = 0; rests < 3; rests += 1) slots.rest()
  expect(slots.get('order/0')).toBe(changed)
  changed.turn = 0
  for (let n = 0; n < LIMIT; n += 1) slots.begin(`other/${n}`, 1)
  for (let rests = 0; rests < 3; rests += 1) slots.rest()
  expect(slots.has('order/0')).toBe(false)
})

test('a full room makes place, but never with a state of the open turn', () => {
  const slots = filled(LIMIT)
  slots.openTurn = 3
  slots.sit('order/0')
  for (let n = 0; n < 10 * LIMIT; n += 1) slots.begin(`other/${n}`, 1)
  expect(slots.size).toBeLessThanOrEqual(LIMIT + 1)
  expect(slots.has('order/0')).toBe(true)
  expect(slots.has('order/1')).toBe(false)
})
