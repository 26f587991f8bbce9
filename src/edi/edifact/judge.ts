import type { SetVerdict } from '../x12/judge.ts'
import type { EdifactFault, EdifactGroup, EdifactInterchange, EdifactMessage } from './reading.ts'

/** What a partner has agreed with us about answering. */
export interface EdifactPolicy {
  /** Every error rejects its message; off unless `true`. */
  readonly strict?: boolean
  /**
   * An error (0085) that only the caller can know, and that rejects the interchange: a repeated reference (`'26'`), an unknown sender
   * (`'23'`), an unknown recipient (`'43'`) or one that is not us (`'7'`), test data (`'25'`).
   */
  readonly interchangeError?: string
}

export interface JudgedMessage {
  readonly message: EdifactMessage
  /** A accepted, E accepted with errors, R rejected. */
  readonly verdict: SetVerdict
  /** False when the message itself, its group or its interchange is rejected. */
  readonly accepted: boolean
}

export interface JudgedGroup {
  readonly group: EdifactGroup
  readonly verdict: SetVerdict
}

/** What becomes of an interchange: which messages may go on, and what CONTRL will say. */
export interface EdifactJudgement {
  readonly interchange: EdifactInterchange
  readonly verdict: SetVerdict
  /** The error of the interchange (0085) and the envelope segment it stands in. */
  readonly error?: string
  readonly errorTag?: string
  readonly groups: readonly JudgedGroup[]
  readonly messages: readonly JudgedMessage[]
}

/**
 * Decides from the faults which messages may be processed. A bad message does not touch its neighbours, a bad group not its siblings;
 * a bad interchange rejects everything in it.
 *
 * @example
 * for (const { message, accepted } of judgeEdifact(interchange).messages) if (accepted) understand(message)
 */
export function judgeEdifact(interchange: EdifactInterchange, policy: EdifactPolicy = {}): EdifactJudgement {
  const envelope = judgeEnvelope(interchange, policy)
  const groups = interchange.groups.map((group) => ({ group, verdict: verdictOf(group.faults, false) }))
  const fallen = new Set(groups.filter(({ verdict }) => verdict === 'R').flatMap(({ group }) => group.messages))
  const messages = interchange.messages.map((message) => {
    const verdict = verdictOf(message.faults, policy.strict === true)
    return { message, verdict, accepted: verdict !== 'R' && envelope.verdict !== 'R' && !fallen.has(message) }
  })
  return { interchange, ...envelope, groups, messages }
}

/** The verdict on the interchange alone, for a streamed reading. */
export function judgeEnvelope(
  { faults }: Pick<EdifactInterchange, 'faults'>,
  policy: EdifactPolicy = {},
): Pick<EdifactJudgement, 'verdict' | 'error' | 'errorTag'> {
  if (policy.interchangeError !== undefined) return { verdict: 'R', error: policy.interchangeError, errorTag: 'UNB' }
  const gravest = faults.find((f) => f.severity === 'fatal') ?? faults.find((f) => f.severity === 'error')
  if (!gravest) return { verdict: 'A' }
  const named = gravest.contrlTag ?? gravest.tag
  const tag = named === undefined || !/^UN[ABZ]$/.test(named) ? {} : { errorTag: named }
  return { verdict: gravest.severity === 'fatal' ? 'R' : 'E', error: gravest.contrl ?? '18', ...tag }
}

function verdictOf(faults: readonly EdifactFault[], strict: boolean): SetVerdict {
  const counts = faults.filter((f) => f.severity !== 'warning')
  if (counts.some((f) => strict || f.severity === 'fatal')) return 'R'
  return counts.length > 0 ? 'E' : 'A'
}
