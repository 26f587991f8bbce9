import Type, { type Static } from 'typebox'
import { closed } from '../json-form.ts'
import {
  code,
  date,
  dates,
  identifier,
  itemMembers,
  MOST_LINES,
  markedMembers,
  parties,
  partySchema,
  possible,
  references,
  shipWindowSchema,
  signed,
  text,
  tracedMembers,
  unit,
} from '../shapes.ts'
import { warehouseTotalsSchema } from '../warehouse-order/schema.ts'

const optional = Type.Optional

/** How the goods left. */
export const departureSchema = closed({
  method: code(2, 'X12 91'),
  scac: optional(identifier(4)),
  routing: optional(text(35)),
  payment: optional(code(2, 'X12 146')),
  equipmentType: optional(code(2, 'X12 40')),
  equipmentInitial: optional(identifier(4)),
  equipmentNumber: optional(identifier(15)),
})
export type Departure = Static<typeof departureSchema>

export const warehouseAdviceLineSchema = closed({
  line: identifier(30, 'The line number of the warehouse order; it repeats when a line left in several cartons'),
  status: optional(
    code(2, 'X12 368: CC complete, BP part with the rest to follow, CP part and no more, IC cancelled …'),
  ),
  ordered: optional(possible()),
  shipped: possible(),
  difference: optional(signed()),
  uom: optional(unit()),
  caseCode: optional(identifier(12)),
  ...itemMembers,
  ...tracedMembers,
  ...markedMembers,
  description: optional(text(45)),
  weight: optional(possible()),
  weightUom: optional(unit()),
  references: references(),
})

/** What the warehouse says it shipped, also when that is nothing. */
export const warehouseAdviceSchema = closed({
  number: optional(identifier(35, 'The depositor’s number of the order; the release')),
  reporting: code(2, 'X12 514: F full detail, N new …'),
  date: optional(date('The day of the shipment')),
  shipment: optional(identifier(30, 'The warehouse’s number of the shipment')),
  agentShipment: optional(identifier(30)),
  purchaseOrder: optional(identifier(35)),
  depositor: optional(partySchema),
  warehouse: optional(partySchema),
  shipTo: optional(partySchema),
  billTo: optional(partySchema),
  parties: parties(),
  references: references(),
  shipWindow: optional(shipWindowSchema),
  dates: dates(),
  notes: optional(Type.Array(text(80), { minItems: 1, maxItems: 1000 })),
  departure: optional(departureSchema),
  lines: Type.Array(warehouseAdviceLineSchema, { maxItems: MOST_LINES }),
  totals: optional(warehouseTotalsSchema),
})

export type WarehouseAdvice = Static<typeof warehouseAdviceSchema>
export type WarehouseAdviceLine = WarehouseAdvice['lines'][number]
