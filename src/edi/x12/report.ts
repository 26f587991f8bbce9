import { countsOf, type DocumentCounts, type DocumentVerdict } from '../streamed-report.ts'
import { type AnswerEnvelope, answerTo, writeAnswer } from './acknowledge.ts'
import { type AckPolicy, type GroupVerdict, type JudgedGroup, type JudgedSet, judge, type SetVerdict } from './judge.ts'
import { readX12 } from './read.ts'
import type { X12Fault, X12Group, X12GroupHeader, X12Interchange, X12Set, X12TradingAck } from './reading.ts'

/** What `crossdock edi read FILE --json` prints: the file as it is, nothing judged. */
export interface ReadReport {
  readonly file: string
  readonly bytes: number
  readonly interchanges: readonly ReadInterchange[]
  /** What is wrong with the file outside of its interchanges. */
  readonly faults: readonly X12Fault[]
}

export interface ReadInterchange extends InterchangeLine {
  readonly separators: {
    readonly element: string
    readonly segment: string
    readonly component: string
    readonly repetition?: string
  }
  readonly tradingAcks: readonly X12TradingAck[]
  readonly groups: readonly (X12GroupHeader & {
    readonly sets: readonly ReadSet[]
    readonly faults: readonly X12Fault[]
  })[]
}

export interface ReadSet {
  readonly id: string
  readonly controlNumber: string
  readonly implementation?: string
  /** Each segment as its tag and its elements. */
  readonly segments: readonly (readonly string[])[]
  readonly faults: readonly X12Fault[]
}

interface InterchangeLine {
  /** Qualifier and id, `'ZZ:BIGBOX'`. */
  readonly sender: string
  readonly receiver: string
  readonly controlNumber: string
  readonly date: string
  readonly time: string
  readonly version: string
  readonly usage: string
  readonly ackRequested: boolean
  readonly faults: readonly X12Fault[]
}

/** `not_known`: nothing in it is accepted, and all for want of a document. */
export type FileVerdict =
  | 'accepted'
  | 'accepted_with_errors'
  | 'partly_rejected'
  | 'rejected'
  | 'not_known'
  | 'quarantined'

/** What `crossdock edi check FILE --json` prints: what would become of the file, and what the sender would be answered. */
export interface CheckReport {
  readonly file: string
  readonly verdict: FileVerdict
  readonly counts: DocumentCounts
  readonly interchanges: readonly CheckedInterchange[]
  readonly faults: readonly X12Fault[]
}

export interface CheckedInterchange extends InterchangeLine {
  readonly verdict: SetVerdict
  /** TA105. */
  readonly note: string
  readonly groups: readonly CheckedGroup[]
  /** The TA1 and 997 as they would be sent, one segment a line; absent when nothing is to be answered. */
  readonly acknowledgement?: string
}

export interface CheckedGroup {
  readonly functionalId: string
  readonly controlNumber: string
  readonly verdict: GroupVerdict
  readonly codes: readonly string[]
  readonly faults: readonly X12Fault[]
  readonly sets: readonly CheckedSet[]
}

export interface CheckedSet {
  readonly id: string
  readonly controlNumber: string
  readonly verdict: DocumentVerdict
  /** False when the set, its group or its interchange is rejected. */
  readonly accepted: boolean
  /** AK502 and following, of the answer. */
  readonly codes: readonly string[]
  /** All that is wrong with it, in the order of its segments; the answer does not say what was found behind its syntax. */
  readonly faults: readonly X12Fault[]
  /** The document it was read as, `'purchase-order'`; null where there is none, so that only its syntax was looked at. */
  readonly document?: string | null
}

export interface CheckOptions {
  readonly policy?: AckPolicy
  /** The clock and numbers of the answer; the interchange's own date and time and the number 1 when absent. */
  readonly envelope?: AnswerEnvelope
  /** What finds in an interchange what the standard cannot: what its sets say as documents. */
  readonly understand?: (interchange: X12Interchange) => X12Interchange
  /** What is wrong with a set as a document where the standard refuses it already: it is told, and no part of the answer. */
  readonly besides?: (set: X12Set) => readonly X12Fault[]
  /** The document that a set is; undefined where only its syntax can be looked at. Absent: nothing is said about it. */
  readonly documentOf?: (set: string) => string | undefined
}

/** The file as JSON, segment by segment. Never throws. */
export function readReport(bytes: Uint8Array, name: string): ReadReport {
  const { interchanges, faults } = readX12(bytes)
  return { file: name, bytes: bytes.length, interchanges: interchanges.map(readInterchange), faults }
}

