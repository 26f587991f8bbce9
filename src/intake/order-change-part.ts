import type { FieldFault } from '../base/errors.ts'
import { laneOf } from '../base/ids.ts'
import type { OrderChange, OrderChangeLine } from '../documents/order-change/schema.ts'
import type { Destination, PurchaseOrder, PurchaseOrderLine } from '../documents/purchase-order/schema.ts'
import type { MasterData } from '../identity/master.ts'
import type { Input } from '../journal/contract.ts'
import type { OrderChangeFacts, OrderChangeLineFacts, OrderDates, OrderLineFacts } from '../lifecycle/events.ts'
import { subjectOf } from '../lifecycle/subject.ts'
import type { FaultyPart, KeyClaim, Part, TakeContext, Taking } from './arrival.ts'
import { errors, fieldFault } from './errors.ts'
import { digestOf, documentKey, wishKey } from './keys.ts'
import { type Buyer, buyerOf } from './order-facts.ts'
import { understandLine } from './order-line-facts.ts'
import { nameOfOrder, type OrderOrigin, orderIdentity } from './order-part.ts'
import { meantShipTo } from './order-parties.ts'

/** What the intake room is handed for a change document. */
export interface ChangeArrival {
  readonly change: OrderChangeFacts
  /** How long it may wait for its order. */
  readonly waitMs: number
}

const DAY_MS = 86_400_000

/**
 * A change of an order on its way in. It goes to its order, or to where its order will be: an order has its id from its
 * customer, number and date, which the change names too.
 *
 * @param name what it is called inside its arrival; its answer is keyed by it and its receipt
 */
export function orderChangePart(
  document: OrderChange,
  name: string,
  origin: OrderOrigin & { readonly changeWaitMs?: number | undefined },
  master: MasterData,
): Part | FaultyPart {
  const buyer = buyerOf(document, origin, master)
  if (buyer.soldTo === '') {
    const faults = [fieldFault('MISSING', '/buyer', 'Who buys')]
    return { what: 'order change', error: errors.DOCUMENT_FAULTY.with(faults, 'order change', faults.length) }
  }
  const { tenant } = origin
  const { number: customerOrder, release } = document
  const named = { soldTo: buyer.soldTo, customerOrder }
  const identity = orderIdentity(release === undefined ? named : { ...named, release })
  const lane = laneOf([tenant, ...identity].join('|'))
  const ask = documentKey(tenant, 'order', identity, digestOf(''), lane)
  /** An order that was split over places is several: the change goes to each. */
  const orders = ({ find, name: nameOf }: TakeContext): readonly string[] => {
    const known = find(ask)?.ref.split(' ')[0]
    return known?.split(',') ?? [nameOf('o', nameOfOrder(tenant, identity, document.date), lane)]
  }
  return {
    what: 'order change',
    claims: [changeClaim(document, tenant, identity, lane)],
    asks: [ask],
    take: (context) => takeChange(orders(context), changeFacts(document, name, buyer, origin, master), origin, context),
    answer: (ref) => {
      const [ids = '', receipt = ''] = ref.split(' ')
      const [order = '', ...others] = ids.split(',')
      const all = others.length > 0 ? { orders: [order, ...others] } : {}
      return { status: 202, body: { order, ...all, customerOrder, receipt, state: 'requested' } }
    },
    conflict: ({ ref }, { receipt }) => {
      const [id = ''] = ref.split(/[ ,]/)
      const error = errors.CHANGE_CONFLICT(document.changeNumber ?? '', customerOrder)
      const data = { code: error.code, reason: error.message, customerOrder }
      return { error, inputs: [arrived('order.conflict', id, data, origin, receipt)] }
    },
  }
}

/**
 * Customers who count their changes do not mean the same count twice. Of the others nobody can tell a change that is sent
 * again from one that is wanted again: the same content has its effect once, for a line that is added twice is shipped twice.
 */
function changeClaim(document: OrderChange, tenant: string, identity: readonly string[], lane: number): KeyClaim {
  const { changeNumber, purpose = 'change' } = document
  if (changeNumber === undefined) return wishKey(tenant, identity, { purpose, content: document }, lane)
  const content = digestOf(JSON.stringify(document))
  return documentKey(tenant, 'order-change', [...identity, changeNumber], content, lane)
}

