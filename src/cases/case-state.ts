import type { JournalEvent } from '../journal/contract.ts'
import type { EventData } from '../lifecycle/events.ts'
import type { Row, TableSpec } from '../store/contract.ts'

/** Something that needs a person. */
export interface CaseState {
  readonly subject: string
  open: boolean
  cause: string
  title: string
  field: string
  partner: string
  owner: string
  openedAt: number
  lastAt: number
  /** What was said the first time. */
  example: string
  /** Subjects in it, up to {@link MOST_NAMED}; `count` has them all. */
  members: string[]
  count: number
  closedBy: string
  closedFor: string
}

/** Members a case names; beyond it they are only counted, so that its row stays small. */
export const MOST_NAMED = 500

export const caseTable: TableSpec = {
  name: 'case_state',
  key: [
    { name: 'lane', type: 'int2' },
    { name: 'subject', type: 'text' },
  ],
  columns: [
    { name: 'open', type: 'bool' },
    { name: 'owner', type: 'text' },
    { name: 'partner', type: 'text' },
    { name: 'opened_at', type: 'int8' },
    { name: 'members', type: 'int4' },
    { name: 'body', type: 'text' },
  ],
}

export function noCase(subject: string): CaseState {
  return {
    subject,
    open: false,
    cause: '',
    title: '',
    field: '',
    partner: '',
    owner: '',
    openedAt: 0,
    lastAt: 0,
    example: '',
    members: [],
    count: 0,
    closedBy: '',
    closedFor: '',
  }
}

export function saveCase(state: CaseState): Row | null {
  if (state.openedAt === 0) return null
  const { subject: _, open, owner, partner, openedAt, count, ...body } = state
  return [open, owner, partner, openedAt, count, JSON.stringify(body)]
}

export function loadCase(subject: string, row: Row): CaseState {
  const [open, owner, partner, openedAt, count, body] = row as [boolean, string, string, number, number, string]
  const rest = JSON.parse(body) as Omit<CaseState, 'subject' | 'open' | 'owner' | 'partner' | 'openedAt' | 'count'>
  return { ...rest, subject, open, owner, partner, openedAt, count }
}

/** Folds an event of the case. Answers whether it changed. */
export function foldCase(state: CaseState, event: JournalEvent): boolean {
  switch (event.type) {
    case 'case.opened':
      begin(state, event.data as EventData['case.opened'], event.at)
      return true
    case 'case.joined':
      join(state, (event.data as EventData['case.joined']).about, event.at)
      return true
    case 'case.closed': {
      const { by, reason } = event.data as EventData['case.closed']
      Object.assign(state, { open: false, closedBy: by, closedFor: reason, lastAt: event.at })
      return true
    }
    default:
      return false
  }
}

function begin(state: CaseState, opened: EventData['case.opened'], at: number): void {
  const { cause, title, owner, partner = '', field = '', about, detail } = opened
  const example = typeof detail === 'string' ? detail : ''
  Object.assign(state, { open: true, cause, title, field, partner, owner, openedAt: at, example })
  Object.assign(state, { members: [], count: 0, closedBy: '', closedFor: '' })
  join(state, about, at)
}

function join(state: CaseState, about: string, at: number): void {
  state.count += 1
  state.lastAt = at
  if (state.members.length < MOST_NAMED) state.members.push(about)
}
