import type { SetVerdict } from './x12/judge.ts'
import type { Severity } from './x12/reading.ts'
import type { FileVerdict } from './x12/report.ts'

/** A fault of either language, as far as a count needs it. */
interface Graded {
  readonly severity: Severity
}

/** Something in a streamed file that is not simply in order. */
export interface Remark<F> {
  /** `'set 850 0007'`, `'group 17'`, `'message ORDERS 12'`, `'interchange 000000017 from ZZ:BIGBOX'`, or the file. */
  readonly about: string
  readonly verdict: DocumentVerdict
  /** Its first faults. */
  readonly faults: readonly F[]
  /** How many more faults it has. */
  readonly more: number
}

/** What becomes of a set or message: A accepted, E accepted with errors, R rejected; `not_known`: a hub has no document for it. */
export type DocumentVerdict = SetVerdict | 'not_known'

/** How many sets (X12) or messages (EDIFACT) there were, and what would become of them. */
export interface DocumentCounts {
  readonly documents: number
  readonly accepted: number
  readonly acceptedWithErrors: number
  readonly rejected: number
  /** Without a document: they would be refused, whatever they hold. */
  readonly notKnown: number
  /** In order, but in a group or an interchange that is rejected. */
  readonly notProcessed: number
}

/** The same of a streamed file, with what they stood in. */
export interface StreamedCounts extends DocumentCounts {
  readonly interchanges: number
  readonly groups: number
}

/** Counts sets or messages by what would become of them. */
export function countsOf(
  documents: readonly { readonly verdict: DocumentVerdict; readonly accepted: boolean }[],
): DocumentCounts {
  const count = (is: (one: (typeof documents)[number]) => boolean) => documents.filter(is).length
  return {
    documents: documents.length,
    accepted: count(({ verdict, accepted }) => accepted && verdict === 'A'),
    acceptedWithErrors: count(({ verdict, accepted }) => accepted && verdict === 'E'),
    rejected: count(({ verdict }) => verdict === 'R'),
    notKnown: count(({ verdict }) => verdict === 'not_known'),
    notProcessed: count(({ verdict, accepted }) => !accepted && (verdict === 'A' || verdict === 'E')),
  }
}

/** What `crossdock edi check --json` prints of a file too large to be listed: counts, and what is wrong, in the order of the file. */
export interface StreamedReport<F> {
  readonly file: string
  readonly language: 'x12' | 'edifact'
  readonly streamed: true
  readonly bytes: number
  readonly verdict: FileVerdict
  readonly counts: StreamedCounts
  /** The first of what is not simply in order, and how many there are besides. */
  readonly remarks: readonly Remark<F>[]
  readonly unlisted: number
}

const MOST_REMARKS = 500
const MOST_FAULTS = 20

/** Verdict of a unit by its faults alone. */
const verdictOf = (faults: readonly Graded[]): SetVerdict => {
  if (faults.some(({ severity }) => severity === 'fatal')) return 'R'
  return faults.some(({ severity }) => severity === 'error') ? 'E' : 'A'
}

const none = () => ({ A: 0, E: 0, R: 0, not_known: 0, fallen: 0 })

/**
 * Counts what passes by in a stream: sets or messages, then the groups and interchanges they stand in, which may take
 * back what is in them. Nothing is held but the counts and the first remarks.
 */
export class Tally<F extends Graded> {
  private interchanges = 0
  private groups = 0
  private readonly total = none()
  private interchange = none()
  private group = none()
  private isRejected = false
  private hasErrors = false
  private readonly remarks: Remark<F>[] = []
  private unlisted = 0

  /** A set or message came to its end; `unread` is what a hub says of one that it has no document for. */
  document(about: () => string, faults: readonly F[], unread?: F): void {
    const verdict = unread ? 'not_known' : verdictOf(faults)
    const all = unread ? [...faults, unread] : faults
    this.group[verdict] += 1
    if (all.length > 0) this.remark(about(), verdict, all)
  }

  /** A group came to its end; `fallsWithAll` when it is rejected as soon as everything in it is. */
  endOfGroup(about: () => string, faults: readonly F[], fallsWithAll: boolean): void {
    const { A, E, R, not_known } = this.group
    const own = verdictOf(faults)
    const falls = own === 'R' || (fallsWithAll && R + not_known > 0 && A + E === 0)
    this.groups += 1
    this.moveUp(falls)
    if (own === 'E') this.hasErrors = true
    if (own === 'R') this.isRejected = true
    if (faults.length > 0) this.remark(about(), own, faults)
  }

