import { defineDocument } from '../document.ts'
import { readPurchaseOrderEdifact, writePurchaseOrderEdifact } from './edifact.ts'
import { readPurchaseOrderJson } from './json.ts'
import { type PurchaseOrder, purchaseOrderSchema } from './schema.ts'
import { readPurchaseOrderX12, writePurchaseOrderX12 } from './x12.ts'

/** A customer's order: X12 850, EDIFACT ORDERS. */
export const purchaseOrder = defineDocument<PurchaseOrder>({
  name: 'purchase-order',
  x12: { set: '850', functionalId: 'PO' },
  keyOf: ({ number, release }) => [number, release],
  about: ({ number }) => [['order', number]],
  schema: purchaseOrderSchema,
  readJson: readPurchaseOrderJson,
  readX12: readPurchaseOrderX12,
  writeX12: writePurchaseOrderX12,
  edifact: {
    message: 'ORDERS',
    versions: ['D.96A', 'D.01B'],
    read: readPurchaseOrderEdifact,
    write: writePurchaseOrderEdifact,
  },
})
