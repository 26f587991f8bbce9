import { type BusinessIdentity, businessIdentity, keyText } from '../documents/business-key.ts'
import type { DocumentType } from '../documents/document.ts'
import { laneOfSubject } from '../lifecycle/subject.ts'
import type { Arrival, Part } from './arrival.ts'
import { errors } from './errors.ts'
import { digestOf, documentKey } from './keys.ts'
import { refusedInput } from './quarantine.ts'
import { threadsOf } from './relay-subject.ts'
import type { Sender } from './settings.ts'

/** What the room of relayed documents is handed for one that came in. */
export interface RelayedArrival {
  readonly partner: string
  readonly document: string
  readonly key: string
  /** The systems it goes to; none for test data, and for what was only owed. */
  readonly to: readonly string[]
  readonly test: boolean
  readonly also: readonly string[]
  readonly content: unknown
}

/** A document as its reader understood it. */
export interface Understood {
  readonly type: DocumentType
  readonly document: unknown
  /** What it is called inside its arrival. */
  readonly name: string
  /** Its envelope says that it is test data. */
  readonly test: boolean
}

/**
 * A partner's document that is handed on. The same again has no effect, whatever envelope it comes in; other content under
 * the same number is held for a person, who may let it be another one, known by its number and its content. Test data is
 * recorded and goes nowhere.
 */
export function relayedPart(understood: Understood, arrival: Arrival, sender: Sender): Part {
  const identity = businessIdentity(understood.type, understood.document)
  const another = () => partKnownBy(asAnother(identity), understood, arrival, sender)
  return { ...partKnownBy(identity, understood, arrival, sender), another }
}

/** A document that a person let be another one of its number. */
const asAnother = ({ parts, content }: BusinessIdentity): BusinessIdentity => ({
  parts: [...parts, 'another', Buffer.from(digestOf(content)).toString('hex')],
  content,
})

function partKnownBy(
  { parts, content }: BusinessIdentity,
  { type, document, name, test }: Understood,
  arrival: Arrival,
  sender: Sender,
): Part {
  const { tenant, system, receivedAt } = arrival
  const partner = sender.partner ?? system
  const [subject, ...also] = threadsOf(tenant, partner, type, document)
  const key = keyText(parts)
  const to = test ? [] : (sender.relays?.get(type.name) ?? [])
  const data: RelayedArrival = { partner, document: type.name, key, to, test, also, content: document }
  const identity = [partner, test ? 'test' : '', type.name, ...parts]
  return {
    what: type.name,
    name,
    claims: [documentKey(tenant, 'relayed', identity, digestOf(content), laneOfSubject(subject))],
    take: ({ receipt }) => ({
      inputs: [
        { kind: 'arrival', type: 'document.arrived', subject, source: system, receipt, occurredAt: receivedAt, data },
      ],
      ref: receipt,
    }),
    answer: (receipt) => ({ status: 202, body: { document: type.name, key, receipt, state: 'received' } }),
    conflict: (_found, { receipt }) => {
      const error = errors.DOCUMENT_CONFLICT(type.name, key)
      const { code, message: reason } = error
      const refusal = { report: type.name, code, reason, detail: { key }, part: name }
      return { error, inputs: [refusedInput(subject, arrival, refusal, receipt)] }
    },
  }
}
