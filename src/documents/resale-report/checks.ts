import { type DocumentFault, documentFault } from '../faults.ts'
import { currencyFaults, namelessFaults } from '../line-checks.ts'
import { periodFaults } from '../period-x12.ts'
import type { ResaleItem, ResaleReport } from './schema.ts'

/** What must hold across the members of a resale report. */
export function resaleReportFaults(report: ResaleReport): DocumentFault[] {
  const { lines, currency, amounts } = report
  const hasMoney = amounts !== undefined || lines.some(({ items }) => items.some(isPriced))
  return [
    ...(lines.length === 0 ? [documentFault('LINES_NONE', { pointer: '/lines' })] : []),
    ...periodFaults(report, ''),
    ...currencyFaults(currency, hasMoney),
    ...lines.flatMap(({ items }, at) =>
      namelessFaults(items).map((fault) => ({
        ...fault,
        pointer: `/lines/${at}${fault.pointer.replace('lines', 'items')}`,
      })),
    ),
  ]
}

function isPriced({ prices, amounts }: ResaleItem): boolean {
  return prices !== undefined || amounts !== undefined
}
