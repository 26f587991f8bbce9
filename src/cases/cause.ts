/** What went wrong, with whom and where: failures with one cause are one case. */
import { keyHash } from '../base/ids.ts'
import type { JournalEvent } from '../journal/contract.ts'
import type { EventData, EventType } from '../lifecycle/events.ts'
import { partsOf, subjectOf } from '../lifecycle/subject.ts'

/** Why something needs a person. `cause` is the phrase that the configuration gives an owner to. */
export interface Cause {
  readonly cause: string
  /** The report, request, document or status it is about. */
  readonly field: string
  /** The system or partner it came from or goes to. */
  readonly partner: string
  /** What was said this time: an example of the case, not part of its identity. */
  readonly reason: string
}

type Causes = { readonly [T in EventType]?: (data: EventData[T], event: JournalEvent) => Cause | undefined }

const REFUSED: Readonly<Record<string, string>> = {
  AUTHORITY: 'not its to say',
  INVARIANT: 'numbers do not add up',
  STATE: 'out of order',
  CONFLICT: 'other content under the same key',
  REFERENCE: 'unknown item',
  EARLY_TOO_LONG: 'came too early',
  GAP: 'report missing',
}

const causes: Causes = {
  'report.refused': ({ report, code, reason, from }) => ({
    cause: REFUSED[code] ?? 'report refused',
    field: report,
    partner: from,
    reason,
  }),
  'delivery.refused': ({ verb, target, reason }) => ({
    cause: 'partner refused',
    field: verb,
    partner: target,
    reason,
  }),
  'delivery.parked': ({ verb, target, reason }) => ({ cause: 'not delivered', field: verb, partner: target, reason }),
  'delivery.in_doubt': ({ verb, target, reason }) => ({ cause: 'in doubt', field: verb, partner: target, reason }),
  'order.flagged': ({ cause, field, partner, reason }) => ({ cause, field, partner, reason }),
  'subject.parked': ({ room, reason }) => ({ cause: 'stopped', field: room, partner: 'Crossdock', reason }),
  'inventory.discrepancy_detected': ({ facility, reason, lines }, event) => ({
    cause: 'stock differs',
    field: facility,
    partner: event.source,
    reason: `${reason === 'counted' ? 'Counted' : 'Shipped'} ${lines
      .map((line) => line.item)
      .slice(0, 5)
      .join(', ')}`,
  }),
  'interchange.received': ({ groups, control }, event) => {
    const refused = groups.flatMap((group) => group.sets).filter((set) => set.verdict === 'R')
    const [first] = refused
    if (!first) return undefined
    const reason = `Interchange ${control}: ${refused.map((set) => `${set.id} ${set.control}`).join(', ')}`
    return { cause: 'document refused', field: first.id, partner: partsOf(event.subject).id, reason }
  },
  'acknowledgement.received': ({ verdict, functionalId, groupControl }, event) =>
    verdict === 'A'
      ? undefined
      : {
          cause: 'partner refused',
          field: functionalId,
          partner: partsOf(event.subject).id,
          reason: `Group ${groupControl} was acknowledged with ${verdict}`,
        },
}

/** Types that may need a person. */
export const causingTypes = Object.keys(causes) as EventType[]

/** Why this event needs a person; undefined when it does not, or when it is about a case itself. */
export function causeOf(event: JournalEvent): Cause | undefined {
  if (partsOf(event.subject).kind === 'case') return undefined
  const find = causes[event.type] as ((data: unknown, event: JournalEvent) => Cause | undefined) | undefined
  return find?.(event.data, event)
}

/** The case of a cause: the same for every failure with this cause, field and partner. */
export function caseSubject(tenant: string, { cause, field, partner }: Cause): string {
  return subjectOf(tenant, 'case', keyHash(cause, field, partner).toString('hex'))
}

/** The case in one line. */
export function titleOf({ cause, field, partner }: Cause): string {
  return `${field} of ${partner}: ${cause}`
}
