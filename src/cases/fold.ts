/** The rooms of cases: these nine hundred failures are one wrong unit code. */
import type { DecideContext, Decision, Input, JournalEvent, NewEvent, Room } from '../journal/contract.ts'
import type { CaseMember, EventData, EventType } from '../lifecycle/events.ts'
import { partsOf } from '../lifecycle/subject.ts'
import { type CaseState, caseTable, foldCase, ITSELF, loadCase, noCase, saveCase } from './case-state.ts'
import { type Cause, caseSubject, causesKept, causesOf, causingTypes, memberOf, titleOf } from './cause.ts'
import {
  foldMember,
  isLeft,
  isOfLife,
  loadMember,
  type MemberState,
  memberKey,
  memberTable,
  noMember,
  saveMember,
} from './member-state.ts'

/** Who looks after which cause. */
export interface CasesOptions {
  /** By cause, as the configuration names them: `'partner refused': 'order-desk'`. */
  readonly owners?: Readonly<Record<string, string>>
  /** Owner of every other cause. */
  readonly otherwise?: string
}

/** What a person does with a case: `{ kind: 'arrival', type: 'case.close', data: CaseWords['case.close'] }`. */
export interface CaseWords {
  readonly 'case.close': { readonly by: string; readonly reason: string }
  readonly 'case.assign': EventData['case.assigned']
  readonly 'case.note': EventData['case.noted']
  readonly 'case.tried': EventData['case.tried']
  /** The member is tried again in this very turn. */
  readonly 'case.release': { readonly member: string; readonly by: string; readonly trial: string }
  /** The member is refused for good, and whoever sent it is told where that can be done. */
  readonly 'case.refuse': { readonly member: string; readonly by: string; readonly reason: string }
}

/** A member that fails again within this time after its release has returned; later it is a failure like any other. */
const WATCH_MS = 24 * 3_600_000

const ROOM = 'cases'

/**
 * Opens the rooms of cases: one for the cases, one for their members. A failure opens the case of its cause, or joins
 * the one that stands; a member joins once. The case closes by itself when nothing is left in it.
 *
 * @example
 * cases({ owners: { 'partner refused': 'order-desk' }, otherwise: 'integration' })
 */
export function cases(options: CasesOptions = {}): readonly [Room<CaseState>, Room<MemberState>] {
  return [caseRoom(), memberRoom(options)]
}

function caseRoom(): Room<CaseState> {
  return {
    name: ROOM,
    about: 'case',
    table: caseTable,
    initial: noCase,
    load: loadCase,
    save: saveCase,
    fold: foldCase,
    decide: (state, input) => {
      if (input.kind === 'recorded') return closeWhenDone(state, input.event)
      return input.kind === 'arrival' ? words[input.type]?.(state, input.data as never) : undefined
    },
  }
}

type Word = (state: CaseState, data: never) => Decision | undefined

const words: Readonly<Record<string, Word>> = {
  'case.close': close,
  'case.assign': (_state, data: CaseWords['case.assign']) => said('case.assigned', data),
  'case.note': (_state, data: CaseWords['case.note']) => said('case.noted', data),
  'case.tried': (_state, data: CaseWords['case.tried']) => said('case.tried', data),
}

const said = <T extends 'case.assigned' | 'case.noted' | 'case.tried'>(type: T, data: EventData[T]): Decision => ({
  events: [{ type, data, source: data.by } as NewEvent],
})

/** Closing twice has no second effect; the answer says how the case stands. */
function close(state: CaseState, { by, reason }: CaseWords['case.close']): Decision {
  if (!state.open) return { answer: { closed: false } }
  return { events: [{ type: 'case.closed', data: { by, reason }, source: by }], answer: { closed: true } }
}

function closeWhenDone(state: CaseState, { type }: JournalEvent): Decision | undefined {
  const mayBeLast = type === 'case.released' || type === 'case.settled'
  if (!mayBeLast || !state.open || state.left > 0) return undefined
  const reason = state.released > 0 ? 'Its last member was released.' : 'Its last member needs nobody any more.'
  return { events: [{ type: 'case.closed', data: { by: ITSELF, reason } }] }
}

function memberRoom(options: CasesOptions): Room<MemberState> {
  return {
    name: 'case-members',
    about: 'case',
    table: memberTable,
    initial: noMember,
    load: loadMember,
    save: saveMember,
    keys: keysOf,
    fold: foldMember,
    decide: (state, input, context) => {
      if (input.kind === 'heard') return hear(state, input, context, options)
      if (input.kind !== 'arrival') return undefined
      if (input.type === 'case.release') return release(state, input.data as CaseWords['case.release'], context)
      return input.type === 'case.refuse' ? refuse(state, input.data as CaseWords['case.refuse'], context) : undefined
    },
    hears: {
      ...(Object.fromEntries(causingTypes.map((type) => [type, casesOf])) as { [T in EventType]?: typeof casesOf }),
      'order.reference_settled': settledIn,
      'deadline.kept': keptIn,
      'document.waived': keptIn,
    },
  }
}

function casesOf(event: JournalEvent): readonly string[] {
  const causes = causesOf(event)
  if (causes.length === 0) return causes as readonly never[]
  const { tenant } = partsOf(event.subject)
  return [...new Set(causes.map((cause) => caseSubject(tenant, cause)))]
}

/** The cases of what an order waited for: the same that its hold had opened. */
function settledIn(event: JournalEvent<'order.reference_settled'>): readonly string[] {
  return casesOf(heldLike(event))
}

