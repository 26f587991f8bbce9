import Type, { type Static } from 'typebox'
import { closed } from '../json-form.ts'
import {
  amount,
  code,
  contactSchema,
  currency,
  date,
  dates,
  describedMembers,
  identifier,
  itemMembers,
  MOST_LINES,
  oneOf,
  parties,
  partySchema,
  priceSchema,
  references,
  signed,
  tracedMembers,
  unit,
} from '../shapes.ts'

const optional = Type.Optional

export const resalePriceSchema = closed({
  uom: unit(),
  amount: priceSchema.properties.amount,
  basis: optional(code(2, 'What price it is, X12 639: CT contract, CA catalog, DI distributor …')),
})

export const resaleAmountSchema = closed({
  type: code(3, 'What it is, X12 522; a chargeback is what contract and catalog price differ by'),
  amount: amount(),
  side: optional(oneOf(['credit', 'debit'])),
})

export const resaleItemSchema = closed({
  kind: oneOf(['sold', 'returned', 'onHand', 'other'], 'X12 673 in words'),
  code: optional(code(2, 'X12 673, where no word of ours says it')),
  quantity: signed(),
  uom: unit(),
  line: optional(identifier(20)),
  ...itemMembers,
  ...describedMembers,
  lot: tracedMembers.lot,
  prices: optional(Type.Array(resalePriceSchema, { minItems: 1, maxItems: 12 })),
  amounts: optional(Type.Array(resaleAmountSchema, { minItems: 1, maxItems: 12 })),
  references: references(),
  dates: dates(),
})

export const transferSchema = closed({
  type: code(2, 'What happened, X12 521: SS stock sale, PA …'),
  referenceQualifier: optional(code(3, 'X12 128: VC the contract with the maker')),
  reference: optional(identifier(30)),
  movement: optional(code(2, 'X12 486')),
  customer: optional(partySchema),
  parties: parties(),
  references: references(),
  dates: dates(),
  items: Type.Array(resaleItemSchema, { minItems: 1, maxItems: MOST_LINES }),
})

/** What was sold on to whom: a maker pays chargebacks and counts shares by it. */
export const resaleReportSchema = closed({
  number: identifier(35),
  purpose: optional(oneOf(['original', 'cancel', 'change', 'replace', 'confirm', 'duplicate'], 'Default original')),
  date: date(),
  type: optional(code(2, 'X12 755')),
  from: optional(date('The first day of the report')),
  until: optional(date('The last day of the report')),
  currency: optional(currency()),
  distributor: optional(partySchema),
  maker: optional(partySchema),
  parties: parties(),
  contacts: optional(Type.Array(contactSchema, { minItems: 1, maxItems: 3 })),
  references: references(),
  dates: dates(),
  lines: Type.Array(transferSchema, { maxItems: MOST_LINES }),
  amounts: optional(Type.Array(resaleAmountSchema, { minItems: 1, maxItems: 12 })),
})

export type ResaleReport = Static<typeof resaleReportSchema>
export type Transfer = ResaleReport['lines'][number]
export type ResaleItem = Static<typeof resaleItemSchema>
export type ResalePrice = Static<typeof resalePriceSchema>
export type ResaleAmount = Static<typeof resaleAmountSchema>
