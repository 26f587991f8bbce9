import Type, { type Static } from 'typebox'
import { closed } from '../json-form.ts'
import { MILESTONES } from '../partner-syntax.ts'
import { freightSchema } from '../road-x12.ts'
import {
  code,
  date,
  identifier,
  MOST_LINES,
  oneOf,
  parties,
  partySchema,
  possible,
  references,
  text,
  time,
} from '../shapes.ts'

const optional = Type.Optional

/** Where something happened. */
export const whereSchema = closed({
  city: optional(text(70)),
  region: optional(text(2)),
  country: optional(code(3)),
  postalCode: optional(text(15)),
})
export type Where = Static<typeof whereSchema>

export const milestoneSchema = closed({
  milestone: oneOf(MILESTONES),
  code: optional(code(3, 'X12 1650 (of an appointment 1652) or EDIFACT 4405, when the milestone does not say it all')),
  reason: optional(code(2, 'X12 1651; NS normal')),
  date: date('The local day it happened, or will'),
  time: optional(time()),
  zone: optional(code(2, 'X12 623: LT local, ET, PT, UT …')),
  where: optional(whereSchema),
  scac: optional(identifier(17)),
  trailer: optional(identifier(17)),
})
export type Milestone = Static<typeof milestoneSchema>

export const ladingExceptionSchema = closed({
  code: code(1, 'X12 33: A damaged, S short, O over …'),
  packaging: optional(code(3, 'X12 211')),
  quantity: optional(possible()),
})
export type LadingException = Static<typeof ladingExceptionSchema>

export const shipmentStatusLineSchema = closed({
  line: identifier(6),
  milestones: Type.Array(milestoneSchema, { minItems: 1, maxItems: 100 }),
  references: references(),
  exceptions: optional(Type.Array(ladingExceptionSchema, { minItems: 1, maxItems: 10 })),
  freight: optional(freightSchema),
})

/** What a carrier says about a shipment on its way. It may come late, twice and out of order. */
export const shipmentStatusSchema = closed({
  pro: optional(identifier(30, 'The carrier’s number of the shipment')),
  shipment: optional(identifier(30, 'The shipper’s number of the shipment')),
  scac: identifier(17, 'The carrier: its SCAC, or the code agreed with it'),
  references: references(),
  shipper: optional(partySchema),
  shipFrom: optional(partySchema),
  shipTo: optional(partySchema),
  consignee: optional(partySchema),
  billTo: optional(partySchema),
  parties: parties(),
  lines: Type.Array(shipmentStatusLineSchema, { maxItems: MOST_LINES }),
})

export type ShipmentStatus = Static<typeof shipmentStatusSchema>
export type ShipmentStatusLine = ShipmentStatus['lines'][number]
