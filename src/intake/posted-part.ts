import { businessIdentity, keyText } from '../documents/business-key.ts'
import { documentNamed } from '../documents/catalogue.ts'
import type { DocumentType } from '../documents/document.ts'
import { laneOfSubject } from '../lifecycle/subject.ts'
import type { Arrival, FaultyPart, Part } from './arrival.ts'
import { errors } from './errors.ts'
import { digestOf, digestOfArrival, documentKey, requestKey } from './keys.ts'
import { threadsOf } from './relay-subject.ts'
import type { Sender } from './settings.ts'
import { whyUnwritable } from './writable.ts'

/** What the room of relayed documents is handed for one that a system sends to a partner. */
export interface PostedArrival {
  readonly partner: string
  readonly document: string
  readonly key: string
  readonly content: unknown
}

/** Which partner a document goes to, and of which type it is. */
export interface PostedTo {
  readonly partner: string
  readonly document: string
}

/** The topic under which a door hands in a document for a partner. */
export const postedTopic = ({ partner, document }: PostedTo): string => `partners/${partner}/documents/${document}`

const TOPIC = /^partners\/([^/]+)\/documents\/([^/]+)$/

/** Where a document is to go, by its topic; undefined for everything else. */
export function postedTo(topic: string | undefined): PostedTo | undefined {
  const [, partner, document] = (topic !== undefined && TOPIC.exec(topic)) || []
  return partner === undefined || document === undefined ? undefined : { partner, document }
}

/**
 * A document that a system has us send to a partner: read, written once to see that it can be, and claimed by its own
 * number, so that the same posted twice goes out once.
 *
 * @param partner undefined where the business has none of this name
 */
export function postedPart(
  body: unknown,
  { partner: name, document: typeName }: PostedTo,
  partner: Sender | undefined,
  arrival: Arrival,
): Part | FaultyPart {
  const what = typeName
  if (partner?.partner === undefined) return { what, error: errors.PARTNER_UNKNOWN(name) }
  const type = partner.takes?.has(typeName) ? documentNamed(typeName) : undefined
  if (!type) return { what, error: errors.DOCUMENT_NOT_TAKEN(name, typeName, [...(partner.takes ?? [])].join(', ')) }
  const read = type.readJson(body)
  if (read.faults) return { what, error: errors.DOCUMENT_FAULTY.with(read.faults, typeName, read.faults.length) }
  const unwritable = whyUnwritable(type, read.document, name, partner.edi ?? { ours: '', theirs: '' })
  if (unwritable) return { what, error: unwritable }
  return takeable(type, read.document, name, arrival)
}

function takeable(type: DocumentType, document: unknown, partner: string, arrival: Arrival): Part {
  const { tenant, system, idempotencyKey, receivedAt } = arrival
  const { parts, content } = businessIdentity(type, document)
  const [subject] = threadsOf(tenant, partner, type, document)
  const lane = laneOfSubject(subject)
  const key = keyText(parts)
  const data: PostedArrival = { partner, document: type.name, key, content: document }
  const scope = postedTopic({ partner, document: type.name })
  const request =
    idempotencyKey === undefined
      ? []
      : [requestKey({ tenant, system, scope, key: idempotencyKey }, digestOfArrival(arrival.bytes), lane)]
  return {
    what: type.name,
    claims: [...request, documentKey(tenant, 'posted', [partner, type.name, ...parts], digestOf(content), lane)],
    take: ({ receipt }) => ({
      inputs: [
        { kind: 'arrival', type: 'document.posted', subject, source: system, receipt, occurredAt: receivedAt, data },
      ],
      ref: receipt,
    }),
    answer: (receipt) => ({ status: 202, body: { partner, document: type.name, key, receipt, state: 'issued' } }),
    conflict: ({ kind }) =>
      kind === 1
        ? { error: errors.IDEMPOTENCY_KEY_REUSED(), inputs: [] }
        : { error: errors.DOCUMENT_CONFLICT(type.name, key), inputs: [] },
  }
}
