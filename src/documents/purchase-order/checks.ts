import { add, compare, type Decimal, decimal, decimalText } from '../../base/decimal.ts'
import { minorUnits } from '../../base/money.ts'
import { type DocumentFault, documentFault } from '../faults.ts'
import { chargeFaults, lineNumberFaults } from '../line-checks.ts'
import { windowFaults } from '../ship-window.ts'
import { chargesSum, isNear, linesSum, NOTHING } from '../totals.ts'
import type { PurchaseOrder, PurchaseOrderLine } from './schema.ts'

const TOLERANCE: Decimal = { units: 1n, scale: 2 }

/** What must hold across the members of an order; the pointers lead into its JSON form. */
export function purchaseOrderFaults(order: PurchaseOrder, tolerance: Decimal = TOLERANCE): DocumentFault[] {
  const faults: DocumentFault[] = []
  if (order.lines.length === 0 && order.purpose !== 'cancel')
    faults.push(documentFault('LINES_NONE', { pointer: '/lines' }))
  lineNumberFaults(order.lines, faults)
  if (order.shipWindow) faults.push(...windowFaults(order.shipWindow, ''))
  if (order.charges) faults.push(...chargeFaults(order.charges, order.currency, ''))
  for (let at = 0; at < order.lines.length; at += 1) lineFaults(order, order.lines[at] as PurchaseOrderLine, at, faults)
  if (order.total !== undefined) totalFaults(order, order.total, tolerance, faults)
  return faults
}

function lineFaults(order: PurchaseOrder, line: PurchaseOrderLine, at: number, faults: DocumentFault[]): void {
  if (line.shipWindow) faults.push(...windowFaults(line.shipWindow, `/lines/${at}`))
  if (line.charges) faults.push(...chargeFaults(line.charges, order.currency, `/lines/${at}`))
  if (line.destinations) splitFaults(line, at, faults)
  const places = minorUnits(order.currency)
  if (places === 0 && line.price?.amount.includes('.')) {
    const about = [line.price.amount, String(places)]
    faults.push(documentFault('NUMBER_SCALE', { pointer: `/lines/${at}/price/amount` }, about, 'warning'))
  }
}

function splitFaults(line: PurchaseOrderLine, at: number, faults: DocumentFault[]): void {
  let sum = NOTHING
  for (const { quantity } of line.destinations ?? []) sum = add(sum, decimal(quantity))
  if (compare(sum, decimal(line.quantity)) === 0) return
  faults.push(documentFault('SPLIT_DIFFERS', { pointer: `/lines/${at}` }, [decimalText(sum), line.quantity]))
}

/** A stated total is only a claim: it may mean the lines alone or the lines with their charges. */
function totalFaults(order: PurchaseOrder, stated: string, tolerance: Decimal, faults: DocumentFault[]): void {
  const lines = linesSum(order.lines, order.currency)
  if (lines === undefined) return
  let charges = chargesSum(order.charges)
  for (const line of order.lines) if (line.charges) charges = add(charges, chargesSum(line.charges))
  if (isNear(lines, decimal(stated), tolerance) || isNear(add(lines, charges), decimal(stated), tolerance)) return
  faults.push(documentFault('TOTAL_DIFFERS', { pointer: '/total' }, [stated, decimalText(lines)], 'warning'))
}
