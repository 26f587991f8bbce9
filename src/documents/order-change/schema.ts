import Type, { type Static } from 'typebox'
import { changeLineMembers } from '../change-line.ts'
import { closed } from '../json-form.ts'
import { destinationSchema } from '../purchase-order/schema.ts'
import {
  carriageSchema,
  charges,
  code,
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
  packSchema,
  parties,
  references,
  shipWindowSchema,
  termsSchema,
} from '../shapes.ts'

const optional = Type.Optional

export const orderChangeLineSchema = closed({
  ...changeLineMembers,
  ...describedMembers,
  pack: optional(packSchema),
  shipWindow: optional(shipWindowSchema),
  dates: dates(),
  references: references(),
  notes: notes(),
  charges: charges(),
  parties: parties(),
  destinations: optional(Type.Array(destinationSchema, { minItems: 1, maxItems: 5000 })),
})

/** What a customer wants changed about an order it has placed, or that it does not want it any more. */
export const orderChangeSchema = closed({
  number: identifier(35, 'The number the customer gave the order'),
  release: optional(identifier(30)),
  purpose: optional(oneOf(['original', 'cancel', 'change', 'replace', 'confirm', 'duplicate'], 'Default change')),
  type: optional(code(2, 'X12 92')),
  date: date('The date of the order'),
  changeNumber: optional(
    identifier(35, 'The customer’s count of the changes to the order, or its number of the change'),
  ),
  changedOn: optional(date('The day of the change')),
  request: optional(identifier(45, 'The number of the request that led to the change')),
  contract: optional(identifier(30)),
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
  lines: Type.Array(orderChangeLineSchema, { maxItems: MOST_LINES }),
})

export type OrderChange = Static<typeof orderChangeSchema>
export type OrderChangeLine = OrderChange['lines'][number]
