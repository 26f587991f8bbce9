import type { Decision, Input, JournalEvent, Room } from '../../journal/contract.ts'
import type { EventData, OrderLineFacts, PartyFacts } from '../../lifecycle/events.ts'
import { partsOf, subjectOf } from '../../lifecycle/subject.ts'
import { both, choose, defineProcess, go } from '../define-process.ts'
import { amend, answerAmendments, answerAtTheEnd, termsAnswered, termsFollow } from './amendments.ts'
import { cancel, change, grown, recallAnswered, recallRefused } from './changes.ts'
import { ask, askOnceKnown, creditAnswered, creditDecided, erpIsDown, priceAnswered, priceDecided } from './checks.ts'
import { Moment, type Plant } from './moment.ts'
import type { OrderToCashOptions } from './options.ts'
import { dueSoon, overdue, startClocks, stopClock, stopInvoiceClock } from './owing.ts'
import { askAgain, giveBack, planReleases, releaseAnswered, sendRelease } from './releasing.ts'
import { nextRemedy, remedy, substituted, tellSubstitution } from './remedies.ts'
import { type Rendering, render } from './render.ts'
import {
  accept,
  backorder,
  backorderWait,
  refusedByStock,
  reserved,
  sourcedElsewhere,
  startSearch,
  tryAgain,
  uncovered,
} from './search.ts'
import {
  isClear,
  isSearching,
  loadProcess,
  NAME,
  newProcess,
  note,
  type OrderToCash,
  type Phase,
  processTable,
  saveProcess,
} from './state.ts'
import {
  invoiceAnswered,
  postAnswered,
  tellAcceptance,
  tellBackorder,
  tellCancellation,
  tellChange,
  tellDelivery,
  tellInvoice,
  tellRejection,
  tellShipment,
  tellTooLate,
} from './telling.ts'
import { checkWeights, recallOverdue, stopWatching, watchRecall, watchWindow, windowClosed } from './watching.ts'

export type { Channel, OrderToCashOptions, Owed, Remedy, Warehouse } from './options.ts'

/** A process as the hub opens it: its room, and how its requests are written. */
export interface OrderToCashProcess {
  readonly name: string
  readonly room: Room<OrderToCash>
  readonly options: OrderToCashOptions
  /** The body of one of its requests: when it is planned, and again after a restart. */
  render(verb: string, args: Readonly<Record<string, unknown>>, states: Rendering): Record<string, unknown>
}

/**
 * From an order to its paid-for shipment: checks and holds, stock, promise, posting, release, what goes wrong in the
 * warehouse, dispatch and invoice.
 *
 * @example
 * orderToCash({
 *   erp: 'erp', carrier: 'tms', authority: delegatedToCrossdock({ erp: 'erp', warehouses: { DC1: 'wms-east' } }),
 *   warehouses: [{ facility: 'DC1', system: 'wms-east', zone: 'America/New_York', cutoff: '15:00' }],
 * })
 */
export function orderToCash(options: OrderToCashOptions): OrderToCashProcess {
  const plant: Plant = {
    options,
    warehouses: new Map(options.warehouses.map((warehouse) => [warehouse.facility, warehouse])),
    facilities: options.sourcing?.order ?? options.warehouses.map((warehouse) => warehouse.facility),
  }
  return { name: NAME, room: room(plant), options, render }
}

const whenClear = choose<OrderToCash, Phase>(['sourcing'], (state) => (isClear(state) ? 'sourcing' : undefined))

/** Test data (ISA15 `T`) is understood, kept and acknowledged; no system is asked for anything. */
const productionOnly = choose<OrderToCash, Phase>(['checking', 'closed'], (state) =>
  state.over ? 'closed' : 'checking',
)

