/** Arrivals as people look for them: those of a sender that were refused, or were here before. Read in the database. */

/** What was thought of an arrival that was not simply accepted. */
export type ArrivalVerdict = 'quarantined' | 'repeat'

/** Which arrivals of a sender are asked for. */
export interface ArrivalQuery {
  readonly verdict?: ArrivalVerdict
  /** The last one of the page before. */
  readonly after?: ArrivalPlace
  readonly limit: number
}

/** Where an arrival stands in the list: the latest first. */
export interface ArrivalPlace {
  readonly at: number
  readonly id: string
}

/** An arrival with its place in the list. */
export interface ListedArrival extends ArrivalPlace {
  readonly channel: string
  readonly verdict: ArrivalVerdict
  /** How large it was; of a repeat no bytes are kept. */
  readonly bytes: number
  /** The day its receipt was filed under, days since 1970: what it brought was recorded on it, or on the next. */
  readonly day: number
}

/** What was refused, or came again. */
export interface ArrivalBook {
  list(tenant: string, sender: string, query: ArrivalQuery): Promise<readonly ListedArrival[]>
}

/** Runs one statement and answers its rows. */
type Query = (text: string, values: readonly unknown[]) => Promise<readonly Record<string, unknown>[]>

/** Arrivals from PostgreSQL, which keeps those that were not accepted in the order of the list. */
export function arrivalsFromPostgres(query: Query): ArrivalBook {
  return {
    list: async (tenant, sender, { verdict, after, limit }) => {
      const rows = await query(
        `select day, id, channel, at, verdict, octet_length(bytes) as bytes from receipt
          where tenant = $1 and sender = $2 and verdict <> 'accepted'
            and ($3::text is null or verdict = $3) and ($4::int8 is null or (at, id) < ($4, $5))
          order by at desc, id desc limit $6`,
        [tenant, sender, verdict ?? null, after?.at ?? null, after?.id ?? null, limit],
      )
      return rows.map(({ id, channel, at, verdict: thought, bytes, day }) => ({
        id: String(id),
        channel: String(channel),
        at: Number(at),
        verdict: thought as ArrivalVerdict,
        bytes: Number(bytes),
        day: Number(day),
      }))
    },
  }
}
