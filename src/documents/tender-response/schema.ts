import Type, { type Static } from 'typebox'
import { closed } from '../json-form.ts'
import { trailerSchema } from '../road-x12.ts'
import { date, identifier, oneOf, referenceSchema, text } from '../shapes.ts'

const optional = Type.Optional

/** A carrier's answer to a load that was offered. */
export const tenderResponseSchema = closed({
  shipment: identifier(30, 'The number of the load, as the tender had it'),
  scac: optional(identifier(4, 'The carrier')),
  date: optional(date()),
  response: oneOf(['accepted', 'declined']),
  reference: optional(referenceSchema),
  trailer: optional(trailerSchema),
  notes: optional(Type.Array(text(30), { minItems: 1, maxItems: 20 })),
})

export type TenderResponse = Static<typeof tenderResponseSchema>
