import { defineDocument } from '../document.ts'
import { readInventoryAdjustmentJson } from './json.ts'
import { type InventoryAdjustment, inventoryAdjustmentSchema } from './schema.ts'
import { readInventoryAdjustmentX12, writeInventoryAdjustmentX12 } from './x12.ts'

/** What a warehouse put right in its stock: X12 947. */
export const inventoryAdjustment = defineDocument<InventoryAdjustment>({
  name: 'inventory-adjustment',
  x12: { set: '947', functionalId: 'AW' },
  keyOf: ({ number }) => (number === undefined ? undefined : [number]),
  about: () => [['stock']],
  schema: inventoryAdjustmentSchema,
  readJson: readInventoryAdjustmentJson,
  readX12: readInventoryAdjustmentX12,
  writeX12: writeInventoryAdjustmentX12,
})
