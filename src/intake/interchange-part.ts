import type { DocumentFault } from '../documents/faults.ts'
import { readPurchaseOrderX12 } from '../documents/purchase-order/x12.ts'
import { readWarehouseAdviceX12 } from '../documents/warehouse-advice/x12.ts'
import { answerTo } from '../edi/x12/acknowledge.ts'
import { readAnswers } from '../edi/x12/answers.ts'
import { type AckPolicy, type Judgement, judge } from '../edi/x12/judge.ts'
import { readX12 } from '../edi/x12/read.ts'
import type { X12Fault, X12Interchange, X12Set } from '../edi/x12/reading.ts'
import type { WrittenInterchange } from '../edi/x12/write.ts'
import type { EventData } from '../lifecycle/events.ts'
import { laneOfSubject, subjectOf } from '../lifecycle/subject.ts'
import { advicePart } from './advice-part.ts'
import type { Arrival, FaultyPart, KeyClaim, Part, PartAnswer, TakeContext } from './arrival.ts'
import { caseErrors, errors } from './errors.ts'
import type { AnswersFacts, InterchangeFacts } from './interchange-facts.ts'
import { controlNumberKey, digestOf, requestKey } from './keys.ts'
import { orderPart } from './order-part.ts'
import { refusedInput } from './quarantine.ts'
import type { EdiProfile, IntakeWorld, Sender } from './settings.ts'

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
  if (interchanges.length === 0 || unreadable.length > 0) parts.push(unreadablePart(arrival, unreadable))
  return parts
}

/** X01: nobody can be answered without an ISA; the bytes stay, and a person looks. */
function unreadablePart(arrival: Arrival, faults: readonly X12Fault[]): FaultyPart {
  const why = faults[0]?.message ?? 'there is no interchange in it'
  const error = errors.INTERCHANGE_UNREADABLE(why)
  const refusal = {
    report: 'interchange',
    code: error.code,
    reason: error.message,
    detail: { faults: briefly(faults) },
  }
  return { what: 'interchange', error, inputs: [refusedInput(mailboxOf(arrival), arrival, refusal)] }
}

const mailboxOf = ({ tenant, system }: Arrival, { partner }: Pick<Sender, 'partner'> = {}): string =>
  subjectOf(tenant, 'mailbox', partner ?? system)

