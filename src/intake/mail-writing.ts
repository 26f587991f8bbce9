import { edifactAnswer, edifactDocument } from './edifact-mail.ts'
import type { InterchangeFacts } from './interchange-facts.ts'
import type { About, Mail, SendableDocument, Stamp } from './mail.ts'
import { type EdiProfile, isEdifact } from './settings.ts'
import { x12Answer, x12Document } from './x12-mail.ts'

/** The answer that is due to what came in, in the language it came in; undefined when none is. */
export function answerMail(facts: InterchangeFacts, profile: EdiProfile, stamp: Stamp): Mail | undefined {
  const { answer, contrl, control } = facts
  if (contrl) return edifactAnswer(contrl, control, isEdifact(profile) ? profile : undefined, stamp)
  return answer && x12Answer(answer, control, isEdifact(profile) ? undefined : profile, stamp)
}

/** A document for a partner, in its language; undefined where the document has no form in it. */
export function documentMail(
  type: SendableDocument,
  document: unknown,
  about: About,
  profile: EdiProfile,
  stamp: Stamp,
): Mail | undefined {
  return isEdifact(profile)
    ? edifactDocument(type, document, about, profile, stamp)
    : x12Document(type, document, about, profile, stamp)
}
