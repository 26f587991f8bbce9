/** What the harness and the process of the simulated systems say to each other. */
import type { Misbehaviour } from '../../src/simulators/misbehaviour.ts'
import type { MailForm } from './rough-mail.ts'

/** The systems of the town. */
export const SYSTEMS = ['erp', 'wms1', 'wms2', 'shop', 'carrier'] as const
export type SystemName = (typeof SYSTEMS)[number]

/** A retailer that orders by 850, in files; it has a ledger, and no door. */
export const RETAILER = 'bigbox'

/** What the process is started with. */
export interface TownSetup {
  readonly seed: number
  /** Folder of the ledgers, a file for each system. */
  readonly ledgers: string
  /** Folder of the partners' folders. */
  readonly partners: string
}

/** What the town is told; each gets one answer. */
export type ToTown =
  | { readonly say: 'connect'; readonly hubs: readonly string[]; readonly tokens: Readonly<Record<string, string>> }
  | { readonly say: 'go'; readonly perSecond: number; readonly orders: number; readonly mostUnanswered: number }
  | { readonly say: 'stop' }
  | { readonly say: 'misbehave'; readonly systems: readonly SystemName[]; readonly as: Partial<Misbehaviour> }
  /** How the retailer's files go wrong from now on; not at all when nothing is named. */
  | { readonly say: 'mail'; readonly form?: MailForm }
  | { readonly say: 'status' }
  /** One order through this hub (either, when absent): answered when the ERP has posted it. */
  | { readonly say: 'probe'; readonly hub?: number; readonly withinMs: number }
  /** Orders that were taken are sent again with their keys, `times` at once, and once with another body. */
  | { readonly say: 'repeat'; readonly orders: number; readonly times: number }
  /** The hub's ids of the orders that were taken last. */
  | { readonly say: 'latest'; readonly orders: number }
  /** Those of the orders that were taken just now, but for the probes': they are still on their way. */
  | { readonly say: 'newest'; readonly orders: number }
  | { readonly say: 'close' }

/** How far the town is. */
export interface TownStatus {
  readonly placed: number
  readonly accepted: number
  readonly unanswered: number
  readonly unsent: number
  readonly rows: number
  /** Files that nobody has taken. */
  readonly unread: number
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
