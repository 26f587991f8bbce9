import { defineDocument } from '../document.ts'
import { readOrderStatusJson } from './json.ts'
import { type OrderStatus, orderStatusSchema } from './schema.ts'
import { readOrderStatusX12, writeOrderStatusX12 } from './x12.ts'

/** How far orders are: X12 870. */
export const orderStatus = defineDocument<OrderStatus>({
  name: 'order-status',
  x12: { set: '870', functionalId: 'RS' },
  keyOf: ({ number, date, time }) => [number, date, time],
  about: ({ orders }) => orders.map(({ purchaseOrder }) => ['order', purchaseOrder]),
  schema: orderStatusSchema,
  readJson: readOrderStatusJson,
  readX12: readOrderStatusX12,
  writeX12: writeOrderStatusX12,
})
