import { type DocumentFault, documentFault } from '../faults.ts'
import { serialFaults } from '../line-checks.ts'
import { windowFaults } from '../ship-window.ts'
import { itemFaults } from '../stock-x12.ts'
import { quantityFaults } from '../warehouse-totals.ts'
import type { StockTransferAdvice } from './schema.ts'

/** What must hold across the members of a stock transfer advice. A receipt is matched by its number or its shipment. */
export function stockTransferAdviceFaults(advice: StockTransferAdvice): DocumentFault[] {
  const { number, shipment, lines, shipWindow, totals } = advice
  const faults: DocumentFault[] = []
  if (number === undefined && shipment === undefined) {
    faults.push(documentFault('MISSING', { pointer: '/number' }, ['A number of the transfer or of its shipment']))
  }
  if (lines.length === 0) faults.push(documentFault('LINES_NONE', { pointer: '/lines' }))
  faults.push(...itemFaults(lines), ...windowFaults(shipWindow, ''), ...serialFaults(lines, 'lines'))
  faults.push(
    ...quantityFaults(
      totals?.quantity,
      lines.map(({ quantity }) => quantity),
    ),
  )
  return faults
}
