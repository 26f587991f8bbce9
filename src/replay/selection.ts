/** What a replay is chosen by. Members stand together: an item must fit all of them. */
import { hash } from 'node:crypto'

/** How our books say a request stands. */
export type BookState = 'done' | 'refused' | 'waiting' | 'parked' | 'in doubt' | 'on its way'

/** What is asked for: times are milliseconds since 1970, of the planning. */
export interface Selection {
  readonly from?: number
  readonly until?: number
  readonly targets?: readonly string[]
  readonly verbs?: readonly string[]
  /** Business keys of requests. */
  readonly keys?: readonly string[]
  /** Orders by anything they are known by: id, purchase order, ERP number, shipment, invoice. */
  readonly orders?: readonly string[]
  readonly customers?: readonly string[]
  /** Who ordered, or whom it goes to. */
  readonly partners?: readonly string[]
  /** Members of this case. */
  readonly case?: string
  readonly states?: readonly BookState[]
}

/** Where the frozen set is read from: the smallest place that holds all of it. */
export type Source = 'orders' | 'case' | 'waiting' | 'journal'

const OPEN: ReadonlySet<BookState> = new Set<BookState>(['waiting', 'parked', 'in doubt'])

/** The members that say anything, in a fixed order, lists sorted: two ways to ask the same give the same. */
export function plain(selection: Selection): Selection {
  const members = Object.entries(selection).filter(([, value]) => value !== undefined)
  const sorted = members.map(([name, value]) => [name, Array.isArray(value) ? [...new Set(value)].sort() : value])
  return Object.fromEntries(sorted.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1))) as Selection
}

export function isEmpty(selection: Selection): boolean {
  return Object.values(selection).every((value) => value === undefined || (Array.isArray(value) && value.length === 0))
}

/** The same for the same question. */
export function digestOf(action: string, mapping: string, selection: Selection): string {
  return hash('sha256', JSON.stringify([action, mapping, plain(selection)]), 'hex').slice(0, 32)
}

/**
 * Where to look.
 *
 * @example
 * sourceOf({ states: ['parked'] }) // 'waiting': what is parked has a waiting row
 */
export function sourceOf(selection: Selection): Source {
  if (selection.orders) return 'orders'
  if (selection.case !== undefined) return 'case'
  return selection.states?.every((state) => OPEN.has(state)) ? 'waiting' : 'journal'
}

/** Whether anything must be looked up that a request does not say by itself. */
export function looksFurther({ customers, partners }: Selection): boolean {
  return customers !== undefined || partners !== undefined
}

/** A request of the past as far as a selection looks at it. */
export interface Candidate {
  readonly target: string
  readonly verb: string
  readonly key: string
  readonly plannedAt: number
}

/** Whether a request fits what can be seen in it alone; who ordered and how it stands is looked up. */
export function fits({ from, until, targets, verbs, keys }: Selection, candidate: Candidate): boolean {
  return (
    (from === undefined || candidate.plannedAt >= from) &&
    (until === undefined || candidate.plannedAt < until) &&
    (!targets || targets.includes(candidate.target)) &&
    (!verbs || verbs.includes(candidate.verb)) &&
    (!keys || keys.includes(candidate.key))
  )
}
