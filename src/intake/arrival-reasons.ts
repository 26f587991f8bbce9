/** Why an arrival was not simply accepted, and in which case a person finds it. Read in the database. */
import type { JournalEvent } from '../journal/contract.ts'
import { decodeEvent } from '../journal/encode.ts'
import { eventCodes } from '../lifecycle/events.ts'
import { partsOf, subjectOf } from '../lifecycle/subject.ts'
import type { ListedArrival } from './arrival-book.ts'

/** The first thing that was wrong. */
export interface ArrivalReason {
  readonly code?: string
  readonly reason: string
  /** The case it stands in. */
  readonly case?: string
}

/** Why, by receipt. One whose reason cannot be told is absent. */
export type ArrivalReasons = (
  whose: { readonly tenant: string; readonly sender: string },
  arrivals: readonly ListedArrival[],
) => Promise<ReadonlyMap<string, ArrivalReason>>

/** Runs one statement and answers its rows. */
type Query = (text: string, values: readonly unknown[]) => Promise<readonly Record<string, unknown>[]>

const REPEAT: ArrivalReason = { reason: 'The same was here before; it had no effect.' }

/**
 * Reasons from PostgreSQL: of what can be read again the members of its cases say it, of everything else the journal of
 * its sender's mailbox on the day it came.
 *
 * @param caseOf the id of the case that a refusal stands in
 */
export function reasonsFromPostgres(
  query: Query,
  caseOf: (refusal: JournalEvent<'report.refused'>) => string | undefined,
): ArrivalReasons {
  return async ({ tenant, sender }, arrivals) => {
    const reasons = new Map<string, ArrivalReason>()
    for (const { id, verdict } of arrivals) if (verdict === 'repeat') reasons.set(id, REPEAT)
    const refused = arrivals.filter(({ verdict }) => verdict !== 'repeat')
    for (const { receipt, inCase, event } of await readMembers(query, tenant, refused))
      if (!reasons.has(receipt)) reasons.set(receipt, reasonIn(event, inCase))
    const left = refused.filter(({ id }) => !reasons.has(id))
    for (const { receipt, event } of await readMailbox(query, subjectOf(tenant, 'mailbox', sender), left))
      reasons.set(receipt, reasonIn(event, caseOf(event)))
    return reasons
  }
}

function reasonIn({ data: { code, reason } }: JournalEvent<'report.refused'>, inCase: string | undefined) {
  return { code, reason, ...(inCase === undefined ? {} : { case: inCase }) }
}

interface Refused {
  readonly receipt: string
  readonly event: JournalEvent<'report.refused'>
}

/** The failures that cases have of these arrivals, the first of each first. */
async function readMembers(
  query: Query,
  tenant: string,
  arrivals: readonly ListedArrival[],
): Promise<readonly (Refused & { readonly inCase: string })[]> {
  if (arrivals.length === 0) return []
  const rows = await query(
    `select split_part(split_part(m.subject, '#', 2), '/', 1) as receipt, split_part(m.subject, '#', 1) as in_case, ${ENTRY}
       from case_member m join journal j on j.lane = m.failure_lane and j.position = m.failure_position
      where m.again = 'arrival' and split_part(split_part(m.subject, '#', 2), '/', 1) = any($1)
        and starts_with(m.subject, $2) and j.type = $3
      order by j.at, j.position`,
    [arrivals.map(({ id }) => id), `${tenant}/`, REFUSED],
  )
  return rows.map((row) => ({ ...refusedIn(row), inCase: partsOf(String(row['in_case'])).id }))
}

/** The first refusal that each of these arrivals brought into its mailbox, on its day or the next. */
async function readMailbox(
  query: Query,
  mailbox: string,
  arrivals: readonly ListedArrival[],
): Promise<readonly Refused[]> {
  if (arrivals.length === 0) return []
  const rows = await query(
    `select r.id as receipt, j.* from unnest($1::text[], $2::int4[]) as r (id, day)
      cross join lateral (
        select ${ENTRY} from journal j
         where j.subject = $3 and j.type = $4 and j.day in (r.day, r.day + 1)
           and position(convert_to('"r":"' || r.id || '"', 'UTF8') in j.body) > 0
         order by j.position limit 1) j`,
    [arrivals.map(({ id }) => id), arrivals.map(({ day }) => day), mailbox, REFUSED],
  )
  return rows.map(refusedIn)
}

const REFUSED = eventCodes['report.refused']
const ENTRY = 'j.lane, j.position, j.type, j.subject, j.at, j.body'

/** int8 comes as text from the client; ours are below 2^53. */
function refusedIn({ receipt, lane, position, type, subject, at, body }: Record<string, unknown>): Refused {
  const event = decodeEvent({
    lane: Number(lane),
    position: Number(position),
    type: Number(type),
    subject: String(subject),
    at: Number(at),
    body: body as Uint8Array,
  })
  return { receipt: String(receipt), event: event as JournalEvent<'report.refused'> }
}
