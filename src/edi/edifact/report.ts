import { countsOf, type DocumentCounts, type DocumentVerdict } from '../streamed-report.ts'
import type { SetVerdict } from '../x12/judge.ts'
import { documentText, type FileVerdict, inPlaces, notAccepted } from '../x12/report.ts'
import { type ContrlEnvelope, contrlFor, writeContrl } from './contrl.ts'
import { type EdifactPolicy, type JudgedMessage, judgeEdifact } from './judge.ts'
import { type EdifactReadOptions, readEdifact } from './read.ts'
import type { EdifactFault, EdifactGroup, EdifactInterchange, EdifactMessage } from './reading.ts'
import type { WrittenElement } from './write.ts'

interface InterchangeLine {
  /** Identification and qualifier, `'14:4012345000016'`. */
  readonly sender: string
  readonly receiver: string
  readonly reference: string
  readonly date: string
  readonly time: string
  /** `'UNOC:3'` */
  readonly syntax: string
  readonly test: boolean
  readonly ackRequested: boolean
  readonly faults: readonly EdifactFault[]
}

interface MessageLine {
  /** `'ORDERS'`, and version, release, agency and association: `'D:96A:UN:EAN008'`. */
  readonly type: string
  readonly guide: string
  readonly reference: string
  /** The reference of its group, where there is one. */
  readonly group?: string
  readonly faults: readonly EdifactFault[]
}

interface GroupLine {
  readonly type: string
  readonly reference: string
  readonly faults: readonly EdifactFault[]
}

/** What `crossdock edi read FILE --json` prints of EDIFACT: the file as it is, nothing judged. */
export interface EdifactReadReport {
  readonly file: string
  readonly language: 'edifact'
  readonly bytes: number
  readonly interchanges: readonly (InterchangeLine & {
    readonly separators: { readonly component: string; readonly element: string; readonly segment: string }
    readonly groups: readonly GroupLine[]
    /** Each segment as its tag and its elements; a composite is a list, repeats are `{ repeats: […] }`. */
    readonly messages: readonly (MessageLine & {
      readonly segments: readonly (readonly WrittenElement[])[]
    })[]
  })[]
  /** What is wrong with the file outside of its interchanges. */
  readonly faults: readonly EdifactFault[]
}

/** What `crossdock edi check FILE --json` prints of EDIFACT: what would become of the file, and what the sender would be answered. */
export interface EdifactCheckReport {
  readonly file: string
  readonly language: 'edifact'
  readonly verdict: FileVerdict
  readonly counts: DocumentCounts
  readonly interchanges: readonly CheckedEdifact[]
  readonly faults: readonly EdifactFault[]
}

export interface CheckedEdifact extends InterchangeLine {
  readonly verdict: SetVerdict
  /** 0085 of UCI, where there is something to say. */
  readonly error?: string
  readonly groups: readonly (GroupLine & { readonly verdict: SetVerdict })[]
  readonly messages: readonly CheckedMessage[]
  /** The CONTRL as it would be sent, one segment a line; absent when nothing is to be answered. */
  readonly acknowledgement?: string
}

/** All that is wrong with it is listed in the order of its segments; the answer does not say what was found behind its syntax. */
export interface CheckedMessage extends MessageLine {
  readonly verdict: DocumentVerdict
  readonly accepted: boolean
  /** The document it was read as, `'purchase-order'`; null where there is none, so that only its syntax was looked at. */
  readonly document?: string | null
}

export interface EdifactCheckOptions extends EdifactReadOptions {
  readonly policy?: EdifactPolicy
  /** The clock and references of the answer; the interchange's own date and time and the number 1 when absent. */
  readonly envelope?: ContrlEnvelope
  /** What finds in an interchange what the directory cannot: what its messages say as documents. */
  readonly understand?: (interchange: EdifactInterchange) => EdifactInterchange
  /** What is wrong with a message as a document where the directory refuses it already: it is told, and no part of the answer. */
  readonly besides?: (message: EdifactMessage) => readonly EdifactFault[]
  /** The document that a message is; undefined where only its syntax can be looked at. Absent: nothing is said about it. */
  readonly documentOf?: (type: string) => string | undefined
}

