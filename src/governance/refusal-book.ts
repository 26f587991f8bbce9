/** Requests that were refused at the door, as people look at them: folded by who asked and why. Read in the database. */

/** Which refusals are asked for. */
export interface RefusalQuery {
  /** Those of this time on, milliseconds since 1970. */
  readonly sinceMs: number
  /** Name of the key; `''` for those without one that is known. */
  readonly key?: string
  readonly source?: string
  readonly code?: string
  readonly status?: number
  readonly limit: number
}

/** Refusals of one sender for one reason. */
export interface FoldedRefusal {
  /** Name of the key; `''` where none that is known was shown. */
  readonly key: string
  /** Network address; `others` for many of one flood. */
  readonly source: string
  readonly code: string
  readonly status: number
  readonly count: number
  /** The minute of the first and of the last, milliseconds since 1970. */
  readonly firstAt: number
  readonly lastAt: number
  /** Some of the doors: `POST /v1/orders`. */
  readonly doors: readonly string[]
  /** The trace of one of the last. */
  readonly traceId: string
}

/** What was refused at the doors of a tenant. */
export interface RefusalBook {
  /** The latest first. */
  list(tenant: string, query: RefusalQuery): Promise<readonly FoldedRefusal[]>
}

/** Runs one statement and answers its rows. */
type Query = (text: string, values: readonly unknown[]) => Promise<readonly Record<string, unknown>[]>

/** Refusals from PostgreSQL. */
export function refusalsFromPostgres(query: Query): RefusalBook {
  return {
    list: async (tenant, { sinceMs, key, source, code, status, limit }) => {
      const rows = await query(FOLD, [
        tenant,
        sinceMs,
        key ?? null,
        source ?? null,
        code ?? null,
        status ?? null,
        limit,
      ])
      return rows.map((row) => ({
        key: String(row['key']),
        source: String(row['source']),
        code: String(row['code']),
        status: Number(row['status']),
        count: Number(row['count']),
        firstAt: Number(row['first_at']),
        lastAt: Number(row['last_at']),
        doors: row['doors'] as string[],
        traceId: String(row['trace_id']),
      }))
    },
  }
}

const FOLD = `
select key, source, code, status, sum(count) as count, min(at) as first_at, max(at) as last_at,
       (array_agg(distinct trim(method || ' ' || route)))[1:5] as doors,
       (array_agg(trace_id order by at desc))[1] as trace_id
  from refused_request
 where tenant = $1 and at >= $2 and ($3::text is null or key = $3) and ($4::text is null or source = $4)
   and ($5::text is null or code = $5) and ($6::int2 is null or status = $6)
 group by key, source, code, status
 order by last_at desc, count desc, key, source, code limit $7`

/** So long refusals are kept. */
const KEPT_MS = 90 * 86_400_000

/** Forgets refusals of a tenant that are older than three months. */
export async function sweepRefusals(query: Query, tenant: string, now: number): Promise<void> {
  await query('delete from refused_request where tenant = $1 and at < $2', [tenant, now - KEPT_MS])
}
