import { expect, test } from 'vitest'
import { TimerBook } from './timers.ts'

const early = (subject: string, dueAt = 10) => ({ lane: 1, subject, name: 'early', dueAt })

test('a subject for which something waits is known to have a state, until the wait is over', () => {
  const book = new TimerBook()
  book.set({ lane: 1, subject: 'a', name: 'window', dueAt: 5 })
  expect(book.isAwaited('a')).toBe(false)
  book.set(early('a'))
  expect([book.isAwaited('a'), book.isAwaited('b')]).toEqual([true, false])
  book.cancel('a', 'window')
  expect(book.isAwaited('a')).toBe(true)
  book.cancel('a', 'early')
  expect(book.isAwaited('a')).toBe(false)
})

test('a wait that is due stands until the turn that handles it is committed', () => {
  const book = new TimerBook()
  book.set(early('a'))
  expect(book.takeDue(10, 1)).toEqual([early('a')])
  expect(book.isAwaited('a')).toBe(true)
})

test('lanes that go elsewhere take their waits along', () => {
  const book = new TimerBook()
  book.set(early('a'))
  book.set({ ...early('b'), lane: 2 })
  book.dropLanes(new Set([1]))
  expect([book.isAwaited('a'), book.isAwaited('b'), book.nextDue()]).toEqual([false, true, 10])
})
