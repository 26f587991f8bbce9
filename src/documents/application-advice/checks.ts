import { type DocumentFault, documentFault } from '../faults.ts'
import type { ApplicationAdvice } from './schema.ts'

/** What must hold across the members of an advice: there is an answer in it, and what is not taken says why. */
export function applicationAdviceFaults({ entries }: ApplicationAdvice): DocumentFault[] {
  const faults: DocumentFault[] = []
  if (entries.length === 0) faults.push(documentFault('MISSING', { pointer: '/entries' }, ['The document it answers']))
  for (const [at, { verdict, problems }] of entries.entries()) {
    if (verdict !== 'rejected' || problems !== undefined) continue
    faults.push(documentFault('MISSING', { pointer: `/entries/${at}` }, ['The reason of the rejection'], 'warning'))
  }
  return faults
}
