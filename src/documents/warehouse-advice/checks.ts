import { compare, decimal, decimalText, subtract } from '../../base/decimal.ts'
import { type DocumentFault, documentFault } from '../faults.ts'
import { serialFaults } from '../line-checks.ts'
import { windowFaults } from '../ship-window.ts'
import { quantityFaults } from '../warehouse-totals.ts'
import type { WarehouseAdvice, WarehouseAdviceLine } from './schema.ts'

/** What must hold across the members of a warehouse advice. What left the building is never refused for its sums. */
export function warehouseAdviceFaults(advice: WarehouseAdvice): DocumentFault[] {
  const { lines, shipWindow, totals } = advice
  const faults: DocumentFault[] = []
  if (lines.length === 0) faults.push(documentFault('LINES_NONE', { pointer: '/lines' }))
  faults.push(...windowFaults(shipWindow, ''), ...serialFaults(lines, 'lines'))
  lines.forEach((line, at) => {
    if (line.difference !== undefined) faults.push(...differenceFaults(line, `/lines/${at}`))
  })
  faults.push(
    ...quantityFaults(
      totals?.quantity,
      lines.map(({ shipped }) => shipped),
    ),
  )
  return faults
}

/** Partners write what is missing with and without a minus. */
function differenceFaults({ ordered, shipped, difference }: WarehouseAdviceLine, pointer: string): DocumentFault[] {
  if (ordered === undefined || difference === undefined) return []
  const missing = subtract(decimal(ordered), decimal(shipped))
  const stated = decimal(difference)
  const isStated = compare(missing, stated) === 0 || compare(missing, { ...stated, units: -stated.units }) === 0
  if (isStated) return []
  const about = [`a difference of ${difference}`, decimalText(missing)]
  return [documentFault('COUNT_DIFFERS', { pointer }, about, 'warning')]
}
