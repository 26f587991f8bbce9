import type { DecideContext, Decision, Input, JournalEvent, NewEvent, Room } from '../journal/contract.ts'
import type { EventData, OrderFacts, Reference } from '../lifecycle/events.ts'
import { type OrderFactsState, orderFacts } from '../lifecycle/order-facts.ts'
import { caseErrors } from './errors.ts'
import type { ChangeArrival } from './order-change-part.ts'
import type { MissingReference } from './order-facts.ts'
import type { DocumentWish, OrderArrival } from './order-part.ts'
import { type Refusal, refusedData } from './quarantine.ts'
import { corrected, endsWait, isReferenceHold, referenceWaitTable } from './references.ts'
import type { OrderCommand } from './report-types.ts'

/** An order as long as it waits for master data. Once it does not, nothing of it is kept here. */
export interface ReferenceWait {
  facts: OrderFacts | undefined
  waits: boolean
  /** What is not known, and who named it: the cases it stands in. */
  missing: readonly Reference[]
  from: string
  /** It waits no more since just now, and its cases have not been told. */
  settles: boolean
}

type Arrived = Extract<Input, { kind: 'arrival' }>

/**
 * The room that lets orders in: what was understood becomes `order.received`, with a hold for every reference that is
 * not known yet. What outsiders ask of an order, and what could not be taken, becomes an event of that order too.
 */
export function intakeRoom(): Room<ReferenceWait> {
  return {
    name: 'intake',
    about: 'order',
    table: referenceWaitTable,
    initial: () => ({ facts: undefined, waits: false, missing: [], from: '', settles: false }),
    load: (_subject, [body]) => loadWait(String(body)),
    save: ({ facts, waits, missing, from }) =>
      waits && facts ? [JSON.stringify({ ...facts, [WAITS_FOR]: { missing, from } })] : null,
    fold: foldWait,
    decide: (state, input, context) => {
      if (input.kind === 'arrival') return decideArrival(input, context)
      return input.kind === 'recorded' && state.settles ? settled(state, input.event) : undefined
    },
  }
}

/** The member of a row's body that is no part of the order: an earlier release passes over it. */
const WAITS_FOR = '#waitsFor'

function loadWait(body: string): ReferenceWait {
  const { [WAITS_FOR]: waitsFor, ...facts } = JSON.parse(body) as OrderFacts & {
    [WAITS_FOR]?: Pick<ReferenceWait, 'missing' | 'from'>
  }
  return { facts, waits: true, missing: [], from: '', settles: false, ...waitsFor }
}

/** The cases that a reference stood in hear that this order needs nobody any more. */
function settled({ missing, from }: ReferenceWait, event: JournalEvent): Decision | undefined {
  if (!endsWait(event)) return undefined
  const known = event.type === 'order.hold_lifted'
  return { events: [{ type: 'order.reference_settled', data: { references: missing, from, known } }] }
}

function foldWait(state: ReferenceWait, event: JournalEvent): boolean {
  if (event.type === 'order.received') {
    state.facts = event.data as OrderFacts
    return false // nothing to keep unless it is held
  }
  if (isReferenceHold(event)) {
    const { missing = [], from = '' } = event.data as EventData['order.held']
    state.waits = state.facts !== undefined
    Object.assign(state, { missing, from })
    return state.waits
  }
  if (!state.waits) {
    state.facts = undefined
    if (event.type === 'order.reference_settled') state.settles = false
    return false
  }
  if (event.type === 'order.corrected' && state.facts) {
    state.facts = corrected(state.facts, event.data as EventData['order.corrected'])
    return true
  }
  if (!endsWait(event)) return false
  state.waits = false
  state.settles = state.missing.length > 0
  return true
}

function decideArrival(input: Arrived, context: DecideContext): Decision | undefined {
  const answer = ARRIVALS[input.type]
  if (!answer) return undefined
  const needsFacts = WISHES.has(input.type)
  const facts = needsFacts ? context.peer<OrderFactsState>(orderFacts.name).facts : undefined
  if (needsFacts && !facts)
    return input.type === 'order.change_document' ? earlyChange(input, context) : earlyWish(input, context)
  return { events: answer(input, facts) }
}

/** What is asked of an order, which must be here to be asked. */
const WISHES = new Set(['order.cancel', 'order.change', 'order.change_document'])

/** A change that comes before its order is held for it, as long as was agreed with the partner; then a person hears of it. */
function earlyChange(input: Arrived, { now }: DecideContext): Decision {
  const { change, waitMs } = input.data as ChangeArrival
  const { source, occurredAt } = input
  const deadline = now + waitMs
  const waits = { report: 'order.change_received', waitsFor: 'order.received', deadline, from: source, occurredAt }
  return {
    events: [{ type: 'report.early', data: { ...waits, data: change }, ...fromSender(input) }],
    timers: [{ name: 'early', dueAt: deadline }],
  }
}

/** How long a wish waits for its order, as any early report does. */
const PATIENCE_MS = 60_000

