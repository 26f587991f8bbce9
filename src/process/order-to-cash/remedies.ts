/** What is done about stock that was not found: the remedies of the configuration, one after another. */

import { microsText } from '../../base/quantity.ts'
import type { Decision, JournalEvent, NewEvent } from '../../journal/contract.ts'
import { CROSSDOCK, mayMove } from '../../lifecycle/authority.ts'
import type { EventData, LineQuantity, OrderLineFacts } from '../../lifecycle/events.ts'
import { backordered } from '../../lifecycle/order-line.ts'
import { lineOf, releaseLineOf, substitutingRelease } from '../../lifecycle/order-state.ts'
import { toPick } from '../../lifecycle/release.ts'
import type { Moment } from './moment.ts'
import type { Remedy } from './options.ts'
import { request } from './requests.ts'
import { askElsewhere, backorder, nextTry, sourcer } from './search.ts'
import { isSearching, SHORT, type Short } from './state.ts'

const USUAL: readonly Remedy[] = ['other-facility', 'substitution', 'backorder', 'cancel']

/** Something was not found: the first remedy begins, unless another search is under way. */
export function remedy(moment: Moment): Decision | undefined {
  const { state, order } = moment
  const short = state.shorts[0]
  if (!short || isSearching(state) || order.over || order.rejected) return undefined
  const isOurs = mayMove(moment.options.authority, 'order.sourced', CROSSDOCK, short.facility, moment.now)
  if (!isOurs) return remedyElsewhere(moment, short)
  return tryRemedies(moment, short, remedies(moment))
}

/** Who sources knows other stock, or says that there is none: then it is a backorder like any other. */
function remedyElsewhere(moment: Moment, short: Short): Decision | undefined {
  const owner = sourcer(moment)
  if (owner === CROSSDOCK) return undefined
  const wants = stillMissing(moment, short)
  return wants.length > 0 ? askElsewhere(moment, owner, 'short', wants) : cancelRest(moment, short, wants)
}

/** A remedy failed: the next one. */
export function nextRemedy(moment: Moment): Decision | undefined {
  const { state } = moment
  const short = state.shorts[0]
  if (!short) return undefined
  const tried: Remedy = state.purpose === 'short' ? 'other-facility' : 'substitution'
  const all = remedies(moment)
  return tryRemedies(moment, short, all.slice(all.indexOf(tried) + 1))
}

const remedies = (moment: Moment): readonly Remedy[] => moment.options.shorts ?? USUAL

function tryRemedies(moment: Moment, short: Short, left: readonly Remedy[]): Decision | undefined {
  const wants = stillMissing(moment, short)
  for (const one of left) {
    const done = apply(moment, short, wants, one)
    if (done) return done
  }
  return cancelRest(moment, short, wants)
}

/** What of a short nobody has covered or cancelled meanwhile. */
function stillMissing(moment: Moment, short: Short): LineQuantity[] {
  return short.lines.flatMap((part) => {
    const line = lineOf(moment.order, part.line)
    const quantity = line ? Math.min(part.quantity, backordered(line)) : 0
    return quantity > 0 ? [{ ...part, quantity }] : []
  })
}

function apply(moment: Moment, short: Short, wants: readonly LineQuantity[], one: Remedy): Decision | undefined {
  switch (one) {
    case 'other-facility':
      return wants.length > 0 ? nextTry(moment, 'short', wants, 1, short.facility) : undefined
    case 'substitution':
      return substitute(moment, wants)
    case 'backorder':
      return moment.facts.backorders ? backorder(moment, wants, `${SHORT}${short.facility}`) : undefined
    case 'cancel':
      return cancelRest(moment, short, wants)
  }
}

function cancelRest(_moment: Moment, short: Short, wants: readonly LineQuantity[]): Decision {
  const data = { lines: wants, reason: `${SHORT}${short.facility}`, by: CROSSDOCK }
  return { events: [{ type: 'order.line_cancelled', data, source: CROSSDOCK }] }
}

/** Looks for a substitute of the first line that has one, where customer and item allow it. */
function substitute(moment: Moment, wants: readonly LineQuantity[]): Decision | undefined {
  if (!moment.facts.substitutions || wants.length === 0) return undefined
  const asked: LineQuantity[] = []
  for (const want of wants) {
    const facts = moment.factsOf(want.line)
    const item = facts?.substitutes?.[0]
    if (!facts || item === undefined || facts.catchWeight || want.line.includes('.')) return undefined
    asked.push({ line: childOf(moment, want.line), item, quantity: want.quantity })
  }
  return nextTry(moment, 'substitution', asked, 1)
}

/** The number of a line's next child: 2.1, 2.2 …; the first is the warehouse's as long as it may pick a substitute. */
function childOf(moment: Moment, line: string): string {
  const release = substitutingRelease(moment.order, line)
  const row = release && releaseLineOf(release, line)
  let n = row && toPick(row) > 0 ? 2 : 1
  while (lineOf(moment.order, `${line}.${n}`)) n += 1
  return `${line}.${n}`
}

/** Stock for the substitutes is there: they become lines of the order, with both identities and the lower price. */
export function substituted(moment: Moment, event: JournalEvent): NewEvent[] {
  const { lines } = event.data as EventData['inventory.reserved']
  const events: NewEvent[] = []
  for (const { line, item, quantity } of lines) {
    const original = moment.factsOf(line.slice(0, line.lastIndexOf('.')))
    if (!original || lineOf(moment.order, line)) continue
    const child = childFacts(original, line, item, quantity)
    const data = { release: '', line: original.line, child, quantity, ratio: [1, 1] as const }
    events.push({ type: 'substitution.made', data, source: CROSSDOCK })
  }
  return events
}

function childFacts(original: OrderLineFacts, line: string, item: string, quantity: number): OrderLineFacts {
  const { price: _, substitutes: __, description: ___, ...rest } = original
  return {
    ...rest,
    line,
    item,
    base: quantity,
    ordered: { value: microsText(quantity), uom: original.baseUnit },
    factor: [1, 1],
  }
}

/** The ERP is asked the substitute's price and told of the new line. */
export function tellSubstitution(moment: Moment, event: JournalEvent): Decision | undefined {
  const { child, line, quantity } = event.data as EventData['substitution.made']
  const { erp } = moment.options
  const original = lineOf(moment.order, line)
  const left = original ? original.ordered - original.cancelled - original.substituted : 0
  const lines = [
    { line, item: original?.item ?? '', quantity: left },
    { line: child.line, item: child.item ?? '', quantity },
  ]
  const key = `${moment.orderId}/${child.line}`
  return {
    requests: [
      request(moment, erp, 'price.check', key, { lines: [child.line] }, `${moment.state.subject}/price`),
      request(moment, erp, 'order.change', key, { lines }),
    ],
  }
}
