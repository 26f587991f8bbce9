import { repertoireOf } from './charset.ts'
import { errors } from './errors.ts'
import type { EdifactJudgement, JudgedMessage } from './judge.ts'
import type { EdifactFault, EdifactGroup, EdifactInterchange, EdifactMessage } from './reading.ts'
import { isSimple } from './rules.ts'
import { type EdifactSeparators, type WrittenEdifact, type WrittenSegment, writeEdifact } from './write.ts'

/** Action codes (0083): rejected with everything below, acknowledged, received. */
const REJECTED = '4'
const ACKNOWLEDGED = '7'
const RECEIVED = '8'

/**
 * True when the interchange gets a CONTRL: it was asked for, or something in it is not in order.
 * An interchange that only carries CONTRL never gets one.
 */
export function wantsContrl({ interchange, verdict, messages }: EdifactJudgement): boolean {
  if (isAnswer(interchange.messages)) return false
  return interchange.ackRequested || verdict !== 'A' || messages.some((one) => one.verdict !== 'A' || !one.accepted)
}

const isAnswer = (messages: readonly EdifactMessage[]): boolean =>
  messages.length > 0 && messages.every((one) => one.type === 'CONTRL')

/** How the answer is written. */
export interface ContrlOptions {
  /** Say only that the interchange was received (action 8): what is in it has not been looked at yet. */
  readonly receiptOnly?: boolean
}

/**
 * The CONTRL segments that answer an interchange: UCI, and UCM with UCS and UCD for every message that is rejected or has errors.
 * What is not listed is accepted. Throws `XD_EDI_EDIFACT_ANSWER_TO_ANSWER` for an interchange of CONTRL.
 *
 * @example
 * contrlSegments(judgeEdifact(interchange)) // [['UCI', 'REF17', ['SENDER', '14'], ['RECEIVER', '14'], '7']]
 */
export function contrlSegments(judgement: EdifactJudgement, options: ContrlOptions = {}): WrittenSegment[] {
  const { interchange, verdict, error, errorTag } = judgement
  if (isAnswer(interchange.messages)) throw errors.EDIFACT_ANSWER_TO_ANSWER(interchange.reference)
  const action = verdict === 'R' ? REJECTED : options.receiptOnly ? RECEIVED : ACKNOWLEDGED
  const uci: WrittenSegment = [
    'UCI',
    named(interchange.reference, 14),
    [named(interchange.sender, 35), echoed(interchange.senderQualifier, 4)],
    [named(interchange.receiver, 35), echoed(interchange.receiverQualifier, 4)],
    action,
    ...(action === RECEIVED ? [] : [error ?? '', errorTag ?? '']),
  ]
  if (action !== ACKNOWLEDGED) return [uci]
  const alone = judgement.messages.filter(({ message }) => message.group === undefined).flatMap(messageAnswer)
  return [uci, ...alone, ...judgement.groups.flatMap(({ group, verdict }) => groupAnswer(group, verdict, judgement))]
}

function groupAnswer(group: EdifactGroup, verdict: string, judgement: EdifactJudgement): WrittenSegment[] {
  const inside = judgement.messages.filter(({ message }) => group.messages.includes(message))
  const listed = verdict === 'R' ? [] : inside.flatMap(messageAnswer)
  const found = group.faults.find((f) => f.severity === 'fatal') ?? group.faults.find((f) => f.severity === 'error')
  if (!found && listed.length === 0) return []
  const { reference, sender, senderQualifier, receiver, receiverQualifier } = group
  const ucf: WrittenSegment = [
    'UCF',
    named(reference, 14),
    [named(sender, 35), echoed(senderQualifier, 4)],
    [named(receiver, 35), echoed(receiverQualifier, 4)],
    verdict === 'R' ? REJECTED : ACKNOWLEDGED,
    found?.contrl ?? '',
    found?.contrlTag ?? found?.tag ?? '',
  ]
  return [ucf, ...listed]
}

/** Nothing for a message in order: what is not listed is accepted. */
function messageAnswer({ message, verdict }: JudgedMessage): WrittenSegment[] {
  if (verdict === 'A') return []
  const faults = message.faults.filter((f) => f.severity !== 'warning' && f.contrl !== undefined)
  const whole = faults.find((f) => f.level === 'message')
  const { reference, type, version, release, agency, association } = message
  const ucm: WrittenSegment = [
    'UCM',
    named(reference, 14),
    [named(type, 6), named(version, 3), named(release, 3), named(agency, 3), echoed(association, 6)],
    verdict === 'R' ? REJECTED : ACKNOWLEDGED,
    ...(whole ? [whole.contrl ?? '', whole.contrlTag ?? (whole.tag === 'UNT' ? 'UNT' : 'UNH')] : []),
  ]
  return [
    ucm,
    ...segmentAnswers(
      faults.filter((f) => f.level !== 'message'),
      release,
    ),
  ]
}

