/** Cancellations and changes: what is not at a warehouse yet at once; the rest only when the warehouse gives it back. */
import { placeKey } from '../../base/ids.ts'
import type { Decision, Input, JournalEvent, NewEvent, NewRequest } from '../../journal/contract.ts'
import { CROSSDOCK, mayMove } from '../../lifecycle/authority.ts'
import type { EventData, LineQuantity } from '../../lifecycle/events.ts'
import { allocated, type OrderLine, open, wanted } from '../../lifecycle/order-line.ts'
import { lineOf, type OrderState, releaseLineOf, releaseOf } from '../../lifecycle/order-state.ts'
import { type Release, toPick } from '../../lifecycle/release.ts'
import { both } from '../define-process.ts'
import { creditCheck } from './checks.ts'
import type { Moment } from './moment.ts'
import { asLines, recall, unsent } from './releasing.ts'
import { unlessEmpty } from './requests.ts'
import { startSearch } from './search.ts'
import { isSearching } from './state.ts'
import { inBase, type ToldLine } from './told.ts'

/** How much of a line is not wanted any more. */
export interface Wish {
  readonly line: OrderLine
  readonly quantity: number
}

/** Somebody wants all of it, or some, not to happen. */
export function cancel(moment: Moment, event: JournalEvent): Decision | undefined {
  const { by, reason, lines } = event.data as EventData['order.cancellation_requested']
  const { order } = moment
  if (order.rejected || order.over) return tooLate('the order is finished')
  return undo(moment, wishes(order, lines), { by, reason, key: `${moment.orderId}/${placeKey(event.position)}` })
}

const tooLate = (reason: string): Decision => ({ events: [{ type: 'order.cancellation_refused', data: { reason } }] })

function wishes(order: OrderState, lines: readonly Pick<LineQuantity, 'line' | 'quantity'>[] | undefined): Wish[] {
  if (!lines) return order.lines.filter((line) => open(line) > 0).map((line) => ({ line, quantity: open(line) }))
  return lines.flatMap(({ line: name, quantity }) => {
    const line = lineOf(order, name)
    return line ? [{ line, quantity: Math.min(quantity, open(line)) }] : []
  })
}

interface Why {
  readonly by: string
  readonly reason: string
  readonly key: string
}

/** Takes quantities back: unreserved first, then reserved, then by recall; what is beyond reach is refused. */
export function undo(moment: Moment, wanted: readonly Wish[], why: Why): Decision | undefined {
  const { order } = moment
  const now: LineQuantity[] = []
  const freed = new Map<string, LineQuantity[]>()
  const recalls = new Map<string, LineQuantity[]>()
  let beyond = 0
  for (const { line, quantity } of wanted) {
    const item = line.item ?? ''
    const uncovered = Math.min(quantity, uncoveredOf(moment, line))
    let left = quantity - uncovered
    let cancelled = uncovered
    for (const part of keptFor(moment, line.line)) {
      const taken = Math.min(left, part.quantity)
      if (taken <= 0) continue
      add(freed, part.facility, { line: line.line, item, quantity: taken })
      left -= taken
      cancelled += taken
    }
    if (cancelled > 0) now.push({ line: line.line, item, quantity: cancelled })
    for (const release of order.releases) {
      const row = release.status === 'refused' ? undefined : releaseLineOf(release, line.line)
      const taken = row ? Math.min(left, toPick(row) - asked(moment, release.release, line.line)) : 0
      if (taken <= 0) continue
      add(recalls, release.release, { line: line.line, item, quantity: taken })
      left -= taken
    }
    beyond += left
  }
  return asDecision(moment, { now, freed, recalls, beyond }, why)
}

function asDecision(
  moment: Moment,
  undone: {
    readonly now: readonly LineQuantity[]
    readonly freed: ReadonlyMap<string, readonly LineQuantity[]>
    readonly recalls: ReadonlyMap<string, readonly LineQuantity[]>
    readonly beyond: number
  },
  { by, reason, key }: Why,
): Decision | undefined {
  const events: NewEvent[] = []
  const requests: NewRequest[] = []
  for (const [facility, lines] of undone.freed) {
    events.push({ type: 'order.reservation_freed', data: { facility, lines, reason }, source: CROSSDOCK })
  }
  if (undone.now.length > 0) events.push({ type: 'order.line_cancelled', data: { lines: undone.now, reason, by } })
  for (const [name, lines] of undone.recalls) {
    const release = releaseOf(moment.order, name)
    if (!release) continue
    const asked = recall(moment, release, lines, reason, `${name}/recall/${key}`)
    events.push(...asked.events)
    requests.push(...asked.requests)
  }
  if (undone.beyond > 0) events.push(...(tooLate('part of it is picked, packed or on its way').events ?? []))
  return unlessEmpty({ events, requests })
}

/** Open quantity that no reservation and no release, sent or accepted, stands for. */
function uncoveredOf(moment: Moment, line: OrderLine): number {
  let sent = 0
  for (const release of moment.order.releases) {
    if (release.status === 'planned') sent += releaseLineOf(release, line.line)?.quantity ?? 0
  }
  return Math.max(0, open(line) - allocated(line) - Math.max(sent, line.reserved))
}

