/** Relayed documents as people list them: read in the database, page by page. */
import type { Row } from '../store/contract.ts'
import { loadRelayed, type RelayedStanding, type RelayedState } from './relayed-state.ts'

/** Which documents of a partner are asked for. */
export interface RelayedQuery {
  readonly direction?: 'in' | 'out'
  readonly document?: string
  readonly state?: RelayedStanding
  /** The last one of the page before. */
  readonly after?: RelayedPlace
  readonly limit: number
}

/** Where a document stands in the list: the latest first. */
export interface RelayedPlace {
  readonly at: number
  readonly subject: string
}

/** A document with its place in the list. */
export interface ListedDocument extends RelayedState {
  readonly subject: string
}

/** What systems and a partner exchanged. */
export interface RelayBook {
  list(tenant: string, partner: string, query: RelayedQuery): Promise<readonly ListedDocument[]>
}

/** Runs one statement and answers its rows. */
type Query = (text: string, values: readonly unknown[]) => Promise<readonly Record<string, unknown>[]>

const COLUMNS = ['tenant', 'partner', 'direction', 'document', 'key', 'standing', 'at', 'changed_at', 'more'] as const

/** Documents from PostgreSQL, which keeps them in the order of the list. */
export function relayedFromPostgres(query: Query): RelayBook {
  return {
    list: async (tenant, partner, { direction, document, state, after, limit }) => {
      const rows = await query(
        `select subject, ${COLUMNS.join(', ')} from relayed_document
          where tenant = $1 and partner = $2
            and ($3::text is null or direction = $3) and ($4::text is null or document = $4)
            and ($5::text is null or standing = $5) and ($6::int8 is null or (at, subject) < ($6, $7))
          order by at desc, subject desc limit $8`,
        [
          tenant,
          partner,
          direction ?? null,
          document ?? null,
          state ?? null,
          after?.at ?? null,
          after?.subject ?? null,
          limit,
        ],
      )
      return rows.map((row) => ({
        ...loadRelayed(COLUMNS.map((name) => row[name]) as Row),
        subject: String(row['subject']),
      }))
    },
  }
}
