/** Whether documents about the same order, warehouse order or load agree with one another. */
import type { FreightInvoice } from '../freight-invoice/schema.ts'
import type { Invoice } from '../invoice/schema.ts'
import type { LoadTender } from '../load-tender/schema.ts'
import type { OrderAcknowledgement } from '../order-acknowledgement/schema.ts'
import type { PurchaseOrder } from '../purchase-order/schema.ts'
import type { ShipNotice } from '../ship-notice/schema.ts'
import type { ShipmentStatus } from '../shipment-status/schema.ts'
import type { TenderResponse } from '../tender-response/schema.ts'
import type { WarehouseAdvice } from '../warehouse-advice/schema.ts'
import type { WarehouseOrder } from '../warehouse-order/schema.ts'
import { type At, type Disagreement, disagreement, type Told } from './disagreement.ts'
import { isComparable, loadDisagreements } from './loads.ts'
import { orderDisagreements } from './orders.ts'
import { type Unanswered, unansweredIn } from './unanswered.ts'
import { warehouseDisagreements } from './warehouse-work.ts'

export { DISAGREEMENTS, type Disagreement, type Told } from './disagreement.ts'
export type { Unanswered } from './unanswered.ts'

/** What was compared, and what came of it. */
export interface Agreement {
  /** How many documents stood beside the one they answer, and had something in them that both speak of. */
  readonly compared: number
  readonly disagreements: readonly Disagreement[]
  /** Documents that could not be compared: what they answer is not there. */
  readonly unanswered: readonly Unanswered[]
}

/**
 * Compares every document with the one it is about. Those whose order is not among them are named, and not compared.
 *
 * @example
 * agreementOf([{ type: 'purchase-order', document: order, where: 'po.edi' }, { type: 'invoice', document: bill, where: 'bill.edi' }])
 */
export function agreementOf(told: readonly Told[]): Agreement {
  const of = <T>(type: string) => told.filter((one) => one.type === type) as unknown as readonly Told<T>[]
  const [notices, invoices] = [of<ShipNotice>('ship-notice'), of<Invoice>('invoice')]
  const acknowledgements = of<OrderAcknowledgement>('order-acknowledgement')
  const advices = of<WarehouseAdvice>('warehouse-advice')
  const [responses, statuses] = [of<TenderResponse>('tender-response'), of<ShipmentStatus>('shipment-status')]
  const bills = of<FreightInvoice>('freight-invoice')
  let compared = 0
  const count = <T>(list: readonly Told<T>[], hasContent: (document: T) => boolean): readonly Told<T>[] => {
    for (const { document } of list) if (hasContent(document)) compared += 1
    return list
  }
  const disagreements = [
    ...of<PurchaseOrder>('purchase-order').flatMap((order) => {
      const { number } = order.document
      return orderDisagreements({
        order,
        acknowledgements: count(
          acknowledgements.filter(({ document }) => document.purchaseOrder === number),
          hasLines,
        ),
        notices: count(
          notices.filter(({ document }) => document.orders.some((one) => one.purchaseOrder === number)),
          ({ purpose, items }) => purpose !== 'cancel' && items.some(({ purchaseOrder }) => purchaseOrder === number),
        ),
        invoices: count(
          invoices.filter(({ document }) => document.purchaseOrder === number),
          hasLines,
        ),
      })
    }),
    ...of<WarehouseOrder>('warehouse-order').flatMap((order) =>
      warehouseDisagreements(
        order,
        count(
          advices.filter(({ document }) => document.number === order.document.number),
          hasLines,
        ),
      ),
    ),
    ...of<LoadTender>('load-tender').flatMap((tender) => {
      const isOfLoad = <T extends { readonly shipment?: string }>({ document }: Told<T>) =>
        document.shipment === tender.document.shipment
      return loadDisagreements({
        tender,
        responses: count(responses.filter(isOfLoad), (said) => isComparable(said, tender.document)),
        statuses: count(statuses.filter(isOfLoad), (said) => isComparable(said, tender.document)),
        bills: count(bills.filter(isOfLoad), (said) => isComparable(said, tender.document)),
      })
    }),
  ]
  return { compared, disagreements, unanswered: unansweredIn(told) }
}

/** Lines are what such documents share with what they answer. */
const hasLines = ({ lines }: { readonly lines: readonly unknown[] }): boolean => lines.length > 0

/** Where the number of a document stands that may come only once from its sender. */
const NUMBERS: Readonly<Record<string, { readonly at: At; readonly member: string; readonly called: string }>> = {
  'purchase-order': { at: ['BEG', 0, 3], member: 'number', called: 'Order' },
  'ship-notice': { at: ['BSN', 0, 2], member: 'number', called: 'Shipment' },
  invoice: { at: ['BIG', 0, 2], member: 'number', called: 'Invoice' },
  'warehouse-order': { at: ['W05', 0, 2], member: 'number', called: 'Warehouse order' },
  'warehouse-advice': { at: ['W06', 0, 4], member: 'shipment', called: 'Shipment' },
  'load-tender': { at: ['B2', 0, 4], member: 'shipment', called: 'Load' },
  'freight-invoice': { at: ['B3', 0, 2], member: 'number', called: 'Invoice' },
}

/** Documents that come a second time under a number that may come only once; those that say that they repeat may. */
export function repeatedNumbers(told: readonly Told[]): Disagreement[] {
  const seen = new Set<string>()
  return told.flatMap((one) => {
    const known = NUMBERS[one.type]
    if (!known) return []
    const { purpose, [known.member]: number } = one.document as Record<string, unknown>
    if (number === undefined || (purpose !== undefined && purpose !== 'original' && purpose !== 'new')) return []
    const key = `${one.type} ${number}`
    const isRepeat = seen.has(key)
    seen.add(key)
    return isRepeat ? [disagreement('NUMBER_REPEATED', one, known.at, `${known.called} ${number}`)] : []
  })
}
