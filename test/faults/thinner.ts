import type { FaultKind } from './schedule.ts'

/** What the catalogue of faults names under a kind and the fault run does not do, and where it is done instead. */
export const thinner: Readonly<Partial<Record<FaultKind | 'F11' | 'F17', string>>> = {
  F8: 'no fold of daylight saving',
  F9: 'a run of its own, where a file system of limited size can be made (`test/faults/disk-full.pg.test.ts`); no lack of inodes',
  F10: 'bodies against a heap of 256 MB; no OOM killer, whose blow is that of F1',
  F11: 'not run: there is no broker',
  F12: 'at the doors; handlers that hang or eat memory are `test/supervisor/handlers.pg.test.ts`, a hundredth of all keys poisoned is `test/supervisor/poison.pg.test.ts`',
  F13: 'bodies against the schema; no schema that changes meanwhile',
  F14: 'for seconds, not for ten minutes',
  F16: 'this release onto itself, with the last three migrations applied while the other hub works; from the commit before and back again is `test/backup/upgrade.pg.test.ts`',
  F17: 'not run: no key, certificate or secret of a webhook is changed or runs out meanwhile',
  F18: 'pauses what goes to a system; there is no switch that disables a partner or takes another version of a mapping',
  F19: 'a cancellation comes again while the recall of the first waits; a compensation that fails at each of its steps is `test/simulation/sagas.test.ts`',
}
