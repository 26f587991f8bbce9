/** What is owed to a partner and by when: each document its partner expects has a clock, which a person hears of in time. */
import { durationMs } from '../../base/duration.ts'
import type { Decision, Input, JournalEvent, NewEvent, NewTimer } from '../../journal/contract.ts'
import type { Deadline, EventData } from '../../lifecycle/events.ts'
import { releaseOf, shipmentOf } from '../../lifecycle/order-state.ts'
import { releaseState } from '../../lifecycle/release.ts'
import type { Moment } from './moment.ts'
import type { Owed } from './options.ts'
import { carrierOf } from './tender.ts'

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

const ADVICE = 'warehouse-advice'

/** A warehouse of another company took a release: its advice is expected by a time, and somebody hears of it before. */
export function watchAdvice(moment: Moment, event: JournalEvent): Decision | undefined {
  const { release, facility } = event.data as EventData['order.released']
  const clock = adviceClock(moment, facility)
  if (clock === undefined) return undefined
  const dueAt = moment.now + durationMs(clock.owed.within)
  return { timers: [{ name: `advice ${release}`, dueAt: dueAt - warnMs(clock.owed) }] }
}

/** First the warning, then the end of the time. A release that was answered by then has kept it. */
export function adviceDue(moment: Moment, { name, dueAt: ringsAt }: Input & { kind: 'timer' }): Decision | undefined {
  const [, id = '', isLast] = name.split(' ')
  const release = releaseOf(moment.order, id)
  const clock = release && adviceClock(moment, release.facility)
  if (!release || !clock) return undefined
  const { partner, owed } = clock
  const dueAt = isLast === undefined ? ringsAt + warnMs(owed) : ringsAt
  const deadline: Deadline = { partner, document: ADVICE, shipment: id, dueAt }
  const isOpen = OPEN_RELEASES.has(releaseState(release))
  if (isLast !== undefined)
    return {
      events: [
        isOpen ? missed(owed, deadline) : { type: 'deadline.kept', data: { ...deadline, late: false, flagged: true } },
      ],
    }
  const last = { name: `advice ${id} last`, dueAt }
  return isOpen ? { events: [{ type: 'deadline.near', data: deadline }], timers: [last] } : { timers: [last] }
}

const ANSWER = 'tender-response'

/** A shipment was offered to a carrier by a load tender: its answer is expected by a time. */
export function watchAnswer(moment: Moment, event: JournalEvent): Decision | undefined {
  const { shipment, facility } = event.data as EventData['order.shipped']
  const clock = answerClock(moment, carrierOf(moment, facility))
  if (clock === undefined) return undefined
  const { dueAt } = deadlineOf(moment, clock.partner, clock.owed, shipment)
  if (dueAt <= moment.now) return undefined // it was reported after its time: nobody can have answered
  return { timers: [{ name: `answer ${shipment}`, dueAt: Math.max(dueAt - warnMs(clock.owed), moment.now) }] }
}

/** Nobody has answered: first the warning, then the end of the time. */
export function answerDue(moment: Moment, { name }: Input & { kind: 'timer' }): Decision | undefined {
  const [, shipment = '', isLast] = name.split(' ')
  const release = releaseOf(moment.order, shipmentOf(moment.order, shipment)?.release ?? '')
  const clock = release && answerClock(moment, carrierOf(moment, release.facility))
  if (clock === undefined) return undefined
  const deadline = deadlineOf(moment, clock.partner, clock.owed, shipment)
  if (isLast !== undefined) return { events: [missed(clock.owed, deadline)] }
  return {
    events: [{ type: 'deadline.near', data: deadline }],
    timers: [{ name: `answer ${shipment} last`, dueAt: deadline.dueAt }],
  }
}

/** The carrier takes the load or does not: either is an answer. */
export function answerCame(moment: Moment, event: JournalEvent): Decision | undefined {
  const { shipment } = event.data as EventData['load.answered']
  const clock = answerClock(moment, event.source)
  if (clock === undefined || shipment === undefined || !shipmentOf(moment.order, shipment)) return undefined
  const deadline = deadlineOf(moment, clock.partner, clock.owed, shipment)
  const [late, flagged] = [moment.now > deadline.dueAt, moment.now >= deadline.dueAt - warnMs(clock.owed)]
  return {
    events: [{ type: 'deadline.kept', data: { ...deadline, late, flagged } }],
    timers: [`answer ${shipment}`, `answer ${shipment} last`].map((name) => ({ name, dueAt: null })),
  }
}

function answerClock({ options }: Moment, carrier: string | undefined): { partner: string; owed: Owed } | undefined {
  if (carrier === undefined || options.ediCarriers?.[carrier] === undefined) return undefined
  const owed = options.owed?.[carrier]?.find(({ document }) => document === ANSWER)
  return owed && { partner: carrier, owed }
}

const OPEN_RELEASES: ReadonlySet<string> = new Set(['sent', 'accepted', 'picking'])

function adviceClock({ plant, options }: Moment, facility: string): { partner: string; owed: Owed } | undefined {
  if (options.owed === undefined) return undefined
  const partner = plant.warehouses.get(facility)?.partner
  const owed = partner === undefined ? undefined : options.owed[partner]?.find(({ document }) => document === ADVICE)
  return partner === undefined || owed === undefined ? undefined : { partner, owed }
}

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