function takeChange(
  orders: readonly string[],
  change: OrderChangeFacts,
  origin: OrderOrigin & { readonly changeWaitMs?: number | undefined },
  { receipt }: TakeContext,
): Taking {
  const document = `${receipt}/${change.document}`
  const isSplit = orders.length > 1
  const meant: OrderChangeFacts = { ...change, document, ...(isSplit ? { split: true } : {}) }
  const data: ChangeArrival = { change: meant, waitMs: origin.changeWaitMs ?? DAY_MS }
  const inputs = orders.map((order) => arrived('order.change_document', order, data, origin, receipt))
  return { inputs, ref: `${orders.join(',')} ${receipt}` }
}

function arrived(type: string, order: string, data: unknown, origin: OrderOrigin, receipt: string): Input {
  const { tenant, system, receivedAt } = origin
  const subject = subjectOf(tenant, 'order', order)
  return { kind: 'arrival', type, subject, source: system, receipt, occurredAt: receivedAt, data }
}

function changeFacts(
  document: OrderChange,
  name: string,
  buyer: Buyer,
  { system }: OrderOrigin,
  master: MasterData,
): OrderChangeFacts {
  const { purpose = 'change', changeNumber, changedOn, request, shipTo, shipWindow, notes } = document
  return {
    by: system,
    reason: notes?.[0] ?? `the customer’s order change says so`,
    document: name,
    purpose,
    ...present({ changeNumber, changedOn, request, shipTo: shipTo?.id }),
    ...datesIn(shipWindow),
    lines: document.lines.map((line) => lineFacts(line, document, buyer, master)),
  }
}

/** When it should ship, in the order's words; nothing where nothing is said. */
function datesIn(window: OrderChange['shipWindow']): { dates?: OrderDates } {
  const { requestedShip, requestedDelivery, shipNotBefore, shipNotAfter = window?.cancelAfter } = window ?? {}
  const dates = present({ requestedShip, requestedDelivery, shipNotBefore, shipNotAfter })
  return Object.keys(dates).length > 0 ? { dates } : {}
}

/** A line that joins an order means what it would have meant in the order; nothing where that is not known. */
function addedLine(
  line: OrderChangeLine,
  document: OrderChange,
  buyer: Buyer,
  master: MasterData,
): { added?: OrderLineFacts } {
  const quantity = line.quantity ?? line.leftToReceive
  if (line.change !== 'add' || quantity === undefined || line.uom === undefined) return {}
  const { uom, sku, ids, price, description } = line
  const faults: FieldFault[] = []
  const meant = {
    line: line.line ?? '',
    quantity,
    uom,
    ...definedOf({ sku, ids, price, description }),
  } as PurchaseOrderLine
  const { facts, missing } = understandLine(meant, 0, document as unknown as PurchaseOrder, buyer, master, faults)
  return faults.length > 0 || missing ? {} : { added: facts }
}

const definedOf = (members: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))

function lineFacts(
  line: OrderChangeLine,
  document: OrderChange,
  buyer: Buyer,
  master: MasterData,
): OrderChangeLineFacts {
  const ids: Record<string, string> = {}
  if (line.sku !== undefined) ids['sku'] = line.sku
  for (const { qualifier, value } of line.ids ?? []) ids[qualifier] ??= value
  const { quantity, leftToReceive, price, destinations } = line
  return {
    ids,
    change: line.change,
    ...present({ customerLine: line.line, quantity, leftToReceive, uom: unitOf(line.uom, buyer, master) }),
    ...(price ? { price: { amount: price.amount, ...(price.per ? { per: price.per } : {}) } } : {}),
    ...datesIn(line.shipWindow),
    ...(destinations ? { destinations: destinations.map((share) => placed(share, buyer, master)) } : {}),
    ...addedLine(line, document, buyer, master),
  }
}

/** A place by the name that the order has it under. */
function placed({ location, quantity }: Destination, { customer, codesOf }: Buyer, master: MasterData) {
  const isKnown = customer?.shipTos.some(({ id }) => id === location) ?? true
  const meant = isKnown || !customer ? undefined : meantShipTo(location, customer, codesOf, master)
  return { location: meant?.id ?? location, quantity }
}

/** The unit as the order would have read it. */
function unitOf(uom: string | undefined, { codesOf, customer }: Buyer, master: MasterData): string | undefined {
  if (uom === undefined) return undefined
  return master.corrections.means(codesOf, 'unit', uom) ?? customer?.units?.[uom] ?? uom
}

function present<T extends Record<string, string | undefined>>(members: T): { [K in keyof T]?: string } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as never
}
