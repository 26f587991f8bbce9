import type { JournalEvent } from '../journal/contract.ts'
import type { EventData, EventType } from '../lifecycle/events.ts'
import { partsOf } from '../lifecycle/subject.ts'
import type { Row, TableSpec } from '../store/contract.ts'

/**
 * Where a relayed document stands. In: received, then delivered to every system it goes to, or refused, parked or in
 * doubt at one of them; owed and test data go nowhere. Out: issued, sent in an interchange, and what its partner said.
 */
export type RelayedStanding =
  | 'received'
  | 'delivered'
  | 'recorded'
  | 'test'
  | 'refused'
  | 'parked'
  | 'in_doubt'
  | 'issued'
  | 'sent'
  | 'acked'
  | 'acked_with_errors'
  | 'partly_rejected'
  | 'rejected'
  | 'overdue'
  | 'unsent'

/** One relayed document. Its key is its subject, `#` and {@link documentName}. */
export interface RelayedState {
  tenant: string
  direction: 'in' | 'out'
  partner: string
  document: string
  key: string
  standing: RelayedStanding | ''
  /** When it came, or was issued; milliseconds since 1970. */
  at: number
  changedAt: number
  /** The systems it still has to reach. */
  left: readonly string[]
  more: RelayedMore
}

/** What else is known of it. */
export interface RelayedMore {
  readonly from?: string
  readonly to?: readonly string[]
  readonly receipt?: string
  /** Control numbers of our interchange and group. */
  readonly control?: string
  readonly group?: string
  /** Why it stands where it does. */
  readonly reason?: string
}

export const relayedTable: TableSpec = {
  name: 'relayed_document',
  key: [
    { name: 'lane', type: 'int2' },
    { name: 'subject', type: 'text' },
  ],
  columns: [
    { name: 'tenant', type: 'text' },
    { name: 'partner', type: 'text' },
    { name: 'direction', type: 'text' },
    { name: 'document', type: 'text' },
    { name: 'key', type: 'text' },
    { name: 'standing', type: 'text' },
    { name: 'at', type: 'int8' },
    { name: 'changed_at', type: 'int8' },
    { name: 'more', type: 'text' },
  ],
}

/** What a document is called inside its subject. */
export const documentName = (direction: 'in' | 'out', document: string, key: string): string =>
  `${direction}/${document}/${key}`

/** The key of a document among those about one business object. */
export const documentKeyOf = (subject: string, name: string): string => `${subject}#${name}`

export const noDocument = (key: string): RelayedState => ({
  tenant: partsOf(key).tenant,
  direction: 'in',
  partner: '',
  document: '',
  key: '',
  standing: '',
  at: 0,
  changedAt: 0,
  left: [],
  more: {},
})

export function saveRelayed(state: RelayedState): Row | null {
  const { tenant, direction, partner, document, key, standing, at, changedAt, left, more } = state
  if (standing === '') return null
  const rest = JSON.stringify(left.length > 0 ? { ...more, left } : more)
  return [tenant, partner, direction, document, key, standing, at, changedAt, rest]
}

export function loadRelayed(row: Row): RelayedState {
  const [tenant, partner, direction, document, key, standing, at, changedAt, rest] = row
  const { left = [], ...more } = JSON.parse(String(rest)) as RelayedMore & { readonly left?: readonly string[] }
  return {
    tenant: String(tenant),
    direction: direction as RelayedState['direction'],
    partner: String(partner),
    document: String(document),
    key: String(key),
    standing: standing as RelayedStanding,
    at: Number(at),
    changedAt: Number(changedAt),
    left,
    more,
  }
}

type Folds = { readonly [T in EventType]?: (state: RelayedState, data: EventData[T], event: JournalEvent) => void }

const ACKED = { A: 'acked', E: 'acked_with_errors', P: 'partly_rejected', R: 'rejected' } as const

const folds: Folds = {
  'document.received': (state, { partner, document, key, to, test }, { at, receipt, source }) => {
    const standing = test ? 'test' : to.length === 0 ? 'recorded' : 'received'
    const more = { from: source, to, ...(receipt === undefined ? {} : { receipt }) }
    Object.assign(state, { direction: 'in', partner, document, key, standing, at, left: to, more })
  },
  'document.issued': (state, { partner, document, key }, { at, receipt, source }) => {
    const more = { from: source, ...(receipt === undefined ? {} : { receipt }) }
    Object.assign(state, { direction: 'out', partner, document, key, standing: 'issued', at, left: [], more })
  },
  'document.delivered': (state, { to }) => {
    const left = state.left.filter((system) => system !== to)
    stand(state, left.length === 0 ? 'delivered' : 'received', {})
    state.left = left
  },
  'document.sent': (state, { control, group }) => stand(state, 'sent', { control, group }),
  'document.acknowledged': (state, { verdict }) => stand(state, ACKED[verdict], {}),
  'document.unacknowledged': (state) => stand(state, 'overdue', {}),
  'document.unsent': (state, { reason }) => stand(state, 'unsent', { reason }),
  'delivery.refused': (state, { reason }) => stand(state, 'refused', { reason }),
  'delivery.parked': (state, { reason }) => stand(state, 'parked', { reason }),
  'delivery.in_doubt': (state, { reason }) => stand(state, 'in_doubt', { reason }),
}

/** Types that move a document on. */
export const movesDocument = (type: EventType): boolean => type in folds

function stand(state: RelayedState, standing: RelayedStanding, more: RelayedMore): void {
  const { reason: _, ...known } = state.more
  state.standing = standing
  state.more = { ...known, ...more }
}

/** Folds an event of its subject that names it. Answers whether it changed. */
export function foldRelayed(state: RelayedState, event: JournalEvent): boolean {
  const fold = folds[event.type] as ((state: RelayedState, data: unknown, event: JournalEvent) => void) | undefined
  if (!fold) return false
  fold(state, event.data, event)
  state.changedAt = event.at
  return true
}
