import { expect, test } from 'vitest'
import { record } from '../support/record.ts'
import { missedBy } from './bar.ts'
import { type RunResult, runFaults } from './run.ts'
import { drawSchedule } from './schedule.ts'

/** One minute in `npm test`, three in `npm run test:long`; the hour is `npm run faults -- --minutes 60`. */
const MINUTES = Number(process.env['CROSSDOCK_FAULT_MINUTES'] ?? 1)
/** Seeds that have found a bug once: each runs in the long form for good. */
const FOUND: readonly number[] = [
  8, // delivery wrote fractions of a monotonic clock into rows of whole milliseconds: every turn of a hub was refused
]
const seeds = MINUTES >= 3 ? [7, ...FOUND] : [7]

const clean = {
  lost: 0,
  duplicates: 0,
  phantom: 0,
  reordered: 0,
  illegal: 0,
  unbalanced: 0,
  gaps: 0,
  strayRows: 0,
  unfinished: 0,
  findings: [],
  details: [],
}
const found = (result: RunResult) =>
  Object.fromEntries(Object.keys(clean).map((name) => [name, result[name as keyof RunResult]]))

test.each(seeds)(
  'two hubs, PostgreSQL and every edge between them and five systems fail again and again (seed %i): nothing lost, nothing twice',
  {
    timeout: 240_000 + MINUTES * 180_000,
  },
  async (seed) => {
    const said: string[] = []
    const schedule = drawSchedule({ seed, minutes: MINUTES })
    const result = await runFaults({ schedule, say: (line) => said.push(line) })
    expect(found(result), `${said.join('\n')}\n${result.folder}`).toEqual(clean)
    expect(missedBy(result, schedule), said.join('\n')).toEqual([])
    const { folder: _, details: __, findings: ___, rules: ____, ...figures } = result
    record(
      MINUTES >= 3 ? 'faults' : 'faults-short',
      figures as never,
      `npm run -s faults -- --seed ${seed} --minutes ${MINUTES} --json`,
    )
  },
)