/** The verdicts, the faults in words, and the acknowledgement. Never throws. */
export function checkReport(bytes: Uint8Array, name: string, options: CheckOptions = {}): CheckReport {
  const { interchanges, faults } = readX12(bytes)
  const checked = interchanges.map((interchange) => checkInterchange(interchange, options))
  const counts = countsOf(setsOf(checked))
  return { file: name, verdict: fileVerdict(checked, faults), counts, interchanges: checked, faults }
}

function readInterchange(interchange: X12Interchange): ReadInterchange {
  const { element, segment, component, repetition } = interchange.delimiters
  return {
    ...interchangeLine(interchange),
    separators: {
      element: String.fromCharCode(element),
      segment: String.fromCharCode(segment),
      component: String.fromCharCode(component),
      ...(repetition === undefined ? {} : { repetition: String.fromCharCode(repetition) }),
    },
    tradingAcks: interchange.tradingAcks,
    groups: interchange.groups.map(readGroup),
  }
}

function readGroup(group: X12Group): ReadInterchange['groups'][number] {
  const { functionalId, sender, receiver, date, time, controlNumber, agency, version, faults } = group
  const sets = group.sets.map(readSet)
  return { functionalId, sender, receiver, date, time, controlNumber, agency, version, sets, faults }
}

function readSet({ id, controlNumber, implementation, segments, faults }: X12Set): ReadSet {
  const rows = Array.from({ length: segments.length }, (_, i) => [
    segments.tag(i),
    ...Array.from({ length: segments.count(i) }, (_, e) => segments.at(i, e + 1)),
  ])
  return { id, controlNumber, ...(implementation === undefined ? {} : { implementation }), segments: rows, faults }
}

function interchangeLine(interchange: X12Interchange): InterchangeLine {
  const { senderQualifier, sender, receiverQualifier, receiver } = interchange
  const { controlNumber, date, time, version, usage, ackRequested, faults } = interchange
  return {
    sender: `${senderQualifier}:${sender}`,
    receiver: `${receiverQualifier}:${receiver}`,
    controlNumber,
    date,
    time,
    version,
    usage,
    ackRequested,
    faults,
  }
}

function checkInterchange(read: X12Interchange, options: CheckOptions): CheckedInterchange {
  const interchange = options.understand?.(read) ?? read
  const judgement = judge(interchange, options.policy)
  const answer = answerTo(judgement, options.envelope ?? ownEnvelope(interchange))
  const acknowledgement = answer && writeAnswer(answer, { lineEnd: '\n' })
  return {
    ...interchangeLine(interchange),
    verdict: judgement.verdict,
    note: judgement.note,
    groups: judgement.groups.map((group) => checkedGroup(group, options)),
    ...(acknowledgement === undefined ? {} : { acknowledgement }),
  }
}

const checkedGroup = ({ group, verdict, codes, sets }: JudgedGroup, options: CheckOptions): CheckedGroup => ({
  functionalId: group.functionalId,
  controlNumber: group.controlNumber,
  verdict,
  codes,
  faults: group.faults,
  sets: sets.map((set) => checkedSet(set, options)),
})

const ACKNOWLEDGEMENTS: ReadonlySet<string> = new Set(['997', '999'])

function checkedSet({ set, verdict, accepted, codes }: JudgedSet, { documentOf, besides }: CheckOptions): CheckedSet {
  const { id, controlNumber, faults } = set
  const document = documentOf && !ACKNOWLEDGEMENTS.has(id) ? (documentOf(id) ?? null) : undefined
  const isKnown = document !== null
  return {
    id,
    controlNumber,
    verdict: isKnown ? verdict : 'not_known',
    accepted: accepted && isKnown,
    codes,
    faults: inPlaces(verdict === 'R' && besides ? [...faults, ...besides(set)] : faults),
    ...(document === undefined ? {} : { document }),
  }
}

/** Faults in the order of their places; those about the whole come last. */
export function inPlaces<F extends Pick<X12Fault, 'segment' | 'element' | 'component'>>(
  faults: readonly F[],
): readonly F[] {
  const last = Number.POSITIVE_INFINITY
  return faults.toSorted(
    (a, b) =>
      compare(a.segment ?? last, b.segment ?? last) ||
      compare(a.element ?? 0, b.element ?? 0) ||
      compare(a.component ?? 0, b.component ?? 0),
  )
}

const compare = (a: number, b: number): number => (a === b ? 0 : a < b ? -1 : 1)

const setsOf = (interchanges: readonly CheckedInterchange[]): CheckedSet[] =>
  interchanges.flatMap((one) => one.groups.flatMap((group) => group.sets))

