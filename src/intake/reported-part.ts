import type { FieldFault } from '../base/errors.ts'
import type { Report } from '../journal/contract.ts'
import type { EventData, EventType } from '../lifecycle/events.ts'
import { laneOfSubject, subjectOf } from '../lifecycle/subject.ts'
import type { Arrival, FaultyPart, Part } from './arrival.ts'
import { errors } from './errors.ts'
import { digestOf, documentKey } from './keys.ts'
import { reasonOf, refusedInput } from './quarantine.ts'
import type { IntakeWorld } from './settings.ts'
import { wrongIn } from './wrong.ts'

/** One thing that a document says happened, and when (milliseconds since 1970), where it says it itself. */
export type ToldReport = { [T in EventType]: readonly [T, EventData[T], number?] }[EventType]

/** A partner's document as the reports it stands for. */
export interface ReportedDocument {
  /** Name of the document type: `warehouse-advice`. */
  readonly type: string
  /** What its sender and we call it. */
  readonly number: string
  /** What makes it the same document when it comes in a new envelope, beside who sent it. */
  readonly identity: readonly string[]
  readonly document: unknown
  /** The order, the stock or the load it is about. */
  readonly subject: string
  readonly reports: readonly ToldReport[]
  /** All of it waits for a person when there are any. */
  readonly faults: readonly FieldFault[]
  /** What it is called inside its arrival. */
  readonly name: string
}

/**
 * A document by which a partner reports: the same reports as a system's by HTTP, by the same authority. It is taken once,
 * in whatever envelope it comes; another content under its number is a case.
 */
export function reportedPart(told: ReportedDocument, arrival: Arrival, world: IntakeWorld): Part | FaultyPart {
  if (told.faults.length > 0) return faulty(told, arrival, world)
  const { type, number, identity, document, subject, reports, name } = told
  const { tenant, system, receivedAt } = arrival
  const digest = digestOf(JSON.stringify(document))
  return {
    what: type.replaceAll('-', ' '),
    name,
    claims: [documentKey(tenant, type, [system, ...identity], digest, laneOfSubject(subject))],
    take: ({ receipt }) => ({
      inputs: reports.map(([of, data, occurredAt = receivedAt]): Report => {
        return { kind: 'report', type: of, subject, source: system, occurredAt, receipt, data } as Report
      }),
      ref: receipt,
    }),
    answer: (receipt) => ({ status: 202, body: { document: type, number, receipt, state: 'received' } }),
    conflict: (_found, { receipt }) => {
      const error = errors.REPORT_CONFLICT(number)
      const refusal = { report: type, code: error.code, reason: error.message, detail: { number }, part: name }
      return { error, inputs: [refusedInput(subject, arrival, refusal, receipt)] }
    },
  }
}

function faulty(
  { type, number, document, faults, name }: ReportedDocument,
  arrival: Arrival,
  { sender }: IntakeWorld,
): FaultyPart {
  const what = type.replaceAll('-', ' ')
  const error = errors.DOCUMENT_FAULTY.with(faults, what, faults.length)
  const subject = subjectOf(arrival.tenant, 'mailbox', sender.partner ?? arrival.system)
  const wrong = wrongIn(document, faults)
  const refusal = {
    report: type,
    code: error.code,
    reason: reasonOf(error),
    detail: { number, faults },
    wrong,
    part: name,
  }
  return { what, name, error, inputs: [refusedInput(subject, arrival, refusal)] }
}
