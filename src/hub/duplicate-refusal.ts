import { keyHash } from '../base/ids.ts'
import type { MemberRefusal } from '../cases/trial-work.ts'
import type { PartnerDefinition } from '../config/define-hub.ts'
import { applicationAdvice } from '../documents/application-advice/index.ts'
import type { ApplicationAdvice } from '../documents/application-advice/schema.ts'
import { keyText } from '../documents/business-key.ts'
import { documentNamed } from '../documents/catalogue.ts'
import type { DocumentType } from '../documents/document.ts'
import type { PostedArrival } from '../intake/posted-part.ts'
import { threadsOf } from '../intake/relay-subject.ts'
import { isEdifact } from '../intake/settings.ts'
import type { Input, JournalEvent } from '../journal/contract.ts'

/** What a refusal brings besides itself, and what its partner hears of it. */
export interface AdviceOnRefusal {
  readonly inputs: readonly Input[]
  readonly why: string
}

/**
 * How a partner is told that a document of its is no other one. Its syntax was in order and its 997 said so: what an
 * application makes of a document is said by an 824, which goes out where the partner takes it.
 */
export function adviceOf(
  failure: JournalEvent<'report.refused'>,
  { tenant, by, reason }: MemberRefusal,
  partners: readonly Pick<PartnerDefinition, 'name' | 'takes' | 'speaks'>[],
  now: number,
): AdviceOnRefusal {
  const name = failure.data.from
  const partner = partners.find((one) => one.name === name)
  const takes = partner?.takes?.some((type) => type.name === applicationAdvice.name) ?? false
  if (!partner || !takes || isEdifact(partner.speaks)) return { inputs: [], why: `It is refused. ${name} ${NOT_TOLD}` }
  const content = adviceOn(failure, reason, now)
  const type = applicationAdvice as DocumentType
  const key = keyText(type.keyOf(content) ?? [content.number])
  const data: PostedArrival = { partner: name, document: type.name, key, content }
  const [subject] = threadsOf(tenant, name, type, content)
  return {
    inputs: [{ kind: 'arrival', type: 'document.posted', subject, source: by, occurredAt: now, data }],
    why: `It is refused. ${name} is told by the 824 ${content.number}.`,
  }
}

const NOT_TOLD = 'is not told: it takes no application-advice (824) from us.'

/** Documents whose number is that of an order, X12 128. */
const ORDERS: ReadonlySet<string> = new Set(['purchase-order', 'order-change'])
/** X12 647: other, the words say what. */
const OTHER = '024'
const LONGEST_NUMBER = 30
const LONGEST_NOTE = 80

/** The 824 on one set: its numbers are those of the envelope it came in. */
function adviceOn({ lane, position, data }: JournalEvent<'report.refused'>, reason: string, now: number) {
  const { report, part = '' } = data
  const { key = '' } = (data.data ?? {}) as { readonly key?: string }
  const [, group, control] = part.split('/')
  const set = documentNamed(report)?.x12.set
  const advice: ApplicationAdvice = {
    number: `D${keyHash(String(lane), String(position)).toString('hex').slice(0, 20).toUpperCase()}`,
    date: new Date(now).toISOString().slice(0, 10),
    entries: [
      {
        about: 'transaction',
        verdict: 'rejected',
        qualifier: ORDERS.has(report) ? 'PO' : 'TN',
        number: key.slice(0, LONGEST_NUMBER),
        ...(group ? { group } : {}),
        ...(control ? { control } : {}),
        ...(set ? { set } : {}),
        problems: [{ code: OTHER, text: 'Duplicate number, other content', notes: notesOf(reason) }],
      },
    ],
  }
  return advice
}

/** A note holds so many characters: what is longer goes on in the next. */
function notesOf(reason: string): string[] {
  const words = reason.replace(/\s+/g, ' ').trim().split(' ')
  const notes: string[] = []
  for (const word of words) {
    const longer = `${notes.at(-1) ?? ''} ${word}`.trim()
    if (notes.length > 0 && longer.length <= LONGEST_NOTE) notes[notes.length - 1] = longer
    else notes.push(word.slice(0, LONGEST_NOTE))
  }
  return notes
}
