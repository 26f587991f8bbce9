import type { DecideContext, Decision, Input, JournalEvent, NewEvent, Report, Room } from '../journal/contract.ts'
import type { TableSpec } from '../store/contract.ts'
import type { AuthorityProfile } from './authority.ts'
import type { EventType, OrderFacts } from './events.ts'
import { foldOrder } from './order-fold.ts'
import { isCancelled, mayClose } from './order-line.ts'
import { flaggedByLoad, reportOfLoad } from './order-load.ts'
import { type Hearing, judge, type Verdict } from './order-reports.ts'
import { gapBefore, inTurn, isRepeated } from './order-sequence.ts'
import { type EarlyReport, loadOrder, type OrderState, saveOrder, shipmentOf, unknownOrder } from './order-state.ts'
import { partsOf, subjectOf } from './subject.ts'

/** One row an order: its ledger packed, and the columns people search and list by. */
export const orderTable: TableSpec = {
  name: 'order_state',
  key: [
    { name: 'lane', type: 'int2' },
    { name: 'subject', type: 'text' },
  ],
  columns: [
    { name: 'state', type: 'bytea' },
    { name: 'position', type: 'int8' },
    { name: 'stage', type: 'text' },
    { name: 'customer', type: 'text' },
    { name: 'customer_order', type: 'text' },
    { name: 'channel', type: 'text' },
    { name: 'received_at', type: 'int8' },
    { name: 'updated_at', type: 'int8' },
    { name: 'open', type: 'int2' },
  ],
}

/** How an order's lifecycle is kept. */
export interface OrderLifecycleOptions {
  readonly authority: AuthorityProfile
  /** How long an early report waits for what must come before it, and a gap for what is missing. 60 s. */
  readonly patienceMs?: number
}

