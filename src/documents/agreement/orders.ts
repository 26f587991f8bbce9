/** An order, and what is said about it afterwards: acknowledged, shipped, billed. */
import { compare, type Decimal, decimal } from '../../base/decimal.ts'
import type { Invoice } from '../invoice/schema.ts'
import type { OrderAcknowledgement } from '../order-acknowledgement/schema.ts'
import type { PurchaseOrder } from '../purchase-order/schema.ts'
import type { LinePrice, Party, Terms } from '../shapes.ts'
import type { ShipNotice } from '../ship-notice/schema.ts'
import { type At, type Disagreement, disagreement, idElement, type Told } from './disagreement.ts'
import {
  idText,
  isMore,
  isOtherItem,
  lineDisagreements,
  lineOf,
  lineText,
  otherIds,
  quantityText,
  Sums,
} from './lines.ts'

/** An order with all that was said about it. */
export interface OrderDealing {
  readonly order: Told<PurchaseOrder>
  readonly acknowledgements: readonly Told<OrderAcknowledgement>[]
  readonly notices: readonly Told<ShipNotice>[]
  readonly invoices: readonly Told<Invoice>[]
}

/** Where documents about an order say otherwise than the order, or than one another. */
export function orderDisagreements({ order, acknowledgements, notices, invoices }: OrderDealing): Disagreement[] {
  const shipped = new Sums()
  const billed = new Sums()
  return [
    ...acknowledgements.flatMap((told) => acknowledged(told, order.document)),
    ...notices.flatMap((told) => noticed(told, order.document, shipped)),
    ...invoices.flatMap((told) => invoiced(told, order.document, notices, shipped, billed)),
  ]
}

const orderText = ({ number }: PurchaseOrder): string => `order ${number}`

const SAYS_PRICE = new Set(['priceChanged', 'changed'])
const SAYS_ITEM = new Set(['substituted', 'changed'])

/** 855: lines, items, units and prices as ordered, unless an answer says that they change; its parts add up to the line. */
function acknowledged(told: Told<OrderAcknowledgement>, order: PurchaseOrder): Disagreement[] {
  const { acknowledgedOn, currency, lines } = told.document
  const found: Disagreement[] = [
    ...early(told, ['BAK', 0, 9], 'The acknowledgement', acknowledgedOn, orderText(order), order.date),
    ...otherCurrency(told, ['CUR', 0, 2], currency, order),
  ]
  for (const [at, line] of lines.entries()) {
    const ordered = lineOf(order.lines, line)
    const answers = line.answers ?? []
    const says = (words: ReadonlySet<string>) => answers.some(({ status }) => words.has(status))
    const places = { item: ['PO1', at, 7], uom: ['PO1', at, 3] } as const
    const wrong = lineDisagreements(told, line, ordered, orderText(order), places)
    found.push(...wrong.filter(({ code }) => !(code.endsWith('ITEM_DIFFERS') && says(SAYS_ITEM))))
    if (!ordered) continue
    if (!says(SAYS_PRICE)) found.push(...otherPrice(told, ['PO1', at, 4], line, ordered, order))
    if (line.uom === ordered.uom && compare(decimal(line.quantity), decimal(ordered.quantity)) !== 0) {
      const quantities = [
        quantityText(line.quantity, line.uom),
        orderText(order),
        quantityText(ordered.quantity, ordered.uom),
      ]
      found.push(disagreement('QUANTITY_DIFFERS', told, ['PO1', at, 2], lineText(line), ...quantities))
    }
    const parts = new Sums()
    for (const { quantity, uom = line.uom } of answers) if (quantity !== undefined) parts.add({ quantity, uom }, '')
    const sum = parts.of({ quantity: '', uom: line.uom }, '')
    if (sum && isMore(sum, decimal(line.quantity))) {
      const quantities = [quantityText(sum, line.uom), 'the line', quantityText(line.quantity, line.uom)]
      found.push(
        disagreement('QUANTITY_EXCEEDS', told, ['PO1', at, 2], `What is answered for line ${line.line}`, ...quantities),
      )
    }
  }
  return found
}

