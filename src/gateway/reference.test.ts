import { expect, test } from 'vitest'
import { httpReference } from './reference.ts'
import { testRoutes } from './testing/given-gateway.ts'

test('the page shows each door once, by tier and path, with what it asks for', () => {
  const page = httpReference(testRoutes as never)
  expect(page.match(/^###? .+$/gm)).toEqual([
    '## Process APIs',
    '### GET /v1/orders',
    '### POST /v1/orders',
    '### GET /v1/orders/{id}',
    '## Operations',
    '### POST /v1/fail',
  ])
  expect(page).toContain('| `limit` | integer 1…200, else `50` | yes |  |')
  expect(page).toContain('| `sort` | `"receivedAt"` or `"customerOrder"` |  |  |')
  expect(page).toContain(
    'Scope: `orders:write`. Priority 1. Needs an `Idempotency-Key`. Takes one, an array, or NDJSON. Answers 202.',
  )
})
