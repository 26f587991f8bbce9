import { errors } from './errors.ts'
import type { JudgedGroup, JudgedSet, Judgement } from './judge.ts'
import type { X12Fault, X12Group, X12Interchange } from './reading.ts'
import type { WrittenGroup, WrittenInterchange, WrittenSegment, WrittenSet } from './write.ts'

/** AK4 has room for 99 characters of what was wrong. */
const UNPRINTABLE = /[^\x20-\x7e]/g

/** True for groups that get a 997: everything but acknowledgements, which are never acknowledged. */
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
  return ['TA1', printable(controlNumber), printable(date), printable(time), judgement.verdict, judgement.note]
}

/**
 * The 997 that answers one group: a set with AK1, one AK2 … AK5 for each set, AK9.
 * Throws `XD_EDI_ACKNOWLEDGEMENT_OF_ACKNOWLEDGEMENT` for a group of 997s or 999s.
 *
 * @example
 * const set = functionalAcknowledgement(judge(interchange).groups[0], 12)
 */
export function functionalAcknowledgement(judged: JudgedGroup, controlNumber: string | number): WrittenSet {
  const { group } = judged
  if (!acknowledges(group)) throw errors.ACKNOWLEDGEMENT_OF_ACKNOWLEDGEMENT(group.functionalId || 'FA')
  return { id: '997', controlNumber, segments: [ak1(group), ...setAnswers(judged), ak9(judged)] }
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
 * The whole answer to an interchange, ready for {@link writeInterchange}: the TA1 when one is due, and one 997 for each group.
 * `undefined` when nothing is to be answered.
 */
export function answerTo(judgement: Judgement, envelope: AnswerEnvelope): WrittenInterchange | undefined {
  const { interchange } = judgement
  const groups = judgement.verdict === 'R' ? [] : judgement.groups.filter((judged) => acknowledges(judged.group))
  const ta1 = wantsTradingAck(judgement) ? [tradingAck(judgement)] : []
  if (groups.length === 0 && ta1.length === 0) return undefined
  return {
    senderQualifier: interchange.receiverQualifier,
    sender: interchange.receiver,
    receiverQualifier: interchange.senderQualifier,
    receiver: interchange.sender,
    date: envelope.date,
    time: envelope.time,
    version: /^\d{5}$/.test(interchange.version) ? interchange.version : '00401',
    controlNumber: envelope.interchangeNumber,
    ackRequested: false,
    usage: interchange.usage === 'T' ? 'T' : 'P',
    tradingAcks: ta1,
    groups: groups.length === 0 ? [] : [answerGroup(groups, envelope)],
  }
}

function answerGroup(groups: readonly JudgedGroup[], envelope: AnswerEnvelope): WrittenGroup {
  const { group } = groups[0] as JudgedGroup
  return {
    functionalId: 'FA',
    sender: printable(group.receiver),
    receiver: printable(group.sender),
    date: envelope.date,
    time: envelope.time,
    controlNumber: envelope.groupNumber,
    agency: 'X',
    version: printable(group.version) || '004010',
    sets: groups.map((judged, i) => functionalAcknowledgement(judged, envelope.firstSetNumber + i)),
  }
}

function ak1(group: X12Group): WrittenSegment {
  return ['AK1', printable(group.functionalId), printable(group.controlNumber)]
}

function ak9(judged: JudgedGroup): WrittenSegment {
  const received = judged.group.received
  const included = judged.group.declaredSets ?? received
  return ['AK9', judged.verdict, String(included), String(received), String(judged.accepted), ...judged.codes]
}

/** A rejected group takes its sets with it: only those with faults of their own are listed, so that none reads as accepted. */
function setAnswers(judged: JudgedGroup): WrittenSegment[] {
  const listed = judged.verdict === 'R' ? judged.sets.filter((one) => one.verdict === 'R') : judged.sets
  return listed.flatMap(setAnswer)
}

function setAnswer(judged: JudgedSet): WrittenSegment[] {
  const { set, verdict, codes } = judged
  const faults = set.faults.filter((f) => f.severity !== 'warning')
  return [
    [
      'AK2',
      printable(set.id),
      printable(set.controlNumber),
      ...(set.implementation ? [printable(set.implementation)] : []),
    ],
    ...segmentNotes(faults),
    ['AK5', verdict, ...codes],
  ]
}

/** AK3 for each segment with faults, in the order of the file, AK4 for each of its elements. */
function segmentNotes(faults: readonly X12Fault[]): WrittenSegment[] {
  const bySegment = new Map<string, X12Fault[]>()
  const noted = faults.filter((f) => f.ack?.ak3 !== undefined && f.segment !== undefined && f.tag !== undefined)
  for (const found of noted.toSorted((a, b) => (a.segment ?? 0) - (b.segment ?? 0))) {
    const key = `${found.segment} ${found.tag}`
    const together = bySegment.get(key)
    if (together) together.push(found)
    else bySegment.set(key, [found])
  }
  return [...bySegment.values()].flatMap((together) => [ak3(together), ...together.flatMap(ak4)])
}

function ak3(together: readonly X12Fault[]): WrittenSegment {
  const { tag, segment, loop } = together[0] as X12Fault
  const codes = [...new Set(together.flatMap((f) => f.ack?.ak3 ?? []))].slice(0, 5)
  return ['AK3', printable(tag ?? ''), String(segment), loop ?? '', ...codes]
}

function ak4(found: X12Fault): WrittenSegment[] {
  if (found.ack?.ak4 === undefined || found.element === undefined) return []
  const place = found.component === undefined ? String(found.element) : [String(found.element), String(found.component)]
  return [['AK4', place, found.reference === undefined ? '' : String(found.reference), found.ack.ak4, copyOf(found)]]
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

/** What a TA1 or 997 of a partner says about something we sent. */
export interface ReadSetAnswer {
  readonly id: string
  readonly controlNumber: string
  readonly verdict: string
  readonly accepted: boolean
  readonly codes: readonly string[]
  /** AK3 and AK4 as sentences would need them: segment, position, element, code, and what stood there. */
  readonly notes: readonly ReadNote[]
}

export interface ReadNote {
  readonly tag: string
  readonly segment: number
  readonly loop?: string
  readonly segmentCodes: readonly string[]
  readonly elements: readonly {
    readonly element: string
    readonly reference: string
    readonly code: string
    readonly value: string
  }[]
}

/** One 997: about which of our groups, and what became of each set. */
export interface ReadGroupAnswer {
  /** AK101 and AK102: match on these against our GS01 and GS06. */
  readonly functionalId: string
  readonly controlNumber: string
  readonly verdict: string
  readonly accepted: boolean
  readonly codes: readonly string[]
  readonly included: number
  readonly received: number
  readonly acceptedSets: number
  /** Only the sets the partner chose to list; the others share the verdict of the group. */
  readonly sets: readonly ReadSetAnswer[]
}

/** One TA1: match `controlNumber` against our ISA13. */
export interface ReadInterchangeAnswer {
  readonly controlNumber: string
  readonly verdict: string
  readonly accepted: boolean
  readonly note: string
}

export interface ReadAnswers {
  readonly interchanges: readonly ReadInterchangeAnswer[]
  readonly groups: readonly ReadGroupAnswer[]
}

/**
 * Reads every TA1, 997 and 999 of an interchange into plain results. A 997 that cannot be understood (no AK1 or AK9) is left out;
 * its set carries the faults that say so.
 */
export function readAnswers(interchange: X12Interchange): ReadAnswers {
  const interchanges = interchange.tradingAcks.map((ack) => ({
    controlNumber: ack.controlNumber,
    verdict: ack.verdict,
    accepted: ack.verdict === 'A' || ack.verdict === 'E',
    note: ack.note,
  }))
  const sets = interchange.groups.flatMap((group) => group.sets)
  const groups = sets.filter((set) => set.id === '997' || set.id === '999').flatMap((set) => readGroupAnswer(set) ?? [])
  return { interchanges, groups }
}

function readGroupAnswer({ segments }: X12Group['sets'][number]): ReadGroupAnswer | undefined {
  let functionalId = ''
  let controlNumber = ''
  let closing: Omit<ReadGroupAnswer, 'functionalId' | 'controlNumber' | 'sets'> | undefined
  const sets: { answer: Omit<ReadSetAnswer, 'notes'>; notes: MutableNote[] }[] = []
  for (let i = 0; i < segments.length; i++) {
    const at = (element: number) => segments.at(i, element)
    switch (segments.tag(i)) {
      case 'AK1':
        functionalId = at(1)
        controlNumber = at(2)
        break
      case 'AK2':
        sets.push({ answer: { id: at(1), controlNumber: at(2), verdict: '', accepted: false, codes: [] }, notes: [] })
        break
      case 'AK3':
      case 'IK3':
        sets.at(-1)?.notes.push({
          tag: at(1),
          segment: numeral(at(2)),
          ...(at(3) === '' ? {} : { loop: at(3) }),
          segmentCodes: present([at(4), at(5), at(6), at(7), at(8)]),
          elements: [],
        })
        break
      case 'AK4':
      case 'IK4':
        sets
          .at(-1)
          ?.notes.at(-1)
          ?.elements.push({ element: at(1), reference: at(2), code: at(3), value: at(4) })
        break
      case 'AK5':
      case 'IK5': {
        const last = sets.at(-1)
        if (last)
          last.answer = { ...last.answer, ...verdictOf(at(1)), codes: present([at(2), at(3), at(4), at(5), at(6)]) }
        break
      }
      case 'AK9':
        closing = {
          ...verdictOf(at(1)),
          included: numeral(at(2)),
          received: numeral(at(3)),
          acceptedSets: numeral(at(4)),
          codes: present([at(5), at(6), at(7), at(8), at(9)]),
        }
        break
    }
  }
  if (functionalId === '' || !closing) return undefined
  return { functionalId, controlNumber, ...closing, sets: sets.map(({ answer, notes }) => ({ ...answer, notes })) }
}

type MutableNote = Omit<ReadNote, 'elements'> & { elements: ReadNote['elements'][number][] }

/** A and E accept the whole; P accepts a part; everything else rejects (M, W and X are failures of security). */
function verdictOf(code: string): { verdict: string; accepted: boolean } {
  return { verdict: code, accepted: code === 'A' || code === 'E' }
}

const present = (codes: readonly string[]): string[] => codes.filter((code) => code !== '')

const numeral = (text: string): number => (/^\d{1,10}$/.test(text) ? Number(text) : 0)

/** What one sent set came to, matched against a partner's answers. */
export interface SentSet {
  readonly functionalId: string
  readonly groupNumber: string
  readonly setNumber: string
}

export type SentOutcome = 'acked' | 'acked_with_errors' | 'rejected' | 'waiting'

/**
 * What the answers say about a set we sent: match on GS01 and GS06, then ST02.
 * A set the partner does not list shares the verdict of its group, except under P, where silence says nothing.
 */
export function outcomeOf(sent: SentSet, answers: ReadAnswers): SentOutcome {
  const group = answers.groups.findLast(
    (one) => one.functionalId === sent.functionalId && sameNumber(one.controlNumber, sent.groupNumber),
  )
  if (!group) return 'waiting'
  if (group.verdict === 'R') return 'rejected'
  const set = group.sets.find((one) => one.controlNumber === sent.setNumber)
  const verdict = set && set.verdict !== '' ? set.verdict : group.verdict
  if (verdict === 'A') return 'acked'
  if (verdict === 'E') return 'acked_with_errors'
  return verdict === 'P' ? 'waiting' : 'rejected'
}

const sameNumber = (a: string, b: string): boolean => a.replace(/^0+/, '') === b.replace(/^0+/, '')
