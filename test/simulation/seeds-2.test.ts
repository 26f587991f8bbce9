import { expect, test } from 'vitest'
import { HALF, runMany } from './many.ts'

test('whatever a seed breaks, the hub ends with every order finished and all books agreeing (half 2)', {
  timeout: 3_600_000,
}, async () => {
  const { good, twice } = await runMany(HALF + 1, 2 * HALF, 16)
  process.stdout.write(`${good} seeds good, ${twice} of them run twice to the same trace\n`)
  expect(twice).toBeGreaterThan(0)
})
