/** The documents an order leaves behind, in canonical form. The partner's mailbox numbers, writes and sends them. */

import { microsText } from '../../base/quantity.ts'
import type { Invoice, InvoiceLine } from '../../documents/invoice/schema.ts'
import type { OrderAcknowledgement, OrderAcknowledgementLine } from '../../documents/order-acknowledgement/schema.ts'
import type { Party } from '../../documents/shapes.ts'
import type { ShipNotice, ShippedItem, ShippedPack } from '../../documents/ship-notice/schema.ts'
import type { WarehouseOrder } from '../../documents/warehouse-order/schema.ts'
import type { JournalEvent } from '../../journal/contract.ts'
import type { Carton, Charge, EventData, OrderFacts, OrderLineFacts } from '../../lifecycle/events.ts'
import { shipmentOf } from '../../lifecycle/order-state.ts'
import type { Release } from '../../lifecycle/release.ts'
import { dateOf, localTime } from './calendar.ts'
import type { Moment } from './moment.ts'
import type { Warehouse } from './options.ts'
import { pricedQuantity } from './value.ts'

/** A quantity in the customer's own unit where that comes out whole, else in the base unit. */
export function asOrdered(line: OrderLineFacts | undefined, base: number): { quantity: string; uom: string } {
  if (!line) return { quantity: microsText(base), uom: 'EA' }
  const units = (base * line.factor[1]) / line.factor[0]
  if (line.ordered.uom !== line.baseUnit && Number.isSafeInteger(units) && units % 1_000_000 === 0) {
    return { quantity: microsText(units), uom: line.ordered.uom }
  }
  return { quantity: microsText(base), uom: line.baseUnit }
}

