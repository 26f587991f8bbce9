import Type, { type Static } from 'typebox'
import { closed } from '../json-form.ts'
import { code, counted, date, identifier, MOST_LINES, shipWindowSchema, unit } from '../shapes.ts'
import { stockHeadMembers, stockItemMembers } from '../stock-x12.ts'
import { departureSchema } from '../warehouse-advice/schema.ts'
import { warehouseTotalsSchema } from '../warehouse-order/schema.ts'

const optional = Type.Optional

export const stockTransferAdviceLineSchema = closed({
  line: identifier(30, 'The line number of the transfer; it repeats when a line left in several lots'),
  quantity: counted(),
  uom: unit(),
  ...stockItemMembers,
})

/** What is on its way to a warehouse: an expectation, and no stock yet. */
export const stockTransferAdviceSchema = closed({
  number: optional(identifier(22, 'The depositor’s number of the transfer')),
  reporting: code(2, 'X12 514: F full detail, N new …'),
  date: optional(date('The day of the shipment')),
  shipment: optional(identifier(30, 'The number of the shipment')),
  agentShipment: optional(identifier(30)),
  purchaseOrder: optional(identifier(22)),
  masterReference: optional(identifier(22)),
  linkSequence: optional(identifier(6)),
  ...stockHeadMembers,
  shipWindow: optional(shipWindowSchema),
  departure: optional(departureSchema),
  lines: Type.Array(stockTransferAdviceLineSchema, { maxItems: MOST_LINES }),
  totals: optional(warehouseTotalsSchema),
})

export type StockTransferAdvice = Static<typeof stockTransferAdviceSchema>
export type StockTransferAdviceLine = StockTransferAdvice['lines'][number]
