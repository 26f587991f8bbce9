/**
 * Bugs planted into the hub processes of a fault run, by the name in `CROSSDOCK_PLANT`. Each must be found by the judge;
 * one that is not says that the judge is blind there. Nothing of this exists in the product.
 */
import type { Connector } from '../../src/connectors/contract.ts'
import type { Hub } from '../../src/hub.ts'
import type { Work } from '../../src/journal/work.ts'
import type { Store, TurnWrites } from '../../src/store/contract.ts'

/** A bug and where it is put: around the store, around the connectors, or into the open hub. */
export interface Plant {
  readonly name: string
  /** The seed of the schedule under which it bites, where that is not the usual one. */
  readonly seed?: number
  readonly store?: (store: Store) => Store
  readonly connector?: (connector: Connector) => Connector
  readonly hub?: (hub: Hub) => void
}

/** All bugs that can be planted on real processes. */
export const plants: readonly Plant[] = [
  { name: 'senders are answered before the commit', store: answersEarly },
  { name: 'keys of what came in are forgotten', hub: forgetKeys },
  { name: 'after an unknown outcome it is sent again under another key', connector: withNewKeys },
  { name: 'the cursor passes requests that are not done', store: (store) => changing(store, passEverything) },
  { name: 'a request that failed counts as done', connector: laterIsDone },
  { name: 'a commit is not fenced by epoch and head', store: unfenced },
]

/** The plant of this name. Throws when there is none: a run with a bug that is not there would prove nothing. */
export function plantNamed(name: string | undefined): Plant | undefined {
  if (!name) return undefined
  const found = plants.find((plant) => plant.name === name)
  if (!found) throw new Error(`There is no planted bug "${name}".`)
  return found
}

function overriding(store: Store, members: Partial<Store>): Store {
  return new Proxy(store, {
    get: (target, name) => {
      const member = Reflect.get(members, name) ?? Reflect.get(target, name)
      return typeof member === 'function' ? member.bind(target) : member
    },
  })
}

function changing(store: Store, change: (turn: TurnWrites) => TurnWrites): Store {
  return overriding(store, { commit: (turn) => store.commit(change(turn)) })
}

const passEverything = (turn: TurnWrites): TurnWrites => ({
  ...turn,
  lanes: turn.lanes.map((move) => ({ ...move, delivered: move.newHead })),
})

function answersEarly(store: Store): Store {
  let line: Promise<unknown> = Promise.resolve()
  return overriding(store, {
    commit: (turn) => {
      line = line
        .then(() => new Promise((go) => setTimeout(go, 100)))
        .then(() => store.commit(turn))
        .catch(() => undefined) // the bug: nobody hears
      return Promise.resolve()
    },
  })
}

/** The lanes' rows are taken as they are on the disk, whoever owns them by now. */
function unfenced(store: Store): Store {
  return overriding(store, {
    commit: async (turn) => {
      const disk = new Map((await store.lanes()).map((row) => [row.lane, row]))
      const lanes = turn.lanes.map((move) => {
        const row = disk.get(move.lane)
        return { ...move, epoch: row?.epoch ?? move.epoch, oldHead: row?.head ?? move.oldHead }
      })
      await store.commit({ ...turn, lanes })
    },
  })
}

function forgetKeys(hub: Hub): void {
  const { journal } = hub.core
  const submit = journal.submit.bind(journal)
  journal.submit = (work: Work) => {
    const { claims: _, ...keyless } = work
    submit({ ...keyless, admit: (_found, context) => ({ ...work.admit([], context), keys: [] }) })
  }
}

function withNewKeys(connector: Connector): Connector {
  const unknowns = new Map<string, number>()
  return {
    ...connector,
    open: async (ports) => {
      const connection = await connector.open(ports)
      return {
        close: () => connection.close(),
        send: async (requests, timeoutMs) => {
          const renamed = requests.map((request) => {
            const before = unknowns.get(request.key) ?? 0
            return before === 0 ? request : { ...request, key: `${request.key}-${before}` }
          })
          const outcomes = await connection.send(renamed, timeoutMs)
          outcomes.forEach(({ result }, at) => {
            const key = requests[at]?.key ?? ''
            if (result === 'unknown') unknowns.set(key, (unknowns.get(key) ?? 0) + 1)
          })
          return outcomes
        },
      }
    },
  }
}

function laterIsDone(connector: Connector): Connector {
  return {
    ...connector,
    open: async (ports) => {
      const connection = await connector.open(ports)
      return {
        ...connection,
        send: async (requests, timeoutMs) =>
          (await connection.send(requests, timeoutMs)).map((outcome) =>
            outcome.result === 'later' ? { result: 'done', answer: {} } : outcome,
          ),
      }
    },
  }
}
