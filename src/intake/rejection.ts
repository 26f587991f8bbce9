import type { CrossdockError } from '../base/errors.ts'
import { contrlErrorText } from '../edi/edifact/error-words.ts'
import { tradingNoteText } from '../edi/x12/note-words.ts'
import { errors } from './errors.ts'
import type { InterchangeFacts } from './interchange-facts.ts'

/** Why nothing of an interchange was processed, as its sender and the person of its case are told: the code in words, and who was expected. */
export function rejectionOf({ standard, control, note, unlike = '' }: InterchangeFacts): CrossdockError {
  const answer = standard === 'edifact' ? `CONTRL error ${contrlErrorText(note)}` : `TA1 note ${tradingNoteText(note)}`
  return errors.INTERCHANGE_REJECTED(control, unlike === '' ? answer : `${answer}: ${unlike}`)
}

/** What an interchange says of itself, and what was agreed instead. */
export const unlikeAgreed = (said: string, agreed: string): string => `it says ${said}, expected was ${agreed}`
