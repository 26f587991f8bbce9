/** What passes between a bench and the process of its simulated systems. */
export type ToTown =
  | { readonly kind: 'open'; readonly hub: string; readonly tokens: Readonly<Record<string, string>> }
  | { readonly kind: 'go'; readonly orders: number; readonly inFlight: number }
  | { readonly kind: 'counts' }

/** What the process of the simulated systems says. */
export type FromTown =
  | { readonly kind: 'listening'; readonly urls: Readonly<Record<string, string>> }
  | { readonly kind: 'introduced' }
  | { readonly kind: 'done'; readonly placedMs: Percentiles; readonly endToEndMs: Percentiles }
  | { readonly kind: 'counts'; readonly counts: Readonly<Record<string, number>> }

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