function interchangePart(read: X12Interchange, arrival: Arrival, world: IntakeWorld): Part | FaultyPart {
  const { sender } = world
  const profile = sender.edi ?? { ours: '', theirs: '' }
  const documents = understoodSets(read, profile, world)
  const interchange = withFaults(read, documents)
  const judgement = judge(interchange, policyFor(interchange, profile))
  const subject = mailboxOf(arrival, sender)
  const facts = factsOf(judgement, documents)
  const isRejected = judgement.verdict === 'R'
  // a rejected interchange keeps its number: cut off on the way, it may come again whole
  const claims = isRejected
    ? []
    : [...fileClaim(interchange, arrival, subject), ...controlClaim(interchange, arrival, subject)]
  const input = (type: string, data: InterchangeFacts, receipt: string) =>
    ({ kind: 'arrival', type, subject, source: arrival.system, receipt, occurredAt: arrival.receivedAt, data }) as const
  return {
    what: 'interchange',
    claims,
    quarantined: isRejected,
    parts: isRejected ? [] : contentOf(judgement, documents, arrival, world),
    take: ({ receipt }) => ({ inputs: [input('interchange', facts, receipt)], ref: receipt }),
    // the same file picked up twice is our own repeat: only a partner's retransmission is answered again
    again: ({ kind }, { receipt }) => (kind === 1 ? [] : [input('interchange.repeated', facts, receipt)]),
    answer: (receipt) => answerOf(judgement, receipt),
    conflict: (_found, context) => numberReused(interchange, arrival, subject, context, profile),
  }
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

type OrderReading = ReturnType<typeof readPurchaseOrderX12>
type AdviceReading = ReturnType<typeof readWarehouseAdviceX12>

/** What became of a set before anyone judges: its document, or what is wrong with it beyond the standard. */
interface UnderstoodSet {
  readonly order?: OrderReading
  readonly advice?: AdviceReading
  readonly faults: readonly X12Fault[]
}

function understoodSets(
  interchange: X12Interchange,
  profile: EdiProfile,
  world: IntakeWorld,
): ReadonlyMap<X12Set, UnderstoodSet> {
  const understood = new Map<X12Set, UnderstoodSet>()
  for (const group of interchange.groups) {
    for (const set of group.sets) understood.set(set, understandSet(set, profile, world))
  }
  return understood
}

const ANSWERS = new Set(['997', '999'])

function understandSet(set: X12Set, profile: EdiProfile, { sender }: IntakeWorld): UnderstoodSet {
  if (ANSWERS.has(set.id)) return { faults: [] }
  if (!expectedFrom(sender).has(set.id)) return { faults: [unsupported(set)] }
  if (hasFatal(set.faults)) return { faults: [] }
  if (set.id === '945') {
    const advice = readWarehouseAdviceX12(set, profile.syntax)
    return { advice, faults: advice.faults ?? [] }
  }
  const order = readPurchaseOrderX12(set, profile.syntax)
  return { order, faults: order.faults ?? [] }
}

const FROM_WAREHOUSES = new Set(['945'])
const FROM_CUSTOMERS = new Set(['850'])

const expectedFrom = ({ role }: Sender): ReadonlySet<string> => (role === 'wms' ? FROM_WAREHOUSES : FROM_CUSTOMERS)

const hasFatal = (faults: readonly X12Fault[]): boolean => faults.some(({ severity }) => severity === 'fatal')

function unsupported(set: X12Set): X12Fault {
  const { code, message } = caseErrors.SET_UNSUPPORTED(set.id.slice(0, 6))
  return {
    code,
    message,
    severity: 'fatal',
    level: 'set',
    ack: { ak5: '1' },
  }
}

/** The interchange as it is judged: what a document reader found is said to the partner in the same 997. */
function withFaults(read: X12Interchange, documents: ReadonlyMap<X12Set, UnderstoodSet>): X12Interchange {
  if ([...documents.values()].every(({ faults }) => faults.length === 0)) return read
  const groups = read.groups.map((group) => ({
    ...group,
    sets: group.sets.map((set) => {
      const { faults = [] } = documents.get(set) ?? {}
      const fresh = faults.filter((fault) => !set.faults.some((known) => isSamePlace(known, fault)))
      return fresh.length === 0 ? set : { ...set, faults: [...set.faults, ...fresh] }
    }),
  }))
  return { ...read, groups }
}

const isSamePlace = (a: X12Fault, b: X12Fault): boolean =>
  a.segment === b.segment && a.element === b.element && a.ack?.ak4 === b.ack?.ak4

function factsOf(judgement: Judgement, documents: ReadonlyMap<X12Set, UnderstoodSet>): InterchangeFacts {
  const { interchange, verdict, note, groups } = judgement
  const orders = [...documents.values()]
  let at = 0
  const received: EventData['interchange.received']['groups'] = groups.map(({ group, sets }) => ({
    functionalId: group.functionalId,
    control: group.controlNumber,
    sets: sets.map(({ set, verdict: one }) => {
      const { order, advice } = orders[at++] ?? {}
      const key = order?.document?.number ?? advice?.document?.number
      return { id: set.id, control: set.controlNumber, verdict: one, ...(key === undefined ? {} : { key }) }
    }),
  }))
  const answer = placeholderAnswer(judgement)
  return {
    control: interchange.controlNumber,
    usage: interchange.usage,
    verdict,
    note,
    groups: received,
    faults: countFaults(interchange),
    answers: answersOf(interchange, verdict),
    ...(answer ? { answer } : {}),
  }
}

/** The answer but for our numbers and the time: the mailbox puts them in when it sends it. */
function placeholderAnswer(judgement: Judgement): WrittenInterchange | undefined {
  if (judgement.interchange.sender === '') return undefined
  return answerTo(judgement, {
    date: '19700101',
    time: '0000',
    interchangeNumber: 1,
    groupNumber: 1,
    firstSetNumber: 1,
  })
}

const NO_ANSWERS: AnswersFacts = { interchanges: [], groups: [] }

function answersOf(interchange: X12Interchange, verdict: string): AnswersFacts {
  if (verdict === 'R') return NO_ANSWERS
  const { interchanges, groups } = readAnswers(interchange)
  return {
    interchanges,
    groups: groups.map(({ sets, ...group }) => ({ ...group, sets: sets.map(({ notes: _, ...set }) => set) })),
  }
}

function countFaults(interchange: X12Interchange): number {
  const counted = (faults: readonly X12Fault[]) => faults.filter(({ severity }) => severity !== 'warning').length
  const inGroups = interchange.groups.map(
    (group) => counted(group.faults) + sum(group.sets.map((set) => counted(set.faults))),
  )
  return counted(interchange.faults) + sum(inGroups)
}

const sum = (figures: readonly number[]): number => figures.reduce((a, b) => a + b, 0)

/** The documents that may go on, and a case for each that was rejected. One bad set never rejects its neighbours. */
function contentOf(
  judgement: Judgement,
  documents: ReadonlyMap<X12Set, UnderstoodSet>,
  arrival: Arrival,
  world: IntakeWorld,
): (Part | FaultyPart)[] {
  const understood = [...documents.values()]
  const sets = judgement.groups.flatMap((group) => group.sets)
  return sets.flatMap(({ set, accepted }, at) => {
    if (ANSWERS.has(set.id)) return []
    if (!accepted) return [rejectedSet(set, arrival, world)]
    const { order, advice } = understood[at] ?? {}
    if (advice?.document) return [advicePart(advice.document, arrival, world)]
    return order?.document ? [ediOrder(order.document, order.warnings, judgement.interchange, arrival, world)] : []
  })
}

function rejectedSet(set: X12Set, arrival: Arrival, { sender }: IntakeWorld): FaultyPart {
  const error = errors.SET_REJECTED.with(
    set.faults.map(({ segment = 0, tag = '', element, message, code }) => ({
      pointer: `/${segment}/${tag}${element === undefined ? '' : `/${element}`}`,
      detail: message,
      code,
    })),
    set.id,
    set.controlNumber,
  )
  const detail = { set: set.id, control: set.controlNumber, faults: briefly(set.faults) }
  const refusal = { report: `x12 ${set.id}`, code: error.code, reason: error.message, detail }
  return { what: `set ${set.id}`, error, inputs: [refusedInput(mailboxOf(arrival, sender), arrival, refusal)] }
}

const MOST_BRIEF = 20

function briefly(faults: readonly X12Fault[]): object[] {
  return faults
    .slice(0, MOST_BRIEF)
    .map(({ code, message, segment, tag, element }) => ({ code, message, segment, tag, element }))
}

/** An order by X12 is as good as one by HTTP; what cannot be understood beyond syntax becomes a case, not a 997. */
function ediOrder(
  document: NonNullable<OrderReading['document']>,
  warnings: readonly DocumentFault[],
  interchange: X12Interchange,
  arrival: Arrival,
  { sender, master }: IntakeWorld,
): Part | FaultyPart {
  const part = orderPart(
    document,
    warnings,
    {
      tenant: arrival.tenant,
      system: arrival.system,
      test: interchange.usage === 'T',
      bytes: arrival.bytes,
      receivedAt: arrival.receivedAt,
      ediSender: `${interchange.senderQualifier}:${interchange.sender}`,
      ...(sender.partner === undefined ? {} : { partner: sender.partner }),
      ...(sender.customer === undefined ? {} : { customer: sender.customer }),
    },
    master,
  )
  if (!('error' in part)) return part
  const { error } = part
  const detail = { order: document.number, faults: error.faults }
  const refusal = { report: 'purchase-order', code: error.code, reason: error.message, detail }
  return { ...part, inputs: [refusedInput(mailboxOf(arrival, sender), arrival, refusal)] }
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
