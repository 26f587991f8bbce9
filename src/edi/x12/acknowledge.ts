import { errors } from './errors.ts'
import type { AcknowledgementForm, JudgedGroup, JudgedSet, Judgement } from './judge.ts'
import type { X12Fault, X12Group } from './reading.ts'
import {
  type Separators,
  type WrittenGroup,
  type WrittenInterchange,
  type WrittenSegment,
  type WrittenSet,
  writeInterchange,
} from './write.ts'

const UNPRINTABLE = /[^\x20-\x7e]/g

/** True for groups that get a 997 or 999: everything but acknowledgements, which are never acknowledged. */
export function acknowledges(group: Pick<X12Group, 'functionalId'> & { readonly sets?: X12Group['sets'] }): boolean {
  if (group.functionalId === 'FA') return false
  return !(group.sets ?? []).some((set) => set.id === '997' || set.id === '999')
}

/**
 * True when the interchange gets a TA1: it was asked for (ISA14), or the interchange is not in order.
 * An interchange that only carries acknowledgements never gets one.
 */
export function wantsTradingAck(judgement: Judgement): boolean {
  const { interchange } = judgement
  const onlyAcknowledges =
    interchange.groups.every((group) => !acknowledges(group)) &&
    (interchange.groups.length > 0 || interchange.tradingAcks.length > 0)
  if (onlyAcknowledges) return false
  return interchange.ackRequested || judgement.verdict !== 'A'
}

/**
 * The TA1 segment that answers an interchange: its number, date and time, the verdict and the note (TA105).
 *
 * @example
 * tradingAck(judge(interchange)) // ['TA1', '000000017', '260102', '1015', 'A', '000']
 */
export function tradingAck(judgement: Judgement): WrittenSegment {
  const { controlNumber, date, time } = judgement.interchange
  return ['TA1', fitting(controlNumber, 9), fitting(date, 6), fitting(time, 4), judgement.verdict, judgement.note]
}

/**
 * The 997 that answers one group: a set with AK1, one AK2 … AK5 for each set, AK9; or the 999, with IK3, IK4 and IK5.
 * Throws `XD_EDI_ACKNOWLEDGEMENT_OF_ACKNOWLEDGEMENT` for a group of 997s or 999s.
 *
 * @example
 * const set = functionalAcknowledgement(judge(interchange).groups[0], 12)
 */
export function functionalAcknowledgement(
  judged: JudgedGroup,
  controlNumber: string | number,
  form: AcknowledgementForm = '997',
): WrittenSet {
  const { group } = judged
  if (!acknowledges(group)) throw errors.ACKNOWLEDGEMENT_OF_ACKNOWLEDGEMENT(group.functionalId || 'FA')
  return { id: form, controlNumber, segments: [ak1(group, form), ...setAnswers(judged, form), ak9(judged)] }
}

/** What the answering interchange needs from us: our numbers and the clock. */
export interface AnswerEnvelope {
  /** CCYYMMDD and HHMM, local. */
  readonly date: string
  readonly time: string
  readonly interchangeNumber: string | number
  readonly groupNumber: string | number
  /** The first ST02; the sets of the answer count on from it. */
  readonly firstSetNumber: number
}

/**
 * The whole answer to an interchange, ready for {@link writeAnswer}: the TA1 when one is due, and one 997 for each group.
 * `undefined` when nothing is to be answered.
 */
export function answerTo(judgement: Judgement, envelope: AnswerEnvelope): WrittenInterchange | undefined {
  const { interchange } = judgement
  const groups = judgement.verdict === 'R' ? [] : judgement.groups.filter((judged) => acknowledges(judged.group))
  const ta1 = wantsTradingAck(judgement) ? [tradingAck(judgement)] : []
  if (groups.length === 0 && ta1.length === 0) return undefined
  return {
    senderQualifier: fitting(interchange.receiverQualifier, 2),
    sender: fitting(interchange.receiver, 15),
    receiverQualifier: fitting(interchange.senderQualifier, 2),
    receiver: fitting(interchange.sender, 15),
    date: envelope.date,
    time: envelope.time,
    version: interchangeVersion(interchange.version, interchange.groups[0]?.version),
    controlNumber: envelope.interchangeNumber,
    ackRequested: false,
    usage: interchange.usage === 'T' ? 'T' : 'P',
    tradingAcks: ta1,
    groups: groups.length === 0 ? [] : [answerGroup(groups, envelope, judgement.acknowledgement)],
  }
}

/**
 * ISA12 says how the envelope is written, GS08 how the sets in it are: the two may differ, and the sender's are given back. Where
 * its ISA12 is no version, that of its sets says what it can read.
 */
function interchangeVersion(isa12: string, gs08 = ''): string {
  if (/^\d{5}$/.test(isa12)) return isa12
  return /^\d{5}/.exec(gs08)?.[0] ?? '00401'
}

