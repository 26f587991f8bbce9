import { CrossdockError } from '../base/errors.ts'
import type { Reading } from '../documents/faults.ts'
import type { PartnerSyntax } from '../documents/partner-syntax.ts'
import { writeAnswer } from '../edi/x12/acknowledge.ts'
import { type WrittenInterchange, type WrittenSegment, writeInterchange } from '../edi/x12/write.ts'
import type { DecideContext, Decision, Input, JournalEvent, NewEvent, NewRequest, Room } from '../journal/contract.ts'
import type { EventData } from '../lifecycle/events.ts'
import { partsOf, subjectOf } from '../lifecycle/subject.ts'
import { envelopeFor, envelopeTime, numbered } from './envelope.ts'
import type { InterchangeFacts } from './interchange-facts.ts'
import {
  countIn,
  emptyMailbox,
  following,
  gapBefore,
  keepAnswered,
  keepOpen,
  loadMailbox,
  type MailboxState,
  mailboxTable,
  saveMailbox,
} from './mailbox-state.ts'
import type { Refusal } from './quarantine.ts'
import type { EdiProfile } from './settings.ts'

/** A document type as far as a mailbox must know it to send one. */
export interface SendableDocument {
  readonly name: string
  readonly x12: { readonly set: string; readonly functionalId: string }
  readJson(value: unknown): Reading<unknown>
  writeX12(document: never, syntax?: PartnerSyntax): readonly (readonly string[])[]
}

/** What the mailbox room is made with. */
export interface MailboxOptions {
  /** What was agreed with each partner; the key is the id of its mailbox. */
  readonly partners: Readonly<Record<string, EdiProfile>>
  readonly documents: readonly SendableDocument[]
}

type Arrived = Extract<Input, { kind: 'arrival' }>
type Heard = JournalEvent<'document.issued'>

const DAY_MS = 86_400_000
const OVERDUE = 'acknowledgement'

/**
 * The room that keeps an EDI partner's mailbox: interchanges in are counted and answered, documents out get their
 * numbers, their envelope and their place in the line of those that wait to be acknowledged. Numbers are durable: they
 * are drawn in the turn that records what they were used for.
 */
export function mailboxRoom(options: MailboxOptions): Room<MailboxState> {
  const post = new PostOffice(options)
  return {
    name: 'mailbox',
    about: 'mailbox',
    table: mailboxTable,
    initial: emptyMailbox,
    load: (_subject, [state]) => loadMailbox(state),
    save: saveMailbox,
    fold,
    decide: (state, input, context) => post.decide(state, input, context),
    hears: {
      'document.issued': ({ subject, data }) => [subjectOf(partsOf(subject).tenant, 'mailbox', data.partner)],
    },
  }
}

function fold(state: MailboxState, event: JournalEvent): boolean {
  switch (event.type) {
    case 'interchange.received':
      foldReceived(state, event.data as EventData['interchange.received'])
      return true
    case 'interchange.sent':
      foldSent(state, event.data as EventData['interchange.sent'], event.at)
      return true
    case 'acknowledgement.received':
      return foldAcknowledged(state, event.data as EventData['acknowledgement.received'])
    case 'report.refused':
      return foldOverdue(state, event.data as EventData['report.refused'])
    default:
      return false
  }
}

function foldReceived(state: MailboxState, { control, usage }: EventData['interchange.received']): void {
  // test data counts in a line of its own, which nobody asks about
  if (usage !== 'T' && /^\d{1,9}$/.test(control)) countIn(state, Number(control))
}

function foldSent(state: MailboxState, sent: EventData['interchange.sent'], at: number): void {
  state.isa = Number(sent.control)
  if (sent.groupControl !== '') state.gs = Number(sent.groupControl)
  if (!sent.expectsAck) {
    keepAnswered(state, { control: sent.key, isa: sent.control, gs: sent.groupControl, at })
    return
  }
  const { control, functionalId, set, setControl, document, key, order, groupControl: group } = sent
  keepOpen(state, {
    control,
    group,
    functionalId,
    set,
    setControl,
    document,
    key,
    at,
    ...(order === undefined ? {} : { order }),
  })
}

function foldAcknowledged(
  state: MailboxState,
  { groupControl, functionalId }: EventData['acknowledgement.received'],
): boolean {
  const before = state.open.length
  state.open = state.open.filter(
    (open) => !(open.functionalId === functionalId && sameNumber(open.group, groupControl)),
  )
  return state.open.length !== before
}

function foldOverdue(state: MailboxState, { code, data }: EventData['report.refused']): boolean {
  if (code !== ACK_OVERDUE) return false
  const { group } = data as { group: string }
  const open = state.open.find((one) => one.group === group)
  if (open) open.late = true
  return open !== undefined
}

const ACK_OVERDUE = 'XD_INTAKE_ACKNOWLEDGEMENT_OVERDUE'

const sameNumber = (a: string, b: string): boolean => a.replace(/^0+/, '') === b.replace(/^0+/, '')

const encoder = new TextEncoder()

class PostOffice {
  readonly #partners: Readonly<Record<string, EdiProfile>>
  readonly #documents: ReadonlyMap<string, SendableDocument>

