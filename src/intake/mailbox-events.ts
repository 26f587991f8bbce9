import type { DocumentFault } from '../documents/faults.ts'
import { contrlErrorText } from '../edi/edifact/error-words.ts'
import { tradingNoteText } from '../edi/x12/note-words.ts'
import type { Input, JournalEvent, NewEvent } from '../journal/contract.ts'
import type { EventData } from '../lifecycle/events.ts'
import { partsOf } from '../lifecycle/subject.ts'
import { caseErrors } from './errors.ts'
import type { AperakFacts, ContrlFacts, InterchangeFacts } from './interchange-facts.ts'
import { type AckVerdict, gapBefore, type MailboxState, type OpenGroup, sameNumber } from './mailbox-state.ts'
import { type Refusal, refusedData } from './quarantine.ts'
import { rejectionOf } from './rejection.ts'
import type { EdiProfile } from './settings.ts'

/** What a mailbox records. Each function is one sentence about one thing that happened. */

type Arrived = Extract<Input, { kind: 'arrival' }>
type Issued = JournalEvent<'document.issued'>

/** What is recorded of an interchange that came in, with the gap that it opens. */
export function receivedData(state: MailboxState, facts: InterchangeFacts): EventData['interchange.received'] {
  const { standard, control, usage, groups, faults } = facts
  const received = { control, usage, groups, faults }
  // nobody has to count references of EDIFACT one by one: a jump says nothing
  if (standard === 'edifact') return { standard, ...received }
  const gap = usage === 'T' ? undefined : gapBefore(state, Number(control))
  return { ...received, ...(gap ? { gap: [String(gap[0]), String(gap[1])] as const } : {}) }
}

/** What a person is told of an interchange of which nothing was processed. */
export function rejection(facts: InterchangeFacts): Refusal {
  const { control, note } = facts
  const { code, message: reason } = rejectionOf(facts)
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
  const event = acknowledgement(group, open, input)
  return accepted ? [event] : [event, refused(input, refusedDocument(group, open))]
}

function acknowledgement(
  group: InterchangeFacts['answers']['groups'][number],
  open: OpenGroup,
  input: Arrived,
): NewEvent {
  const { functionalId, controlNumber, verdict, sets } = group
  return {
    type: 'acknowledgement.received',
    data: {
      groupControl: controlNumber,
      functionalId,
      verdict: verdict as EventData['acknowledgement.received']['verdict'],
      sets: sets.map((set) => ({ id: set.id, control: set.controlNumber, verdict: set.verdict, codes: set.codes })),
      ...relayedIn(open),
    },
    source: input.source,
    occurredAt: input.occurredAt,
  }
}

/** The document that a system sent through us, for whoever follows it. */
function relayedIn({ about, document, key }: OpenGroup): Pick<EventData['acknowledgement.received'], 'relayed'> {
  return about === undefined ? {} : { relayed: { about, document, key } }
}

function strangeAcknowledgement(group: InterchangeFacts['answers']['groups'][number]): Refusal {
  const { functionalId, controlNumber, verdict, sets } = group
  const { code, message: reason } = caseErrors.ACKNOWLEDGEMENT_UNKNOWN(`group ${functionalId} ${controlNumber}`)
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
    `${what}interchange ${controlNumber}, with note ${tradingNoteText(note)}`,
  )
  return [refused(input, { report: 'TA1', code, reason, detail: { control: controlNumber, note, order: open?.order } })]
}

const REJECTED = '4'
const RECEIVED = '8'

/**
 * A CONTRL about an interchange of ours. One that says no more than that it arrived settles nothing, unless that is what
 * was agreed; a refusal, and an answer to nothing we know, is for a person.
 */
