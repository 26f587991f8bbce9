/** Credit and price: asked of the ERP at once; no answer is no yes. */
import { compare, decimal, divide, multiply, subtract } from '../../base/decimal.ts'
import { placeKey } from '../../base/ids.ts'
import type { Price } from '../../base/money.ts'
import type { Decision, Input, JournalEvent, NewEvent, NewRequest } from '../../journal/contract.ts'
import type { EventData } from '../../lifecycle/events.ts'
import { lineOf } from '../../lifecycle/order-state.ts'
import { both } from '../define-process.ts'
import type { Moment } from './moment.ts'
import { request, unlessEmpty } from './requests.ts'
import { orderValue } from './value.ts'

/** Asks for credit and price, unless an item is not known yet: then the value is not known either. */
export function ask(moment: Moment): Decision | undefined {
  const { state, facts } = moment
  if (facts.lines.some((line) => line.item === undefined)) return undefined
  const requests: NewRequest[] = []
  if (state.credit === 'none') requests.push(creditCheck(moment))
  if (state.price === 'none') requests.push(priceCheck(moment))
  return unlessEmpty({ requests })
}

/** What was unknown is known: checks that the ERP refused for want of it are asked once more, under keys of their own. */
export function askOnceKnown(moment: Moment, event: JournalEvent): Decision | undefined {
  const { state } = moment
  const { hold: lifted } = event.data as EventData['order.hold_lifted']
  const requests: NewRequest[] = []
  if (lifted === 'reference' && state.credit === 'asked' && state.own.includes('credit')) {
    requests.push(creditCheck(moment))
  }
  if (lifted === 'reference' && state.price === 'asked' && state.own.includes('price')) {
    requests.push(priceCheck(moment, `${moment.orderId}/known`))
  }
  return both(ask(moment), unlessEmpty({ requests }))
}

/** A credit check of what the order is worth now; its key counts the asks of this order. */
export function creditCheck(moment: Moment): NewRequest {
  const { order, orderId, state } = moment
  const amount = orderValue(moment.facts, (line) => {
    const known = lineOf(order, line.line)
    return known ? known.ordered - known.cancelled - known.substituted : line.base
  })
  const key = state.creditAsks === 0 ? orderId : `${orderId}/${state.creditAsks + 1}`
  return request(moment, moment.options.erp, 'credit.check', key, { amount })
}

function priceCheck(moment: Moment, key = moment.orderId): NewRequest {
  // A chain of its own: price does not wait for the answer about credit.
  return request(moment, moment.options.erp, 'price.check', key, {}, `${moment.state.subject}/price`)
}

/** Prices are others than those that were checked: they are asked anew, unless nobody has asked yet. */
export function checkPricesAgain(moment: Moment, position: number): NewRequest[] {
  const isUnknown = moment.facts.lines.some((line) => line.item === undefined)
  return isUnknown || moment.state.creditAsks === 0
    ? []
    : [priceCheck(moment, `${moment.orderId}/${placeKey(position)}`)]
}

/** The ERP's answer about credit is a fact of the ERP's. */
export function creditAnswered(moment: Moment, input: Input & { kind: 'answer' }): Decision | undefined {
  const { credit } = moment.state
  if (moment.order.rejected || moment.order.over || (credit !== 'asked' && credit !== 'deferred')) return undefined
  const { outcome, request: asked } = input
  if (outcome.result === 'refused') return hold('credit', `${asked.target} did not answer: ${outcome.reason}`)
  if (outcome.result !== 'done') return undefined
  const { decision, until, reason } = (outcome.answer ?? {}) as Partial<EventData['credit.checked']>
  if (decision !== 'approved' && decision !== 'held' && decision !== 'declined') {
    return hold('credit', `${asked.target} answered “${decision ?? 'nothing'}”, which is no decision.`)
  }
  const data = { decision, until, reason, amount: asked.args['amount'] as EventData['credit.checked']['amount'] }
  return { events: [{ type: 'credit.checked', data, source: asked.target }] }
}

/** What follows from the ERP's decision. */
export function creditDecided(moment: Moment, event: JournalEvent): Decision | undefined {
  const { decision, reason } = event.data as EventData['credit.checked']
  if (decision === 'approved')
    return moment.state.own.includes('credit') ? lift('credit', event.source, 'approved') : undefined
  if (decision === 'deferred' || isHeldByOthers(moment, 'credit')) return undefined
  if (decision === 'declined' && !moment.order.accepted) {
    return { events: [{ type: 'order.rejected', data: { code: 'credit', reason: reason ?? 'credit declined' } }] }
  }
  return hold('credit', reason ?? `credit ${decision} by ${event.source}`)
}

/**
 * Whether somebody else wants it held: their reason stands. A hold of our own, as while the ERP could not be reached, is
 * said once more with what the ERP has answered since: else nobody could see why it still stands.
 */
function isHeldByOthers({ order, state }: Moment, kind: 'credit' | 'price'): boolean {
  return order.holds.includes(kind) && !state.own.includes(kind)
}

