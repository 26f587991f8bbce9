import type { MasterChange } from '../identity/master.ts'
import { masterTables } from '../identity/master-tables.ts'
import type { Input, JournalEvent, Room } from '../journal/contract.ts'
import type { EventData } from '../lifecycle/events.ts'
import { partsOf } from '../lifecycle/subject.ts'

/** The newest word of the owner about one object of master data. */
export interface MasterState {
  body: string | undefined
  changedAt: number
}

type Changed = EventData['master.changed']

/** The room that keeps master data of one kind: one row for each object, written by the lane of its kind. */
export function masterRoom(kind: MasterChange['kind']): Room<MasterState> {
  return {
    name: `master-${kind}`,
    about: `master-${kind}`,
    table: masterTables[kind],
    initial: () => ({ body: undefined, changedAt: 0 }),
    load: (_key, [body, changedAt]) => ({ body: String(body), changedAt: Number(changedAt) }),
    save: ({ body, changedAt }) => (body === undefined ? null : [body, changedAt]),
    keys: keysOf,
    fold: (state, event) => {
      if (event.type !== 'master.changed') return false
      state.body = JSON.stringify((event.data as Changed).value)
      state.changedAt = event.at
      return true
    },
    decide: (_state, input) =>
      input.kind === 'arrival' && input.type === 'master.changed'
        ? {
            events: [
              {
                type: 'master.changed',
                data: input.data as Changed,
                source: input.source,
                ...(input.receipt ? { receipt: input.receipt } : {}),
              },
            ],
          }
        : undefined,
  }
}

function keysOf(about: Input | JournalEvent): readonly string[] {
  const { tenant } = partsOf(about.subject)
  const data = (
    'kind' in about && about.kind === 'recorded' ? about.event.data : 'data' in about ? about.data : undefined
  ) as Changed | undefined
  return data?.name === undefined ? [] : [`${tenant}/${data.name}`]
}
