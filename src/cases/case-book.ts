/** Cases as people list them. */
import { LANES } from '../base/ids.ts'
import { laneOfSubject } from '../lifecycle/subject.ts'
import type { Row, Store } from '../store/contract.ts'
import { type CaseState, caseTable, loadCase } from './case-state.ts'

export interface CaseQuery {
  /** Closed ones only with `false`. */
  readonly open: boolean
  readonly owner?: string
  readonly partner?: string
  readonly limit: number
}

export interface CaseBook {
  /** The oldest first. */
  list(tenant: string, query: CaseQuery): Promise<readonly CaseState[]>
  one(subject: string): Promise<CaseState | undefined>
}

/** Runs one statement and answers its rows. */
export type Query = (text: string, values: readonly unknown[]) => Promise<readonly Record<string, unknown>[]>

/** Cases from PostgreSQL; open ones have an index of their own. */
export function casesFromPostgres(query: Query): CaseBook {
  const read = async (text: string, values: readonly unknown[]) =>
    (await query(text, values)).map((row) => loadCase(row['subject'] as string, columnsOf(row)))
  return {
    list: (tenant, { open, owner, partner, limit }) =>
      read(
        `select ${COLUMNS} from case_state
          where ${open ? 'open' : 'not open'} and split_part(subject, '/', 1) = $1
            and owner = coalesce($2, owner) and coalesce(partner, '') = coalesce($3, partner, '')
          order by opened_at limit $4`,
        [tenant, owner ?? null, partner ?? null, limit],
      ),
    one: async (subject) => {
      const text = `select ${COLUMNS} from case_state where lane = $1 and subject = $2`
      return (await read(text, [laneOfSubject(subject), subject]))[0]
    },
  }
}

const COLUMNS = 'subject, open, owner, partner, opened_at, members, body'

function columnsOf(row: Record<string, unknown>): Row {
  const { open, owner, partner, opened_at: openedAt, members, body } = row
  return [open, owner, partner, Number(openedAt), members, body] as Row
}

/** Cases through the store's port: for the model. */
export function casesFromStore(store: Pick<Store, 'loadLanes' | 'loadRows'>): CaseBook {
  const all = Array.from({ length: LANES }, (_, lane) => lane)
  return {
    list: async (tenant, { open, owner, partner, limit }) => {
      const rows = await store.loadLanes(caseTable, all)
      return rows
        .map((row) => loadCase(row[1] as string, row.slice(2)))
        .filter((one) => one.subject.startsWith(`${tenant}/`) && one.open === open)
        .filter((one) => (owner ?? one.owner) === one.owner && (partner ?? one.partner) === one.partner)
        .sort((a, b) => a.openedAt - b.openedAt)
        .slice(0, limit)
    },
    one: async (subject) => {
      const [row] = await store.loadRows(caseTable, [{ lane: laneOfSubject(subject), subject }])
      return row && loadCase(subject, row.slice(2))
    },
  }
}
