import Type, { type Static } from 'typebox'
import { closed } from '../json-form.ts'
import { loadTotalsSchema, trailerSchema } from '../road-x12.ts'
import {
  amount,
  code,
  currency,
  date,
  dates,
  identifier,
  MOST_LINES,
  oneOf,
  parties,
  partySchema,
  possible,
  references,
  signed,
  text,
  unit,
} from '../shapes.ts'

const optional = Type.Optional

/** What the carrier charges: a rate and its amount, below zero when it takes off. */
export const freightChargeSchema = closed({
  type: oneOf(['freight', 'fuel', 'discount', 'accessorial']),
  code: optional(code(3, 'X12 150, when the type does not say it all: LFT lift gate, DET detention …')),
  rate: optional(signed()),
  rateBasis: optional(code(2, 'X12 122: FR flat rate, PM per mile, PH per hundred pounds …')),
  amount: optional(amount()),
})
export type FreightCharge = Static<typeof freightChargeSchema>

export const freightInvoiceLineSchema = closed({
  line: identifier(6),
  description: optional(text(50)),
  commodity: optional(identifier(30)),
  commodityList: optional(code(1, 'Whose code the commodity is, X12 23: N NMFC, T STCC …')),
  billed: optional(possible()),
  billedAs: optional(code(2, 'What is billed, X12 221: FR flat rate, DM miles …')),
  weight: optional(possible()),
  weightUom: optional(unit()),
  volume: optional(possible()),
  volumeUom: optional(unit()),
  pieces: optional(possible()),
  packaging: optional(code(3, 'X12 211')),
  charges: optional(Type.Array(freightChargeSchema, { minItems: 1, maxItems: 10 })),
  freightClass: optional(identifier(5)),
})
export type FreightInvoiceLine = Static<typeof freightInvoiceLineSchema>

/** What a carrier wants for a shipment. */
export const freightInvoiceSchema = closed({
  number: identifier(22, 'The carrier’s number of the invoice; with the carrier it names the bill'),
  shipment: optional(identifier(30, 'The shipper’s number of the shipment')),
  scac: identifier(4, 'The carrier'),
  date: date('The day of the invoice'),
  currency: currency(),
  amount: amount('What is to be paid'),
  payment: code(2, 'Who pays, X12 146: PP prepaid, CC collect, TP third party …'),
  correction: optional(code(2, 'X12 202: CO corrected …')),
  delivered: optional(date('The day of the delivery')),
  shipped: optional(date('The day of the shipment')),
  references: references(),
  dates: dates(),
  shipper: optional(partySchema),
  consignee: optional(partySchema),
  billTo: optional(partySchema),
  parties: parties(),
  trailers: optional(Type.Array(trailerSchema, { minItems: 1, maxItems: 10 })),
  lines: Type.Array(freightInvoiceLineSchema, { maxItems: MOST_LINES }),
  totals: optional(loadTotalsSchema),
})

export type FreightInvoice = Static<typeof freightInvoiceSchema>
