/** How well a partner got what it expects: from counts of the clocks that were kept and missed. */
import { decimal, decimalText, multiply, rounded } from '../base/decimal.ts'
import { type Money, minorUnits } from '../base/money.ts'
import type { JournalEvent } from '../journal/contract.ts'
import type { EventData } from '../lifecycle/events.ts'
import { partsOf } from '../lifecycle/subject.ts'
import { hourOf, type KpiCount } from './kpis.ts'

/** What became of a clock. `missed` counts the moment its time was up; `late` the document that came after it. */
export type ClockWord = 'kept' | 'late' | 'missed'

const PREFIX = 'clock'
const SEPARATOR = ' '

/** The clocks of some events, added up by partner, document and hour. */
export function clockCounts(noted: readonly JournalEvent[]): KpiCount[] {
  const counts = new Map<string, KpiCount>()
  for (const event of noted) {
    const word = wordOf(event)
    if (word === undefined) continue
    const { tenant } = partsOf(event.subject)
    const { partner, document } = event.data as EventData['deadline.kept']
    const name = [PREFIX, word, document, partner].join(SEPARATOR)
    const hour = hourOf(event.at)
    const key = `${tenant}\u0000${name}\u0000${hour}`
    counts.set(key, { tenant, name, hour, count: 1 + (counts.get(key)?.count ?? 0) })
  }
  return [...counts.values()]
}

function wordOf({ type, data }: JournalEvent): ClockWord | undefined {
  if (type === 'deadline.missed') return 'missed'
  if (type !== 'deadline.kept') return undefined
  return (data as EventData['deadline.kept']).late ? 'late' : 'kept'
}

/** One expectation of a partner, as its configuration states it. */
export interface Expected {
  readonly document: string
  readonly within: string
  readonly after: string
  readonly penalty?: Money
}

/** How one expectation was met. */
export interface ExpectationScore extends Expected {
  /** Documents that went out in time, and after it. */
  readonly inTime: number
  readonly late: number
  /** Time is up, and nothing went out yet. */
  readonly overdue: number
  /** In time of all, 0 to 1; null while there is none. */
  readonly share: number | null
  /** What the partner may deduct: the penalty for each that was late or is overdue; absent without a penalty. */
  readonly atRisk?: Money
}

/**
 * The scorecard of a partner from counts of some hours.
 *
 * @example
 * scorecard('bigbox', [{ document: 'ship-notice', within: '1h', after: 'shipment.dispatched' }], counts)
 */
export function scorecard(
  partner: string,
  expected: readonly Expected[],
  counts: readonly KpiCount[],
): ExpectationScore[] {
  const total = (word: ClockWord, document: string): number => {
    const name = [PREFIX, word, document, partner].join(SEPARATOR)
    return counts.reduce((sum, one) => (one.name === name ? sum + one.count : sum), 0)
  }
  return expected.map((one) => {
    const inTime = total('kept', one.document)
    const late = total('late', one.document)
    const overdue = Math.max(0, total('missed', one.document) - late)
    const all = inTime + late + overdue
    const risk = one.penalty ? { atRisk: times(one.penalty, late + overdue) } : {}
    return { ...one, inTime, late, overdue, share: all === 0 ? null : inTime / all, ...risk }
  })
}

function times({ amount, currency }: Money, count: number): Money {
  const product = multiply(decimal(amount), { units: BigInt(count), scale: 0 })
  return { amount: decimalText(rounded(product, minorUnits(currency))), currency }
}
