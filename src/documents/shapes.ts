import Type, { type Static, type TLiteralValue, type TUnsafe } from 'typebox'
import { closed } from './json-form.ts'

/** Texts and figures that all documents are made of. Quantities, prices and money are text, never numbers. */
export const text = (most: number, description?: string) =>
  Type.String({ minLength: 1, maxLength: most, format: 'text', ...(description ? { description } : {}) })
export const identifier = (most: number, description?: string) =>
  Type.String({ minLength: 1, maxLength: most, format: 'identifier', ...(description ? { description } : {}) })
export const date = (description?: string) => Type.String({ format: 'date', ...(description ? { description } : {}) })
export const time = () => Type.String({ format: 'time-of-day', description: 'HH:MM or HH:MM:SS, local' })
export const unit = () =>
  Type.String({
    minLength: 1,
    maxLength: 3,
    format: 'unit',
    description: 'Unit of measure, X12 355 (Rec 20 is understood)',
  })
export const counted = () => Type.String({ format: 'quantity-counted', description: 'Above zero', examples: ['12.5'] })
export const possible = () => Type.String({ format: 'quantity-possible', description: 'Zero or above' })
export const signed = () => Type.String({ format: 'quantity-signed' })
export const amount = (description = 'Money in the currency of the document') =>
  Type.String({ format: 'amount', description, examples: ['1250.00'] })
export const currency = () => Type.String({ pattern: '^[A-Z]{3}$', description: 'ISO 4217', examples: ['USD'] })
export const code = (most: number, description?: string) =>
  Type.String({ pattern: `^[A-Za-z0-9]{1,${most}}$`, ...(description ? { description } : {}) })
const optional = Type.Optional

/** A choice of words. */
export function oneOf<const W extends readonly TLiteralValue[]>(words: W, description?: string): TUnsafe<W[number]> {
  const choice = Type.Union([...words].map((word) => Type.Literal(word)))
  return Type.Unsafe<W[number]>(description ? { ...choice, description } : choice)
}

export const addressSchema = closed({
  lines: optional(Type.Array(text(100), { minItems: 1, maxItems: 8 })),
  city: optional(text(60)),
  region: optional(text(60, 'State or province')),
  postalCode: optional(text(20)),
  country: optional(code(3, 'ISO 3166')),
})
export type Address = Static<typeof addressSchema>

export const contactSchema = closed({
  function: optional(code(2, 'X12 366; IC information contact')),
  name: optional(text(60)),
  phone: optional(text(256)),
  email: optional(text(256)),
  fax: optional(text(256)),
})
export type Contact = Static<typeof contactSchema>

export const referenceSchema = closed({
  qualifier: code(3, 'What the value is, X12 128: DP department, IA vendor number, BM bill of lading …'),
  value: optional(identifier(50)),
  description: optional(text(80)),
})
export type Reference = Static<typeof referenceSchema>

const partyMembers = {
  name: optional(text(60)),
  names: optional(Type.Array(text(60), { minItems: 1, maxItems: 4, description: 'Further lines of the name' })),
  id: optional(identifier(80)),
  idQualifier: optional(code(2, 'Who gave the id, X12 66: 92 the buyer, 91 the seller, 9 DUNS+4, UL a GLN …')),
  address: optional(addressSchema),
  contacts: optional(Type.Array(contactSchema, { minItems: 1, maxItems: 20 })),
  references: optional(Type.Array(referenceSchema, { minItems: 1, maxItems: 50 })),
}

/** A party with a fixed role, such as `shipTo`. */
export const partySchema = closed(partyMembers)
export type Party = Static<typeof partySchema>

/** A party with any role of X12 98: SF ship from, Z7 mark for, RE remit to … */
export const rolePartySchema = closed({ role: code(3, 'X12 98'), ...partyMembers })
export type RoleParty = Static<typeof rolePartySchema>