/** A wish may overtake its order on the way between two instances: it waits for it, and a person hears when none comes. */
function earlyWish(input: Arrived, { now }: DecideContext): Decision {
  const { by, reason, lines = [] } = input.data as OrderCommand & DocumentWish
  const [report, data] =
    input.type === 'order.cancel'
      ? (['order.cancellation_requested', { by, reason, ...(lines.length > 0 ? { lines } : {}) }] as const)
      : (['order.change_requested', { by, reason, lines }] as const)
  const deadline = now + PATIENCE_MS
  const { source, occurredAt } = input
  const early = { report, waitsFor: 'order.received', deadline, data, from: source, occurredAt }
  return {
    events: [{ type: 'report.early', data: early, ...fromSender(input) }],
    timers: [{ name: 'early', dueAt: deadline }],
  }
}

const ARRIVALS: Readonly<Record<string, (input: Arrived, facts: OrderFacts | undefined) => NewEvent[]>> = {
  order: received,
  'order.cancel': cancellation,
  'order.change': change,
  'order.change_document': (input) => [
    { type: 'order.change_received', data: (input.data as ChangeArrival).change, ...fromSender(input) },
  ],
  'order.conflict': conflict,
  'arrival.refused': refused,
}

function received(input: Arrived): NewEvent[] {
  const { facts, missing, warnings } = input.data as OrderArrival
  const from = fromSender(input)
  const events: NewEvent[] = [{ type: 'order.received', data: facts, ...from }]
  if (missing.length > 0) events.push(referenceHold(missing, input.source))
  const [total] = warnings.filter(({ code }) => code === 'XD_DOCUMENTS_TOTAL_DIFFERS')
  if (total) events.push({ type: 'order.held', data: { hold: 'price', reason: total.detail } })
  return events
}

function referenceHold(missing: readonly MissingReference[], from: string): NewEvent {
  const lines = missing.flatMap(({ line }) => (line === undefined ? [] : [line]))
  const reason = missing.map((reference) => reference.reason).join('; ')
  const references = missing.map(({ kind, value }) => ({ kind, value }))
  const data = { hold: 'reference', reason, missing: references, from, ...(lines.length > 0 ? { lines } : {}) } as const
  return { type: 'order.held', data }
}

function cancellation(input: Arrived, facts: OrderFacts | undefined): NewEvent[] {
  const { by, reason, lines, customerLines } = input.data as OrderCommand & DocumentWish
  const wished = customerLines ? ownLines(customerLines, facts) : lines
  if (wished?.length === 0) return [stranger(input)]
  const asked = wished ? { lines: wished.map((line) => ({ item: itemOf(line.line, facts), ...line })) } : {}
  return [{ type: 'order.cancellation_requested', data: { by, reason, ...asked }, ...fromSender(input) }]
}

function change(input: Arrived, facts: OrderFacts | undefined): NewEvent[] {
  const { by, reason, lines = [], customerLines } = input.data as OrderCommand & DocumentWish
  const wished = customerLines ? ownLines(customerLines, facts) : lines
  if (wished.length < (customerLines?.length ?? 0)) return [stranger(input)]
  const asked = wished.map(({ line, quantity }) => ({ line, quantity }))
  return [{ type: 'order.change_requested', data: { by, reason, lines: asked }, ...fromSender(input) }]
}

/** Lines by our number for those that a document names by the customer's. */
function ownLines(
  customerLines: NonNullable<DocumentWish['customerLines']>,
  facts: OrderFacts | undefined,
): { line: string; quantity: number }[] {
  return customerLines.flatMap(({ customerLine, quantity }) => {
    const line = facts?.lines.find((one) => one.customerLine === customerLine)?.line
    return line === undefined ? [] : [{ line, quantity }]
  })
}

const itemOf = (line: string, facts: OrderFacts | undefined): string =>
  facts?.lines.find((one) => one.line === line)?.item ?? ''

/** A change may not add a line: that is another order, and a person's to answer. */
function stranger(input: Arrived): NewEvent {
  const { code, message: reason } = caseErrors.LINE_UNKNOWN()
  return refusal(input, { report: 'purchase-order', code, reason, detail: input.data })
}

function conflict(input: Arrived): NewEvent[] {
  const { code, reason, customerOrder: key } = input.data as { code: string; reason: string; customerOrder: string }
  return [refusal(input, { report: 'purchase-order', code, reason, detail: { key } })]
}

function refused(input: Arrived): NewEvent[] {
  return [refusal(input, input.data as Refusal)]
}

function refusal(input: Arrived, told: Refusal): NewEvent {
  return { type: 'report.refused', data: refusedData(told, input.source), ...fromSender(input) }
}

function fromSender(input: Arrived): { source: string; occurredAt: number; receipt?: string } {
  const { source, occurredAt, receipt } = input
  return { source, occurredAt, ...(receipt === undefined ? {} : { receipt }) }
}
