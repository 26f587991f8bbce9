/** What each line of a customer's change means for its order: how much is wanted then, at which price, and why not. */
import { isDeepStrictEqual } from 'node:util'
import type { Price } from '../../base/money.ts'
import { micros } from '../../base/quantity.ts'
import type { LineChangeKind } from '../../documents/change-line.ts'
import { mayMove } from '../../lifecycle/authority.ts'
import type { OrderChangeFacts, OrderChangeLineFacts, OrderLineFacts } from '../../lifecycle/events.ts'
import { type OrderLine, wanted } from '../../lifecycle/order-line.ts'
import { lineOf } from '../../lifecycle/order-state.ts'
import type { Moment } from './moment.ts'
import type { Amendment } from './state.ts'
import { isAtWarehouse, isOtherPrice, priceMeant, windowMeant } from './terms.ts'

/** Why a line of a change cannot be done: a word for programs and a sentence for people. */
export interface Reason {
  readonly code: string
  readonly says: string
}

/** What a line of a change comes to: the order line it means, and how much the customer wants of it in all; or why not. */
export interface LineAim {
  readonly asked: OrderChangeLineFacts
  readonly facts?: OrderLineFacts
  readonly line?: OrderLine
  readonly target?: number
  /** What it is to cost from now on, where that differs. */
  readonly price?: Price
  /** It is to ship on other days. */
  readonly movesDays?: true
  /** It is to join the order. */
  readonly joins?: true
  readonly refused?: Reason
}

/** What asks more than another quantity: the ERP has to agree to it, once it has the order. */
export const hasTerms = ({ price, movesDays, joins }: LineAim): boolean =>
  price !== undefined || (movesDays ?? joins) === true

const REASONS = {
  rejected: { code: 'REJECTED', says: 'The order was rejected.' },
  forbidden: { code: 'FORBIDDEN', says: 'Changes of this order are not taken from here.' },
  purpose: {
    code: 'PURPOSE',
    says: 'Only changes and cancellations are taken; send the order itself again to replace it.',
  },
  unknown: { code: 'LINE', says: 'The order has no such line.' },
  there: { code: 'NEW LINE', says: 'The order has a line of this number already.' },
  item: { code: 'ITEM', says: 'The item, or its unit, is not known here.' },
  over: { code: 'OVER', says: 'The order is finished; place another one.' },
  kind: {
    code: 'KIND',
    says: 'Quantities, prices, days and new lines are taken; transport and items stay as ordered.',
  },
  price: { code: 'PRICE', says: 'The change of the quantity names another price than the order.' },
  shipped: { code: 'SHIPPED', says: 'Some of it has left the warehouse, at the price it was ordered for.' },
  days: { code: 'DAYS', says: 'The change names no new day, or not the same for all that is left to ship.' },
  released: { code: 'RELEASED', says: 'A warehouse has it; its days stay as they are.' },
  split: { code: 'SPLIT', says: 'The order goes to several places; the change does not say how much goes to each.' },
  unit: { code: 'UNIT', says: 'The quantity is not in the unit that was ordered.' },
  quantity: { code: 'QUANTITY', says: 'Ordered, shipped and left to receive do not fit together.' },
  direction: { code: 'DIRECTION', says: 'The quantity goes the other way than the change says.' },
} as const satisfies Record<string, Reason>

/** What each line of a change comes to, as the order stands. */
export function aimsOf(moment: Moment, change: Amendment): LineAim[] {
  const asked = change.purpose === 'cancel' ? wholeOf(moment) : change.lines
  const meant = change.split ? asked.flatMap((line) => partHere(moment, line)) : asked
  return meant.map((line) => aimOf(moment, change, line))
}

/** Of a line that is split over places, what it says of this order's; nothing of it changes what it does not name. */
function partHere({ facts }: Moment, line: OrderChangeLineFacts): OrderChangeLineFacts[] {
  const { destinations, quantity: _whole, leftToReceive: _left, ...asked } = line
  if (!destinations) return [line]
  const place = facts.parties.find(({ role }) => role === 'ST')?.id
  const here = destinations.find(({ location }) => location === place)
  if (!here) return asked.change === 'add' ? [] : [{ ...asked, change: 'unchanged' }]
  const added = asked.added && shareOf(asked.added, here.quantity)
  return [{ ...asked, quantity: here.quantity, destinations, ...(added ? { added } : {}) }]
}

