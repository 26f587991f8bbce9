import type { FieldFault } from '../base/errors.ts'
import type { Price } from '../base/money.ts'
import { micros } from '../base/quantity.ts'
import type { Destination, PurchaseOrder, PurchaseOrderLine } from '../documents/purchase-order/schema.ts'
import type { Charge as DocumentCharge, Party } from '../documents/shapes.ts'
import { factorOf, toBase } from '../identity/conversion.ts'
import type { Customer, Item, MasterData, ShipTo } from '../identity/master.ts'
import { hasWrongCheckDigit, recogniseItem } from '../identity/recognise-item.ts'
import type { Charge, OrderFacts, OrderLineFacts, PartyFacts } from '../lifecycle/events.ts'
import { fieldFault } from './errors.ts'

/** Where an order comes from, as far as it says who the customer is and how documents go back. */
export interface OrderSource {
  readonly system: string
  readonly partner?: string
  readonly customer?: string
  /** The interchange's sender, `qualifier:id`. */
  readonly ediSender?: string
  readonly test: boolean
}

/** Something an order names that master data does not know yet. */
export interface MissingReference {
  readonly kind: 'item' | 'ship-to' | 'customer'
  readonly line?: string
  readonly value: string
  readonly reason: string
}

/** An order as it was understood; it has no id before its keys are known to be free. */
export interface OrderDraft {
  readonly facts: Omit<OrderFacts, 'id'>
  readonly missing: readonly MissingReference[]
}

/** The orders of one purchase order (one for each place, when its lines are split), or all its faults. */
export type Understood =
  | { readonly drafts: readonly OrderDraft[]; readonly faults?: undefined }
  | { readonly drafts?: undefined; readonly faults: readonly FieldFault[] }

/** What a purchase order means here: who buys, which items, how much in the base unit, where to. */
export function understandOrder(document: PurchaseOrder, source: OrderSource, master: MasterData): Understood {
  const faults: FieldFault[] = []
  const buyer = buyerOf(document, source, master)
  if (buyer.soldTo === '') faults.push(fieldFault('MISSING', '/buyer', 'Who buys'))
  const lines: UnderstoodLine[] = []
  for (let at = 0; at < document.lines.length; at += 1) {
    lines.push(understandLine(document.lines[at] as PurchaseOrderLine, at, document, buyer, master, faults))
  }
  if (faults.length > 0) return { faults }
  const places = destinationsOf(document)
  if (places.length === 0) return { drafts: [draftOf(document, source, buyer, lines, undefined)] }
  return { drafts: places.map((place) => draftOf(document, source, buyer, lines, place)) }
}

interface Buyer {
  readonly soldTo: string
  readonly customer?: Customer
}

function buyerOf(document: PurchaseOrder, source: OrderSource, master: MasterData): Buyer {
  const fixed = source.customer
  if (fixed !== undefined) return named(fixed, master.customer(fixed))
  const { buyer } = document
  const id = buyer?.id
  if (id !== undefined) {
    const byEdi = buyer?.idQualifier === undefined ? undefined : master.customerOfEdi(`${buyer.idQualifier}:${id}`)
    const customer = byEdi ?? master.customerOfAccount(source.system, id) ?? master.customer(id)
    if (customer) return { soldTo: customer.id, customer }
  }
  const sender = source.ediSender === undefined ? undefined : master.customerOfEdi(source.ediSender)
  if (sender) return { soldTo: sender.id, customer: sender }
  return { soldTo: id ?? source.ediSender ?? '' }
}

function named(soldTo: string, customer: Customer | undefined): Buyer {
  return customer ? { soldTo, customer } : { soldTo }
}

interface UnderstoodLine {
  readonly facts: OrderLineFacts
  readonly missing?: MissingReference
  readonly shares?: readonly Share[]
}

/** What of a line goes to one place, as ordered and in the base unit. */
interface Share {
  readonly place: string
  readonly value: string
  readonly base: number
}

function understandLine(
  line: PurchaseOrderLine,
  at: number,
  document: PurchaseOrder,
  buyer: Buyer,
  master: MasterData,
  faults: FieldFault[],
): UnderstoodLine {
  const number = String(at + 1)
  line.ids?.forEach((id, index) => {
    if (hasWrongCheckDigit(id)) faults.push(fieldFault('CHECK_DIGIT', `/lines/${at}/ids/${index}/value`, id.value))
  })
  const uom = buyer.customer?.units?.[line.uom] ?? line.uom
  const quantity = micros(line.quantity)
  const { item, reason } = recogniseItem(line, buyer.soldTo, master)
  const ordered = item ? inBaseUnit(item, uom, quantity, at, faults) : undefined
  const facts = lineFacts(number, line, uom, document, item, ordered ?? { base: quantity ?? 0, factor: [1, 1] })
  const missing: MissingReference | undefined = item
    ? undefined
    : {
        kind: 'item',
        line: number,
        value: line.sku ?? line.ids?.[0]?.value ?? '',
        reason: `line ${line.line}: ${reason}`,
      }
  return {
    facts,
    ...(missing ? { missing } : {}),
    ...(line.destinations ? { shares: sharesOf(line.destinations, facts, at, faults) } : {}),
  }
}