const { references: _, ...reachedMembers } = partyMembers
/** Parties of the sets that have no room for references below them. */
export const reachedPartySchema = closed(reachedMembers)
export const reachedRolePartySchema = closed({ role: code(3, 'X12 98'), ...reachedMembers })

const { contacts: __, ...plainMembers } = reachedMembers
/** Parties of the sets that have room for name and address only. */
export const plainPartySchema = closed(plainMembers)
export const plainRolePartySchema = closed({ role: code(3, 'X12 98'), ...plainMembers })

export const datedSchema = closed({
  qualifier: code(3, 'What happens then, X12 374'),
  date: optional(date()),
  time: optional(time()),
  until: optional(date('Last day, when a period is meant')),
})
export type Dated = Static<typeof datedSchema>

export const shipWindowSchema = closed({
  requestedShip: optional(date()),
  shipNotBefore: optional(date()),
  shipNotAfter: optional(date()),
  requestedDelivery: optional(date()),
  deliverNotBefore: optional(date()),
  deliverNotAfter: optional(date()),
  cancelAfter: optional(date()),
})
export type ShipWindow = Static<typeof shipWindowSchema>

export const itemIdSchema = closed({
  qualifier: code(2, 'Whose number it is, X12 235: BP the buyer, UP UPC, EN EAN, UK GTIN-14 …'),
  value: identifier(48),
})
export type ItemId = Static<typeof itemIdSchema>

/** What every line says about its goods. */
export const itemMembers = {
  sku: optional(identifier(48, 'Our item number')),
  ids: optional(Type.Array(itemIdSchema, { minItems: 1, maxItems: 20 })),
}
export interface ItemNames {
  sku?: string
  ids?: ItemId[]
}

export const priceSchema = closed({
  amount: Type.String({ format: 'price', description: 'Up to six places', examples: ['9.25'] }),
  per: optional(oneOf([1, 100, 1000])),
  uom: optional(unit()),
  basis: optional(code(2, 'X12 639')),
})
export const signedPriceSchema = closed({
  amount: Type.String({ format: 'price-signed', description: 'Up to six places; below zero for a credit' }),
  per: optional(oneOf([1, 100, 1000])),
  uom: optional(unit()),
  basis: optional(code(2, 'X12 639')),
})
export type LinePrice = Static<typeof priceSchema>

/** A price among several: what kind of price, for whom, from what quantity. */
export const typedPriceMembers = {
  type: optional(code(3, 'What price it is, X12 236: CAT catalog, CON contract, NET net, PRO promotion, MSR retail …')),
  class: optional(code(2, 'For whom, X12 687: DI distributors, RS resellers …')),
  amount: Type.String({ format: 'price', description: 'Up to six places', examples: ['9.25'] }),
  per: optional(oneOf([1, 100, 1000])),
  basis: optional(code(2, 'X12 639')),
  uom: optional(unit()),
  fromQuantity: optional(possible()),
}
export const typedPriceSchema = closed(typedPriceMembers)
export type TypedPrice = Static<typeof typedPriceSchema>

export const packSchema = closed({
  pack: optional(counted()),
  size: optional(counted()),
  sizeUom: optional(unit()),
  packaging: optional(identifier(17, 'X12 103')),
  weight: optional(possible()),
  weightUom: optional(unit()),
  volume: optional(possible()),
  volumeUom: optional(unit()),
  innerPack: optional(counted()),
})
export type Pack = Static<typeof packSchema>

export const chargeSchema = closed({
  kind: oneOf(['charge', 'allowance', 'information']),
  type: oneOf(['freight', 'tax', 'handling', 'fuel', 'discount', 'other']),
  code: optional(code(4, 'X12 1300')),
  amount: optional(amount()),
  percent: optional(possible()),
  percentOf: optional(code(1, 'X12 378')),
  rate: optional(possible()),
  uom: optional(unit()),
  quantity: optional(possible()),
  handling: optional(code(2, 'X12 331')),
  reference: optional(identifier(30)),
  description: optional(text(80)),
})
export type Charge = Static<typeof chargeSchema>

