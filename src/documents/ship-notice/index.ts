import { defineDocument } from '../document.ts'
import { readShipNoticeEdifact, writeShipNoticeEdifact } from './edifact.ts'
import { readShipNoticeJson } from './json.ts'
import { type ShipNotice, shipNoticeSchema } from './schema.ts'
import { readShipNoticeX12 } from './x12.ts'
import { writeShipNoticeX12 } from './x12-writer.ts'

/** What is on its way to the customer: X12 856, EDIFACT DESADV. */
export const shipNotice = defineDocument<ShipNotice>({
  name: 'ship-notice',
  x12: { set: '856', functionalId: 'SH' },
  keyOf: ({ number }) => [number],
  about: ({ number, orders }) =>
    orders.length === 0 ? [['shipment', number]] : orders.map(({ purchaseOrder }) => ['order', purchaseOrder]),
  schema: shipNoticeSchema,
  readJson: readShipNoticeJson,
  readX12: readShipNoticeX12,
  writeX12: writeShipNoticeX12,
  edifact: {
    message: 'DESADV',
    versions: ['D.96A', 'D.01B'],
    read: readShipNoticeEdifact,
    write: writeShipNoticeEdifact,
  },
})
