import { defineDocument } from '../document.ts'
import { readWarehouseOrderJson } from './json.ts'
import { type WarehouseOrder, warehouseOrderSchema } from './schema.ts'
import { readWarehouseOrderX12, writeWarehouseOrderX12 } from './x12.ts'

/** What a warehouse is told to ship: X12 940. */
export const warehouseOrder = defineDocument<WarehouseOrder>({
  name: 'warehouse-order',
  x12: { set: '940', functionalId: 'OW' },
  keyOf: ({ number }) => [number],
  about: ({ number }) => [['release', number]],
  schema: warehouseOrderSchema,
  readJson: readWarehouseOrderJson,
  readX12: readWarehouseOrderX12,
  writeX12: writeWarehouseOrderX12,
})