function sharesOf(
  destinations: readonly Destination[],
  line: OrderLineFacts,
  at: number,
  faults: FieldFault[],
): Share[] {
  return destinations.flatMap(({ location, quantity }, index) => {
    const share = micros(quantity)
    const base = share === undefined ? undefined : toBase(share, line.factor, line.baseUnit)
    if (base !== undefined) return [{ place: location, value: quantity, base }]
    const why = `the share is no whole number of ${line.baseUnit}`
    const pointer = `/lines/${at}/destinations/${index}/quantity`
    faults.push(fieldFault('UOM_CONVERSION', pointer, line.ordered.uom, line.item ?? 'an unknown item', why))
    return []
  })
}

interface InBase {
  readonly base: number
  readonly factor: readonly [number, number]
}

const WHY_NO_FACTOR = { missing: 'it has no such unit', conflicting: 'its factors contradict each other' } as const

function inBaseUnit(
  item: Item,
  uom: string,
  quantity: number | undefined,
  at: number,
  faults: FieldFault[],
): InBase | undefined {
  const found = factorOf(item, uom)
  if (found.fault) {
    faults.push(fieldFault('UOM_CONVERSION', `/lines/${at}/uom`, uom, item.sku, WHY_NO_FACTOR[found.fault]))
    return undefined
  }
  const base = quantity === undefined ? undefined : toBase(quantity, found.factor, item.baseUnit)
  if (base === undefined) {
    const why = `the quantity is no whole number of ${item.baseUnit}`
    faults.push(fieldFault('UOM_CONVERSION', `/lines/${at}/quantity`, uom, item.sku, why))
    return undefined
  }
  return { base, factor: found.factor }
}

function lineFacts(
  number: string,
  line: PurchaseOrderLine,
  uom: string,
  document: PurchaseOrder,
  item: Item | undefined,
  { base, factor }: InBase,
): OrderLineFacts {
  const ids: Record<string, string> = {}
  if (line.sku !== undefined) ids['sku'] = line.sku
  for (const { qualifier, value } of line.ids ?? []) ids[qualifier] ??= value
  const facts: Writable<OrderLineFacts> = {
    line: number,
    customerLine: line.line,
    ids,
    ordered: { value: line.quantity, uom },
    base,
    baseUnit: item?.baseUnit ?? uom,
    factor,
  }
  if (item) facts.item = item.sku
  const description = line.description ?? item?.description
  if (description !== undefined) facts.description = description
  if (line.price) facts.price = priceOf(line.price, document.currency, uom)
  if (item?.catchWeight) facts.catchWeight = item.catchWeight
  if (item?.substitutes) facts.substitutes = item.substitutes
  const requestedShip = line.shipWindow?.requestedShip
  if (requestedShip !== undefined) facts.requestedShip = requestedShip
  return facts
}

type Writable<T> = { -readonly [K in keyof T]: T[K] }

function priceOf(price: NonNullable<PurchaseOrderLine['price']>, currency: string, uom: string): Price {
  return { amount: price.amount, currency, per: price.per ?? 1, uom: price.uom ?? uom }
}

function destinationsOf(document: PurchaseOrder): readonly string[] {
  const places = new Set<string>()
  for (const line of document.lines) for (const { location } of line.destinations ?? []) places.add(location)
  return [...places]
}

function draftOf(
  document: PurchaseOrder,
  source: OrderSource,
  buyer: Buyer,
  lines: readonly UnderstoodLine[],
  place: string | undefined,
): OrderDraft {
  const going = place === undefined ? lines : lines.flatMap((line) => partFor(line, place))
  const missing = going.flatMap((line) => (line.missing ? [line.missing] : []))
  if (!buyer.customer) {
    missing.push({ kind: 'customer', value: buyer.soldTo, reason: `customer ${buyer.soldTo} is not known` })
  }
  const shipTo = shipToOf(document, buyer.customer, place)
  if (shipTo.missing) missing.push(shipTo.missing)
  return { facts: factsOf(document, source, buyer, going, shipTo.party, place), missing }
}

/** The part of a split line that goes to one place; nothing when none of it goes there. */
function partFor(line: UnderstoodLine, place: string): UnderstoodLine[] {
  const share = line.shares?.find((one) => one.place === place)
  if (!share) return []
  const ordered = { ...line.facts.ordered, value: share.value }
  return [{ ...line, facts: { ...line.facts, ordered, base: share.base } }]
}

interface FoundShipTo {
  readonly party?: PartyFacts
  readonly missing?: MissingReference
}

function shipToOf(document: PurchaseOrder, customer: Customer | undefined, place: string | undefined): FoundShipTo {
  const given: Party | undefined = place === undefined ? document.shipTo : { id: place, idQualifier: '92' }
  if (!given) return fallbackShipTo(customer)
  const party = partyOf('ST', given)
  if (given.id === undefined || !customer) return { party }
  const known = customer.shipTos.find(({ id }) => id === given.id)
  if (known) return { party: { ...masterParty(known, given.idQualifier), ...party } }
  const reason = `ship-to ${given.id} of customer ${customer.id} is not known`
  return { party, missing: { kind: 'ship-to', value: given.id, reason } }
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

function partyOf(role: string, party: Party): PartyFacts {
  const { name, id, idQualifier, address } = party
  return {
    role,
    ...(name === undefined ? {} : { name }),
    ...(id === undefined ? {} : { id }),
    ...(idQualifier === undefined ? {} : { idQualifier }),
    ...(address === undefined ? {} : { address: { ...address, lines: address.lines ?? [] } }),
  }
}

function factsOf(
  document: PurchaseOrder,
  source: OrderSource,
  buyer: Buyer,
  lines: readonly UnderstoodLine[],
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
    lines: lines.map((line) => line.facts),
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
