import { applicationAdvice } from './application-advice/index.ts'
import type { DocumentType } from './document.ts'
import { freightInvoice } from './freight-invoice/index.ts'
import { inventoryAdjustment } from './inventory-adjustment/index.ts'
import { inventoryAdvice } from './inventory-advice/index.ts'
import { invoice } from './invoice/index.ts'
import { loadTender } from './load-tender/index.ts'
import { orderAcknowledgement } from './order-acknowledgement/index.ts'
import { orderChange } from './order-change/index.ts'
import { orderChangeAcknowledgement } from './order-change-acknowledgement/index.ts'
import { orderStatus } from './order-status/index.ts'
import { priceCatalog } from './price-catalog/index.ts'
import { productActivity } from './product-activity/index.ts'
import { purchaseOrder } from './purchase-order/index.ts'
import { receivingAdvice } from './receiving-advice/index.ts'
import { remittanceAdvice } from './remittance-advice/index.ts'
import { resaleReport } from './resale-report/index.ts'
import { returnAuthorization } from './return-authorization/index.ts'
import { shipAndBill } from './ship-and-bill/index.ts'
import { shipNotice } from './ship-notice/index.ts'
import { shipmentStatus } from './shipment-status/index.ts'
import { stockTransferAdvice } from './stock-transfer-advice/index.ts'
import { stockTransferReceipt } from './stock-transfer-receipt/index.ts'
import { tenderResponse } from './tender-response/index.ts'
import { warehouseAdvice } from './warehouse-advice/index.ts'
import { warehouseOrder } from './warehouse-order/index.ts'

/** Every document type there is. */
export const documentTypes = [
  purchaseOrder,
  orderAcknowledgement,
  shipNotice,
  invoice,
  warehouseOrder,
  warehouseAdvice,
  stockTransferAdvice,
  stockTransferReceipt,
  inventoryAdvice,
  priceCatalog,
  orderChange,
  orderChangeAcknowledgement,
  orderStatus,
  receivingAdvice,
  applicationAdvice,
  inventoryAdjustment,
  tenderResponse,
  shipmentStatus,
  remittanceAdvice,
  productActivity,
  loadTender,
  returnAuthorization,
  freightInvoice,
  resaleReport,
  shipAndBill,
] as const

const byName: ReadonlyMap<string, DocumentType> = new Map(
  documentTypes.map((type) => [type.name, type as DocumentType]),
)

/** The document type of this name, `'remittance-advice'`; undefined where there is none. */
export const documentNamed = (name: string): DocumentType | undefined => byName.get(name)

/** The document type of an X12 set, `'850'`; undefined for a set without one. */
export function documentOfSet(set: string): (typeof documentTypes)[number] | undefined {
  return bySet.get(set)
}

/** The document type of an EDIFACT message, `'ORDERS'`; undefined for a message without one. */
export function documentOfMessage(message: string): (typeof documentTypes)[number] | undefined {
  return byMessage.get(message)
}

const bySet = new Map(documentTypes.map((type) => [type.x12.set as string, type]))
const byMessage = new Map(
  documentTypes.flatMap((type) => (type.edifact ? [[type.edifact.message, type] as const] : [])),
)
