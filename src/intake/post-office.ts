import { CrossdockError } from '../base/errors.ts'
import type { DecideContext, Decision, Input, JournalEvent, NewEvent, NewRequest } from '../journal/contract.ts'
import { partsOf } from '../lifecycle/subject.ts'
import { envelopeTime } from './envelope.ts'
import type { InterchangeFacts } from './interchange-facts.ts'
import { fileName, type Mail, type SendableDocument } from './mail.ts'
import { answerMail, documentMail } from './mail-writing.ts'
import {
  acknowledged,
  applicationAnswered,
  contrlAnswered,
  dueSoonEvent,
  faulty,
  interchangeAnswered,
  issuedBy,
  noWay,
  overdueEvent,
  receivedData,
  refused,
  rejection,
  unsendable,
} from './mailbox-events.ts'
import { following, type MailboxState, type OpenGroup } from './mailbox-state.ts'
import type { Refusal } from './quarantine.ts'
import type { EdiProfile } from './settings.ts'
import { refuseFaulty } from './written-faults.ts'

/** What the mailbox room is made with. */
export interface MailboxOptions {
  /** What was agreed with each partner; the key is the id of its mailbox. */
  readonly partners: Readonly<Record<string, EdiProfile>>
  readonly documents: readonly SendableDocument[]
  /** The restore this life began with: numbers given after its backup are not known. */
  readonly restored?: RestoredNumbers | undefined
}

/** From when on numbers are of this life, and how far the first of them jumps. */
export interface RestoredNumbers {
  readonly restoredAt: number
  readonly controlGap: number
}

type Arrived = Extract<Input, { kind: 'arrival' }>
type Heard = JournalEvent<'document.issued'>

const DAY_MS = 86_400_000
const OVERDUE = 'acknowledgement'

/** How long a group may wait, and how long before that somebody hears of it; 0: only then. */
function ackClock({ ackWithinMs = DAY_MS, ackWarnMs = 0 }: EdiProfile): { within: number; warn: number } {
  return { within: ackWithinMs, warn: Math.min(ackWarnMs, ackWithinMs) }
}

/** When something is next said of a group that waits. */
const dueNext = ({ at, warned }: OpenGroup, within: number, warn: number): number =>
  at + within - (warned === true ? 0 : warn)

/** What a mailbox does: answers what comes in, sends what is issued, and notices what nobody acknowledges. */
export class PostOffice {
  readonly #partners: Readonly<Record<string, EdiProfile>>
  readonly #documents: ReadonlyMap<string, SendableDocument>

  readonly restored: RestoredNumbers | undefined

