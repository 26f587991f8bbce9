/**
 * Movements that came before what must come before them: a count that clears up a short pick may overtake the short,
 * which is told about its order and may wait there for an earlier report. They wait with the position of their item,
 * are judged again whenever something is recorded about it, and are refused when their time is over.
 */
import type { DecideContext, Decision, JournalEvent, NewEvent, NewTimer, Report } from '../journal/contract.ts'
import type { EventData, EventType } from '../lifecycle/events.ts'
import { belowZero } from './below-zero.ts'
import type { Position } from './position.ts'
import { positionKey } from './stock-key.ts'

/** A movement of one item that waits. */
export interface EarlyMovement {
  /** Position of its `report.early` in the facility's lane. */
  readonly at: number
  readonly report: EventType
  readonly from: string
  readonly sequence?: number
  readonly occurredAt: number
  readonly receipt?: string
  readonly deadline: number
  readonly data: EventData['inventory.adjusted'] | EventData['inventory.status_changed']
}

/** After these a movement that waits may have become possible. */
const WAKING: ReadonlySet<EventType> = new Set([
  'inventory.counted',
  'inventory.received',
  'inventory.adjusted',
  'inventory.status_changed',
  'inventory.shorted',
])

/** Whether movements that wait are judged again after this event. */
export const wakesEarly = (event: JournalEvent): boolean => WAKING.has(event.type)

const TIMER = 'early/'
const timerOf = (item: string) => `${TIMER}${item}`

/** The item whose waiting movements a timer is about. */
export const itemOfTimer = (name: string): string => name.slice(TIMER.length)

/** Takes a movement of one item in as early, until `patienceMs` from now. */
export function keepEarly(
  report: Report,
  item: string,
  position: Position,
  context: DecideContext,
  patienceMs: number,
): { readonly event: NewEvent; readonly timers: readonly NewTimer[] } {
  const deadline = context.now + patienceMs
  const { type, source, sequence, occurredAt, receipt, data } = report
  const event: NewEvent = {
    type: 'report.early',
    data: { report: type, waitsFor: `stock of ${item}`, deadline, data, from: source, sequence, occurredAt },
    source,
    sequence,
    occurredAt,
    receipt,
  }
  const isFirst = !position.early
  return { event, timers: isFirst ? [{ name: timerOf(item), dueAt: deadline }] : [] }
}

/** What became possible with this event becomes fact, oldest first. */
export function judgeEarlyAgain(event: JournalEvent, context: DecideContext): Decision | undefined {
  const { lines } = event.data as { readonly lines: readonly { readonly item: string }[] }
  const events: NewEvent[] = []
  const timers: NewTimer[] = []
  for (const item of new Set(lines.map((line) => line.item))) {
    const position = context.state<Position>(positionKey(event.subject, item))
    if (!position.early) continue
    const possible = position.early.find((early) => belowZero(early.report, early.data, () => position) === undefined)
    if (!possible) continue
    // One at a time: the fact wakes the others, which are then judged against what it left.
    events.push(factOf(possible))
    if (position.early.length === 1) timers.push({ name: timerOf(item), dueAt: null })
  }
  return events.length > 0 ? { events, timers } : undefined
}

/** The time of some is over: they are refused, in the words of what is missing still. */
export function giveUpEarly(position: Position, name: string, now: number): Decision | undefined {
  const waiting = position.early ?? []
  const over = waiting.filter((early) => early.deadline <= now)
  const next = waiting.find((early) => early.deadline > now)
  const timers: NewTimer[] = next ? [{ name, dueAt: next.deadline }] : []
  return { events: over.map((early) => refusedOf(early, position)), timers }
}

function factOf(early: EarlyMovement): NewEvent {
  return { ...toldBy(early), type: early.report, data: { ...early.data, waited: early.at } } as NewEvent
}

function refusedOf(early: EarlyMovement, position: Position): NewEvent {
  const reason = belowZero(early.report, early.data, () => position) ?? 'what had to come before it never came'
  const { report, from, data, at } = early
  return {
    ...toldBy(early),
    type: 'report.refused',
    data: { report, code: 'INVARIANT', reason, from, data, waited: at },
  }
}

function toldBy({ from, sequence, occurredAt, receipt }: EarlyMovement) {
  return { source: from, sequence, occurredAt, receipt }
}

/** Folds that a movement began to wait, or waits no more. Answers whether it did. */
export function foldEarly(position: Position, event: JournalEvent): boolean {
  if (event.type === 'report.early') {
    const { report, from, sequence, occurredAt, deadline, data } = event.data as EventData['report.early']
    const early = {
      at: event.position,
      report: report as EventType,
      from,
      sequence,
      occurredAt,
      receipt: event.receipt,
      deadline,
      data: data as EarlyMovement['data'],
    }
    position.early = [...(position.early ?? []), early]
    return true
  }
  const { waited } = event.data as { readonly waited?: number }
  if (waited === undefined) return false
  const left = position.early?.filter((early) => early.at !== waited) ?? []
  position.early = left.length > 0 ? left : undefined
  return true
}
