import { add, compare, decimal, decimalText } from '../../base/decimal.ts'
import { type DocumentFault, documentFault } from '../faults.ts'
import { givenNumberFaults, namelessFaults } from '../line-checks.ts'
import { periodFaults } from '../period-x12.ts'
import { NOTHING } from '../totals.ts'
import type { Activity, ProductActivity } from './schema.ts'

/** What must hold across the members of a product activity report. */
export function productActivityFaults(report: ProductActivity): DocumentFault[] {
  const { lines } = report
  return [
    ...(lines.length === 0 ? [documentFault('LINES_NONE', { pointer: '/lines' })] : []),
    ...periodFaults(report, ''),
    ...givenNumberFaults(lines),
    ...namelessFaults(lines),
    ...lines.flatMap(({ activities }, at) =>
      activities.flatMap((activity, place) => activityFaults(activity, `/lines/${at}/activities/${place}`)),
    ),
  ]
}

/** How much must be said once; when it is said twice, as a whole and by location, both must agree. */
function activityFaults({ quantity, locations }: Activity, pointer: string): DocumentFault[] {
  if (locations === undefined) {
    return quantity === undefined ? [documentFault('MISSING', { pointer }, ['The quantity'])] : []
  }
  if (quantity === undefined) return []
  let sum = NOTHING
  for (const share of locations) sum = add(sum, decimal(share.quantity))
  if (compare(sum, decimal(quantity)) === 0) return []
  return [documentFault('SPLIT_DIFFERS', { pointer }, [decimalText(sum), quantity])]
}