  constructor({ partners, documents }: MailboxOptions) {
    this.#partners = partners
    this.#documents = new Map(documents.map((document) => [document.name, document]))
  }

  decide(state: MailboxState, input: Input, context: DecideContext): Decision | undefined {
    const partner = partsOf(input.subject).id
    if (input.kind === 'heard' && input.event.type === 'document.issued') {
      return this.#send(state, partner, input.event as Heard, context)
    }
    if (input.kind === 'timer' && input.name === OVERDUE) return this.#overdue(state, partner, context)
    if (input.kind !== 'arrival') return undefined
    if (input.type === 'arrival.refused') return { events: [refused(input, input.data as Refusal)] }
    const facts = input.data as InterchangeFacts
    if (input.type === 'interchange') return this.#receive(state, partner, input, facts, context)
    if (input.type === 'interchange.repeated') return this.#again(state, partner, facts, input, context)
    if (input.type === 'interchange.refused') return this.#answer(state, partner, facts, context)
    return undefined
  }

  /** An interchange came: it is recorded, what it says about ours is noted, and its answer goes out. */
  #receive(
    state: MailboxState,
    partner: string,
    input: Arrived,
    facts: InterchangeFacts,
    context: DecideContext,
  ): Decision {
    const { source, occurredAt, receipt } = input
    const from = { source, occurredAt, ...(receipt === undefined ? {} : { receipt }) }
    const events: NewEvent[] = []
    if (facts.verdict === 'R') events.push(refused(input, rejection(facts)))
    else events.push({ type: 'interchange.received', data: receivedData(state, facts), ...from })
    for (const group of facts.answers.groups) events.push(...acknowledged(state, group, input))
    for (const one of facts.answers.interchanges) events.push(...interchangeAnswered(state, one, input))
    const answer = this.#answer(state, partner, facts, context)
    return { events: [...events, ...(answer.events ?? [])], requests: answer.requests ?? [] }
  }

  /** The TA1 or 997s that are due, under numbers of their own. */
  #answer(state: MailboxState, partner: string, facts: InterchangeFacts, context: DecideContext): Decision {
    const { answer } = facts
    if (!answer) return {}
    const profile = this.#profile(partner)
    const numbers = { isa: following(state.isa), gs: following(state.gs) }
    const time = envelopeTime(context.now, profile.timeZone)
    const written = numbered(answer, numbers, time)
    const data = sentData(written, 'functional-acknowledgement', facts.control)
    const body = encoder.encode(writeAnswer(written, profile.separators))
    return {
      events: [{ type: 'interchange.sent', data }],
      requests: [this.#request(partner, profile, data.control, body, fileName(data))],
    }
  }

  /** The same bytes came again: no effect, and the very same answer once more. */
  #again(
    state: MailboxState,
    partner: string,
    facts: InterchangeFacts,
    input: Arrived,
    context: DecideContext,
  ): Decision {
    if (!facts.answer) return {}
    const known = state.answered.find(({ control }) => control === facts.control)
    if (!known) return this.#answer(state, partner, facts, context)
    const profile = this.#profile(partner)
    const numbers = { isa: Number(known.isa), gs: Number(known.gs) }
    const written = numbered(facts.answer, numbers, envelopeTime(known.at, profile.timeZone))
    const body = encoder.encode(writeAnswer(written, profile.separators))
    const key = `${known.isa}/again/${input.receipt ?? context.now}`
    return { requests: [this.#request(partner, profile, key, body, fileName(sentData(written, '', '')))] }
  }

  /** A document for this partner: numbered, put in its envelope, kept as it was sent. */
  #send(state: MailboxState, partner: string, event: Heard, context: DecideContext): Decision {
    const { document, key, content } = event.data
    const profile = this.#partners[partner]
    const type = this.#documents.get(document)
    if (!profile || !type)
      return { events: [unsendable(event, `There is no way to send a ${document} to ${partner}.`)] }
    const read = type.readJson(content)
    if (read.faults)
      return { events: [unsendable(event, read.faults[0]?.detail ?? 'It is no such document.', read.faults[0]?.code)] }
    const numbers = { isa: following(state.isa), gs: following(state.gs) }
    const time = envelopeTime(context.now, profile.timeZone)
    try {
      const segments = type.writeX12(read.document as never, profile.syntax) as readonly WrittenSegment[]
      const set = { id: type.x12.set, controlNumber: 1, segments }
      const written = envelopeFor(profile, type.x12.functionalId, set, numbers, time)
      const data = sentData(written, document, key, partsOf(event.subject).id)
      const body = encoder.encode(
        writeInterchange(written, profile.separators ? { separators: profile.separators } : {}),
      )
      return {
        events: [{ type: 'interchange.sent', data }],
        requests: [this.#request(partner, profile, data.control, body, fileName(data))],
        ...this.#waiting(state, profile, context),
      }
    } catch (error) {
      // a text that does not fit or cannot be written is the document's fault, and a person's to mend
      if (error instanceof CrossdockError) return { events: [unsendable(event, error.message, error.code)] }
      throw error
    }
  }

  /** One timer for the oldest that waits: it is set when the first one goes out. */
  #waiting(state: MailboxState, profile: EdiProfile, { now }: DecideContext): Decision {
    if (state.open.some(({ late }) => !late)) return {}
    return { timers: [{ name: OVERDUE, dueAt: now + (profile.ackWithinMs ?? DAY_MS) }] }
  }

  #overdue(state: MailboxState, partner: string, { now }: DecideContext): Decision {
    const within = this.#profile(partner).ackWithinMs ?? DAY_MS
    const waiting = state.open.filter(({ late }) => !late)
    const overdue = waiting.filter(({ at }) => at + within <= now)
    const next = waiting.find(({ at }) => at + within > now)
    return {
      events: overdue.map((open) => overdueEvent(open, partner)),
      timers: [{ name: OVERDUE, dueAt: next ? next.at + within : null }],
    }
  }

  #profile(partner: string): EdiProfile {
    return this.#partners[partner] ?? { ours: '', theirs: '' }
  }

  #request(partner: string, profile: EdiProfile, key: string, body: Uint8Array, name: string): NewRequest {
    return { target: profile.target ?? partner, verb: 'edi.send', key, body, keep: true, args: { fileName: name } }
  }
}

