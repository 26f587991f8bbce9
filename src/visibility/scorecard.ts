/** How well a partner got what it expects, and gave what it owes: from counts of the clocks that were kept and missed. */
import { decimal, decimalText, multiply, rounded } from '../base/decimal.ts'
import { type Money, minorUnits } from '../base/money.ts'
import type { JournalEvent } from '../journal/contract.ts'
import type { EventData } from '../lifecycle/events.ts'
import { partsOf } from '../lifecycle/subject.ts'
import { hourOf, type KpiCount } from './kpis.ts'

/** What became of a clock. `missed` counts the moment its time was up; `late` the document that came after it. */
export type ClockWord = 'kept' | 'late' | 'missed'

/** Whose documents clocks are about: ours, which the partner expects, or its own, which it owes us. */
export type ClockOf = 'ours' | 'theirs'

const SEPARATOR = ' '

function nameOf(word: ClockWord, document: string, partner: string, after: string | undefined): string {
  return (after === undefined ? ['clock', word, document, partner] : ['owed', word, document, after, partner]).join(
    SEPARATOR,
  )
}

/** The clocks of some events, added up by partner, document and hour. */
export function clockCounts(noted: readonly JournalEvent[]): KpiCount[] {
  const counts = new Map<string, KpiCount>()
  for (const event of noted) {
    const word = wordOf(event)
    if (word === undefined) continue
    const { tenant } = partsOf(event.subject)
    const { partner, document, after } = event.data as EventData['deadline.kept']
    const name = nameOf(word, document, partner, after)
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
  whose: ClockOf = 'ours',
): ExpectationScore[] {
  const total = (word: ClockWord, { document, after }: Expected): number => {
    const name = nameOf(word, document, partner, whose === 'ours' ? undefined : after)
    return counts.reduce((sum, one) => (one.name === name ? sum + one.count : sum), 0)
  }
  return expected.map((one) => {
    const inTime = total('kept', one)
    const late = total('late', one)
    const overdue = Math.max(0, total('missed', one) - late)
    const all = inTime + late + overdue
    const risk = one.penalty ? { atRisk: times(one.penalty, late + overdue) } : {}
    return { ...one, inTime, late, overdue, share: all === 0 ? null : inTime / all, ...risk }
  })
}

function times({ amount, currency }: Money, count: number): Money {
  const product = multiply(decimal(amount), { units: BigInt(count), scale: 0 })
  return { amount: decimalText(rounded(product, minorUnits(currency))), currency }
}
