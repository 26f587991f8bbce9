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
  /** Name of the key that was shown; absent for one that is not known, and for none. */
  readonly key?: string
  readonly code: string
  readonly status: number
  readonly traceId: string
}

/** Alike refusals of one minute. */
export interface RefusalRow extends Omit<RefusedAtDoor, 'tenant' | 'key'> {
  readonly tenant: string
  /** `''` for nobody that is known. */
  readonly key: string
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
 * const refusals = new Refusals('acme')
 * openGateway({ ...options, refused: (refusal) => refusals.note(refusal) })
 * await refusals.flush(query)
 */
export class Refusals {
  /** Whose doors they are: what nobody known was refused belongs to them. */
  readonly #tenant: string
  #rows = new Map<string, { row: RefusalRow; count: number }>()
  #minute = 0
  /** Rows begun in this minute, also those that are flushed. */
  #begun = 0

  constructor(tenant: string) {
    this.#tenant = tenant
  }

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
    const { method, route, code, status, traceId, tenant = this.#tenant, key = '' } = refusal
    const alike = [at, tenant, key, source, method, route, code].join('\u0000')
    const known = this.#rows.get(alike)
    if (known) {
      known.count += 1
      return true
    }
    if (this.#begun >= most) return false
    this.#begun += 1
    this.#rows.set(alike, {
      row: { at, tenant, key, source, method, route, code, status, traceId, count: 1 },
      count: 1,
    })
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
insert into refused_request (at, tenant, key, source, method, route, code, status, count, trace_id)
select * from unnest($1::int8[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::int2[], $9::int8[], $10::text[])
on conflict (tenant, at, key, source, method, route, code) do update set count = refused_request.count + excluded.count`

function columnsOf(entries: readonly { row: RefusalRow; count: number }[]): unknown[][] {
  const column = (value: (row: RefusalRow) => unknown) => entries.map(({ row }) => value(row))
  return [
    column(({ at }) => at),
    column(({ tenant }) => tenant),
    column(({ key }) => key),
    column(({ source }) => source),
    column(({ method }) => method),
    column(({ route }) => route),
    column(({ code }) => code),
    column(({ status }) => status),
    entries.map(({ count }) => count),
    column(({ traceId }) => traceId),
  ]
}
