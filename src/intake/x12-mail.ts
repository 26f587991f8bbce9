import { writeAnswer } from '../edi/x12/acknowledge.ts'
import { type WrittenInterchange, type WrittenSegment, writeInterchange } from '../edi/x12/write.ts'
import { envelopeFor, numbered } from './envelope.ts'
import { type About, ANSWER, type Mail, type SendableDocument, type Sent, type Stamp } from './mail.ts'
import type { X12Profile } from './settings.ts'

const encoder = new TextEncoder()

/** The TA1 or 997s that are due, under numbers of ours. */
export function x12Answer(
  answer: WrittenInterchange,
  control: string,
  profile: X12Profile | undefined,
  { numbers, time }: Stamp,
): Mail {
  const written = numbered(answer, numbers, time)
  return {
    data: sentData(written, ANSWER, { key: control }),
    body: encoder.encode(writeAnswer(written, profile?.separators)),
  }
}

/** A document as a set in an envelope of its own. */
export function x12Document(
  type: SendableDocument,
  document: unknown,
  about: About,
  profile: X12Profile,
  { numbers, time }: Stamp,
): Mail {
  const segments = type.writeX12(document as never, profile.syntax) as readonly WrittenSegment[]
  const set = { id: type.x12.set, controlNumber: 1, segments }
  const written = envelopeFor(profile, type.x12.functionalId, set, numbers, time)
  const options = profile.separators ? { separators: profile.separators } : {}
  return { data: sentData(written, type.name, about), body: encoder.encode(writeInterchange(written, options)) }
}

function sentData(written: WrittenInterchange, document: string, about: About): Sent {
  const [group] = written.groups
  const set = group?.sets[0]
  return {
    control: String(written.controlNumber).padStart(9, '0'),
    groupControl: group ? String(group.controlNumber) : '',
    functionalId: group?.functionalId ?? '',
    set: set?.id ?? 'TA1',
    setControl: set ? String(set.controlNumber).padStart(4, '0') : '',
    document,
    ...about,
    expectsAck: document !== ANSWER,
  }
}
