import Type, { type Static } from 'typebox'
import { closed } from '../json-form.ts'
import { lineAnswerSchema, scheduleSchema, verdictSchema } from '../line-answer.ts'
import {
  carriageSchema,
  contactSchema,
  currency,
  date,
  dates,
  describedMembers,
  identifier,
  itemMembers,
  MOST_LINES,
  namedParties,
  notes,
  oneOf,
  parties,
  possible,
  priceSchema,
  references,
  shipWindowSchema,
  unit,
} from '../shapes.ts'

const optional = Type.Optional

export const orderAcknowledgementLineSchema = closed({
  line: identifier(20, 'The line number of the customer, echoed'),
  quantity: possible(),
  uom: unit(),
  price: optional(priceSchema),
  ...itemMembers,
  ...describedMembers,
  shipWindow: optional(shipWindowSchema),
  dates: dates(),
  references: references(),
  notes: notes(),
  parties: parties(),
  answers: optional(Type.Array(lineAnswerSchema, { minItems: 1, maxItems: 104 })),
  schedules: optional(Type.Array(scheduleSchema, { minItems: 1, maxItems: 200 })),
})

/** What the seller answers to an order: accepted, changed or refused, as a whole and by line. */
export const orderAcknowledgementSchema = closed({
  purpose: optional(oneOf(['original', 'cancel', 'change', 'replace', 'confirm', 'duplicate'], 'Default original')),
  verdict: verdictSchema(),
  purchaseOrder: identifier(35, 'The number the customer gave the order'),
  date: optional(date('The date of the order. ORDRSP may leave it out, an 855 may not')),
  release: optional(identifier(30)),
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
  carriage: optional(carriageSchema),
  notes: notes(),
  lines: Type.Array(orderAcknowledgementLineSchema, { maxItems: MOST_LINES }),
})

export type OrderAcknowledgement = Static<typeof orderAcknowledgementSchema>
export type OrderAcknowledgementLine = OrderAcknowledgement['lines'][number]
