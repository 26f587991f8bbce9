import { defineDocument } from '../document.ts'
import { readOrderChangeAcknowledgementJson } from './json.ts'
import { type OrderChangeAcknowledgement, orderChangeAcknowledgementSchema } from './schema.ts'
import { readOrderChangeAcknowledgementX12, writeOrderChangeAcknowledgementX12 } from './x12.ts'

/** The answer to an order change: X12 865. */
export const orderChangeAcknowledgement = defineDocument<OrderChangeAcknowledgement>({
  name: 'order-change-acknowledgement',
  x12: { set: '865', functionalId: 'CA' },
  keyOf: ({ purchaseOrder, release, changeNumber, verdict, acknowledgedOn, date }) => [
    purchaseOrder,
    release,
    changeNumber,
    verdict,
    acknowledgedOn ?? date,
  ],
  about: ({ purchaseOrder }) => [['order', purchaseOrder]],
  schema: orderChangeAcknowledgementSchema,
  readJson: readOrderChangeAcknowledgementJson,
  readX12: readOrderChangeAcknowledgementX12,
  writeX12: writeOrderChangeAcknowledgementX12,
})
