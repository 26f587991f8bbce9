import type { PurchaseOrder } from '../documents/purchase-order/schema.ts'
import type { Party } from '../documents/shapes.ts'
import type { Customer, MasterData, ShipTo } from '../identity/master.ts'
import type { PartyFacts } from '../lifecycle/events.ts'
import type { Buyer, MissingReference } from './order-facts.ts'

/** Where the goods go, as far as that is known. */
export interface FoundShipTo {
  readonly party?: PartyFacts
  readonly missing?: MissingReference
}

/** The place of an order, or of the part of it that goes to one store. An id that is not in the master is missing. */
export function shipToOf(
  document: PurchaseOrder,
  { customer, codesOf }: Buyer,
  master: MasterData,
  place: string | undefined,
): FoundShipTo {
  const given: Party | undefined = place === undefined ? document.shipTo : { id: place, idQualifier: '92' }
  if (!given) return fallbackShipTo(customer)
  const party = partyOf('ST', given)
  if (given.id === undefined || !customer) return { party }
  const known = customer.shipTos.find(({ id }) => id === given.id)
  if (known) return { party: { ...masterParty(known, given.idQualifier), ...party } }
  const meant = meantShipTo(given.id, customer, codesOf, master)
  if (meant) return { party: { ...masterParty(meant, given.idQualifier), ...party, id: meant.id } }
  const reason = `ship-to ${given.id} of customer ${customer.id} is not known`
  return { party, missing: { kind: 'ship-to', value: given.id, reason } }
}

/** The place that a person said a partner's code means, when this customer has it. */
export function meantShipTo(
  code: string,
  customer: Customer,
  partner: string,
  { corrections }: MasterData,
): ShipTo | undefined {
  const means = corrections.means(partner, 'ship-to', code)
  return means === undefined ? undefined : customer.shipTos.find(({ id }) => id === means)
}

/** An order that names no place goes to the customer's only one; with several it cannot be guessed. */
function fallbackShipTo(customer: Customer | undefined): FoundShipTo {
  const [only, ...others] = customer?.shipTos ?? []
  if (only && others.length === 0) return { party: masterParty(only) }
  if (!customer) return {}
  return { missing: { kind: 'ship-to', value: '', reason: 'the order does not say where the goods go' } }
}

function masterParty(shipTo: ShipTo, idQualifier?: string): PartyFacts {
  return partyOf('ST', { ...shipTo, ...(idQualifier === undefined ? {} : { idQualifier }) })
}

/** A party as events carry it. */
export function partyOf(role: string, party: Party): PartyFacts {
  const { name, id, idQualifier, address } = party
  return {
    role,
    ...(name === undefined ? {} : { name }),
    ...(id === undefined ? {} : { id }),
    ...(idQualifier === undefined ? {} : { idQualifier }),
    ...(address === undefined ? {} : { address: { ...address, lines: address.lines ?? [] } }),
  }
}
