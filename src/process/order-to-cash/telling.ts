/** Who is told what, and in which order: money first, then the customer, then the carrier. */
import { placeKey } from '../../base/ids.ts'
import type { Money, Price } from '../../base/money.ts'
import type { Quantity } from '../../base/quantity.ts'
import type { Decision, Input, JournalEvent, NewEvent, NewRequest } from '../../journal/contract.ts'
import { CROSSDOCK } from '../../lifecycle/authority.ts'
import type { Charge, EventData, LineQuantity } from '../../lifecycle/events.ts'
import { shipmentOf } from '../../lifecycle/order-state.ts'
import { both } from '../define-process.ts'
import { acceptance, invoice, rejection, shipNotice } from './documents.ts'
import type { Moment } from './moment.ts'
import { planReleases } from './releasing.ts'
import { request, unlessEmpty } from './requests.ts'
import { sourcer } from './search.ts'
import { carrierOf, loadTender } from './tender.ts'

/** News for the channel: a status for a shop; a partner gets documents instead. */
function status(moment: Moment, word: string, key: string, args: Record<string, unknown>): NewRequest[] {
  if (moment.channel.kind === 'edi') return []
  return [request(moment, moment.facts.channel, 'order.status', key, { status: word, ...args })]
}

function issue(moment: Moment, document: string, key: string, content: () => unknown): NewEvent[] {
  const { kind, partner } = moment.channel
  if (kind !== 'edi' || partner === undefined) return []
  return [{ type: 'document.issued', data: { partner, document, key, content: content() } }]
}

/** Accepted: the customer hears it, the ERP posts it, the warehouses get what they may have. */
export function tellAcceptance(moment: Moment, event: JournalEvent): Decision | undefined {
  const { lines } = event.data as EventData['order.accepted']
  const { orderId, options } = moment
  const short = lines.some((line) => line.backordered > 0 || line.quantity === 0)
  const requests = [
    ...status(moment, 'accepted', `${orderId}/accepted`, short ? { lines: perState(lines) } : {}),
    request(moment, options.erp, 'order.post', orderId, {}),
  ]
  const events = issue(moment, 'order-acknowledgement', `${orderId}/accepted`, () => acceptance(moment, event))
  return both({ events, requests }, planReleases(moment))
}

function perState(lines: EventData['order.accepted']['lines']) {
  return lines.flatMap(({ line, quantity, backordered }) => [
    ...(quantity > 0 ? [{ line, quantity, status: 'accepted' }] : []),
    ...(backordered > 0 ? [{ line, quantity: backordered, status: 'backordered' }] : []),
  ])
}

/** Rejected: the customer hears it; nobody else has heard of the order. */
export function tellRejection(moment: Moment, event: JournalEvent): Decision | undefined {
  const { orderId } = moment
  const { reason } = event.data as EventData['order.rejected']
  return {
    requests: status(moment, 'rejected', `${orderId}/rejected`, { reason, lines: [] }),
    events: issue(moment, 'order-acknowledgement', `${orderId}/rejected`, () => rejection(moment)),
  }
}

/** Backordered after it had been promised: the customer hears it. At acceptance the acknowledgement says it. */
export function tellBackorder(moment: Moment, event: JournalEvent): Decision | undefined {
  const { lines } = event.data as EventData['order.line_backordered']
  if (lines.length === 0 || !isAfterAcceptance(moment, event)) return undefined
  const key = `${moment.orderId}/backordered/${event.position}`
  return unlessEmpty({ requests: status(moment, 'backordered', key, { lines: plain(lines) }) })
}

/** What came before the acceptance, in the same breath or earlier, is in what was promised and posted. */
const isAfterAcceptance = ({ state }: Moment, event: JournalEvent): boolean =>
  state.acceptedAt > 0 && event.position > state.acceptedAt

const plain = (lines: readonly LineQuantity[]) => lines.map(({ line, item, quantity }) => ({ line, item, quantity }))

