import type { Pieces } from '../base/pieces.ts'
import { type EdifactJudgement, type EdifactPolicy, judgeEdifact } from '../edi/edifact/judge.ts'
import { readingEdifact } from '../edi/edifact/read.ts'
import type { EdifactInterchange } from '../edi/edifact/reading.ts'
import { isLetterOrDigit } from '../edi/x12/bytes.ts'
import type { MasterData } from '../identity/master.ts'
import { edifactFacts } from './edifact-facts.ts'
import {
  isAnswer,
  mapMessages,
  messageName,
  type UnderstoodMessage,
  understoodMessages,
  withFaults,
} from './edifact-messages.ts'
import type { OpenedDocument, OpenedFile, OpenedInterchange } from './interchange.ts'
import { withUnits } from './profile-units.ts'
import { unlikeAgreed } from './rejection.ts'
import { type EdifactProfile, type IntakeWorld, isEdifact, type Sender } from './settings.ts'

const BOM = [0xef, 0xbb, 0xbf]
const [U, N, A, B] = [0x55, 0x4e, 0x41, 0x42]

/** True for bytes that begin with UNA or UNB and a service character, after a byte order mark or blank lines. */
export function looksLikeEdifact(bytes: Uint8Array): boolean {
  let at = BOM.every((byte, index) => bytes[index] === byte) ? BOM.length : 0
  while (at < bytes.length && (bytes[at] as number) <= 0x20) at += 1
  if (bytes[at] !== U || bytes[at + 1] !== N || (bytes[at + 2] !== A && bytes[at + 2] !== B)) return false
  const service = bytes[at + 3]
  return service === undefined || !isLetterOrDigit(service)
}

/** Reads and judges every interchange of a file of EDIFACT. */
export function* openEdifact(bytes: Uint8Array, system: string, world: IntakeWorld): Pieces<OpenedFile> {
  const profile = profileOf(world.sender, world.master)
  const options = profile.writes === undefined ? {} : { charset: profile.writes }
  const { interchanges, faults } = yield* readingEdifact(bytes, options)
  const all: OpenedInterchange[] = []
  for (const interchange of interchanges) all.push(yield* opened(interchange, profile, system, world))
  return {
    interchanges: all,
    unreadable: faults.filter(({ severity }) => severity === 'fatal'),
  }
}

function* opened(
  read: EdifactInterchange,
  profile: EdifactProfile,
  system: string,
  { sender, master }: IntakeWorld,
): Pieces<OpenedInterchange> {
  const mapped = mapMessages(read, master.corrections.mappings(system))
  const understood = yield* understoodMessages(mapped, profile, sender)
  const interchange = withFaults(mapped, understood)
  const { policy, unlike } = agreedOf(interchange, profile)
  const judgement = judgeEdifact(interchange, policy)
  const { verdict, error = '' } = judgement
  const reused = { ...profile.policy, interchangeError: DUPLICATE }
  return {
    standard: 'edifact',
    control: interchange.reference,
    sender: namedAs(interchange.senderQualifier, interchange.sender),
    receiver: namedAs(interchange.receiverQualifier, interchange.receiver),
    usage: usageOf(interchange),
    start: interchange.start,
    end: interchange.end,
    verdict,
    note: error,
    documents: documentsOf(judgement, understood),
    facts: { ...edifactFacts(judgement, understood, profile), ...(unlike === undefined ? {} : { unlike }) },
    reused: () => edifactFacts(judgeEdifact(interchange, reused), [], profile),
  }
}

function documentsOf(
  { interchange, messages }: EdifactJudgement,
  understood: readonly UnderstoodMessage[],
): OpenedDocument[] {
  return messages.map(({ message, verdict, accepted }, at) => {
    const { type, document, warnings = [] } = understood[at] ?? {}
    return {
      id: message.type,
      control: message.reference,
      name: messageName(interchange.reference, message),
      isAnswer: isAnswer(message),
      verdict,
      accepted,
      faults: message.faults,
      ...(type === undefined ? {} : { type }),
      ...(document === undefined ? {} : { document, warnings }),
    }
  })
}

/** Error codes (0085) that only we can give. */
const OTHER_RECIPIENT = '43'
const OTHER_SENDER = '23'
const OTHER_USAGE = '25'
const DUPLICATE = '26'

/** A partner that was agreed to speak X12 has no address in EDIFACT: whatever it sends in it is refused. */
const SPEAKS_X12: EdifactProfile = { standard: 'edifact', ours: '', theirs: 'X12' }

function profileOf({ edi, system }: Sender, { corrections }: MasterData): EdifactProfile {
  if (edi && !isEdifact(edi)) return SPEAKS_X12
  return withUnits(edi ?? { standard: 'edifact', ours: '', theirs: '' }, corrections.names(system, 'unit'))
}

/** What only we can know about an interchange, and the words for it. */
interface Agreed {
  readonly policy: EdifactPolicy
  readonly unlike?: string
}

/** Not from this partner, not for us, or test data on a production route. */
function agreedOf(interchange: EdifactInterchange, profile: EdifactProfile): Agreed {
  const { senderQualifier, sender, receiverQualifier, receiver } = interchange
  const { theirs, ours, usage = 'P', policy = {} } = profile
  const refused = (interchangeError: string, said: string, agreed: string): Agreed => ({
    policy: { ...policy, interchangeError },
    unlike: unlikeAgreed(said, agreed),
  })
  const [from, to] = [addressIn(sender, senderQualifier), addressIn(receiver, receiverQualifier)]
  if (theirs !== '' && from !== theirs) return refused(OTHER_SENDER, `sender ${from}`, theirs)
  if (ours !== '' && to !== ours) return refused(OTHER_RECIPIENT, `recipient ${to}`, ours)
  const used = usageOf(interchange)
  return used === usage ? { policy } : refused(OTHER_USAGE, `usage ${used}`, usage)
}

const usageOf = ({ test }: EdifactInterchange): 'T' | 'P' => (test ? 'T' : 'P')

/** An address as it stands in UNB: `id:qualifier`, or the id alone. */
export const addressIn = (id: string, qualifier: string): string => (qualifier === '' ? id : `${id}:${qualifier}`)

/** The same party as master data names it. */
const namedAs = (qualifier: string, id: string): string => (qualifier === '' ? id : `${qualifier}:${id}`)
