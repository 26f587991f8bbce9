import { expect, test } from 'vitest'
import { twoInstances } from './two-instances.ts'

const FAULTS = Number(process.env['CROSSDOCK_FAULTS'] ?? 3)

test(`two hubs on one database, and ${FAULTS} kills and pauses of hubs and PostgreSQL: nothing lost, nothing twice`, {
  timeout: 120_000 + FAULTS * 30_000,
}, async () => {
  const said: string[] = []
  const result = await twoInstances({ faults: FAULTS, seed: 7, ordersPerSecond: 10, say: (line) => said.push(line) })
  const { lost, duplicates, phantom, reordered, illegal, unbalanced, details } = result.verdict
  const found = {
    lost,
    duplicates,
    phantom,
    reordered,
    illegal,
    unbalanced,
    gaps: result.gaps,
    strayRows: result.strayRows,
    unfinished: result.unfinished,
  }
  expect({ ...found, details: details.slice(0, 5) }, said.join('\n')).toEqual({
    lost: 0,
    duplicates: 0,
    phantom: 0,
    reordered: 0,
    illegal: 0,
    unbalanced: 0,
    gaps: 0,
    strayRows: 0,
    unfinished: 0,
    details: [],
  })
  expect(result.orders).toBeGreaterThan(20)
  expect(Object.values(result.faults).reduce((sum, count) => sum + count, 0)).toBe(FAULTS)
})
