import { changeLineFaults } from '../change-line.ts'
import { type DocumentFault, documentFault } from '../faults.ts'
import { chargeFaults } from '../line-checks.ts'
import { windowFaults } from '../ship-window.ts'
import type { OrderChange } from './schema.ts'

/** What must hold across the members of an order change. One without lines cancels the order, or changes its head only. */
export function orderChangeFaults(change: OrderChange): DocumentFault[] {
  const faults: DocumentFault[] = []
  changeLineFaults(change.lines, faults)
  faults.push(...windowFaults(change.shipWindow, ''), ...chargeFaults(change.charges ?? [], change.currency, ''))
  for (const [at, line] of change.lines.entries()) {
    if (line.shipWindow) faults.push(...windowFaults(line.shipWindow, `/lines/${at}`))
    if (line.charges) faults.push(...chargeFaults(line.charges, change.currency, `/lines/${at}`))
    if (line.destinations && line.uom === undefined) {
      faults.push(documentFault('MISSING', { pointer: `/lines/${at}` }, ['The unit of measure']))
    }
  }
  return faults
}
