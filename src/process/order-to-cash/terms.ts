/** What a customer's change says beyond quantities: prices, days, lines that join. Before the promise it holds at once; after it the ERP is asked. */
import { compare, decimal } from '../../base/decimal.ts'
import type { Price } from '../../base/money.ts'
import type { Decision, JournalEvent, NewRequest } from '../../journal/contract.ts'
import type {
  EventData,
  OrderChangeFacts,
  OrderChangeLineFacts,
  OrderDates,
  OrderFacts,
  OrderLineFacts,
} from '../../lifecycle/events.ts'
import { open, wanted } from '../../lifecycle/order-line.ts'
import { both } from '../define-process.ts'
import type { LineAim } from './aims.ts'
import { checkPricesAgain, creditCheck } from './checks.ts'
import type { Moment } from './moment.ts'
import { planReleases } from './releasing.ts'
import { request, unlessEmpty } from './requests.ts'
import { startSearch } from './search.ts'
import { isSearching } from './state.ts'
import { watchWindow } from './watching.ts'

/** What is to hold from now on. */
export type Terms = Pick<EventData['order.terms_changed'], 'prices' | 'dates' | 'added'>

/** What a change comes to beyond quantities; undefined when it asks nothing of the kind, or nothing that can be done. */
export function termsOf(moment: Moment, change: OrderChangeFacts, aims: readonly LineAim[]): Terms | undefined {
  const prices = aims.flatMap(({ line, price }) => (line && price ? [{ line: line.line, price }] : []))
  const dates = datesOf(moment, change, aims)
  const added = joiningLines(moment, change, aims)
  if (prices.length === 0 && added.length === 0 && !dates) return undefined
  return {
    ...(prices.length > 0 ? { prices } : {}),
    ...(dates ? { dates } : {}),
    ...(added.length > 0 ? { added } : {}),
  }
}

/** Days are those of the order: of its heading, or the same of all lines that are left to ship. */
function datesOf(moment: Moment, change: OrderChangeFacts, aims: readonly LineAim[]): OrderDates | undefined {
  const moved = aims.some(({ movesDays }) => movesDays)
  const dates = moved ? windowMeant(moment, change) : change.dates
  if (!dates || dates === 'as they are' || isSame(dates, moment.facts)) return undefined
  const isOpen = !moment.order.rejected && !moment.order.over && change.purpose !== 'cancel'
  return isOpen && !isAtWarehouse(moment) ? dates : undefined
}

/** The days a change means for all that is left to ship; undefined where it names none, or not the same for all. */
export function windowMeant(
  { facts, order }: Moment,
  change: OrderChangeFacts,
): OrderDates | 'as they are' | undefined {
  const named = change.lines.filter(({ dates }) => dates !== undefined)
  const [first] = named
  if (!first) return change.dates && (isSame(change.dates, facts) ? 'as they are' : change.dates)
  const dates = { ...change.dates, ...first.dates }
  if (named.some((line) => !isSame({ ...change.dates, ...line.dates }, dates))) return undefined
  const left = order.lines
    .filter((line) => open(line) > 0)
    .map(({ line }) => facts.lines.find((one) => one.line === line))
  const isNamed = (line: OrderLineFacts | undefined) =>
    named.some(({ customerLine, ids }) =>
      customerLine === undefined
        ? Object.entries(ids).some(([qualifier, value]) => line?.ids[qualifier] === value)
        : customerLine === line?.customerLine,
    )
  if (!left.every(isNamed)) return undefined
  return isSame(dates, facts) ? 'as they are' : dates
}

const DATES = ['requestedShip', 'requestedDelivery', 'shipNotBefore', 'shipNotAfter'] as const

const isSame = (dates: OrderDates, others: OrderDates): boolean =>
  DATES.every((member) => dates[member] === undefined || dates[member] === others[member])

/** Whether a warehouse has any of the order: its days cannot be moved by us any more. */
export const isAtWarehouse = ({ order }: Moment): boolean => order.releases.some(({ status }) => status !== 'refused')

/** Lines that join get our next numbers, and the customer's own where it gave them. */
function joiningLines({ facts }: Moment, { document }: OrderChangeFacts, aims: readonly LineAim[]): OrderLineFacts[] {
  const numbers = facts.lines.map(({ line }) => Number.parseInt(line, 10))
  let last = Math.max(0, ...numbers)
  return aims.flatMap(({ asked: { added, customerLine }, joins }) => {
    if (!joins || !added) return []
    last += 1
    const price = added.price ? { price: { ...added.price, currency: facts.currency } } : {}
    const name = { line: String(last), customerLine: customerLine ?? String(last) }
    return [{ ...added, ...price, ...name, addedBy: document }]
  })
}

/** Whether a line of a change names another price than its line has. */
export function isOtherPrice({ price }: OrderChangeLineFacts, { price: ours }: OrderLineFacts): boolean {
  if (price === undefined || ours === undefined) return false
  return compare(decimal(price.amount), decimal(ours.amount)) !== 0 || (price.per ?? 1) !== ours.per
}

/** The price that a line of a change means. */
export function priceMeant({ price }: OrderChangeLineFacts, line: OrderLineFacts, { currency }: OrderFacts): Price {
  const before = line.price ?? { currency, uom: line.ordered.uom }
  return { ...before, amount: price?.amount ?? '0', per: price?.per ?? 1 }
}

/** Asks the ERP whether it agrees: nothing of it holds before. */
export function askTerms(moment: Moment, { document }: OrderChangeFacts, terms: Terms): NewRequest[] {
  const { order, options, orderId } = moment
  const prices = Object.fromEntries((terms.prices ?? []).map(({ line, price }) => [line, price]))
  const lines = order.lines.flatMap((line) =>
    line.line in prices ? [{ line: line.line, item: line.item ?? '', quantity: wanted(line) }] : [],
  )
  const args = {
    document,
    lines,
    ...(terms.prices ? { prices } : {}),
    ...(terms.dates ? { dates: terms.dates } : {}),
    ...(terms.added ? { added: terms.added } : {}),
  }
  return [request(moment, options.erp, 'order.change', `${orderId}/terms/${document}`, args)]
}

/** What follows from terms that hold now: prices are checked before the promise, credit and stock for what grew, days watched. */
export function followTerms(moment: Moment, event: JournalEvent): Decision | undefined {
  const { prices, dates, added } = event.data as EventData['order.terms_changed']
  const { state, order } = moment
  const grows = (prices ?? added) !== undefined
  const credit = grows && state.credit !== 'none' && state.credit !== 'asked' ? [creditCheck(moment)] : []
  const checked = grows && !order.accepted ? checkPricesAgain(moment, event.position) : []
  const search = added && order.accepted && !isSearching(state) ? startSearch(moment, 'backorder') : undefined
  const watched = dates && order.accepted ? both(watchWindow(moment), planReleases(moment)) : undefined
  return both(unlessEmpty({ requests: [...credit, ...checked] }), both(search, watched))
}
