import { withGuide } from '../edi/x12/guide.ts'
import { type AckPolicy, type Judgement, judge } from '../edi/x12/judge.ts'
import { readX12 } from '../edi/x12/read.ts'
import type { X12Interchange } from '../edi/x12/reading.ts'
import type { MasterData } from '../identity/master.ts'
import type { OpenedDocument, OpenedFile, OpenedInterchange } from './interchange.ts'
import { mapInterchange } from './mapping.ts'
import { withUnits } from './profile-units.ts'
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
export function openX12(bytes: Uint8Array, system: string, world: IntakeWorld): OpenedFile {
  const { interchanges, faults } = readX12(bytes)
  const profile = profileOf(world.sender, world.master)
  return {
    interchanges: interchanges.map((interchange) => opened(interchange, profile, system, world)),
    unreadable: faults.filter(({ severity }) => severity === 'fatal'),
  }
}

function opened(
  read: X12Interchange,
  profile: X12Profile,
  system: string,
  { sender, master }: IntakeWorld,
): OpenedInterchange {
  const corrected = mapInterchange(read, master.corrections.mappings(system))
  const mapped = profile.guide ? withGuide(corrected, profile.guide) : corrected
  const understood = understoodSets(mapped, profile, sender)
  const interchange = withFaults(mapped, understood)
  const judgement = judge(interchange, policyFor(interchange, profile))
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
    facts: x12Facts(judgement, meant),
    reused: () => x12Facts(judge(interchange, { ...profile.policy, interchangeNote: '025' }), []),
  }
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

/** What only we can know about an interchange: not from this partner, not for us, or test data on a production route. */
function policyFor(interchange: X12Interchange, profile: X12Profile): AckPolicy {
  const { senderQualifier, sender, receiverQualifier, receiver, usage } = interchange
  const policy = profile.policy ?? {}
  if (profile.theirs !== '' && `${senderQualifier}:${sender}` !== profile.theirs)
    return { ...policy, interchangeNote: '006' }
  if (profile.ours !== '' && `${receiverQualifier}:${receiver}` !== profile.ours)
    return { ...policy, interchangeNote: '009' }
  if (usage !== (profile.usage ?? 'P')) return { ...policy, interchangeNote: '020' }
  return policy
}
