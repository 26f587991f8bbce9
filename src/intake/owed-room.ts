/** What partners owe us: each answer to a document of ours has a clock, which a person hears of in time. */
import { documentNamed } from '../documents/catalogue.ts'
import type { Decision, Input, JournalEvent, NewEvent, NewTimer, Room } from '../journal/contract.ts'
import type { Deadline, EventData } from '../lifecycle/events.ts'
import { partsOf } from '../lifecycle/subject.ts'
import type { TableSpec } from '../store/contract.ts'
import { partnerOf, threadsOf } from './relay-subject.ts'

/** A document that a partner owes, as the answer to one of ours. */
export interface OwedByPartner {
  readonly document: string
  /** The document of ours that it answers. */
  readonly after: string
  readonly withinMs: number
  /** How long before its time a person hears of it. */
  readonly warnMs: number
}

/** The clocks that run about one business object. */
export interface OwedState {
  clocks: readonly Deadline[]
}

/** What the room is made with: what is owed, by partner. */
export interface OwedOptions {
  readonly owed: ReadonlyMap<string, readonly OwedByPartner[]>
}

const owedTable: TableSpec = {
  name: 'owed_document',
  key: [
    { name: 'lane', type: 'int2' },
    { name: 'subject', type: 'text' },
  ],
  columns: [{ name: 'clocks', type: 'text' }],
}

/**
 * The room of what partners owe: a document of ours starts a clock, its answer stops it. There is a row as long as one
 * runs. Documents of the order process count too: the 945 to its 940.
 */
export function owedRoom(options: OwedOptions): Room<OwedState> {
  return {
    name: 'owed',
    about: 'document',
    table: owedTable,
    initial: () => ({ clocks: [] }),
    load: (_subject, [clocks]) => ({ clocks: JSON.parse(String(clocks)) }),
    save: ({ clocks }) => (clocks.length > 0 ? [JSON.stringify(clocks)] : null),
    fold,
    decide: (state, input, { now }) => {
      if (input.kind === 'timer') return rung(state, input)
      if (input.kind !== 'recorded' && input.kind !== 'heard') return undefined
      return hear(state, input, now, options)
    },
    hears: {
      'document.issued': (event) => startedElsewhere(event, options),
      'document.received': ({ data: { also } }) => also ?? NOBODY,
    },
  }
}

const NOBODY: readonly string[] = []

/** The business object of a document that the order process wrote, when something is owed for it. */
function startedElsewhere({ subject, data }: JournalEvent<'document.issued'>, options: OwedOptions): readonly string[] {
  const { partner, document, content } = data
  if (!owedAfter(options, partner, document)) return NOBODY
  const { tenant, kind } = partsOf(subject)
  const type = documentNamed(document)
  return kind === 'document' || !type ? NOBODY : [threadsOf(tenant, partner, type, content)[0]]
}

const owedAfter = ({ owed }: OwedOptions, partner: string, document: string): boolean =>
  owed.get(partner)?.some(({ after }) => after === document) ?? false

function hear(
  state: OwedState,
  { subject, event }: Extract<Input, { kind: 'recorded' | 'heard' }>,
  now: number,
  options: OwedOptions,
): Decision | undefined {
  const partner = partnerOf(partsOf(subject).id)
  if (event.type === 'document.issued') {
    const { document, content } = event.data as EventData['document.issued']
    const isCancelled = (content as { readonly purpose?: string }).purpose === 'cancel'
    return isCancelled ? waived(state, document, now, options) : started(partner, document, now, options)
  }
  if (event.type !== 'document.received') return undefined
  const { document, test } = event.data as EventData['document.received']
  return test ? undefined : kept(state, document, now, options)
}

/** A document of ours went out: its answers are owed from now on. Sent once more, its clock begins once more. */
function started(partner: string, after: string, now: number, { owed }: OwedOptions): Decision | undefined {
  const answers = owed.get(partner)?.filter((one) => one.after === after) ?? []
  if (answers.length === 0) return undefined
  const events: NewEvent[] = []
  const timers: NewTimer[] = []
  for (const { document, withinMs, warnMs } of answers) {
    const deadline = { partner, document, after, dueAt: now + withinMs }
    events.push({ type: 'document.owed', data: deadline })
    timers.push({ name: nameOf('soon', deadline), dueAt: Math.max(now, deadline.dueAt - warnMs) })
    timers.push({ name: nameOf('due', deadline), dueAt: deadline.dueAt })
  }
  return { events, timers }
}

/** The answer is here: its clocks stop. */
function kept({ clocks }: OwedState, document: string, now: number, options: OwedOptions): Decision | undefined {
  const stopped = clocks.filter((clock) => clock.document === document)
  if (stopped.length === 0) return undefined
  return {
    events: stopped.map((clock): NewEvent => {
      const late = now > clock.dueAt
      return { type: 'deadline.kept', data: { ...clock, late, flagged: isFlagged(clock, now, options) } }
    }),
    timers: stopped.flatMap(cancelled),
  }
}

/** A document of ours was cancelled: nobody owes an answer to it any more. */
function waived({ clocks }: OwedState, after: string, now: number, options: OwedOptions): Decision | undefined {
  const stopped = clocks.filter((clock) => clock.after === after)
  if (stopped.length === 0) return undefined
  return {
    events: stopped.map((clock): NewEvent => {
      return { type: 'document.waived', data: { ...clock, flagged: isFlagged(clock, now, options) } }
    }),
    timers: stopped.flatMap(cancelled),
  }
}

/** A quarter of the time is left, or none. */
function rung({ clocks }: OwedState, { name }: Extract<Input, { kind: 'timer' }>): Decision | undefined {
  const [word, document, after] = name.split(' ')
  const clock = clocks.find((one) => one.document === document && one.after === after)
  if (!clock) return undefined
  return { events: [{ type: word === 'soon' ? 'deadline.near' : 'deadline.missed', data: clock }] }
}

function isFlagged({ partner, document, after, dueAt }: Deadline, now: number, { owed }: OwedOptions): boolean {
  const found = owed.get(partner)?.find((one) => one.document === document && one.after === after)
  return now >= dueAt - (found?.warnMs ?? 0)
}

const nameOf = (word: 'soon' | 'due', { document, after }: Deadline): string => `${word} ${document} ${after}`

const cancelled = (deadline: Deadline): NewTimer[] =>
  (['soon', 'due'] as const).map((word) => ({ name: nameOf(word, deadline), dueAt: null }))

function fold(state: OwedState, event: JournalEvent): boolean {
  if (event.type === 'document.owed') {
    const clock = event.data as Deadline
    state.clocks = [...without(state, clock), clock]
    return true
  }
  if (event.type !== 'deadline.kept' && event.type !== 'document.waived') return false
  state.clocks = without(state, event.data as Deadline)
  return true
}

const without = ({ clocks }: OwedState, { document, after }: Deadline): Deadline[] =>
  clocks.filter((one) => one.document !== document || one.after !== after)
