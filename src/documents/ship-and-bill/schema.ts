import Type, { type Static } from 'typebox'
import { taxSchema } from '../invoice/schema.ts'
import { closed } from '../json-form.ts'
import {
  amount,
  carriageSchema,
  charges,
  contactSchema,
  currency,
  date,
  dates,
  describedMembers,
  equipmentSchema,
  freightTermsSchema,
  identifier,
  itemMembers,
  ladingSchema,
  MOST_LINES,
  markedMembers,
  oneOf,
  packSchema,
  plainPartySchema,
  plainRolePartySchema,
  possible,
  references,
  signed,
  signedPriceSchema,
  termsSchema,
  time,
  tracedMembers,
  unit,
} from '../shapes.ts'

const optional = Type.Optional
const parties = () => optional(Type.Array(plainRolePartySchema, { minItems: 1, maxItems: 10 }))
const taxes = () => optional(Type.Array(taxSchema, { minItems: 1, maxItems: 20 }))

/** What is billed for one order of the shipment: the total, and how it comes about. */
export const billSchema = closed({
  number: identifier(12, 'Names the bill inside this document'),
  purchaseOrder: optional(identifier(35)),
  release: optional(identifier(30)),
  purchaseOrderDate: optional(date()),
  parties: parties(),
  references: references(),
  dates: dates(),
  terms: optional(Type.Array(termsSchema, { minItems: 1, maxItems: 5 })),
  charges: charges(),
  taxes: taxes(),
  total: amount('Items, charges and taxes less allowances'),
  discountable: optional(amount('The part of the total that a discount applies to')),
  discounted: optional(amount('What is due when the discount is taken')),
  discount: optional(amount()),
})

export const billedPackSchema = closed({
  number: identifier(12, 'Names the pack inside this document'),
  within: optional(identifier(12, 'The pack this one stands in: a carton’s pallet')),
  level: oneOf(['pallet', 'carton']),
  ...markedMembers,
  pack: optional(packSchema),
  references: references(),
})

export const billedItemSchema = closed({
  bill: identifier(12, 'The bill the goods are on'),
  pack: optional(identifier(12, 'The pack the goods are in')),
  line: optional(identifier(20, 'The line number of the customer’s order')),
  quantity: signed(),
  uom: unit(),
  price: optional(signedPriceSchema),
  ...itemMembers,
  ...tracedMembers,
  ...describedMembers,
  shipped: optional(
    closed({ quantity: possible(), uom: unit() }, 'Units shipped, where the quantity is the weight that is paid for'),
  ),
  packing: optional(packSchema),
  references: references(),
  dates: dates(),
  charges: charges(),
  taxes: taxes(),
})

/** What is on its way and what it costs, in one: the shipment, a bill for each order, the packs, and what is in each. */
export const shipAndBillSchema = closed({
  number: identifier(30, 'The shipment, and the bill of lading or invoice it is known by'),
  purpose: optional(oneOf(['original', 'cancel', 'change', 'replace', 'confirm', 'duplicate'], 'Default original')),
  date: date('The day the notice was made'),
  time: optional(time()),
  shippedOn: optional(date()),
  shippedTime: optional(time()),
  estimatedDelivery: optional(date()),
  estimatedDeliveryTime: optional(time()),
  currency: currency(),
  quantity: optional(possible()),
  uom: optional(unit()),
  weight: optional(possible()),
  weightUom: optional(unit()),
  billOfLading: optional(identifier(50)),
  references: references(),
  dates: dates(),
  contacts: optional(Type.Array(contactSchema, { minItems: 1, maxItems: 5 })),
  shipFrom: optional(plainPartySchema),
  buyer: optional(plainPartySchema),
  shipTo: optional(plainPartySchema),
  billTo: optional(plainPartySchema),
  supplier: optional(plainPartySchema),
  remitTo: optional(plainPartySchema),
  parties: parties(),
  carriage: optional(carriageSchema),
  equipment: optional(equipmentSchema),
  freightTerms: optional(freightTermsSchema),
  ladings: optional(Type.Array(ladingSchema, { minItems: 1, maxItems: 5 })),
  bills: Type.Array(billSchema, { maxItems: MOST_LINES }),
  packs: Type.Array(billedPackSchema, { maxItems: 100_000 }),
  items: Type.Array(billedItemSchema, { maxItems: 100_000 }),
})

export type ShipAndBill = Static<typeof shipAndBillSchema>
export type Bill = ShipAndBill['bills'][number]
export type BilledPack = ShipAndBill['packs'][number]
export type BilledItem = ShipAndBill['items'][number]
