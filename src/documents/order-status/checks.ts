import { type DocumentFault, documentFault } from '../faults.ts'
import { MOST_LINES } from '../shapes.ts'
import type { OrderStatus } from './schema.ts'

/** What must hold across the members of a status report: it reports on something, and every line of an order once. */
export function orderStatusFaults({ orders }: OrderStatus): DocumentFault[] {
  const faults: DocumentFault[] = []
  if (orders.length === 0) faults.push(documentFault('MISSING', { pointer: '/orders' }, ['The order']))
  for (const [at, { lines }] of orders.entries()) {
    if (lines.length > MOST_LINES) {
      faults.push(documentFault('LINES_TOO_MANY', { pointer: `/orders/${at}` }, [String(MOST_LINES)]))
    }
    const seen = new Set<string>()
    for (const [index, { line, uom, quantity }] of lines.entries()) {
      const pointer = `/orders/${at}/lines/${index}`
      if (line !== undefined && seen.has(line)) faults.push(documentFault('LINE_REPEATED', { pointer }, [line]))
      if (line !== undefined) seen.add(line)
      if (quantity !== undefined && uom === undefined) {
        faults.push(documentFault('MISSING', { pointer }, ['The unit of measure']))
      }
    }
  }
  return faults
}
