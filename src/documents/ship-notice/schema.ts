import Type, { type Static } from 'typebox'
import { closed } from '../json-form.ts'
import {
  carriageSchema,
  code,
  contactSchema,
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
  namedParties,
  oneOf,
  packSchema,
  parties,
  partySchema,
  possible,
  references,
  shipWindowSchema,
  time,
  tracedMembers,
  unit,
} from '../shapes.ts'

const optional = Type.Optional
const ladings = () => optional(Type.Array(ladingSchema, { minItems: 1, maxItems: 20 }))

export const shippedOrderSchema = closed({
  purchaseOrder: identifier(35),
  release: optional(identifier(30)),
  changeSequence: optional(identifier(8)),
  date: optional(date()),
  contract: optional(identifier(30)),
  buyer: optional(partySchema),
  parties: parties(),
  references: references(),
  ladings: ladings(),
})

export const shippedPackSchema = closed({
  number: identifier(12, 'Names the pack inside this document'),
  within: optional(identifier(12, 'The pack this one stands in: a carton’s pallet')),
  level: oneOf(['pallet', 'carton']),
  ...markedMembers,
  pack: optional(packSchema),
  references: references(),
  ladings: ladings(),
})

export const shippedItemSchema = closed({
  purchaseOrder: optional(identifier(35)),
  release: optional(identifier(30)),
  pack: optional(identifier(12, 'The pack the goods are in')),
  line: optional(identifier(20, 'The line number of the customer’s order')),
  quantity: possible(),
  uom: unit(),
  shippedToDate: optional(possible()),
  ordered: optional(possible()),
  orderedUom: optional(unit()),
  status: optional(code(2, 'X12 668')),
  ...itemMembers,
  ...tracedMembers,
  ...describedMembers,
  packing: optional(packSchema),
  references: references(),
  shipWindow: optional(shipWindowSchema),
  dates: dates(),
})

/** What is on its way: the orders it serves, the packs, and what is in each. */
export const shipNoticeSchema = closed({
  number: identifier(35, 'The shipment'),
  purpose: optional(
    oneOf(['original', 'cancel', 'change', 'replace', 'confirm', 'duplicate', 'advance'], 'Default original'),
  ),
  date: date('The day the notice was made'),
  time: optional(time()),
  shippedOn: optional(date()),
  shippedTime: optional(time()),
  estimatedDelivery: optional(date()),
  estimatedDeliveryTime: optional(time()),
  shipWindow: optional(shipWindowSchema),
  dates: dates(),
  billOfLading: optional(identifier(50)),
  carrierReference: optional(identifier(50, 'The carrier’s number of the shipment (PRO)')),
  references: references(),
  contacts: optional(Type.Array(contactSchema, { minItems: 1, maxItems: 3 })),
  shipFrom: optional(partySchema),
  ...namedParties,
  parties: parties(),
  carriage: optional(carriageSchema),
  equipment: optional(equipmentSchema),
  freightTerms: optional(freightTermsSchema),
  ladings: ladings(),
  orders: Type.Array(shippedOrderSchema, { maxItems: MOST_LINES }),
  packs: Type.Array(shippedPackSchema, { maxItems: 100_000 }),
  items: Type.Array(shippedItemSchema, { maxItems: 100_000 }),
})

export type ShipNotice = Static<typeof shipNoticeSchema>
export type ShippedOrder = ShipNotice['orders'][number]
export type ShippedPack = ShipNotice['packs'][number]
export type ShippedItem = ShipNotice['items'][number]
