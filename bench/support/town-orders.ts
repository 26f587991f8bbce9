/** What passes between a bench and the process of its simulated systems. */
export type ToTown =
  | { readonly kind: 'open'; readonly hub: string; readonly tokens: Readonly<Record<string, string>> }
  /** Keeps so many on their way; or, with `perSecond`, places one at each moment it is due, whatever becomes of the others. */
  | { readonly kind: 'go'; readonly orders: number; readonly inFlight: number; readonly perSecond?: number }
  | { readonly kind: 'counts' }

/** What the process of the simulated systems says. */
export type FromTown =
  | { readonly kind: 'listening'; readonly urls: Readonly<Record<string, string>> }
  | { readonly kind: 'introduced' }
  | {
      readonly kind: 'done'
      readonly placedMs: Percentiles
      readonly endToEndMs: Percentiles
      /** Of a run at a steady pace. */
      readonly steady?: SteadyTimes
    }
  | { readonly kind: 'counts'; readonly counts: Readonly<Record<string, number>> }

/** What an order at a steady pace waited for, each from the moment it was due. */
export interface SteadyTimes {
  /** Until its first request was at the ERP. */
  readonly deliveredMs: Percentiles
  /** Until its invoice was at the shop: nine hops on. */
  readonly invoicedMs: Percentiles
  /** The same and the 202, for each tenth of the run. */
  readonly tenths: readonly { readonly placedMs: Percentiles; readonly invoicedMs: Percentiles }[]
}

/** Of a time in milliseconds. */
export interface Percentiles {
  readonly p50: number
  readonly p99: number
}

/** The systems of the town. */
export const TOWN_SYSTEMS = ['erp', 'wms1', 'wms2', 'shop', 'carrier'] as const
export type TownSystem = (typeof TOWN_SYSTEMS)[number]

/** Percentiles of some times. */
export function percentiles(timesMs: readonly number[]): Percentiles {
  const sorted = timesMs.toSorted((a, b) => a - b)
  const at = (share: number) =>
    Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0) * 10) / 10
  return { p50: at(0.5), p99: at(0.99) }
}
