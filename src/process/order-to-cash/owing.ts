/** What is owed to a partner and by when: each document its partner expects has a clock, which a person hears of in time. */
import { durationMs } from '../../base/duration.ts'
import type { Decision, Input, JournalEvent, NewEvent, NewTimer } from '../../journal/contract.ts'
import type { Deadline, EventData } from '../../lifecycle/events.ts'
import { shipmentOf } from '../../lifecycle/order-state.ts'
import type { Moment } from './moment.ts'
import type { Owed } from './options.ts'

type After = NonNullable<Owed['after']>

/** The order came, or a shipment left: the clocks that are counted from it begin. */
export function startClocks(after: After) {
  return (moment: Moment, event: JournalEvent): Decision | undefined => {
    const partner = partnerOwed(moment)
    if (partner === undefined || moment.state.over) return undefined // test data is over at once
    const shipment = after === 'shipment.dispatched' ? (event.data as EventData['order.shipped']).shipment : undefined
    const events: NewEvent[] = []
    const timers: NewTimer[] = []
    for (const owed of owedTo(moment, partner)) {
      if (startOfClock(owed) !== after) continue
      const deadline = deadlineOf(moment, partner, owed, shipment)
      // A shipment that is reported after the time of its notice is late already: no timer can say it in time.
      if (deadline.dueAt <= moment.now) events.push(missed(owed, deadline))
      else timers.push(...timersOf(owed, deadline, moment.now))
    }
    return events.length + timers.length > 0 ? { events, timers } : undefined
  }
}

/** A document went to its partner: its clock stops. */
export function stopClock(moment: Moment, event: JournalEvent): Decision | undefined {
  const { document, key } = event.data as EventData['document.issued']
  return document === 'invoice' ? undefined : kept(moment, document, key)
}

/** An invoice is known by its own number; which shipment it bills is said where it is told. */
export function stopInvoiceClock(moment: Moment, event: JournalEvent): Decision | undefined {
  return kept(moment, 'invoice', (event.data as EventData['order.invoiced']).shipment)
}

/** A quarter of the time is left, or as the partner's entry says. */
export function dueSoon(moment: Moment, input: Input & { kind: 'timer' }): Decision | undefined {
  const found = clockOf(moment, input.name)
  return found && { events: [{ type: 'deadline.near', data: found.deadline }] }
}

/** The time is up. */
export function overdue(moment: Moment, input: Input & { kind: 'timer' }): Decision | undefined {
  const found = clockOf(moment, input.name)
  return found && { events: [missed(found.owed, found.deadline)] }
}

function kept(moment: Moment, document: string, key: string): Decision | undefined {
  const partner = partnerOwed(moment)
  if (partner === undefined) return undefined
  const events: NewEvent[] = []
  const timers: NewTimer[] = []
  for (const owed of owedTo(moment, partner)) {
    if (owed.document !== document || isAnother(moment, owed, key)) continue
    const deadline = deadlineOf(moment, partner, owed, owed.after === 'shipment.dispatched' ? key : undefined)
    const late = moment.now > deadline.dueAt
    const flagged = moment.now >= deadline.dueAt - warnMs(owed)
    events.push({ type: 'deadline.kept', data: { ...deadline, late, flagged } })
    timers.push(...cancelled(deadline))
  }
  return events.length > 0 ? { events, timers } : undefined
}

/** Counted from the order, a ship notice is owed once: the first one keeps it, whatever ships later. */
function isAnother({ order }: Moment, owed: Owed, shipment: string): boolean {
  if (owed.document !== 'ship-notice' || startOfClock(owed) !== 'order.received') return false
  const left = order.shipments.filter(({ dispatchedAt }) => dispatchedAt !== undefined)
  return left.length > 1 && left[0]?.shipment !== shipment
}

const startOfClock = ({ after }: Owed): After => after ?? 'order.received'

/** The partner whose order this is, where anything is owed to it. */
function partnerOwed(moment: Moment): string | undefined {
  const { owed } = moment.options
  if (owed === undefined) return undefined
  const { kind, partner } = moment.channel
  return kind === 'edi' && partner !== undefined && owed[partner] !== undefined ? partner : undefined
}

const owedTo = ({ options }: Moment, partner: string): readonly Owed[] => options.owed?.[partner] ?? []

function deadlineOf(moment: Moment, partner: string, owed: Owed, shipment: string | undefined): Deadline {
  const { document } = owed
  const dueAt = startOf(moment, shipment) + durationMs(owed.within)
  return { partner, document, dueAt, ...(shipment === undefined ? {} : { shipment }) }
}

const startOf = ({ order }: Moment, shipment: string | undefined): number =>
  shipment === undefined ? order.receivedAt : (shipmentOf(order, shipment)?.dispatchedAt ?? order.receivedAt)

const warnMs = ({ warn, within }: Owed): number => (warn === undefined ? durationMs(within) / 4 : durationMs(warn))

function missed({ penalty }: Owed, deadline: Deadline): NewEvent {
  return { type: 'deadline.missed', data: { ...deadline, ...(penalty ? { penalty } : {}) } }
}

const nameOf = (word: 'soon' | 'due', { document, shipment }: Deadline): string =>
  shipment === undefined ? `${word} ${document}` : `${word} ${document} ${shipment}`

function timersOf(owed: Owed, deadline: Deadline, now: number): NewTimer[] {
  const soonAt = deadline.dueAt - warnMs(owed)
  return [
    { name: nameOf('soon', deadline), dueAt: Math.max(soonAt, now) },
    { name: nameOf('due', deadline), dueAt: deadline.dueAt },
  ]
}

const cancelled = (deadline: Deadline): NewTimer[] =>
  (['soon', 'due'] as const).map((word) => ({ name: nameOf(word, deadline), dueAt: null }))

/** What a timer is about; undefined when the configuration expects it no more. */
function clockOf(moment: Moment, timer: string): { owed: Owed; deadline: Deadline } | undefined {
  const [, document, shipment] = timer.split(' ')
  const partner = partnerOwed(moment)
  if (partner === undefined) return undefined
  const owed = owedTo(moment, partner).find(
    (one) => one.document === document && (one.after === 'shipment.dispatched') === (shipment !== undefined),
  )
  // an order that was cancelled or refused before anything left owes no ship notice any more
  if (owed === undefined || (document === 'ship-notice' && shipment === undefined && isOver(moment))) return undefined
  return { owed, deadline: deadlineOf(moment, partner, owed, shipment) }
}

const isOver = ({ order }: Moment): boolean => order.over || order.rejected
