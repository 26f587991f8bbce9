import type { JournalEvent } from '../journal/contract.ts'
import type { Row, TableSpec } from '../store/contract.ts'
import type { EventData, LoadFacts, OfLoad } from './events.ts'

/** What of a carrier's can be about a load. */
export type OfLoadType = 'load.answered' | 'load.status_told' | 'load.billed'

/** Something a carrier said before the shipment it means has left. */
export interface EarlyWord {
  /** Position of its `report.early`. */
  readonly at: number
  readonly type: OfLoadType
  readonly data: OfLoad
  readonly from: string
  readonly occurredAt: number
  readonly receipt?: string
  readonly deadline: number
}

/**
 * What one name of a carrier's stands for. A shipment number is one shipment's; a bill of lading may cover several. What
 * is said of a load is kept under each of its names.
 */
export interface LoadState {
  readonly loads: LoadFacts[]
  /** Statuses that were told, so that none counts twice. */
  readonly seen: string[]
  early: EarlyWord[]
}

/** One row for each name: `acme/load/fast/bol B-17`. */
export const loadTable: TableSpec = {
  name: 'load_state',
  key: [
    { name: 'lane', type: 'int2' },
    { name: 'subject', type: 'text' },
  ],
  columns: [{ name: 'state', type: 'bytea' }],
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** Most shipments under one name, and statuses that are remembered: beyond it the oldest is forgotten. */
const MOST_LOADS = 200
const MOST_SEEN = 400

export const unknownLoad = (): LoadState => ({ loads: [], seen: [], early: [] })

export function loadLoad(row: Row): LoadState {
  return JSON.parse(decoder.decode(row[0] as Uint8Array)) as LoadState
}

/** A name that nobody knows, and under which nothing waits, leaves no row. */
export function saveLoad(state: LoadState): Row | null {
  return state.loads.length === 0 && state.early.length === 0 ? null : [encoder.encode(JSON.stringify(state))]
}

/** State key of a name. */
export const loadKey = (subject: string, reference: string): string => `${subject}/${reference}`

/**
 * The names whose states an event changes: those that what led to it had in hand. What had waited is dropped at once where
 * it became known or was given up, and under its other names right after; see {@link otherNames}.
 */
export function namesIn({ type, data }: Pick<JournalEvent, 'type' | 'data'>): readonly string[] {
  switch (type) {
    case 'load.announced':
      return (data as EventData['load.announced']).references
    case 'load.answered':
    case 'load.status_told':
    case 'load.billed': {
      const { references, waited, known = [] } = data as OfLoad
      return waited === undefined ? references : known
    }
    case 'report.early':
      return wordIn(data as EventData['report.early']).references
    case 'report.refused': {
      const { waited, data: word } = data as EventData['report.refused']
      return waited === undefined ? [] : (word as OfLoad).references.slice(0, 1)
    }
    default:
      return []
  }
}

/** All names of what had waited until this event. */
export function otherNames({ type, data }: Pick<JournalEvent, 'type' | 'data'>): readonly string[] {
  const { waited, references, data: word } = data as Partial<OfLoad> & { readonly data?: unknown }
  if (waited === undefined || type === 'report.early') return []
  return references ?? (word as OfLoad).references
}

export const wordIn = ({ data }: Pick<EventData['report.early'], 'data'>): OfLoad => data as OfLoad

/** What a status is remembered by. */
export function statusName(data: EventData['load.status_told'], shipment: string): string {
  return [shipment, data.report === 'shipment.delivered' ? 'delivered' : data.code, data.at].join(' ')
}

/** Folds an event into what one name stands for. Answers whether that changed. */
export function foldLoad(state: LoadState, event: JournalEvent): boolean {
  switch (event.type) {
    case 'load.announced': {
      const { order, shipment, facility, quoted } = event.data as EventData['load.announced']
      if (state.loads.some((load) => load.shipment === shipment)) return false
      state.loads.push({ order, shipment, facility, ...(quoted ? { quoted } : {}) })
      if (state.loads.length > MOST_LOADS) state.loads.shift()
      return true
    }
    case 'load.status_told': {
      const data = event.data as EventData['load.status_told']
      state.seen.push(statusName(data, data.shipment ?? ''))
      if (state.seen.length > MOST_SEEN) state.seen.shift()
      forget(state, data.waited)
      return true
    }
    case 'load.answered':
    case 'load.billed':
      return forget(state, (event.data as OfLoad).waited)
    case 'report.early':
      return foldEarly(state, event as JournalEvent<'report.early'>)
    case 'report.refused':
      return forget(state, (event.data as EventData['report.refused']).waited)
    default:
      return false
  }
}

/** What a carrier said begins to wait; or it is settled, and waits under this name no more. */
function foldEarly(state: LoadState, { position, data, receipt }: JournalEvent<'report.early'>): boolean {
  const word = wordIn(data)
  if (word.waited !== undefined) return forget(state, word.waited)
  const { report, from, occurredAt, deadline } = data
  state.early.push({
    at: position,
    type: report as OfLoadType,
    data: word,
    from,
    occurredAt,
    deadline,
    ...(receipt === undefined ? {} : { receipt }),
  })
  return true
}

function forget(state: LoadState, waited: number | undefined): boolean {
  const left = state.early.filter((early) => early.at !== waited)
  if (left.length === state.early.length) return false
  state.early = left
  return true
}
