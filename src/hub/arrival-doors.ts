import { caseSubject, causesOf } from '../cases/cause.ts'
import { arrivalsFromPostgres } from '../intake/arrival-book.ts'
import { reasonsFromPostgres } from '../intake/arrival-reasons.ts'
import type { ArrivalDoorPorts } from '../intake/arrival-routes.ts'
import type { JournalEvent } from '../journal/contract.ts'
import type { Query } from '../journal/parked-list.ts'
import { partsOf } from '../lifecycle/subject.ts'

/** What the door of arrivals asks of a hub: which there were, and why they were not simply accepted. */
export function arrivalDoors(query: Query): Pick<ArrivalDoorPorts, 'arrivals' | 'reasons'> {
  return { arrivals: arrivalsFromPostgres(query), reasons: reasonsFromPostgres(query, caseOf) }
}

/** The id of the case that a refusal stands in. */
function caseOf(refusal: JournalEvent<'report.refused'>): string | undefined {
  const [cause] = causesOf(refusal)
  return cause && partsOf(caseSubject(partsOf(refusal.subject).tenant, cause)).id
}