/** UCS for each segment with faults, in the order of the message, UCD for each of its elements. */
function segmentAnswers(faults: readonly EdifactFault[], release: string): WrittenSegment[] {
  const segments: WrittenSegment[] = []
  let last = ''
  for (const found of faults.toSorted((a, b) => (a.segment ?? 0) - (b.segment ?? 0))) {
    const ofElement = found.level === 'element'
    // what is missing is reported at the segment before it
    const position =
      found.segment === undefined ? 1 : found.element || found.offset !== undefined ? found.segment : found.segment - 1
    const key = `${position} ${ofElement}`
    if (!ofElement) segments.push(['UCS', String(position), found.contrl ?? ''])
    else if (key !== last) segments.push(['UCS', String(position)])
    last = key
    if (ofElement) segments.push(['UCD', found.contrl ?? '', placeOf(found, release)])
  }
  return segments
}

/**
 * The tag is element 1 for CONTRL, so ours count one less. A component is named inside a composite only: a simple element has
 * none, whoever found the fault.
 */
const placeOf = ({ tag = '', element = 0, component, repeat }: EdifactFault, release: string): string[] => [
  String(element + 1),
  component === undefined || (component === 1 && isSimple(tag, element, release)) ? '' : String(component),
  repeat === undefined ? '' : String(repeat),
]

/** What we echo of a sender's bad data must fit, and may hold nothing that no character set carries. */
const echoed = (text: string, width: number): string => text.replace(/[^\x20-\x7e\u00a0-\uffff]/g, '?').slice(0, width)

/** What CONTRL must name has a question mark where the sender named nothing. */
const named = (text: string, width: number): string => echoed(text, width) || '?'

/** What the answering interchange needs from us: our numbers and the clock. */
export interface ContrlEnvelope {
  /** CCYYMMDD and HHMM, local. */
  readonly date: string
  readonly time: string
  readonly reference: string
  readonly messageReference: string
}

/** The whole answer to an interchange, ready for {@link writeContrl}; `undefined` when none is due. */
export function contrlFor(
  judgement: EdifactJudgement,
  envelope: ContrlEnvelope,
  options: ContrlOptions = {},
): WrittenEdifact | undefined {
  if (!wantsContrl(judgement)) return undefined
  const { interchange } = judgement
  const four = interchange.syntaxVersion === 4
  return {
    syntax: answerSyntax(interchange),
    syntaxVersion: interchange.syntaxVersion || 3,
    sender: { id: named(interchange.receiver, 35), qualifier: echoed(interchange.receiverQualifier, 4) },
    receiver: { id: named(interchange.sender, 35), qualifier: echoed(interchange.senderQualifier, 4) },
    date: envelope.date,
    time: envelope.time,
    reference: envelope.reference,
    test: interchange.test,
    messages: [
      {
        reference: envelope.messageReference,
        type: 'CONTRL',
        version: four ? '4' : 'D',
        release: four ? '1' : '3',
        segments: contrlSegments(judgement, options),
      },
    ],
  }
}

/** The sender's own character set, if we write it and it can carry the names; Latin-1 otherwise. */
function answerSyntax({ syntax, sender, receiver, reference }: EdifactInterchange): string {
  if (syntax === 'UNOW' || syntax === 'UNOY') return syntax
  const { without, charset } = repertoireOf(syntax) ?? { without: '', charset: 'latin1' }
  const narrow = (syntax === 'UNOA' || syntax === 'UNOB') && charset === undefined
  const carries = [...sender, ...receiver, ...reference].every((one) => one <= '~' && !without.includes(one))
  return narrow && carries ? syntax : 'UNOC'
}

/** Writes an answer; what its character set cannot carry of what we echo becomes a full stop, so that it can always be written. */
export function writeContrl(answer: WrittenEdifact, separators: Partial<EdifactSeparators> = {}): string {
  const narrow = repertoireOf(answer.syntax ?? 'UNOC')?.charset === undefined
  return writeEdifact(answer, { separators, unwritable: { replaceWith: narrow ? '.' : '?' } })
}
