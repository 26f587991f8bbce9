import Type, { type Static } from 'typebox'
import { closed } from '../json-form.ts'
import {
  code,
  contactSchema,
  date,
  identifier,
  itemMembers,
  MOST_LINES,
  namedParties,
  oneOf,
  packSchema,
  parties,
  partySchema,
  references,
  signed,
  typedPriceSchema,
  unit,
} from '../shapes.ts'

const optional = Type.Optional

export const activityLocationSchema = closed({
  location: identifier(80, 'The store or site, by the id the sender gave it'),
  locationQualifier: optional(code(2, 'Who gave the id, X12 66; default 92, the buyer')),
  quantity: signed(),
})

export const activitySchema = closed({
  activity: oneOf(
    [
      'sold',
      'available',
      'beginning',
      'ending',
      'received',
      'onOrder',
      'inTransit',
      'committed',
      'held',
      'outOfStock',
      'adjusted',
      'returned',
      'transferred',
      'withdrawn',
      'other',
    ],
    'X12 859 in words',
  ),
  code: optional(code(2, 'X12 859, where no word of ours says it')),
  quantity: optional(signed()),
  uom: unit(),
  dateQualifier: optional(code(3, 'X12 374')),
  date: optional(date()),
  referenceQualifier: optional(code(3, 'X12 128')),
  reference: optional(identifier(30)),
  locations: optional(
    Type.Array(activityLocationSchema, { minItems: 1, maxItems: 10_000, description: 'Where, when it was in several' }),
  ),
})

export const productActivityLineSchema = closed({
  line: optional(identifier(20)),
  ...itemMembers,
  prices: optional(Type.Array(typedPriceSchema, { minItems: 1, maxItems: 25 })),
  pack: optional(packSchema),
  references: references(),
  activities: Type.Array(activitySchema, { minItems: 1, maxItems: 500 }),
})

export const orderRangeSchema = closed({
  first: identifier(22),
  last: optional(identifier(22)),
  locationQualifier: optional(code(2, 'X12 66')),
  location: optional(identifier(80)),
})

/** What customers' customers bought and what is left of it: the demand signal of a retailer. */
export const productActivitySchema = closed({
  handling: code(2, 'X12 305: H notification only, G plan an order …'),
  from: date('The first day of the report'),
  until: optional(date('The last day of the report')),
  orderNumbers: optional(
    Type.Array(orderRangeSchema, {
      minItems: 1,
      maxItems: 1000,
      description: 'Numbers for orders made of this report',
    }),
  ),
  location: optional(partySchema),
  ...namedParties,
  parties: parties(),
  contacts: optional(Type.Array(contactSchema, { minItems: 1, maxItems: 20 })),
  references: references(),
  lines: Type.Array(productActivityLineSchema, { maxItems: MOST_LINES }),
})

export type ProductActivity = Static<typeof productActivitySchema>
export type ProductActivityLine = ProductActivity['lines'][number]
export type Activity = Static<typeof activitySchema>
export type OrderRange = Static<typeof orderRangeSchema>
