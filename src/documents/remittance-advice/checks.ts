import { add, type Decimal, decimal, decimalText, subtract } from '../../base/decimal.ts'
import { type DocumentFault, documentFault } from '../faults.ts'
import { amountFaults, isUneven } from '../line-checks.ts'
import { isNear, NOTHING } from '../totals.ts'
import type { Adjustment, RemittanceAdvice, RemittanceLine } from './schema.ts'

const TOLERANCE: Decimal = { units: 1n, scale: 2 }

/** What must hold across the members of a remittance: what is paid is what the lines and adjustments add up to. */
export function remittanceAdviceFaults(advice: RemittanceAdvice, tolerance = TOLERANCE): DocumentFault[] {
  const { currency, lines, adjustments = [] } = advice
  const faults = [
    ...(lines.length === 0 && adjustments.length === 0 ? [documentFault('LINES_NONE', { pointer: '/lines' })] : []),
    ...amountFaults(advice.amount, currency, '/amount'),
    ...adjustmentFaults(adjustments, currency, ''),
  ]
  lines.forEach((line, at) => {
    lineFaults(line, currency, `/lines/${at}`, faults)
  })
  return faults.length > 0 ? faults : [...totalFaults(advice, tolerance), ...coverFaults(lines, tolerance)]
}

const AMOUNTS = ['paid', 'billed', 'discount', 'reasonAmount'] as const

function lineFaults(line: RemittanceLine, currency: string, pointer: string, faults: DocumentFault[]): void {
  for (const member of AMOUNTS) {
    const amount = line[member]
    if (amount !== undefined && isUneven(amount, currency)) {
      faults.push(...amountFaults(amount, currency, `${pointer}/${member}`))
    }
  }
  if (line.adjustments) faults.push(...adjustmentFaults(line.adjustments, currency, pointer))
}

function adjustmentFaults(adjustments: readonly Adjustment[], currency: string, pointer: string): DocumentFault[] {
  return adjustments.flatMap(({ amount }, at) => amountFaults(amount, currency, `${pointer}/adjustments/${at}/amount`))
}

/** What a remittance adds up to: what is paid of each line, and the adjustments that belong to none. */
export function remittanceSum({ lines, adjustments = [] }: RemittanceAdvice): Decimal {
  let sum = NOTHING
  for (const { paid } of lines) sum = add(sum, decimal(paid))
  for (const { amount } of adjustments) sum = add(sum, decimal(amount))
  return sum
}

function totalFaults(advice: RemittanceAdvice, tolerance: Decimal): DocumentFault[] {
  const sum = remittanceSum(advice)
  if (isNear(sum, decimal(advice.amount), tolerance)) return []
  return [documentFault('TOTAL_DIFFERS', { pointer: '/amount' }, [advice.amount, decimalText(sum)])]
}

/**
 * A line that pays something else than what was billed, less discount and with its adjustments. Somebody has to ask
 * why, but the money has come: a warning.
 */
function coverFaults(lines: readonly RemittanceLine[], tolerance: Decimal): DocumentFault[] {
  return lines.flatMap((line, at) => {
    if (line.billed === undefined) return []
    let due = subtract(decimal(line.billed), decimal(line.discount ?? '0'))
    for (const { amount } of line.adjustments ?? []) due = add(due, decimal(amount))
    const paid = decimal(line.paid)
    const other = decimal(line.reasonAmount ?? '0') // partners write a deduction here with and without a minus
    if ([add(due, other), subtract(due, other)].some((sum) => isNear(sum, paid, tolerance))) return []
    return [documentFault('TOTAL_DIFFERS', { pointer: `/lines/${at}` }, [line.paid, decimalText(due)], 'warning')]
  })
}
