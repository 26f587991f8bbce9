import { type DocumentFault, documentFault } from '../faults.ts'
import { lineNumberFaults } from '../line-checks.ts'
import { windowFaults } from '../ship-window.ts'
import { quantityFaults } from '../warehouse-totals.ts'
import type { WarehouseOrder } from './schema.ts'

/** What must hold across the members of a warehouse order. A stated quantity that differs is a warning. */
export function warehouseOrderFaults(order: WarehouseOrder): DocumentFault[] {
  const faults: DocumentFault[] = []
  if (order.lines.length === 0 && order.purpose !== 'cancel') {
    faults.push(documentFault('LINES_NONE', { pointer: '/lines' }))
  }
  lineNumberFaults(order.lines, faults)
  faults.push(...windowFaults(order.shipWindow, ''))
  faults.push(
    ...quantityFaults(
      order.totals?.quantity,
      order.lines.map(({ quantity }) => quantity),
    ),
  )
  return faults
}
