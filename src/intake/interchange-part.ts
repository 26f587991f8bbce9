import type { Pieces } from '../base/pieces.ts'
import { laneOfSubject } from '../lifecycle/subject.ts'
import {
  type Arrival,
  type FaultyPart,
  type KeyClaim,
  type Part,
  type PartAnswer,
  problemOf,
  type TakeContext,
} from './arrival.ts'
import { errors } from './errors.ts'
import type { OpenedFault, OpenedFile, OpenedInterchange } from './interchange.ts'
import { briefly, contentOf, mailboxOf } from './interchange-content.ts'
import type { InterchangeFacts } from './interchange-facts.ts'
import { controlNumberKey, digestOf, requestKey } from './keys.ts'
import { refusedInput } from './quarantine.ts'
import { rejectionOf } from './rejection.ts'
import type { IntakeWorld } from './settings.ts'
import { unreadablePart } from './unreadable-part.ts'

/** The interchanges of a file, each a part with its documents in it; or one faulty part when there is none to read. */
export function* interchangeParts(
  opened: OpenedFile,
  arrival: Arrival,
  world: IntakeWorld,
): Pieces<(Part | FaultyPart)[]> {
  const { interchanges, unreadable } = opened
  const parts: (Part | FaultyPart)[] = []
  for (const interchange of interchanges) parts.push(yield* interchangePart(interchange, arrival, world))
  if (interchanges.length === 0 || unreadable.length > 0) parts.push(nothingToRead(arrival, unreadable))
  return parts
}

/** X01: nobody can be answered without an envelope; the bytes stay, and a person looks. */
function nothingToRead(arrival: Arrival, faults: readonly OpenedFault[]): Part | FaultyPart {
  const why = faults[0]?.message ?? 'there is no interchange in it'
  const error = errors.INTERCHANGE_UNREADABLE(why)
  const refusal = {
    report: 'interchange',
    code: error.code,
    reason: error.message,
    detail: { faults: briefly(faults) },
  }
  return unreadablePart({ what: 'interchange', subject: mailboxOf(arrival), error, refusal }, arrival)
}

function* interchangePart(interchange: OpenedInterchange, arrival: Arrival, world: IntakeWorld): Pieces<Part> {
  const subject = mailboxOf(arrival, world.sender)
  const { facts } = interchange
  const isRejected = interchange.verdict === 'R'
  // a rejected interchange keeps its number: cut off on the way, it may come again whole
  const numbers = isRejected ? [] : controlClaim(interchange, arrival, subject)
  const claims = [...fileClaim(interchange, arrival, subject), ...numbers]
  const parts = isRejected ? [] : yield* contentOf(interchange, arrival, world)
  const input = (type: string, data: InterchangeFacts, receipt: string) =>
    ({ kind: 'arrival', type, subject, source: arrival.system, receipt, occurredAt: arrival.receivedAt, data }) as const
  return {
    what: 'interchange',
    claims,
    quarantined: isRejected,
    parts,
    take: ({ receipt }) => ({ inputs: [input('interchange', facts, receipt)], ref: receipt }),
    // the same file picked up twice is our own repeat: only a partner's retransmission is answered again
    again: ({ kind }, { receipt }) =>
      kind === 1 && arrival.channel !== 'sftp' ? [] : [input('interchange.repeated', facts, receipt)],
    answer: (receipt) => answerOf(interchange, receipt),
    conflict: ({ kind }, context) =>
      kind === 1
        ? { error: errors.IDEMPOTENCY_KEY_REUSED(), inputs: [] }
        : numberReused(interchange, arrival, subject, context),
  }
}

/** The transport's own key: a file as it lay in its folder, or a request. A file may hold several interchanges. */
function fileClaim({ start, end }: OpenedInterchange, arrival: Arrival, subject: string): KeyClaim[] {
  const { tenant, system, idempotencyKey } = arrival
  if (idempotencyKey === undefined) return []
  const digest = digestOf(arrival.bytes.subarray(start, end))
  const key = `${idempotencyKey}#${start}`
  return [requestKey({ tenant, system, scope: 'interchange', key }, digest, laneOfSubject(subject))]
}

/** An interchange number is unique per sender, receiver and usage; a file without one has nothing to claim. */
function controlClaim(interchange: OpenedInterchange, arrival: Arrival, subject: string): KeyClaim[] {
  const { sender, receiver, usage, control, start, end } = interchange
  if (control === '') return []
  const identity = { tenant: arrival.tenant, sender, receiver, usage, control }
  return [controlNumberKey(identity, digestOf(arrival.bytes.subarray(start, end)), laneOfSubject(subject))]
}

/** What a sender over HTTP is told at once; the acknowledgement goes its own way. A refusal says in words what its code means. */
function answerOf({ control, verdict, note, facts }: OpenedInterchange, receipt: string): PartAnswer {
  const body = { interchange: control, verdict, note, receipt }
  if (verdict !== 'R') return { status: 202, body }
  const refused = problemOf(rejectionOf(facts))
  return { ...refused, body: { ...refused.body, ...body } }
}

/** The same number with other bytes is never processed: its sender is told, and a person looks. */
function numberReused(interchange: OpenedInterchange, arrival: Arrival, subject: string, { receipt }: TakeContext) {
  const error = errors.INTERCHANGE_REUSED(interchange.control)
  const facts = interchange.reused()
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