function room(plant: Plant): Room<OrderToCash> {
  return defineProcess<OrderToCash, Phase, Moment>({
    name: NAME,
    about: 'order',
    table: processTable,
    starts: 'new',
    initial: newProcess,
    load: loadProcess,
    save: saveProcess,
    note,
    moment: (state, context) => new Moment(state, plant, context),
    hears: {
      'inventory.reserved': orderOf,
      'inventory.reservation_refused': orderOf,
      'inventory.offered': ordersOf,
    },
    states: {
      new: { on: { 'order.received': productionOnly } },
      checking: {
        do: ask,
        on: {
          'credit.checked': whenClear,
          'price.checked': whenClear,
          'order.hold_lifted': { ...whenClear, does: askOnceKnown },
          'order.corrected': { does: ask },
          'order.rejected': go('rejected'),
          'order.line_closed': { among: ['closed'], choose: closedWhenOver },
        },
      },
      sourcing: {
        do: (moment) => startSearch(moment, 'order') ?? nothingToSource(moment),
        on: {
          'order.accepted': go('fulfilling'),
          'order.hold_lifted': {
            does: (moment) => (isSearching(moment.state) ? undefined : startSearch(moment, 'order')),
          },
          'order.rejected': go('rejected'),
          'order.line_closed': { among: ['closed'], choose: closedWhenOver },
        },
      },
      fulfilling: {
        do: (moment, event) => both(tellAcceptance(moment, event), watchWindow(moment)),
        on: {
          'credit.checked': { does: planReleases },
          'price.checked': { does: planReleases },
          'order.hold_lifted': { does: (moment) => both(planReleases(moment), lookAgain(moment)) },
          'order.line_closed': { among: ['closed'], choose: closedWhenOver },
        },
      },
      closed: { do: stopWatching, end: true },
      rejected: { do: tellRejection, end: true },
    },
    always: {
      on: {
        'credit.checked': creditDecided,
        'price.checked': priceDecided,
        'delivery.waiting': erpIsDown,
        'delivery.parked': erpIsDown,
        'order.reserved': whenReserved,
        'order.reservation_refused': whenRefused,
        'order.line_backordered': (moment, event) => both(tellBackorder(moment, event), remedy(moment)),
        'order.release_planned': sendRelease,
        'order.release_refused': (moment, event) => both(giveBack(moment, event), lookElsewhere(moment)),
        'pick.short': remedy,
        'substitution.made': tellSubstitution,
        'order.received': startClocks('order.received'),
        'order.shipped': (moment, event) => both(tellShipment(moment, event), clocksOfShipment(moment, event)),
        'order.invoiced': (moment, event) => both(tellInvoice(moment, event), stopInvoiceClock(moment, event)),
        'document.issued': stopClock,
        'order.delivered': tellDelivery,
        'order.cancellation_requested': cancel,
        'order.change_requested': change,
        'order.line_changed': (moment, event) => both(tellChange(moment, event), grown(moment, event)),
        'order.change_received': amend,
        'order.terms_changed': termsFollow,
        'order.terms_refused': answerAmendments,
        'order.line_closed': answerAtTheEnd,
        'order.line_cancelled': (moment, event) =>
          both(both(tellCancellation(moment, event), remedy(moment)), answerAmendments(moment)),
        'order.cancellation_refused': (moment, event) => both(tellTooLate(moment, event), answerAmendments(moment)),
        'order.recall_refused': recallRefused,
        'order.recall_asked': watchRecall,
        'carton.closed': checkWeights,
      },
      heard: {
        'inventory.reserved': stockSaysYes,
        'inventory.reservation_refused': refusedByStock,
        'inventory.offered': lookAgain,
      },
      answers: {
        'credit.check': creditAnswered,
        'price.check': priceAnswered,
        'order.post': postAnswered,
        'order.change': termsAnswered,
        'order.source': (moment, input) => sourcedElsewhere(moment, input, nothingElsewhere),
        'warehouse.release': releaseAnswered,
        'warehouse.recall': recallAnswered,
        'invoice.request': invoiceAnswered,
      },
      arrivals: {
        'reference.resolved': referenceResolved,
        'stock.arrived': lookAgain,
      },
      timers: {
        release: planReleases,
        deferred: askAgain,
        backorder: lookAgain,
        window: windowClosed,
        recall: recallOverdue,
        soon: dueSoon,
        due: overdue,
      },
    },
  })
}

const clocksOfShipment = startClocks('shipment.dispatched')

const orderOf = (event: JournalEvent<'inventory.reserved' | 'inventory.reservation_refused'>): string[] => [
  subjectOf(partsOf(event.subject).tenant, 'order', event.data.order),
]

const ordersOf = (event: JournalEvent<'inventory.offered'>): string[] => {
  const { tenant } = partsOf(event.subject)
  return [...new Set(event.data.lines.map((line) => subjectOf(tenant, 'order', line.order)))]
}

const closedWhenOver = (state: OrderToCash): Phase | undefined => (state.over ? 'closed' : undefined)

/** Stock for substitutes makes them lines first: a reservation needs a line to stand for. */
function stockSaysYes(moment: Moment, event: JournalEvent): Decision | undefined {
  const answer = reserved(moment, event)
  const isKept = answer?.events?.[0]?.type === 'order.reserved'
  if (!isKept || moment.state.purpose !== 'substitution') return answer
  return { ...answer, events: [...substituted(moment, event), ...(answer?.events ?? [])] }
}

