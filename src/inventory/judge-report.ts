/** What a warehouse (or the owner of a policy) says about stock, judged against the book. */
import type { DecideContext, Decision, NewEvent, NewTimer, Report } from '../journal/contract.ts'
import type { EventType } from '../lifecycle/events.ts'
import { belowZero } from './below-zero.ts'
import { keepEarly } from './early.ts'
import { onHandIn, type Position } from './position.ts'
import type { InventoryOptions } from './stock.ts'
import { positionKey, stockKeyParts } from './stock-key.ts'

/** How long a movement waits when nothing else is configured. */
const MINUTE_MS = 60_000

const KNOWN: ReadonlySet<EventType> = new Set([
  'inventory.counted',
  'inventory.received',
  'inventory.adjusted',
  'inventory.status_changed',
  'inventory.policy_set',
])

/**
 * Decides a report about stock: a fact, early, or refused with a plain reason. A movement that would leave less than
 * nothing of an item waits for what must have come before it. The first count of an item is its opening stock; later ones only compare.
 */
export function judgeReport(report: Report, context: DecideContext, options: InventoryOptions): Decision | undefined {
  if (!KNOWN.has(report.type)) return undefined
  const { facility } = stockKeyParts(report.subject)
  if (options.mayReport && !options.mayReport(report.type, report.source, facility, report.occurredAt)) {
    return refused(report, 'AUTHORITY', `${report.source} does not own the stock of ${facility}`)
  }
  const position = (item: string) => context.state<Position>(positionKey(report.subject, item))
  if (report.type === 'inventory.counted') return count(report as Report<'inventory.counted'>, position)
  if (report.type === 'inventory.adjusted' || report.type === 'inventory.status_changed') {
    return move(report as Movement, position, context, options.patienceMs ?? MINUTE_MS)
  }
  return { events: [fact(report, report.data)] }
}

type PositionOf = (item: string) => Position
type Movement = Report<'inventory.adjusted'> | Report<'inventory.status_changed'>
type MovedLine = Movement['data']['lines'][number]

function count(report: Report<'inventory.counted'>, position: PositionOf): Decision | undefined {
  const { facility, lines } = report.data
  const opening = lines.filter((line) => !position(line.item).opened)
  const differing = lines.filter(
    (line) => position(line.item).opened && onHandIn(position(line.item), line.status) !== line.quantity,
  )
  const events: NewEvent[] = []
  if (opening.length > 0) events.push(fact(report, { facility, lines: opening }))
  if (differing.length > 0) {
    const found = differing.map(({ item, status, quantity }) => ({
      item,
      status,
      book: onHandIn(position(item), status),
      reported: quantity,
    }))
    events.push({
      ...from(report),
      type: 'inventory.discrepancy_detected',
      data: { facility, reason: 'counted', lines: found },
    })
  }
  return events.length > 0 ? { events } : undefined
}

/**
 * A movement becomes fact item by item. What would leave less than nothing of its item is early: the report that put it
 * there may still come.
 */
function move(report: Movement, position: PositionOf, context: DecideContext, patienceMs: number): Decision {
  if (belowZero(report.type, report.data, position) === undefined) return { events: [fact(report, report.data)] }
  const possible: MovedLine[] = []
  const events: NewEvent[] = []
  const timers: NewTimer[] = []
  for (const [item, lines] of Map.groupBy<string, MovedLine>(report.data.lines, (line) => line.item)) {
    const part = { ...report.data, lines }
    if (belowZero(report.type, part, position) === undefined) {
      possible.push(...lines)
      continue
    }
    const kept = keepEarly({ ...report, data: part } as Report, item, position(item), context, patienceMs)
    events.push(kept.event)
    timers.push(...kept.timers)
  }
  if (possible.length > 0) events.unshift(fact(report, { ...report.data, lines: possible }))
  return { events, timers }
}

function fact(report: Report, data: unknown): NewEvent {
  return { ...from(report), type: report.type, data } as NewEvent
}

function from({ source, sequence, occurredAt, receipt }: Report) {
  return { source, sequence, occurredAt, receipt }
}

function refused(report: Report, code: string, reason: string): Decision {
  const data = { report: report.type, code, reason, from: report.source, data: report.data }
  return { events: [{ ...from(report), type: 'report.refused', data }] }
}
