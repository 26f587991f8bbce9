import type { CrossdockError } from '../base/errors.ts'
import { type Identity, laneOf } from '../base/ids.ts'
import type { DocumentFault } from '../documents/faults.ts'
import type { PurchaseOrder } from '../documents/purchase-order/schema.ts'
import type { MasterData } from '../identity/master.ts'
import type { Input } from '../journal/contract.ts'
import type { OrderFacts } from '../lifecycle/events.ts'
import { subjectOf } from '../lifecycle/subject.ts'
import type { KeyRow } from '../store/contract.ts'
import type { FaultyPart, KeyClaim, Part, PartAnswer, TakeContext, Taking } from './arrival.ts'
import { orderContent } from './content.ts'
import { errors } from './errors.ts'
import { digestOf, digestOfArrival, documentKey, requestKey, wishKey } from './keys.ts'
import { type MissingReference, type OrderDraft, type OrderSource, understandOrder } from './order-facts.ts'
import type { Refusal } from './quarantine.ts'

/** What the intake room is handed for a new order: the facts, and what keeps the order from going on at once. */
export interface OrderArrival {
  readonly facts: OrderFacts
  readonly missing: readonly MissingReference[]
  /** What was noticed and stops nothing, such as a total that does not add up. */
  readonly warnings: readonly { readonly code: string; readonly detail: string }[]
}

/** A change or cancellation as a document says it: by the customer's own line numbers. */
export interface DocumentWish {
  readonly by: string
  readonly reason: string
  /** What each line should be (a change), or what of it should go (a cancellation), in millionths of the base unit. */
  readonly customerLines?: readonly { readonly customerLine: string; readonly quantity: number }[]
}

/** Where an order came from, and the keys its sender gave it. */
export interface OrderOrigin extends OrderSource {
  readonly tenant: string
  readonly idempotencyKey?: string
  /** The sender chose that key itself: under another one the same content is meant once more. */
  readonly isKeyedBySender?: boolean
  /** What is compared when the key comes again. */
  readonly bytes: Uint8Array
  readonly receivedAt: number
}

/** A purchase order on its way in: one order, or one for each place it is split to; or all that is wrong with it. */
export function orderPart(
  document: PurchaseOrder,
  warnings: readonly DocumentFault[],
  origin: OrderOrigin,
  master: MasterData,
): Part | FaultyPart {
  const { drafts, faults } = understandOrder(document, origin, master)
  if (faults) return { what: 'order', error: errors.DOCUMENT_FAULTY.with(faults, 'order', faults.length) }
  if (document.purpose === 'cancel' || document.purpose === 'change') return changePart(document, drafts, origin)
  const content = digestOf(orderContent(document))
  const identities = drafts.map((draft) => identityOf(draft))
  const lanes = identities.map((identity) => laneOf([origin.tenant, ...identity].join('|')))
  const claims = identities.map((identity, at) =>
    documentKey(origin.tenant, 'order', identity, content, lanes[at] as number),
  )
  if (drafts[0]?.place !== undefined) claims.push(wholeClaim(drafts[0], content, origin.tenant))
  const order = (ref: string) => orderAnswer(ref, document.number)
  return {
    what: 'order',
    claims: [...requestClaims(origin, lanes[0] as number), ...claims],
    take: (context) => takeOrders(drafts, lanes, warnings, origin, context),
    answer: order,
    conflict: (found, context) => conflictOf(document, found, origin, context),
  }
}

/** The purchase order as its customer names it, where it became an order for each place: a change names no place. */
function wholeClaim({ facts }: OrderDraft, content: Uint8Array, tenant: string): KeyClaim {
  const identity = orderIdentity(facts)
  return documentKey(tenant, 'order', identity, content, laneOf([tenant, ...identity].join('|')))
}

/** A purchase order that cancels or changes one that is here. New content under its purpose is no conflict. */
function changePart(document: PurchaseOrder, drafts: readonly OrderDraft[], origin: OrderOrigin): Part {
  const type = document.purpose === 'cancel' ? 'order.cancel' : 'order.change'
  const identities = drafts.map((draft) => identityOf(draft))
  const lanes = identities.map((identity) => laneOf([origin.tenant, ...identity].join('|')))
  const nothing = digestOf('')
  const asks = identities.map((identity, at) =>
    documentKey(origin.tenant, 'order', identity, nothing, lanes[at] as number),
  )
  return {
    what: 'order',
    claims: [...requestClaims(origin, lanes[0] as number), ...wishClaims(document, drafts, origin)],
    asks,
    take: (context) => takeChange(type, document, drafts, asks, origin, context),
    answer: (ref) => ({
      ...orderAnswer(ref, document.number),
      body: { ...orderAnswer(ref, document.number).body, state: 'requested' },
    }),
    conflict: (found, context) => conflictOf(document, found, origin, context),
  }
}

/** A purchase order has no number for what it changes: its content is what it is known by, unless its sender keyed it. */
function wishClaims(document: PurchaseOrder, [first]: readonly OrderDraft[], origin: OrderOrigin): KeyClaim[] {
  const { tenant, isKeyedBySender = false } = origin
  if (!first || isKeyedBySender) return []
  const identity = orderIdentity(first.facts)
  const { purpose = '' } = document
  return [wishKey(tenant, identity, { purpose, content: document }, laneOf([tenant, ...identity].join('|')))]
}

