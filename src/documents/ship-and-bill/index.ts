import { defineDocument } from '../document.ts'
import { readShipAndBillJson } from './json.ts'
import { type ShipAndBill, shipAndBillSchema } from './schema.ts'
import { readShipAndBillX12 } from './x12.ts'
import { writeShipAndBillX12 } from './x12-writer.ts'

/** What is on its way and what it costs, in one document, as deliveries to stores have it: X12 857. */
export const shipAndBill = defineDocument<ShipAndBill>({
  name: 'ship-and-bill',
  x12: { set: '857', functionalId: 'BS' },
  keyOf: ({ number }) => [number],
  about: ({ number, bills }) => {
    const orders = bills.flatMap(({ purchaseOrder }) => (purchaseOrder === undefined ? [] : [['order', purchaseOrder]]))
    return orders.length === 0 ? [['shipment', number]] : orders
  },
  schema: shipAndBillSchema,
  readJson: readShipAndBillJson,
  readX12: readShipAndBillX12,
  writeX12: writeShipAndBillX12,
})