export function contrlAnswered(
  state: MailboxState,
  contrl: ContrlFacts,
  input: Arrived,
  profile: EdiProfile,
): NewEvent[] {
  const { reference, action, messages } = contrl
  const open = state.open.find(({ control }) => sameNumber(control, reference))
  if (!open) return saidAgain(state, contrl, input)
  const suffices = profile.standard === 'edifact' && profile.receiptSuffices === true
  if (action === RECEIVED && !suffices) return []
  const verdict = verdictOf(contrl, open)
  const sets = messages.map(({ id, control, action: one, codes }) => {
    return { id, control, verdict: one === REJECTED ? 'R' : codes.length > 0 ? 'E' : 'A', codes }
  })
  const event = settled(open, verdict, sets, input)
  if (verdict === 'A' || verdict === 'E') return [event]
  return [event, refused(input, refusedBy('CONTRL', contrl, open))]
}

/**
 * A CONTRL about what nobody waits for any more. A receipt often follows the one that says what became of it, and an APERAK
 * may have said it first; a refusal is news all the same.
 */
function saidAgain(state: MailboxState, contrl: ContrlFacts, input: Arrived): NewEvent[] {
  const { reference, action } = contrl
  const before = state.settled?.findLast(({ control }) => sameNumber(control, reference))
  if (before) {
    const verdict = verdictOf(contrl, before)
    return verdict === 'R' || verdict === 'P' ? [refused(input, refusedBy('CONTRL', contrl, before))] : []
  }
  const isReceipt = action === RECEIVED && Number(reference) <= state.isa
  return isReceipt ? [] : [refused(input, strangeContrl(contrl))]
}

/** Of our interchanges each holds one message; a partner that refuses another one refuses a part at least. */
function verdictOf({ action, error, messages }: ContrlFacts, { setControl }: OpenGroup): AckVerdict {
  const fallen = messages.filter((message) => message.action === REJECTED)
  if (action === REJECTED || fallen.some(({ control }) => sameNumber(control, setControl))) return 'R'
  if (fallen.length > 0) return 'P'
  return error !== '' || messages.some(({ codes }) => codes.length > 0) ? 'E' : 'A'
}

function settled(
  open: OpenGroup,
  verdict: AckVerdict,
  sets: EventData['acknowledgement.received']['sets'],
  { source, occurredAt }: Arrived,
): NewEvent {
  const { control, set } = open
  const data = { interchange: control, groupControl: '', functionalId: set, verdict, sets, ...relayedIn(open) }
  return { type: 'acknowledgement.received', data, source, occurredAt }
}

function strangeContrl({ reference, action, error, messages }: ContrlFacts): Refusal {
  const { code, message: reason } = caseErrors.ACKNOWLEDGEMENT_UNKNOWN(`interchange ${reference}`)
  return { report: 'CONTRL', code, reason, detail: { interchange: reference, action, error, messages } }
}

function refusedBy(report: string, answer: ContrlFacts | AperakFacts, { document, key, control, order }: OpenGroup) {
  const { code, message } = caseErrors.DOCUMENT_REFUSED(`${document} ${key}`)
  const reason = [message, ...('about' in answer ? saidByAperak(answer) : saidByContrl(answer))].join(' ')
  return { report, code, reason, detail: { interchange: control, answer, order } }
}

const saidByAperak = ({ errors: found }: AperakFacts): string[] =>
  found.map(({ code, text = '' }) => `${code} ${text}`.trim())

/** Each code once, of the interchange and of the messages in it. */
function saidByContrl({ error, messages }: ContrlFacts): string[] {
  const codes = new Set([error, ...messages.flatMap((message) => message.codes)])
  return [...codes].filter((code) => code !== '').map(contrlErrorText)
}

/**
 * An APERAK: what a partner's application made of a document of ours, whether its CONTRL came before or not. It settles what
 * still waits; a refusal, and an answer to nothing we know, is for a person.
 */
export function applicationAnswered(state: MailboxState, aperak: AperakFacts, input: Arrived): NewEvent[] {
  const { verdict, number, about } = aperak
  const open = meantBy(about, state.open)
  const known = open ?? meantBy(about, state.settled ?? [])
  if (!known) {
    const { code, message: reason } = caseErrors.ACKNOWLEDGEMENT_UNKNOWN(about.join(', ') || `APERAK ${number}`)
    return [refused(input, { report: 'APERAK', code, reason, detail: { aperak } })]
  }
  const codes = aperak.errors.map(({ code }) => code)
  const sets = [{ id: known.set, control: known.setControl, verdict, codes }]
  const events = open ? [settled(open, verdict, sets, input)] : []
  return verdict === 'R' ? [...events, refused(input, refusedBy('APERAK', aperak, known))] : events
}

