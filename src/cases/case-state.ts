import type { JournalEvent } from '../journal/contract.ts'
import type { EventData } from '../lifecycle/events.ts'
import type { Row, TableSpec } from '../store/contract.ts'

/** Something that needs a person. Its members are rows of their own, see `member-state.ts`; here they are counted. */
export interface CaseState {
  readonly subject: string
  open: boolean
  cause: string
  title: string
  field: string
  partner: string
  owner: string
  /** 0 before all others, 4 last. */
  priority: number
  openedAt: number
  lastAt: number
  /** What was said the first time. */
  example: string
  /** How often it was opened: members of an earlier time are not members of this one. */
  life: number
  /** Members since it was opened, and those of them that still need somebody. */
  count: number
  left: number
  /** How often a released member failed again. */
  returned: number
  released: number
  note: string
  closedBy: string
  closedFor: string
}

/** Who closes a case by itself, once nothing is left in it. */
export const ITSELF = 'Crossdock'

const USUAL_PRIORITY = 2

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
    priority: USUAL_PRIORITY,
    openedAt: 0,
    lastAt: 0,
    example: '',
    life: 0,
    count: 0,
    left: 0,
    returned: 0,
    released: 0,
    note: '',
    closedBy: '',
    closedFor: '',
  }
}

/** The columns. An earlier release finds the list of members that it expects, empty. */
export function saveCase(state: CaseState): Row | null {
  if (state.openedAt === 0) return null
  const { subject: _, open, owner, partner, openedAt, count, ...body } = state
  return [open, owner, partner, openedAt, count, JSON.stringify({ ...body, members: [] })]
}

/** From the columns. In a row with a list of members an earlier release has counted them, and nobody has released any. */
export function loadCase(subject: string, row: Row): CaseState {
  const [open, owner, partner, openedAt, count, body] = row as [boolean, string, string, number, number, string]
  const { members = [], ...rest } = JSON.parse(body) as Partial<CaseState> & { members?: readonly string[] }
  const counted = members.length > 0 ? { left: count, returned: 0, released: 0 } : {}
  return { ...noCase(subject), ...rest, ...counted, subject, open, owner, partner, openedAt, count }
}

type Change<D> = (state: CaseState, data: D, at: number) => void
type Opened = EventData['case.opened']

const changes: { readonly [T in keyof EventData]?: Change<EventData[T]> } = {
  'case.opened': begin,
  'case.joined': (state) => {
    state.count += 1
    state.left += 1
  },
  'case.returned': (state) => {
    state.left += 1
    state.returned += 1
    Object.assign(state, { open: true, closedBy: '', closedFor: '' })
  },
  'case.released': (state) => {
    state.left -= 1
    state.released += 1
  },
  'case.settled': (state) => {
    state.left -= 1
  },
  'case.assigned': (state, { owner, priority }) => {
    if (owner !== undefined) state.owner = owner
    if (priority !== undefined) state.priority = priority
  },
  'case.noted': (state, { by, note }) => {
    state.note = `${by}: ${note}`
  },
  'case.closed': (state, { by, reason }) => {
    Object.assign(state, { open: false, closedBy: by, closedFor: reason })
  },
}

/** Folds an event of the case. Answers whether it changed. */
export function foldCase(state: CaseState, event: JournalEvent): boolean {
  const change = changes[event.type] as Change<unknown> | undefined
  if (!change) return false
  change(state, event.data, event.at)
  state.lastAt = event.at
  return true
}

/**
 * A case that was closed and opens again begins anew; its priority and note are about the cause and stay. An earlier
 * release did not count how often: its members are told from older ones by their time.
 */
function begin(state: CaseState, { cause, title, owner, partner = '', field = '', detail, life }: Opened, at: number) {
  const example = typeof detail === 'string' ? detail : ''
  Object.assign(state, { open: true, cause, title, field, partner, owner, openedAt: at, example })
  Object.assign(state, { life: life ?? state.life, count: 1, left: 1, returned: 0, released: 0 })
  Object.assign(state, { closedBy: '', closedFor: '' })
}
