import Type, { type Static } from 'typebox'
import { closed } from '../json-form.ts'
import {
  code,
  contactSchema,
  counted,
  date,
  dates,
  describedMembers,
  identifier,
  itemIdSchema,
  MOST_LINES,
  oneOf,
  reachedPartySchema,
  reachedRolePartySchema,
  references,
  text,
  time,
  tracedMembers,
  unit,
} from '../shapes.ts'

const optional = Type.Optional

/** The order the goods came with. */
const orderMembers = {
  purchaseOrder: optional(identifier(22)),
  release: optional(identifier(30)),
  purchaseOrderDate: optional(date()),
}

/** What is asked or granted for goods that go back. */
const answerMembers = {
  disposition: optional(code(2, 'What becomes of the goods or of their price, X12 1292: CR credit …')),
  reason: optional(code(2, 'Why the goods go back, X12 1293; of a response why it was granted or denied, X12 1294')),
  reasonOf: optional(oneOf(['request', 'response'], 'Default request')),
  remark: optional(text(80)),
}

export const returnPriceSchema = closed({
  type: optional(code(3, 'X12 236; default UCP, the unit cost')),
  amount: Type.String({ format: 'price', description: 'In the currency of the order' }),
  uom: optional(unit()),
})

export const returnLineSchema = closed({
  quantity: optional(counted()),
  uom: optional(unit()),
  price: optional(returnPriceSchema),
  sku: optional(identifier(48, 'Our item number')),
  ids: optional(Type.Array(itemIdSchema, { minItems: 1, maxItems: 3 })),
  ...describedMembers,
  ...tracedMembers,
  ...answerMembers,
  ...orderMembers,
  references: references(),
  dates: dates(),
  parties: optional(Type.Array(reachedRolePartySchema, { minItems: 1, maxItems: 200 })),
  notes: optional(Type.Array(text(80), { minItems: 1, maxItems: 100 })),
})

/** Goods that go back: asked for, granted, denied or reported. The RMA is the number under which they are taken in. */
export const returnAuthorizationSchema = closed({
  number: identifier(30),
  purpose: optional(oneOf(['original', 'cancel', 'change', 'replace', 'confirm', 'duplicate'], 'Default original')),
  date: date(),
  time: optional(time()),
  type: optional(code(2, 'What it is, X12 640: a request, an authorization, a notification …')),
  action: optional(code(2, 'X12 306')),
  original: optional(identifier(30, 'The number of the request this one answers')),
  rma: optional(identifier(30, 'The number of the authorization')),
  ...answerMembers,
  ...orderMembers,
  buyer: optional(reachedPartySchema),
  shipTo: optional(reachedPartySchema),
  billTo: optional(reachedPartySchema),
  supplier: optional(reachedPartySchema),
  parties: optional(Type.Array(reachedRolePartySchema, { minItems: 1, maxItems: 200 })),
  contacts: optional(Type.Array(contactSchema, { minItems: 1, maxItems: 20 })),
  references: references(),
  dates: dates(),
  notes: optional(Type.Array(text(80), { minItems: 1, maxItems: 5 })),
  lines: Type.Array(returnLineSchema, { maxItems: MOST_LINES }),
})

export type ReturnAuthorization = Static<typeof returnAuthorizationSchema>
export type ReturnLine = ReturnAuthorization['lines'][number]
/** What is asked or granted, of the whole or of a line. */
export type ReturnAnswer = Pick<ReturnLine, 'disposition' | 'reason' | 'reasonOf' | 'remark'>
/** The order the goods came with, of the whole or of a line. */
export type ReturnOrder = Pick<ReturnLine, 'purchaseOrder' | 'release' | 'purchaseOrderDate'>
