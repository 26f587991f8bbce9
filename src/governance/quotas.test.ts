import { expect, test } from 'vitest'
import { Quotas } from './quotas.ts'

function given(perSecond: number, burst?: number) {
  const clock = { now: 0 }
  const quotas = new Quotas({ shop: { perSecond, ...(burst ? { burst } : {}) } }, () => clock.now)
  const sent = () => {
    let count = 0
    while (quotas.spent('shop') === 0) {
      quotas.take('shop')
      count += 1
    }
    return count
  }
  return { clock, quotas, sent }
}

test('a sender may send its quota each second', () => {
  const { clock, sent } = given(50)
  expect(sent()).toBe(50)
  clock.now = 1_000
  expect(sent()).toBe(50)
  clock.now = 1_100
  expect(sent()).toBe(5)
})

test('after a pause it may send its burst and no more', () => {
  const { clock, sent } = given(10, 30)
  sent()
  clock.now = 3_600_000
  expect(sent()).toBe(30)
})

test('it is said when there will be room', () => {
  const { quotas, sent } = given(2)
  sent()
  expect(quotas.spent('shop')).toBe(500)
})

test('who has no quota is not held to one', () => {
  expect(given(1).quotas.spent('erp')).toBe(0)
})
