import Type, { type Static } from 'typebox'
import { closed } from '../json-form.ts'
import {
  code,
  date,
  dates,
  describedMembers,
  identifier,
  itemMembers,
  MOST_LINES,
  namedParties,
  parties,
  possible,
  priceSchema,
  references,
  time,
  unit,
} from '../shapes.ts'

const optional = Type.Optional

const statusMembers = {
  status: code(2, 'X12 368: CC complete, BP part with the rest to follow, IN in process, IC cancelled …'),
  date: optional(date()),
  reason: optional(code(3, 'X12 641')),
  quantities: optional(
    Type.Array(closed({ qualifier: code(2, 'X12 673'), quantity: possible(), uom: optional(unit()) }), {
      minItems: 1,
      maxItems: 4,
    }),
  ),
}

/** A state of an order, and how much of it is in that state. */
export const orderStateSchema = closed(statusMembers)

/** A state of a line, with the days that go with it. */
export const itemStatusSchema = closed({ ...statusMembers, dates: dates() })

export const orderStatusLineSchema = closed({
  line: optional(identifier(20, 'The line number of the order')),
  quantity: optional(possible()),
  uom: optional(unit()),
  price: optional(priceSchema),
  ...itemMembers,
  ...describedMembers,
  statuses: optional(Type.Array(itemStatusSchema, { minItems: 1, maxItems: 104 })),
})

export const reportedOrderSchema = closed({
  purchaseOrder: identifier(35, 'The number the customer gave the order'),
  release: optional(identifier(30)),
  date: optional(date()),
  statuses: optional(Type.Array(orderStateSchema, { minItems: 1, maxItems: 104 })),
  references: references(),
  dates: dates(),
  parties: parties(),
  lines: Type.Array(orderStatusLineSchema, { maxItems: MOST_LINES }),
})

/** How far orders are. */
export const orderStatusSchema = closed({
  number: identifier(30, 'The number of the report'),
  report: code(2, 'What led to the report, X12 850; 3 when nobody asked for it'),
  covers: code(2, 'X12 847: which orders and items it covers'),
  date: date(),
  time: optional(time()),
  ...namedParties,
  parties: parties(),
  references: references(),
  dates: dates(),
  orders: Type.Array(reportedOrderSchema, { minItems: 1, maxItems: 1000 }),
})

export type OrderStatus = Static<typeof orderStatusSchema>
export type ReportedOrder = OrderStatus['orders'][number]
export type OrderStatusLine = ReportedOrder['lines'][number]
export type ItemStatus = Static<typeof itemStatusSchema>
