import { type DocumentFault, documentFault } from '../faults.ts'
import { namelessFaults, serialFaults } from '../line-checks.ts'
import type { ReturnAuthorization, ReturnLine } from './schema.ts'

/** What must hold across the members of a return authorization. */
export function returnAuthorizationFaults(authorization: ReturnAuthorization): DocumentFault[] {
  const { lines, purpose } = authorization
  return [
    ...(lines.length === 0 && purpose !== 'cancel' ? [documentFault('LINES_NONE', { pointer: '/lines' })] : []),
    ...namelessFaults(lines),
    ...serialFaults(lines, 'lines'),
    ...lines.flatMap((line, at) => lineFaults(line, `/lines/${at}`)),
  ]
}

/** A quantity and its unit travel together. */
function lineFaults({ quantity, uom }: ReturnLine, pointer: string): DocumentFault[] {
  if ((quantity === undefined) === (uom === undefined)) return []
  const missing = quantity === undefined ? 'The quantity' : 'The unit of measure'
  return [documentFault('MISSING', { pointer }, [missing])]
}
