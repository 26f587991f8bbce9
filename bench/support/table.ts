import type { Judged } from './budgets.ts'
import type { DocumentSpeed } from './edi-bench.ts'
import type { BenchResult } from './result.ts'
import type { FailedBench } from './run-set.ts'

/** Results for people: a line for each budget, and for each kind of document where a bench has them. */
export function resultTable(results: readonly (BenchResult | FailedBench)[]): string {
  const whole = aligned([['bench', 'figure', 'reached', 'floor', 'aim', 'met', 'rounds'], ...results.flatMap(rowsOf)])
  return [whole, ...results.filter(hasDocuments).map(documentTable)].join('\n')
}

/** A bench that measured kinds of documents one by one. */
type WithDocuments = BenchResult & { readonly documents: readonly DocumentSpeed[] }

const hasDocuments = (result: object): result is WithDocuments => 'documents' in result

function documentTable({ name, documents }: WithDocuments): string {
  const rows = documents.map((one) => [
    `${name} ${one.name}`,
    one.document,
    figure(one.mbPerSecond),
    figure(one.toJsonParse),
    `≥ ${figure(one.floor)}`,
    one.met ? 'floor' : 'missed',
    one.toPeer === null ? '—' : figure(one.toPeer),
  ])
  return aligned([['kind', 'document', 'MB/s', 'of JSON.parse', 'floor', 'met', 'times the peer'], ...rows])
}

function aligned(rows: readonly (readonly string[])[]): string {
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
