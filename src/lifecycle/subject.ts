import { laneInId, laneOf } from '../base/ids.ts'

/** The kinds of subject the journal knows. */
export type SubjectKind =
  | 'order'
  | 'stock'
  | 'shipment'
  | 'invoice'
  | 'mailbox'
  | 'document'
  | 'case'
  | 'master-item'
  | 'master-customer'
  | 'master-price'
  | 'master-correction'
  | 'system'
  | 'load'

/**
 * The key of a subject: `<tenant>/<kind>/<id>`. The tenant leads, so that no two tenants can ever share a subject.
 *
 * @example
 * subjectOf('acme', 'stock', 'DC1') // 'acme/stock/DC1': all stock of facility DC1, one lane
 */
export function subjectOf(tenant: string, kind: SubjectKind, id: string): string {
  return `${tenant}/${kind}/${id}`
}

/** The parts of a subject's key. */
export function partsOf(subject: string): { tenant: string; kind: SubjectKind; id: string } {
  const first = subject.indexOf('/')
  const second = subject.indexOf('/', first + 1)
  return {
    tenant: subject.slice(0, first),
    kind: subject.slice(first + 1, second) as SubjectKind,
    id: subject.slice(second + 1),
  }
}

const lanes = new Map<string, number>()

/** The lane of a subject: the one its id carries, else that of its key. Memoised for the few subjects without ids. */
export function laneOfSubject(subject: string): number {
  const id = subject.slice(subject.indexOf('/', subject.indexOf('/') + 1) + 1)
  const carried = laneInId(id)
  if (carried !== undefined) return carried
  const known = lanes.get(subject)
  if (known !== undefined) return known
  const lane = laneOf(subject)
  if (lanes.size < 10_000) lanes.set(subject, lane)
  return lane
}
