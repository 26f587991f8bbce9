import type { JournalEvent } from '../journal/contract.ts'

const DECIDED: Readonly<Record<string, string>> = { 'order.accepted': 'accepted', 'order.rejected': 'rejected' }

/** True for an event that says what became of an order: what a sender who waits is waiting for. */
export const isDecision = ({ type }: JournalEvent): boolean => type in DECIDED

/** What was decided about an order among these events: `accepted`, `rejected`, or nothing yet. */
export function decidedIn(events: readonly JournalEvent[]): string | undefined {
  const event = events.find(isDecision)
  return event && DECIDED[event.type]
}
