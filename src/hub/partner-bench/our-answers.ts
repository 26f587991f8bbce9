/**
 * What a customer would be sent for an order of its own: acknowledged, shipped in one carton and billed, all as ordered. They hold what
 * the process puts into its documents when the warehouse, the carrier and the ERP say all there is to say.
 */
import { add, decimal, decimalText } from '../../base/decimal.ts'
import { extended } from '../../base/money.ts'
import type { Reading } from '../../documents/faults.ts'
import { invoice } from '../../documents/invoice/index.ts'
import type { Invoice } from '../../documents/invoice/schema.ts'
import { orderAcknowledgement } from '../../documents/order-acknowledgement/index.ts'
import type { PartnerSyntax } from '../../documents/partner-syntax.ts'
import type { PurchaseOrder, PurchaseOrderLine } from '../../documents/purchase-order/schema.ts'
import type { Segment } from '../../documents/set-writing.ts'
import { shipNotice } from '../../documents/ship-notice/index.ts'
import type { ShipNotice } from '../../documents/ship-notice/schema.ts'
import type { X12Set } from '../../edi/x12/reading.ts'

/** One document of ours, on its way out and back. */
export interface OurAnswer {
  readonly set: string
  readonly functionalId: string
  write(): Segment[]
  /** What is different when it is read again; undefined when nothing is. */
  again(set: X12Set): string | undefined
}

/** A carton’s number that nobody else has: an SSCC of a fictitious company. */
const SSCC = '000000000000000017'

/** The three answers to an order. */
export function answersTo(order: PurchaseOrder, now: number, syntax: PartnerSyntax = {}): OurAnswer[] {
  const { response, notice, bill } = documentsFor(order, now)
  return [
    answerWith(orderAcknowledgement, response, syntax),
    answerWith(shipNotice, notice, syntax),
    answerWith(invoice, bill, syntax),
  ]
}

/** What answers an order, as documents. */
export function documentsFor(order: PurchaseOrder, now: number) {
  const day = new Date(now).toISOString().slice(0, 10)
  return {
    response: orderAcknowledgement.accepting(order, { salesOrder: 'SO-1', acknowledgedOn: day }),
    notice: noticeOf(order, day),
    bill: invoiceOf(order, day),
  }
}

interface Writable<T> {
  readonly x12: { readonly set: string; readonly functionalId: string }
  readonly writeX12: (document: T, syntax?: PartnerSyntax) => Segment[]
  readonly readX12: (set: X12Set, syntax?: PartnerSyntax) => Reading<T>
}

/** A document of ours, ready to be written and compared with what is read again. */
export function answerWith<T>({ x12, writeX12, readX12 }: Writable<T>, document: T, syntax: PartnerSyntax): OurAnswer {
  return {
    ...x12,
    write: () => writeX12(document, syntax),
    again: (set) => {
      const { document: read, faults } = readX12(set, syntax)
      if (faults?.[0]) return `${faults[0].pointer}: ${faults[0].detail}`
      return difference(document, read, '')
    },
  }
}

/** The first place where what was read differs from what was written; undefined when none does. */
export function difference(written: unknown, read: unknown, at: string): string | undefined {
  if (written === read) return undefined
  if (typeof written !== 'object' || typeof read !== 'object' || written === null || read === null)
    return `${at || '/'} was written as ${JSON.stringify(written)} and reads as ${JSON.stringify(read)}`
  const [a, b] = [written as Record<string, unknown>, read as Record<string, unknown>]
  for (const member of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const found = difference(a[member], b[member], `${at}/${member}`)
    if (found !== undefined) return found
  }
  return undefined
}

function noticeOf(order: PurchaseOrder, day: string): ShipNotice {
  const { number, date, carriage } = order
  return {
    number: 'S-1',
    date: day,
    time: '12:00',
    shippedOn: day,
    estimatedDelivery: day,
    billOfLading: 'BOL-1',
    shipFrom: { id: 'DC1', idQualifier: '91' },
    ...partiesOf(order),
    carriage: { scac: carriage?.scac ?? 'UPSN' },
    orders: [{ purchaseOrder: number, date }],
    packs: [{ number: '1', level: 'carton', sscc: SSCC, tracking: 'T-1' }],
    items: order.lines.map((line) => ({
      purchaseOrder: number,
      pack: '1',
      line: line.line,
      quantity: line.quantity,
      uom: line.uom,
      ...itemOf(line),
    })),
  }
}

function invoiceOf(order: PurchaseOrder, day: string): Invoice {
  const { number, date, currency } = order
  const total = order.lines.reduce((sum, line) => add(sum, decimal(amountOf(line, currency))), decimal('0.00'))
  return {
    number: 'INV-1',
    date: day,
    purchaseOrder: number,
    purchaseOrderDate: date,
    currency,
    ...partiesOf(order),
    references: [{ qualifier: 'SI', value: 'S-1' }],
    terms: [{ netDate: day }],
    lines: order.lines.map((line) => ({
      line: line.line,
      quantity: line.quantity,
      uom: line.uom,
      ...(line.price ? { price: line.price } : {}),
      ...itemOf(line),
    })),
    total: decimalText(total),
  }
}

/** The parties of an order that every document back repeats. */
function partiesOf({ buyer, shipTo, billTo, supplier }: PurchaseOrder) {
  return {
    ...(buyer ? { buyer } : {}),
    ...(shipTo ? { shipTo } : {}),
    ...(billTo ? { billTo } : {}),
    ...(supplier ? { supplier } : {}),
  }
}

/** Per 100 or per 1000 where the order says so; nothing where it names no price. */
function amountOf({ quantity, uom, price }: PurchaseOrderLine, currency: string): string {
  if (!price) return '0.00'
  return extended(quantity, { amount: price.amount, currency, per: price.per ?? 1, uom: price.uom ?? uom }).amount
}

function itemOf({ sku, ids }: PurchaseOrderLine): Pick<PurchaseOrderLine, 'sku' | 'ids'> {
  return { ...(sku === undefined ? {} : { sku }), ...(ids ? { ids } : {}) }
}
