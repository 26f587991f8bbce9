import type { DocumentFault } from '../faults.ts'
import { documentFault } from '../faults.ts'
import { lineNumberFaults } from '../line-checks.ts'
import { windowFaults } from '../ship-window.ts'
import type { OrderAcknowledgement } from './schema.ts'

const WITHOUT_LINES = new Set(['acceptedWithoutDetail', 'rejectedWithoutDetail', 'rejected'])

/** What must hold across the members of an acknowledgement. */
export function orderAcknowledgementFaults(answer: OrderAcknowledgement): DocumentFault[] {
  const faults: DocumentFault[] = []
  const needsLines = !WITHOUT_LINES.has(answer.verdict)
  if (needsLines && answer.lines.length === 0) faults.push(documentFault('LINES_NONE', { pointer: '/lines' }))
  lineNumberFaults(answer.lines, faults)
  faults.push(...windowFaults(answer.shipWindow, ''))
  answer.lines.forEach(({ shipWindow }, at) => {
    if (shipWindow) faults.push(...windowFaults(shipWindow, `/lines/${at}`))
  })
  return faults
}
