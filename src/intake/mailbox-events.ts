import type { DocumentFault } from '../documents/faults.ts'
import type { WrittenInterchange } from '../edi/x12/write.ts'
import type { Input, JournalEvent, NewEvent } from '../journal/contract.ts'
import type { EventData } from '../lifecycle/events.ts'
import { partsOf } from '../lifecycle/subject.ts'
import { caseErrors, errors } from './errors.ts'
import type { InterchangeFacts } from './interchange-facts.ts'
import { gapBefore, type MailboxState, type OpenGroup, sameNumber } from './mailbox-state.ts'
import { type Refusal, refusedData } from './quarantine.ts'

/** What a mailbox records. Each function is one sentence about one thing that happened. */

type Arrived = Extract<Input, { kind: 'arrival' }>
type Issued = JournalEvent<'document.issued'>

/** What is recorded of an interchange that came in, with the gap that it opens. */
export function receivedData(state: MailboxState, facts: InterchangeFacts): EventData['interchange.received'] {
  const { control, usage, groups, faults } = facts
  const gap = usage === 'T' ? undefined : gapBefore(state, Number(control))
  return { control, usage, groups, faults, ...(gap ? { gap: [String(gap[0]), String(gap[1])] as const } : {}) }
}

/** What a person is told of an interchange of which nothing was processed. */
export function rejection({ control, note }: InterchangeFacts): Refusal {
  const { code, message: reason } = errors.INTERCHANGE_REJECTED(control, note)
  return { report: 'interchange', code, reason, detail: { control, note } }
}

/** What a partner says about a group of ours. A refusal, and an answer to nothing we know, is for a person. */
export function acknowledged(
  state: MailboxState,
  group: InterchangeFacts['answers']['groups'][number],
  input: Arrived,
): NewEvent[] {
  const { functionalId, controlNumber, accepted } = group
  const open = state.open.find((one) => one.functionalId === functionalId && sameNumber(one.group, controlNumber))
  if (!open) return [refused(input, strangeAcknowledgement(group))]
  const event = acknowledgement(group, input)
  return accepted ? [event] : [event, refused(input, refusedDocument(group, open))]
}

function acknowledgement(group: InterchangeFacts['answers']['groups'][number], input: Arrived): NewEvent {
  const { functionalId, controlNumber, verdict, sets } = group
  return {
    type: 'acknowledgement.received',
    data: {
      groupControl: controlNumber,
      functionalId,
      verdict: verdict as EventData['acknowledgement.received']['verdict'],
      sets: sets.map((set) => ({ id: set.id, control: set.controlNumber, verdict: set.verdict, codes: set.codes })),
    },
    source: input.source,
    occurredAt: input.occurredAt,
  }
}

function strangeAcknowledgement(group: InterchangeFacts['answers']['groups'][number]): Refusal {
  const { functionalId, controlNumber, verdict, sets } = group
  const { code, message: reason } = caseErrors.ACKNOWLEDGEMENT_UNKNOWN(`${functionalId} ${controlNumber}`)
  return { report: '997', code, reason, detail: { group: controlNumber, functionalId, verdict, sets } }
}

function refusedDocument(group: InterchangeFacts['answers']['groups'][number], open: OpenGroup): Refusal {
  const { functionalId, controlNumber, verdict, sets } = group
  const { document, key, order } = open
  const { code, message: reason } = caseErrors.DOCUMENT_REFUSED(`${document} ${key}`)
  return { report: '997', code, reason, detail: { group: controlNumber, functionalId, verdict, sets, order } }
}

/** A TA1 about an interchange of ours. Only a refusal says anything new: the partner processed nothing of it. */
export function interchangeAnswered(
  state: MailboxState,
  { controlNumber, accepted, note }: InterchangeFacts['answers']['interchanges'][number],
  input: Arrived,
): NewEvent[] {
  if (accepted) return []
  const open = state.open.find(({ control }) => sameNumber(control, controlNumber))
  const what = open ? `${open.document} ${open.key}, ` : ''
  const { code, message: reason } = caseErrors.DOCUMENT_REFUSED(
    `${what}interchange ${controlNumber}, with note ${note}`,
  )
  return [refused(input, { report: 'TA1', code, reason, detail: { control: controlNumber, note, order: open?.order } })]
}

/** Something that came in and was not taken: cases hear of it. */
export function refused(input: Arrived, refusal: Refusal): NewEvent {
  const { source, occurredAt, receipt } = input
  const data = refusedData(refusal, source)
  return { type: 'report.refused', data, source, occurredAt, ...(receipt === undefined ? {} : { receipt }) }
}

/** A document for somebody we have no way to, or of a type we cannot write. */
export function noWay(event: Issued): NewEvent {
  const { document, partner } = event.data
  const { code, message } = caseErrors.DOCUMENT_UNSENDABLE(`a ${document} to ${partner}`)
  return unsendable(event, message, code)
}

/** A document that is not what it should be: the fault is ours, and nothing of it is sent. */
export function faulty(event: Issued, [first]: readonly DocumentFault[]): NewEvent {
  if (!first) return noWay(event)
  return unsendable(event, `${first.pointer}: ${first.detail}`, first.code)
}

/** A document that could not be sent, and why. */
export function unsendable(event: Issued, reason: string, code: string): NewEvent {
  const { document, key, partner } = event.data
  const detail = { document, key, order: partsOf(event.subject).id }
  return { type: 'report.refused', data: { report: document, code, reason, from: partner, data: detail } }
}

/** Nobody has acknowledged a group in time. */
export function overdueEvent({ group, document, key, order }: OpenGroup, partner: string): NewEvent {
  const { code, message: reason } = caseErrors.ACKNOWLEDGEMENT_OVERDUE(`${document} ${key}`, group)
  const data = { group, document, key, ...(order === undefined ? {} : { order }) }
  return { type: 'report.refused', data: { report: '997', code, reason, from: partner, data } }
}

/** Nobody has acknowledged a group yet, and its time is nearly up. */
export function dueSoonEvent({ group, document, key, order }: OpenGroup, partner: string, dueAt: number): NewEvent {
  const by = new Date(dueAt).toISOString()
  const { code, message: reason } = caseErrors.ACKNOWLEDGEMENT_DUE(`${document} ${key}`, group, by)
  const data = { group, document, key, dueAt, ...(order === undefined ? {} : { order }) }
  return { type: 'report.refused', data: { report: '997', code, reason, from: partner, data } }
}

/** What is recorded of an interchange of ours, with its numbers as they stand in the file. */
export function sentData(
  written: WrittenInterchange,
  document: string,
  key: string,
  order?: string,
): EventData['interchange.sent'] {
  const [group] = written.groups
  const set = group?.sets[0]
  return {
    control: String(written.controlNumber).padStart(9, '0'),
    groupControl: group ? String(group.controlNumber) : '',
    functionalId: group?.functionalId ?? '',
    set: set?.id ?? 'TA1',
    setControl: set ? String(set.controlNumber).padStart(4, '0') : '',
    document,
    key,
    ...(order === undefined ? {} : { order }),
    expectsAck: document !== 'functional-acknowledgement',
  }
}

/** `997-000000017.edi`: the set and our number, so that names never repeat and sort as they were sent. */
export function fileName({ set, control }: EventData['interchange.sent']): string {
  return `${set}-${control}.edi`
}
