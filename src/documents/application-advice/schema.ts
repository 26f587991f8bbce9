import Type, { type Static } from 'typebox'
import { closed } from '../json-form.ts'
import {
  code,
  contactSchema,
  date,
  dates,
  identifier,
  namedParties,
  oneOf,
  parties,
  references,
  text,
  time,
} from '../shapes.ts'

const optional = Type.Optional
const position = () => Type.String({ pattern: '^[0-9]{1,6}$' })

/** One thing that was wrong, where it stood, and what was put in its place. */
export const problemSchema = closed({
  code: code(3, 'X12 647: 024 other, 848 incorrect data …'),
  text: optional(text(60)),
  segment: optional(code(3)),
  segmentPosition: optional(position()),
  elementPosition: optional(position()),
  element: optional(position()),
  value: optional(text(99, 'What stood there')),
  replacedBy: optional(text(99)),
  notes: optional(Type.Array(text(80), { minItems: 1, maxItems: 100 })),
})

/** What became of one document, or one item of it. */
export const adviceEntrySchema = closed({
  about: oneOf(['transaction', 'item', 'batch', 'group']),
  verdict: oneOf(['accepted', 'acceptedWithChanges', 'acceptedWithErrors', 'partlyAccepted', 'rejected']),
  qualifier: code(3, 'What the number is, X12 128: PO order, IV invoice, SI shipment, TN transaction …'),
  number: identifier(30),
  sender: optional(identifier(15)),
  receiver: optional(identifier(15)),
  date: optional(date('The day of the group that brought it')),
  time: optional(time()),
  group: optional(identifier(9, 'The control number of its group')),
  control: optional(identifier(9, 'The control number of its set')),
  set: optional(code(3, 'X12 143: 850, 856 …')),
  references: references(),
  dates: dates(),
  contacts: optional(Type.Array(contactSchema, { minItems: 1, maxItems: 3 })),
  problems: optional(Type.Array(problemSchema, { minItems: 1, maxItems: 1000 })),
})

/** What a receiver's application made of documents that were understood: beyond their syntax, which is the 997's part. */
export const applicationAdviceSchema = closed({
  purpose: optional(oneOf(['original', 'cancel', 'change', 'replace', 'confirm', 'duplicate'], 'Default original')),
  number: identifier(30),
  date: date(),
  time: optional(time()),
  reference: optional(identifier(30)),
  ...namedParties,
  parties: parties(),
  entries: Type.Array(adviceEntrySchema, { minItems: 1, maxItems: 10_000 }),
})

export type ApplicationAdvice = Static<typeof applicationAdviceSchema>
export type AdviceEntry = ApplicationAdvice['entries'][number]
export type AdviceProblem = Static<typeof problemSchema>
