import { add, type Decimal, decimal, decimalText } from '../../base/decimal.ts'
import { type DocumentFault, documentFault } from '../faults.ts'
import { amountFaults, chargeFaults, lineNumberFaults } from '../line-checks.ts'
import { windowFaults } from '../ship-window.ts'
import { chargesSum, isNear, linesSum, NOTHING } from '../totals.ts'
import type { Invoice, InvoiceLine, Tax } from './schema.ts'

const TOLERANCE: Decimal = { units: 1n, scale: 2 }

/** How an invoice's total is checked. */
export interface TotalRule {
  readonly tolerance?: Decimal
  /** Whether the charges of the summary add to the total, or only repeat those of the lines. */
  readonly summaryCharges?: 'add' | 'repeat'
}

/** What must hold across the members of an invoice: above all that it adds up. */
export function invoiceFaults(invoice: Invoice, rule: TotalRule = {}): DocumentFault[] {
  const { lines, currency, shipWindow, charges = [] } = invoice
  const faults: DocumentFault[] = []
  if (lines.length === 0) faults.push(documentFault('LINES_NONE', { pointer: '/lines' }))
  lineNumberFaults(lines, faults)
  faults.push(...windowFaults(shipWindow, ''), ...chargeFaults(charges, currency, ''))
  for (const member of ['total', 'discountable', 'discounted', 'discount'] as const) {
    faults.push(...amountFaults(invoice[member], currency, `/${member}`))
  }
  lines.forEach((line, at) => {
    if (!isSimple(line)) faults.push(...lineFaults(line, currency, `/lines/${at}`))
  })
  if (faults.length === 0) faults.push(...totalFaults(invoice, rule))
  return faults
}

/** True for a line that has nothing to be looked at: a price in its own unit, no charges, no window. */
const isSimple = ({ price, uom, charges, shipWindow }: InvoiceLine): boolean =>
  charges === undefined && shipWindow === undefined && price !== undefined && (price.uom ?? uom) === uom

function lineFaults(line: InvoiceLine, currency: string, pointer: string): DocumentFault[] {
  const { price, uom, charges = [], shipWindow } = line
  const faults = [...windowFaults(shipWindow, pointer), ...chargeFaults(charges, currency, pointer)]
  if (price === undefined) faults.push(documentFault('PRICE_MISSING', { pointer }))
  else if (price.uom !== undefined && price.uom !== uom) {
    faults.push(documentFault('PRICE_BASIS', { pointer }, [`${price.uom} for a quantity in ${uom}`]))
  }
  return faults
}

/** What an invoice adds up to: rounded lines, charges less allowances, taxes. */
export function invoiceSum(invoice: Invoice, summaryCharges: 'add' | 'repeat' = 'add'): Decimal {
  let sum = add(NOTHING, taxesSum(invoice.taxes))
  if (summaryCharges === 'add') sum = add(sum, chargesSum(invoice.charges))
  for (const { charges, taxes } of invoice.lines) {
    if (charges) sum = add(sum, chargesSum(charges))
    if (taxes) sum = add(sum, taxesSum(taxes))
  }
  return add(sum, linesSum(invoice.lines, invoice.currency) ?? NOTHING)
}

/** What taxes add up to. */
export function taxesSum(taxes: readonly Tax[] | undefined): Decimal {
  let sum = NOTHING
  for (const { amount } of taxes ?? []) if (amount !== undefined) sum = add(sum, decimal(amount))
  return sum
}

function totalFaults(invoice: Invoice, { tolerance = TOLERANCE, summaryCharges }: TotalRule): DocumentFault[] {
  const sum = invoiceSum(invoice, summaryCharges)
  if (isNear(sum, decimal(invoice.total), tolerance)) return []
  return [documentFault('TOTAL_DIFFERS', { pointer: '/total' }, [invoice.total, decimalText(sum)])]
}