function takeChange(
  type: string,
  document: PurchaseOrder,
  drafts: readonly OrderDraft[],
  asks: readonly KeyClaim[],
  origin: OrderOrigin,
  context: TakeContext,
): Taking {
  const { tenant, system, receivedAt } = origin
  const orders = asks.map((ask) => context.find(ask)?.ref.split(' ')[0])
  const common = { kind: 'arrival', source: system, receipt: context.receipt, occurredAt: receivedAt } as const
  const missing = orders.indexOf(undefined)
  if (missing >= 0) {
    const error = errors.ORDER_MISSING(`${document.purpose} of order ${document.number}`)
    const data: Refusal = { report: 'purchase-order', code: error.code, reason: error.message }
    const subject = subjectOf(tenant, 'mailbox', origin.partner ?? system)
    return { ref: '', error, inputs: [{ ...common, type: 'arrival.refused', subject, data }] }
  }
  const inputs = drafts.map((draft, at): Input => {
    const subject = subjectOf(tenant, 'order', orders[at] as string)
    return { ...common, type, subject, data: wishOf(type, document, draft, system) }
  })
  return { inputs, ref: `${orders.join(',')} ${context.receipt}` }
}

/** A cancellation without lines means the whole order; with lines it means what they say. */
function wishOf(type: string, document: PurchaseOrder, { facts }: OrderDraft, by: string): DocumentWish {
  const lines = facts.lines.map(({ customerLine, base }) => ({ customerLine, quantity: base }))
  const reason = document.notes?.[0] ?? `the customer's purchase order says so`
  return type === 'order.cancel' && lines.length === 0 ? { by, reason } : { by, reason, customerLines: lines }
}

/** Customer order = sold-to, number, release; split orders also by the place they go to. */
function identityOf({ facts, place }: OrderDraft): string[] {
  const identity = orderIdentity(facts)
  return place === undefined ? identity : [...identity, place]
}

/** What tells an order of a customer from every other one, as long as it was not split over places. */
export function orderIdentity(facts: Pick<OrderFacts, 'soldTo' | 'customerOrder' | 'release'>): string[] {
  return [facts.soldTo, facts.customerOrder, facts.release ?? '']
}

/** What the id of an order is made of: the same order, come again to a hub restored from a backup, has the same id. */
function businessIdentity(draft: OrderDraft, tenant: string): Identity {
  return nameOfOrder(tenant, identityOf(draft), draft.facts.orderDate)
}

/** From what the id of an order is made, also before the order is here. */
export function nameOfOrder(tenant: string, identity: readonly string[], orderDate: string): Identity {
  return { dayMs: Date.parse(orderDate), parts: [tenant, ...identity] }
}

function requestClaims(origin: OrderOrigin, lane: number): KeyClaim[] {
  const { tenant, system, idempotencyKey } = origin
  if (idempotencyKey === undefined) return []
  return [requestKey({ tenant, system, scope: 'orders', key: idempotencyKey }, digestOfArrival(origin.bytes), lane)]
}

function takeOrders(
  drafts: readonly OrderDraft[],
  lanes: readonly number[],
  warnings: readonly DocumentFault[],
  origin: OrderOrigin,
  context: TakeContext,
): Taking {
  const ids = drafts.map((draft, at) => context.name('o', businessIdentity(draft, origin.tenant), lanes[at] as number))
  const subjects = ids.map((id) => subjectOf(origin.tenant, 'order', id))
  const inputs = drafts.map((draft, at): Input => {
    const facts: OrderFacts = { id: ids[at] as string, ...draft.facts }
    const data: OrderArrival = { facts, missing: draft.missing, warnings }
    return {
      kind: 'arrival',
      type: 'order',
      subject: subjects[at] as string,
      source: origin.system,
      receipt: context.receipt,
      occurredAt: origin.receivedAt,
      data,
    }
  })
  return { inputs, fresh: subjects, ref: `${ids.join(',')} ${context.receipt}` }
}

/** What the sender of an order is told: its id and where to look. Built from the key, so a repeat is told the same. */
function orderAnswer(ref: string, number: string): PartAnswer {
  const [ids = '', receipt = ''] = ref.split(' ')
  const orders = ids.split(',')
  const [id = ''] = orders
  return {
    status: 202,
    headers: { location: `/v1/orders/${id}` },
    body: {
      order: id,
      ...(orders.length > 1 ? { orders } : {}),
      customerOrder: number,
      receipt,
      state: 'received',
    },
  }
}

function conflictOf(
  document: PurchaseOrder,
  found: KeyRow,
  origin: OrderOrigin,
  context: TakeContext,
): { error: CrossdockError; inputs: Input[] } {
  if (found.kind === 1) return { error: errors.IDEMPOTENCY_KEY_REUSED(), inputs: [] }
  const [ids = ''] = found.ref.split(' ')
  const [id = ''] = ids.split(',')
  const error = errors.ORDER_CONFLICT(document.number, id)
  const input: Input = {
    kind: 'arrival',
    type: 'order.conflict',
    subject: subjectOf(origin.tenant, 'order', id),
    source: origin.system,
    receipt: context.receipt,
    occurredAt: origin.receivedAt,
    data: { code: error.code, reason: error.message, customerOrder: document.number },
  }
  return { error, inputs: [input] }
}
