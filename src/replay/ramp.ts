/** How fast a replay goes: one, ten, a hundred, then as many as may be under way; and when it stops by itself. */
import { BAD, type ItemOutcome } from './outcome.ts'

/** Items of the first steps; each step waits for all its outcomes. */
export const STEPS: readonly number[] = [1, 10, 100]
/** Most items under way once the steps are behind it. */
export const WINDOW = 1_000

/** How a replay stands since it was started or resumed. */
export interface Pace {
  /** Steps that are behind it. */
  readonly step: number
  /** Items sent in this step, and those of them whose outcome is not known yet. */
  readonly sent: number
  readonly underWay: number
}

/** How many more may be sent now; a step is over when all of it is sent and nothing is under way. */
export function room({ step, sent, underWay }: Pace): { readonly send: number; readonly over: boolean } {
  const size = STEPS[step]
  if (size === undefined) return { send: Math.max(0, WINDOW - underWay), over: false }
  return { send: Math.max(0, size - sent), over: sent >= size && underWay === 0 }
}

/** When a replay pauses by itself. */
export interface StopRule {
  /** More than this share of outcomes, in per cent, refused, parked or in doubt. */
  readonly percent: number
}

/**
 * Why a replay stops; undefined while it may go on. Anything that is not what was frozen stops it at once.
 *
 * @example
 * mustStop({ refused: 1, 'took effect': 9 }, { percent: 5 }) // '1 of 10 failed (refused 1), more than 5 %'
 */
export function mustStop(outcomes: Partial<Record<ItemOutcome, number>>, { percent }: StopRule): string | undefined {
  const changed = outcomes.changed ?? 0
  if (changed > 0) return `${changed} would be sent with other content than was frozen`
  const all = Object.entries(outcomes) as [ItemOutcome, number][]
  const bad = all.filter(([outcome, count]) => BAD.has(outcome) && count > 0)
  const failed = bad.reduce((sum, [, count]) => sum + count, 0)
  const total = all.reduce((sum, [, count]) => sum + count, 0)
  if (failed === 0 || failed * 100 <= total * percent) return undefined
  return `${failed} of ${total} failed (${bad.map(([outcome, count]) => `${outcome} ${count}`).join(', ')}), more than ${percent} %`
}