/** 856: nothing that was not ordered, not more than that over all shipments, in the window, to the place, by the carrier. */
function noticed(told: Told<ShipNotice>, order: PurchaseOrder, shipped: Sums): Disagreement[] {
  const { document: notice } = told
  if (notice.purpose === 'cancel') return []
  const left = notice.shippedOn ?? notice.date
  const found: Disagreement[] = [
    ...early(told, ['BSN', 0, 3], 'The shipment', left, orderText(order), order.date),
    ...outsideOfWindow(told, left, order),
    ...otherPlace(told, notice.shipTo, order),
    ...otherCarrier(told, notice.carriage?.scac, order),
  ]
  for (const [at, item] of notice.items.entries()) {
    if (item.purchaseOrder !== order.number) continue
    const ordered = lineOf(order.lines, item)
    const places = { item: ['LIN', at, 3], uom: ['SN1', at, 3] } as const
    const isConverted = item.orderedUom !== undefined && item.orderedUom === ordered?.uom
    const line = isConverted ? { ...item, uom: item.orderedUom as string } : item
    found.push(...lineDisagreements(told, line, ordered, orderText(order), places))
    if (!ordered) continue
    if (!isOtherItem(item, ordered)) found.push(...otherNumbers(told, at, item, ordered, order))
    // in another unit nobody can say how much of the line it is; that it was shipped is known all the same
    const sum = shipped.add(item, ordered.line)
    if (item.uom !== ordered.uom) continue
    found.push(...more(told, ['SN1', at, 2], `What is shipped of line ${ordered.line}`, sum, ordered, orderText(order)))
  }
  return found
}

/** 810: as ordered, at the price of the order, after the goods have left, and no more of them. */
function invoiced(
  told: Told<Invoice>,
  order: PurchaseOrder,
  notices: readonly Told<ShipNotice>[],
  shipped: Sums,
  billed: Sums,
): Disagreement[] {
  const { document: invoice } = told
  const isBill = invoice.type !== 'CR' && invoice.purpose !== 'cancel'
  const firstLeft = notices.map(({ document }) => document.shippedOn ?? document.date).sort()[0]
  const found: Disagreement[] = [
    ...early(told, ['BIG', 0, 1], 'The invoice', invoice.date, orderText(order), order.date),
    ...(isBill ? early(told, ['BIG', 0, 1], 'The invoice', invoice.date, 'the shipment', firstLeft) : []),
    ...otherCurrency(told, ['CUR', 0, 2], invoice.currency, order),
    ...otherTerms(told, invoice.terms, order),
  ]
  for (const [at, line] of invoice.lines.entries()) {
    const ordered = lineOf(order.lines, line)
    const places = { item: ['IT1', at, 7], uom: ['IT1', at, 3] } as const
    const counted = line.shipped ? { ...line, ...line.shipped } : line
    found.push(...lineDisagreements(told, counted, ordered, orderText(order), places))
    if (!ordered) continue
    found.push(...otherPrice(told, ['IT1', at, 4], line, ordered, order))
    if (!isBill || counted.uom !== ordered.uom) continue
    const sum = billed.add(counted, ordered.line)
    const what = `What is billed of line ${ordered.line}`
    if (shipped.isEmpty) found.push(...more(told, ['IT1', at, 2], what, sum, ordered, orderText(order)))
    else {
      const left = shipped.of(ordered, ordered.line)
      if (left === undefined && shipped.knows(ordered.line)) continue
      if (left === undefined) found.push(disagreement('NOT_SHIPPED', told, ['IT1', at, 1], lineText(ordered)))
      else if (isMore(sum, left)) {
        const quantities = [quantityText(sum, counted.uom), 'what was shipped', quantityText(left, counted.uom)]
        found.push(disagreement('QUANTITY_EXCEEDS', told, ['IT1', at, 2], what, ...quantities))
      }
    }
  }
  return found
}

/** It is the item that was ordered, by one of its numbers; each other number that both name must be the order’s, too. */
function otherNumbers(
  told: Told,
  at: number,
  item: ShipNotice['items'][number],
  ordered: PurchaseOrder['lines'][number],
  order: PurchaseOrder,
): Disagreement[] {
  return otherIds(item, ordered).map(({ found, wanted }) => {
    const element = idElement(told, 'LIN', at, found) ?? 3
    const numbers = [idText(found), orderText(order), idText(wanted)]
    return disagreement('ITEM_DIFFERS', told, ['LIN', at, element], lineText(item), ...numbers)
  })
}

