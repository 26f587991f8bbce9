import Type, { type Static } from 'typebox'
import { closed } from '../json-form.ts'
import { STOCK_STATUSES } from '../partner-syntax.ts'
import { code, date, identifier, MOST_LINES, oneOf, shipWindowSchema, signed, unit } from '../shapes.ts'
import { stockHeadMembers, stockItemMembers } from '../stock-x12.ts'

const optional = Type.Optional
const REASONS = ['count', 'damage', 'expiry', 'theft', 'found', 'conversion', 'sample', 'status', 'other'] as const

export const inventoryAdjustmentLineSchema = closed({
  line: identifier(30),
  quantity: signed(),
  uom: unit(),
  reason: oneOf(REASONS, 'Why; status is a move between two statuses'),
  code: optional(code(2, 'X12 181, when the reason does not say it all')),
  from: optional(oneOf(STOCK_STATUSES, 'The status that loses the quantity')),
  to: optional(oneOf(STOCK_STATUSES, 'The status that gains it')),
  transaction: optional(code(2, 'X12 529')),
  ...stockItemMembers,
})

/** What a warehouse says it put right in its stock: signed changes, never a new total. */
export const inventoryAdjustmentSchema = closed({
  date: date('The day of the adjustment'),
  number: optional(identifier(22, 'The warehouse’s number of the adjustment; a second one with it is a repeat')),
  depositorNumber: optional(identifier(22, 'The depositor’s number of the adjustment')),
  purpose: optional(oneOf(['cancel', 'change', 'replace', 'confirm', 'duplicate'], 'Default original')),
  type: optional(code(2, 'X12 640')),
  ...stockHeadMembers,
  shipWindow: optional(shipWindowSchema),
  lines: Type.Array(inventoryAdjustmentLineSchema, { maxItems: MOST_LINES }),
})

export type InventoryAdjustment = Static<typeof inventoryAdjustmentSchema>
export type InventoryAdjustmentLine = InventoryAdjustment['lines'][number]
