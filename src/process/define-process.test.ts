import { expect, test } from 'vitest'
import { choose, go, tableFaults } from './define-process.ts'

type Three = 'new' | 'middle' | 'done'

test('a table every state of which is reached and left is sound', () => {
  const states = {
    new: { on: { 'order.received': go('middle' as const) } },
    middle: { on: { 'order.accepted': choose<unknown, Three>(['done'], () => 'done') } },
    done: { end: true as const },
  }
  expect(tableFaults<unknown, Three, unknown>('new', states)).toEqual([])
})

test('a state nothing leads to is named', () => {
  const states = {
    new: { on: { 'order.received': go('done' as const) } },
    middle: { on: { 'order.accepted': go('done' as const) } },
    done: { end: true as const },
  }
  expect(tableFaults<unknown, Three, unknown>('new', states)).toEqual(['“middle” cannot be reached'])
})

test('a state without a way out must be an end, and an end has none', () => {
  const states = {
    new: { on: { 'order.received': go('middle' as const), 'order.rejected': go('done' as const) } },
    middle: {},
    done: { end: true as const, on: { 'order.accepted': go('new' as const) } },
  }
  expect(tableFaults<unknown, Three, unknown>('new', states)).toEqual([
    '“middle” has no way out and is no end',
    '“done” is an end and leads on',
  ])
})
