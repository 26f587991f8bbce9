import type { PurchaseOrder } from '../documents/purchase-order/schema.ts'

/**
 * What an order says, as one text: the same for the same content however it was written, in JSON or X12, with members
 * in any order. Envelope, purpose and our own master data are not part of it.
 */
export function orderContent(order: PurchaseOrder): string {
  const text = [order.date, order.currency, partyContent(order.shipTo), partyContent(order.billTo)]
  for (const line of order.lines) {
    text.push(
      line.line,
      line.quantity,
      line.uom,
      line.sku ?? '',
      line.price?.amount ?? '',
      String(line.price?.per ?? 1),
    )
    for (const { qualifier, value } of line.ids ?? []) text.push(qualifier, value)
    for (const { location, quantity } of line.destinations ?? []) text.push(location, quantity)
    if (line.shipWindow) text.push(windowContent(line.shipWindow))
  }
  if (order.shipWindow) text.push(windowContent(order.shipWindow))
  for (const { kind, type, code, amount, percent } of order.charges ?? []) {
    text.push(kind, type, code ?? '', amount ?? '', percent ?? '')
  }
  return text.join('\u0000')
}

function partyContent(party: PurchaseOrder['shipTo']): string {
  if (!party) return ''
  const { name, idQualifier, id, address } = party
  const where = [...(address?.lines ?? []), address?.city, address?.region, address?.postalCode, address?.country]
  return [name, idQualifier, id, ...where].join('\u0001')
}

function windowContent(window: NonNullable<PurchaseOrder['shipWindow']>): string {
  const { requestedShip, shipNotBefore, shipNotAfter, requestedDelivery, cancelAfter } = window
  return [requestedShip, shipNotBefore, shipNotAfter, requestedDelivery, cancelAfter].join('\u0001')
}
