/** The search for stock: try, learn from refusals, try again, and put the rest on backorder. */

import { durationMs } from '../../base/duration.ts'
import { micros } from '../../base/quantity.ts'
import type { Decision, Input, JournalEvent, NewEvent } from '../../journal/contract.ts'
import { CROSSDOCK, who } from '../../lifecycle/authority.ts'
import type { EventData, LineQuantity } from '../../lifecycle/events.ts'
import { allocated, backordered, wanted } from '../../lifecycle/order-line.ts'
import { lineOf, type OrderState, releaseLineOf, releaseOf } from '../../lifecycle/order-state.ts'
import { dateOf, shipDay } from './calendar.ts'
import type { Moment } from './moment.ts'
import { request } from './requests.ts'
import { nextPlan, type Part, type Plan } from './sourcing.ts'
import { type Purpose, SHORT } from './state.ts'
import { inBase, type ToldLine } from './told.ts'

const MOST_TRIES = 6

/** Begins the search for everything the order still needs; where another system sources, it is asked instead. */
export function startSearch(moment: Moment, purpose: Purpose): Decision | undefined {
  const wants = uncovered(moment.order)
  if (wants.length === 0) return undefined
  const owner = sourcer(moment)
  if (owner !== CROSSDOCK) return askElsewhere(moment, owner, purpose, wants)
  if (facilitiesFor(moment).length === 0) return noWayInTime(moment)
  return nextTry(moment, purpose, wants, 1)
}

/** The system that sources is asked; one question at a time, each under a key of its own. */
export function askElsewhere(
  moment: Moment,
  owner: string,
  purpose: Purpose,
  wants: readonly LineQuantity[],
): Decision | undefined {
  const { sourceAsks, awaitsSource } = moment.state
  if (awaitsSource) return undefined
  const key = sourceAsks === 0 ? moment.orderId : `${moment.orderId}/${sourceAsks + 1}`
  return { requests: [request(moment, owner, 'order.source', key, { lines: wants, purpose })] }
}

/** Who decides where orders ship from. */
export function sourcer(moment: Moment): string {
  return who(moment.options.authority, 'order.sourced', undefined, moment.now)[0] ?? CROSSDOCK
}

/** What no reservation and no release stands for. */
export function uncovered(order: OrderState): LineQuantity[] {
  const wants: LineQuantity[] = []
  for (const line of order.lines) {
    const quantity = backordered(line)
    if (quantity > 0 && line.item !== undefined) wants.push({ line: line.line, item: line.item, quantity })
  }
  return wants
}

/** Facilities that can serve the order: they have not refused it, ship with its carrier, and make its window. */
function facilitiesFor(moment: Moment, without?: string): string[] {
  const { facts, plant, state, now } = moment
  return plant.facilities.filter((facility) => {
    const warehouse = plant.warehouses.get(facility)
    if (!warehouse || facility === without || state.avoid.includes(facility)) return false
    const scac = facts.carrier?.scac
    if (scac !== undefined && warehouse.carriers && !warehouse.carriers.includes(scac)) return false
    return shipDay(warehouse, facts, now) !== undefined
  })
}

function noWayInTime(moment: Moment): Decision | undefined {
  if (moment.order.holds.includes('manual')) return undefined
  const until = moment.facts.shipNotAfter
  const reason = until ? `no warehouse can ship it by ${until}` : 'no warehouse can ship it'
  if (moment.order.accepted) return backorder(moment, uncovered(moment.order), reason)
  return { events: [{ type: 'order.held', data: { hold: 'manual', reason } }] }
}

/** The n-th try of a search. */
export function nextTry(
  moment: Moment,
  purpose: Purpose,
  wants: readonly LineQuantity[],
  tried: number,
  without?: string,
): Decision | undefined {
  const { facts, state, options } = moment
  const most = options.sourcing?.attempts ?? MOST_TRIES
  const whole = purpose === 'short' || purpose === 'substitution'
  const plan: Plan =
    tried > most
      ? { parts: [], rest: wants }
      : nextPlan({
          wants,
          facilities: facilitiesFor(moment, without),
          known: tried === 1 ? {} : state.known,
          split: options.sourcing?.split !== false,
          partial: !whole && !facts.shipComplete,
          step: (line) => orderingUnit(moment, line),
        })
  if (plan.parts.length === 0) return undefined
  const { parts } = plan
  const { soldTo: customer, channel } = facts
  const data = { attempt: state.attempt + 1, by: CROSSDOCK, purpose, tried, customer, channel, parts }
  return { events: [{ type: 'order.sourced', data, source: CROSSDOCK }] }
}

/** One ordering unit in millionths of the base unit; 0 when it is not a whole number of them. */
function orderingUnit(moment: Moment, line: string): number {
  const factor = moment.factsOf(line)?.factor
  if (!factor) return 0
  const unit = ((micros('1') as number) * factor[0]) / factor[1]
  return Number.isSafeInteger(unit) ? unit : 0
}

