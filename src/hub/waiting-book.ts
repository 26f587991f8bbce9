import { type Waiting, waitingOf, waitingTable } from '../delivery/waiting.ts'
import { laneOfSubject } from '../lifecycle/subject.ts'
import type { Row } from '../store/contract.ts'

type Query = (text: string, values: readonly unknown[]) => Promise<Record<string, unknown>[]>

const NAMES = [...waitingTable.key, ...waitingTable.columns].map((column) => column.name)
const COLUMNS = NAMES.join(', ')

const rowOf = (record: Record<string, unknown>): Row => NAMES.map((name) => numberOr(name, record[name])) as Row
/** int8 comes as text from the client; ours are below 2^53. */
const numberOr = (name: string, value: unknown): unknown => (NUMBERS.has(name) ? Number(value) : value)
const NUMBERS = new Set(
  [...waitingTable.key, ...waitingTable.columns].filter(({ type }) => type.startsWith('int')).map(({ name }) => name),
)

/** Which waiting rows are asked for: a page of them, the oldest first. */
export interface WaitingQuery {
  readonly target?: string
  readonly state?: string
  readonly verb?: string
  /** The page begins behind this place. */
  readonly after?: readonly [plannedAt: number, lane: number, position: number]
  readonly limit: number
}

/** Reads the waiting rows for people: by tenant, target and state, or those of one subject. */
export interface WaitingBook {
  list(tenant: string, asked: WaitingQuery): Promise<Waiting[]>
  of(subject: string): Promise<Waiting[]>
  has(subject: string, position: number): Promise<boolean>
}

/** The book over PostgreSQL. */
export function waitingBook(query: Query): WaitingBook {
  return {
    list: async (tenant, { target, state, verb, after, limit }) => {
      const [plannedAt, lane, position] = after ?? [-1, -1, -1]
      const rows = await query(PAGE, [
        `${tenant}/`,
        target ?? null,
        state ?? null,
        verb ?? null,
        plannedAt,
        lane,
        position,
        limit,
      ])
      return rows.map((row) => waitingOf(rowOf(row)))
    },
    of: async (subject) => {
      const rows = await query(`select ${COLUMNS} from waiting where lane = $1 and subject = $2`, [
        laneOfSubject(subject),
        subject,
      ])
      return rows.map((row) => waitingOf(rowOf(row)))
    },
    has: async (subject, position) => {
      const lane = laneOfSubject(subject)
      const rows = await query('select 1 from waiting where lane = $1 and subject = $2 and position = $3', [
        lane,
        subject,
        position,
      ])
      return rows.length > 0
    },
  }
}

/**
 * A page costs the same on a million rows: the pairs of target and state that exist are found by skipping along the
 * index, each pair gives at most one page in its order, and the oldest of those are the page.
 */
const PAGE = `
  with recursive pair as (
    (select target, state from waiting order by target, state limit 1)
    union all
    select next.target, next.state from pair cross join lateral (
      select target, state from waiting w where (w.target, w.state) > (pair.target, pair.state)
       order by w.target, w.state limit 1) next
  )
  select ${NAMES.map((name) => `w.${name}`).join(', ')} from pair
   cross join lateral (
     select * from waiting w
      where w.target = pair.target and w.state = pair.state
        and (w.planned_at, w.lane, w.position) > ($5::int8, $6::int2, $7::int8)
        and starts_with(w.subject, $1) and ($4::text is null or w.verb = $4)
      order by w.planned_at, w.lane, w.position limit $8) w
   where ($2::text is null or pair.target = $2) and ($3::text is null or pair.state = $3)
   order by w.planned_at, w.lane, w.position limit $8`