function answerGroup(
  groups: readonly JudgedGroup[],
  envelope: AnswerEnvelope,
  form: AcknowledgementForm,
): WrittenGroup {
  const { group } = groups[0] as JudgedGroup
  return {
    functionalId: 'FA',
    sender: echoed(group.receiver),
    receiver: echoed(group.sender),
    date: envelope.date,
    time: envelope.time,
    controlNumber: envelope.groupNumber,
    agency: 'X',
    version: echoed(group.version) || '004010',
    sets: groups.map((judged, i) => functionalAcknowledgement(judged, envelope.firstSetNumber + i, form)),
  }
}

function ak1(group: X12Group, form: AcknowledgementForm): WrittenSegment {
  const about: WrittenSegment = ['AK1', echoed(group.functionalId), echoed(group.controlNumber)]
  return form === '999' ? [...about, echoed(group.version)] : about
}

function ak9(judged: JudgedGroup): WrittenSegment {
  const received = judged.group.received
  const included = judged.group.declaredSets ?? received
  return ['AK9', judged.verdict, String(included), String(received), String(judged.accepted), ...judged.codes]
}

/** A rejected group takes its sets with it: only those with faults of their own are listed, so that none reads as accepted. */
function setAnswers(judged: JudgedGroup, form: AcknowledgementForm): WrittenSegment[] {
  const listed = judged.verdict === 'R' ? judged.sets.filter((one) => one.verdict === 'R') : judged.sets
  return listed.flatMap((one) => setAnswer(one, form))
}

function setAnswer(judged: JudgedSet, form: AcknowledgementForm): WrittenSegment[] {
  const { set, verdict, codes } = judged
  const faults = set.faults.filter((f) => f.severity !== 'warning')
  return [
    ['AK2', echoed(set.id), echoed(set.controlNumber), ...(set.implementation ? [echoed(set.implementation)] : [])],
    ...segmentNotes(faults, form),
    [form === '999' ? 'IK5' : 'AK5', verdict, ...codes],
  ]
}

/** AK3 for each segment with faults, in the order of the file, AK4 for each of its elements; IK3 and IK4 in a 999. */
function segmentNotes(faults: readonly X12Fault[], form: AcknowledgementForm): WrittenSegment[] {
  const bySegment = new Map<string, X12Fault[]>()
  const noted = faults.filter((f) => f.ack?.ak3 !== undefined && f.segment !== undefined && f.tag !== undefined)
  for (const found of noted.toSorted((a, b) => (a.segment ?? 0) - (b.segment ?? 0))) {
    const key = `${found.segment} ${found.tag}`
    const together = bySegment.get(key)
    if (together) together.push(found)
    else bySegment.set(key, [found])
  }
  return [...bySegment.values()].flatMap((together) => [
    segmentNote(together, form),
    ...together.flatMap((found) => elementNote(found, form)),
  ])
}

function segmentNote(together: readonly X12Fault[], form: AcknowledgementForm): WrittenSegment {
  const { tag, segment, loop } = together[0] as X12Fault
  const said = together.flatMap(({ ack }) => (form === '999' ? ack?.ik3 : undefined) ?? ack?.ak3 ?? [])
  const codes = [...new Set(said)].slice(0, 5)
  return [form === '999' ? 'IK3' : 'AK3', echoed(tag ?? ''), String(segment), loop ?? '', ...codes]
}

function elementNote(found: X12Fault, form: AcknowledgementForm): WrittenSegment[] {
  const code = (form === '999' ? found.ack?.ik4 : undefined) ?? found.ack?.ak4
  if (code === undefined || found.element === undefined) return []
  const place = found.component === undefined ? String(found.element) : [String(found.element), String(found.component)]
  const reference = found.reference === undefined ? '' : String(found.reference)
  return [[form === '999' ? 'IK4' : 'AK4', place, reference, code, copyOf(found)]]
}

/** AK404 copies the bad element, unless the copy would be unreadable itself. */
function copyOf(found: X12Fault): string {
  return printable(found.value ?? '')
}

/** What we echo must not break our own envelope: separators and unprintable characters become question marks. */
function printable(text: string): string {
  return text
    .replace(UNPRINTABLE, '?')
    .replace(/[*~>^]/g, '?')
    .trim()
}

/** What is misbuilt may be wider than its column, and then the answer must still be a good one. */
const fitting = (text: string, width: number): string => printable(text).slice(0, width)

/** Names and numbers we echo: room for a partner's own lengths, not for a file that lost its terminators. */
const echoed = (text: string): string => fitting(text, 35)

/**
 * Writes an answer. What we echo of the sender's bad data may hold any separator; each becomes a question mark,
 * so that an acknowledgement can always be written.
 */
export function writeAnswer(answer: WrittenInterchange, separators: Partial<Separators> = {}): string {
  return writeInterchange(answer, { separators, unwritable: { replaceWith: '?' } })
}