/** Stock said yes. A yes to a question nobody asks any more is given back at once. */
export function reserved(moment: Moment, event: JournalEvent): Decision | undefined {
  const { attempt, facility, lines } = event.data as EventData['inventory.reserved']
  const { state, order } = moment
  const part = attempt === state.attempt ? state.parts.find((one) => one.facility === facility) : undefined
  if (part?.answer === 'reserved') return undefined
  if (sourcer(moment) !== CROSSDOCK) return undefined // whoever sources has promised it; stock only writes it down
  const failed = state.parts.some((one) => one.answer === 'refused')
  if (!part || failed || order.over || order.rejected) {
    const data = { facility, lines, reason: 'the order is looked for elsewhere', attempt }
    return { events: [{ type: 'order.reservation_freed', data, source: CROSSDOCK }] }
  }
  return {
    events: [
      { type: 'order.reserved', data: { attempt, facility, lines }, source: CROSSDOCK },
      ...excess(moment, facility, lines),
    ],
  }
}

/** What was cancelled while stock was asked for goes back. */
function excess(moment: Moment, facility: string, lines: readonly LineQuantity[]): NewEvent[] {
  const back: LineQuantity[] = []
  for (const part of lines) {
    const line = lineOf(moment.order, part.line)
    if (!line) continue
    const room = wanted(line) - line.shipped - line.reserved - allocated(line)
    if (part.quantity > room) back.push({ ...part, quantity: part.quantity - Math.max(0, room) })
  }
  return back.length > 0 ? (free(facility, back, 'cancelled meanwhile').events as NewEvent[]) : []
}

/** Stock said no, and what it has. */
export function refusedByStock(moment: Moment, event: JournalEvent): Decision | undefined {
  const { attempt, facility, missing } = event.data as EventData['inventory.reservation_refused']
  const { state, order } = moment
  const part = attempt === state.attempt ? state.parts.find((one) => one.facility === facility) : undefined
  if (part?.answer !== 'open' || order.over || order.rejected) return undefined
  return {
    events: [{ type: 'order.reservation_refused', data: { attempt, facility, missing }, source: CROSSDOCK }],
  }
}

/**
 * A part was refused: the others are given back, and the next plan is tried. After the last one what is reserved stays,
 * where less than everything is welcome.
 */
export function tryAgain(moment: Moment, fallback: (moment: Moment) => Decision | undefined): Decision | undefined {
  const { state } = moment
  const freed: NewEvent[] = []
  for (const part of state.parts) {
    if (part.answer !== 'reserved') continue
    freed.push(...(free(part.facility, part.lines, 'another part of the plan was refused').events as NewEvent[]))
  }
  const without = state.purpose === 'short' ? state.shorts[0]?.facility : undefined
  const next = nextTry(moment, state.purpose, searched(moment), state.tried + 1, without)
  if (!next && takesLess(moment)) return fallback(moment)
  const after = next ?? fallback(moment.after(freed))
  return { ...after, events: [...freed, ...(after?.events ?? [])] }
}

function takesLess({ state, facts }: Moment): boolean {
  return (state.purpose === 'order' || state.purpose === 'backorder') && !facts.shipComplete
}

/** What the running search is for: the parts of its plan, and for a whole order everything not covered. */
function searched(moment: Moment): LineQuantity[] {
  const { state, order } = moment
  if (state.purpose === 'order' || state.purpose === 'backorder') return withReserved(moment)
  const wants: LineQuantity[] = []
  for (const part of state.parts) {
    for (const want of part.lines) {
      const known = wants.findIndex((one) => one.line === want.line)
      const before = wants[known]
      if (before) wants[known] = { ...before, quantity: before.quantity + want.quantity }
      else wants.push(want)
    }
  }
  return wants.filter((want) => order.over === false && want.quantity > 0)
}

/** Everything uncovered, counting what this very attempt reserved and is about to give back. */
function withReserved(moment: Moment): LineQuantity[] {
  const given = new Map<string, number>()
  for (const part of moment.state.parts) {
    if (part.answer !== 'reserved') continue
    for (const { line, quantity } of part.lines) given.set(line, (given.get(line) ?? 0) + quantity)
  }
  const wants: LineQuantity[] = []
  for (const line of moment.order.lines) {
    const quantity = Math.min(backordered(line) + (given.get(line.line) ?? 0), wanted(line))
    if (quantity > 0 && line.item !== undefined) wants.push({ line: line.line, item: line.item, quantity })
  }
  return wants
}

/** Reserved stock goes back to the facility it is kept at. */
export function free(facility: string, lines: readonly LineQuantity[], reason: string): Decision {
  return { events: [{ type: 'order.reservation_freed', data: { facility, lines, reason }, source: CROSSDOCK }] }
}

/**
 * Nothing more can be had now. Customers who take no backorders get what there is and the rest cancelled; the others
 * wait, and stock is looked for again.
 */
