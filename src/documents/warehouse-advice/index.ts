import { defineDocument } from '../document.ts'
import { readWarehouseAdviceJson } from './json.ts'
import { type WarehouseAdvice, warehouseAdviceSchema } from './schema.ts'
import { readWarehouseAdviceX12, writeWarehouseAdviceX12 } from './x12.ts'

/** What a warehouse says it shipped: X12 945. */
export const warehouseAdvice = defineDocument<WarehouseAdvice>({
  name: 'warehouse-advice',
  x12: { set: '945', functionalId: 'SW' },
  keyOf: ({ number, shipment }) => (number === undefined && shipment === undefined ? undefined : [number, shipment]),
  about: ({ number, shipment }) => [['release', number ?? shipment]],
  schema: warehouseAdviceSchema,
  readJson: readWarehouseAdviceJson,
  readX12: readWarehouseAdviceX12,
  writeX12: writeWarehouseAdviceX12,
})
