/** The documents an order leaves behind, in canonical form. The partner's mailbox numbers, writes and sends them. */

import { microsText } from '../../base/quantity.ts'
import type { OrderAcknowledgement, OrderAcknowledgementLine } from '../../documents/order-acknowledgement/schema.ts'
import type { Party } from '../../documents/shapes.ts'
import type { JournalEvent } from '../../journal/contract.ts'
import type { EventData, OrderFacts, OrderLineFacts } from '../../lifecycle/events.ts'
import type { Release } from '../../lifecycle/release.ts'
import { dateOf, localTime } from './calendar.ts'
import type { Moment } from './moment.ts'
import type { Warehouse } from './options.ts'

/** A quantity in the customer's own unit where that comes out whole, else in the base unit. */
function asOrdered(line: OrderLineFacts | undefined, base: number): { quantity: string; uom: string } {
  if (!line) return { quantity: microsText(base), uom: 'EA' }
  const units = (base * line.factor[1]) / line.factor[0]
  if (line.ordered.uom !== line.baseUnit && Number.isSafeInteger(units) && units % 1_000_000 === 0) {
    return { quantity: microsText(units), uom: line.ordered.uom }
  }
  return { quantity: microsText(base), uom: line.baseUnit }
}

/** Our number of the item and the customer's, as the order named them: they are echoed on every document back. */
function itemNames(line: OrderLineFacts | undefined) {
  if (!line) return {}
  const ids = Object.entries(line.ids)
    .filter(([qualifier]) => qualifier.length === 2 && qualifier !== 'VP' && qualifier !== 'VN')
    .map(([qualifier, value]) => ({ qualifier, value }))
  return {
    ...(line.item === undefined ? {} : { sku: line.item }),
    ...(ids.length > 0 ? { ids } : {}),
  }
}

function party(facts: OrderFacts, role: string): Party | undefined {
  const found = facts.parties.find((one) => one.role === role)
  if (!found) return undefined
  const { role: _, address, ...named } = found
  if (!address) return named
  const { lines, ...place } = address
  return { ...named, address: lines.length > 0 ? { ...place, lines: [...lines] } : place }
}

function parties(facts: OrderFacts) {
  const [buyer, shipTo, billTo, supplier] = ['BY', 'ST', 'BT', 'SU'].map((role) => party(facts, role))
  return {
    ...(buyer ? { buyer } : {}),
    ...(shipTo ? { shipTo } : {}),
    ...(billTo ? { billTo } : {}),
    ...(supplier ? { supplier } : {}),
  }
}

/** Our part of every document: which order of the customer's it belongs to. */
function heading(facts: OrderFacts) {
  return {
    purchaseOrder: facts.customerOrder,
    date: facts.orderDate,
    ...(facts.release === undefined ? {} : { release: facts.release }),
    currency: facts.currency,
    ...parties(facts),
  }
}

type Answer = NonNullable<OrderAcknowledgementLine['answers']>[number]

/** 855 after acceptance: per line what is promised, with its day, and what is on backorder. */
export function acceptance(moment: Moment, event: JournalEvent): OrderAcknowledgement {
  const { facts } = moment
  const promises = new Map((event.data as EventData['order.accepted']).lines.map((line) => [line.line, line]))
  let exceptions = false
  const lines = facts.lines.filter(isOwn).map((line): OrderAcknowledgementLine => {
    const promise = promises.get(line.line)
    const answers: Answer[] = []
    if (promise && promise.quantity > 0) {
      const day = promise.shipDate === undefined ? {} : { date: promise.shipDate }
      answers.push({ status: 'accepted', ...asOrdered(line, promise.quantity), ...day })
    }
    if (promise && promise.backordered > 0) {
      answers.push({ status: 'backordered', ...asOrdered(line, promise.backordered) })
    }
    if (!promise) answers.push({ status: 'rejected', quantity: line.ordered.value, uom: line.ordered.uom })
    exceptions ||= answers.length > 1 || answers[0]?.status !== 'accepted'
    return { ...ackLine(line), answers }
  })
  return { verdict: exceptions ? 'exceptions' : 'accepted', ...heading(facts), lines, ...salesOrder(moment) }
}

