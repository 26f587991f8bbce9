import { type RunRecord, record } from '../../test/support/record.ts'
import type { BenchResult } from './result.ts'

/** The form of a run: the full form is the bench as it is, neither quick nor of a size of somebody's own. */
export interface BenchForm {
  readonly quick: boolean
  readonly orders: string | undefined
  readonly rounds: string | undefined
}

/** Some benches have a namesake among the tests' records. */
const NAMES: Readonly<Record<string, string>> = { outage: 'outage-bench' }

/** Leaves the figures of a bench for the scoreboard, missed budgets too, if `--record` was said. */
export function recordBench(result: BenchResult, form: BenchForm, args: readonly string[]): void {
  record(recordName(result.name, form), figuresOf(result), `npm run -s bench -- ${args.join(' ')}`)
}

/** Only the full form is recorded under the name of the bench: no other size may stand for it. */
export function recordName(bench: string, { quick, orders, rounds }: BenchForm): string {
  const name = NAMES[bench] ?? bench
  return [
    name,
    ...(quick ? ['short'] : []),
    ...(orders ? [orders, 'orders'] : []),
    ...(rounds ? [rounds, 'rounds'] : []),
  ].join('-')
}

/** What was measured, plain figures first: the members of the bench's own, its ratios, its budgets. */
export function figuresOf(result: BenchResult): RunRecord['figures'] {
  const { name: _, date: _when, machine: _where, figure, median, rounds, budgets, ratios, ...own } = result
  const missed = budgets.filter(({ met }) => met === 'missed' || met === 'absent').map(({ of }) => of)
  const { verified: _how, unit, medianOver, cpuMicros, ...plain } = own
  return JSON.parse(
    JSON.stringify({
      [figure]: median,
      ...plain,
      ...(ratios as object | undefined),
      budgetsMissed: missed.length === 0 ? 'none' : missed.join(', '),
      rounds: rounds.length,
      medianOver,
      cpuMicrosPer: { [unit]: cpuMicros },
      foreignCores: rounds.map(({ foreignCores }) => foreignCores),
      budgets: budgets.map(({ of, floor, aim, reached, met }) => ({ of, floor, aim, reached, met })),
    }),
  ) as RunRecord['figures']
}