/** The file as JSON, segment by segment. Never throws. */
export function readReport(bytes: Uint8Array, name: string): EdifactReadReport {
  const { interchanges, faults } = readEdifact(bytes)
  return {
    file: name,
    language: 'edifact',
    bytes: bytes.length,
    interchanges: interchanges.map((one) => ({
      ...interchangeLine(one),
      separators: {
        component: String.fromCharCode(one.delimiters.component),
        element: String.fromCharCode(one.delimiters.element),
        segment: String.fromCharCode(one.delimiters.segment),
      },
      groups: one.groups.map(groupLine),
      messages: one.messages.map((message) => ({ ...messageLine(message), segments: rowsOf(message) })),
    })),
    faults,
  }
}

/** The verdicts, the faults in words, and the CONTRL. Never throws. */
export function checkReport(bytes: Uint8Array, name: string, options: EdifactCheckOptions = {}): EdifactCheckReport {
  const { interchanges, faults } = readEdifact(bytes, options)
  const checked = interchanges.map((one) => checkInterchange(one, options))
  const counts = countsOf(checked.flatMap((one) => one.messages))
  return {
    file: name,
    language: 'edifact',
    verdict: fileVerdict(checked, faults),
    counts,
    interchanges: checked,
    faults,
  }
}

function checkInterchange(read: EdifactInterchange, options: EdifactCheckOptions): CheckedEdifact {
  const { understand } = options
  const interchange = understand?.(read) ?? read
  const judgement = judgeEdifact(interchange, options.policy)
  const answer = contrlFor(judgement, options.envelope ?? ownEnvelope(interchange))
  return {
    ...interchangeLine(interchange),
    verdict: judgement.verdict,
    ...(judgement.error === undefined ? {} : { error: judgement.error }),
    groups: judgement.groups.map(({ group, verdict }) => ({ ...groupLine(group), verdict })),
    messages: judgement.messages.map((one) => checkedMessage(one, options)),
    ...(answer === undefined ? {} : { acknowledgement: writeContrl(answer, { lineEnd: '\n' }) }),
  }
}

const ACKNOWLEDGEMENTS: ReadonlySet<string> = new Set(['CONTRL', 'APERAK'])

function checkedMessage(
  { message, verdict, accepted }: JudgedMessage,
  { documentOf, besides }: EdifactCheckOptions,
): CheckedMessage {
  const { type, faults } = message
  const document = documentOf && !ACKNOWLEDGEMENTS.has(type) ? (documentOf(type) ?? null) : undefined
  const isKnown = document !== null
  return {
    ...messageLine(message),
    faults: inPlaces(verdict === 'R' && besides ? [...faults, ...besides(message)] : faults),
    verdict: isKnown ? verdict : 'not_known',
    accepted: accepted && isKnown,
    ...(document === undefined ? {} : { document }),
  }
}

/** Without a clock the answer carries the interchange's own time, so that the report says the same every time. */
function ownEnvelope({ date, time }: EdifactInterchange): ContrlEnvelope {
  return {
    date: /^\d{6}$/.test(date) ? `20${date}` : /^\d{8}$/.test(date) ? date : '20000101',
    time: /^\d{4}$/.test(time) ? time : '0000',
    reference: '1',
    messageReference: '1',
  }
}

const interchangeLine = (one: EdifactInterchange): InterchangeLine => ({
  sender: address(one.senderQualifier, one.sender),
  receiver: address(one.receiverQualifier, one.receiver),
  reference: one.reference,
  date: one.date,
  time: one.time,
  syntax: `${one.syntax}:${one.syntaxVersion}`,
  test: one.test,
  ackRequested: one.ackRequested,
  faults: one.faults,
})

const address = (qualifier: string, id: string): string => (qualifier === '' ? id : `${qualifier}:${id}`)

const groupLine = ({ type, reference, faults }: EdifactGroup): GroupLine => ({ type, reference, faults })

function messageLine({
  type,
  reference,
  version,
  release,
  agency,
  association,
  group,
  faults,
}: EdifactMessage): MessageLine {
  const guide = [version, release, agency, association].filter((part) => part !== '').join(':')
  return { type, guide, reference, ...(group ? { group: group.reference } : {}), faults }
}

function rowsOf({ segments }: EdifactMessage): WrittenElement[][] {
  return Array.from({ length: segments.length }, (_, i) => [
    segments.tag(i),
    ...Array.from({ length: segments.count(i) }, (_, e) => elementOf(segments, i, e + 1)),
  ])
}

