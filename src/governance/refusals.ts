import type { Query } from './postgres-key-store.ts'

/** One request that was refused at the door. Never its body, never a key. */
export interface RefusedAtDoor {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly method: string
  /** The route's path with its placeholders; '' where there is none. */
  readonly route: string
  /** Network address of the sender. */
  readonly source: string
  readonly tenant?: string
  readonly code: string
  readonly status: number
  readonly traceId: string
}

/** Alike refusals of one minute. */
export interface RefusalRow extends Omit<RefusedAtDoor, 'status' | 'tenant'> {
  readonly tenant: string
  readonly count: number
}

const MINUTE_MS = 60_000
/** Rows a minute that are told apart; beyond them sources are counted together, so a flood cannot fill the disk. */
const MOST_ROWS = 500
const OTHERS = 'others'

/**
 * Keeps count of what was refused at the door. Noting costs a look-up in memory; the rows are written when the hub
 * flushes, every few seconds and when it closes.
 *
 * @example
 * const refusals = new Refusals()
 * openGateway({ ...options, refused: (refusal) => refusals.note(refusal) })
 * await refusals.flush(query)
 */
export class Refusals {
  #rows = new Map<string, { row: RefusalRow; count: number }>()
  #minute = 0
  /** Rows begun in this minute, also those that are flushed. */
  #begun = 0

  note(refusal: RefusedAtDoor): void {
    const minute = refusal.at - (refusal.at % MINUTE_MS)
    if (minute > this.#minute) {
      this.#minute = minute
      this.#begun = 0
    }
    if (this.#add(minute, refusal, refusal.source, MOST_ROWS)) return
    this.#add(minute, refusal, OTHERS, Number.POSITIVE_INFINITY)
  }

  /** What was noted and not yet flushed. */
  rows(): RefusalRow[] {
    return [...this.#rows.values()].map(({ row, count }) => ({ ...row, count }))
  }

  /** Writes what was noted; what could not be written is kept for the next time, and the error goes to the caller. */
  async flush(query: Query): Promise<void> {
    const taken = this.#rows
    if (taken.size === 0) return
    this.#rows = new Map()
    try {
      await query(INSERT, columnsOf([...taken.values()]))
    } catch (error) {
      this.#putBack(taken)
      throw error
    }
  }

  #add(at: number, refusal: RefusedAtDoor, source: string, most: number): boolean {
    const { method, route, code, traceId, tenant = '' } = refusal
    const key = [at, tenant, source, method, route, code].join('\u0000')
    const known = this.#rows.get(key)
    if (known) {
      known.count += 1
      return true
    }
    if (this.#begun >= most) return false
    this.#begun += 1
    this.#rows.set(key, { row: { at, tenant, source, method, route, code, traceId, count: 1 }, count: 1 })
    return true
  }

  #putBack(taken: Map<string, { row: RefusalRow; count: number }>): void {
    for (const [key, entry] of taken) {
      const newer = this.#rows.get(key)
      if (newer) newer.count += entry.count
      else this.#rows.set(key, entry)
    }
  }
}

const INSERT = `
insert into refusal (at, tenant, source, method, route, code, count, trace_id)
select * from unnest($1::int8[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::int8[], $8::text[])
on conflict (at, tenant, source, method, route, code) do update set count = refusal.count + excluded.count`

function columnsOf(entries: readonly { row: RefusalRow; count: number }[]): unknown[][] {
  const column = (value: (row: RefusalRow) => unknown) => entries.map(({ row }) => value(row))
  return [
    column(({ at }) => at),
    column(({ tenant }) => tenant),
    column(({ source }) => source),
    column(({ method }) => method),
    column(({ route }) => route),
    column(({ code }) => code),
    entries.map(({ count }) => count),
    column(({ traceId }) => traceId),
  ]
}
