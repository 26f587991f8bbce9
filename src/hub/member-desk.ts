/** How a member of a case is tried again, and released: each kind of failure in its own way. */
import { caseSubject as caseOf, causesOf } from '../cases/cause.ts'
import type { CaseWords } from '../cases/fold.ts'
import type { Member, MemberDesk, MemberRefusal } from '../cases/trial-work.ts'
import type { Finding, PayloadCorrection, Trial } from '../cases/trials.ts'
import type { AskAgain } from '../delivery/room.ts'
import { redeliveryInput } from '../delivery/room.ts'
import type { Waiting } from '../delivery/waiting.ts'
import type { Hub } from '../hub.ts'
import type { Correction } from '../identity/corrections.ts'
import { openQuarantine, type QuarantineDesk, type ReadAgain, type ReleaseOf } from '../intake/again.ts'
import type { KeyClaim } from '../intake/arrival.ts'
import { digestOf, requestKey } from '../intake/keys.ts'
import { isSame } from '../intake/recognise.ts'
import { referenceWaitTable, resolveAgain } from '../intake/references.ts'
import type { Input, JournalEvent, PlannedRequest, Report } from '../journal/contract.ts'
import { decodeEvent } from '../journal/encode.ts'
import type { EventData, OrderFacts } from '../lifecycle/events.ts'
import { laneOfSubject } from '../lifecycle/subject.ts'
import type { Store } from '../store/contract.ts'
import { adviceOf } from './duplicate-refusal.ts'
import { judgeAgain } from './judging.ts'
import { sendersOf } from './senders.ts'

/** The requests of a subject that were set aside or wait. */
interface WaitingRows {
  of(subject: string): Promise<readonly Waiting[]>
}

/** What a release does besides recording itself: inputs of its own turn. */
interface Plan {
  readonly inputs: readonly Input[]
}

/** What is found about a member, and how it would be released. */
interface Look extends Finding {
  readonly plan?: Plan
}

const GONE: Look = { verdict: 'fails', why: 'What failed is not in the journal any more.' }
const FOR_A_PERSON: Look = {
  verdict: 'fails',
  why: 'The hub cannot try this again: a person deals with it and closes the case.',
}
/** The sender of a set with this refusal has its 997. */
const SET_REJECTED = 'XD_INTAKE_SET_REJECTED'
/** Another document of this number came before, with other content: whoever releases it says that it is another one. */
const POSSIBLE_DUPLICATE = 'XD_INTAKE_DOCUMENT_CONFLICT'
/** The same of what the hub itself works on: there it has to have a number of its own. */
const CONFLICTS = new Set([POSSIBLE_DUPLICATE, 'XD_INTAKE_ORDER_CONFLICT', 'XD_INTAKE_CHANGE_CONFLICT'])
const BEFORE: Finding = { verdict: 'done', why: 'It was released or refused before.' }
const NOT_HELD: Finding = {
  verdict: 'fails',
  why: 'Only a document whose number came before is refused here: close the case.',
}

const isPayload = (one: Trial['corrections'][number]): one is PayloadCorrection => one.kind === 'payload'

/** The corrections of a trial that are about names and values. */
export const correctionsOf = ({ corrections }: Pick<Trial, 'corrections'>): readonly Correction[] =>
  corrections.filter((one): one is Correction => !isPayload(one))

/** Opens the desk of a hub. */
export function openMemberDesk(hub: Hub, store: Store, waiting: WaitingRows): MemberDesk {
  const senders = sendersOf(hub.definition)
  const quarantine = openQuarantine({
    offer: (work) => hub.core.journal.submit(work),
    findKeys: (claims) => store.findKeys(claims),
    sender: (_tenant, system) => senders.get(system),
    master: () => hub.master,
  })
  return new Desk(hub, store, quarantine, waiting)
}

class Desk implements MemberDesk {
  readonly #hub: Hub
  readonly #store: Store
  readonly #quarantine: QuarantineDesk
  readonly #rows: WaitingRows

  constructor(hub: Hub, store: Store, quarantine: QuarantineDesk, rows: WaitingRows) {
    this.#hub = hub
    this.#store = store
    this.#quarantine = quarantine
    this.#rows = rows
  }

  async try(member: Member, trial: Trial): Promise<Finding> {
    if (member.again === 'arrival') {
      const what = await this.#inQuarantine(member, trial)
      return what ? this.#quarantine.try(what, correctionsOf(trial)) : GONE
    }
    return this.#look(member, trial, correctionsOf(trial))
  }

