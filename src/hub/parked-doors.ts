import type { Journal } from '../journal/journal.ts'
import { isParked, listParked, type Query } from '../journal/parked-list.ts'
import type { ParkedDoorPorts } from '../journal/parked-routes.ts'
import { laneOfSubject } from '../lifecycle/subject.ts'

/** What the doors of parked subjects need: the list from the database, the word to go on from the lane's owner. */
export function parkedDoors(query: Query, journal: Pick<Journal, 'resume'>): ParkedDoorPorts {
  return {
    listParked: (tenant, limit, after) => listParked(query, tenant, limit, after),
    resume: async (subject, by) => {
      if (!(await isParked(query, laneOfSubject(subject), subject))) return false
      const { answer } = await journal.resume(subject, by)
      return (answer as { kept: number } | undefined)?.kept
    },
  }
}