function shareOf(line: OrderLineFacts, quantity: string): OrderLineFacts {
  const base = ((micros(quantity) ?? 0) * line.factor[0]) / line.factor[1]
  const { item: _unknown, ...rest } = line
  const ordered = { ...line.ordered, value: quantity }
  return Number.isSafeInteger(base) && base > 0 ? { ...line, ordered, base } : rest
}

/** A cancellation means every line the customer ordered, whichever it names. */
function wholeOf({ facts }: Moment): OrderChangeLineFacts[] {
  const own = facts.lines.filter(({ line }) => !line.includes('.'))
  return own.map(({ customerLine, ids }) => ({ customerLine, ids, change: 'delete' }))
}

const CHANGES_ORDER: ReadonlySet<OrderChangeFacts['purpose']> = new Set(['cancel', 'change', 'original'])
const QUANTITIES: ReadonlySet<LineChangeKind> = new Set<LineChangeKind>([
  'change',
  'changePrice',
  'changePriceAndQuantity',
  'changePriceAndReschedule',
  'changeDates',
  'decrease',
  'delete',
  'increase',
  'replace',
  'replaceDates',
  'reschedule',
  'rescheduleAndChangeQuantity',
  'unchanged',
])
/** Those that may name another price, and those that say when it should ship. */
const PRICES: ReadonlySet<LineChangeKind> = new Set<LineChangeKind>([
  'change',
  'changePrice',
  'changePriceAndQuantity',
  'changePriceAndReschedule',
  'replace',
])
const DAYS: ReadonlySet<LineChangeKind> = new Set<LineChangeKind>([
  'changePriceAndReschedule',
  'changeDates',
  'replaceDates',
  'reschedule',
  'rescheduleAndChangeQuantity',
])
/** They say nothing of how much: what they restate is not read. */
const NO_QUANTITY: ReadonlySet<LineChangeKind> = new Set<LineChangeKind>([
  'changePrice',
  'changePriceAndReschedule',
  'changeDates',
  'replaceDates',
  'reschedule',
])

function aimOf(moment: Moment, change: Amendment, asked: OrderChangeLineFacts): LineAim {
  const { order, options, now } = moment
  const facts = asked.change === 'add' ? joined(moment, change, asked) : lineMeant(moment, asked)
  const line = facts && lineOf(order, facts.line)
  const about = { asked, ...(facts ? { facts } : {}), ...(line ? { line } : {}) }
  const no = (refused: Reason): LineAim => ({ ...about, refused })
  if (order.rejected) return no(REASONS.rejected)
  if (!mayMove(options.authority, 'order.change_received', change.by, undefined, now)) return no(REASONS.forbidden)
  if (!CHANGES_ORDER.has(change.purpose)) return no(REASONS.purpose)
  if (change.refusedWhy !== undefined && isTerm(asked, facts)) return no({ code: 'ERP', says: change.refusedWhy })
  if (asked.change === 'add') return joining(moment, asked, about)
  if (!facts || !line) return no(REASONS.unknown)
  if (!QUANTITIES.has(asked.change)) return no(REASONS.kind)
  if (asked.change === 'delete') return { ...about, target: 0 }
  if (change.split && isSplitUnsaid(asked)) return no(REASONS.split)
  const target = NO_QUANTITY.has(asked.change) ? wanted(line) : targetOf(asked, facts, line)
  if (typeof target !== 'number') return no(target)
  if (asked.change === 'decrease' && target > wanted(line)) return no(REASONS.direction)
  if (asked.change === 'increase' && target < wanted(line)) return no(REASONS.direction)
  const terms = termsOfLine(moment, change, asked, { facts, line })
  return 'code' in terms ? no(terms) : { ...about, target, ...terms }
}

