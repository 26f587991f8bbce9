import type { Pieces } from '../base/pieces.ts'
import { guidedSet, type PartnerGuide } from '../edi/x12/guide.ts'
import { type AckPolicy, type Judgement, judge } from '../edi/x12/judge.ts'
import { readingX12 } from '../edi/x12/read.ts'
import type { X12Group, X12Interchange, X12Set } from '../edi/x12/reading.ts'
import type { MasterData } from '../identity/master.ts'
import type { OpenedDocument, OpenedFile, OpenedInterchange } from './interchange.ts'
import { mapInterchange } from './mapping.ts'
import { withUnits } from './profile-units.ts'
import { unlikeAgreed } from './rejection.ts'
import { type IntakeWorld, isEdifact, type Sender, type X12Profile } from './settings.ts'
import { x12Facts } from './x12-facts.ts'
import { ANSWERS, setName, type UnderstoodSet, understoodSets, withFaults } from './x12-sets.ts'

const BOM = [0xef, 0xbb, 0xbf]

/** True for bytes that begin like an interchange, after a byte order mark or blank lines. */
export function looksLikeX12(bytes: Uint8Array): boolean {
  let at = BOM.every((byte, index) => bytes[index] === byte) ? BOM.length : 0
  while (at < bytes.length && (bytes[at] as number) <= 0x20) at += 1
  return bytes[at] === 0x49 && bytes[at + 1] === 0x53 && bytes[at + 2] === 0x41
}

/** Reads and judges every interchange of a file of X12. */
export function* openX12(bytes: Uint8Array, system: string, world: IntakeWorld): Pieces<OpenedFile> {
  const { interchanges, faults } = yield* readingX12(bytes)
  const profile = profileOf(world.sender, world.master)
  const all: OpenedInterchange[] = []
  for (const interchange of interchanges) all.push(yield* opened(interchange, profile, system, world))
  return {
    interchanges: all,
    unreadable: faults.filter(({ severity }) => severity === 'fatal'),
  }
}

function* opened(
  read: X12Interchange,
  profile: X12Profile,
  system: string,
  { sender, master }: IntakeWorld,
): Pieces<OpenedInterchange> {
  const corrected = mapInterchange(read, master.corrections.mappings(system))
  const mapped = profile.guide ? yield* guided(corrected, profile.guide) : corrected
  const understood = yield* understoodSets(mapped, profile, sender)
  const interchange = withFaults(mapped, understood)
  const { policy, unlike } = agreedOf(interchange, profile)
  const judgement = judge(interchange, policy)
  const { senderQualifier, sender: from, receiverQualifier, receiver, usage, controlNumber, start, end } = interchange
  const meant = [...understood.values()]
  return {
    standard: 'x12',
    control: controlNumber,
    sender: `${senderQualifier}:${from}`,
    receiver: `${receiverQualifier}:${receiver}`,
    usage,
    start,
    end,
    verdict: judgement.verdict,
    note: judgement.note,
    documents: documentsOf(judgement, meant),
    facts: unlike === undefined ? x12Facts(judgement, meant) : { ...x12Facts(judgement, meant), unlike },
    reused: () => x12Facts(judge(interchange, { ...profile.policy, interchangeNote: '025' }), []),
  }
}

/** What a guide of its sender finds in an interchange, set by set. */
function* guided(interchange: X12Interchange, guide: PartnerGuide): Pieces<X12Interchange> {
  const groups: X12Group[] = []
  for (const group of interchange.groups) {
    const sets: X12Set[] = []
    for (const set of group.sets) {
      sets.push(guidedSet(set, guide))
      yield
    }
    groups.push({ ...group, sets })
  }
  return { ...interchange, groups }
}

function documentsOf({ interchange, groups }: Judgement, understood: readonly UnderstoodSet[]): OpenedDocument[] {
  const sets = groups.flatMap((group) => group.sets)
  return sets.map(({ set, verdict, accepted }, at) => {
    const { type, document, warnings } = understood[at] ?? {}
    return {
      id: set.id,
      control: set.controlNumber,
      name: setName(interchange.controlNumber, set),
      isAnswer: ANSWERS.has(set.id),
      verdict,
      accepted,
      faults: set.faults,
      ...(type === undefined ? {} : { type }),
      ...(document === undefined ? {} : { document, warnings: warnings ?? [] }),
    }
  })
}

/** A partner that was agreed to speak EDIFACT has no address in X12: whatever it sends in it is refused. */
const SPEAKS_EDIFACT: X12Profile = { ours: '', theirs: '', policy: { interchangeNote: '006' } }

function profileOf({ edi = { ours: '', theirs: '' }, system }: Sender, { corrections }: MasterData): X12Profile {
  return isEdifact(edi) ? SPEAKS_EDIFACT : withUnits(edi, corrections.names(system, 'unit'))
}

/** What only we can know about an interchange, and the words for it. */
interface Agreed {
  readonly policy: AckPolicy
  readonly unlike?: string
}

/** Not from this partner, not for us, or test data on a production route. */
function agreedOf(interchange: X12Interchange, profile: X12Profile): Agreed {
  const { senderQualifier, sender, receiverQualifier, receiver, usage } = interchange
  const { policy = {}, theirs, ours, usage: wanted = 'P' } = profile
  const refused = (interchangeNote: string, said: string, agreed: string): Agreed => ({
    policy: { ...policy, interchangeNote },
    unlike: unlikeAgreed(said, agreed),
  })
  const [from, to] = [`${senderQualifier}:${sender}`, `${receiverQualifier}:${receiver}`]
  if (theirs !== '' && from !== theirs) return refused('006', `sender ${from}`, theirs)
  if (ours !== '' && to !== ours) return refused('009', `receiver ${to}`, ours)
  return usage === wanted ? { policy } : refused('020', `usage ${usage}`, wanted)
}
