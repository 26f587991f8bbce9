/** Change documents of customers: what can be done of them is done, and the customer gets one answer to each. */
import { compare, decimal } from '../../base/decimal.ts'
import { placeKey } from '../../base/ids.ts'
import { micros } from '../../base/quantity.ts'
import type { LineChangeKind } from '../../documents/change-line.ts'
import type { Decision, JournalEvent, NewEvent } from '../../journal/contract.ts'
import { mayMove } from '../../lifecycle/authority.ts'
import type { OrderChangeFacts, OrderChangeLineFacts, OrderLineFacts } from '../../lifecycle/events.ts'
import { type OrderLine, open, wanted } from '../../lifecycle/order-line.ts'
import { lineOf, releaseOf } from '../../lifecycle/order-state.ts'
import { changeAnswer } from './change-answer.ts'
import { undo, type Wish } from './changes.ts'
import type { Moment } from './moment.ts'
import { unlessEmpty } from './requests.ts'
import { CHANGE_ANSWER } from './state.ts'

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
  readonly refused?: Reason
}

/**
 * A change document came. What no warehouse has is changed at once; what one has is asked back, and the answer to the
 * customer waits until the warehouse has said what it gives back.
 */
export function amend(moment: Moment, event: JournalEvent): Decision | undefined {
  const change = event.data as OrderChangeFacts
  if (moment.facts.test) return undefined
  const { by, reason } = change
  const less: Wish[] = []
  const more: NewEvent[] = []
  for (const { line, target } of aimsOf(moment, change)) {
    if (line === undefined || target === undefined) continue
    const difference = target - wanted(line)
    if (difference < 0) less.push({ line, quantity: Math.min(-difference, open(line)) })
    if (difference > 0) {
      const data = { line: line.line, from: line.ordered, to: line.ordered + difference, by }
      more.push({ type: 'order.line_changed', data })
    }
  }
  const undone = undo(moment, less, { by, reason, key: `${moment.orderId}/${placeKey(event.position)}` })
  const events = [...more, ...(undone?.events ?? [])]
  const waits = isAwaited(moment) || events.some(({ type }) => type === 'order.recall_asked')
  const answer = waits ? [] : answerTo(moment.after(events), change)
  // the answer first: whoever hears of a cancelled line then finds nothing left to answer
  return unlessEmpty({ events: [...answer, ...events], requests: undone?.requests })
}

/** A warehouse has said what it gives back: changes that waited for that are answered. */
export function answerAmendments(moment: Moment): Decision | undefined {
  const { amendments } = moment.state
  if (amendments.length === 0 || isAwaited(moment)) return undefined
  return unlessEmpty({ events: amendments.flatMap((change) => answerTo(moment, change)) })
}

function isAwaited({ state, order }: Moment): boolean {
  return state.recalls.some(({ release }) => releaseOf(order, release)?.status !== 'refused')
}

function answerTo(moment: Moment, change: OrderChangeFacts): NewEvent[] {
  const { kind, partner } = moment.channel
  if (kind !== 'edi' || partner === undefined) return []
  const content = changeAnswer(moment, change, aimsOf(moment, change))
  return [
    {
      type: 'document.issued',
      data: { partner, document: CHANGE_ANSWER, key: change.document, content },
    },
  ]
}

const REASONS = {
  rejected: { code: 'REJECTED', says: 'The order was rejected.' },
  forbidden: { code: 'FORBIDDEN', says: 'Changes of this order are not taken from here.' },
  purpose: {
    code: 'PURPOSE',
    says: 'Only changes and cancellations are taken; send the order itself again to replace it.',
  },
  unknown: { code: 'LINE', says: 'The order has no such line.' },
  added: { code: 'NEW LINE', says: 'Nothing is added to an order; place another one.' },
  kind: { code: 'KIND', says: 'Only quantities are changed; dates, transport and items stay as ordered.' },
  price: { code: 'PRICE', says: 'The price stays as ordered.' },
  unit: { code: 'UNIT', says: 'The quantity is not in the unit that was ordered.' },
  quantity: { code: 'QUANTITY', says: 'Ordered, shipped and left to receive do not fit together.' },
  direction: { code: 'DIRECTION', says: 'The quantity goes the other way than the change says.' },
} as const satisfies Record<string, Reason>

function aimsOf(moment: Moment, change: OrderChangeFacts): LineAim[] {
  const asked = change.purpose === 'cancel' ? wholeOf(moment) : change.lines
  return asked.map((line) => aimOf(moment, change, line))
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
  'decrease',
  'delete',
  'increase',
  'replace',
  'unchanged',
])

function aimOf(moment: Moment, change: OrderChangeFacts, asked: OrderChangeLineFacts): LineAim {
  const { order, options, now } = moment
  const facts = lineMeant(moment, asked)
  const line = facts && lineOf(order, facts.line)
  const about = { asked, ...(facts ? { facts } : {}), ...(line ? { line } : {}) }
  const no = (refused: Reason): LineAim => ({ ...about, refused })
  if (order.rejected) return no(REASONS.rejected)
  if (!mayMove(options.authority, 'order.change_received', change.by, undefined, now)) return no(REASONS.forbidden)
  if (!CHANGES_ORDER.has(change.purpose)) return no(REASONS.purpose)
  if (asked.change === 'add') return no(REASONS.added)
  if (!facts || !line) return no(REASONS.unknown)
  if (!QUANTITIES.has(asked.change)) return no(REASONS.kind)
  if (asked.change === 'delete') return { ...about, target: 0 }
  if (isOtherPrice(asked, facts)) return no(REASONS.price)
  const target = targetOf(asked, facts, line)
  if (typeof target !== 'number') return no(target)
  if (asked.change === 'decrease' && target > wanted(line)) return no(REASONS.direction)
  if (asked.change === 'increase' && target < wanted(line)) return no(REASONS.direction)
  return { ...about, target }
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

function isOtherPrice({ price }: OrderChangeLineFacts, { price: ours }: OrderLineFacts): boolean {
  if (price === undefined || ours === undefined) return false
  return compare(decimal(price.amount), decimal(ours.amount)) !== 0 || (price.per ?? 1) !== ours.per
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