/** The ERP's answer about prices. A difference within the tolerance is no disagreement. */
export function priceAnswered(moment: Moment, input: Input & { kind: 'answer' }): Decision | undefined {
  const { outcome, request: asked } = input
  if (moment.order.rejected || asked.position < moment.state.termsAt) return undefined
  if (outcome.result === 'refused') return hold('price', `${asked.target} did not answer: ${outcome.reason}`)
  if (outcome.result !== 'done') return undefined
  const answer = (outcome.answer ?? {}) as Partial<EventData['price.checked']>
  const lines = (answer.lines ?? []).map((line) =>
    line.line.includes('.')
      ? { ...line, price: lowerOf(moment, line), agrees: true }
      : { ...line, agrees: line.agrees || isClose(moment, line) },
  )
  const agrees = answer.agrees === true || (lines.length > 0 && lines.every((line) => line.agrees))
  return { events: [{ type: 'price.checked', data: { lines, agrees }, source: asked.target }] }
}

function isClose(moment: Moment, line: { readonly line: string; readonly price?: Price }): boolean {
  const theirs = moment.factsOf(line.line)?.price
  if (!theirs) return true
  if (!line.price || line.price.uom !== theirs.uom || line.price.currency !== theirs.currency) return false
  const ours = perOne(line.price)
  const difference = subtract(perOne(theirs), ours)
  const size = difference.units < 0n ? { units: -difference.units, scale: difference.scale } : difference
  const allowed = multiply(ours, decimal(moment.options.price?.tolerancePercent ?? '0'))
  return compare(multiply(size, { units: 100n, scale: 0 }), allowed) <= 0
}

/** A substitute costs no more than what it replaces. */
function lowerOf(moment: Moment, line: { readonly line: string; readonly price?: Price }): Price | undefined {
  const replaced = moment.factsOf(line.line.slice(0, line.line.lastIndexOf('.')))?.price
  if (!replaced || !line.price || replaced.currency !== line.price.currency) return line.price ?? replaced
  return compare(perOne(line.price), perOne(replaced)) > 0 && line.price.uom === replaced.uom ? replaced : line.price
}

const perOne = (price: Price) => divide(decimal(price.amount), { units: BigInt(price.per), scale: 0 }, 9)

/** What follows from the ERP's prices: a disagreement is held, never overwritten. */
export function priceDecided(moment: Moment, event: JournalEvent): Decision | undefined {
  const { agrees, deferred, lines } = event.data as EventData['price.checked']
  if (deferred) return undefined
  if (agrees) return moment.state.own.includes('price') ? lift('price', event.source, 'agreed') : undefined
  if (moment.state.price !== 'disagreed' || isHeldByOthers(moment, 'price')) return undefined
  const wrong = lines.filter((line) => !line.agrees)
  const says = wrong.map(({ line, price }) => {
    const theirs = moment.factsOf(line)?.price?.amount ?? 'none'
    return `line ${line}: the customer says ${theirs}, ours is ${price?.amount ?? 'unknown'}`
  })
  return hold(
    'price',
    says.join('; ') || 'prices differ',
    wrong.map(({ line }) => line),
  )
}

/**
 * The ERP cannot be reached in time. Small orders go on with the check put off, and wait before release; the rest wait
 * here. Either way the answer is still wanted, and nothing is assumed.
 */
export function erpIsDown(moment: Moment, event: JournalEvent): Decision | undefined {
  const { verb, target } = event.data as EventData['delivery.waiting']
  if (verb !== 'credit.check' && verb !== 'price.check') return undefined
  const { state, order } = moment
  if (order.rejected || order.accepted) return undefined
  const events: NewEvent[] = []
  const small = mayDefer(moment)
  const waits = `waiting for ${target}`
  if (state.credit === 'asked' && verb === 'credit.check') {
    if (small) events.push({ type: 'credit.checked', data: { decision: 'deferred', reason: waits } })
    else if (!order.holds.includes('credit')) events.push(heldFor('credit', waits))
  }
  if (state.price === 'asked' && verb === 'price.check') {
    if (small) events.push({ type: 'price.checked', data: { lines: [], agrees: false, deferred: true } })
    else if (!order.holds.includes('price')) events.push(heldFor('price', waits))
  }
  return unlessEmpty({ events })
}

function mayDefer(moment: Moment): boolean {
  const ceiling = moment.options.credit?.deferBelow
  const { facts } = moment
  if (!ceiling || ceiling.currency !== facts.currency || facts.lines.some((line) => !line.price)) return false
  return compare(decimal(orderValue(facts).amount), decimal(ceiling.amount)) < 0
}

const heldFor = (kind: 'credit' | 'price', reason: string, lines?: readonly string[]): NewEvent => ({
  type: 'order.held',
  data: { hold: kind, reason, lines },
})

const hold = (kind: 'credit' | 'price', reason: string, lines?: readonly string[]): Decision => ({
  events: [heldFor(kind, reason, lines)],
})

const lift = (kind: 'credit' | 'price', by: string, reason: string): Decision => ({
  events: [{ type: 'order.hold_lifted', data: { hold: kind, by, reason } }],
})