/** The room that keeps the ledger of every order and decides what systems report about it. */
export function orderLifecycle(options: OrderLifecycleOptions): Room<OrderState> {
  const patienceMs = options.patienceMs ?? 60_000
  const { authority } = options

  return {
    name: 'lifecycle',
    about: 'order',
    table: orderTable,
    initial: unknownOrder,
    load: loadOrder,
    save: (order) => (order.position === 0 && order.early.length === 0 ? null : saveOrder(order)),
    fold: (order, event) => foldOrder(order, event),
    decide: (order, input, context) => {
      switch (input.kind) {
        case 'report':
          return onReport(order, input, context)
        case 'recorded':
          return onRecorded(order, input.event, context)
        case 'heard':
          return onLoad(order, input, context) ?? onHeard(order, input)
        case 'timer':
          return input.name === 'early' ? giveUp(order, context) : undefined
        default:
          return undefined
      }
    },
    hears: {
      'shipment.delivered': (event) => [subjectOf(partsOf(event.subject).tenant, 'order', event.data.order)],
      'load.answered': ordersOfLoad,
      'load.status_told': ordersOfLoad,
      'load.billed': ordersOfLoad,
    },
  }

  /** What a carrier says in its documents is judged as the report it is. */
  function onLoad(order: OrderState, { event }: Input & { kind: 'heard' }, context: DecideContext) {
    const report = reportOfLoad(event, order.subject)
    if (report) return onReport(order, report, context)
    const flagged = flaggedByLoad(event)
    return flagged && { events: [flagged] }
  }

  function hearing(order: OrderState, source: string, occurredAt: number, context: DecideContext): Hearing {
    const facts = context.peer<{ readonly facts?: OrderFacts }>('order-facts').facts
    return { order, orderId: partsOf(order.subject).id, facts, authority, source, occurredAt }
  }

  function onReport(order: OrderState, report: Report, context: DecideContext): Decision | undefined {
    const { source, sequence } = report
    if (sequence !== undefined && isRepeated(order, source, sequence)) return undefined
    const before = whatIsBefore(order, source, sequence)
    if (before !== undefined) return wait(order, report, before, context)
    const verdict = judge(report.type, report.data, hearing(order, source, report.occurredAt, context))
    switch (verdict.is) {
      case 'fact':
        return { events: said(verdict.events, report) }
      case 'early':
        return wait(order, report, verdict.waitsFor, context)
      case 'refused':
        return { events: [refusal(report, verdict)] }
      case 'repeat':
        return undefined
    }
  }

  function wait(order: OrderState, report: Report, waitsFor: string, context: DecideContext): Decision | undefined {
    if (alreadyWaits(order, report)) return undefined
    const { type, data, source, sequence, occurredAt, receipt } = report
    const deadline = context.now + patienceMs
    return {
      events: [
        {
          type: 'report.early',
          data: { report: type, waitsFor, deadline, data, from: source, sequence, occurredAt },
          source,
          sequence,
          occurredAt,
          receipt,
        },
      ],
      timers: order.early.length === 0 ? [{ name: 'early', dueAt: deadline }] : undefined,
    }
  }

  function onRecorded(order: OrderState, event: JournalEvent, context: DecideContext): Decision | undefined {
    const closing = CLOSES.has(event.type) ? closed(order) : undefined
    if (order.early.length === 0) return closing
    const ripe = ripened(order, context)
    if (!closing || !ripe) return closing ?? ripe
    return { events: [...(closing.events ?? []), ...(ripe.events ?? [])], timers: ripe.timers }
  }

  /** The first waiting report that can be decided now; the next is looked at when this one's fact is recorded. */
  function ripened(order: OrderState, context: DecideContext): Decision | undefined {
    const behind = new Set<string>() // sources whose next report still waits
    for (const waiting of inTurn(order)) {
      const { from, sequence } = waiting
      if (sequence !== undefined && behind.has(from)) continue
      if (gapBefore(order, from, sequence)) continue
      const verdict = judged(order, waiting, context)
      if (verdict.is === 'early') {
        if (sequence !== undefined) behind.add(from)
        continue
      }
      const last = order.early.length === 1 ? [{ name: 'early', dueAt: null }] : undefined
      return { events: settled(waiting, verdict), timers: last }
    }
    return undefined
  }

  function judged(order: OrderState, waiting: EarlyReport, context: DecideContext): Verdict {
    const type = waiting.report as EventType
    return judge(type, waiting.data, hearing(order, waiting.from, waiting.occurredAt, context))
  }

  /**
   * Patience is over for the first report that waits too long. A gap before it is given up, and what came after counts;
   * a report that is still early is refused. Either way a person sees it.
   */
  function giveUp(order: OrderState, context: DecideContext): Decision | undefined {
    const expired = inTurn(order).find((waiting) => waiting.deadline <= context.now)
    const others = order.early.filter((waiting) => waiting !== expired).map((waiting) => waiting.deadline)
    const timers =
      others.length > 0 ? [{ name: 'early', dueAt: Math.max(context.now, Math.min(...others)) }] : undefined
    if (!expired) return { timers }
    const gap = gapBefore(order, expired.from, expired.sequence)
    if (gap) return { events: [missing(expired.from, gap)], timers: [{ name: 'early', dueAt: context.now }] }
    const verdict = judged(order, expired, context)
    if (verdict.is !== 'early') return { events: settled(expired, verdict), timers }
    const waitedMs = expired.report === 'order.change_received' ? expired.deadline - expired.occurredAt : patienceMs
    const reason = `“${expired.report}” came ${waitedMs / 1000} s ago and “${verdict.waitsFor}” never did.`
    return { events: settled(expired, { is: 'refused', code: 'EARLY_TOO_LONG', reason }), timers }
  }
}

/** What a system said keeps its name, its counter and its time; only the first fact carries the counter. */
function said(events: readonly NewEvent[], report: Omit<Report, 'kind' | 'subject' | 'type' | 'data'>): NewEvent[] {
  const { source, sequence, occurredAt, receipt } = report
  return events.map((event, at) =>
    at === 0 ? { ...event, source, sequence, occurredAt, receipt } : { ...event, source, occurredAt, receipt },
  )
}

