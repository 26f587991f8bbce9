import type { FieldFault } from '../base/errors.ts'
import type { Price } from '../base/money.ts'
import { micros } from '../base/quantity.ts'
import type { Destination, PurchaseOrder, PurchaseOrderLine } from '../documents/purchase-order/schema.ts'
import { asBaseUnit, factorOf, toBase } from '../identity/conversion.ts'
import type { Item, MasterData } from '../identity/master.ts'
import { hasWrongCheckDigit, recogniseItem } from '../identity/recognise-item.ts'
import type { OrderLineFacts } from '../lifecycle/events.ts'
import { fieldFault } from './errors.ts'
import type { Buyer, MissingReference } from './order-facts.ts'

/** A line as it was understood, and what of it goes where. */
export interface UnderstoodLine {
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

/** What a line means: which item, and how much of it in the base unit. Its faults join those of the order. */
export function understandLine(
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
  const uom = master.corrections.means(buyer.codesOf, 'unit', line.uom) ?? buyer.customer?.units?.[line.uom] ?? line.uom
  const quantity = micros(line.quantity)
  const { item, reason } = recogniseItem(line, buyer.soldTo, master, buyer.codesOf)
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
  if (line.price) facts.price = priceOf(line.price, document.currency, uom, item)
  if (item?.catchWeight) facts.catchWeight = item.catchWeight
  if (item?.substitutes) facts.substitutes = item.substitutes
  const requestedShip = line.shipWindow?.requestedShip
  if (requestedShip !== undefined) facts.requestedShip = requestedShip
  return facts
}

type Writable<T> = { -readonly [K in keyof T]: T[K] }

/** A price for a base unit names it as the item's own ERP does, so that it can be compared there. */
function priceOf(
  price: NonNullable<PurchaseOrderLine['price']>,
  currency: string,
  ordered: string,
  item: Item | undefined,
): Price {
  const uom = price.uom ?? ordered
  return { amount: price.amount, currency, per: price.per ?? 1, uom: item ? asBaseUnit(item, uom) : uom }
}
