import { withGuide } from '../edi/x12/guide.ts'
import { type AckPolicy, type Judgement, judge } from '../edi/x12/judge.ts'
import { readX12 } from '../edi/x12/read.ts'
import type { X12Fault, X12Interchange } from '../edi/x12/reading.ts'
import { laneOfSubject } from '../lifecycle/subject.ts'
import type { Arrival, FaultyPart, KeyClaim, Part, PartAnswer, TakeContext } from './arrival.ts'
import { errors } from './errors.ts'
import { briefly, contentOf, mailboxOf } from './interchange-content.ts'
import { factsOf, type InterchangeFacts } from './interchange-facts.ts'
import { understoodSets, withFaults } from './interchange-sets.ts'
import { controlNumberKey, digestOf, requestKey } from './keys.ts'
import { mapInterchange } from './mapping.ts'
import { refusedInput } from './quarantine.ts'
import type { EdiProfile, IntakeWorld } from './settings.ts'
import { unreadablePart } from './unreadable-part.ts'

const BOM = [0xef, 0xbb, 0xbf]

/** True for bytes that begin like an interchange, after a byte order mark or blank lines. */
export function looksLikeX12(bytes: Uint8Array): boolean {
  let at = BOM.every((byte, index) => bytes[index] === byte) ? BOM.length : 0
  while (at < bytes.length && (bytes[at] as number) <= 0x20) at += 1
  return bytes[at] === 0x49 && bytes[at + 1] === 0x53 && bytes[at + 2] === 0x41
}

/** The interchanges of a file, each a part with its documents in it; or one faulty part when there is none to read. */
export function interchangeParts(arrival: Arrival, world: IntakeWorld): (Part | FaultyPart)[] {
  const { interchanges, faults } = readX12(arrival.bytes)
  const unreadable = faults.filter(({ severity }) => severity === 'fatal')
  const parts: (Part | FaultyPart)[] = interchanges.map((interchange) => interchangePart(interchange, arrival, world))
  if (interchanges.length === 0 || unreadable.length > 0) parts.push(nothingToRead(arrival, unreadable))
  return parts
}

/** X01: nobody can be answered without an ISA; the bytes stay, and a person looks. */
function nothingToRead(arrival: Arrival, faults: readonly X12Fault[]): Part | FaultyPart {
  const why = faults[0]?.message ?? 'there is no interchange in it'
  const error = errors.INTERCHANGE_UNREADABLE(why)
  const refusal = {
    report: 'interchange',
    code: error.code,
    reason: error.message,
    detail: { faults: briefly(faults) },
  }
  return unreadablePart({ what: 'interchange', subject: mailboxOf(arrival), error, refusal }, arrival)
}

function interchangePart(read: X12Interchange, arrival: Arrival, world: IntakeWorld): Part | FaultyPart {
  const { sender, master } = world
  const profile = profileOf(sender, master)
  const corrected = mapInterchange(read, master.corrections.mappings(arrival.system))
  const mapped = profile.guide ? withGuide(corrected, profile.guide) : corrected
  const documents = understoodSets(mapped, profile, world)
  const interchange = withFaults(mapped, documents)
  const judgement = judge(interchange, policyFor(interchange, profile))
  const subject = mailboxOf(arrival, sender)
  const facts = factsOf(judgement, documents)
  const isRejected = judgement.verdict === 'R'
  // a rejected interchange keeps its number: cut off on the way, it may come again whole
  const numbers = isRejected ? [] : controlClaim(interchange, arrival, subject)
  const claims = [...fileClaim(interchange, arrival, subject), ...numbers]
  const input = (type: string, data: InterchangeFacts, receipt: string) =>
    ({ kind: 'arrival', type, subject, source: arrival.system, receipt, occurredAt: arrival.receivedAt, data }) as const
  return {
    what: 'interchange',
    claims,
    quarantined: isRejected,
    parts: isRejected ? [] : contentOf(judgement, documents, arrival, world),
    take: ({ receipt }) => ({ inputs: [input('interchange', facts, receipt)], ref: receipt }),
    // the same file picked up twice is our own repeat: only a partner's retransmission is answered again
    again: ({ kind }, { receipt }) =>
      kind === 1 && arrival.channel !== 'sftp' ? [] : [input('interchange.repeated', facts, receipt)],
    answer: (receipt) => answerOf(judgement, receipt),
    conflict: ({ kind }, context) =>
      kind === 1
        ? { error: errors.IDEMPOTENCY_KEY_REUSED(), inputs: [] }
        : numberReused(interchange, arrival, subject, context, profile),
  }
}

