/**
 * Planted bugs: each is put between the hub and its ports, or around a room, and must be found by the checker or by the
 * invariants. A judge that never finds anything proves nothing.
 */
import { waitingTable } from '../../src/delivery/waiting.ts'
import { timerTable } from '../../src/journal/timers.ts'
import type { Incident, Plan } from './plan.ts'
import {
  alwaysYes,
  answering,
  answersEarly,
  asksUnplanned,
  chainless,
  changing,
  dropsWhileOpen,
  forgetKeys,
  forgetsKeysAfter,
  holdsTheRestBack,
  invoiceAtManifest,
  lastOneWins,
  laterIsDone,
  leaseForEver,
  passEverything,
  picksTwice,
  rewriteEvents,
  shortAsAvailable,
  skipsWhatItCannotRead,
  tellsNoCarrier,
  uncounted,
  undoesOnAnUnknown,
  unfenced,
  unknownIsRefused,
  withKeysOfThisProcess,
  withNewKeys,
  without,
} from './planting.ts'
import type { Sabotage } from './world.ts'

/** A bug, how it is planted, and the circumstances under which it bites. */
export interface Mutant {
  readonly name: string
  /** The rules that are about this bug, of the checker (`kind: rule`) or of the invariants: one of them must be broken. */
  readonly by: readonly string[]
  readonly sabotage: Sabotage
  readonly plan: Partial<Plan>
}

const crashes: readonly Incident[] = [150, 300, 450, 600].map((call, at) => ({
  kind: 'crash at call',
  call,
  when: at % 2 === 0 ? 'before' : 'after',
  downMs: 2_000,
}))
/** Longer than a lease, each instance once. */
const pauses: readonly Incident[] = [0, 1].map((instance) => ({
  kind: 'pause',
  atMs: 3_000 + 16_000 * instance,
  instance,
  forMs: 14_000,
}))
const losingAnswers = { timeoutAfterEffect: 0.3 }
const plain = { withOms: false, clean: false, incidents: [], instances: 1, substitutionRate: 0 } as const

