import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { sourcesBelow, violations } from './ladder.ts'

const src = fileURLToPath(new URL('../../src/', import.meta.url))

test('imports go down the ladder, never sideways', () => {
  const sources = sourcesBelow(src)
  expect(sources.size).toBeGreaterThan(50)
  expect(violations(sources).map((violation) => violation.says)).toEqual([])
})

test.each([
  ['a room that uses its neighbour', 'intake/receive.ts', "import { plan } from '../delivery/plan.ts'", 'delivery'],
  ['a base that knows a room', 'base/ids.ts', "import { order } from '../lifecycle/order.ts'", 'lifecycle'],
  ['a type from above', 'journal/turn.ts', "import type { Delivery } from '../delivery/delivery.ts'", 'delivery'],
  ['an export from above', 'edi/x12/read.ts', "export { money } from '../../documents/shapes.ts'", 'documents'],
  ['a lazy import sideways', 'cases/fold.ts', "const v = await import('../visibility/search.ts')", 'visibility'],
  [
    'a simulator that knows the hub',
    'simulators/erp/erp.ts',
    "import { Journal } from '../../journal/journal.ts'",
    'journal',
  ],
  ['a checker that uses the hub', 'checker/checker.ts', "import { micros } from '../base/quantity.ts'", 'base'],
  [
    'a room that imports the package itself',
    'inventory/stock.ts',
    "import { x } from 'crossdock/lifecycle'",
    'crossdock/lifecycle',
  ],
  ['a room that uses what tests use', 'intake/receive.ts', "import { door } from './testing/door.ts'", 'testing'],
  ['a place nobody put on the ladder', 'helpers/misc.ts', "import { micros } from '../base/quantity.ts'", 'base'],
])('the ladder test fails for %s', (_title, file, line, target) => {
  const found = violations(new Map([[file, `${line}\n`]]))
  expect(found).toHaveLength(1)
  expect(found[0]?.says).toContain(`may not use ${target}/`)
})