function elementOf(segments: EdifactMessage['segments'], i: number, element: number): WrittenElement {
  const repeats = Array.from({ length: segments.repeats(i, element).length }, (_, r) => {
    const count = segments.components(i, element, r + 1)
    const components = Array.from({ length: count }, (_, c) => segments.component(i, element, c + 1, r + 1))
    return components.length > 1 ? components : (components[0] ?? '')
  })
  return repeats.length > 1 ? { repeats } : (repeats[0] ?? '')
}

function fileVerdict(interchanges: readonly CheckedEdifact[], faults: readonly EdifactFault[]): FileVerdict {
  if (interchanges.length === 0) return 'quarantined'
  const messages = interchanges.flatMap((one) => one.messages)
  const falls = interchanges.some((one) => one.verdict === 'R')
  const rejected = messages.some((one) => !one.accepted) || falls
  const accepted =
    messages.some((one) => one.accepted) || (messages.length === 0 && interchanges.some((one) => one.verdict !== 'R'))
  if (rejected) return accepted ? 'partly_rejected' : notAccepted(messages, falls)
  const around = [...faults, ...interchanges.flatMap((one) => [...one.faults, ...one.groups.flatMap((g) => g.faults)])]
  const errors = around.some((f) => f.severity !== 'warning') || messages.some((one) => one.verdict === 'E')
  return errors ? 'accepted_with_errors' : 'accepted'
}

/** The reading for people: one line for each segment. */
export function readText(report: EdifactReadReport): string {
  const lines = report.interchanges.flatMap((one) => [
    `interchange ${one.reference} from ${one.sender} to ${one.receiver}, ${one.test ? 'test' : 'production'}, syntax ${one.syntax}`,
    ...one.messages.flatMap((message) => [
      `  message ${messageName(message)}`,
      ...message.segments.map(
        (row) => `    ${row.map((part) => rowText(part, one.separators.component)).join(one.separators.element)}`,
      ),
    ]),
  ])
  return [`${report.file}: ${report.bytes} bytes`, ...report.faults.map(faultText), ...lines].join('\n')
}

function rowText(element: WrittenElement, by: string): string {
  if (typeof element === 'string') return element
  return 'repeats' in element ? element.repeats.map((one) => rowText(one, by)).join('*') : element.join(by)
}

const messageName = ({ type, reference, guide, group }: MessageLine): string =>
  `${type} ${reference}, ${guide}${group === undefined ? '' : `, group ${group}`}`

/** The check for people: verdicts, faults with their places, and the answer. */
export function checkText(report: EdifactCheckReport): string {
  const lines = report.interchanges.flatMap((one) => [
    `interchange ${one.reference} from ${one.sender} to ${one.receiver}: ${verdictText(one.verdict)}${one.error === undefined ? '' : ` (error ${one.error})`}`,
    ...one.faults.map((f) => `  ${faultText(f)}`),
    ...one.groups.flatMap((group) => [
      `  group ${group.reference}: ${verdictText(group.verdict)}`,
      ...group.faults.map((f) => `    ${faultText(f)}`),
    ]),
    ...one.messages.flatMap((message) => [
      `  message ${messageName(message)}: ${documentText(message)}`,
      ...message.faults.map((f) => `    ${faultText(f)}`),
    ]),
    ...(one.acknowledgement === undefined ? ['  no answer'] : ['  answer:', ...indented(one.acknowledgement)]),
  ])
  const head = `${report.file}: ${report.verdict.replaceAll('_', ' ')}`
  return [head, ...report.faults.map(faultText), ...lines].join('\n')
}

const indented = (text: string): string[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => `    ${line}`)

const verdictText = (verdict: SetVerdict): string =>
  ({ A: 'accepted', E: 'accepted with errors', R: 'rejected' })[verdict]

/** `segment 7 QTY, element 1-2: QTY 1-2 (quantity) is "1O", which is not a number. [XD_EDI_EDIFACT_ELEMENT_CHARACTER]` */
export function faultText(found: EdifactFault): string {
  const segment = found.segment === undefined ? '' : `segment ${found.segment} ${found.tag ?? ''}`.trimEnd()
  const component = found.component === undefined ? '' : `-${found.component}`
  const element = found.element === undefined || segment === '' ? '' : `, element ${found.element}${component}`
  const place = segment === '' ? '' : `${segment}${element}: `
  return `${found.severity === 'warning' ? 'note' : found.severity}: ${place}${found.message} [${found.code}]`
}
