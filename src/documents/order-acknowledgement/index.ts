import { defineDocument } from '../document.ts'
import { accepting, refusing } from './answer.ts'
import { readOrderAcknowledgementEdifact, writeOrderAcknowledgementEdifact } from './edifact.ts'
import { readOrderAcknowledgementJson } from './json.ts'
import { type OrderAcknowledgement, orderAcknowledgementSchema } from './schema.ts'
import { readOrderAcknowledgementX12, writeOrderAcknowledgementX12 } from './x12.ts'

/** The answer to an order: X12 855, EDIFACT ORDRSP. `accepting` and `refusing` make one from the order itself. */
export const orderAcknowledgement = Object.assign(
  defineDocument<OrderAcknowledgement>({
    name: 'order-acknowledgement',
    x12: { set: '855', functionalId: 'PR' },
    keyOf: ({ purchaseOrder, release, verdict, acknowledgedOn, date }) => [
      purchaseOrder,
      release,
      verdict,
      acknowledgedOn ?? date,
    ],
    about: ({ purchaseOrder }) => [['order', purchaseOrder]],
    schema: orderAcknowledgementSchema,
    readJson: readOrderAcknowledgementJson,
    readX12: readOrderAcknowledgementX12,
    writeX12: writeOrderAcknowledgementX12,
    edifact: {
      message: 'ORDRSP',
      versions: ['D.96A', 'D.01B'],
      read: readOrderAcknowledgementEdifact,
      write: writeOrderAcknowledgementEdifact,
    },
  }),
  { accepting, refusing },
)
