import { type Waiting, waitingOf, waitingTable } from '../delivery/waiting.ts'
import { laneOfSubject } from '../lifecycle/subject.ts'
import type { Row } from '../store/contract.ts'

type Query = (text: string, values: readonly unknown[]) => Promise<Record<string, unknown>[]>

const NAMES = [...waitingTable.key, ...waitingTable.columns].map((column) => column.name)
const COLUMNS = NAMES.join(', ')

const rowOf = (record: Record<string, unknown>): Row => NAMES.map((name) => numberOr(record[name])) as Row
/** int8 comes as text from the client; ours are below 2^53. */
const numberOr = (value: unknown): unknown =>
  typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value

/** Reads the waiting rows for people: by tenant, target and state, or those of one subject. */
export function waitingBook(query: Query) {
  return {
    list: async (
      tenant: string,
      asked: { readonly target?: string; readonly state?: string; readonly limit: number },
    ): Promise<Waiting[]> => {
      const rows = await query(
        `select ${COLUMNS} from waiting
          where subject like $1 and ($2::text is null or target = $2) and ($3::text is null or state = $3)
          order by planned_at limit $4`,
        [`${tenant}/%`, asked.target ?? null, asked.state ?? null, asked.limit],
      )
      return rows.map((row) => waitingOf(rowOf(row)))
    },
    of: async (subject: string): Promise<Waiting[]> => {
      const rows = await query(`select ${COLUMNS} from waiting where lane = $1 and subject = $2`, [
        laneOfSubject(subject),
        subject,
      ])
      return rows.map((row) => waitingOf(rowOf(row)))
    },
  }
}
