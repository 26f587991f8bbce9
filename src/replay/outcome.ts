/** What came of an item, and whether that is what was forecast. */
import type { Forecast } from './forecast.ts'

/**
 * `took effect`: the target had not had it just before, and then did it. `no second effect`: the target
 * itself said that it had it, just before or with its answer, or nothing was sent. `done`: it answered well, and whether
 * for the first time nobody can say; where the forecast was `already done` that is a difference, for it may have been a
 * second effect. `found done`: it turned out done before it was sent. `changed`: what would be sent is not what was
 * frozen, so it was not. `issued anew`: a new effect under a new key, as asked.
 */
export type ItemOutcome =
  | 'took effect'
  | 'no second effect'
  | 'done'
  | 'found done'
  | 'issued anew'
  | 'refused'
  | 'parked'
  | 'in doubt'
  | 'changed'
  | 'cancelled'
  | 'failed'

/** What a forecast says the outcome will be. */
const EXPECTED: Partial<Record<Forecast, readonly ItemOutcome[]>> = {
  new: ['took effect'],
  'already done': ['no second effect'],
  'cannot know': ['took effect', 'no second effect', 'done'],
}

/** Whether an outcome is what the forecast said. A new effect under a new key is what was asked for, whatever it said. */
export function isAsForecast(forecast: Forecast, outcome: ItemOutcome): boolean {
  return outcome === 'issued anew' || (EXPECTED[forecast] ?? []).includes(outcome)
}

/** Outcomes that count against a replay: more of them than its stop rule allows, and it pauses. */
export const BAD: ReadonlySet<ItemOutcome> = new Set<ItemOutcome>([
  'refused',
  'parked',
  'in doubt',
  'changed',
  'cancelled',
  'failed',
])
