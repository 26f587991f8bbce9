import { assert } from '../base/errors.ts'
import type {
  DecideContext,
  Decision,
  Input,
  JournalEvent,
  NewEvent,
  NewRequest,
  NewTimer,
  Room,
} from '../journal/contract.ts'
import type { EventType } from '../lifecycle/events.ts'
import type { Row, TableSpec } from '../store/contract.ts'

/** What a process keeps for each subject: at least the state it is in, and the event that led there. */
export interface ProcessState<P extends string = string> {
  phase: P
  enteredAt: number
}

/** Answers with what should happen; `undefined` when nothing should. Nothing is sent from here. */
export type Does<M, I = unknown> = (moment: M, input: I) => Decision | undefined

/** Where an event leads. `choose` decides among several, after the event was noted. */
export interface Cell<S, P extends string, M> {
  readonly to?: P
  readonly among?: readonly P[]
  readonly choose?: (state: S) => P | undefined
  readonly does?: Does<M, JournalEvent>
}

/** Leads to one state, whatever else is known. */
export const go = <P extends string>(to: P): { readonly to: P } => ({ to })

/** Leads to one of several states, or to none yet. */
export const choose = <S, P extends string>(among: readonly P[], decide: (state: S) => P | undefined) => ({
  among,
  choose: decide,
})

/** One row of the table: what is done on entry, where events lead, and whether anything follows at all. */
export interface StateRow<S, P extends string, M> {
  readonly do?: Does<M, JournalEvent>
  readonly on?: { readonly [T in EventType]?: Cell<S, P, M> }
  readonly end?: true
}

/** What holds in every state: events that are told whatever else goes on, answers, timers, and what is heard. */
export interface Always<M> {
  readonly on?: { readonly [T in EventType]?: Does<M, JournalEvent> }
  readonly heard?: { readonly [T in EventType]?: Does<M, JournalEvent> }
  /** By verb: what a target's final answer means. */
  readonly answers?: { readonly [verb: string]: Does<M, Input & { kind: 'answer' }> }
  readonly arrivals?: { readonly [type: string]: Does<M, Input & { kind: 'arrival' }> }
  /** By the first word of the timer's name. */
  readonly timers?: { readonly [name: string]: Does<M, Input & { kind: 'timer' }> }
}

/** A process as a table. It can be drawn, tested in a millisecond and replayed. */
export interface ProcessTable<S extends ProcessState<P>, P extends string, M> {
  readonly name: string
  readonly about: string
  readonly table: TableSpec
  /** The state before the first event. */
  readonly starts: P
  readonly states: { readonly [K in P]: StateRow<S, P, M> }
  readonly always?: Always<M>
  readonly hears?: Room<S>['hears']
  initial(subject: string): S
  load(subject: string, row: Row): S
  save(state: S): Row | null
  /** Notes what an event says, before the table decides where it leads. Answers whether anything changed. */
  note(state: S, event: JournalEvent): boolean
  /** What the cells are given besides the input. */
  moment(state: S, context: DecideContext): M
}

/**
 * Makes the room that runs a process. Throws when a state cannot be reached, a cell leads nowhere, or a state that is
 * no end has no way out.
 *
 * @example
 * defineProcess({ name: 'post-orders', starts: 'new', states: { new: { on: { 'order.received': go('offered') } }, … } })
 */
export function defineProcess<S extends ProcessState<P>, P extends string, M>(process: ProcessTable<S, P, M>): Room<S> {
  const faults = tableFaults(process.starts, process.states)
  assert(faults.length === 0, `process ${process.name}: ${faults.join('; ')}`)
  const { states, always = {} } = process
  return {
    name: process.name,
    about: process.about,
    table: process.table,
    hears: process.hears,
    initial: process.initial,
    load: process.load,
    save: process.save,
    fold(state, event) {
      const noted = process.note(state, event)
      const cell = states[state.phase].on?.[event.type]
      const next = cell && (cell.to ?? cell.choose?.(state))
      if (next === undefined || next === state.phase) return noted
      state.phase = next
      state.enteredAt = event.position
      return true
    },
    decide(state, input, context) {
      switch (input.kind) {
        case 'recorded':
          return onRecorded(state, input.event, context)
        case 'answer': {
          // A replay of what the target had done before: its answer was heard the first time.
          if (input.request.args['repeats'] === true) return undefined
          const does = always.answers?.[input.request.verb]
          return does?.(process.moment(state, context), input)
        }
        case 'heard':
          return always.heard?.[input.event.type]?.(process.moment(state, context), input.event)
        case 'arrival':
          return always.arrivals?.[input.type]?.(process.moment(state, context), input)
        case 'timer':
          return always.timers?.[firstWord(input.name)]?.(process.moment(state, context), input)
        default:
          return undefined
      }
    },
  }

  function onRecorded(state: S, event: JournalEvent, context: DecideContext): Decision | undefined {
    const row = states[state.phase]
    // What led here is not reacted to once more: entering is the reaction.
    const isEntry = state.enteredAt === event.position
    const entered = isEntry ? row.do : undefined
    const reacts = isEntry ? undefined : row.on?.[event.type]?.does
    const everywhere = always.on?.[event.type]
    if (!entered && !reacts && !everywhere) return undefined
    const moment = process.moment(state, context)
    return both(both(entered?.(moment, event), reacts?.(moment, event)), everywhere?.(moment, event))
  }
}

const firstWord = (name: string): string => {
  const space = name.indexOf(' ')
  return space < 0 ? name : name.slice(0, space)
}

/** Two decisions as one. */
export function both(first: Decision | undefined, second: Decision | undefined): Decision | undefined {
  if (!first || !second) return first ?? second
  return {
    events: joined<NewEvent>(first.events, second.events),
    requests: joined<NewRequest>(first.requests, second.requests),
    timers: joined<NewTimer>(first.timers, second.timers),
    answer: second.answer ?? first.answer,
  }
}

function joined<T>(first: readonly T[] | undefined, second: readonly T[] | undefined): readonly T[] | undefined {
  if (!first || !second) return first ?? second
  return [...first, ...second]
}

/** What is wrong with a table: states that cannot be reached, ends with exits, states without a way out. */
export function tableFaults<S, P extends string, M>(
  starts: P,
  states: { readonly [K in P]: StateRow<S, P, M> },
): string[] {
  const faults: string[] = []
  const names = Object.keys(states) as P[]
  const reached = new Set<P>([starts])
  for (const name of reached) {
    const row = states[name]
    if (!row) {
      faults.push(`“${name}” is no state of the table`)
      continue
    }
    for (const target of exits(row)) reached.add(target)
  }
  for (const name of names) {
    const row = states[name]
    if (!reached.has(name)) faults.push(`“${name}” cannot be reached`)
    if (row.end && exits(row).length > 0) faults.push(`“${name}” is an end and leads on`)
    if (!row.end && exits(row).length === 0) faults.push(`“${name}” has no way out and is no end`)
  }
  return faults
}

function exits<S, P extends string, M>(row: StateRow<S, P, M>): P[] {
  const cells = Object.values(row.on ?? {}) as Cell<S, P, M>[]
  return cells.flatMap((cell) => [...(cell.to === undefined ? [] : [cell.to]), ...(cell.among ?? [])])
}
