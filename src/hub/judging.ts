import type { DecideContext, Input, JournalEvent, Report, Room } from '../journal/contract.ts'
import type { EventData } from '../lifecycle/events.ts'
import { partsOf } from '../lifecycle/subject.ts'

/** What the rooms would say to reports, were they told again now. */
export interface Judgement {
  readonly verdict: 'succeeds' | 'fails' | 'done'
  readonly why: string
}

/**
 * Folds a subject's journal and lets the rooms decide about reports, in memory: nothing is recorded or sent. Subjects
 * with many states (stock) are not folded here; they are judged when they are released.
 */
export function judgeAgain(
  rooms: readonly Room[],
  events: readonly JournalEvent[],
  reports: readonly Input[],
  now: number,
): Judgement {
  const [first] = reports
  const { kind } = partsOf(first?.subject ?? '')
  const asked = rooms.filter((room) => room.about === kind)
  if (asked.some((room) => room.keys)) return { verdict: 'succeeds', why: 'It is judged when it is released.' }
  const states = new Map(asked.map((room) => [room.name, folded(room, events)]))
  let said = 0
  for (const report of reports) {
    const decided = asked.flatMap(
      (room) => room.decide(states.get(room.name), report, contextOf(states, now))?.events ?? [],
    )
    const refusal = decided.find(({ type }) => type === 'report.refused')
    if (refusal) return { verdict: 'fails', why: (refusal.data as EventData['report.refused']).reason }
    said += decided.length
  }
  if (said === 0) return { verdict: 'done', why: 'It says nothing that is not known already.' }
  return { verdict: 'succeeds', why: `“${(first as Report).type}” is taken as a fact.` }
}

function folded(room: Room, events: readonly JournalEvent[]): unknown {
  const state = room.initial(events[0]?.subject ?? '')
  for (const event of events) room.fold(state, event, event.subject)
  return state
}

function contextOf(states: ReadonlyMap<string, unknown>, now: number): DecideContext {
  return {
    now,
    peer: <S>(room: string) => states.get(room) as S,
    state: <S>(key: string) => states.get(key) as S,
    mint: (kind) => `${kind}0-00-trial-1`,
    name: (kind) => `${kind}0-00-trial-1`,
  }
}
