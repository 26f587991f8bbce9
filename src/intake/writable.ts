import { CrossdockError } from '../base/errors.ts'
import { envelopeTime } from './envelope.ts'
import { caseErrors } from './errors.ts'
import type { SendableDocument } from './mail.ts'
import { documentMail } from './mail-writing.ts'
import type { EdiProfile } from './settings.ts'
import { placedIn, refuseFaulty } from './written-faults.ts'

/** Numbers and time of an interchange that nobody is sent. */
const STAMP = { numbers: { isa: 1, gs: 1 }, time: envelopeTime(0) }

/**
 * Why a document cannot be written for a partner: a text that has no place in its standard, a value the standard
 * does not allow, a type that has no form in it. Undefined when it can. What its sender can mend now need not become a case later.
 */
export function whyUnwritable(
  type: SendableDocument,
  document: unknown,
  partner: string,
  profile: EdiProfile,
): CrossdockError | undefined {
  try {
    const mail = documentMail(type, document, { key: '1' }, profile, STAMP)
    if (!mail) return caseErrors.DOCUMENT_UNSENDABLE(`a ${type.name} to ${partner}`)
    refuseFaulty({ body: mail.body, type, document, partner }, profile)
    return undefined
  } catch (error) {
    if (error instanceof CrossdockError) return placedIn(document, error)
    throw error
  }
}
