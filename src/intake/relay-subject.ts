import { keyText } from '../documents/business-key.ts'
import type { BusinessKey, DocumentType } from '../documents/document.ts'
import { subjectOf } from '../lifecycle/subject.ts'

/** Most business objects one document is followed to. */
const MOST = 1_000

/**
 * The subjects of a document: the business objects it speaks of, the first of them its own. Documents of one partner
 * about one object are in order, whoever sent them.
 *
 * @example
 * threadsOf('acme', 'fast-freight', loadTender, tender) // ['acme/document/fast-freight/load/S-1']
 */
export function threadsOf(
  tenant: string,
  partner: string,
  type: Pick<DocumentType, 'about'>,
  document: unknown,
): readonly [string, ...string[]] {
  const objects = type.about(document).slice(0, MOST)
  const subjects = new Set(objects.map((object) => subjectOf(tenant, 'document', `${partner}/${threadName(object)}`)))
  return [...subjects] as [string, ...string[]]
}

/** `order/4711`; `stock` where there is one of its kind. */
function threadName([kind = '', ...id]: BusinessKey): string {
  return id.length === 0 ? kind : `${kind}/${keyText(id)}`
}

/** Whose document it is about, by a subject of this kind. */
export const partnerOf = (id: string): string => id.slice(0, id.indexOf('/'))
