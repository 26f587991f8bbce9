import { defineDocument } from '../document.ts'
import { readReceivingAdviceEdifact, writeReceivingAdviceEdifact } from './edifact.ts'
import { readReceivingAdviceJson } from './json.ts'
import { type ReceivingAdvice, receivingAdviceSchema } from './schema.ts'
import { readReceivingAdviceX12, writeReceivingAdviceX12 } from './x12.ts'

/** What a receiver found when goods came in: X12 861, EDIFACT RECADV. */
export const receivingAdvice = defineDocument<ReceivingAdvice>({
  name: 'receiving-advice',
  x12: { set: '861', functionalId: 'RC' },
  keyOf: ({ number }) => [number],
  about: ({ number, orders = [] }) =>
    orders.length === 0 ? [['receipt', number]] : orders.map(({ purchaseOrder }) => ['order', purchaseOrder]),
  schema: receivingAdviceSchema,
  readJson: readReceivingAdviceJson,
  readX12: readReceivingAdviceX12,
  writeX12: writeReceivingAdviceX12,
  edifact: {
    message: 'RECADV',
    versions: ['D.96A', 'D.01B'],
    read: readReceivingAdviceEdifact,
    write: writeReceivingAdviceEdifact,
  },
})
