import { minorUnits } from '../base/money.ts'
import { type DocumentFault, documentFault } from './faults.ts'
import { type Charge, MOST_LINES } from './shapes.ts'

const FEW = 16

/** More lines than one document may have, and line numbers that come more than once. Short documents are compared pairwise, which needs no set. */
export function lineNumberFaults(lines: readonly { readonly line: string }[], faults: DocumentFault[]): void {
  if (lines.length > MOST_LINES)
    faults.push(documentFault('LINES_TOO_MANY', { pointer: '/lines' }, [String(MOST_LINES)]))
  if (lines.length <= FEW ? !hasRepeat(lines) : new Set(lines.map(({ line }) => line)).size === lines.length) return
  const seen = new Set<string>()
  for (const [at, { line }] of lines.entries()) {
    if (seen.has(line)) faults.push(documentFault('LINE_REPEATED', { pointer: `/lines/${at}/line` }, [line]))
    seen.add(line)
  }
}

/** False where it is seen at once that no two lines have the same number. */
export function mayRepeat(lines: readonly { readonly line?: string }[]): boolean {
  return lines.length > FEW || hasRepeat(lines)
}

function hasRepeat(lines: readonly { readonly line?: string }[]): boolean {
  for (let at = 1; at < lines.length; at += 1) {
    const line = lines[at]?.line
    if (line === undefined) continue
    for (let before = 0; before < at; before += 1) if (lines[before]?.line === line) return true
  }
  return false
}

/** An amount with parts of what its currency can pay is a fault. */
export function amountFaults(amount: string | undefined, currency: string, pointer: string): DocumentFault[] {
  if (amount === undefined || !isUneven(amount, currency)) return []
  return [documentFault('NUMBER_SCALE', { pointer }, [amount, String(minorUnits(currency))])]
}

/** True for an amount with parts of what its currency can pay. */
export function isUneven(amount: string, currency: string): boolean {
  const point = amount.indexOf('.')
  return point >= 0 && amount.length - point - 1 > minorUnits(currency)
}

/** The same for every charge of a document or line. */
export function chargeFaults(charges: readonly Charge[], currency: string, pointer: string): DocumentFault[] {
  const faults: DocumentFault[] = []
  for (let at = 0; at < charges.length; at += 1) {
    const amount = charges[at]?.amount
    if (amount === undefined || !isUneven(amount, currency)) continue
    faults.push(...amountFaults(amount, currency, `${pointer}/charges/${at}/amount`))
  }
  return faults
}

/** Serial numbers that come twice in one shipment: somebody has to look, the goods are on their way. */
export function serialFaults(
  lines: readonly { readonly serials?: readonly string[] }[],
  member: string,
): DocumentFault[] {
  let seen: Set<string> | undefined // most lines have none
  const faults: DocumentFault[] = []
  for (let at = 0; at < lines.length; at += 1) {
    const serials = lines[at]?.serials
    if (serials === undefined) continue
    seen ??= new Set()
    for (const [place, serial] of serials.entries()) {
      const pointer = () => `/${member}/${at}/serials/${place}`
      if (seen.has(serial)) faults.push(documentFault('SERIAL_REPEATED', { pointer: pointer() }, [serial], 'warning'))
      seen.add(serial)
    }
  }
  return faults
}

/** As {@link lineNumberFaults}, where a line need not have a number. */
export function givenNumberFaults(lines: readonly { readonly line?: string }[]): DocumentFault[] {
  const faults: DocumentFault[] = []
  if (!mayRepeat(lines)) return faults
  const seen = new Set<string>()
  lines.forEach(({ line }, at) => {
    if (line === undefined) return
    if (seen.has(line)) faults.push(documentFault('LINE_REPEATED', { pointer: `/lines/${at}/line` }, [line]))
    seen.add(line)
  })
  return faults
}

/** Money without a currency is worth nothing. */
export function currencyFaults(currency: string | undefined, hasMoney: boolean): DocumentFault[] {
  if (!hasMoney || currency !== undefined) return []
  return [documentFault('MISSING', { pointer: '/currency' }, ['The currency'])]
}

/** Lines that name no item. */
export function namelessFaults(
  lines: readonly { readonly sku?: string; readonly ids?: readonly unknown[] }[],
): DocumentFault[] {
  const faults: DocumentFault[] = []
  for (let at = 0; at < lines.length; at += 1) {
    if (lines[at]?.sku !== undefined || lines[at]?.ids !== undefined) continue
    faults.push(documentFault('MISSING', { pointer: `/lines/${at}` }, ['The item of the line']))
  }
  return faults
}
