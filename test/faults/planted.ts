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
  asksUnplanned,
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
  tellsNoCarrier,
  unfenced,
  unknownIsRefused,
  withNewKeys,
  without,
  withSuffix,
} from '../simulation/planting.ts'

/** A bug, where it is put (around the store, around the connectors, or into the open hub), and what makes it bite. */
export interface Plant {
  readonly name: string
  /** The rules that are about this bug: one of them must be broken. */
  readonly by: readonly string[]
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
  {
    name: 'senders are answered before the commit',
    by: ['lost: order taken and not there', 'lost: report taken and without trace'],
    among: kills,
    store: (store) => answersEarly(store, pause),
  },
  {
    name: 'keys of what came in are forgotten',
    by: ['illegal: received twice'],
    among: ['F7 orders repeated'],
    hub: forgetKeys,
  },
  {
    name: 'after an unknown outcome it is sent again under another key',
    by: ['duplicates: effect had twice'],
    among: losingAnswers,
    connector: withNewKeys,
  },
  {
    name: 'the cursor passes requests that are not done',
    by: ['lost: request without effect'],
    among: [...kills, 'F6 down'],
    store: (store) => changing(store, passEverything),
  },
  {
    name: 'a request that failed counts as done',
    by: ['lost: request without effect'],
    among: failures,
    connector: (connector) => answering(connector, laterIsDone),
  },
  {
    name: 'an instance that was stopped keeps its lanes, and no commit is fenced',
    by: [
      'positions without gaps',
      'rows are folds of the journal',
      'lost: report taken and without trace',
      'lost: order taken and not there',
    ],
    among: pauses,
    store: (store) => unfenced(store, async () => new Map((await store.lanes()).map((row) => [row.lane, row]))),
    hub: (hub) => void Object.assign(hub.core.journal, { lose: () => undefined }),
  },
  {
    name: 'what was picked short is available again',
    by: ['unbalanced: stock in the hub'],
    among: [],
    hub: (hub) => rewriteEvents(hub, 'inventory', shortAsAvailable),
  },
  {
    name: 'the invoice is asked for at the manifest',
    by: ['illegal: invoiced before shipment'],
    among: [],
    hub: invoiceAtManifest,
  },
  {
    name: 'a warehouse advice counts twice',
    by: ['illegal: picked more than released'],
    among: [],
    hub: (hub) => rewriteEvents(hub, 'lifecycle', picksTwice),
  },
  {
    name: 'rows of waiting requests are not written',
    by: ['lost: request without effect'],
    among: ['F6 down', 'F1 kill -9'],
    store: (store) => changing(store, (turn) => without(turn, waitingTable)),
  },
  {
    name: 'what is for another instance’s lanes is dropped',
    by: ['lost: order taken and not there', 'lost: report taken and without trace'],
    among: [],
    store: (store) => changing(store, (turn) => ({ ...turn, inbox: [] })),
  },
  {
    name: 'what is older by the clock than what is known is dropped',
    by: ['lost: report taken and without trace'],
    among: disorder,
    hub: lastOneWins,
  },
  {
    name: 'who gives no answer is taken to have refused',
    by: ['unbalanced: done and called refused'],
    among: losingAnswers,
    connector: (connector) => answering(connector, unknownIsRefused),
  },
  {
    name: 'a breaker that is open drops what it should hold back',
    by: ['lost: request without effect'],
    among: ['F6 down'],
    connector: dropsWhileOpen,
  },
  {
    name: 'a request that waits holds back everything behind it',
    by: ['lost: request without effect'],
    among: failures,
    connector: holdsTheRestBack,
  },
  {
    name: 'each process sends under keys of its own',
    by: ['duplicates: effect had twice'],
    among: [...kills, ...losingAnswers],
    connector: (connector) => withSuffix(connector, process.pid),
  },
  {
    name: 'what cannot be read is answered and skipped',
    by: ['lost: order taken and not there'],
    among: [],
    hub: skipsWhatItCannotRead,
  },
  {
    name: 'requests of one order go side by side',
    by: ['reordered: stage after a later one', 'reordered: against the plan'],
    among: [...failures, 'F6 slow'],
    hub: chainless,
  },
  {
    name: 'a system is asked for what nobody planned',
    by: ['phantom: effect nobody planned'],
    among: [],
    connector: asksUnplanned,
  },
  {
    name: 'no carrier hears of any shipment, and each counts as told',
    by: ['lost: request without effect'],
    among: [],
    connector: tellsNoCarrier,
  },
]

/** The plant of this name. Throws when there is none: a run with a bug that is not there would prove nothing. */
export function plantNamed(name: string | undefined): Plant | undefined {
  if (!name) return undefined
  const found = plants.find((plant) => plant.name === name)
  if (!found) throw new Error(`There is no planted bug "${name}".`)
  return found
}
