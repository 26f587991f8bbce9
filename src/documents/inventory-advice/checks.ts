import { type DocumentFault, documentFault } from '../faults.ts'
import { currencyFaults, givenNumberFaults, namelessFaults } from '../line-checks.ts'
import type { InventoryAdvice } from './schema.ts'

/** What must hold across the members of an inventory advice. An empty one is refused: nobody's stock is gone by silence. */
export function inventoryAdviceFaults({ lines, currency }: InventoryAdvice): DocumentFault[] {
  const isPriced = lines.some(({ price }) => price !== undefined)
  return [
    ...(lines.length === 0 ? [documentFault('LINES_NONE', { pointer: '/lines' })] : []),
    ...currencyFaults(currency, isPriced),
    ...givenNumberFaults(lines),
    ...namelessFaults(lines),
  ]
}