/** 855 that says no to the whole order. */
export function rejection(moment: Moment): OrderAcknowledgement {
  const lines = moment.facts.lines.filter(isOwn).map((line): OrderAcknowledgementLine => {
    const { value: quantity, uom } = line.ordered
    return { ...ackLine(line), answers: [{ status: 'rejected', quantity, uom }] }
  })
  return { verdict: 'rejected', ...heading(moment.facts), lines, ...salesOrder(moment) }
}

const isOwn = (line: OrderLineFacts): boolean => !line.line.includes('.')

const salesOrder = (moment: Moment) => ({ salesOrder: moment.orderId, acknowledgedOn: today(moment) })

const today = (moment: Moment, warehouse?: Warehouse): string =>
  dateOf(localTime(warehouse ?? { facility: '', system: '' }, moment.now).day)

function ackLine(line: OrderLineFacts): OrderAcknowledgementLine {
  const price = line.price && { amount: line.price.amount, per: line.price.per, uom: line.price.uom }
  return {
    line: line.customerLine,
    quantity: line.ordered.value,
    uom: line.ordered.uom,
    ...(price ? { price } : {}),
    ...itemNames(line),
    ...(line.description === undefined ? {} : { description: line.description }),
  }
}

/** The number of the customer's line a document line answers: a substitute answers the line it replaces. */
export function customerLine(moment: Moment, line: string): string {
  return moment.factsOf(line)?.customerLine ?? line
}

/** 856: the truck, its cartons and what is in each. */
export function shipNotice(moment: Moment, shipped: EventData['order.shipped']): unknown {
  const { facts } = moment
  const warehouse = moment.warehouse(shipped.facility)
  return {
    ...heading(facts),
    shipment: shipped.shipment,
    shipDate: shipped.shipDate ?? today(moment, warehouse),
    estimatedDelivery: shipped.estimatedDelivery,
    shipFrom: { id: shipped.facility },
    carriage: { scac: shipped.scac, service: shipped.service },
    bol: shipped.bol,
    pro: shipped.pro,
    cartons: (shipped.cartons ?? []).map((carton) => ({
      sscc: carton.sscc,
      carton: carton.carton,
      tracking: carton.tracking,
      weight: carton.weight,
      weightUom: carton.weightUnit,
      lines: carton.lines.map((line) => ({
        line: customerLine(moment, line.line),
        ...itemNames(moment.factsOf(line.line)),
        ...asOrdered(moment.factsOf(line.line), line.quantity),
        lot: line.lot,
        serials: line.serials,
        weight: line.weight,
      })),
    })),
  }
}

/** 810: what the ERP posted, in its words and numbers. */
export function invoice(moment: Moment, invoiced: EventData['order.invoiced']): unknown {
  const { facts } = moment
  return {
    ...heading(facts),
    number: invoiced.number,
    invoiceDate: invoiced.date ?? today(moment),
    dueDate: invoiced.dueDate,
    shipment: invoiced.shipment,
    lines: invoiced.lines.map((line) => ({
      line: customerLine(moment, line.line),
      ...itemNames(moment.factsOf(line.line)),
      quantity: line.billed?.value ?? microsText(line.quantity),
      uom: line.billed?.uom ?? moment.factsOf(line.line)?.baseUnit,
      price: line.price && { amount: line.price.amount, per: line.price.per, uom: line.price.uom },
      amount: line.amount?.amount,
    })),
    charges: invoiced.charges,
    total: invoiced.total.amount,
  }
}

/** 940: what a warehouse that is spoken to by file should ship. */
export function warehouseOrder(moment: Moment, release: Release, warehouse: Warehouse): unknown {
  const { facts } = moment
  return {
    ...heading(facts),
    release: release.release,
    warehouse: { id: warehouse.facility },
    shipNotBefore: facts.shipNotBefore,
    shipNotAfter: facts.shipNotAfter,
    carriage: facts.carrier,
    lines: release.lines.map((row) => ({
      line: row.line,
      customerLine: customerLine(moment, row.line),
      ...itemNames(moment.factsOf(row.line)),
      quantity: microsText(row.quantity),
      uom: moment.factsOf(row.line)?.baseUnit,
    })),
  }
}
