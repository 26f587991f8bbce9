import Type, { type Static } from 'typebox'
import { closed } from '../json-form.ts'
import {
  code,
  counted,
  date,
  identifier,
  MOST_LINES,
  oneOf,
  possible,
  shipWindowSchema,
  signed,
  text,
  time,
  unit,
} from '../shapes.ts'
import { stockHeadMembers, stockItemMembers } from '../stock-x12.ts'

const optional = Type.Optional

/** What was not as announced about a part of a line. */
export const receiptExceptionSchema = closed({
  quantity: counted(),
  uom: unit(),
  condition: oneOf(['damaged', 'short', 'over', 'quality', 'wrong_item', 'other']),
  code: optional(code(2, 'X12 412, when the condition does not say it all')),
  lot: optional(identifier(12)),
  reason: optional(code(2, 'Why it is damaged, X12 853')),
})
export type ReceiptException = Static<typeof receiptExceptionSchema>

export const stockTransferReceiptLineSchema = closed({
  line: identifier(30, 'The line number of the transfer; it repeats when a line came in several lots'),
  received: possible(),
  uom: unit(),
  ...stockItemMembers,
  exceptions: optional(Type.Array(receiptExceptionSchema, { minItems: 1, maxItems: 50 })),
})

/** The truck as it came. */
export const arrivalSchema = closed({
  method: code(2, 'X12 91'),
  scac: optional(identifier(4)),
  routing: optional(text(35)),
  equipmentInitial: optional(identifier(4)),
  equipmentNumber: optional(identifier(15)),
  seal: optional(identifier(15)),
})
export type TruckArrival = Static<typeof arrivalSchema>

export const receiptTotalsSchema = closed({
  quantity: possible(),
  shipped: optional(possible()),
  difference: optional(signed()),
  damaged: optional(possible()),
})
export type ReceiptTotals = Static<typeof receiptTotalsSchema>

/** What a warehouse says came in, also when that is nothing. */
export const stockTransferReceiptSchema = closed({
  receipt: identifier(12, 'The warehouse’s number of the receipt; a second one with it is a repeat'),
  reporting: code(2, 'X12 514: F full detail, X exceptions only …'),
  date: date('The day of the receipt'),
  time: optional(time()),
  number: optional(identifier(22, 'The depositor’s number of the transfer')),
  shipment: optional(identifier(30)),
  masterReference: optional(identifier(22)),
  linkSequence: optional(identifier(6)),
  ...stockHeadMembers,
  shipWindow: optional(shipWindowSchema),
  arrival: optional(arrivalSchema),
  lines: Type.Array(stockTransferReceiptLineSchema, { maxItems: MOST_LINES }),
  totals: optional(receiptTotalsSchema),
})

export type StockTransferReceipt = Static<typeof stockTransferReceiptSchema>
export type StockTransferReceiptLine = StockTransferReceipt['lines'][number]
