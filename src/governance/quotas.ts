/** How much a sender may send, whatever the hub has to do: so many a second, and so many at once after a pause. */
export interface Quota {
  readonly perSecond: number
  /** Default: what comes in one second. */
  readonly burst?: number
}

interface Bucket {
  readonly perMs: number
  readonly burst: number
  tokens: number
  at: number
}

/**
 * Token buckets of the senders that have a quota, by the name of their key or of the system it was made for.
 *
 * @example
 * const quotas = new Quotas({ 'web-store': { perSecond: 50 } }, () => performance.now())
 * if (quotas.spent('web-store') === 0) quotas.take('web-store')
 */
export class Quotas {
  readonly #buckets = new Map<string, Bucket>()
  readonly #now: () => number

  constructor(quotas: Readonly<Record<string, Quota>>, now: () => number) {
    this.#now = now
    for (const [name, { perSecond, burst = perSecond }] of Object.entries(quotas)) {
      const most = Math.max(1, burst)
      this.#buckets.set(name, { perMs: perSecond / 1_000, burst: most, tokens: most, at: now() })
    }
  }

  /** Milliseconds until this sender may send again; 0: now. */
  spent(name: string): number {
    const bucket = this.#filled(name)
    if (!bucket || bucket.tokens >= 1) return 0
    return Math.ceil((1 - bucket.tokens) / bucket.perMs)
  }

  /** Counts one that was let in. */
  take(name: string): void {
    const bucket = this.#filled(name)
    if (bucket) bucket.tokens -= 1
  }

  #filled(name: string): Bucket | undefined {
    const bucket = this.#buckets.get(name)
    if (!bucket) return undefined
    const now = this.#now()
    bucket.tokens = Math.min(bucket.burst, bucket.tokens + (now - bucket.at) * bucket.perMs)
    bucket.at = now
    return bucket
  }
}
