import { type DocumentFault, documentFault } from '../faults.ts'
import { serialFaults } from '../line-checks.ts'
import { windowFaults } from '../ship-window.ts'
import { itemFaults } from '../stock-x12.ts'
import type { InventoryAdjustment, InventoryAdjustmentLine } from './schema.ts'

/** Figures come in one form: zero has no sign and no digit but 0. */
const isNothing = (quantity: string): boolean => quantity.charCodeAt(0) === ZERO && !/[1-9]/.test(quantity)
const ZERO = 0x30

/** What must hold across the members of an inventory adjustment. */
export function inventoryAdjustmentFaults(adjustment: InventoryAdjustment): DocumentFault[] {
  const { number, depositorNumber, lines, shipWindow } = adjustment
  const faults: DocumentFault[] = []
  if (number === undefined && depositorNumber === undefined) {
    faults.push(documentFault('MISSING', { pointer: '/number' }, ['A number of the adjustment']))
  }
  if (lines.length === 0) faults.push(documentFault('LINES_NONE', { pointer: '/lines' }))
  faults.push(...itemFaults(lines), ...windowFaults(shipWindow, ''), ...serialFaults(lines, 'lines'))
  for (const [at, line] of lines.entries()) lineFaults(line, at, faults)
  return faults
}

/** A line changes something: a quantity, or the weight of goods whose count stays as it is. */
function lineFaults(
  { quantity, weight, from, to }: InventoryAdjustmentLine,
  at: number,
  faults: DocumentFault[],
): void {
  if (weight === undefined && isNothing(quantity)) {
    faults.push(documentFault('NUMBER_OUT_OF_RANGE', { pointer: `/lines/${at}/quantity` }, [quantity, 'all but zero']))
  }
  if (from !== undefined && from === to) {
    faults.push(
      documentFault('CODE_UNKNOWN', { pointer: `/lines/${at}/to` }, [from, 'status other than the one before']),
    )
  }
}