/** Our number of the item and the customer's, as the order named them: they are echoed on every document back. */
export function itemNames(line: OrderLineFacts | undefined) {
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

/** Who is who in an order, as documents name them. */
export function parties(facts: OrderFacts) {
  const [buyer, shipTo, billTo, supplier] = ['BY', 'ST', 'BT', 'SU'].map((role) => party(facts, role))
  return {
    ...(buyer ? { buyer } : {}),
    ...(shipTo ? { shipTo } : {}),
    ...(billTo ? { billTo } : {}),
    ...(supplier ? { supplier } : {}),
  }
}

/** Our part of every document: which order of the customer's it belongs to. */
export function heading(facts: OrderFacts) {
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

/** Our number of the order, and the day of the document. */
export const salesOrder = (moment: Moment) => ({ salesOrder: moment.orderId, acknowledgedOn: today(moment) })

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
export function shipNotice(moment: Moment, shipped: EventData['order.shipped']): ShipNotice {
  const { facts } = moment
  const warehouse = moment.warehouse(shipped.facility)
  const shippedOn = shipped.shipDate ?? today(moment, warehouse)
  const order = { purchaseOrder: facts.customerOrder, ...releaseOf(facts) }
  const packs: ShippedPack[] = []
  const items: ShippedItem[] = []
  for (const [at, carton] of (shipped.cartons ?? []).entries()) {
    const pack = String(at + 1)
    packs.push(packOf(pack, carton))
    for (const line of carton.lines) items.push({ ...order, pack, ...shippedItem(moment, line) })
  }
  const { scac, service, bol, pro, estimatedDelivery } = shipped
  return {
    number: shipped.shipment.slice(-LONGEST_SHIPMENT),
    date: today(moment, warehouse),
    shippedOn,
    ...(estimatedDelivery === undefined ? {} : { estimatedDelivery }),
    ...(bol === undefined ? {} : { billOfLading: bol }),
    ...(pro === undefined ? {} : { carrierReference: pro }),
    shipFrom: { id: shipped.facility, idQualifier: '91' },
    ...parties(facts),
    ...carriageOf(scac, service),
    orders: [{ ...order, date: facts.orderDate }],
    packs,
    items,
  }
}

/** What warehouses and carriers call a service, and its code in X12 element 284. */
const SERVICE_LEVELS: Readonly<Record<string, string>> = {
  GROUND: 'CG',
  'NEXT DAY': 'ND',
  'SECOND DAY': 'SE',
  STANDARD: 'ST',
}

/** A service that has no code is said in words; a ship notice never waits for a name. */
function carriageOf(scac: string | undefined, service: string | undefined) {
  if (scac === undefined && service === undefined) return {}
  const carrier = scac === undefined ? {} : { scac }
  if (service === undefined || service === '') return { carriage: carrier }
  const code = /^[A-Z0-9]{2}$/.test(service) ? service : SERVICE_LEVELS[service.toUpperCase().replaceAll('_', ' ')]
  return { carriage: { ...carrier, ...(code === undefined ? { routing: service.slice(0, 35) } : { service: code }) } }
}

/** BSN02 has thirty characters; the end of a shipment's name is its number. */
const LONGEST_SHIPMENT = 30

const releaseOf = (facts: OrderFacts) => (facts.release === undefined ? {} : { release: facts.release })

function packOf(number: string, carton: Carton): ShippedPack {
  const { sscc, tracking, weight, weightUnit } = carton
  return {
    number,
    level: 'carton',
    ...(sscc === undefined ? {} : { sscc }),
    ...(tracking === undefined ? {} : { tracking }),
    ...(weight === undefined ? {} : { ladings: [{ weight, weightUom: weightUnit ?? 'LB' }] }),
  }
}

function shippedItem(moment: Moment, packed: Carton['lines'][number]) {
  const facts = moment.factsOf(packed.line)
  return {
    line: customerLine(moment, packed.line),
    ...asOrdered(facts, packed.quantity),
    ...itemNames(facts),
    ...(packed.lot === undefined ? {} : { lot: packed.lot }),
    ...(packed.serials === undefined ? {} : { serials: [...packed.serials] }),
  }
}

/** 810: what the ERP posted, in its words and numbers. */
export function invoice(moment: Moment, invoiced: EventData['order.invoiced']): Invoice {
  const { facts } = moment
  const shipment = shipmentOf(moment.order, invoiced.shipment)
  const seen = new Set<string>()
  const lines = invoiced.lines.map((line): InvoiceLine => {
    const known = moment.factsOf(line.line)
    const weight = shipment?.lines.find((one) => one.line === line.line)?.weight
    const own = customerLine(moment, line.line)
    // a substitute answers the customer's own line; beside what it replaces it needs a number of its own
    const number = seen.has(own) ? `${own}.${line.line.split('.')[1] ?? seen.size}` : own
    seen.add(number)
    return { line: number, ...billedLine(line, known, weight), ...itemNames(known) }
  })
  const { charges, taxes } = chargesOf(invoiced.charges ?? [])
  const { purchaseOrder, date: purchaseOrderDate, ...head } = heading(facts)
  return {
    number: invoiced.number,
    date: invoiced.date ?? today(moment),
    purchaseOrder,
    purchaseOrderDate,
    ...head,
    references: [{ qualifier: 'SI', value: invoiced.shipment }],
    ...(invoiced.dueDate === undefined ? {} : { terms: [{ netDate: invoiced.dueDate }] }),
    lines,
    ...(charges.length > 0 ? { charges } : {}),
    ...(taxes.length > 0 ? { taxes } : {}),
    total: invoiced.total.amount,
  }
}

/** Quantity and price in one unit: as the ERP billed it; weighed goods by what they weighed. */
function billedLine(
  line: EventData['order.invoiced']['lines'][number],
  facts: OrderLineFacts | undefined,
  weight: string | undefined,
) {
  const price = line.price ?? facts?.price
  if (!price) return asOrdered(facts, line.quantity)
  const stated = { amount: price.amount, per: price.per, uom: price.uom }
  if (line.billed?.uom === price.uom) return { quantity: line.billed.value, uom: price.uom, price: stated }
  const isWeighed = weight !== undefined && facts?.catchWeight?.unit === price.uom
  const quantity = isWeighed ? weight : facts ? pricedQuantity({ ...facts, price }, line.quantity) : undefined
  const shipped = isWeighed ? { shipped: asOrdered(facts, line.quantity) } : {}
  return { quantity: quantity ?? microsText(line.quantity), uom: price.uom, price: stated, ...shipped }
}

/** Taxes stand apart from charges; an allowance is an amount taken off. */
function chargesOf(given: readonly Charge[]) {
  const charges: NonNullable<Invoice['charges']> = []
  const taxes: NonNullable<Invoice['taxes']> = []
  for (const { type, code, description, amount: money, ratePercent } of given) {
    const amount = money.amount
    if (type === 'tax') {
      taxes.push({ type: code ?? 'TX', amount, ...(ratePercent === undefined ? {} : { percent: ratePercent }) })
      continue
    }
    charges.push({
      kind: type === 'allowance' ? 'allowance' : 'charge',
      type: type === 'freight' ? 'freight' : type === 'allowance' ? 'discount' : 'other',
      ...(code === undefined ? {} : { code }),
      ...(description === undefined ? {} : { description }),
      amount: type === 'allowance' && amount.startsWith('-') ? amount.slice(1) : amount,
    })
  }
  return { charges, taxes }
}

/** 940: what a warehouse that is spoken to by file should ship. */
export function warehouseOrder(moment: Moment, release: Release, warehouse: Warehouse): WarehouseOrder {
  const { facts } = moment
  const { shipTo, billTo } = parties(facts)
  const { requestedShip, shipNotBefore, shipNotAfter, requestedDelivery } = facts
  const window = { requestedShip, shipNotBefore, shipNotAfter, requestedDelivery }
  const scac = facts.carrier?.scac
  return {
    number: release.release,
    purchaseOrder: facts.customerOrder,
    warehouse: { id: warehouse.facility, idQualifier: '91' },
    ...(shipTo ? { shipTo } : {}),
    ...(billTo ? { billTo } : {}),
    ...(Object.values(window).some((date) => date !== undefined) ? { shipWindow: withoutAbsent(window) } : {}),
    ...(scac !== undefined && scac.length <= 4 ? { dispatch: { payment: 'PP', scac } } : {}),
    lines: release.lines.map((row) => {
      const known = moment.factsOf(row.line)
      return {
        line: row.line,
        quantity: microsText(row.quantity),
        uom: known?.baseUnit ?? 'EA',
        ...itemNames(known),
        ...(known?.description === undefined ? {} : { description: known.description.slice(0, 45) }),
      }
    }),
  }
}

function withoutAbsent<T extends Record<string, string | undefined>>(dates: T): T {
  return Object.fromEntries(Object.entries(dates).filter(([, date]) => date !== undefined)) as T
}
