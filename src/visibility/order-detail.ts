/** One order as an application reads it: header, lines with their ledgers, shipments. */
import { microsText } from '../base/quantity.ts'
import type { OrderFacts } from '../lifecycle/events.ts'
import { backordered, lineState, type OrderLine } from '../lifecycle/order-line.ts'
import { type OrderShipment, type OrderState, orderState, surroundingsOf } from '../lifecycle/order-state.ts'
import { partsOf } from '../lifecycle/subject.ts'
import { orderValue } from './order-value.ts'

/** The order in the form of `GET /v1/orders/{id}`. Quantities are decimal text in each line's base unit. */
export function orderDetail(order: OrderState, facts: OrderFacts | undefined) {
  const surroundings = surroundingsOf(order)
  return {
    id: partsOf(order.subject).id,
    state: orderState(order),
    customer: order.customer,
    customerOrder: order.customerOrder,
    channel: order.channel,
    ...(order.number ? { erpNumber: order.number } : {}),
    holds: [...order.holds],
    receivedAt: new Date(order.receivedAt).toISOString(),
    updatedAt: new Date(order.updatedAt).toISOString(),
    ...(facts ? { value: orderValue(facts) ?? null } : {}),
    lines: order.lines.map((line) => ({
      ...ledger(line),
      state: lineState(line, surroundings),
      ...named(line, facts),
    })),
    shipments: order.shipments.map(shipmentDetail),
  }
}

function ledger(line: OrderLine) {
  return {
    line: line.line,
    item: line.item ?? null,
    ordered: microsText(line.ordered),
    cancelled: microsText(line.cancelled),
    substituted: microsText(line.substituted),
    reserved: microsText(line.reserved),
    backordered: microsText(backordered(line)),
    released: microsText(line.released),
    recalled: microsText(line.recalled),
    shorted: microsText(line.shorted),
    picked: microsText(line.picked),
    packed: microsText(line.packed),
    shipped: microsText(line.shipped),
    invoiced: microsText(line.invoiced),
  }
}

function named(line: OrderLine, facts: OrderFacts | undefined) {
  const asked = facts?.lines.find((one) => one.line === line.line)
  return asked ? { customerLine: asked.customerLine, uom: asked.baseUnit } : {}
}

function shipmentDetail(shipment: OrderShipment) {
  return {
    shipment: shipment.shipment,
    release: shipment.release,
    status: shipment.deliveredAt === undefined ? shipment.status : 'delivered',
    ...(shipment.scac ? { scac: shipment.scac } : {}),
    ...(shipment.shipDate ? { shipDate: shipment.shipDate } : {}),
    ...(shipment.invoice ? { invoice: shipment.invoice } : {}),
    lines: shipment.lines.map((line) => ({ line: line.line, item: line.item, quantity: microsText(line.quantity) })),
  }
}
