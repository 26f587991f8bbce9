import { countsOf, type DocumentCounts, type DocumentVerdict } from '../streamed-report.ts'
import type { SetVerdict } from '../x12/judge.ts'
import { documentText, type FileVerdict, notAccepted } from '../x12/report.ts'
import type { TradacomsFault } from './faults.ts'
import { readTradacoms, type TradacomsMessage } from './read.ts'

/** What `crossdock edi read` and `check` print of TRADACOMS with `--json`. */
export interface TradacomsReport {
  readonly file: string
  readonly language: 'tradacoms'
  readonly verdict: FileVerdict
  /** Of messages, when it was asked what would become of them. */
  readonly counts?: DocumentCounts
  readonly interchanges: readonly {
    readonly sender: string
    readonly receiver: string
    readonly reference: string
    readonly date: string
    readonly time: string
    readonly faults: readonly TradacomsFault[]
    readonly messages: readonly {
      readonly type: string
      readonly version: string
      readonly number: string
      readonly verdict: DocumentVerdict
      /** False when the message or its transmission is rejected, or when nobody here knows it. */
      readonly accepted: boolean
      /** Each segment as its tag and its elements, as they stand in the file without release characters. */
      readonly segments: readonly (readonly string[])[]
      readonly faults: readonly TradacomsFault[]
    }[]
  }[]
  readonly faults: readonly TradacomsFault[]
}

/** What is said of a message by its type alone, where a hub has no document for it. */
export type UnreadTradacoms = (type: string) => TradacomsFault | undefined

/** The file as JSON, segment by segment, and what would become of it: of messages that a hub knows unless `unread` says more. Never throws. */
export function tradacomsReport(bytes: Uint8Array, name: string, unread?: UnreadTradacoms): TradacomsReport {
  const { transmissions, faults } = readTradacoms(bytes)
  const interchanges = transmissions.map((one) => {
    const falls = isFatal(one.faults)
    const { reference, date, time } = one
    return {
      sender: one.sender || one.senderName,
      receiver: one.receiver || one.receiverName,
      reference,
      date,
      time,
      faults: one.faults,
      messages: one.messages.map((message) => {
        const { type, version, number } = message
        const strange = unread?.(type)
        const verdict: DocumentVerdict = strange ? 'not_known' : verdictOn(message.faults)
        const accepted = !falls && (verdict === 'A' || verdict === 'E')
        const all = strange ? [...message.faults, strange] : message.faults
        return { type, version, number, verdict, accepted, segments: rowsOf(message), faults: all }
      }),
    }
  })
  const messages = interchanges.flatMap((one) => one.messages)
  const verdict = verdictOf(messages, faults, interchanges)
  const counts = unread ? { counts: countsOf(messages) } : {}
  return { file: name, language: 'tradacoms', verdict, ...counts, interchanges, faults }
}

function verdictOn(faults: readonly TradacomsFault[]): SetVerdict {
  if (isFatal(faults)) return 'R'
  return faults.some(({ severity }) => severity !== 'warning') ? 'E' : 'A'
}

const isFatal = (faults: readonly TradacomsFault[]): boolean => faults.some((f) => f.severity === 'fatal')

interface Faulty {
  readonly faults: readonly TradacomsFault[]
}

function verdictOf(
  messages: readonly (Faulty & { readonly accepted: boolean; readonly verdict: DocumentVerdict })[],
  faults: readonly TradacomsFault[],
  interchanges: readonly Faulty[],
): FileVerdict {
  if (interchanges.length === 0) return 'quarantined'
  const falls = interchanges.some((one) => isFatal(one.faults))
  if (messages.every((one) => !one.accepted)) return messages.length > 0 ? notAccepted(messages, falls) : 'rejected'
  if (messages.some((one) => !one.accepted)) return 'partly_rejected'
  const all = [...faults, ...interchanges.flatMap((one) => one.faults), ...messages.flatMap((one) => one.faults)]
  return all.some((f) => f.severity !== 'warning') ? 'accepted_with_errors' : 'accepted'
}

const rowsOf = ({ segments }: TradacomsMessage): string[][] =>
  Array.from({ length: segments.length }, (_, i) => [
    segments.tag(i),
    ...Array.from({ length: segments.count(i) }, (_, e) => segments.at(i, e + 1)),
  ])

/** The reading for people: one line for each segment. */
export function tradacomsText(report: TradacomsReport): string {
  const lines = report.interchanges.flatMap((one) => [
    `transmission ${one.reference} from ${one.sender} to ${one.receiver}`,
    ...one.faults.map((f) => `  ${faultText(f)}`),
    ...one.messages.flatMap((message) => [
      `  message ${message.type} ${message.number}, version ${message.version}: ${documentText(message)}`,
      ...message.faults.map((f) => `    ${faultText(f)}`),
      ...message.segments.map(([tag, ...elements]) => `    ${tag}=${elements.join('+')}`),
    ]),
  ])
  const head = `${report.file}: ${report.verdict.replaceAll('_', ' ')}`
  return [head, ...report.faults.map(faultText), ...lines].join('\n')
}

/** `fatal: segment 9 MTR: MTR says 10 segments, there are 9. [XD_EDI_TRADACOMS_SEGMENT_COUNT]` */
export function faultText({ severity, segment, tag, message, code }: TradacomsFault): string {
  const place = segment === undefined ? '' : `segment ${segment} ${tag ?? ''}: `
  return `${severity === 'warning' ? 'note' : severity}: ${place}${message} [${code}]`
}
