import type { FieldFault } from '../base/errors.ts'
import type { PurchaseOrder, PurchaseOrderLine } from '../documents/purchase-order/schema.ts'
import type { Customer, MasterData } from '../identity/master.ts'
import type { OrderFacts } from '../lifecycle/events.ts'
import { fieldFault } from './errors.ts'
import { factsOf } from './order-heading.ts'
import { type UnderstoodLine, understandLine } from './order-line-facts.ts'
import { shipToOf } from './order-parties.ts'

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
  /** The place it goes to, when the order was split over several. */
  readonly place?: string
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
  if (places.length === 0) return { drafts: [draftOf(document, source, buyer, lines, master, undefined)] }
  return { drafts: places.map((place) => draftOf(document, source, buyer, lines, master, place)) }
}

/** Who buys: the customer of the master, or the name the order gives when there is none. */
export interface Buyer {
  readonly soldTo: string
  readonly customer?: Customer
  /** Whose codes the order is written in: the system or partner that sent it. */
  readonly codesOf: string
}

/** Who buys, by what a document and its sender say. */
export function buyerOf(document: Pick<PurchaseOrder, 'buyer'>, source: OrderSource, master: MasterData): Buyer {
  const fixed = source.customer
  const codesOf = source.system
  if (fixed !== undefined) return named(fixed, master.customer(fixed), codesOf)
  const { buyer } = document
  const id = buyer?.id
  if (id !== undefined) {
    const byEdi = buyer?.idQualifier === undefined ? undefined : master.customerOfEdi(`${buyer.idQualifier}:${id}`)
    const customer = byEdi ?? master.customerOfAccount(source.system, id) ?? master.customer(id)
    if (customer) return { soldTo: customer.id, customer, codesOf }
  }
  const sender = source.ediSender === undefined ? undefined : master.customerOfEdi(source.ediSender)
  if (sender) return { soldTo: sender.id, customer: sender, codesOf }
  return { soldTo: id ?? source.ediSender ?? '', codesOf }
}

function named(soldTo: string, customer: Customer | undefined, codesOf: string): Buyer {
  return customer ? { soldTo, customer, codesOf } : { soldTo, codesOf }
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
  master: MasterData,
  place: string | undefined,
): OrderDraft {
  const going = place === undefined ? lines : lines.flatMap((line) => partFor(line, place))
  const missing = going.flatMap((line) => (line.missing ? [line.missing] : []))
  if (!buyer.customer) {
    missing.push({ kind: 'customer', value: buyer.soldTo, reason: `customer ${buyer.soldTo} is not known` })
  }
  const shipTo = shipToOf(document, buyer, master, place)
  if (shipTo.missing) missing.push(shipTo.missing)
  const goods = going.map((line) => line.facts)
  const facts = factsOf(document, source, buyer, goods, shipTo.party, place)
  return { facts, missing, ...(place === undefined ? {} : { place }) }
}

/** The part of a split line that goes to one place; nothing when none of it goes there. */
function partFor(line: UnderstoodLine, place: string): UnderstoodLine[] {
  const share = line.shares?.find((one) => one.place === place)
  if (!share) return []
  const ordered = { ...line.facts.ordered, value: share.value }
  return [{ ...line, facts: { ...line.facts, ordered, base: share.base } }]
}
