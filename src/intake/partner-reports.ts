import type { DocumentType } from '../documents/document.ts'
import { freightInvoice } from '../documents/freight-invoice/index.ts'
import { inventoryAdjustment } from '../documents/inventory-adjustment/index.ts'
import { inventoryAdvice } from '../documents/inventory-advice/index.ts'
import { shipmentStatus } from '../documents/shipment-status/index.ts'
import { stockTransferReceipt } from '../documents/stock-transfer-receipt/index.ts'
import { tenderResponse } from '../documents/tender-response/index.ts'
import { adjustmentPart } from './adjustment-part.ts'
import type { Arrival, FaultyPart, Part } from './arrival.ts'
import { countPart } from './count-part.ts'
import { freightBillPart } from './freight-bill-part.ts'
import { milestonePart } from './milestone-part.ts'
import { receiptPart } from './receipt-part.ts'
import type { IntakeWorld, Sender } from './settings.ts'
import { tenderAnswerPart } from './tender-answer-part.ts'

/** A document by which partners report what happened, whatever syntax it came in. */
export interface PartnerReport<T = unknown> {
  readonly document: Pick<DocumentType<T>, 'name'>
  /** Who may send it. */
  readonly isFrom: (sender: Sender) => boolean
  readonly part: (document: T, name: string, arrival: Arrival, world: IntakeWorld) => Part | FaultyPart
}

const warehouses = ({ role }: Sender): boolean => role === 'wms'
const carriers = ({ carrier }: Sender): boolean => carrier !== undefined

const reports = [
  { document: inventoryAdjustment, isFrom: warehouses, part: adjustmentPart },
  { document: inventoryAdvice, isFrom: warehouses, part: countPart },
  { document: stockTransferReceipt, isFrom: warehouses, part: receiptPart },
  { document: shipmentStatus, isFrom: carriers, part: milestonePart },
  { document: tenderResponse, isFrom: carriers, part: tenderAnswerPart },
  { document: freightInvoice, isFrom: carriers, part: freightBillPart },
] as unknown as readonly PartnerReport[]

const byType = new Map(reports.map((report) => [report.document.name, report]))

/** The report that a document of this type is, from this sender; undefined where it is none, or nothing it may say. */
export function reportOf(type: string, sender: Sender): PartnerReport | undefined {
  const report = byType.get(type)
  return report?.isFrom(sender) ? report : undefined
}
