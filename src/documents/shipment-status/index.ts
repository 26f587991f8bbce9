import { defineDocument } from '../document.ts'
import { readShipmentStatusEdifact, writeShipmentStatusEdifact } from './edifact.ts'
import { readShipmentStatusJson } from './json.ts'
import { type ShipmentStatus, type ShipmentStatusLine, shipmentStatusSchema } from './schema.ts'
import { readShipmentStatusX12, writeShipmentStatusX12 } from './x12.ts'

/** What a carrier says about a shipment on its way: X12 214, EDIFACT IFTSTA. */
export const shipmentStatus = defineDocument<ShipmentStatus>({
  name: 'shipment-status',
  x12: { set: '214', functionalId: 'QM' },
  keyOf: ({ scac, shipment, pro, lines }) => [scac, shipment ?? pro, ...lines.flatMap(momentsOf)],
  about: ({ shipment, pro }) => [['load', shipment ?? pro]],
  schema: shipmentStatusSchema,
  readJson: readShipmentStatusJson,
  readX12: readShipmentStatusX12,
  writeX12: writeShipmentStatusX12,
  edifact: {
    message: 'IFTSTA',
    versions: ['D.96A', 'D.01B'],
    read: readShipmentStatusEdifact,
    write: writeShipmentStatusEdifact,
  },
})

/** What happened, and when by the clock of the place: a status of another time is another status. */
function momentsOf({ milestones }: ShipmentStatusLine): string[] {
  return milestones.map(({ milestone, code, date, time = '' }) => `${code ?? milestone}@${date}T${time}`)
}
