/** What the harness and the process of the simulated systems say to each other. */
import type { Misbehaviour } from '../../src/simulators/misbehaviour.ts'

/** The systems of the town. */
export const SYSTEMS = ['erp', 'wms1', 'wms2', 'shop', 'carrier'] as const
export type SystemName = (typeof SYSTEMS)[number]

/** What the process is started with. */
export interface TownSetup {
  readonly seed: number
  /** Folder of the ledgers, a file for each system. */
  readonly ledgers: string
}

/** What the town is told; each gets one answer. */
export type ToTown =
  | { readonly say: 'connect'; readonly hubs: readonly string[]; readonly tokens: Readonly<Record<string, string>> }
  | { readonly say: 'go'; readonly perSecond: number; readonly orders: number; readonly mostUnanswered: number }
  | { readonly say: 'stop' }
  | { readonly say: 'misbehave'; readonly systems: readonly SystemName[]; readonly as: Partial<Misbehaviour> }
  | { readonly say: 'status' }
  /** One order through this hub (either, when absent): answered when the ERP has posted it. */
  | { readonly say: 'probe'; readonly hub?: number; readonly withinMs: number }
  /** Orders that were taken are sent again with their keys, `times` at once, and once with another body. */
  | { readonly say: 'repeat'; readonly orders: number; readonly times: number }
  /** The hub's ids of the orders that were taken last. */
  | { readonly say: 'latest'; readonly orders: number }
  | { readonly say: 'close' }

/** How far the town is. */
export interface TownStatus {
  readonly placed: number
  readonly accepted: number
  readonly unanswered: number
  readonly unsent: number
  readonly rows: number
  /** Planted misbehaviours that bit, by system and kind: `erp fail500`. */
  readonly bites: Readonly<Record<string, number>>
}

/** What came of repeating. */
export interface Repeated {
  readonly sent: number
  readonly answered: number
  /** Answers that named another order than the first did: must be 0. */
  readonly differing: number
  readonly wrongBodies: number
  /** Wrong bodies that were taken: must be 0. */
  readonly wrongBodiesTaken: number
}

/** What the town answers. */
export type FromTown =
  | { readonly say: 'listening'; readonly ports: Readonly<Record<string, number>> }
  | { readonly say: 'answer'; readonly to: number; readonly value?: unknown; readonly error?: string }