/** The cases of a deadline that was near or missed, once it is kept or is none any more. */
function keptIn(event: JournalEvent<'deadline.kept' | 'document.waived'>): readonly string[] {
  const { tenant } = partsOf(event.subject)
  return causesKept(event.data).map((cause) => caseSubject(tenant, cause))
}

function heldLike(event: JournalEvent<'order.reference_settled'>): JournalEvent {
  const { references: missing, from } = event.data
  return { ...event, type: 'order.held', data: { hold: 'reference', reason: '', missing, from } }
}

/** What an event says about a case it concerns. */
function causeIn(event: JournalEvent, subject: string): Cause | undefined {
  const { tenant } = partsOf(subject)
  return causesTold(event).find((cause) => caseSubject(tenant, cause) === subject)
}

function causesTold(event: JournalEvent): readonly Cause[] {
  if (event.type === 'order.reference_settled')
    return causesOf(heldLike(event as JournalEvent<'order.reference_settled'>))
  const ends = event.type === 'deadline.kept' || event.type === 'document.waived'
  return ends ? causesKept(event.data as EventData['deadline.kept']) : causesOf(event)
}

function keysOf(about: Input | JournalEvent): readonly string[] {
  const member = memberIn(about)
  return member === undefined ? [] : [memberKey(about.subject, member)]
}

function memberIn(about: Input | JournalEvent): string | undefined {
  if (!('kind' in about)) return memberTold(about)
  if (about.kind === 'recorded') return memberTold(about.event)
  if (about.kind === 'heard') {
    const cause = causeIn(about.event, about.subject)
    return cause && memberOf(about.event, cause)
  }
  return about.kind === 'arrival' && (about.type === 'case.release' || about.type === 'case.refuse')
    ? (about.data as { member: string }).member
    : undefined
}

/** Cases of an earlier release named their members by their whole subject only. */
function memberTold({ type, data }: JournalEvent): string | undefined {
  if (!MEMBER_EVENTS.has(type)) return undefined
  const { member, about } = data as Partial<CaseMember> & { about?: string }
  return member ?? about?.slice(about.indexOf('/') + 1)
}

const MEMBER_EVENTS: ReadonlySet<EventType> = new Set<EventType>([
  'case.opened',
  'case.joined',
  'case.returned',
  'case.released',
  'case.settled',
])

function hear(
  member: MemberState,
  { event, subject }: Input & { kind: 'heard' },
  context: DecideContext,
  options: CasesOptions,
): Decision | undefined {
  const state = context.peer<CaseState>(ROOM)
  const cause = causeIn(event, subject)
  if (!cause) return undefined
  const settles = settlingReason(event)
  if (settles !== undefined) return settle(member, state, memberOf(event, cause), settles)
  if (state.open && isLeft(member, state)) return undefined
  return { events: [failed(member, state, cause, event, context, options)] }
}

function failed(
  member: MemberState,
  state: CaseState,
  cause: Cause,
  event: JournalEvent,
  { now }: DecideContext,
  options: CasesOptions,
): NewEvent {
  const { partner, field, reason: detail, again } = cause
  const told = { about: event.subject, detail, member: memberOf(event, cause), again }
  const failure = [event.lane, event.position] as const
  const { life } = state
  const hasReturned = member.standing === 'released' && isOfLife(member, state) && now - member.at < WATCH_MS
  if (hasReturned) return { type: 'case.returned', data: { ...told, life, failure } }
  if (state.open) return { type: 'case.joined', data: { ...told, life, failure } }
  const owner = options.owners?.[cause.cause] ?? options.otherwise ?? 'operations'
  const opened = { cause: cause.cause, title: titleOf(cause), owner, partner, field }
  return { type: 'case.opened', data: { ...opened, ...told, life: life + 1, failure } }
}

/** Why a member needs nobody any more, where an event says so. */
function settlingReason({ type, data }: JournalEvent): string | undefined {
  if (type === 'document.waived') return 'It is owed no more.'
  if (type === 'deadline.kept') {
    const { late, after } = data as EventData['deadline.kept']
    return `It ${after === undefined ? 'went out' : 'came in'} ${late ? 'late' : 'in time'}.`
  }
  if (type !== 'order.reference_settled') return undefined
  return (data as EventData['order.reference_settled']).known ? 'It is known now.' : 'It is asked for no more.'
}

function settle(member: MemberState, state: CaseState, name: string, reason: string): Decision | undefined {
  if (!isLeft(member, state)) return undefined
  return { events: [{ type: 'case.settled', data: { member: name, life: state.life, reason } }] }
}

/** A member that is not left any more was released before, or needs nobody: nothing happens. */
function release(
  member: MemberState,
  { member: name, by, trial }: CaseWords['case.release'],
  context: DecideContext,
): Decision | undefined {
  const state = context.peer<CaseState>(ROOM)
  if (!isLeft(member, state)) return undefined
  const { life } = state
  return { events: [{ type: 'case.released', data: { member: name, life, by, trial }, source: by }] }
}

/** What was refused needs nobody any more; a member that is not left was dealt with before. */
function refuse(
  member: MemberState,
  { member: name, by, reason }: CaseWords['case.refuse'],
  context: DecideContext,
): Decision | undefined {
  const state = context.peer<CaseState>(ROOM)
  if (!isLeft(member, state)) return undefined
  const data = { member: name, life: state.life, reason: `${by} refused it: ${reason}` }
  return { events: [{ type: 'case.settled', data, source: by }] }
}