/** A line that this very change has brought into the order. */
function joined(
  { facts }: Moment,
  { document }: OrderChangeFacts,
  asked: OrderChangeLineFacts,
): OrderLineFacts | undefined {
  const same = ({ customerLine, ids }: OrderLineFacts) =>
    asked.customerLine === undefined ? isDeepStrictEqual(ids, asked.ids) : asked.customerLine === customerLine
  return facts.lines.find((line) => line.addedBy === document && same(line))
}

function joining(moment: Moment, asked: OrderChangeLineFacts, about: LineAim): LineAim {
  const { line } = about
  if (line) return { ...about, target: wanted(line) }
  if (moment.order.over) return { asked, refused: REASONS.over }
  if (asked.customerLine !== undefined && lineMeant(moment, asked)) return { asked, refused: REASONS.there }
  return asked.added?.item === undefined ? { asked, refused: REASONS.item } : { asked, joins: true }
}

/** What the ERP had to agree to, and did not. */
const isTerm = (asked: OrderChangeLineFacts, facts: OrderLineFacts | undefined): boolean =>
  asked.change === 'add' || DAYS.has(asked.change) || (facts !== undefined && isOtherPrice(asked, facts))

const isSplitUnsaid = ({ change, destinations, quantity, leftToReceive }: OrderChangeLineFacts): boolean =>
  !destinations && !NO_QUANTITY.has(change) && (quantity ?? leftToReceive) !== undefined

/** What a line asks beyond its quantity: nothing where it says what holds already. */
function termsOfLine(
  moment: Moment,
  change: Amendment,
  asked: OrderChangeLineFacts,
  { facts, line }: { readonly facts: OrderLineFacts; readonly line: OrderLine },
): Pick<LineAim, 'price' | 'movesDays'> | Reason {
  const differs = isOtherPrice(asked, facts)
  if (differs && !PRICES.has(asked.change)) return REASONS.price
  if (differs && line.shipped > 0) return REASONS.shipped
  const price = differs ? { price: priceMeant(asked, facts, moment.facts) } : {}
  if (moment.order.over && (differs || DAYS.has(asked.change))) return REASONS.over
  if (!DAYS.has(asked.change)) return price
  const dates = windowMeant(moment, change)
  if (!dates) return REASONS.days
  if (dates === 'as they are') return price
  return isAtWarehouse(moment) ? REASONS.released : { ...price, movesDays: true }
}

/** The line by the customer's number, else the only one with one of its items. */
function lineMeant({ facts }: Moment, { customerLine, ids }: OrderChangeLineFacts): OrderLineFacts | undefined {
  if (customerLine !== undefined) return facts.lines.find((line) => line.customerLine === customerLine)
  const named = Object.entries(ids)
  const found = facts.lines.filter((line) =>
    named.some(([qualifier, value]) => line.ids[qualifier] === value || (qualifier === 'sku' && line.item === value)),
  )
  return found.length === 1 ? found[0] : undefined
}

/** How much of the line is wanted in all. What the customer still waits for says it more surely than what it ordered. */
function targetOf(asked: OrderChangeLineFacts, facts: OrderLineFacts, line: OrderLine): number | Reason {
  const { quantity, leftToReceive, uom } = asked
  if (quantity === undefined && leftToReceive === undefined) return wanted(line)
  if (uom !== facts.ordered.uom && uom !== facts.baseUnit) return REASONS.unit
  const ordered = inBase(quantity, uom, facts)
  const left = inBase(leftToReceive, uom, facts)
  if (left === undefined) return ordered !== undefined && ordered >= line.shipped ? ordered : REASONS.quantity
  const target = line.shipped + left
  const fits = line.shipped === 0 || ordered === undefined || ordered === target || ordered === line.ordered
  return fits ? target : REASONS.quantity
}

/** In millionths of the base unit; undefined for what is not said, or is no whole number of them. */
function inBase(quantity: string | undefined, uom: string | undefined, facts: OrderLineFacts): number | undefined {
  const value = quantity === undefined ? undefined : micros(quantity)
  if (value === undefined || uom === facts.baseUnit) return value
  const base = (value * facts.factor[0]) / facts.factor[1]
  return Number.isSafeInteger(base) ? base : undefined
}