function refusal(report: Omit<Report, 'kind' | 'subject'>, verdict: Verdict & { is: 'refused' }): NewEvent {
  const { type, source, sequence, occurredAt, receipt, data } = report
  return {
    type: 'report.refused',
    data: { report: type, code: verdict.code, reason: verdict.reason, from: source, data },
    source,
    sequence,
    occurredAt,
    receipt,
  }
}

/** What becomes of a waiting report. A repeat leaves the waiting room without a word to anybody. */
function settled(waiting: EarlyReport, verdict: Verdict): NewEvent[] {
  const { from: source, sequence, occurredAt, data } = waiting
  const type = waiting.report as EventType
  if (verdict.is === 'fact') return said(verdict.events, { source, sequence, occurredAt })
  if (verdict.is === 'refused') {
    return [refusal({ type, source, sequence, occurredAt, data: data as never }, verdict)]
  }
  return [{ type: 'report.early', data: { ...waiting, data: null, waitsFor: '' }, source, sequence, occurredAt }]
}

function alreadyWaits(order: OrderState, report: Report): boolean {
  if (order.early.length === 0) return false
  const content = JSON.stringify(report.data)
  return order.early.some(
    (waiting) =>
      waiting.report === report.type && waiting.from === report.source && JSON.stringify(waiting.data) === content,
  )
}

/** What of the same source must be decided before this report: a number that has not come, or one that waits itself. */
function whatIsBefore(order: OrderState, source: string, sequence: number | undefined): string | undefined {
  const gap = gapBefore(order, source, sequence)
  if (gap)
    return gap.first === gap.last
      ? `report ${gap.first} of ${source}`
      : `reports ${gap.first} to ${gap.last} of ${source}`
  if (sequence === undefined || order.early.length === 0) return undefined
  const before = order.early.find(
    (waiting) => waiting.from === source && waiting.sequence !== undefined && waiting.sequence < sequence,
  )
  return before?.waitsFor
}

function missing(source: string, gap: { readonly first: number; readonly last: number }): NewEvent {
  const numbers = gap.first === gap.last ? `report ${gap.first}` : `reports ${gap.first} to ${gap.last}`
  const reason = `${source} counted on, but ${numbers} about this order never came.`
  return { type: 'report.refused', data: { report: 'gap', code: 'GAP', reason, from: source, data: gap } }
}

const CLOSES: ReadonlySet<EventType> = new Set<EventType>([
  'order.invoiced',
  'order.line_cancelled',
  'order.line_changed',
  'substitution.made',
])

function closed(order: OrderState): Decision | undefined {
  const lines: string[] = []
  for (const line of order.lines) if (mayClose(line)) lines.push(line.line)
  const over = !order.over && order.lines.every((line) => line.closed || isCancelled(line) || lines.includes(line.line))
  if (over) return { events: [{ type: 'order.line_closed', data: { lines, over } }] }
  return lines.length > 0 ? { events: [{ type: 'order.line_closed', data: { lines } }] } : undefined
}

const ordersOfLoad = ({ subject, data }: JournalEvent<'load.answered' | 'load.status_told' | 'load.billed'>) =>
  data.order === undefined ? [] : [subjectOf(partsOf(subject).tenant, 'order', data.order)]

function onHeard(order: OrderState, input: Input & { kind: 'heard' }): Decision | undefined {
  const { event } = input
  if (event.type !== 'shipment.delivered') return undefined
  const shipment = partsOf(event.subject).id
  const known = shipmentOf(order, shipment)
  if (!known || known.deliveredAt !== undefined) return undefined
  const { at: deliveredAt } = (event as JournalEvent<'shipment.delivered'>).data
  return { events: [{ type: 'order.delivered', data: { shipment, deliveredAt }, source: event.source }] }
}
