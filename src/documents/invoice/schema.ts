import Type, { type Static } from 'typebox'
import { closed } from '../json-form.ts'
import {
  amount,
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
  itemMembers,
  MOST_LINES,
  namedParties,
  notes,
  oneOf,
  parties,
  partySchema,
  possible,
  references,
  shipWindowSchema,
  signed,
  signedPriceSchema,
  termsSchema,
  unit,
} from '../shapes.ts'

const optional = Type.Optional

export const taxSchema = closed({
  type: code(2, 'X12 963: ST state sales, GS goods and services, VA value added …'),
  amount: optional(amount()),
  percent: optional(possible()),
  jurisdictionQualifier: optional(identifier(2)),
  jurisdiction: optional(identifier(10)),
  exempt: optional(code(1, 'X12 441')),
  taxId: optional(identifier(20)),
})
const taxes = () => optional(Type.Array(taxSchema, { minItems: 1, maxItems: 20 }))

export const invoiceLineSchema = closed({
  line: identifier(20, 'The line number of the customer’s order'),
  quantity: signed(),
  uom: unit(),
  price: optional(signedPriceSchema),
  ...itemMembers,
  ...describedMembers,
  shipped: optional(
    closed({ quantity: possible(), uom: unit() }, 'Units shipped, where the quantity is the weight that is paid for'),
  ),
  shipWindow: optional(shipWindowSchema),
  dates: dates(),
  references: references(),
  parties: parties(),
  charges: charges(),
  taxes: taxes(),
})

/** What the buyer owes: lines, typed charges and taxes that add up to the total. */
export const invoiceSchema = closed({
  number: identifier(35),
  date: date(),
  type: optional(code(2, 'X12 640: DI debit invoice, CR credit memo …')),
  purpose: optional(oneOf(['original', 'cancel', 'change', 'replace', 'confirm', 'duplicate'], 'Default original')),
  purchaseOrder: optional(identifier(35)),
  purchaseOrderDate: optional(date()),
  release: optional(identifier(30)),
  currency: currency(),
  ...namedParties,
  remitTo: optional(partySchema),
  parties: parties(),
  contacts: optional(Type.Array(contactSchema, { minItems: 1, maxItems: 20 })),
  references: references(),
  shipWindow: optional(shipWindowSchema),
  dates: dates(),
  terms: optional(Type.Array(termsSchema, { minItems: 1, maxItems: 20 })),
  freightTerms: optional(freightTermsSchema),
  carriage: optional(carriageSchema),
  notes: notes(),
  lines: Type.Array(invoiceLineSchema, { maxItems: MOST_LINES }),
  charges: charges(),
  taxes: taxes(),
  total: amount('Lines, charges and taxes less allowances'),
  discountable: optional(amount('The part of the total that a discount applies to')),
  discounted: optional(amount('What is due when the discount is taken')),
  discount: optional(amount()),
})

export type Invoice = Static<typeof invoiceSchema>
export type InvoiceLine = Invoice['lines'][number]
export type Tax = Static<typeof taxSchema>
