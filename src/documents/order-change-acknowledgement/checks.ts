import { changeLineFaults } from '../change-line.ts'
import type { DocumentFault } from '../faults.ts'
import { chargeFaults } from '../line-checks.ts'
import { windowFaults } from '../ship-window.ts'
import type { OrderChangeAcknowledgement } from './schema.ts'

/** What must hold across the members of the answer to a change. The answer to a cancellation has no lines. */
export function orderChangeAcknowledgementFaults(answer: OrderChangeAcknowledgement): DocumentFault[] {
  const faults: DocumentFault[] = []
  changeLineFaults(answer.lines, faults)
  faults.push(...windowFaults(answer.shipWindow, ''), ...chargeFaults(answer.charges ?? [], answer.currency, ''))
  for (const [at, line] of answer.lines.entries()) {
    if (line.shipWindow) faults.push(...windowFaults(line.shipWindow, `/lines/${at}`))
    if (line.charges) faults.push(...chargeFaults(line.charges, answer.currency, `/lines/${at}`))
  }
  return faults
}
