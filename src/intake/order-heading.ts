import type { PurchaseOrder } from '../documents/purchase-order/schema.ts'
import type { Charge as DocumentCharge } from '../documents/shapes.ts'
import type { Charge, OrderFacts, OrderLineFacts, PartyFacts } from '../lifecycle/events.ts'
import type { Buyer, OrderSource } from './order-facts.ts'
import { partyOf } from './order-parties.ts'

type Writable<T> = { -readonly [K in keyof T]: T[K] }

/** An order's facts from its document, with lines and place as they were understood. */
export function factsOf(
  document: PurchaseOrder,
  source: OrderSource,
  buyer: Buyer,
  lines: readonly OrderLineFacts[],
  shipTo: PartyFacts | undefined,
  place: string | undefined,
): Omit<OrderFacts, 'id'> {
  const { customer } = buyer
  const window = document.shipWindow ?? {}
  const facts: Writable<Omit<OrderFacts, 'id'>> = {
    channel: source.system,
    soldTo: buyer.soldTo,
    customerOrder: document.number,
    orderDate: document.date,
    currency: document.currency,
    lines,
    parties: partiesOf(document, shipTo),
    charges: chargesOf(document),
    shipComplete: customer?.shipComplete ?? false,
    backorders: customer?.backorders ?? true,
    substitutions: customer?.substitutions ?? false,
    references: referencesOf(document, place),
    test: source.test,
  }
  if (source.partner !== undefined) facts.partner = source.partner
  if (document.release !== undefined) facts.release = document.release
  if (window.requestedShip !== undefined) facts.requestedShip = window.requestedShip
  if (window.requestedDelivery !== undefined) facts.requestedDelivery = window.requestedDelivery
  if (window.shipNotBefore !== undefined) facts.shipNotBefore = window.shipNotBefore
  const last = window.shipNotAfter ?? window.cancelAfter
  if (last !== undefined) facts.shipNotAfter = last
  const carrier = carrierOf(document)
  if (carrier) facts.carrier = carrier
  return facts
}

function carrierOf(document: PurchaseOrder): OrderFacts['carrier'] {
  const { scac, service } = document.carriage ?? {}
  if (scac === undefined && service === undefined) return undefined
  return { ...(scac === undefined ? {} : { scac }), ...(service === undefined ? {} : { service }) }
}

function partiesOf(document: PurchaseOrder, shipTo: PartyFacts | undefined): PartyFacts[] {
  const parties: PartyFacts[] = []
  if (document.buyer) parties.push(partyOf('BY', document.buyer))
  if (shipTo) parties.push(shipTo)
  if (document.billTo) parties.push(partyOf('BT', document.billTo))
  if (document.supplier) parties.push(partyOf('SU', document.supplier))
  for (const party of document.parties ?? []) parties.push(partyOf(party.role, party))
  return parties
}

function referencesOf(document: PurchaseOrder, place: string | undefined): OrderFacts['references'] {
  const references = (document.references ?? []).map(({ qualifier, value, description }) => ({
    qualifier,
    value: value ?? description ?? '',
  }))
  if (document.contract !== undefined) references.push({ qualifier: 'CT', value: document.contract })
  if (place !== undefined) references.push({ qualifier: 'ST', value: place })
  return references
}

const ZERO = '0.00'

/** What the customer expects beside the goods. A charge that is only a note is left out. */
function chargesOf(document: PurchaseOrder): Charge[] {
  return (document.charges ?? []).flatMap((charge) =>
    charge.kind === 'information' ? [] : [chargeOf(charge, document)],
  )
}

function chargeOf(charge: DocumentCharge, document: PurchaseOrder): Charge {
  const amount = charge.amount ?? ZERO
  const isAllowance = charge.kind === 'allowance'
  const signed = isAllowance && amount !== ZERO && !amount.startsWith('-') ? `-${amount}` : amount
  const type = isAllowance ? 'allowance' : charge.type === 'freight' || charge.type === 'tax' ? charge.type : 'charge'
  return {
    type,
    amount: { amount: signed, currency: document.currency },
    ...(charge.code === undefined ? {} : { code: charge.code }),
    ...(charge.description === undefined ? {} : { description: charge.description }),
    ...(charge.percent === undefined ? {} : { ratePercent: charge.percent }),
  }
}
