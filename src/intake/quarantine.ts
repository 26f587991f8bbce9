import type { CrossdockError } from '../base/errors.ts'
import type { Input } from '../journal/contract.ts'
import type { Wrong } from '../lifecycle/events.ts'
import type { Arrival } from './arrival.ts'

/** Why something that came in was not taken, for the person who looks at it. */
export interface Refusal {
  /** What it was meant to be: a report's type, `purchase-order`, `interchange`. */
  readonly report: string
  readonly code: string
  readonly reason: string
  readonly detail?: unknown
  /** Its first fault: what tells this cause from others. */
  readonly wrong?: Wrong | undefined
  /** Which part of its arrival it was. */
  readonly part?: string
}

/** What is wrong, for a row in a list: the refusal, and the first of its faults. */
export function reasonOf({ message, faults }: Pick<CrossdockError, 'message' | 'faults'>): string {
  const [first] = faults
  return first ? `${message} ${first.pointer}: ${first.detail}` : message
}

/** What a refusal becomes in the journal. */
export function refusedData({ report, code, reason, detail, wrong, part }: Refusal, from: string) {
  return {
    report,
    code,
    reason,
    from,
    data: detail ?? null,
    ...(wrong ? { wrong } : {}),
    ...(part === undefined ? {} : { part }),
  }
}

/**
 * What makes a case of something that stays in quarantine: the room of its subject records `report.refused`, the bytes
 * stay with the receipt.
 */
export function refusedInput(subject: string, arrival: Arrival, refusal: Refusal, receipt?: string): Input {
  return {
    kind: 'arrival',
    type: 'arrival.refused',
    subject,
    source: arrival.system,
    occurredAt: arrival.receivedAt,
    data: refusal,
    ...(receipt === undefined ? {} : { receipt }),
  }
}