function receivedData(state: MailboxState, facts: InterchangeFacts): EventData['interchange.received'] {
  const { control, usage, groups, faults } = facts
  const gap = usage === 'T' ? undefined : gapBefore(state, Number(control))
  return { control, usage, groups, faults, ...(gap ? { gap: [String(gap[0]), String(gap[1])] as const } : {}) }
}

function rejection({ control, note }: InterchangeFacts): Refusal {
  return {
    report: 'interchange',
    code: 'XD_INTAKE_INTERCHANGE_REJECTED',
    reason: `Interchange ${control} was rejected with TA1 note ${note}.`,
    detail: { control, note },
  }
}

/** What a partner says about a group of ours. A refusal, and an answer to nothing we know, is for a person. */
function acknowledged(
  state: MailboxState,
  group: InterchangeFacts['answers']['groups'][number],
  input: Arrived,
): NewEvent[] {
  const { functionalId, controlNumber, verdict, accepted, sets } = group
  const open = state.open.find((one) => one.functionalId === functionalId && sameNumber(one.group, controlNumber))
  const event: NewEvent = {
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
  if (open && accepted) return [event]
  const about = open
    ? `${open.document} ${open.key}`
    : `group ${functionalId} ${controlNumber}, which we never sent or forgot`
  const refusal: Refusal = {
    report: '997',
    code: open ? 'XD_INTAKE_DOCUMENT_REFUSED' : 'XD_INTAKE_ACKNOWLEDGEMENT_UNKNOWN',
    reason: open ? `The partner refused ${about}.` : `An acknowledgement came for ${about}.`,
    detail: { group: controlNumber, functionalId, verdict, sets, ...(open?.order ? { order: open.order } : {}) },
  }
  return open ? [event, refused(input, refusal)] : [refused(input, refusal)]
}

/** A TA1 about an interchange of ours. Only a refusal says anything new: the partner processed nothing of it. */
function interchangeAnswered(
  state: MailboxState,
  { controlNumber, accepted, note }: InterchangeFacts['answers']['interchanges'][number],
  input: Arrived,
): NewEvent[] {
  if (accepted) return []
  const open = state.open.find(({ control }) => sameNumber(control, controlNumber))
  const what = open ? `${open.document} ${open.key}` : 'we do not know what'
  return [
    refused(input, {
      report: 'TA1',
      code: 'XD_INTAKE_DOCUMENT_REFUSED',
      reason: `The partner refused our interchange ${controlNumber} (${what}) with note ${note}.`,
      detail: { control: controlNumber, note, ...(open?.order ? { order: open.order } : {}) },
    }),
  ]
}

function refused(input: Arrived, { report, code, reason, detail }: Refusal): NewEvent {
  const { source, occurredAt, receipt } = input
  const data = { report, code, reason, from: source, data: detail ?? null }
  return { type: 'report.refused', data, source, occurredAt, ...(receipt === undefined ? {} : { receipt }) }
}

function unsendable(event: Heard, reason: string, code = 'XD_INTAKE_DOCUMENT_UNSENDABLE'): NewEvent {
  const { document, key, partner } = event.data
  const detail = { document, key, order: partsOf(event.subject).id }
  return { type: 'report.refused', data: { report: document, code, reason, from: partner, data: detail } }
}

function overdueEvent(open: MailboxState['open'][number], partner: string): NewEvent {
  const { group, document, key, order } = open
  const reason = `No acknowledgement came for ${document} ${key}, sent in group ${group}.`
  const data = { group, document, key, ...(order === undefined ? {} : { order }) }
  return { type: 'report.refused', data: { report: '997', code: ACK_OVERDUE, reason, from: partner, data } }
}

/** What is recorded of an interchange of ours, with its numbers as they stand in the file. */
function sentData(
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
function fileName({ set, control }: EventData['interchange.sent']): string {
  return `${set}-${control}.edi`
}
