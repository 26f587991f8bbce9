import type { Clock } from '../base/clock.ts'
import type { Scheduler } from '../base/scheduler.ts'
import type { Work } from '../journal/work.ts'
import type { CaseMembers } from './choosing.ts'
import type { Asked, TargetTraits } from './forecast.ts'
import type { Item, MappingVersion } from './job.ts'
import type { Query } from './replay-book.ts'

/** What would be sent for an item, or why it cannot be written. */
export type Written = { readonly body: Uint8Array; readonly digest: string } | { readonly fault: string }

/** A connection of the runner's own: statements, transactions, and the lock that lives as long as it does. */
export interface Session {
  readonly query: Query
  end(): Promise<void>
}

/** Everything through which replays touch the rest of the hub. */
export interface ReplayPorts {
  /** The business of this hub: the runner works on its jobs alone. */
  readonly tenant: string
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly connect: () => Promise<Session>
  readonly submit: (work: Work) => void
  readonly target: (name: string) => (TargetTraits & { readonly atOnce: number }) | undefined
  /** Asks the target whether it has had this; inside its budget. */
  readonly ask: (item: Item) => Promise<Asked>
  /** One answer for each item, in order. */
  readonly write: (query: Query, items: readonly Item[], as: MappingVersion) => Promise<readonly Written[]>
  readonly caseMembers: CaseMembers
  readonly trouble: (what: string, error: unknown) => void
}
