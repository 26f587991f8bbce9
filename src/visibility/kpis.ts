/** Durations as histograms: small rows that add up over hours, facilities and channels. */

/** The durations that are kept. */
export type KpiName = 'releaseLatency' | 'shipmentConfirmationLag'

/** One measured duration. */
export interface KpiSample {
  readonly tenant: string
  readonly kpi: KpiName
  readonly facility: string
  readonly channel: string
  /** When it ended, and how long it was; milliseconds. */
  readonly at: number
  readonly durationMs: number
}

/** So many durations of one size in one hour. */
export interface KpiBucket {
  readonly tenant: string
  readonly kpi: string
  /** Hours since 1970. */
  readonly hour: number
  readonly facility: string
  readonly channel: string
  readonly bucket: number
  readonly count: number
}

/** So many facts of one kind in one hour. */
export interface KpiCount {
  readonly tenant: string
  readonly name: string
  readonly hour: number
  readonly count: number
}

const HOUR_MS = 3_600_000
const STEPS_PER_DOUBLING = 8

export function hourOf(atMs: number): number {
  return Math.floor(atMs / HOUR_MS)
}

/** The bucket of a duration: eight for each doubling, so that a figure read back is within 5 % of the truth. */
export function bucketOf(durationMs: number): number {
  return durationMs < 1 ? 0 : Math.floor(Math.log2(durationMs) * STEPS_PER_DOUBLING)
}

/** The middle of a bucket, milliseconds. */
export function middleOf(bucket: number): number {
  return Math.round(2 ** ((bucket + 0.5) / STEPS_PER_DOUBLING))
}

/** Samples added up into buckets. */
export function bucketsOf(samples: readonly KpiSample[]): KpiBucket[] {
  const buckets = new Map<string, KpiBucket>()
  for (const { tenant, kpi, facility, channel, at, durationMs } of samples) {
    const hour = hourOf(at)
    const bucket = bucketOf(durationMs)
    const key = [tenant, kpi, hour, facility, channel, bucket].join('\u0000')
    const count = (buckets.get(key)?.count ?? 0) + 1
    buckets.set(key, { tenant, kpi, hour, facility, channel, bucket, count })
  }
  return [...buckets.values()]
}

/** What people read. */
export interface KpiFigures {
  readonly count: number
  readonly medianMs: number | null
  readonly p90Ms: number | null
  readonly p99Ms: number | null
  /** Share of durations that kept the target, 0 to 1; absent without a target. */
  readonly withinTarget?: number
}

/** Median, p90, p99, count and the share within a target, from buckets of one KPI. */
export function figuresOf(buckets: readonly Pick<KpiBucket, 'bucket' | 'count'>[], targetMs?: number): KpiFigures {
  const sorted = [...buckets].sort((a, b) => a.bucket - b.bucket)
  const count = sorted.reduce((sum, bucket) => sum + bucket.count, 0)
  const figures = {
    count,
    medianMs: quantile(sorted, count, 0.5),
    p90Ms: quantile(sorted, count, 0.9),
    p99Ms: quantile(sorted, count, 0.99),
  }
  if (targetMs === undefined || count === 0) return figures
  const kept = sorted.filter((bucket) => middleOf(bucket.bucket) <= targetMs)
  return { ...figures, withinTarget: kept.reduce((sum, bucket) => sum + bucket.count, 0) / count }
}

function quantile(sorted: readonly Pick<KpiBucket, 'bucket' | 'count'>[], count: number, share: number): number | null {
  let left = Math.ceil(count * share)
  for (const bucket of sorted) {
    left -= bucket.count
    if (left <= 0) return middleOf(bucket.bucket)
  }
  return null
}