/** Without a clock the answer carries the interchange's own time, so that the report says the same every time. */
function ownEnvelope(interchange: X12Interchange): AnswerEnvelope {
  const date = /^\d{6}$/.test(interchange.date) ? `20${interchange.date}` : '20000101'
  const time = /^\d{4}$/.test(interchange.time) ? interchange.time : '0000'
  return { date, time, interchangeNumber: 1, groupNumber: 1, firstSetNumber: 1 }
}

function fileVerdict(interchanges: readonly CheckedInterchange[], faults: readonly X12Fault[]): FileVerdict {
  if (interchanges.length === 0) return 'quarantined'
  const sets = setsOf(interchanges)
  const falls = interchanges.some((one) => one.verdict === 'R')
  const rejected = sets.some((set) => !set.accepted) || falls
  const accepted =
    sets.some((set) => set.accepted) || (sets.length === 0 && interchanges.some((one) => one.verdict !== 'R'))
  if (rejected) return accepted ? 'partly_rejected' : notAccepted(sets, falls)
  const levels = [
    faults,
    ...interchanges.map((one) => one.faults),
    ...interchanges.flatMap((one) => one.groups.map((g) => g.faults)),
  ]
  const errors = levels.flat().some((f) => f.severity !== 'warning') || sets.some((set) => set.verdict === 'E')
  return errors ? 'accepted_with_errors' : 'accepted'
}

/** What a file is of which nothing is accepted. */
export function notAccepted(documents: readonly { readonly verdict: DocumentVerdict }[], falls: boolean): FileVerdict {
  return !falls && documents.every(({ verdict }) => verdict === 'not_known') ? 'not_known' : 'rejected'
}

/** The reading for people: one line for each segment. */
export function readText(report: ReadReport): string {
  const lines = report.interchanges.flatMap((one) => [
    `interchange ${one.controlNumber} from ${one.sender} to ${one.receiver}, ${one.usage === 'T' ? 'test' : 'production'}, version ${one.version}`,
    ...one.tradingAcks.map((ack) => `  TA1 for ${ack.controlNumber}: ${ack.verdict} ${ack.note}`.trimEnd()),
    ...one.groups.flatMap((group) => [
      `  group ${group.functionalId} ${group.controlNumber}, ${group.version}`,
      ...group.sets.flatMap((set) => [
        `    set ${set.id} ${set.controlNumber}`,
        ...set.segments.map((segment) => `      ${segment.join(one.separators.element)}`),
      ]),
    ]),
  ])
  return [`${report.file}: ${report.bytes} bytes`, ...report.faults.map(faultText), ...lines].join('\n')
}

/** The check for people: verdicts, faults with their places, and the answer. */
export function checkText(report: CheckReport): string {
  const lines = report.interchanges.flatMap((one) => [
    `interchange ${one.controlNumber} from ${one.sender} to ${one.receiver}: ${verdictText(one.verdict)} (TA1 ${one.verdict} ${one.note})`,
    ...one.faults.map((f) => `  ${faultText(f)}`),
    ...one.groups.flatMap((group) => [
      `  group ${group.functionalId} ${group.controlNumber}: ${verdictText(group.verdict)}`,
      ...group.faults.map((f) => `    ${faultText(f)}`),
      ...group.sets.flatMap((set) => [
        `    set ${set.id} ${set.controlNumber}: ${documentText(set)}`,
        ...set.faults.map((f) => `      ${faultText(f)}`),
      ]),
    ]),
    ...(one.acknowledgement === undefined ? ['  no answer'] : ['  answer:', ...indented(one.acknowledgement)]),
  ])
  return [`${report.file}: ${report.verdict.replaceAll('_', ' ')}`, ...report.faults.map(faultText), ...lines].join(
    '\n',
  )
}

const indented = (text: string): string[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => `    ${line}`)

/** What becomes of a set or message, in words. */
export function documentText({ verdict, accepted }: Pick<CheckedSet, 'verdict' | 'accepted'>): string {
  if (verdict === 'not_known') return 'not known'
  return accepted || verdict === 'R' ? verdictText(verdict) : 'in order, but not processed'
}

const verdictText = (verdict: GroupVerdict): string =>
  ({ A: 'accepted', E: 'accepted with errors', P: 'partly rejected', R: 'rejected' })[verdict]

/** `segment 7 PO1, element 3: PO103 is "QQ", which is no code of its list. [XD_EDI_ELEMENT_CODE]` */
export function faultText(found: X12Fault): string {
  const segment = found.segment === undefined ? '' : `segment ${found.segment} ${found.tag ?? ''}`.trimEnd()
  const element = found.element === undefined || segment === '' ? '' : `, element ${found.element}`
  const place = segment === '' ? '' : `${segment}${element}: `
  return `${found.severity === 'warning' ? 'note' : found.severity}: ${place}${found.message} [${found.code}]`
}
