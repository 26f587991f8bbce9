import type { Settlement, Work } from '../journal/work.ts'
import { type ArrivalAnswer, admitArrival } from './admit.ts'
import { claimsOf, type Interpretation } from './arrival.ts'

/** Who hears how an arrival ended. */
export interface ArrivalEnds {
  /** Committed, or answered without a commit; `settlement` has the events that followed in the same turn. */
  answered(answer: ArrivalAnswer, settlement: Settlement): void
  failed(error: unknown): void
}

/** An interpreted arrival as the turn takes it: keys to look up, what it brings, who hears the end. */
export function workOf(interpretation: Interpretation, ends: ArrivalEnds): Work {
  return {
    claims: claimsOf(interpretation),
    admit: (found, context) => admitArrival(interpretation, found, context),
    settled: (settlement) => ends.answered(settlement.answer as ArrivalAnswer, settlement),
    failed: (error) => ends.failed(error),
  }
}
