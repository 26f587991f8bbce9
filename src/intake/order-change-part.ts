import { laneOf } from '../base/ids.ts'
import type { OrderChange, OrderChangeLine } from '../documents/order-change/schema.ts'
import type { MasterData } from '../identity/master.ts'
import type { Input } from '../journal/contract.ts'
import type { OrderChangeFacts, OrderChangeLineFacts } from '../lifecycle/events.ts'
import { subjectOf } from '../lifecycle/subject.ts'
import type { FaultyPart, KeyClaim, Part, TakeContext, Taking } from './arrival.ts'
import { errors, fieldFault } from './errors.ts'
import { digestOf, documentKey } from './keys.ts'
import { type Buyer, buyerOf } from './order-facts.ts'
import { nameOfOrder, type OrderOrigin, orderIdentity } from './order-part.ts'

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
  const order = ({ find, name: nameOf }: TakeContext): string => {
    const known = find(ask)?.ref.split(' ')[0]
    return known ?? nameOf('o', nameOfOrder(tenant, identity, document.date), lane)
  }
  return {
    what: 'order change',
    claims: numberClaim(document, tenant, identity, lane),
    asks: [ask],
    take: (context) => takeChange(order(context), changeFacts(document, name, buyer, origin, master), origin, context),
    answer: (ref) => {
      const [id = '', receipt = ''] = ref.split(' ')
      return { status: 202, body: { order: id, customerOrder, receipt, state: 'requested' } }
    },
    conflict: ({ ref }, { receipt }) => {
      const [id = ''] = ref.split(' ')
      const error = errors.CHANGE_CONFLICT(document.changeNumber ?? '', customerOrder)
      const data = { code: error.code, reason: error.message, customerOrder }
      return { error, inputs: [arrived('order.conflict', id, data, origin, receipt)] }
    },
  }
}

/** Customers who count their changes do not mean the same count twice; the others may want the same again. */
function numberClaim(document: OrderChange, tenant: string, identity: readonly string[], lane: number): KeyClaim[] {
  const { changeNumber } = document
  if (changeNumber === undefined) return []
  const content = digestOf(JSON.stringify(document))
  return [documentKey(tenant, 'order-change', [...identity, changeNumber], content, lane)]
}

function takeChange(
  order: string,
  change: OrderChangeFacts,
  origin: OrderOrigin & { readonly changeWaitMs?: number | undefined },
  { receipt }: TakeContext,
): Taking {
  const document = `${receipt}/${change.document}`
  const data: ChangeArrival = { change: { ...change, document }, waitMs: origin.changeWaitMs ?? DAY_MS }
  return { inputs: [arrived('order.change_document', order, data, origin, receipt)], ref: `${order} ${receipt}` }
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
  const { requestedShip, requestedDelivery, shipNotBefore, shipNotAfter = shipWindow?.cancelAfter } = shipWindow ?? {}
  const dates = present({ requestedShip, requestedDelivery, shipNotBefore, shipNotAfter })
  return {
    by: system,
    reason: notes?.[0] ?? `the customer’s order change says so`,
    document: name,
    purpose,
    ...present({ changeNumber, changedOn, request, shipTo: shipTo?.id }),
    ...(Object.keys(dates).length > 0 ? { dates } : {}),
    lines: document.lines.map((line) => lineFacts(line, buyer, master)),
  }
}

function lineFacts(line: OrderChangeLine, buyer: Buyer, master: MasterData): OrderChangeLineFacts {
  const ids: Record<string, string> = {}
  if (line.sku !== undefined) ids['sku'] = line.sku
  for (const { qualifier, value } of line.ids ?? []) ids[qualifier] ??= value
  const { quantity, leftToReceive, price } = line
  return {
    ids,
    change: line.change,
    ...present({ customerLine: line.line, quantity, leftToReceive, uom: unitOf(line.uom, buyer, master) }),
    ...(price ? { price: { amount: price.amount, ...(price.per ? { per: price.per } : {}) } } : {}),
  }
}

/** The unit as the order would have read it. */
function unitOf(uom: string | undefined, { codesOf, customer }: Buyer, master: MasterData): string | undefined {
  if (uom === undefined) return undefined
  return master.corrections.means(codesOf, 'unit', uom) ?? customer?.units?.[uom] ?? uom
}

function present<T extends Record<string, string | undefined>>(members: T): { [K in keyof T]?: string } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as never
}