  constructor({ partners, documents, restored }: MailboxOptions) {
    this.restored = restored
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
    for (const one of facts.answers.contrls ?? [])
      events.push(...contrlAnswered(state, one, input, this.#profile(partner)))
    for (const one of facts.answers.aperaks ?? []) events.push(...applicationAnswered(state, one, input))
    const answer = this.#answer(state, partner, facts, context)
    return { events: [...events, ...(answer.events ?? [])], requests: answer.requests ?? [] }
  }

  /** The TA1 and 997s, or the CONTRL, that are due, under numbers of their own. */
  #answer(state: MailboxState, partner: string, facts: InterchangeFacts, context: DecideContext): Decision {
    const profile = this.#profile(partner)
    const time = envelopeTime(context.now, profile.timeZone)
    const mail = answerMail(facts, profile, { numbers: this.#numbers(state), time })
    return mail ? this.#posted(mail, partner, profile) : {}
  }

  #posted(mail: Mail, partner: string, profile: EdiProfile): Decision {
    const { data } = mail
    return {
      events: [{ type: 'interchange.sent', data }],
      requests: [this.#request(partner, profile, data.control, mail)],
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
    const known = state.answered.find(({ control }) => control === facts.control)
    if (!known) return this.#answer(state, partner, facts, context)
    const profile = this.#profile(partner)
    const numbers = { isa: Number(known.isa), gs: Number(known.gs) }
    const mail = answerMail(facts, profile, { numbers, time: envelopeTime(known.at, profile.timeZone) })
    if (!mail) return {}
    const key = `${known.isa}/again/${input.receipt ?? context.now}`
    return { requests: [this.#request(partner, profile, key, mail)] }
  }

  /** A document for this partner: numbered, put in its envelope, kept as it was sent. */
  #send(state: MailboxState, partner: string, event: Heard, context: DecideContext): Decision {
    const { document, key, content } = event.data
    const profile = this.#partners[partner]
    const type = this.#documents.get(document)
    if (!profile || !type) return { events: [noWay(event)] }
    const read = type.readJson(content)
    if (read.faults) return { events: [faulty(event, read.faults)] }
    const stamp = { numbers: this.#numbers(state), time: envelopeTime(context.now, profile.timeZone) }
    const about = issuedBy(event)
    try {
      const mail = documentMail(type, read.document, { key, ...about }, profile, stamp)
      if (!mail) return { events: [noWay(event)] }
      // what a system posted was checked at the door, by a profile that may have changed since
      if ('about' in about) refuseFaulty({ body: mail.body, type, document: read.document, partner }, profile)
      const waiting = mail.data.expectsAck ? this.#waiting(state, profile, context) : {}
      return { ...this.#posted(mail, partner, profile), ...waiting }
    } catch (error) {
      // a value that does not fit or cannot be written is the document's fault, and a person's to mend
      if (error instanceof CrossdockError) return { events: [unsendable(event, error.message, error.code)] }
      throw error
    }
  }

  /** One timer for the oldest that waits: it is set when the first one goes out. */
  #waiting(state: MailboxState, profile: EdiProfile, { now }: DecideContext): Decision {
    const { within, warn } = ackClock(profile)
    if (warn === 0 && state.open.some(({ late }) => !late)) return {}
    const waiting = warn === 0 ? [] : state.open.filter(({ late }) => !late)
    // one that was warned of waits for its end; this one is to be warned of before that
    const dueAt = Math.min(now + within - warn, ...waiting.map((open) => dueNext(open, within, warn)))
    return { timers: [{ name: OVERDUE, dueAt }] }
  }

  #overdue(state: MailboxState, partner: string, { now }: DecideContext): Decision {
    const { within, warn } = ackClock(this.#profile(partner))
    const waiting = state.open.filter(({ late }) => !late)
    const due = waiting.filter((open) => dueNext(open, within, warn) <= now)
    const left = waiting.flatMap((open) => {
      if (!due.includes(open)) return [dueNext(open, within, warn)]
      return open.at + within > now ? [open.at + within] : []
    })
    return {
      events: due.map((open) =>
        open.at + within <= now ? overdueEvent(open, partner) : dueSoonEvent(open, partner, open.at + within),
      ),
      timers: [{ name: OVERDUE, dueAt: left.length > 0 ? Math.min(...left) : null }],
    }
  }

  /**
   * The numbers of the next interchange. The first one after a restore jumps: the backup does not know which numbers
   * were given after it, not even where it knows of none, and a partner takes one that comes a second time for a repeat,
   * or refuses it.
   */
  #numbers(state: MailboxState): { isa: number; gs: number } {
    const { restored } = this
    const isOld = restored !== undefined && (state.sentAt ?? 0) < restored.restoredAt
    const gap = isOld ? restored.controlGap : 0
    return { isa: following(state.isa, gap), gs: following(state.gs, gap) }
  }

  #profile(partner: string): EdiProfile {
    return this.#partners[partner] ?? { ours: '', theirs: '' }
  }

  #request(partner: string, profile: EdiProfile, key: string, { data, body }: Mail): NewRequest {
    const args = { fileName: fileName(data) }
    return { target: profile.target ?? partner, verb: 'edi.send', key, body, keep: true, args }
  }
}