  async release(member: Member, trial: Trial): Promise<Finding> {
    const release = this.#releaseOf(member, trial)
    if (member.again === 'arrival') {
      const what = await this.#inQuarantine(member, trial)
      return what ? this.#quarantine.release(what, correctionsOf(trial), release) : GONE
    }
    const { plan, ...finding } = await this.#look(member, trial, correctionsOf(trial))
    if (finding.verdict === 'fails' || finding.verdict === 'conflicts') return finding
    const ended = await this.#once(release, plan?.inputs ?? [], finding)
    return ended
  }

  async refuse(member: Member, refusal: MemberRefusal): Promise<Finding> {
    const failure = (await this.#failure(member)) as JournalEvent<'report.refused'> | undefined
    if (!failure) return GONE
    if (!CONFLICTS.has(failure.data.code)) return NOT_HELD
    const { by, reason } = refusal
    const advice = adviceOf(failure, refusal, this.#hub.definition.partners ?? [], this.#now)
    const data: CaseWords['case.refuse'] = { member: member.name, by, reason }
    const once = this.#onceFor(member, refusal, { type: 'case.refuse', by, data })
    return this.#once(once, advice.inputs, { verdict: 'succeeds', why: advice.why })
  }

  #releaseOf(member: Member, { id, releasedBy, by: triedBy, ...trial }: Trial): ReleaseOf {
    const by = releasedBy ?? triedBy
    const data: CaseWords['case.release'] = { member: member.name, by, trial: id }
    return this.#onceFor(member, trial, { type: 'case.release', by, data })
  }

  /** The key is the failure's own: whoever presses, on whatever instance, releases or refuses a failure once. */
  #onceFor(
    { name, about, failureLane, failurePosition }: Member,
    { caseSubject, tenant }: Pick<Trial, 'caseSubject' | 'tenant'>,
    { type, by, data }: { readonly type: keyof CaseWords; readonly by: string; readonly data: object },
  ): ReleaseOf {
    const key = `${caseSubject} ${name} ${failureLane}/${failurePosition}`
    const at = this.#now
    const also = { kind: 'arrival', type, subject: caseSubject, source: by, occurredAt: at, data } as const
    const claim = requestKey({ tenant, system: 'cases', scope: 'release', key }, digestOf(key), laneOfSubject(about))
    return { key: claim, also: [also], at }
  }

