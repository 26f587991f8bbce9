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
  identifier,
  itemMembers,
  ladingSchema,
  MOST_LINES,
  namedParties,
  oneOf,
  parties,
  partySchema,
  possible,
  references,
  time,
  unit,
} from '../shapes.ts'

const optional = Type.Optional

/** An order the goods were received for. */
export const receivedOrderSchema = closed({
  purchaseOrder: identifier(35),
  release: optional(identifier(30)),
  date: optional(date()),
})

/** Goods that were not as they should be. */
export const receiptExceptionSchema = closed({
  quantity: possible(),
  uom: unit(),
  condition: code(2, 'X12 412: 01 damaged, 02 short, 03 over …'),
})

export const receivedLineSchema = closed({
  line: optional(identifier(20)),
  received: optional(possible()),
  uom: optional(unit()),
  returned: optional(possible()),
  returnedUom: optional(unit()),
  exceptions: optional(Type.Array(receiptExceptionSchema, { minItems: 1, maxItems: 5 })),
  shipped: optional(possible()),
  shippedUom: optional(unit()),
  ...itemMembers,
  ...describedMembers,
  orders: optional(Type.Array(receivedOrderSchema, { minItems: 1, maxItems: 25 })),
  references: references(),
  dates: dates(),
})

/** What a receiver found when goods came in: counted, short, over, damaged. */
export const receivingAdviceSchema = closed({
  number: identifier(35, 'The receiver’s number of the receipt'),
  purpose: optional(oneOf(['original', 'cancel', 'change', 'replace', 'confirm', 'duplicate'], 'Default original')),
  type: code(1, 'X12 962: receiving advice before or after the goods were put away, acceptance certificate'),
  date: date(),
  time: optional(time()),
  condition: optional(code(2, 'Of the whole, X12 412')),
  receivedOn: optional(date('The day the goods came in')),
  orders: optional(Type.Array(receivedOrderSchema, { minItems: 1, maxItems: 25 })),
  shipFrom: optional(partySchema),
  ...namedParties,
  parties: parties(),
  contacts: optional(Type.Array(contactSchema, { minItems: 1, maxItems: 3 })),
  references: references(),
  dates: dates(),
  ladings: optional(Type.Array(ladingSchema, { minItems: 1, maxItems: 2 })),
  carriage: optional(carriageSchema),
  equipment: optional(Type.Array(equipmentSchema, { minItems: 1, maxItems: 12 })),
  lines: Type.Array(receivedLineSchema, { maxItems: MOST_LINES }),
})

export type ReceivingAdvice = Static<typeof receivingAdviceSchema>
export type ReceivedLine = ReceivingAdvice['lines'][number]
export type ReceivedOrder = Static<typeof receivedOrderSchema>
export type ReceiptException = Static<typeof receiptExceptionSchema>