export const mutants: readonly Mutant[] = [
  {
    name: 'senders are answered before the commit',
    by: ['lost: order taken and not there', 'lost: report taken and without trace'],
    plan: { ...plain, incidents: crashes, databaseMs: 5 },
    sabotage: {
      store: (store, _disk, time) => answersEarly(store, (ms) => new Promise((go) => void time.after(ms, go))),
    },
  },
  {
    name: 'keys of what came in are forgotten',
    by: ['illegal: received twice'],
    plan: { ...plain, repeatRate: 0.5, manners: { duplicateReports: 0.4 } },
    sabotage: { hub: forgetKeys },
  },
  {
    name: 'after an unknown outcome it is sent again under another key',
    by: ['duplicates: effect had twice'],
    plan: { ...plain, manners: losingAnswers },
    sabotage: { connector: withNewKeys },
  },
  {
    name: 'a commit is not fenced by epoch and head',
    by: ['positions without gaps', 'rows are folds of the journal', 'lost: report taken and without trace'],
    plan: {
      ...plain,
      instances: 2,
      databaseMs: 10,
      incidents: pauses,
    },
    sabotage: { store: (store, disk) => unfenced(store, () => new Map(disk.lanes.map((row) => [row.lane, row]))) },
  },
  {
    name: 'what was picked short is available again',
    by: ['stock by status'],
    plan: { ...plain, shortRate: 0.4 },
    sabotage: { hub: (hub) => rewriteEvents(hub, 'inventory', shortAsAvailable) },
  },
  {
    name: 'the invoice is asked for at the manifest',
    by: ['illegal: invoiced before shipment'],
    plan: plain,
    sabotage: { hub: invoiceAtManifest },
  },
  {
    name: 'the cursor passes requests that are not done',
    by: ['lost: request without effect'],
    plan: { ...plain, incidents: crashes, manners: losingAnswers },
    sabotage: { store: (store) => changing(store, passEverything) },
  },
  {
    name: 'a warehouse advice counts twice',
    by: ['illegal: picked more than released'],
    plan: plain,
    sabotage: { hub: (hub) => rewriteEvents(hub, 'lifecycle', picksTwice) },
  },
  {
    name: 'rows of waiting requests are not written',
    by: ['lost: request without effect'],
    plan: {
      ...plain,
      incidents: [...outage('erp', 25_000), { kind: 'crash', atMs: 20_000, instance: 0, downMs: 2_000 }],
    },
    sabotage: { store: (store) => changing(store, (turn) => without(turn, waitingTable)) },
  },
  {
    name: 'reports are decided as they come, whatever their source counted',
    by: ['reports in their order'],
    plan: { ...plain, shortRate: 0.4, manners: { reorderReports: 0.3, lateReports: 0.2, lateMs: 20_000 } },
    sabotage: { hub: uncounted },
  },
  {
    name: 'what is for another instance’s lanes is dropped',
    by: ['lost: order taken and not there', 'lost: report taken and without trace'],
    plan: { ...plain, instances: 2 },
    sabotage: { store: (store) => changing(store, (turn) => ({ ...turn, inbox: [] })) },
  },
  {
    name: 'a request that failed counts as done',
    by: ['lost: request without effect'],
    plan: { ...plain, manners: { fail503: 0.3 } },
    sabotage: {
      connector: (connector) => answering(connector, laterIsDone),
    },
  },
  {
    name: 'stock is promised although there is none',
    by: ['stock by status'],
    plan: { ...plain, stock: [4, 20] },
    sabotage: { hub: (hub) => rewriteEvents(hub, 'inventory', alwaysYes) },
  },
  {
    name: 'what is older by the clock than what is known is dropped',
    by: ['lost: report taken and without trace'],
    plan: { ...plain, manners: { reorderReports: 0.3, lateReports: 0.2, lateMs: 5_000 } },
    sabotage: { hub: lastOneWins },
  },
  {
    name: 'an unknown outcome is undone like a refusal',
    by: ['unbalanced: done and called refused'],
    plan: { ...plain, manners: losingAnswers },
    sabotage: {
      connector: (connector) => answering(connector, unknownIsRefused),
    },
  },
  {
    name: 'a step is undone before anybody knows whether it can be',
    by: ['illegal: not released', 'illegal: picked more than released'],
    plan: { ...plain, cancelRate: 0.7, cancelAfterMs: 4_000 },
    sabotage: { hub: undoesOnAnUnknown },
  },
  {
    name: 'a request that waits holds back everything behind it',
    by: ['nothing outstanding'],
    plan: { ...plain, incidents: [...outage('erp', 20_000)], manners: { fail503: 0.1 } },
    sabotage: { connector: holdsTheRestBack },
  },
  {
    name: 'after a restart what was under way is sent under a new key',
    by: ['duplicates: effect had twice'],
    plan: { ...plain, incidents: crashes, manners: losingAnswers },
    sabotage: { connector: withKeysOfThisProcess },
  },
  {
    name: 'keys are known for five minutes',
    by: ['illegal: received twice'],
    plan: {
      ...plain,
      trafficMs: 400_000,
      incidents: [
        { kind: 'crash', atMs: 200_000, instance: 0, downMs: 2_000 }, // what it knows by heart is gone
        { kind: 'late copy', atMs: 360_000, order: 3 },
      ],
    },
    sabotage: { store: (store, disk, time) => forgetsKeysAfter(300_000, store, disk, time) },
  },
  {
    name: 'what cannot be read is answered and skipped',
    by: ['lost: order taken and not there'],
    plan: plain,
    sabotage: { hub: skipsWhatItCannotRead },
  },
  {
    name: 'a breaker that is open drops what it should hold back',
    by: ['lost: request without effect'],
    plan: { ...plain, incidents: outage('erp', 20_000) },
    sabotage: { connector: dropsWhileOpen },
  },
  {
    name: 'nobody looks into the inbox unless poked',
    by: ['nothing outstanding'],
    plan: { ...plain, instances: 2, lostPokes: 0.3 },
    sabotage: { pokedOnly: true },
  },
  {
    name: 'a paused instance goes on sending when its lease is over',
    by: ['attempts inside the lease'],
    plan: { ...plain, instances: 2, databaseMs: 10, manners: { fail503: 0.3 }, incidents: pauses },
    sabotage: { hub: leaseForEver },
  },
  {
    name: 'requests of one order go side by side',
    by: ['reordered: stage after a later one', 'reordered: against the plan'],
    plan: { ...plain, incidents: outage('shop', 20_000), manners: { fail503: 0.5 } },
    sabotage: { hub: chainless },
  },
  {
    name: 'timers live in memory only',
    by: ['quiet after healing'],
    plan: { ...plain, withOms: true, stock: [4, 20], incidents: crashes },
    sabotage: { store: (store) => changing(store, (turn) => without(turn, timerTable)) },
  },
  {
    name: 'a system is asked for what nobody planned',
    by: ['phantom: effect nobody planned'],
    plan: plain,
    sabotage: { connector: asksUnplanned },
  },
  {
    name: 'no carrier hears of any shipment, and each counts as told',
    by: ['lost: request without effect'],
    plan: plain,
    sabotage: { connector: tellsNoCarrier },
  },
]

function outage(system: string, forMs: number): Incident[] {
  return [{ kind: 'outage', atMs: 2_000, system, forMs }]
}
