/** What passes between an overload run and its two processes. */

/** The classes of what is sent, as the gateway has them. */
export const CLASSES = [0, 1, 2, 3] as const
export type LoadClass = (typeof CLASSES)[number]

/** So many a second, of each class. */
export type Rates = Readonly<Record<LoadClass, number>>

/** The shops, each with a key of its own. */
export const SHOPS = ['shop', 'shop2', 'shop3', 'shop4', 'shop5'] as const

/** Keys and addresses the load needs. */
export interface Doors {
  readonly port: number
  readonly warehouse: string
  readonly erp: string
  readonly reader: string
  /** By shop, in the order of {@link SHOPS}. */
  readonly shops: readonly string[]
}

/** What the load is told to do. */
export type ToLoad =
  | { readonly kind: 'open'; readonly doors: Doors; readonly seed: number }
  /** So many connections that each send the next when the last was answered. */
  | { readonly kind: 'closed'; readonly connections: number; readonly seconds: number }
  /** At these rates whatever the answers are. `shops`: part of class 1 that each shop sends. */
  | { readonly kind: 'open loop'; readonly rates: Rates; readonly seconds: number; readonly shops?: readonly number[] }
  | { readonly kind: 'accepted' }

/** Of a time in milliseconds. */
export interface Spread {
  readonly p50: number
  readonly p99: number
  readonly max: number
}

/** What became of one class, or of one shop. */
export interface Tally {
  readonly offered: number
  readonly accepted: number
  /** 429 and 503 by code, each with Retry-After. */
  readonly refused: Readonly<Record<string, number>>
  /** Anything else: other statuses, connections that broke, refusals without Retry-After. */
  readonly wrong: Readonly<Record<string, number>>
  /** From the moment it was due. */
  readonly acceptedMs: Spread
  readonly refusedMs: Spread
}

/** What became of a phase. */
export interface Phase {
  readonly seconds: number
  readonly classes: Readonly<Record<LoadClass, Tally>>
  readonly shops: readonly Tally[]
  /** How late the load itself was to send, ninety-nine times of a hundred: above a few ms its own times say little. */
  readonly loadLateMs: Spread
  /** p99 of accepted class 0 in each second. */
  readonly urgentP99BySecond: readonly number[]
}

/** What the load says. */
export type FromLoad =
  | { readonly kind: 'opened' }
  | { readonly kind: 'phase'; readonly phase: Phase }
  /** Every order and receipt that was named in a 202. */
  | { readonly kind: 'accepted'; readonly orders: readonly string[]; readonly receipts: readonly string[] }

/** What the hub says: when it is ready, and how it has been since it was asked last. */
export type FromHub =
  | { readonly kind: 'ready'; readonly doors: Doors; readonly tenant: string }
  | {
      readonly kind: 'figures'
      readonly loopMs: Spread
      readonly rssMiB: number
      readonly outstanding: number
      /** Requests sent to systems, and how many of them were not the first try. */
      readonly attempts: number
      readonly repeated: number
      readonly room: { readonly inside: number; readonly limit: number }
    }

export type ToHub = { readonly kind: 'figures' } | { readonly kind: 'close' }

/** Percentiles of some times. */
export function spreadOf(timesMs: readonly number[]): Spread {
  const sorted = Float64Array.from(timesMs).sort()
  const at = (share: number) =>
    Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0) * 10) / 10
  return { p50: at(0.5), p99: at(0.99), max: at(1) }
}