  get #now(): number {
    return Date.now()
  }

  /** Inputs and release in one turn, unless the failure was released before. */
  #once({ key, also }: ReleaseOf, inputs: readonly Input[], finding: Finding): Promise<Finding> {
    return new Promise((resolve, failed) => {
      this.#hub.core.journal.submit({
        claims: [key],
        admit: (found, { now }) =>
          found.some((row) => isTaken(row, key))
            ? { inputs: [], immediate: true, answer: BEFORE }
            : { inputs: [...inputs, ...also], keys: [{ ...key, ref: '', at: now }], answer: finding },
        settled: ({ answer }) => resolve(answer as Finding),
        failed,
      })
    })
  }

  async #failure({ failureLane, failurePosition, about }: Member): Promise<JournalEvent | undefined> {
    const [entry] = await this.#store.readLane(failureLane, failurePosition - 1, 1)
    const isIt = entry?.position === failurePosition && entry.subject === about
    return entry && isIt ? decodeEvent(entry) : undefined
  }

  async #inQuarantine(member: Member, trial: Trial): Promise<ReadAgain | undefined> {
    const failure = (await this.#failure(member)) as JournalEvent<'report.refused'> | undefined
    const receipt = failure?.receipt === undefined ? undefined : await this.#store.readReceipt(failure.receipt)
    if (!failure || !receipt) return undefined
    const payload = trial.corrections.filter(isPayload).find((one) => one.member === member.name)
    const instead = payload && Buffer.from(payload.content, payload.encoding ?? 'utf8')
    const toldNo = failure.data.code === SET_REJECTED
    const another = failure.data.code === POSSIBLE_DUPLICATE
    return { receipt, part: instead ? undefined : failure.data.part, instead, toldNo, another }
  }

  async #look(member: Member, trial: Trial, corrections: readonly Correction[]): Promise<Look> {
    switch (member.again) {
      case 'reference':
        return this.#lookAtReferences(member, trial, corrections)
      case 'report':
        return this.#lookAtReports(member, trial)
      case 'delivery':
        return this.#lookAtDelivery(member, trial)
      default:
        return FOR_A_PERSON
    }
  }

  async #lookAtReferences({ about }: Member, trial: Trial, corrections: readonly Correction[]): Promise<Look> {
    const [row] = await this.#store.loadRows(referenceWaitTable, [{ lane: laneOfSubject(about), subject: about }])
    if (!row) return { verdict: 'done', why: 'It waits for nothing any more.' }
    const facts = JSON.parse(String(row[2])) as OrderFacts
    const data = resolveAgain(facts, this.#hub.master.corrected(corrections))
    if (!data) return { verdict: 'fails', why: 'What it waits for is not known yet.' }
    if (data.remaining > 0) return { verdict: 'fails', why: `It waits for ${data.remaining} more that are not known.` }
    const source = trial.releasedBy ?? trial.by
    const common = { kind: 'arrival', subject: about, source, occurredAt: this.#now } as const
    return {
      verdict: 'succeeds',
      why: 'Everything it names is known; it goes on.',
      plan: { inputs: [{ ...common, type: 'reference.resolved', data }] },
    }
  }

  /** Every report of this subject that was refused for this cause, since it joined. */
  async #lookAtReports({ about, failurePosition }: Member, { caseSubject, tenant }: Trial): Promise<Look> {
    const events = (await this.#store.readSubject(about)).map(decodeEvent)
    const refused = events.filter(
      (event): event is JournalEvent<'report.refused'> =>
        event.type === 'report.refused' &&
        event.position >= failurePosition &&
        causesOf(event).some((cause) => caseOf(tenant, cause) === caseSubject),
    )
    if (refused.length === 0) return GONE
    const inputs = refused.map(toldAgain)
    const reading = judgeAgain(this.#hub.rooms, events, inputs, this.#now)
    return { ...reading, plan: { inputs } }
  }

  async #lookAtDelivery(member: Member, trial: Trial): Promise<Look> {
    const failure = await this.#failure(member)
    if (!failure) return GONE
    if (failure.type === 'delivery.refused') return this.#askAgain(failure as JournalEvent<'delivery.refused'>, trial)
    const { position } = failure.data as EventData['delivery.parked' | 'delivery.in_doubt']
    const waiting = await this.#waiting(failure, position)
    if (!waiting || waiting.state === 'waiting') return { verdict: 'done', why: 'It is not set aside any more.' }
    const by = trial.releasedBy ?? trial.by
    const plan = { inputs: [redeliveryInput(failure.subject, position, by, this.#now)] }
    if (waiting.state === 'in doubt') {
      const why = 'Nobody knows whether the target has it, and it cannot be asked: say that it may be sent again.'
      return { verdict: 'in doubt', why, plan }
    }
    return { verdict: 'succeeds', why: 'It is sent again under the same key.', plan }
  }

  async #waiting({ subject }: JournalEvent, position: number): Promise<Waiting | undefined> {
    return (await this.#rows.of(subject)).find(({ request }) => request.position === position)
  }

  /** A refusal is final for its request: it is planned once more, under the same key, as things are now. */
  async #askAgain({ lane, subject, data }: JournalEvent<'delivery.refused'>, _trial: Trial): Promise<Look> {
    const { position, target, verb, key } = data
    const events = (await this.#store.readSubject(subject)).map(decodeEvent)
    const planned = events
      .filter((event): event is JournalEvent<'delivery.planned'> => event.type === 'delivery.planned')
      .filter((event) => event.data.target === target && event.data.verb === verb && event.data.key === key)
    const first = planned.find((event) => event.position === position)
    if (!first) return GONE
    if (planned.some((event) => event.position > position)) {
      return { verdict: 'done', why: 'It was asked for again since.' }
    }
    const { chain, args, digest } = first.data
    const request: PlannedRequest = {
      lane,
      position,
      subject,
      target,
      verb,
      key,
      chain,
      args,
      digest,
      plannedAt: first.at,
    }
    const body = Buffer.from(this.#hub.rendering.today(events, request)).toString('latin1')
    const again: AskAgain = { target, verb, key, chain, args, body }
    const common = { kind: 'arrival', subject, source: 'cases', occurredAt: this.#now } as const
    return {
      verdict: 'succeeds',
      why: `It is asked of ${target} again under the same key; the answer is ${target}’s.`,
      plan: { inputs: [{ ...common, type: 'delivery.again', data: again }] },
    }
  }
}

const isTaken = (row: { readonly kind: number; readonly hash: Uint8Array }, key: KeyClaim): boolean =>
  row.kind === key.kind && isSame(row.hash, key.hash)

/** A refused report as its system said it; its counter was used up by the refusal. */
function toldAgain({ subject, data, occurredAt, receipt }: JournalEvent<'report.refused'>): Report {
  const { report: type, from: source } = data
  const told = { kind: 'report', type, subject, source, occurredAt, data: data.data } as unknown as Report
  return receipt === undefined ? told : { ...told, receipt }
}
