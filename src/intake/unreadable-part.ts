import type { CrossdockError } from '../base/errors.ts'
import { laneOfSubject } from '../lifecycle/subject.ts'
import { type Arrival, type FaultyPart, type Part, problemOf } from './arrival.ts'
import { errors } from './errors.ts'
import { digestOfArrival, requestKey } from './keys.ts'
import { type Refusal, refusedInput } from './quarantine.ts'

/** Bytes in which nothing can be read, and why. */
export interface Unreadable {
  readonly what: string
  /** The mailbox in which a person finds the case. */
  readonly subject: string
  readonly error: CrossdockError
  readonly refusal: Refusal
}

/**
 * What nobody can read stays in quarantine with a case. A file and a webhook have a key of their own: picked up again
 * after a crash, or sent once more, it is one case.
 */
export function unreadablePart({ what, subject, error, refusal }: Unreadable, arrival: Arrival): Part | FaultyPart {
  const { tenant, system, channel, idempotencyKey: key } = arrival
  if (channel === 'http' || key === undefined) return { what, error, inputs: [refusedInput(subject, arrival, refusal)] }
  const digest = digestOfArrival(arrival.bytes)
  const problem = problemOf(error)
  return {
    what,
    claims: [requestKey({ tenant, system, scope: 'file', key }, digest, laneOfSubject(subject))],
    quarantined: true,
    take: ({ receipt }) => ({ inputs: [refusedInput(subject, arrival, refusal, receipt)], ref: receipt }),
    answer: (receipt) => ({ ...problem, body: { ...problem.body, receipt } }),
    conflict: () => ({ error: errors.IDEMPOTENCY_KEY_REUSED(), inputs: [] }),
  }
}
