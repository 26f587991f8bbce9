import { type DocumentFault, documentFault } from '../faults.ts'
import { serialFaults } from '../line-checks.ts'
import { windowFaults } from '../ship-window.ts'
import { itemFaults } from '../stock-x12.ts'
import { quantityFaults } from '../warehouse-totals.ts'
import type { StockTransferReceipt } from './schema.ts'

/**
 * What must hold across the members of a stock transfer receipt. What came in is never refused for its sums; over, short
 * and damaged are facts.
 */
export function stockTransferReceiptFaults(receipt: StockTransferReceipt): DocumentFault[] {
  const { lines, shipWindow, totals } = receipt
  const faults: DocumentFault[] = []
  if (lines.length === 0) faults.push(documentFault('LINES_NONE', { pointer: '/lines' }))
  faults.push(...itemFaults(lines), ...windowFaults(shipWindow, ''), ...serialFaults(lines, 'lines'))
  faults.push(
    ...quantityFaults(
      totals?.quantity,
      lines.map(({ received }) => received),
    ),
  )
  return faults
}
