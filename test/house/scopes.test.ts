import { expect, test } from 'vitest'
import { isScope, SCOPES } from '../../src/governance/scopes.ts'
import { doors } from './pages/http-page.ts'

test('a key can be given exactly the scopes that doors ask for', () => {
  const asked = new Set(doors.map(({ scope }) => scope).filter((scope) => scope !== null))
  expect([...asked].toSorted()).toEqual([...SCOPES])
})

test('a scope is one of a door, a whole domain, or everything', () => {
  expect(['orders:read', 'orders:*', '*'].filter(isScope)).toHaveLength(3)
  expect(['orders:raed', 'keys:write', 'order:*', ':*', ''].filter(isScope)).toEqual([])
})
