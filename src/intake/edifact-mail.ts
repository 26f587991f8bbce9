import { writeContrl } from '../edi/edifact/contrl.ts'
import { edifactBytes, type WrittenAddress, type WrittenEdifact, writeEdifact } from '../edi/edifact/write.ts'
import { type About, ANSWER, type Mail, type SendableDocument, type Sent, type Stamp } from './mail.ts'
import { edifactSyntax } from './profile-units.ts'
import type { EdifactProfile } from './settings.ts'

/** The CONTRL that is due, under references of ours. */
export function edifactAnswer(
  answer: WrittenEdifact,
  reference: string,
  profile: EdifactProfile | undefined,
  stamp: Stamp,
): Mail {
  const messages = (answer.messages ?? []).map((message) => ({ ...message, reference: messageReference(stamp) }))
  const written = { ...answer, ...stamp.time, reference: interchangeReference(stamp), messages }
  const body = edifactBytes(writeContrl(written, profile?.separators), written.syntax)
  return { data: sentData(written, { document: ANSWER, key: reference, expectsAck: false }), body }
}

/** A document as a message in an interchange of its own; undefined where it has no message. */
export function edifactDocument(
  type: SendableDocument,
  document: unknown,
  about: About,
  profile: EdifactProfile,
  stamp: Stamp,
): Mail | undefined {
  const { edifact } = type
  if (!edifact) return undefined
  const { charset = 'UNOC', awaitsContrl = true, syntaxVersion, application, agreement } = profile
  const { separators, unwritable, una } = profile
  const message = {
    reference: messageReference(stamp),
    type: edifact.message,
    ...directoryOf(profile, edifact.versions),
    ...present({ association: profile.associations?.[edifact.message] }),
    segments: edifact.write(document as never, edifactSyntax(profile)),
  }
  const written: WrittenEdifact = {
    ...stamp.time,
    ...present({ syntaxVersion, application, agreement }),
    syntax: charset,
    sender: addressOf(profile.ours),
    receiver: addressOf(profile.theirs),
    reference: interchangeReference(stamp),
    ackRequested: awaitsContrl,
    test: profile.usage === 'T',
    messages: [message],
  }
  const text = writeEdifact(written, present({ separators, unwritable, una }))
  return {
    data: sentData(written, { document: type.name, ...about, expectsAck: awaitsContrl }),
    body: edifactBytes(text, charset),
  }
}

/** UNB counts interchanges and UNH messages, each on and on: an APERAK may name either. */
const interchangeReference = ({ numbers }: Stamp): string => String(numbers.isa).padStart(9, '0')
const messageReference = ({ numbers }: Stamp): string => String(numbers.gs)

/** `D.96A` as UNH has it. What our writer of a document does not know is written in the directory it knows best. */
function directoryOf({ version }: EdifactProfile, known: readonly string[]): { version: string; release: string } {
  const directory = version !== undefined && known.includes(version) ? version : (known[0] ?? 'D.96A')
  const [name = 'D', release = '96A'] = directory.split('.')
  return { version: name, release }
}

/** `id:qualifier`, or the id alone. */
function addressOf(address: string): WrittenAddress {
  const colon = address.lastIndexOf(':')
  return colon < 0 ? { id: address } : { id: address.slice(0, colon), qualifier: address.slice(colon + 1) }
}

function sentData(
  { reference, messages = [] }: WrittenEdifact,
  about: Pick<Sent, 'document' | 'expectsAck'> & About,
): Sent {
  const [message] = messages
  return {
    standard: 'edifact',
    control: reference,
    groupControl: '',
    functionalId: '',
    set: message?.type ?? '',
    setControl: message?.reference ?? '',
    ...about,
  }
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

function present<T extends object>(members: T): Present<T> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Present<T>
}
