import type { Decision, Input, Room } from '../journal/contract.ts'
import type { EventData } from '../lifecycle/events.ts'
import { laneOfSubject, subjectOf } from '../lifecycle/subject.ts'
import type { Store, TableSpec } from '../store/contract.ts'
import type { PauseView } from './lot.ts'

/** What people said about a system. Whether it fails is remembered elsewhere, see `breaker-memory.ts`. */
export interface SystemState {
  paused: PauseView | undefined
}

/** One row for each system that was ever paused. */
export const systemTable: TableSpec = {
  name: 'system_state',
  key: [
    { name: 'lane', type: 'int2' },
    { name: 'subject', type: 'text' },
  ],
  columns: [{ name: 'body', type: 'text' }],
}

/** Pauses of systems, in the journal like everything a person may ask about. */
export const systemRoom: Room<SystemState> = {
  name: 'delivery-system',
  about: 'system',
  table: systemTable,
  initial: () => ({ paused: undefined }),
  load: (_subject, [body]) => JSON.parse(body as string) as SystemState,
  save: (state) => [JSON.stringify(state)],
  fold: (state, event) => {
    if (event.type === 'system.paused') {
      const { by, reason } = event.data as EventData['system.paused']
      state.paused = { by, reason, since: event.at }
    } else if (event.type === 'system.resumed') state.paused = undefined
    else return false
    return true
  },
  decide: (state, input): Decision | undefined => {
    if (input.kind !== 'arrival' || !said.has(input.type)) return undefined
    const isAsAsked = (input.type === 'system.paused') === (state.paused !== undefined)
    if (isAsAsked) return { answer: asItWas(state) } // the first who paused it keeps the word
    return { events: [{ type: input.type, data: input.data } as never], answer: CHANGED }
  },
}

const said = new Set(['system.paused', 'system.resumed'])

/** What came of a person's word about a system: it changed, or it stands as it stood before, with its pause if it has one. */
export interface SystemSaid {
  readonly changed: boolean
  readonly pause?: PauseView
}

const CHANGED: SystemSaid = { changed: true }

/** How a system stands when it is as it was asked to be: nothing is recorded. */
export const asItWas = ({ paused }: SystemState): SystemSaid => ({
  changed: false,
  ...(paused ? { pause: paused } : {}),
})

/** What a person says about a system. */
export function systemInput(
  tenant: string,
  said: { readonly [T in 'system.paused' | 'system.resumed']: { type: T; data: EventData[T] } }[
    | 'system.paused'
    | 'system.resumed'],
  now: number,
): Input {
  const subject = subjectOf(tenant, 'system', said.data.system)
  return { kind: 'arrival', type: said.type, subject, source: 'delivery', occurredAt: now, data: said.data }
}

/** What is known of these systems now, in their order. */
export async function readSystems(
  store: Pick<Store, 'loadRows'>,
  tenant: string,
  systems: readonly string[],
): Promise<SystemState[]> {
  const keys = systems.map((system) => {
    const subject = subjectOf(tenant, 'system', system)
    return { lane: laneOfSubject(subject), subject }
  })
  const rows = await store.loadRows(systemTable, keys)
  return rows.map((row, at) =>
    row ? systemRoom.load(keys[at]?.subject ?? '', row.slice(2)) : systemRoom.initial(keys[at]?.subject ?? ''),
  )
}
