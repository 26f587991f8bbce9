import { defineDocument } from '../document.ts'
import { readInventoryAdviceEdifact, writeInventoryAdviceEdifact } from './edifact.ts'
import { readInventoryAdviceJson } from './json.ts'
import { type InventoryAdvice, inventoryAdviceSchema } from './schema.ts'
import { readInventoryAdviceX12, writeInventoryAdviceX12 } from './x12.ts'

/** How much there is: X12 846, EDIFACT INVRPT. */
export const inventoryAdvice = defineDocument<InventoryAdvice>({
  name: 'inventory-advice',
  x12: { set: '846', functionalId: 'IB' },
  keyOf: ({ number }) => [number],
  about: () => [['stock']],
  schema: inventoryAdviceSchema,
  readJson: readInventoryAdviceJson,
  readX12: readInventoryAdviceX12,
  writeX12: writeInventoryAdviceX12,
  edifact: {
    message: 'INVRPT',
    versions: ['D.96A', 'D.01B'],
    read: readInventoryAdviceEdifact,
    write: writeInventoryAdviceEdifact,
  },
})