/**
 * Dispatched: goods issue and invoice in the ERP, then the notice to the customer before the truck arrives, then the
 * carrier. Each travels on its own; none waits for another's answer.
 */
export function tellShipment(moment: Moment, event: JournalEvent): Decision | undefined {
  const data = event.data as EventData['order.shipped']
  const { erp } = moment.options
  const { shipment, facility } = data
  const requests = [
    request(moment, erp, 'shipment.post', shipment, { shipment, facility }),
    request(moment, erp, 'invoice.request', shipment, { shipment, charges: chargesOf(moment, shipment) }),
    ...status(moment, 'shipped', `${shipment}/shipped`, { shipment }),
  ]
  const events = issue(moment, 'ship-notice', shipment, () => shipNotice(moment, data))
  return both({ requests, events }, tellCarrier(moment, data))
}

/** A carrier that speaks EDI gets a load tender, which it answers; another is told by a request. */
function tellCarrier(moment: Moment, data: EventData['order.shipped']): Decision {
  const { shipment, facility } = data
  const carrier = carrierOf(moment, facility)
  if (carrier === undefined) return {}
  const scac = moment.options.ediCarriers?.[carrier]
  if (scac === undefined) return { requests: [request(moment, carrier, 'shipment.notify', shipment, { shipment })] }
  const content = loadTender(moment, data, scac)
  return {
    events: [{ type: 'document.issued', data: { partner: carrier, document: 'load-tender', key: shipment, content } }],
  }
}

/** The order's own charges are billed once, with its first shipment. */
function chargesOf(moment: Moment, shipment: string): readonly Charge[] {
  const first = moment.order.shipments.find((one) => one.status === 'dispatched')
  return first?.shipment === shipment ? moment.facts.charges : []
}

/** What the ERP answers when it has posted an invoice. */
interface PostedInvoice
  extends Partial<Pick<EventData['order.invoiced'], 'number' | 'total' | 'date' | 'dueDate' | 'charges'>> {
  readonly lines?: readonly {
    readonly line: string
    readonly quantity?: Quantity
    readonly price?: Price
    readonly amount?: Money
  }[]
}

/** The ERP posted and numbered the invoice: a fact of the ERP's, once for each shipment. */
export function invoiceAnswered(moment: Moment, input: Input & { kind: 'answer' }): Decision | undefined {
  const { outcome, request: asked } = input
  const name = asked.args['shipment'] as string
  const shipment = shipmentOf(moment.order, name)
  if (outcome.result !== 'done' || !shipment || shipment.invoice !== undefined) return undefined
  const answer = (outcome.answer ?? {}) as PostedInvoice
  if (answer.number === undefined || answer.total === undefined) return undefined
  const lines = shipment.lines.map(({ line, item, quantity }) => {
    const billed = answer.lines?.find((one) => one.line === line)
    return { line, item, quantity, billed: billed?.quantity, price: billed?.price, amount: billed?.amount }
  })
  const { number, total, date, dueDate, charges } = answer
  const identity = { dayMs: Date.parse(moment.facts.orderDate), parts: [moment.orderId, name, number] }
  const data = {
    invoice: moment.context.name('i', identity),
    number,
    shipment: name,
    lines,
    total,
    date,
    dueDate,
    charges,
  }
  return { events: [{ type: 'order.invoiced', data, source: asked.target }] }
}

/** The invoice goes to whoever ordered. */
export function tellInvoice(moment: Moment, event: JournalEvent): Decision | undefined {
  const data = event.data as EventData['order.invoiced']
  const { shipment } = data
  if (moment.channel.kind === 'edi') {
    return unlessEmpty({ events: issue(moment, 'invoice', data.number, () => invoice(moment, data)) })
  }
  return { requests: [request(moment, moment.facts.channel, 'invoice.send', shipment, { shipment })] }
}

