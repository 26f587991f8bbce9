/** The documents as values: what partners send and expect in the configuration. */
export { invoice } from './invoice/index.ts'
export { orderAcknowledgement } from './order-acknowledgement/index.ts'
export { purchaseOrder } from './purchase-order/index.ts'
export { shipNotice } from './ship-notice/index.ts'
export { stockTransferAdvice } from './stock-transfer-advice/index.ts'
export { stockTransferReceipt } from './stock-transfer-receipt/index.ts'
export { warehouseAdvice } from './warehouse-advice/index.ts'
export { warehouseOrder } from './warehouse-order/index.ts'
