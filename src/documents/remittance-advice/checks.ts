import { add, type Decimal, decimal, decimalText, subtract } from '../../base/decimal.ts'
import { type DocumentFault, documentFault } from '../faults.ts'
import { amountFaults, isUneven } from '../line-checks.ts'
import { isNear, NOTHING, plus, unitsOf } from '../totals.ts'
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
  for (let at = 0; at < lines.length; at += 1) lineFaults(lines[at] as RemittanceLine, currency, at, faults)
  return faults.length > 0 ? faults : [...totalFaults(advice, tolerance), ...coverFaults(lines, tolerance)]
}

const AMOUNTS = ['paid', 'billed', 'discount', 'reasonAmount'] as const

function lineFaults(line: RemittanceLine, currency: string, at: number, faults: DocumentFault[]): void {
  for (const member of AMOUNTS) {
    const amount = line[member]
    if (amount !== undefined && isUneven(amount, currency)) {
      faults.push(...amountFaults(amount, currency, `/lines/${at}/${member}`))
    }
  }
  if (line.adjustments) faults.push(...adjustmentFaults(line.adjustments, currency, `/lines/${at}`))
}

function adjustmentFaults(adjustments: readonly Adjustment[], currency: string, pointer: string): DocumentFault[] {
  return adjustments.flatMap(({ amount }, at) =>
    isUneven(amount, currency) ? amountFaults(amount, currency, `${pointer}/adjustments/${at}/amount`) : [],
  )
}

/** What a remittance adds up to: what is paid of each line, and the adjustments that belong to none. */
export function remittanceSum({ lines, adjustments = [] }: RemittanceAdvice): Decimal {
  let sum = NOTHING
  for (const { paid } of lines) sum = add(sum, decimal(paid))
  for (const { amount } of adjustments) sum = add(sum, decimal(amount))
  return sum
}

function totalFaults(advice: RemittanceAdvice, tolerance: Decimal): DocumentFault[] {
  if (addsUp(advice)) return []
  const sum = remittanceSum(advice)
  if (isNear(sum, decimal(advice.amount), tolerance)) return []
  return [documentFault('TOTAL_DIFFERS', { pointer: '/amount' }, [advice.amount, decimalText(sum)])]
}

/** True where it is seen at once that all adds up; whether it is near enough takes longer to say. */
function addsUp({ amount, lines, adjustments = [] }: RemittanceAdvice): boolean {
  let sum = 0
  for (const { paid } of lines) sum = plus(sum, unitsOf(paid, PLACES))
  for (const adjustment of adjustments) sum = plus(sum, unitsOf(adjustment.amount, PLACES))
  return sum === unitsOf(amount, PLACES)
}

/** No currency has more. */
const PLACES = 3

/** The same of a line that pays what was billed, less discount and with its adjustments. */
function isCovered({ billed, discount, paid, adjustments, reasonAmount }: RemittanceLine): boolean {
  if (billed === undefined) return true
  if (reasonAmount !== undefined) return false
  let due = plus(0, unitsOf(billed, PLACES))
  if (discount !== undefined) due = plus(due, negative(unitsOf(discount, PLACES)))
  if (adjustments) for (const { amount } of adjustments) due = plus(due, unitsOf(amount, PLACES))
  return due === unitsOf(paid, PLACES)
}

const negative = (units: number | undefined): number | undefined => (units === undefined ? undefined : -units)

/**
 * A line that pays something else than what was billed, less discount and with its adjustments. Somebody has to ask
 * why, but the money has come: a warning.
 */
function coverFaults(lines: readonly RemittanceLine[], tolerance: Decimal): DocumentFault[] {
  return lines.flatMap((line, at) => {
    if (line.billed === undefined || isCovered(line)) return []
    let due = subtract(decimal(line.billed), decimal(line.discount ?? '0'))
    for (const { amount } of line.adjustments ?? []) due = add(due, decimal(amount))
    const paid = decimal(line.paid)
    const other = decimal(line.reasonAmount ?? '0') // partners write a deduction here with and without a minus
    if ([add(due, other), subtract(due, other)].some((sum) => isNear(sum, paid, tolerance))) return []
    return [documentFault('TOTAL_DIFFERS', { pointer: `/lines/${at}` }, [line.paid, decimalText(due)], 'warning')]
  })
}