/** All of a plan's stock is there: the promise is made, or a later part of it is released. */
function whenReserved(moment: Moment, event: JournalEvent): Decision | undefined {
  const { state, order } = moment
  if (state.decidedAt !== event.position) return undefined
  if (order.accepted) return both(planReleases(moment), both(remedy(moment), keepLooking(moment)))
  return promise(moment, 'not enough stock')
}

/** Accepts what is reserved and says what is on backorder. */
function promise(moment: Moment, reason: string): Decision | undefined {
  const rest = uncovered(moment.order)
  if (rest.length === 0) return { events: [accept(moment)] }
  if (!moment.facts.backorders && moment.order.reservations.length === 0) {
    return { events: [{ type: 'order.rejected', data: { code: 'stock', reason: `${reason}, and no backorders` } }] }
  }
  const later = backorder(moment, rest, reason)
  if (moment.facts.backorders) return { ...later, events: [...(later.events ?? []), accept(moment)] }
  return { events: [...(later.events ?? []), withoutCancelled(accept(moment))] }
}

/** What has just been cancelled for want of stock is no backorder. */
function withoutCancelled(event: ReturnType<typeof accept>): ReturnType<typeof accept> {
  if (event.type !== 'order.accepted') return event
  return { ...event, data: { lines: event.data.lines.map((line) => ({ ...line, backordered: 0 })) } }
}

/** Everything was cancelled while it was being checked. */
function nothingToSource(moment: Moment): Decision | undefined {
  return uncovered(moment.order).length === 0 && moment.order.reservations.length > 0
    ? { events: [accept(moment)] }
    : undefined
}

/** Stock refused a part: another plan, or what a failed search leads to. */
function whenRefused(moment: Moment, event: JournalEvent): Decision | undefined {
  const { attempt } = event.data as EventData['order.reservation_refused']
  if (moment.state.decidedAt !== event.position) return undefined
  if (attempt !== moment.state.attempt) return undefined // stock was offered in the same moment, and is asked for
  return tryAgain(moment, giveUp)
}

function giveUp(moment: Moment): Decision | undefined {
  const { state } = moment
  if (state.purpose === 'short' || state.purpose === 'substitution') return nextRemedy(moment)
  if (!moment.order.accepted) return promise(moment, 'no warehouse has it')
  return both(planReleases(moment), backorder(moment, uncovered(moment.order), 'no warehouse has it'))
}

/** Who sources has nothing: an order not yet promised is accepted on backorder, or rejected; the others wait on. */
function nothingElsewhere(moment: Moment, reason: string): Decision | undefined {
  if (!moment.order.accepted) return promise(moment, reason)
  return backorder(moment, uncovered(moment.order), reason)
}

/** After a later search: what is still missing is looked for again in its time. */
function keepLooking(moment: Moment): Decision | undefined {
  if (moment.state.shorts.length > 0 || uncovered(moment.order).length === 0) return undefined
  return { timers: [{ name: 'backorder', dueAt: moment.now + backorderWait(moment) }] }
}

/** A warehouse refused the release: another is looked for. */
function lookElsewhere(moment: Moment): Decision | undefined {
  const { state, order } = moment
  if (isSearching(state) || order.over || state.phase !== 'fulfilling') return undefined
  return { timers: [{ name: 'backorder', dueAt: moment.now }] }
}

/** Time to look for stock again, or stock came in. */
function lookAgain(moment: Moment): Decision | undefined {
  const { state, order } = moment
  if (state.phase !== 'fulfilling' || order.over || state.holds.length > 0) return undefined
  if (isSearching(state) || state.shorts.length > 0) return undefined
  return startSearch(moment, 'backorder')
}

/** Master data came: lines and parties are read again, and the hold goes. */
function referenceResolved(moment: Moment, input: Input & { kind: 'arrival' }): Decision | undefined {
  const { order } = moment
  if (!order.holds.includes('reference')) return undefined
  const { lines, parties, remaining } = input.data as {
    lines?: readonly OrderLineFacts[]
    parties?: readonly PartyFacts[]
    remaining?: number
  }
  const by = input.source
  const reason = 'master data came'
  const isOpen = (line: string) => order.lines.some((one) => one.line === line && one.item === undefined)
  if (lines?.length && !lines.some(({ line }) => isOpen(line)) && (remaining ?? 0) > 0) return undefined // told before
  const corrected: Decision = { events: [{ type: 'order.corrected', data: { lines, parties, by, reason } }] }
  const known = (line: string) => lines?.some((one) => one.line === line && one.item !== undefined)
  const unknown = order.lines.some((line) => line.item === undefined && !known(line.line))
  if (unknown || (remaining ?? 0) > 0) return corrected
  return both(corrected, { events: [{ type: 'order.hold_lifted', data: { hold: 'reference', by, reason } }] })
}