/** Which of ours an APERAK is about: one by the number of its document, else by the reference of its message or interchange. */
function meantBy(about: readonly string[], ours: readonly OpenGroup[]): OpenGroup | undefined {
  const named = (same: (one: OpenGroup, reference: string) => boolean) =>
    ours.findLast((one) => about.some((reference) => same(one, reference)))
  return (
    named(({ key }, reference) => key === reference) ??
    named(({ setControl }, reference) => sameNumber(setControl, reference)) ??
    named(({ control }, reference) => sameNumber(control, reference))
  )
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
  const detail = { document, key, ...issuedBy(event) }
  return { type: 'report.refused', data: { report: document, code, reason, from: partner, data: detail } }
}

/** Whose document it is: an order's, or one that a system sent through us. */
export function issuedBy({
  subject,
}: Pick<Issued, 'subject'>): { readonly order: string } | { readonly about: string } {
  const { kind, id } = partsOf(subject)
  return kind === 'document' ? { about: subject } : { order: id }
}

/** A document that a system sent through us and that nobody acknowledged in time, as {@link overdueEvent} tells of it. */
export interface OverdueGroup {
  readonly about: string
  readonly group: string
  readonly document: string
  readonly key: string
}

/** The document of a system that this event says is overdue; undefined for everything else. */
export function overdueIn({ type, subject, data }: JournalEvent): OverdueGroup | undefined {
  if (type !== 'report.refused' || partsOf(subject).kind !== 'mailbox') return undefined
  const { code, data: told } = data as EventData['report.refused']
  if (code !== caseErrors.ACKNOWLEDGEMENT_OVERDUE.code) return undefined
  const overdue = told as Partial<OverdueGroup> | null
  return overdue?.about === undefined ? undefined : (overdue as OverdueGroup)
}

/** A document that a system sent through us and that cannot be written, as {@link unsendable} tells of it. */
export interface UnsentDocument {
  readonly about: string
  readonly document: string
  readonly key: string
  readonly code: string
  readonly reason: string
}

/** The document of a system that this event says could not be sent; undefined for everything else. */
export function unsentIn({ type, subject, data }: JournalEvent): UnsentDocument | undefined {
  if (type !== 'report.refused' || partsOf(subject).kind !== 'mailbox') return undefined
  const { report, code, reason, data: told } = data as EventData['report.refused']
  const { about, document, key } = (told ?? {}) as Partial<UnsentDocument>
  if (about === undefined || document !== report || key === undefined) return undefined
  return { about, document, key, code, reason }
}

/** Nobody has acknowledged a group in time. */
export function overdueEvent(open: OpenGroup, partner: string): NewEvent {
  const [report, place] = placeOf(open)
  const { code, message: reason } = caseErrors.ACKNOWLEDGEMENT_OVERDUE(`${open.document} ${open.key}`, place)
  return { type: 'report.refused', data: { report, code, reason, from: partner, data: waitingData(open) } }
}

/** Nobody has acknowledged a group yet, and its time is nearly up. */
export function dueSoonEvent(open: OpenGroup, partner: string, dueAt: number): NewEvent {
  const [report, place] = placeOf(open)
  const by = new Date(dueAt).toISOString()
  const { code, message: reason } = caseErrors.ACKNOWLEDGEMENT_DUE(`${open.document} ${open.key}`, place, by)
  const data = { ...waitingData(open), dueAt }
  return { type: 'report.refused', data: { report, code, reason, from: partner, data } }
}

/** What would acknowledge it, and where it was sent. */
const placeOf = ({ control, group }: OpenGroup): readonly [report: string, place: string] =>
  group === '' ? ['CONTRL', `interchange ${control}`] : ['997', `group ${group}`]

function waitingData({ control, group, document, key, order, about }: OpenGroup) {
  const whose = about === undefined ? (order === undefined ? {} : { order }) : { about }
  return { control, group, document, key, ...whose }
}
