/** What an operator reads: one plain sentence for each event. */
import { microsText } from '../base/quantity.ts'
import type { JournalEvent } from '../journal/contract.ts'
import type { Deadline, EventData, EventType, LineQuantity } from '../lifecycle/events.ts'

type Tell = { readonly [T in EventType]: (data: EventData[T]) => string }

const tells: Tell = {
  'order.received': (order) =>
    `Order ${order.customerOrder} of ${order.soldTo} came in with ${count(order.lines, 'line')}.`,
  'order.held': ({ hold, reason }) => `Held (${hold}): ${reason}`,
  'order.hold_lifted': ({ hold, by, reason }) => `${by} lifted the ${hold} hold${because(reason)}.`,
  'order.corrected': ({ by, reason }) => `${by} completed the order: ${reason}`,
  'credit.checked': ({ decision, reason }) => `Credit ${decision}${because(reason)}.`,
  'price.checked': ({ agrees, lines }) =>
    agrees ? 'All prices agree.' : `Prices differ on ${theLines(lines.filter((line) => !line.agrees))}.`,
  'order.sourced': ({ parts, by }) => `${by} asked ${parts.map((part) => part.facility).join(' and ')} to reserve.`,
  'order.reserved': ({ facility, lines }) => `${facility} reserved ${theLines(lines)}.`,
  'order.reservation_refused': ({ facility, missing }) =>
    `${facility} cannot reserve: ${missing.map((one) => `${amount(one)} of ${one.item} asked, ${microsText(one.available)} there`).join('; ')}.`,
  'order.reservation_freed': ({ facility, lines, reason }) => `${facility} got ${theLines(lines)} back: ${reason}`,
  'order.line_backordered': ({ lines, reason, expected }) =>
    `On backorder: ${theLines(lines)} (${reason})${expected ? `, expected ${expected}` : ''}.`,
  'order.accepted': ({ lines }) => `Accepted with ${count(lines, 'line')}.`,
  'order.rejected': ({ reason }) => `Rejected: ${reason}`,
  'order.posted': ({ number }) => `Posted as ${number}.`,
  'order.release_planned': ({ release, facility, notBefore }) =>
    `Release ${release} to ${facility} planned${notBefore ? `, not before ${notBefore}` : ''}.`,
  'order.released': ({ release, facility, lines }) =>
    `${facility} accepted release ${release} with ${theLines(lines)}.`,
  'order.release_refused': ({ release, facility, reason }) => `${facility} refused release ${release}: ${reason}`,
  'order.recall_asked': ({ release, lines }) => `Asked to recall ${theLines(lines)} of release ${release}.`,
  'order.recalled': ({ facility, lines }) => `${facility} gave ${theLines(lines)} back.`,
  'order.recall_refused': ({ release, reason }) => `Release ${release} cannot be recalled: ${reason}`,
  'pick.started': ({ release }) => `Picking of ${release} started.`,
  'pick.confirmed': ({ lines }) => `Picked ${theLines(lines)}.`,
  'pick.short': ({ facility, lines }) =>
    `${facility} is short of ${lines.map((line) => `${amount(line)} of ${line.item} (${line.reason})`).join(', ')}.`,
  'substitution.made': ({ line, child, quantity }) =>
    `${microsText(quantity)} of ${child.item ?? 'another item'} were picked instead of line ${line}.`,
  'carton.closed': ({ carton }) => `Carton ${carton.sscc ?? carton.carton} closed with ${theLines(carton.lines)}.`,
  'order.shipped': ({ shipment, facility, lines }) => `${theLines(lines)} left ${facility} with shipment ${shipment}.`,
  'order.invoiced': ({ number, total }) => `Invoice ${number} posted over ${total.amount} ${total.currency}.`,
  'order.delivered': ({ shipment }) => `Shipment ${shipment} was delivered.`,
  'order.line_cancelled': ({ lines, by, reason }) => `${by} cancelled ${theLines(lines)}: ${reason}`,
  'order.line_closed': ({ lines }) => `Closed: ${lines.length === 1 ? 'line' : 'lines'} ${lines.join(', ')}.`,
  'order.cancellation_requested': ({ by, reason }) => `${by} asked to cancel: ${reason}`,
  'order.cancellation_refused': ({ reason }) => `Cancellation refused: ${reason}`,
  'order.change_requested': ({ by, reason }) => `${by} asked for a change: ${reason}`,
  'order.change_received': ({ by, reason }) => `${by} sent a change of the order: ${reason}`,
  'order.line_changed': ({ line, from, to, by }) =>
    `${by} changed line ${line} from ${microsText(from)} to ${microsText(to)}.`,
  'order.terms_changed': ({ by, prices = [], dates, added = [] }) =>
    `${by} changed ${[
      ...prices.map(({ line, price }) => `the price of line ${line} to ${price.amount} ${price.currency}`),
      ...(dates ? ['its days'] : []),
      ...added.map(({ line, item }) => `the order by line ${line} (${item ?? 'unknown'})`),
    ].join(', ')}.`,
  'order.terms_refused': ({ reason }) => `The change is not agreed to: ${reason}`,
  'order.flagged': ({ reason }) => `Needs a look: ${reason}.`,
  'document.issued': ({ document, partner }) => `${a(document)} was written for ${partner}.`,
  'document.received': ({ document, partner, key, to, test }) =>
    `${a(document)} ${key} of ${partner} came in${test ? ', as test data: it goes nowhere' : to.length > 0 ? `, for ${to.join(', ')}` : ''}.`,
  'document.delivered': ({ document, key, to }) => `${to} has the ${document} ${key}.`,
  'document.sent': ({ document, key, partner, control }) =>
    `The ${document} ${key} went to ${partner} in interchange ${control}.`,
  'document.acknowledged': ({ document, key, partner, verdict }) =>
    `${partner} acknowledged the ${document} ${key}: ${verdict}.`,
  'document.unacknowledged': ({ document, key, partner }) =>
    `${partner} has not acknowledged the ${document} ${key} in time.`,
  'document.unsent': ({ document, key, reason }) => `The ${document} ${key} could not be sent: ${reason}`,
  'document.owed': ({ document, partner, after, dueAt }) =>
    `${partner} owes the ${document} to our ${after} by ${instant(dueAt)}.`,
  'document.waived': ({ document, partner }) => `${partner} does not owe the ${document} any more.`,
  'deadline.near': (deadline) => `The ${owed(deadline)} is due soon, by ${instant(deadline.dueAt)}.`,
  'deadline.missed': (deadline) =>
    `The ${owed(deadline)} is overdue since ${instant(deadline.dueAt)}${deadline.penalty ? `: ${deadline.penalty.amount} ${deadline.penalty.currency} may be deducted` : ''}.`,
  'deadline.kept': (deadline) =>
    `The ${owed(deadline)} ${deadline.after === undefined ? 'went out' : 'came in'} ${deadline.late ? 'late' : 'in time'}.`,
  'shipment.planned': ({ facility }) => `A shipment from ${facility} was planned.`,
  'shipment.manifested': ({ tracking, scac }) =>
    `Manifested${scac ? ` with ${scac}` : ''}: ${count(tracking, 'carton')} labelled.`,
  'shipment.dispatched': ({ cartons, facility }) => `The truck left ${facility} with ${count(cartons, 'carton')}.`,
  'shipment.milestone': ({ code, place }) => `Carrier: ${code}${place ? ` in ${place}` : ''}.`,
  'shipment.delivered': ({ signedBy }) => `Delivered${signedBy ? `, signed by ${signedBy}` : ''}.`,
  'shipment.voided': ({ reason }) => `The shipment was voided: ${reason}`,
  'load.announced': ({ shipment, tendered }) =>
    tendered ? `Shipment ${shipment} was offered to the carrier.` : `The carrier carries shipment ${shipment}.`,
  'load.answered': ({ shipment, references, response, note }) =>
    `The carrier ${response} ${shipment ?? references[0] ?? 'a load'}${because(note)}.`,
  'load.status_told': ({ shipment, references, code, report, place }) =>
    `Carrier: ${code ?? report} of ${shipment ?? references[0] ?? 'a load'}${place ? ` in ${place}` : ''}.`,
  'load.billed': ({ number, amount, shipment }) =>
    `The carrier’s bill ${number} over ${amount.amount} ${amount.currency}${shipment ? ` for ${shipment}` : ''}.`,
  'invoice.posted': ({ number, total }) => `Invoice ${number} over ${total.amount} ${total.currency}.`,
  'invoice.sent': ({ to }) => `The invoice went to ${to}.`,
  'inventory.counted': ({ facility, lines }) => `Opening stock of ${facility}: ${count(lines, 'item')}.`,
  'inventory.received': ({ facility, lines }) => `${facility} received ${count(lines, 'item')}.`,
  'inventory.adjusted': ({ facility, lines }) => `${facility} adjusted ${count(lines, 'item')}.`,
  'inventory.status_changed': ({ facility, lines }) => `${facility} changed the status of ${count(lines, 'item')}.`,
  'inventory.policy_set': ({ facility, lines }) => `Stock policy of ${count(lines, 'item')} at ${facility} set.`,
  'inventory.reserved': ({ order, facility }) => `${facility} reserved for order ${order}.`,
  'inventory.reservation_refused': ({ order, facility }) => `${facility} could not reserve for order ${order}.`,
  'inventory.reservation_freed': ({ order, facility }) => `${facility} freed what order ${order} had reserved.`,
  'inventory.allocated': ({ order, facility }) => `${facility} allocated stock to order ${order}.`,
  'inventory.deallocated': ({ order, facility }) => `${facility} took the allocation of order ${order} back.`,
  'inventory.shorted': ({ order, facility }) => `${facility} did not find stock of order ${order}.`,
  'inventory.shipped': ({ order, facility }) => `Stock of order ${order} left ${facility}.`,
  'inventory.awaited': ({ order, facility, lines }) =>
    `Order ${order} waits for ${count(lines, 'line')} at ${facility}.`,
  'inventory.offered': ({ facility, lines }) => `${facility} told ${count(lines, 'waiting line')} that stock came in.`,
  'inventory.discrepancy_detected': ({ facility, lines }) =>
    `Book and count of ${facility} differ for ${count(lines, 'item')}.`,
  'interchange.received': ({ control }) => `Interchange ${control} came in.`,
  'interchange.sent': ({ control, set }) => `Interchange ${control} with a ${set} was written.`,
  'acknowledgement.received': ({ interchange, groupControl, verdict }) =>
    `The partner acknowledged ${interchange === undefined ? `group ${groupControl}` : `interchange ${interchange}`}: ${verdict}.`,
  'delivery.planned': ({ target, verb }) => `${wish(verb)} ${target}.`,
  'delivery.waiting': ({ target, verb, reason, attempts }) =>
    attempts === 0
      ? `${request(verb)} to ${target} waits: ${reason}.`
      : `${request(verb)} to ${target} did not go through (attempt ${attempts}: ${reason}); it will be tried again.`,
  'delivery.refused': ({ target, verb, reason }) => `${target} refused ${request(verb).toLowerCase()}: ${reason}`,
  'delivery.parked': ({ target, verb, reason, attempts }) =>
    `${request(verb)} to ${target} needs a person after ${attempts} attempts: ${reason}`,
  'delivery.in_doubt': ({ target, verb, reason }) =>
    `Nobody knows whether ${target} took ${request(verb).toLowerCase()}: ${reason}`,
  'delivery.redelivered': ({ by }) => `${by} asked to deliver again.`,
  'delivery.attempting': ({ attempt }) => `Attempt ${attempt} begins.`,
  'delivery.replayed': ({ by, verb, target, way, position, job, reason }) =>
    `${by} ${way === 'reissue' ? 'had a new effect of' : 'sent'} ${request(verb).toLowerCase()} to ${target} again (request ${position}, replay ${job}): ${reason}`,
  'delivery.repeated': ({ target }) => `${target} says that it had done this before.`,
  'system.paused': ({ system, by, reason }) => `${by} paused what goes to ${system}: ${reason}`,
  'system.resumed': ({ system, by }) => `${by} let deliveries to ${system} go on.`,
  'subject.parked': ({ reason }) => `Stopped for a person: ${reason}`,
  'subject.resumed': ({ by }) => `${by} let it go on.`,
  'subject.input_kept': ({ input }) => `Kept until it goes on: ${input}.`,
  'report.early': ({ report, from, waitsFor }) =>
    waitsFor === '' ? `${from} repeated ${report}.` : `${from} reported ${report} early; it waits for ${waitsFor}.`,
  'report.refused': ({ report, from, reason }) => `${report} of ${from} was not taken: ${reason}`,
  'master.changed': ({ kind, name }) => `Master data of ${kind} ${name} changed.`,
  'case.opened': ({ title, owner }) => `Case for ${owner}: ${title}`,
  'case.joined': ({ about }) => `Joined by ${about}.`,
  'case.closed': ({ by, reason }) => `${by} closed the case: ${reason}`,
  'case.assigned': ({ by, owner, priority }) =>
    [
      ...(owner === undefined ? [] : [`${by} gave the case to ${owner}`]),
      ...(priority === undefined ? [] : [`${by} gave it priority ${priority}`]),
    ].join('; '),
  'case.noted': ({ by, note }) => `${by}: ${note}`,
  'case.returned': ({ about }) => `Returned: ${about}.`,
  'case.released': ({ by, member }) => `${by} released ${member}.`,
  'case.settled': ({ member, reason }) => `${member} needs nobody any more: ${reason}`,
  'case.tried': ({ by, verdicts }) =>
    `${by} tried a correction: ${Object.entries(verdicts)
      .map(([verdict, members]) => `${members} ${verdict}`)
      .join(', ')}.`,
  'order.reference_settled': ({ references, known }) =>
    `${references.map(({ kind, value }) => `${kind} ${value}`).join(', ')}: ${known ? 'known now' : 'asked for no more'}.`,
}

