import type { Decision, Input, JournalEvent, NewEvent, Report, Room } from '../journal/contract.ts'
import type { Row, TableSpec } from '../store/contract.ts'
import { type AuthorityProfile, mayMove, who } from './authority.ts'
import type { EventData } from './events.ts'
import { partsOf, subjectOf } from './subject.ts'

/**
 * A shipment from dispatch on: a root of its own, so that carriers' milestones trouble no order. Before dispatch it is
 * part of its order. Its id is the shipping system and that system's shipment number.
 */
export interface ShipmentState {
  order: string
  dispatchedAt: number
  /** The last milestone by the time it happened, not by the time it was told. */
  milestone: string
  milestoneAt: number
  delivered: boolean
  seen: string[]
  early: EarlyMilestone[]
}

interface EarlyMilestone {
  readonly type: 'shipment.milestone' | 'shipment.delivered'
  readonly data: EventData['shipment.milestone'] | EventData['shipment.delivered']
  readonly from: string
  readonly occurredAt: number
  readonly deadline: number
}

export const shipmentTable: TableSpec = {
  name: 'shipment_state',
  key: [
    { name: 'lane', type: 'int2' },
    { name: 'subject', type: 'text' },
  ],
  columns: [{ name: 'state', type: 'bytea' }],
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** Milestones that move a delivered shipment on: only an exception, and it must name its proof. */
const AFTER_DELIVERY = new Set(['exception', 'returned_to_sender'])

/** The room that keeps shipments. `patienceMs` is how long a milestone waits for its dispatch: 60 s. */
export function shipmentLifecycle(options: {
  readonly authority: AuthorityProfile
  readonly patienceMs?: number
}): Room<ShipmentState> {
  const patienceMs = options.patienceMs ?? 60_000
  return {
    name: 'shipments',
    about: 'shipment',
    table: shipmentTable,
    initial: () => ({
      order: '',
      dispatchedAt: 0,
      milestone: '',
      milestoneAt: 0,
      delivered: false,
      seen: [],
      early: [],
    }),
    load: (_subject: string, row: Row) => JSON.parse(decoder.decode(row[0] as Uint8Array)) as ShipmentState,
    save: (state) => [encoder.encode(JSON.stringify(state))],
    fold: foldShipment,
    hears: {
      'order.shipped': (event) => [subjectOf(partsOf(event.subject).tenant, 'shipment', event.data.shipment)],
      'order.delivered': (event) => [subjectOf(partsOf(event.subject).tenant, 'shipment', event.data.shipment)],
      'shipment.milestone': (event) => {
        const { tenant, kind } = partsOf(event.subject)
        return kind === 'order' ? [subjectOf(tenant, 'shipment', event.data.shipment ?? '')] : []
      },
    },
    decide: (state, input, context) => {
      switch (input.kind) {
        case 'heard':
          return onHeard(state, input)
        case 'report':
          return onReport(state, input, context.now)
        case 'recorded':
          return input.event.type === 'shipment.dispatched' && state.early.length > 0 ? told(state) : undefined
        case 'timer':
          return input.name === 'early' ? giveUp(state) : undefined
        default:
          return undefined
      }
    },
  }

  function onReport(state: ShipmentState, report: Report, now: number): Decision | undefined {
    const { type, source, occurredAt } = report
    if (type !== 'shipment.milestone' && type !== 'shipment.delivered') {
      return { events: [refused(report, 'UNKNOWN', `“${type}” is told about the order, not about its shipment.`)] }
    }
    if (!mayMove(options.authority, type, source, undefined, occurredAt)) {
      const owners = who(options.authority, type, undefined, occurredAt).join(' or ')
      return { events: [refused(report, 'AUTHORITY', `${source} may not say “${type}”; only ${owners} may.`)] }
    }
    const data = report.data as EarlyMilestone['data']
    if (state.dispatchedAt > 0) {
      const event = milestone(state, { type, data, from: source, occurredAt })
      return event && { events: [{ ...event, sequence: report.sequence, receipt: report.receipt }] }
    }
    const deadline = now + patienceMs
    return {
      events: [
        {
          type: 'report.early',
          data: { report: type, waitsFor: 'shipment.dispatched', deadline, data, from: source, occurredAt },
          source,
          occurredAt,
          receipt: report.receipt,
        },
      ],
      timers: state.early.length === 0 ? [{ name: 'early', dueAt: deadline }] : [],
    }
  }
}

function foldShipment(state: ShipmentState, event: JournalEvent): boolean {
  switch (event.type) {
    case 'shipment.dispatched':
      state.order = (event.data as EventData['shipment.dispatched']).order
      state.dispatchedAt = event.occurredAt
      return true
    case 'shipment.milestone': {
      const { code, at } = event.data as EventData['shipment.milestone']
      state.seen.push(`${code} ${at}`)
      state.early = state.early.filter((early) => JSON.stringify(early.data) !== JSON.stringify(event.data))
      const happened = Date.parse(at)
      if (happened >= state.milestoneAt && mayFollow(state, code)) {
        state.milestone = code
        state.milestoneAt = happened
      }
      return true
    }
    case 'shipment.delivered':
      state.delivered = true
      state.early.length = 0
      return true
    case 'report.early': {
      const { report, data, from, occurredAt, deadline } = event.data as EventData['report.early']
      const type = report as EarlyMilestone['type']
      state.early.push({ type, data: data as EarlyMilestone['data'], from, occurredAt, deadline })
      return true
    }
    case 'report.refused':
      state.early.length = 0
      return true
    default:
      return false
  }
}

/** A delivered shipment never steps back, whatever a late milestone says. */
function mayFollow(state: ShipmentState, code: string): boolean {
  return !state.delivered || AFTER_DELIVERY.has(code.split(' ', 1)[0] as string)
}

function onHeard(state: ShipmentState, input: Input & { kind: 'heard' }): Decision | undefined {
  const { event } = input
  if (event.type === 'order.shipped') return state.dispatchedAt > 0 ? undefined : dispatched(event as never)
  const order = partsOf(event.subject).id
  const { source: from, occurredAt } = event
  if (event.type === 'order.delivered') {
    const { deliveredAt: at } = event.data as EventData['order.delivered']
    return one(milestone(state, { type: 'shipment.delivered', data: { order, at }, from, occurredAt }))
  }
  if (event.type !== 'shipment.milestone') return undefined
  const { shipment: _, ...data } = event.data as EventData['shipment.milestone']
  return one(milestone(state, { type: 'shipment.milestone', data, from, occurredAt }))
}

const one = (event: NewEvent | undefined): Decision | undefined => event && { events: [event] }

function dispatched(event: JournalEvent<'order.shipped'>): Decision {
  const { shipment: _, lines: __, cartons = [], shipDate, ...truck } = event.data
  const order = partsOf(event.subject).id
  const date = shipDate ?? new Date(event.occurredAt).toISOString().slice(0, 10)
  return {
    events: [
      {
        type: 'shipment.dispatched',
        data: { ...truck, order, cartons, shipDate: date },
        source: event.source,
        occurredAt: event.occurredAt,
      },
    ],
  }
}

/** The fact a milestone is; nothing when it was told before. */
function milestone(state: ShipmentState, told: Omit<EarlyMilestone, 'deadline'>): NewEvent | undefined {
  const { type, data, from: source, occurredAt } = told
  if (type === 'shipment.delivered') {
    if (state.delivered) return undefined
    return { type, data: data as EventData['shipment.delivered'], source, occurredAt }
  }
  const { code, at } = data as EventData['shipment.milestone']
  if (state.seen.includes(`${code} ${at}`)) return undefined
  return { type, data: data as EventData['shipment.milestone'], source, occurredAt }
}

/** Dispatch has come: milestones that waited for it are told in the order in which they happened. */
function told(state: ShipmentState): Decision {
  const events: NewEvent[] = []
  const waiting = [...state.early].sort((a, b) => a.occurredAt - b.occurredAt)
  const said = new Set<string>()
  for (const early of waiting) {
    const event = milestone(state, early)
    const name = JSON.stringify(early.data)
    if (event && !said.has(name)) events.push(event)
    said.add(name)
  }
  return { events, timers: [{ name: 'early', dueAt: null }] }
}

function giveUp(state: ShipmentState): Decision | undefined {
  if (state.dispatchedAt > 0 || state.early.length === 0) return undefined
  return {
    events: state.early.map((early) =>
      refused(early, 'EARLY_TOO_LONG', `“${early.type}” came, and the shipment was never dispatched.`),
    ),
  }
}

function refused(
  report: { type: string; data: unknown; source?: string; from?: string; occurredAt: number },
  code: string,
  reason: string,
): NewEvent {
  const from = report.source ?? report.from ?? ''
  return {
    type: 'report.refused',
    data: { report: report.type, code, reason, from, data: report.data },
    source: from,
    occurredAt: report.occurredAt,
  }
}