/** What was agreed with a partner, and the unit codes of its that a person explained since. */
function profileOf({ edi, system }: IntakeWorld['sender'], { corrections }: IntakeWorld['master']): EdiProfile {
  const profile = edi ?? { ours: '', theirs: '' }
  const units = corrections.names(system, 'unit')
  const { syntax = {} } = profile
  return Object.keys(units).length === 0
    ? profile
    : { ...profile, syntax: { ...syntax, units: { ...syntax.units, ...units } } }
}

/** The transport's own key: a file as it lay in its folder, or a request. A file may hold several interchanges. */
function fileClaim({ start, end }: X12Interchange, arrival: Arrival, subject: string): KeyClaim[] {
  const { tenant, system, idempotencyKey } = arrival
  if (idempotencyKey === undefined) return []
  const digest = digestOf(arrival.bytes.subarray(start, end))
  const key = `${idempotencyKey}#${start}`
  return [requestKey({ tenant, system, scope: 'interchange', key }, digest, laneOfSubject(subject))]
}

/** An interchange number is unique per sender, receiver and usage; a file without one has nothing to claim. */
function controlClaim(interchange: X12Interchange, arrival: Arrival, subject: string): KeyClaim[] {
  const { senderQualifier, sender, receiverQualifier, receiver, usage, controlNumber, start, end } = interchange
  if (controlNumber === '') return []
  const identity = {
    tenant: arrival.tenant,
    sender: `${senderQualifier}:${sender}`,
    receiver: `${receiverQualifier}:${receiver}`,
    usage,
    control: controlNumber,
  }
  return [controlNumberKey(identity, digestOf(arrival.bytes.subarray(start, end)), laneOfSubject(subject))]
}

/** What only we can know about an interchange: not from this partner, not for us, or test data on a production route. */
function policyFor(interchange: X12Interchange, profile: EdiProfile): AckPolicy {
  const { senderQualifier, sender, receiverQualifier, receiver, usage } = interchange
  const policy = profile.policy ?? {}
  if (profile.theirs !== '' && `${senderQualifier}:${sender}` !== profile.theirs)
    return { ...policy, interchangeNote: '006' }
  if (profile.ours !== '' && `${receiverQualifier}:${receiver}` !== profile.ours)
    return { ...policy, interchangeNote: '009' }
  if (usage !== (profile.usage ?? 'P')) return { ...policy, interchangeNote: '020' }
  return policy
}

/** What a sender over HTTP is told at once; the 997 goes its own way. */
function answerOf({ interchange, verdict, note }: Judgement, receipt: string): PartAnswer {
  const body = { interchange: interchange.controlNumber, verdict, note, receipt }
  return { status: verdict === 'R' ? 422 : 202, body }
}

/** The same number with other bytes is never processed: TA1 025 and a case. */
function numberReused(
  interchange: X12Interchange,
  arrival: Arrival,
  subject: string,
  { receipt }: TakeContext,
  profile: EdiProfile,
) {
  const error = errors.INTERCHANGE_REUSED(interchange.controlNumber)
  const judgement = judge(interchange, { ...profile.policy, interchangeNote: '025' })
  const facts = factsOf(judgement, new Map())
  const { code, message: reason } = error
  const common = { kind: 'arrival', subject, source: arrival.system, receipt, occurredAt: arrival.receivedAt } as const
  return {
    error,
    inputs: [
      { ...common, type: 'interchange.refused', data: facts },
      refusedInput(
        subject,
        arrival,
        { report: 'interchange', code, reason, detail: { control: facts.control } },
        receipt,
      ),
    ],
  }
}
