import Type from 'typebox'
import { expect, test } from 'vitest'
import { checkFor } from './checks.ts'

const check = checkFor(
  Type.Object({
    state: Type.Optional(Type.Union([Type.Literal('held'), Type.Literal('in fulfilment')])),
    kind: Type.Optional(Type.Literal('order')),
    size: Type.Optional(Type.Union([Type.Literal('all'), Type.Integer()])),
  }),
)

test('a word that is none of those allowed is told once, with those allowed', () => {
  expect(check({ state: 'hold', kind: 'invoice' })).toEqual([
    { pointer: '/state', detail: 'must be one of held, in fulfilment', code: 'INVALID' },
    { pointer: '/kind', detail: 'must be order', code: 'INVALID' },
  ])
})

test('what else could have stood there is told beside it', () => {
  expect(check({ size: 'some' })).toEqual([
    { pointer: '/size', detail: 'must be all', code: 'INVALID' },
    { pointer: '/size', detail: 'must be integer', code: 'INVALID' },
  ])
})

test('what fits has no faults', () => {
  expect(check({ state: 'held', kind: 'order', size: 3 })).toEqual([])
})