function more(
  told: Told,
  at: At,
  what: string,
  sum: Decimal,
  { quantity, uom }: { readonly quantity: string; readonly uom: string },
  order: string,
): Disagreement[] {
  if (!isMore(sum, decimal(quantity))) return []
  return [disagreement('QUANTITY_EXCEEDS', told, at, what, quantityText(sum, uom), order, quantityText(quantity, uom))]
}

/** A date that is before another one it must follow. Texts of days compare as days do. */
export function early(
  told: Told,
  at: At,
  what: string,
  date: string | undefined,
  other: string,
  after: string | undefined,
): Disagreement[] {
  if (date === undefined || after === undefined || date >= after) return []
  return [disagreement('DATE_EARLY', told, at, what, date, other, after)]
}

function outsideOfWindow(told: Told, left: string, { shipWindow = {}, number }: PurchaseOrder): Disagreement[] {
  const { shipNotBefore, shipNotAfter, cancelAfter } = shipWindow
  const last = [shipNotAfter, cancelAfter].filter((day) => day !== undefined).sort()[0]
  if (last !== undefined && left > last)
    return [
      disagreement('DATE_LATE', told, ['BSN', 0, 3], 'The shipment', left, `the ship window of order ${number}`, last),
    ]
  return early(told, ['BSN', 0, 3], 'The shipment', left, `the ship window of order ${number}`, shipNotBefore)
}

function otherPlace(told: Told, shipTo: Party | undefined, order: PurchaseOrder): Disagreement[] {
  const [found, wanted] = [shipTo?.id, order.shipTo?.id]
  const isSame = found === undefined || wanted === undefined || found === wanted
  return isSame ? [] : [disagreement('PLACE_DIFFERS', told, ['N1[ST]', 0, 4], found, orderText(order), wanted)]
}

function otherCarrier(told: Told, found: string | undefined, order: PurchaseOrder): Disagreement[] {
  const wanted = order.carriage?.scac
  const isSame = found === undefined || wanted === undefined || found === wanted
  return isSame ? [] : [disagreement('CARRIER_DIFFERS', told, ['TD5', 0, 3], found, orderText(order), wanted)]
}

const otherCurrency = (told: Told, at: At, found: string, order: PurchaseOrder): Disagreement[] =>
  found === order.currency ? [] : [disagreement('CURRENCY_DIFFERS', told, at, found, orderText(order), order.currency)]

function otherPrice(
  told: Told,
  at: At,
  line: { readonly line?: string; readonly price?: LinePrice },
  ordered: { readonly price?: LinePrice },
  order: PurchaseOrder,
): Disagreement[] {
  if (!line.price || !ordered.price || isSamePrice(line.price, ordered.price)) return []
  const prices = [priceText(line.price), orderText(order), priceText(ordered.price)]
  return [disagreement('PRICE_DIFFERS', told, at, lineText(line), ...prices)]
}

const isSamePrice = (a: LinePrice, b: LinePrice): boolean =>
  (a.per ?? 1) === (b.per ?? 1) && compare(decimal(a.amount), decimal(b.amount)) === 0

const priceText = ({ amount, per }: LinePrice): string =>
  per === undefined || per === 1 ? amount : `${amount} for ${per}`

/** Terms that both name: the days and the discount must be the same. */
function otherTerms(told: Told, [found]: readonly Terms[] = [], order: PurchaseOrder): Disagreement[] {
  const wanted = order.terms?.[0]
  if (!found || !wanted || termsText(found) === termsText(wanted)) return []
  return [disagreement('TERMS_DIFFER', told, ['ITD', 0, 0], termsText(found), orderText(order), termsText(wanted))]
}

function termsText({ discountPercent, discountDays, netDays, netDate }: Terms): string {
  const net = netDays === undefined ? (netDate ?? 'at once') : `net ${netDays} days`
  return discountPercent === undefined ? net : `${discountPercent}% within ${discountDays ?? '?'} days, ${net}`
}
