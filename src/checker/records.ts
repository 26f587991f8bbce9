/**
 * What the checker reads. It knows nothing of the hub's code: these are the ledgers that simulated systems write, and
 * the events as the hub's public API exports them.
 */

/** One row of a system's ledger. */
export interface LedgerRow {
  readonly n: number
  readonly at: number
  readonly system: string
  readonly kind: string
  /** The verb of a request, the type of a report, or the number of an EDI set. */
  readonly what: string
  readonly key: string
  readonly order?: string
  readonly hash?: string
  readonly detail?: unknown
}

/** One event of the hub's export. `position` counts inside a lane; there is no order across lanes. */
export interface HubEvent {
  readonly lane: number
  readonly position: number
  readonly type: string
  /** `<tenant>/<kind>/<id>`. */
  readonly subject: string
  readonly source: string
  readonly sequence?: number
  readonly correlation?: string
  readonly data: Readonly<Record<string, unknown>>
}

/** Who is who in the landscape that is checked. */
export interface Setup {
  /** Each system's role: `erp`, `oms`, `wms`, `shop`, `carrier`, `partner`. */
  readonly roles: Readonly<Record<string, string>>
  /** The system that speaks for each facility. */
  readonly facilities?: Readonly<Record<string, string>>
  /** Names under which the hub itself decides, such as its processes. Absent: every name that is no system. */
  readonly hub?: readonly string[]
  /** Who may plan releases: systems, or `hub`. Absent: anyone but warehouses, shops, carriers and partners. */
  readonly releasers?: readonly string[]
  /** False while traffic is still going on: then what is not there yet is not counted as lost or unbalanced. Default true. */
  readonly settled?: boolean
}

/** What can be wrong. */
export type ViolationKind = 'lost' | 'duplicates' | 'phantom' | 'reordered' | 'illegal' | 'unbalanced'

/** One thing that is wrong: which rule, about what, in a sentence. */
export interface Violation {
  readonly kind: ViolationKind
  readonly rule: string
  /** The order, shipment, item or key it is about. */
  readonly about: string
  readonly says: string
}

/** Where a part of the checker puts what it finds. */
export type Find = (kind: ViolationKind, rule: string, about: string, says: string) => void

/** A part of the checker: it sees every ledger row and every event once, and judges at the end. */
export interface Part {
  row?(row: LedgerRow): void
  event?(event: HubEvent): void
  finish(find: Find): void
}

export type Fields = Readonly<Record<string, unknown>>

export const fields = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {}
export const list = (value: unknown): readonly Fields[] => (Array.isArray(value) ? value.map(fields) : [])
export const text = (value: unknown): string => (typeof value === 'string' ? value : '')
export const whole = (value: unknown): number => (typeof value === 'number' ? value : 0)

/** The id part of a subject, and its kind. */
export function subjectParts(subject: string): { readonly kind: string; readonly id: string } {
  const [, kind = '', ...id] = subject.split('/')
  return { kind, id: id.join('/') }
}

/** The order an event belongs to: the subject's own id, the order it names, or the chain it is part of. */
export function orderOf(event: HubEvent): string {
  const subject = subjectParts(event.subject)
  if (subject.kind === 'order') return subject.id
  const named = text(event.data['order'])
  return named !== '' || subject.kind === 'stock' || subject.kind === 'mailbox' ? named : text(event.correlation)
}
