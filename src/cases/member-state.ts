import type { JournalEvent } from '../journal/contract.ts'
import type { Again, EventData } from '../lifecycle/events.ts'
import { laneOfSubject } from '../lifecycle/subject.ts'
import type { Row, TableSpec } from '../store/contract.ts'

/** Where a member stands. `open` and `returned` need somebody; `none`: it is no member. */
export type MemberStanding = 'none' | 'open' | 'returned' | 'released' | 'settled'

/** One failure in a case. Its key is the case's subject, `#` and what it is called inside the case. */
export interface MemberState {
  standing: MemberStanding
  life: number
  /** The subject that failed, and its lane: who can try it again. */
  about: string
  again: Again
  /** The event that told of it. */
  failureLane: number
  failurePosition: number
  /** When it came to stand as it does. */
  at: number
  detail: string
}

/** A row for each member. The lane is the case's; members of a case lie together, in the order of their names. */
export const memberTable: TableSpec = {
  name: 'case_member',
  key: [
    { name: 'lane', type: 'int2' },
    { name: 'subject', type: 'text' },
  ],
  columns: [
    { name: 'standing', type: 'text' },
    { name: 'life', type: 'int4' },
    { name: 'about', type: 'text' },
    { name: 'about_lane', type: 'int2' },
    { name: 'again', type: 'text' },
    { name: 'failure_lane', type: 'int2' },
    { name: 'failure_position', type: 'int8' },
    { name: 'at', type: 'int8' },
    { name: 'detail', type: 'text' },
  ],
}

const SEPARATOR = '#'

/** The key of a member of a case. */
export const memberKey = (caseSubject: string, member: string): string => `${caseSubject}${SEPARATOR}${member}`

/** The members of a case lie between these two keys. */
export const memberRange = (caseSubject: string): readonly [string, string] => [`${caseSubject}#`, `${caseSubject}$`]

/** What a member is called inside its case, from its key. */
export const memberName = (key: string): string => key.slice(key.indexOf(SEPARATOR) + 1)

const LONGEST_DETAIL = 300

export function noMember(): MemberState {
  return {
    standing: 'none',
    life: 0,
    about: '',
    again: 'person',
    failureLane: 0,
    failurePosition: 0,
    at: 0,
    detail: '',
  }
}

export function saveMember(state: MemberState): Row | null {
  if (state.standing === 'none') return null
  const { standing, life, about, again, failureLane, failurePosition, at, detail } = state
  return [standing, life, about, laneOfSubject(about), again, failureLane, failurePosition, at, detail]
}

export function loadMember(_key: string, row: Row): MemberState {
  const [standing, life, about, , again, failureLane, failurePosition, at, detail] = row
  return {
    standing: standing as MemberStanding,
    life: Number(life),
    about: String(about),
    again: again as Again,
    failureLane: Number(failureLane),
    failurePosition: Number(failurePosition),
    at: Number(at),
    detail: String(detail),
  }
}

/** How its case stands: which time it is open, and since when. */
export interface CaseLife {
  readonly life: number
  readonly openedAt: number
}

/**
 * Whether a member is one of this life of its case. Earlier releases did not count lives (0): then it is one when it came
 * to stand as it does since the case was opened.
 */
export const isOfLife = ({ life, at }: MemberState, current: CaseLife): boolean =>
  life === 0 ? at >= current.openedAt : life === current.life

/** Whether a member needs somebody, in this life of its case. */
export const isLeft = (member: MemberState, current: CaseLife): boolean =>
  isOfLife(member, current) && (member.standing === 'open' || member.standing === 'returned')

/** Folds an event of the case into the member it is about. Answers whether it changed. */
export function foldMember(state: MemberState, event: JournalEvent): boolean {
  switch (event.type) {
    case 'case.opened':
    case 'case.joined':
      fail(state, event.data as EventData['case.joined'], 'open')
      break
    case 'case.returned':
      fail(state, event.data as EventData['case.returned'], 'returned')
      break
    case 'case.released':
      state.standing = 'released'
      break
    case 'case.settled':
      state.standing = 'settled'
      break
    default:
      return false
  }
  state.at = event.at
  return true
}

function fail(state: MemberState, joined: EventData['case.joined'], standing: MemberStanding): void {
  const { about, detail, again = 'person', failure = [0, 0], life = 0 } = joined
  state.standing = standing
  state.life = life
  state.about = about
  state.again = again
  state.failureLane = failure[0]
  state.failurePosition = failure[1]
  state.detail = typeof detail === 'string' ? detail.slice(0, LONGEST_DETAIL) : ''
}