/** The event in one plain sentence. */
export function tell(event: JournalEvent): string {
  return (tells[event.type] as (data: unknown) => string)(event.data)
}

const REQUESTS: Readonly<Record<string, string>> = {
  'document.deliver': 'The partner’s document',
  'credit.check': 'The credit check',
  'price.check': 'The price check',
  'order.post': 'The order',
  'order.cancel': 'The cancellation',
  'order.change': 'The change',
  'order.source': 'The sourcing',
  'shipment.post': 'The goods issue',
  'invoice.request': 'The invoice request',
  'invoice.send': 'The invoice',
  'warehouse.release': 'The release',
  'warehouse.recall': 'The recall',
  'order.status': 'The order status',
  'shipment.notify': 'The shipment notice',
  'edi.send': 'The EDI document',
}

/** A request as people call it. */
export function request(verb: string): string {
  return REQUESTS[verb] ?? `“${verb}”`
}

function wish(verb: string): string {
  return `${request(verb)} is on its way to`
}

/** A document by what it is, and for whom or of whom. */
function owed({ document, partner, shipment, after }: Deadline): string {
  const name = document.replaceAll('-', ' ')
  if (after !== undefined) return `${name} of ${partner} to our ${after.replaceAll('-', ' ')}`
  return `${name}${shipment === undefined ? '' : ` of shipment ${shipment}`} for ${partner}`
}

/** `2026-06-01 14:30 UTC` */
const instant = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`

function because(reason: string | undefined): string {
  return reason ? ` (${reason})` : ''
}

const a = (word: string): string => `${/^[aeiou]/.test(word) ? 'An' : 'A'} ${word}`

function count(things: readonly unknown[], thing: string): string {
  return `${things.length} ${thing}${things.length === 1 ? '' : 's'}`
}

const amount = ({ quantity }: Pick<LineQuantity, 'quantity'>): string => microsText(quantity)

/** Up to three lines by name, else how many. */
function theLines(
  lines: readonly { readonly line: string; readonly item?: string; readonly quantity?: number }[],
): string {
  if (lines.length > 3) return count(lines, 'line')
  return lines.map(aLine).join(', ')
}

function aLine({
  line,
  item,
  quantity,
}: {
  readonly line: string
  readonly item?: string
  readonly quantity?: number
}): string {
  return item !== undefined && quantity !== undefined ? `${microsText(quantity)} of ${item}` : `line ${line}`
}
