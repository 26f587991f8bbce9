import { type DocumentFault, documentFault } from '../faults.ts'
import { MOST_LINES } from '../shapes.ts'
import type { ReceivingAdvice } from './schema.ts'

/** What must hold across the members of a receiving advice: a day, and for every line a quantity with its unit. */
export function receivingAdviceFaults(advice: ReceivingAdvice): DocumentFault[] {
  const faults: DocumentFault[] = []
  const missing = (pointer: string, what: string) => faults.push(documentFault('MISSING', { pointer }, [what]))
  if (advice.receivedOn === undefined && advice.dates === undefined) missing('/receivedOn', 'The day of the receipt')
  if (advice.lines.length > MOST_LINES) {
    faults.push(documentFault('LINES_TOO_MANY', { pointer: '/lines' }, [String(MOST_LINES)]))
  }
  for (const [at, line] of advice.lines.entries()) {
    const pointer = `/lines/${at}`
    const { received, returned, exceptions, shipped } = line
    if (received === undefined && returned === undefined && exceptions === undefined) missing(pointer, 'The quantity')
    if (received !== undefined && line.uom === undefined) missing(pointer, 'The unit of measure')
    if (returned !== undefined && line.returnedUom === undefined) missing(pointer, 'The unit of what was returned')
    if (shipped !== undefined && line.shippedUom === undefined) missing(pointer, 'The unit of what was shipped')
  }
  return faults
}
