import { expect, test } from 'vitest'
import { isGood } from '../../src/cli/commands/demo.ts'
import { runHeadless } from '../../src/cli/demo/headless.ts'

test.each([
  ['Crossdock sources and releases', false],
  ['an OMS sources and releases', true],
])(
  'forty orders go to their end with shorts, repeats and an outage when %s',
  { timeout: 120_000 },
  async (_who, withOms) => {
    const result = await runHeadless({ orders: 40, seed: 11, withOms })
    expect(isGood(result, 40), JSON.stringify(result)).toBe(true)
    expect(result.events).toBeGreaterThan(40 * 20)
  },
)

test('a run is not good when an order was not taken, did not end, or anything is wrong', async () => {
  const good = {
    lost: 0,
    duplicates: 0,
    phantom: 0,
    reordered: 0,
    illegal: 0,
    unbalanced: 0,
    orders: 2,
    unfinished: {},
  }
  expect(isGood(good as never, 2)).toBe(true)
  expect(isGood({ ...good, orders: 1 } as never, 2)).toBe(false)
  expect(isGood({ ...good, unfinished: { accepted: 1 } } as never, 2)).toBe(false)
  expect(isGood({ ...good, duplicates: 1 } as never, 2)).toBe(false)
})