  /** An interchange came to its end, with the verdict of its envelope. */
  endOfInterchange(about: () => string, faults: readonly F[], verdict: SetVerdict): void {
    this.moveUp(false)
    const { A, E, R, not_known, fallen } = this.interchange
    const { total } = this
    this.interchanges += 1
    if (verdict === 'R') {
      this.isRejected = true
      total.fallen += A + E + fallen
    } else {
      total.A += A
      total.E += E
      total.fallen += fallen
    }
    total.R += R
    total.not_known += not_known
    if (verdict === 'E') this.hasErrors = true
    this.interchange = none()
    if (faults.length > 0) this.remark(about(), verdict, faults)
  }

  /** A fault outside of any interchange. */
  outside(fault: F): void {
    if (fault.severity !== 'warning') this.hasErrors = true
    this.remark('file', verdictOf([fault]), [fault])
  }

  /** What was counted, and what it comes to. */
  report(file: string, language: 'x12' | 'edifact', bytes: number): StreamedReport<F> {
    const { A, E, R, not_known: notKnown, fallen } = this.total
    const { interchanges, groups, remarks, unlisted } = this
    const documents = A + E + R + notKnown + fallen
    const counts = { interchanges, groups, documents, accepted: A, acceptedWithErrors: E, rejected: R, notKnown }
    return {
      file,
      language,
      streamed: true,
      bytes,
      verdict: this.verdict(),
      counts: { ...counts, notProcessed: fallen },
      remarks,
      unlisted,
    }
  }

  private verdict(): FileVerdict {
    const { A, E, R, not_known, fallen } = this.total
    if (this.interchanges === 0) return 'quarantined'
    if (R + fallen > 0 || this.isRejected) return A + E > 0 ? 'partly_rejected' : 'rejected'
    if (not_known > 0) return A + E > 0 ? 'partly_rejected' : 'not_known'
    return E > 0 || this.hasErrors ? 'accepted_with_errors' : 'accepted'
  }

  /** What was counted since the last end belongs to the interchange now. */
  private moveUp(falls: boolean): void {
    const { group, interchange } = this
    if (falls) interchange.fallen += group.A + group.E
    else {
      interchange.A += group.A
      interchange.E += group.E
    }
    interchange.R += group.R
    interchange.not_known += group.not_known
    this.group = none()
  }

  private remark(about: string, verdict: DocumentVerdict, faults: readonly F[]): void {
    if (this.remarks.length === MOST_REMARKS) this.unlisted += 1
    else {
      const more = Math.max(0, faults.length - MOST_FAULTS)
      this.remarks.push({ about, verdict, faults: more > 0 ? faults.slice(0, MOST_FAULTS) : faults, more })
    }
  }
}

const VERDICTS = { A: 'accepted', E: 'accepted with errors', R: 'rejected', not_known: 'not known' } as const

/** The report for people. */
export function streamedText<F>(report: StreamedReport<F>, faultText: (fault: F) => string): string {
  const { file, language, verdict, bytes, counts, remarks, unlisted } = report
  const documents = language === 'x12' ? 'sets' : 'messages'
  const number = (value: number) => value.toLocaleString('en')
  return [
    `${file}: ${verdict.replaceAll('_', ' ')}`,
    `${number(bytes)} bytes, ${number(counts.interchanges)} interchanges, ${number(counts.groups)} groups, ${number(counts.documents)} ${documents}`,
    `  accepted ${number(counts.accepted)}, accepted with errors ${number(counts.acceptedWithErrors)}, rejected ${number(counts.rejected)}, not known ${number(counts.notKnown)}, in order but not processed ${number(counts.notProcessed)}`,
    ...remarks.flatMap(({ about, verdict: one, faults, more }) => [
      `  ${about}: ${VERDICTS[one]}`,
      ...faults.map((fault) => `    ${faultText(fault)}`),
      ...(more > 0 ? [`    and ${more} more`] : []),
    ]),
    ...(unlisted > 0 ? [`  and ${number(unlisted)} more that are not listed`] : []),
    '  no answer is shown of a file of this size',
  ].join('\n')
}
