import { add, type Decimal, decimal, decimalText } from '../../base/decimal.ts'
import { type DocumentFault, documentFault } from '../faults.ts'
import { amountFaults, lineNumberFaults } from '../line-checks.ts'
import { isNear, NOTHING, plus, unitsOf } from '../totals.ts'
import type { FreightInvoice } from './schema.ts'

/** What must hold across the members of a freight invoice: what its lines charge is what is to be paid. */
export function freightInvoiceFaults(invoice: FreightInvoice, tolerance = '0.01'): DocumentFault[] {
  const { lines, amount, currency, totals } = invoice
  const faults = [
    ...amountFaults(amount, currency, '/amount'),
    ...amountFaults(totals?.charge, currency, '/totals/charge'),
  ]
  if (lines.length === 0) faults.push(documentFault('LINES_NONE', { pointer: '/lines' }))
  lineNumberFaults(lines, faults)
  const charged = addsUp(invoice) ? undefined : chargedSum(invoice)
  if (charged !== undefined) faults.push(...totalFaults(amount, charged, '/amount', tolerance))
  if (totals?.charge !== undefined && totals.charge !== amount)
    faults.push(...totalFaults(totals.charge, decimal(amount), '/totals/charge', tolerance))
  return faults
}

/** True where it is seen at once that the lines charge what is to be paid. */
function addsUp({ amount, lines }: FreightInvoice): boolean {
  let sum = 0
  for (const { charges } of lines)
    if (charges)
      for (const charge of charges) if (charge.amount !== undefined) sum = plus(sum, unitsOf(charge.amount, PLACES))
  return sum === unitsOf(amount, PLACES)
}

/** No currency has more. */
const PLACES = 3

/** What all lines charge; undefined when they name no amounts. */
function chargedSum({ lines }: FreightInvoice): Decimal | undefined {
  const amounts = lines.flatMap(({ charges = [] }) => charges.flatMap(({ amount }) => amount ?? []))
  if (amounts.length === 0) return undefined
  return amounts.reduce((sum, amount) => add(sum, decimal(amount)), NOTHING)
}

function totalFaults(stated: string, computed: Decimal, pointer: string, tolerance: string): DocumentFault[] {
  if (isNear(decimal(stated), computed, decimal(tolerance))) return []
  return [documentFault('TOTAL_DIFFERS', { pointer }, [stated, decimalText(computed)])]
}
