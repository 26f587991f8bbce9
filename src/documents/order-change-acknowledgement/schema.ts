import Type, { type Static } from 'typebox'
import { changeLineMembers } from '../change-line.ts'
import { closed } from '../json-form.ts'
import { lineAnswerSchema, scheduleSchema, verdictSchema } from '../line-answer.ts'
import {
  carriageSchema,
  charges,
  contactSchema,
  currency,
  date,
  dates,
  describedMembers,
  freightTermsSchema,
  identifier,
  MOST_LINES,
  namedParties,
  notes,
  oneOf,
  parties,
  references,
  shipWindowSchema,
  termsSchema,
} from '../shapes.ts'

const optional = Type.Optional

export const changeAnswerLineSchema = closed({
  ...changeLineMembers,
  ...describedMembers,
  shipWindow: optional(shipWindowSchema),
  dates: dates(),
  references: references(),
  notes: notes(),
  charges: charges(),
  parties: parties(),
  answers: optional(Type.Array(lineAnswerSchema, { minItems: 1, maxItems: 104 })),
  schedules: optional(Type.Array(scheduleSchema, { minItems: 1, maxItems: 200 })),
})

/** What the seller answers to an order change; or a change the seller proposes itself. */
export const orderChangeAcknowledgementSchema = closed({
  purpose: optional(oneOf(['original', 'cancel', 'change', 'replace', 'confirm', 'duplicate'], 'Default original')),
  verdict: verdictSchema(),
  purchaseOrder: identifier(35, 'The number the customer gave the order'),
  date: date('The date of the order'),
  release: optional(identifier(30)),
  changeNumber: optional(identifier(35, 'The customer’s count of the changes to the order, echoed')),
  changedOn: optional(date('The day of the change')),
  request: optional(identifier(45)),
  contract: optional(identifier(30)),
  salesOrder: optional(identifier(50, 'Our number of the order')),
  acknowledgedOn: optional(date()),
  currency: currency(),
  ...namedParties,
  parties: parties(),
  contacts: optional(Type.Array(contactSchema, { minItems: 1, maxItems: 20 })),
  references: references(),
  shipWindow: optional(shipWindowSchema),
  dates: dates(),
  terms: optional(Type.Array(termsSchema, { minItems: 1, maxItems: 20 })),
  freightTerms: optional(freightTermsSchema),
  carriage: optional(carriageSchema),
  notes: notes(),
  charges: charges(),
  lines: Type.Array(changeAnswerLineSchema, { maxItems: MOST_LINES }),
})

export type OrderChangeAcknowledgement = Static<typeof orderChangeAcknowledgementSchema>
export type ChangeAnswerLine = OrderChangeAcknowledgement['lines'][number]
