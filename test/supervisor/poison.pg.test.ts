import { expect, test } from 'vitest'
import { benchLandscape } from '../../bench/support/landscape.ts'
import { type PoisonRound, poisonRound } from '../../bench/support/poison-round.ts'
import { median } from '../../bench/support/result.ts'
import { type TestDatabase, testDatabase } from '../support/database.ts'

const ORDERS = 300
const ROUNDS = 2

/** A database for each run: the systems begin anew, and would say what was said before. */
const pairs = Array.from({ length: ROUNDS }, () => [testDatabase(), testDatabase()] as const)

test('one order in a hundred is poison: exactly those are parked, the rest are delivered and hardly pay for it', {
  timeout: 180_000,
}, async () => {
  const ratios: number[] = []
  for (const [one, other] of pairs) {
    const clean = await run(one, 0)
    const poisoned = await run(other, 100)
    expect(poisoned).toMatchObject({ planted: 3, parked: 3, innocentParked: 0, delivered: ORDERS - 3 })
    expect(clean).toMatchObject({ planted: 0, parked: 0, innocentParked: 0, delivered: ORDERS })
    expect(await other.query('select from parked')).toHaveLength(3)
    ratios.push(clean.cpu.app / poisoned.cpu.app)
  }
  // Processor time, and a wide margin: this machine is shared. The bench `poison` has the throughput, and its floor.
  expect(median(ratios)).toBeGreaterThan(0.75)
})

function run({ url }: TestDatabase, everyNth: number): Promise<PoisonRound> {
  return poisonRound({ url, landscape: benchLandscape(7), orders: ORDERS, inFlight: 100, prefix: 'p-', everyNth })
}
