/** The room of cases: these nine hundred failures are one wrong unit code. */
import type { DecideContext, Decision, Input, JournalEvent, Room } from '../journal/contract.ts'
import type { EventType } from '../lifecycle/events.ts'
import { partsOf } from '../lifecycle/subject.ts'
import { type CaseState, caseTable, foldCase, loadCase, noCase, saveCase } from './case-state.ts'
import { caseSubject, causeOf, causingTypes, titleOf } from './cause.ts'

/** Who looks after which cause. */
export interface CasesOptions {
  /** By cause, as the configuration names them: `'partner refused': 'order-desk'`. */
  readonly owners?: Readonly<Record<string, string>>
  /** Owner of every other cause. */
  readonly otherwise?: string
}

/** What closes a case: `{ kind: 'arrival', type: 'case.close', data: Closing }`. */
export interface Closing {
  readonly by: string
  readonly reason: string
}

/**
 * Opens the room of cases. A failure opens the case of its cause, or joins the one that stands; a subject joins once.
 *
 * @example
 * cases({ owners: { 'partner refused': 'order-desk' }, otherwise: 'integration' })
 */
export function cases(options: CasesOptions = {}): Room<CaseState> {
  return {
    name: 'cases',
    about: 'case',
    table: caseTable,
    initial: noCase,
    load: loadCase,
    save: saveCase,
    fold: foldCase,
    decide: (state, input, context) => decide(state, input, context, options),
    hears: Object.fromEntries(causingTypes.map((type) => [type, casesOf])) as { [T in EventType]?: typeof casesOf },
  }
}

function casesOf(event: JournalEvent): readonly string[] {
  const cause = causeOf(event)
  return cause ? [caseSubject(partsOf(event.subject).tenant, cause)] : []
}

function decide(state: CaseState, input: Input, _context: DecideContext, options: CasesOptions): Decision | undefined {
  if (input.kind === 'heard') return take(state, input.event, options)
  if (input.kind === 'arrival' && input.type === 'case.close') return close(state, input.data as Closing)
  return undefined
}

function take(state: CaseState, event: JournalEvent, options: CasesOptions): Decision | undefined {
  const cause = causeOf(event)
  if (!cause) return undefined
  const about = event.subject
  if (state.open) {
    return state.members.includes(about)
      ? undefined
      : { events: [{ type: 'case.joined', data: { about, detail: cause.reason } }] }
  }
  const owner = options.owners?.[cause.cause] ?? options.otherwise ?? 'operations'
  const { partner, field, reason: detail } = cause
  const opened = { cause: cause.cause, title: titleOf(cause), about, owner, partner, field, detail }
  return { events: [{ type: 'case.opened', data: opened }] }
}

/** Closing twice has no second effect; the answer says how the case stands. */
function close(state: CaseState, { by, reason }: Closing): Decision {
  if (!state.open) return { answer: { closed: false } }
  return { events: [{ type: 'case.closed', data: { by, reason }, source: by }], answer: { closed: true } }
}
