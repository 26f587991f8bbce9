import Type, { type Static } from 'typebox'
import { closed } from '../json-form.ts'
import {
  code,
  counted,
  dates,
  identifier,
  itemMembers,
  MOST_LINES,
  notes,
  oneOf,
  parties,
  partySchema,
  possible,
  references,
  shipWindowSchema,
  text,
  unit,
} from '../shapes.ts'

const optional = Type.Optional

/** How the warehouse is to ship. */
export const dispatchSchema = closed({
  payment: code(2, 'Who pays the freight, X12 146: PP prepaid, CC collect, TP third party …'),
  method: optional(code(2, 'X12 91: M motor, A air …')),
  palletExchange: optional(code(1, 'X12 399')),
  unitLoad: optional(code(2, 'X12 398')),
  routing: optional(text(35)),
  scac: optional(identifier(4)),
})
export type Dispatch = Static<typeof dispatchSchema>

export const warehouseTotalsSchema = closed({
  quantity: possible(),
  weight: optional(possible()),
  weightUom: optional(unit()),
  volume: optional(possible()),
  volumeUom: optional(unit()),
})
export type WarehouseTotals = Static<typeof warehouseTotalsSchema>

export const warehouseOrderLineSchema = closed({
  line: identifier(30, 'Our line number of the order'),
  quantity: counted(),
  uom: unit(),
  caseCode: optional(identifier(12, 'UPC of the case')),
  ...itemMembers,
  lot: optional(identifier(30)),
  description: optional(text(45)),
  weight: optional(possible()),
  weightUom: optional(unit()),
  references: references(),
  notes: notes(),
})

/** What the depositor tells the warehouse to ship. */
export const warehouseOrderSchema = closed({
  number: identifier(35, 'The depositor’s number of the order; the release'),
  purpose: optional(oneOf(['new', 'replace', 'cancel'], 'Default new')),
  purchaseOrder: optional(identifier(35)),
  linkSequence: optional(identifier(6)),
  masterReference: optional(identifier(35)),
  depositor: optional(partySchema),
  warehouse: optional(partySchema),
  shipTo: optional(partySchema),
  billTo: optional(partySchema),
  parties: parties(),
  references: references(),
  shipWindow: optional(shipWindowSchema),
  dates: dates(),
  notes: optional(Type.Array(text(80), { minItems: 1, maxItems: 1000 })),
  dispatch: optional(dispatchSchema),
  lines: Type.Array(warehouseOrderLineSchema, { maxItems: MOST_LINES }),
  totals: optional(warehouseTotalsSchema),
})

export type WarehouseOrder = Static<typeof warehouseOrderSchema>
export type WarehouseOrderLine = WarehouseOrder['lines'][number]
