import type { DecideContext, Decision, Input, JournalEvent, NewEvent, Room } from '../journal/contract.ts'
import type { EventData, OrderFacts } from '../lifecycle/events.ts'
import { type OrderFactsState, orderFacts } from '../lifecycle/order-facts.ts'
import { caseErrors } from './errors.ts'
import type { MissingReference } from './order-facts.ts'
import type { DocumentWish, OrderArrival } from './order-part.ts'
import type { Refusal } from './quarantine.ts'
import { corrected, endsWait, isReferenceHold, referenceWaitTable } from './references.ts'
import type { OrderCommand } from './report-types.ts'

/** An order as long as it waits for master data. Once it does not, nothing of it is kept here. */
export interface ReferenceWait {
  facts: OrderFacts | undefined
  waits: boolean
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
    initial: () => ({ facts: undefined, waits: false }),
    load: (_subject, [body]) => ({ facts: JSON.parse(String(body)) as OrderFacts, waits: true }),
    save: ({ facts, waits }) => (waits && facts ? [JSON.stringify(facts)] : null),
    fold: foldWait,
    decide: (_state, input, context) => (input.kind === 'arrival' ? decideArrival(input, context) : undefined),
  }
}

function foldWait(state: ReferenceWait, event: JournalEvent): boolean {
  if (event.type === 'order.received') {
    state.facts = event.data as OrderFacts
    return false // nothing to keep unless it is held
  }
  if (isReferenceHold(event)) {
    state.waits = state.facts !== undefined
    return state.waits
  }
  if (!state.waits) {
    state.facts = undefined
    return false
  }
  if (event.type === 'order.corrected' && state.facts) {
    state.facts = corrected(state.facts, event.data as EventData['order.corrected'])
    return true
  }
  if (!endsWait(event)) return false
  state.waits = false
  return true
}

function decideArrival(input: Arrived, context: DecideContext): Decision | undefined {
  const answer = ARRIVALS[input.type]
  if (!answer) return undefined
  const needsFacts = input.type === 'order.cancel' || input.type === 'order.change'
  const facts = needsFacts ? context.peer<OrderFactsState>(orderFacts.name).facts : undefined
  if (needsFacts && !facts) return earlyWish(input, context)
  return { events: answer(input, facts) }
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
  'order.conflict': conflict,
  'arrival.refused': refused,
}

function received(input: Arrived): NewEvent[] {
  const { facts, missing, warnings } = input.data as OrderArrival
  const from = fromSender(input)
  const events: NewEvent[] = [{ type: 'order.received', data: facts, ...from }]
  if (missing.length > 0) events.push(referenceHold(missing))
  const [total] = warnings.filter(({ code }) => code === 'XD_DOCUMENTS_TOTAL_DIFFERS')
  if (total) events.push({ type: 'order.held', data: { hold: 'price', reason: total.detail } })
  return events
}

function referenceHold(missing: readonly MissingReference[]): NewEvent {
  const lines = missing.flatMap(({ line }) => (line === undefined ? [] : [line]))
  const reason = missing.map((reference) => reference.reason).join('; ')
  return { type: 'order.held', data: { hold: 'reference', reason, ...(lines.length > 0 ? { lines } : {}) } }
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
  const { code, reason } = input.data as { code: string; reason: string }
  return [refusal(input, { report: 'purchase-order', code, reason })]
}

function refused(input: Arrived): NewEvent[] {
  return [refusal(input, input.data as Refusal)]
}

function refusal(input: Arrived, { report, code, reason, detail }: Refusal): NewEvent {
  const data = { report, code, reason, from: input.source, data: detail ?? null }
  return { type: 'report.refused', data, ...fromSender(input) }
}

function fromSender(input: Arrived): { source: string; occurredAt: number; receipt?: string } {
  const { source, occurredAt, receipt } = input
  return { source, occurredAt, ...(receipt === undefined ? {} : { receipt }) }
}
