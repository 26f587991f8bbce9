/**
 * Bugs planted into the hub processes of a fault run, by the name in `CROSSDOCK_PLANT`. Each must be found by the judge;
 * one that is not says that the judge is blind there. Nothing of this exists in the product.
 */
import { setTimeout as pause } from 'node:timers/promises'
import type { Connector } from '../../src/connectors/contract.ts'
import { waitingTable } from '../../src/delivery/waiting.ts'
import type { Hub } from '../../src/hub.ts'
import type { Store } from '../../src/store/contract.ts'
import {
  answering,
  answersEarly,
  chainless,
  changing,
  dropsWhileOpen,
  forgetKeys,
  holdsTheRestBack,
  invoiceAtManifest,
  lastOneWins,
  laterIsDone,
  passEverything,
  picksTwice,
  rewriteEvents,
  shortAsAvailable,
  skipsWhatItCannotRead,
  unfenced,
  unknownIsRefused,
  withNewKeys,
  without,
  withSuffix,
} from '../simulation/planting.ts'

/** A bug, where it is put (around the store, around the connectors, or into the open hub), and what makes it bite. */
export interface Plant {
  readonly name: string
  /** The faults among which it shows, by kind and form; none: it shows without. */
  readonly among: readonly string[]
  readonly store?: (store: Store) => Store
  readonly connector?: (connector: Connector) => Connector
  readonly hub?: (hub: Hub) => void
}

const kills = ['F1 kill -9', 'F3 kill -9 and restart']
const failures = ['F6 fail503', 'F6 fail500', 'F6 down']
const losingAnswers = ['F6 timeoutAfterEffect', 'F6 failAfterEffect']
const pauses = ['F2 stopped for longer than the lease']
const disorder = ['F7 reports reordered', 'F7 reports late']

/**
 * All bugs that are planted on real processes. Two of the simulation's are not among them, since they leave no effect
 * that the judge of real processes could see: reports decided as they come (the lifecycle waits for what is missing all
 * the same), and attempts after the lease (under their key, at targets that do each key once). There the simulation
 * looks into the hub itself.
 */
export const plants: readonly Plant[] = [
  { name: 'senders are answered before the commit', among: kills, store: (store) => answersEarly(store, pause) },
  { name: 'keys of what came in are forgotten', among: ['F7 orders repeated'], hub: forgetKeys },
  { name: 'after an unknown outcome it is sent again under another key', among: losingAnswers, connector: withNewKeys },
  {
    name: 'the cursor passes requests that are not done',
    among: [...kills, 'F6 down'],
    store: (store) => changing(store, passEverything),
  },
  {
    name: 'a request that failed counts as done',
    among: failures,
    connector: (connector) => answering(connector, laterIsDone),
  },
  {
    name: 'an instance that was stopped keeps its lanes, and no commit is fenced',
    among: pauses,
    store: (store) => unfenced(store, async () => new Map((await store.lanes()).map((row) => [row.lane, row]))),
    hub: (hub) => void Object.assign(hub.core.journal, { lose: () => undefined }),
  },
  {
    name: 'what was picked short is available again',
    among: [],
    hub: (hub) => rewriteEvents(hub, 'inventory', shortAsAvailable),
  },
  { name: 'the invoice is asked for at the manifest', among: [], hub: invoiceAtManifest },
  { name: 'a warehouse advice counts twice', among: [], hub: (hub) => rewriteEvents(hub, 'lifecycle', picksTwice) },
  {
    name: 'rows of waiting requests are not written',
    among: ['F6 down', 'F1 kill -9'],
    store: (store) => changing(store, (turn) => without(turn, waitingTable)),
  },
  {
    name: 'what is for another instance’s lanes is dropped',
    among: [],
    store: (store) => changing(store, (turn) => ({ ...turn, inbox: [] })),
  },
  { name: 'what is older by the clock than what is known is dropped', among: disorder, hub: lastOneWins },
  {
    name: 'who gives no answer is taken to have refused',
    among: losingAnswers,
    connector: (connector) => answering(connector, unknownIsRefused),
  },
  { name: 'a breaker that is open drops what it should hold back', among: ['F6 down'], connector: dropsWhileOpen },
  {
    name: 'a request that waits holds back everything behind it',
    among: failures,
    connector: holdsTheRestBack,
  },
  {
    name: 'each process sends under keys of its own',
    among: [...kills, ...losingAnswers],
    connector: (connector) => withSuffix(connector, process.pid),
  },
  { name: 'what cannot be read is answered and skipped', among: [], hub: skipsWhatItCannotRead },
  { name: 'requests of one order go side by side', among: [...failures, 'F6 slow'], hub: chainless },
]

/** The plant of this name. Throws when there is none: a run with a bug that is not there would prove nothing. */
export function plantNamed(name: string | undefined): Plant | undefined {
  if (!name) return undefined
  const found = plants.find((plant) => plant.name === name)
  if (!found) throw new Error(`There is no planted bug "${name}".`)
  return found
}