export function tellDelivery(moment: Moment, event: JournalEvent): Decision | undefined {
  const { shipment } = event.data as EventData['order.delivered']
  return unlessEmpty({ requests: status(moment, 'delivered', `${shipment}/delivered`, { shipment }) })
}

/**
 * The ERP posted the order under its number. Where it said no, nothing more is sent to the floor until a person has
 * looked; whoever puts it right and has it posted after all lifts the hold by that.
 */
export function postAnswered(moment: Moment, input: Input & { kind: 'answer' }): Decision | undefined {
  const { outcome, request: asked } = input
  if (outcome.result === 'refused') return heldUnposted(moment, `${asked.target} does not post it: ${outcome.reason}`)
  if (outcome.result !== 'done') return undefined
  const { order, state } = moment
  const events: NewEvent[] = []
  const number = (outcome.answer as { number?: unknown } | undefined)?.number
  if (order.number === '' && typeof number === 'string' && number !== '')
    events.push({ type: 'order.posted', data: { number }, source: asked.target })
  if (state.unposted && state.own.includes('manual'))
    events.push({ type: 'order.hold_lifted', data: { hold: 'manual', by: asked.target, reason: 'it is posted' } })
  return unlessEmpty({ events })
}

function heldUnposted({ order }: Moment, reason: string): Decision | undefined {
  if (order.over || order.rejected || order.holds.includes('manual')) return undefined
  return { events: [{ type: 'order.held', data: { hold: 'manual', reason } }] }
}

/**
 * Cancelled: the ERP, who sourced it elsewhere and the customer hear it. Each of these waits in its chain until it is
 * known whether what it undoes has happened; an ERP that refused the order has nothing to cancel.
 */
export function tellCancellation(moment: Moment, event: JournalEvent): Decision | undefined {
  const { lines, reason } = event.data as EventData['order.line_cancelled']
  const { orderId, order, options } = moment
  if (lines.length === 0) return undefined
  const key = `${orderId}/cancelled/${event.position}`
  const once = `${orderId}/cancelled/${placeKey(event.position)}`
  const requests = status(moment, 'cancelled', key, { lines: plain(lines), reason })
  if (isAfterAcceptance(moment, event) && !moment.state.unposted)
    requests.unshift(request(moment, options.erp, 'order.cancel', once, { lines: plain(lines), reason }))
  const owner = sourcer(moment)
  if (hasPromised(moment, owner))
    requests.push(request(moment, owner, 'order.cancel', once, { lines: plain(lines), reason }))
  const isAll = !order.accepted && order.lines.every((line) => line.cancelled >= line.ordered)
  const events = isAll ? issue(moment, 'order-acknowledgement', key, () => rejection(moment)) : []
  return unlessEmpty({ requests, events })
}

/** An OMS that was asked for stock keeps it for the order until it hears otherwise; one that refused keeps nothing. */
function hasPromised({ state, options }: Moment, owner: string): boolean {
  if (owner === CROSSDOCK || owner === options.erp) return false
  return state.awaitsSource || state.attempt > 0
}

/** A change of quantity: the ERP hears the new one. */
export function tellChange(moment: Moment, event: JournalEvent): Decision | undefined {
  const { line, to } = event.data as EventData['order.line_changed']
  if (!moment.order.accepted) return undefined
  const lines = [{ line, item: moment.factsOf(line)?.item ?? '', quantity: to }]
  const key = `${moment.orderId}/changed/${event.position}`
  return { requests: [request(moment, moment.options.erp, 'order.change', key, { lines })] }
}

/** What could not be cancelled is told to whoever asked. */
export function tellTooLate(moment: Moment, event: JournalEvent): Decision | undefined {
  const { reason } = event.data as EventData['order.cancellation_refused']
  const key = `${moment.orderId}/too-late/${event.position}`
  return unlessEmpty({ requests: status(moment, 'accepted', key, { reason, lines: [] }) })
}
