import Type, { type Static } from 'typebox'
import { closed } from '../json-form.ts'
import {
  code,
  contactSchema,
  currency,
  date,
  dates,
  describedMembers,
  identifier,
  itemMembers,
  MOST_LINES,
  namedParties,
  oneOf,
  parties,
  partySchema,
  priceSchema,
  references,
  signed,
  time,
  tracedMembers,
  unit,
} from '../shapes.ts'

const optional = Type.Optional

export const stockSchema = closed({
  status: oneOf(
    ['onHand', 'forSale', 'onOrder', 'onHold', 'committed', 'projected', 'workInProcess', 'unusable', 'other'],
    'X12 673 in words',
  ),
  code: optional(code(2, 'X12 673, where no word of ours says it')),
  quantity: signed(),
  uom: unit(),
  dates: dates(),
})

export const inventoryAdviceLineSchema = closed({
  line: optional(identifier(20)),
  ...itemMembers,
  ...describedMembers,
  lot: tracedMembers.lot,
  price: optional(priceSchema),
  dates: dates(),
  references: references(),
  parties: parties(),
  stock: Type.Array(stockSchema, { minItems: 1, maxItems: 100, description: 'How much, by status' }),
})

/** How much there is: what a seller offers, or what a warehouse holds for us, as of one moment. */
export const inventoryAdviceSchema = closed({
  number: identifier(35),
  purpose: optional(oneOf(['original', 'cancel', 'change', 'replace', 'confirm', 'duplicate'], 'Default original')),
  type: code(2, 'Whose stock it is, X12 755: SI the seller, DD the distributor, MM the manufacturer …'),
  date: date('The day the advice was made'),
  time: optional(time()),
  action: optional(code(2, 'X12 306')),
  asOf: optional(date('The day the figures held')),
  asOfTime: optional(time()),
  currency: optional(currency()),
  warehouse: optional(partySchema),
  ...namedParties,
  parties: parties(),
  contacts: optional(Type.Array(contactSchema, { minItems: 1, maxItems: 20 })),
  references: references(),
  dates: dates(),
  lines: Type.Array(inventoryAdviceLineSchema, { maxItems: MOST_LINES }),
})

export type InventoryAdvice = Static<typeof inventoryAdviceSchema>
export type InventoryAdviceLine = InventoryAdvice['lines'][number]
export type Stock = Static<typeof stockSchema>