/** What facilities keep for a line and no release has been sent for. */
function keptFor(moment: Moment, line: string): { facility: string; quantity: number }[] {
  const kept: { facility: string; quantity: number }[] = []
  for (const reservation of moment.order.reservations) {
    if (reservation.line !== line) continue
    const free = unsent(moment, reservation.facility).find((one) => one.line === line)
    if (free) kept.push({ facility: reservation.facility, quantity: free.quantity })
  }
  return kept
}

/** What a recall under way already asks back. */
function asked(moment: Moment, release: string, line: string): number {
  let sum = 0
  for (const recall of moment.state.recalls) {
    if (recall.release !== release) continue
    for (const part of recall.lines) if (part.line === line) sum += part.quantity
  }
  return sum
}

function add(map: Map<string, LineQuantity[]>, key: string, line: LineQuantity): void {
  const lines = map.get(key) ?? []
  lines.push(line)
  map.set(key, lines)
}

/** The warehouse's answer to a recall: only what it confirms comes back. */
export function recallAnswered(moment: Moment, input: Input & { kind: 'answer' }): Decision | undefined {
  const { outcome, request: asked } = input
  const name = asked.args['release'] as string
  const lines = (asked.args['lines'] ?? []) as readonly LineQuantity[]
  const release = releaseOf(moment.order, name)
  if (!release || release.status === 'refused') return undefined
  if (!moment.state.recalls.some((one) => one.release === name)) return undefined
  const source = asked.target
  if (!mayMove(moment.options.authority, 'order.recalled', source, release.facility, moment.now)) return undefined
  const no = (reason: string): Decision => ({
    events: [{ type: 'order.recall_refused', data: { release: name, reason }, source }],
  })
  if (outcome.result === 'unknown' || outcome.result === 'later') return undefined
  const answer = (outcome.answer ?? {}) as { status?: string; reason?: string; lines?: readonly ToldLine[] }
  if (outcome.result === 'refused' || answer.status !== 'confirmed') {
    if (release.status === 'planned') return neverTaken(release, source)
    return no(outcome.result === 'refused' ? outcome.reason : (answer.reason ?? 'too late'))
  }
  const back: LineQuantity[] = []
  let missing = false
  for (const part of lines) {
    const told = answer.lines?.find((one) => one.line === part.line)
    const confirmed = answer.lines === undefined ? part.quantity : told ? inBase(moment, told) : 0
    const row = releaseLineOf(release, part.line)
    const quantity = Math.min(part.quantity, confirmed, row ? toPick(row) : 0)
    if (quantity > 0) back.push({ ...part, quantity })
    missing ||= quantity < part.quantity
  }
  if (back.length === 0) return no('nothing of it was left to pick')
  const reason = moment.state.recalls.find((one) => one.release === name)?.reason ?? 'recalled'
  const events: NewEvent[] = [
    ...acceptedBefore(moment, release, source),
    { type: 'order.recalled', data: { release: name, facility: release.facility, lines: back }, source },
    { type: 'order.line_cancelled', data: { lines: back, reason, by: source } },
  ]
  if (missing) events.push(...(tooLate('part of it was picked already').events ?? []))
  return { events }
}

/**
 * The recall went after the release, so the warehouse's answer to that is known: it put it off, and does not have it.
 * What did not happen is not undone: the release is off, and {@link giveBack} frees and cancels.
 */
function neverTaken({ release, facility }: Release, source: string): Decision {
  const reason = 'it was put off, and is not wanted any more'
  return { events: [{ type: 'order.release_refused', data: { release, facility, reason }, source }] }
}

/** Who gives a release back has had it, even where its own answer to the release was lost. */
function acceptedBefore(moment: Moment, release: Release, source: string): NewEvent[] {
  if (release.status !== 'planned') return []
  const { release: name, facility } = release
  return [{ type: 'order.released', data: { release: name, facility, lines: asLines(moment, release) }, source }]
}

/** The warehouse keeps it: whoever wanted it cancelled hears that it is too late. */
export function recallRefused(_moment: Moment, event: JournalEvent): Decision | undefined {
  return tooLate((event.data as EventData['order.recall_refused']).reason)
}

/** Less of a line is a cancellation; more is a new promise, and a new release when the old one is out. */
export function change(moment: Moment, event: JournalEvent): Decision | undefined {
  const { by, lines, reason } = event.data as EventData['order.change_requested']
  const { order } = moment
  if (order.rejected || order.over) return tooLate('the order is finished')
  const less: Wish[] = []
  const events: NewEvent[] = []
  for (const { line: name, quantity } of lines) {
    const line = lineOf(order, name)
    if (!line) continue
    const difference = quantity - wanted(line)
    if (difference < 0) less.push({ line, quantity: Math.min(-difference, open(line)) })
    if (difference > 0) {
      const data = { line: name, from: line.ordered, to: line.ordered + difference, by }
      events.push({ type: 'order.line_changed', data })
    }
  }
  const undone = undo(moment, less, { by, reason, key: `${moment.orderId}/${placeKey(event.position)}` })
  return unlessEmpty({ events: [...events, ...(undone?.events ?? [])], requests: undone?.requests })
}

/** A larger order needs credit for all of it, and stock for what is new. */
export function grown(moment: Moment, event: JournalEvent): Decision | undefined {
  const { from, to } = event.data as EventData['order.line_changed']
  const { state } = moment
  if (to <= from || state.credit === 'none') return undefined
  const requests = state.credit === 'asked' ? [] : [creditCheck(moment)]
  const search = moment.order.accepted && !isSearching(state) ? startSearch(moment, 'backorder') : undefined
  return both({ requests }, search)
}
