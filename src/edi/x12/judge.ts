import type { AckCodes, X12Fault, X12Group, X12Interchange, X12Set } from './reading.ts'

/** What a partner has agreed with us about answering; the defaults are those of `docs/reference`. */
export interface AckPolicy {
  /** ISA13 and IEA02 differ: `reject` the interchange (default), or `accept` it with errors. */
  readonly numberMismatch?: 'reject' | 'accept'
  /** One rejected set rejects its whole group; off unless `true`. */
  readonly groupStandsTogether?: boolean
  /** Every error rejects its set; off unless `true`. */
  readonly strict?: boolean
  /** The set that answers a group: `997` (default), or `999` from release 005010 on. */
  readonly acknowledgement?: AcknowledgementForm
  /** Errors that only the caller can know: a repeated control number (`'025'`), an unknown receiver (`'009'`), test data (`'020'`). */
  readonly interchangeNote?: string
}

/** The set a group is answered with: functional or implementation acknowledgment. */
export type AcknowledgementForm = '997' | '999'

/** A accepted, E accepted with errors, R rejected. */
export type SetVerdict = 'A' | 'E' | 'R'
/** P: some sets accepted, some rejected. */
export type GroupVerdict = SetVerdict | 'P'

export interface JudgedSet {
  readonly set: X12Set
  readonly verdict: SetVerdict
  /** AK502 and following. */
  readonly codes: readonly string[]
  /** False when the set itself, its group or its interchange is rejected. */
  readonly accepted: boolean
}

export interface JudgedGroup {
  readonly group: X12Group
  readonly verdict: GroupVerdict
  /** AK905 and following. */
  readonly codes: readonly string[]
  readonly sets: readonly JudgedSet[]
  readonly accepted: number
}

/** What becomes of an interchange: which sets may go on, and what the answers will say. */
export interface Judgement {
  readonly interchange: X12Interchange
  readonly verdict: SetVerdict
  /** TA105. */
  readonly note: string
  readonly groups: readonly JudgedGroup[]
  /** What the groups are answered with. */
  readonly acknowledgement: AcknowledgementForm
}

/**
 * Decides from the faults which sets may be processed. A bad set does not touch its neighbours, a bad group not its siblings;
 * a bad interchange rejects everything in it.
 *
 * @example
 * for (const group of judge(interchange).groups)
 *   for (const { set, accepted } of group.sets) if (accepted) understand(set)
 */
export function judge(interchange: X12Interchange, policy: AckPolicy = {}): Judgement {
  const { verdict, note } = judgeEnvelope(interchange, policy)
  const groups = interchange.groups.map((group) => judgeGroup(group, policy, verdict === 'R'))
  return { interchange, verdict, note, groups, acknowledgement: policy.acknowledgement ?? '997' }
}

/** The verdict on the interchange alone, for a streamed reading. */
export function judgeEnvelope(
  interchange: Pick<X12Interchange, 'faults'>,
  policy: AckPolicy = {},
): { readonly verdict: SetVerdict; readonly note: string } {
  if (policy.interchangeNote !== undefined) return { verdict: 'R', note: policy.interchangeNote }
  const fatal = interchange.faults.find((f) => f.severity === 'fatal' && !isForgiven(f, policy))
  if (fatal) return { verdict: 'R', note: fatal.ack?.ta1 ?? '022' }
  const error = interchange.faults.find((f) => f.severity !== 'warning')
  return error ? { verdict: 'E', note: error.ack?.ta1 ?? '024' } : { verdict: 'A', note: '000' }
}

const isForgiven = (fault: X12Fault, policy: AckPolicy): boolean =>
  fault.ack?.ta1 === '001' && policy.numberMismatch === 'accept'

function judgeGroup(group: X12Group, policy: AckPolicy, rejectedAbove: boolean): JudgedGroup {
  const judged = group.sets.map((set) => judgeSet(set, policy))
  const rejected = judged.filter((one) => one.verdict === 'R').length
  const fatal = group.faults.some((f) => f.severity === 'fatal')
  const allFall = fatal || (rejected > 0 && (policy.groupStandsTogether === true || rejected === judged.length))
  const verdict = allFall ? 'R' : rejected > 0 ? 'P' : hasErrors(group, judged) ? 'E' : 'A'
  const falls = allFall || rejectedAbove
  return {
    group,
    verdict,
    codes: codesOf(group.faults, 'ak9'),
    sets: judged.map((one) => ({ ...one, accepted: !falls && one.verdict !== 'R' })),
    accepted: falls ? 0 : judged.length - rejected,
  }
}

const hasErrors = (group: X12Group, judged: readonly { verdict: SetVerdict }[]): boolean =>
  group.faults.some((f) => f.severity === 'error') || judged.some((one) => one.verdict === 'E')

function judgeSet(set: X12Set, policy: AckPolicy): Omit<JudgedSet, 'accepted'> {
  const counts = set.faults.filter((f) => f.severity !== 'warning')
  const rejected = counts.some((f) => f.severity === 'fatal' || policy.strict === true)
  const verdict = rejected ? 'R' : counts.length > 0 ? 'E' : 'A'
  return { set, verdict, codes: codesOf(counts, 'ak5') }
}

/** The codes in the order they came, each once, at most the five there is room for. */
function codesOf(faults: readonly X12Fault[], name: keyof AckCodes): string[] {
  const codes = faults.flatMap((f) => f.ack?.[name] ?? [])
  return [...new Set(codes)].slice(0, 5)
}
