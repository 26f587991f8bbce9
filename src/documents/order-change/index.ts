import { defineDocument } from '../document.ts'
import { readOrderChangeEdifact, writeOrderChangeEdifact } from './edifact.ts'
import { readOrderChangeJson } from './json.ts'
import { type OrderChange, orderChangeSchema } from './schema.ts'
import { readOrderChangeX12, writeOrderChangeX12 } from './x12.ts'

/** A customer's change or cancellation of its order: X12 860, EDIFACT ORDCHG. */
export const orderChange = defineDocument<OrderChange>({
  name: 'order-change',
  x12: { set: '860', functionalId: 'PC' },
  keyOf: ({ number, release, changeNumber }) =>
    changeNumber === undefined ? undefined : [number, release, changeNumber],
  about: ({ number }) => [['order', number]],
  schema: orderChangeSchema,
  readJson: readOrderChangeJson,
  readX12: readOrderChangeX12,
  writeX12: writeOrderChangeX12,
  edifact: {
    message: 'ORDCHG',
    versions: ['D.96A', 'D.01B'],
    read: readOrderChangeEdifact,
    write: writeOrderChangeEdifact,
  },
})
