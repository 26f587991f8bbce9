import { factorOf, toBase } from '../identity/conversion.ts'
import type { Customer, MasterData, ShipTo } from '../identity/master.ts'
import { recogniseItem } from '../identity/recognise-item.ts'
import type { JournalEvent } from '../journal/contract.ts'
import type { EventData, OrderFacts, OrderLineFacts, PartyFacts } from '../lifecycle/events.ts'
import type { TableSpec } from '../store/contract.ts'
import { meantShipTo } from './order-parties.ts'

/** Orders that wait for master data; most orders wait for nothing and have no row. The body is the order's facts. */
export const referenceWaitTable: TableSpec = {
  name: 'reference_wait',
  key: [
    { name: 'lane', type: 'int2' },
    { name: 'subject', type: 'text' },
  ],
  columns: [{ name: 'body', type: 'text' }],
}

/** What master data now says about an order that waits: the data of the arrival `reference.resolved`. */
export interface ResolvedReferences {
  readonly lines: readonly OrderLineFacts[]
  readonly parties?: readonly PartyFacts[]
  /** What is still not known. */
  readonly remaining: number
}

/**
 * Reads an order's unknown lines and places again with today's master data. Undefined when nothing has become known.
 * What an order was read with before stays as it was.
 */
export function resolveAgain(facts: OrderFacts, master: MasterData): ResolvedReferences | undefined {
  const unknown = facts.lines.filter((line) => line.item === undefined)
  const lines = unknown.flatMap((line) => resolveLine(line, facts, master) ?? [])
  const customer = master.customer(facts.soldTo)
  const shipTo = facts.parties.find(({ role }) => role === 'ST')
  const place = customer && shipTo?.id !== undefined ? placeOf(shipTo.id, customer, facts, master) : undefined
  const isNews = place && shipTo && (!shipTo.address || shipTo.id !== place.id)
  const parties = isNews ? withPlace(facts.parties, place) : undefined
  const remaining =
    unknown.length - lines.length + (customer ? 0 : 1) + (isPlaceKnown(facts, place, customer?.shipTos) ? 0 : 1)
  if (lines.length === 0 && !parties && remaining > 0) return undefined
  return { lines, remaining, ...(parties ? { parties } : {}) }
}

/** The place of a code: the customer's own, else the one that a person said it means. */
function placeOf(code: string, customer: Customer, facts: OrderFacts, master: MasterData): ShipTo | undefined {
  return customer.shipTos.find(({ id }) => id === code) ?? meantShipTo(code, customer, facts.channel, master)
}

function resolveLine(line: OrderLineFacts, facts: OrderFacts, master: MasterData): OrderLineFacts | undefined {
  const { sku, ...others } = line.ids
  const ids = Object.entries(others).map(([qualifier, value]) => ({ qualifier, value }))
  const { item } = recogniseItem({ ...(sku === undefined ? {} : { sku }), ids }, facts.soldTo, master, facts.channel)
  // the quantity of a line nobody knew was kept in the unit it was ordered in
  const { uom } = line.ordered
  const factor = item && factorOf(item, master.corrections.means(facts.channel, 'unit', uom) ?? uom).factor
  const base = factor && toBase(line.base, factor, item.baseUnit)
  if (!item || !factor || base === undefined) return undefined
  const { description = item.description, catchWeight = item.catchWeight, substitutes = item.substitutes } = line
  return {
    ...line,
    item: item.sku,
    base,
    baseUnit: item.baseUnit,
    factor,
    ...(description === undefined ? {} : { description }),
    ...(catchWeight === undefined ? {} : { catchWeight }),
    ...(substitutes === undefined ? {} : { substitutes }),
  }
}

function isPlaceKnown({ parties }: OrderFacts, place: ShipTo | undefined, shipTos: readonly ShipTo[] = []): boolean {
  const shipTo = parties.find(({ role }) => role === 'ST')
  if (!shipTo) return shipTos.length === 1
  return shipTo.id === undefined || place !== undefined
}

function withPlace(parties: readonly PartyFacts[], { id, name, address }: ShipTo): PartyFacts[] {
  const known = {
    ...(name === undefined ? {} : { name }),
    ...(address ? { address: { ...address, lines: address.lines ?? [] } } : {}),
  }
  return parties.map((party) => (party.role === 'ST' ? { ...known, ...party, id } : party))
}

/** True for the event that makes an order wait for master data. */
export function isReferenceHold(event: JournalEvent): boolean {
  return event.type === 'order.held' && (event.data as EventData['order.held']).hold === 'reference'
}

/** True for an event after which nobody waits for master data any more. */
export function endsWait(event: JournalEvent): boolean {
  if (event.type === 'order.hold_lifted') return (event.data as EventData['order.hold_lifted']).hold === 'reference'
  return event.type === 'order.rejected'
}

/** An order's facts after a correction. */
export function corrected(facts: OrderFacts, { lines = [], parties }: EventData['order.corrected']): OrderFacts {
  const corrections = new Map(lines.map((line) => [line.line, line]))
  return {
    ...facts,
    lines: facts.lines.map((line) => corrections.get(line.line) ?? line),
    parties: parties ?? facts.parties,
  }
}
