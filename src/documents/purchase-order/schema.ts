import Type, { type Static } from 'typebox'
import { closed } from '../json-form.ts'
import {
  amount,
  carriageSchema,
  charges,
  code,
  contactSchema,
  counted,
  currency,
  date,
  dates,
  describedMembers,
  freightTermsSchema,
  identifier,
  itemMembers,
  MOST_LINES,
  namedParties,
  notes,
  oneOf,
  packSchema,
  parties,
  priceSchema,
  references,
  shipWindowSchema,
  termsSchema,
  unit,
} from '../shapes.ts'

const optional = Type.Optional

export const destinationSchema = closed({
  location: identifier(80, 'The store or site, by the id the buyer gave it'),
  locationQualifier: optional(code(2, 'Who gave the id, X12 66; default 92, the buyer')),
  quantity: counted(),
})

export const componentSchema = closed({
  number: identifier(20),
  parent: optional(identifier(20)),
  relationship: optional(code(1, 'X12 662: I included, A added, D deleted …')),
  quantity: optional(counted()),
  uom: optional(unit()),
  price: optional(priceSchema),
  ...itemMembers,
})

export const purchaseOrderLineSchema = closed({
  line: identifier(20, 'The line number of the customer; documents back carry it'),
  quantity: counted(),
  uom: unit(),
  price: optional(priceSchema),
  ...itemMembers,
  ...describedMembers,
  pack: optional(packSchema),
  shipWindow: optional(shipWindowSchema),
  dates: dates(),
  references: references(),
  notes: notes(),
  charges: charges(),
  parties: parties(),
  destinations: optional(Type.Array(destinationSchema, { minItems: 1, maxItems: 5000 })),
  components: optional(Type.Array(componentSchema, { minItems: 1, maxItems: 1000 })),
})

/** A customer's order as the customer wrote it. */
export const purchaseOrderSchema = closed({
  number: identifier(35, 'The number the customer gave the order'),
  release: optional(identifier(30, 'Release of a blanket order; it repeats the order number')),
  purpose: optional(oneOf(['original', 'cancel', 'change', 'replace', 'confirm', 'duplicate'], 'Default original')),
  type: optional(code(2, 'X12 92: SA stand-alone, NE new, RL release, BK blanket …')),
  date: date(),
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
  lines: Type.Array(purchaseOrderLineSchema, { maxItems: MOST_LINES }),
  total: optional(amount('What the customer thinks the order is worth; compared, never trusted')),
})

export type PurchaseOrder = Static<typeof purchaseOrderSchema>
export type PurchaseOrderLine = PurchaseOrder['lines'][number]
export type Destination = Static<typeof destinationSchema>
export type Component = Static<typeof componentSchema>
