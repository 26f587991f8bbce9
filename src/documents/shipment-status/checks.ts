import { type DocumentFault, documentFault } from '../faults.ts'
import type { ShipmentStatus } from './schema.ts'

/** What must hold across the members of a shipment status. Order and repeats are the carrier's, and no fault. */
export function shipmentStatusFaults({ pro, shipment, lines }: ShipmentStatus): DocumentFault[] {
  const faults: DocumentFault[] = []
  if (pro === undefined && shipment === undefined) {
    faults.push(documentFault('MISSING', { pointer: '/shipment' }, ['A number of the shipment']))
  }
  if (lines.length === 0) faults.push(documentFault('LINES_NONE', { pointer: '/lines' }))
  for (const [at, { milestones }] of lines.entries()) {
    if (milestones.length === 0) {
      faults.push(documentFault('MISSING', { pointer: `/lines/${at}/milestones` }, ['What happened (AT7)']))
    }
  }
  return faults
}