export const termsSchema = closed({
  type: optional(code(2, 'X12 336')),
  basisDate: optional(code(2, 'X12 333')),
  discountPercent: optional(signed()),
  discountDate: optional(date()),
  discountDays: optional(possible()),
  netDate: optional(date()),
  netDays: optional(possible()),
  discountAmount: optional(amount()),
  dayOfMonth: optional(possible()),
  description: optional(text(80)),
})
export type Terms = Static<typeof termsSchema>

export const freightTermsSchema = closed({
  payment: optional(code(2, 'Who pays, X12 146: PP prepaid, CC collect, PC prepaid and add …')),
  location: optional(text(80)),
  incoterm: optional(code(3, 'X12 335')),
  place: optional(text(80)),
})
export type FreightTerms = Static<typeof freightTermsSchema>

export const carriageSchema = closed({
  scac: optional(identifier(80, 'The carrier')),
  carrierQualifier: optional(code(2, 'Whose code the carrier is, X12 66; 2 is SCAC')),
  method: optional(code(2, 'X12 91')),
  routing: optional(text(35)),
  service: optional(code(2, 'Service level, X12 284')),
})
export type Carriage = Static<typeof carriageSchema>

export const ladingSchema = closed({
  packaging: optional(identifier(17, 'X12 103')),
  quantity: optional(possible()),
  weight: optional(possible()),
  weightUom: optional(unit()),
  volume: optional(possible()),
  volumeUom: optional(unit()),
})
export type Lading = Static<typeof ladingSchema>

export const equipmentSchema = closed({
  type: optional(code(2, 'X12 40')),
  initial: optional(identifier(4)),
  number: optional(identifier(30)),
  seal: optional(identifier(15)),
})
export type Equipment = Static<typeof equipmentSchema>

/** Lists that most documents carry. */
export const references = () => optional(Type.Array(referenceSchema, { minItems: 1, maxItems: 500 }))
export const parties = () => optional(Type.Array(rolePartySchema, { minItems: 1, maxItems: 200 }))
export const dates = () => optional(Type.Array(datedSchema, { minItems: 1, maxItems: 100 }))
export const charges = () => optional(Type.Array(chargeSchema, { minItems: 1, maxItems: 100 }))
export const notes = () => optional(Type.Array(text(264), { minItems: 1, maxItems: 1000 }))

/** Most lines of one document; more is a fault, never cut. */
export const MOST_LINES = 10_000

export const featureSchema = closed({ code: optional(code(3, 'X12 750')), text: text(80) })

/** What a line says about its goods in words. */
export const describedMembers = {
  description: optional(text(80)),
  features: optional(Type.Array(featureSchema, { minItems: 1, maxItems: 200 })),
}

/** The parties every commercial document may name, each a member of its own. */
export const namedParties = {
  buyer: optional(partySchema),
  shipTo: optional(partySchema),
  billTo: optional(partySchema),
  supplier: optional(partySchema),
}

/** The members of {@link namedParties} by their role in X12 98. */
export const NAMED_ROLES = { BY: 'buyer', ST: 'shipTo', BT: 'billTo', SU: 'supplier' } as const

/** What stands on a pack: its SSCC (without the application identifier), the carrier's number, other marks. */
export const markedMembers = {
  sscc: optional(Type.String({ pattern: '^[0-9]{18}$', format: 'gs1-key', description: 'SSCC, 18 digits' })),
  tracking: optional(identifier(48)),
  marks: optional(
    Type.Array(closed({ qualifier: code(2, 'X12 88'), value: identifier(48) }), { minItems: 1, maxItems: 20 }),
  ),
}

/** What tells one unit of an item from another. */
export const tracedMembers = {
  lot: optional(identifier(30)),
  serials: optional(Type.Array(identifier(30), { minItems: 1, maxItems: 10_000 })),
}
