import type { Judged } from './budgets.ts'
import type { BenchResult } from './result.ts'
import type { FailedBench } from './run-set.ts'

/** Results for people: a line for each budget. */
export function resultTable(results: readonly (BenchResult | FailedBench)[]): string {
  const rows = [['bench', 'figure', 'reached', 'floor', 'aim', 'met', 'rounds'], ...results.flatMap(rowsOf)]
  const widths = rows[0]?.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0))) ?? []
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, at) => cell.padEnd(widths[at] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('')
}

function rowsOf(result: BenchResult | FailedBench): string[][] {
  if (!('rounds' in result)) return [[result.name, 'failed', '', '', '', 'missed', String(result.failed)]]
  const noise = result.medianOver === 'quiet rounds' ? '' : ', noisy'
  const rounds = `${result.rounds.length}${noise}`
  if (result.budgets.length === 0) {
    return [[result.name, result.figure, figure(result.median), '', '', '', rounds]]
  }
  return result.budgets.map((budget) => [result.name, budget.of, ...limits(budget), budget.met, rounds])
}

function limits({ reached, floor, aim, atMost }: Judged): string[] {
  const sign = atMost ? '≤ ' : '≥ '
  return [reached === null ? '—' : figure(reached), sign + figure(floor), sign + figure(aim)]
}

const figure = (value: number): string => value.toLocaleString('en', { maximumFractionDigits: value < 100 ? 2 : 0 })
