/** What a warehouse (or the owner of a policy) says about stock, judged against the book. */

import { microsText } from '../base/quantity.ts'
import type { DecideContext, Decision, NewEvent, Report } from '../journal/contract.ts'
import type { EventData, EventType, StockStatus } from '../lifecycle/events.ts'
import { onHandIn, type Position } from './position.ts'
import type { InventoryOptions } from './stock.ts'
import { positionKey, stockKeyParts } from './stock-key.ts'

const KNOWN: ReadonlySet<EventType> = new Set([
  'inventory.counted',
  'inventory.received',
  'inventory.adjusted',
  'inventory.status_changed',
  'inventory.policy_set',
])

/**
 * Decides a report about stock: a fact, or refused with a plain reason. Movements that would leave less than nothing
 * are refused whole. The first count of an item is its opening stock; later ones only compare.
 */
export function judgeReport(report: Report, context: DecideContext, options: InventoryOptions): Decision | undefined {
  if (!KNOWN.has(report.type)) return undefined
  const { facility } = stockKeyParts(report.subject)
  if (options.mayReport && !options.mayReport(report.type, report.source, facility, report.occurredAt)) {
    return refused(report, 'AUTHORITY', `${report.source} does not own the stock of ${facility}`)
  }
  const position = (item: string) => context.state<Position>(positionKey(report.subject, item))
  if (report.type === 'inventory.counted') return count(report as Report<'inventory.counted'>, position)
  const impossible = belowZero(report, position)
  return impossible ? refused(report, 'INVARIANT', impossible) : { events: [fact(report, report.data)] }
}

type PositionOf = (item: string) => Position

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

/** The first bucket that this report would take below zero, in words. */
function belowZero(report: Report, position: PositionOf): string | undefined {
  const left = new Map<string, number>()
  for (const { item, status, change } of changesOf(report)) {
    const key = `${status} ${item}`
    const after = (left.get(key) ?? onHandIn(position(item), status)) + change
    if (after < 0) {
      return `${microsText(-change)} of ${item} cannot leave ${status}: only ${microsText(after - change)} are there`
    }
    left.set(key, after)
  }
  return undefined
}

interface Change {
  readonly item: string
  readonly status: StockStatus
  readonly change: number
}

function changesOf(report: Report): Change[] {
  if (report.type === 'inventory.adjusted') {
    const { lines } = report.data as EventData['inventory.adjusted']
    return lines.map(({ item, status, delta }) => ({ item, status, change: delta }))
  }
  if (report.type !== 'inventory.status_changed') return []
  const { lines } = report.data as EventData['inventory.status_changed']
  return lines.flatMap(({ item, from: before, to, quantity }) => [
    { item, status: before, change: -quantity },
    { item, status: to, change: quantity },
  ])
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