export function backorder(moment: Moment, rest: readonly LineQuantity[], reason: string): Decision {
  if (!moment.facts.backorders) {
    const data = { lines: rest, reason: `${reason}; the customer takes no backorders`, by: CROSSDOCK }
    return { events: rest.length > 0 ? [{ type: 'order.line_cancelled', data, source: CROSSDOCK }] : [] }
  }
  const timers = [{ name: 'backorder', dueAt: moment.now + backorderWait(moment) }]
  const { avoid, waiting, shorts } = moment.state
  const isNews = avoid.length > 0 || shorts.length > 0 || rest.some(({ line, quantity }) => waiting[line] !== quantity)
  if (!isNews) return { timers }
  return { events: [{ type: 'order.line_backordered', data: { lines: rest, reason }, source: CROSSDOCK }], timers }
}

/** How long stock is left alone before it is asked again: doubling from the first wait to the longest. */
export function backorderWait(moment: Moment): number {
  const { first = '15m', longest = '1d' } = moment.options.backorders ?? {}
  const wait = durationMs(first) * 2 ** Math.min(moment.state.backorderTries, 20)
  return Math.min(wait, durationMs(longest))
}

/** The promise: what is reserved is accepted with its day, the rest as backordered. */
export function accept(moment: Moment): NewEvent {
  const { order, now, facts } = moment
  const dates = new Map<string, string | undefined>()
  const shipDate = (facility: string): string | undefined => {
    if (dates.has(facility)) return dates.get(facility)
    const warehouse = moment.warehouse(facility)
    const day = warehouse && shipDay(warehouse, facts, now)
    const date = day === undefined ? undefined : dateOf(day)
    dates.set(facility, date)
    return date
  }
  const lines: { line: string; quantity: number; backordered: number; facility?: string; shipDate?: string }[] = []
  for (const line of order.lines) {
    const kept = wanted(line)
    if (kept <= 0) continue
    const facility = order.reservations.find((one) => one.line === line.line)?.facility
    const date = facility === undefined ? undefined : shipDate(facility)
    const missing = Math.min(backordered(line), kept)
    lines.push({ line: line.line, quantity: kept - missing, backordered: missing, facility, shipDate: date })
  }
  return { type: 'order.accepted', data: { lines }, source: sourcer(moment) }
}

/**
 * Where an OMS or the ERP sources: its answer is the plan, and the promise of the stock in it. Without any stock it is
 * as `nothing` says.
 */
export function sourcedElsewhere(
  moment: Moment,
  input: Input & { kind: 'answer' },
  nothing: (moment: Moment, reason: string) => Decision | undefined,
): Decision | undefined {
  const { outcome, request: asked } = input
  const { order, state } = moment
  if (order.rejected || order.over) return undefined
  if (outcome.result === 'refused') {
    const reason = `${asked.target} will not source it: ${outcome.reason}`
    return { events: [{ type: 'order.held', data: { hold: 'manual', reason } }] }
  }
  if (outcome.result !== 'done') return undefined
  const attempt = state.attempt + 1
  const source = asked.target
  const purpose = asked.args['purpose'] as Purpose | undefined
  const parts = partsTold(moment, outcome.answer ?? {})
  const events: NewEvent[] = [{ type: 'order.sourced', data: { attempt, by: source, purpose, parts }, source }]
  for (const { facility, lines } of parts) {
    events.push({ type: 'order.reserved', data: { attempt, facility, lines }, source })
  }
  if (parts.length > 0) return { events }
  const [short] = state.shorts
  const isRemedied = state.shorts.length > 1 || uncovered(order).length === 0
  if (short && isRemedied && isPromise(outcome.answer)) {
    // It is on the floor already: this short has had its remedy, and the next one is looked at.
    const data = { lines: [], reason: `${SHORT}${short.facility}`, by: CROSSDOCK }
    return { events: [...events, { type: 'order.line_cancelled', data, source: CROSSDOCK }] }
  }
  const none = nothing(moment, `${source} has no stock`)
  return { ...none, events: [...events, ...(none?.events ?? [])] }
}

const isPromise = (answer: Record<string, unknown> | undefined): boolean =>
  ((answer?.['parts'] ?? []) as readonly unknown[]).length > 0

/** What the answer gives us; what was cancelled meanwhile is not taken. */
function partsTold(moment: Moment, answer: Record<string, unknown>): Part[] {
  const told = (answer['parts'] ?? []) as readonly { facility: string; lines: ToldLine[] }[]
  return told
    .map(({ facility, lines }) => ({
      facility,
      whole: told.length === 1,
      lines: lines.flatMap((line) => asLine(moment, line)),
    }))
    .filter((part) => part.lines.length > 0)
}

function asLine(moment: Moment, told: ToldLine): LineQuantity[] {
  const line = lineOf(moment.order, told.line)
  if (line?.item === undefined) return []
  const quantity = Math.min(inBase(moment, told) - onFloorAhead(moment, told.line), backordered(line))
  return quantity > 0 ? [{ line: line.line, item: line.item, quantity }] : []
}

/** What of a line the system that sources had a warehouse take before it answered. */
function onFloorAhead({ order, state }: Moment, line: string): number {
  let sum = 0
  for (const name of state.releasedAhead) {
    const release = releaseOf(order, name)
    if (release?.status === 'accepted') sum += releaseLineOf(release, line)?.quantity ?? 0
  }
  return sum
}
