import Type, { type Static } from 'typebox'
import { closed } from '../json-form.ts'
import { freightSchema, loadTotalsSchema, trailerSchema } from '../road-x12.ts'
import {
  code,
  date,
  dates,
  identifier,
  oneOf,
  parties,
  partySchema,
  possible,
  references,
  rolePartySchema,
  text,
  time,
  unit,
} from '../shapes.ts'

const optional = Type.Optional

/** A moment by the clock of the place. */
export const momentSchema = closed({
  date: date(),
  time: optional(time()),
  zone: optional(code(2, 'X12 623: LT local, ET, PT …')),
})
export type Moment = Static<typeof momentSchema>

export const ladenSchema = closed({
  description: optional(text(350)),
  packaging: optional(identifier(17, 'X12 103')),
  mark: optional(identifier(48)),
  freight: optional(freightSchema),
})
export type Laden = Static<typeof ladenSchema>

/** An order of which goods are on the load. */
export const loadOrderSchema = closed({
  reference: optional(identifier(30)),
  purchaseOrder: optional(identifier(22)),
  quantity: optional(possible()),
  uom: optional(unit()),
  weight: optional(possible()),
  weightUom: optional(unit()),
  volume: optional(possible()),
  volumeUom: optional(unit()),
})
export type LoadOrder = Static<typeof loadOrderSchema>

export const stopSchema = closed({
  stop: identifier(3, 'The number of the stop on the trip'),
  action: oneOf(['pick_up', 'drop_off', 'other']),
  code: optional(code(2, 'X12 163, when the action does not say it all: CL complete load, PU part unload …')),
  notBefore: optional(momentSchema),
  notAfter: optional(momentSchema),
  dates: dates(),
  references: references(),
  freight: optional(freightSchema),
  notes: optional(Type.Array(text(80), { minItems: 1, maxItems: 20 })),
  place: optional(rolePartySchema),
  goods: optional(Type.Array(ladenSchema, { minItems: 1, maxItems: 99 })),
  orders: optional(Type.Array(loadOrderSchema, { minItems: 1, maxItems: 999 })),
})
export type Stop = Static<typeof stopSchema>

/** A load that a carrier is offered. */
export const loadTenderSchema = closed({
  shipment: identifier(35, 'The number of the load; a second tender with it changes or repeats the first'),
  scac: optional(identifier(17, 'The carrier: its SCAC, or the code agreed with it')),
  payment: code(2, 'Who pays, X12 146: PP prepaid, CC collect, TP third party …'),
  purpose: optional(oneOf(['cancel', 'change', 'replace', 'confirm', 'duplicate'], 'Default original')),
  type: optional(code(2, 'X12 346; LT load tender')),
  respondBy: optional(momentSchema),
  references: references(),
  notes: optional(Type.Array(text(80), { minItems: 1, maxItems: 10 })),
  billTo: optional(partySchema),
  parties: parties(),
  trailers: optional(Type.Array(trailerSchema, { minItems: 1, maxItems: 10 })),
  stops: Type.Array(stopSchema, { maxItems: 999 }),
  totals: optional(loadTotalsSchema),
})

export type LoadTender = Static<typeof loadTenderSchema>
