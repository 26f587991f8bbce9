/** Cases and their members as people list them: read in the database, page by page. */
import type { Money } from '../base/money.ts'
import { laneOfSubject } from '../lifecycle/subject.ts'
import type { Row } from '../store/contract.ts'
import { type CaseState, loadCase } from './case-state.ts'
import {
  loadMember,
  type MemberStanding,
  type MemberState,
  memberKey,
  memberName,
  memberRange,
} from './member-state.ts'

export interface CaseQuery {
  /** Closed ones only with `false`. */
  readonly open: boolean
  readonly owner?: string
  readonly partner?: string
  readonly limit: number
}

/** Which members of a case are asked for. */
export interface MemberQuery {
  /** Absent: all. `left`: those that need somebody. */
  readonly standing?: MemberStanding | 'left'
  /** Those of these names. */
  readonly names?: readonly string[]
  /** Name of the member after which the page begins. */
  readonly after?: string
  readonly limit: number
}

/** A member with what it is called inside its case. */
export interface NamedMember extends MemberState {
  readonly name: string
}

/** What stands still because of a case. */
export interface AtRisk {
  readonly orders: number
  /** One sum for each currency: amounts of different currencies are never added. */
  readonly money: readonly Money[]
}

export interface CaseBook {
  /** The oldest first. */
  list(tenant: string, query: CaseQuery): Promise<readonly CaseState[]>
  one(subject: string): Promise<CaseState | undefined>
  /** Members of the case as it stands now, in the order of their names. */
  members(one: CaseState, query: MemberQuery): Promise<readonly NamedMember[]>
  atRisk(one: CaseState): Promise<AtRisk>
}

/** Runs one statement and answers its rows. */
export type Query = (text: string, values: readonly unknown[]) => Promise<readonly Record<string, unknown>[]>

const COLUMNS = 'subject, open, owner, partner, opened_at, members, body'
const MEMBER_COLUMNS = 'standing, life, about, about_lane, again, failure_lane, failure_position, at, detail'

/** Cases from PostgreSQL; open ones have an index of their own, members lie together by their key. */
export function casesFromPostgres(query: Query): CaseBook {
  const read = async (text: string, values: readonly unknown[]) =>
    (await query(text, values)).map((row) => loadCase(row['subject'] as string, columnsOf(row, COLUMNS)))
  const sums = new RememberedSums((one) => sumAtRisk(query, one))
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
    members: (one, asked) => readMembers(query, one, asked),
    atRisk: (one) => sums.of(one),
  }
}

async function readMembers(query: Query, one: CaseState, asked: MemberQuery): Promise<NamedMember[]> {
  const { standing, names, after, limit } = asked
  const [first, end] = memberRange(one.subject)
  const wanted = standing === 'left' ? ['open', 'returned'] : standing === undefined ? null : [standing]
  const rows = await query(
    `select subject, ${MEMBER_COLUMNS} from case_member
      where lane = $1 and subject > $2 and subject < $3 and case life when 0 then at >= $5 else life = $4 end
        and ($6::text[] is null or standing = any($6)) and ($8::text[] is null or subject = any($8))
      order by subject limit $7`,
    [
      laneOfSubject(one.subject),
      after === undefined ? first : memberKey(one.subject, after),
      end,
      one.life,
      one.openedAt,
      wanted,
      limit,
      names?.map((name) => memberKey(one.subject, name)) ?? null,
    ],
  )
  return rows.map((row) => {
    const key = row['subject'] as string
    return { ...loadMember(key, columnsOf(row, MEMBER_COLUMNS)), name: memberName(key) }
  })
}

/** The orders of the members that are left, and what they are worth: joined where they lie, never listed. */
async function sumAtRisk(query: Query, one: CaseState): Promise<AtRisk> {
  const rows = await query(
    `select o.currency, count(distinct m.about)::int as orders, sum(o.amount::numeric)::text as amount
       from case_member m join order_view o on o.lane = m.about_lane and o.subject = m.about
      where m.lane = $1 and m.subject > $2 and m.subject < $3 and case m.life when 0 then m.at >= $5 else m.life = $4 end
        and m.standing in ('open', 'returned')
      group by o.currency order by o.currency`,
    [laneOfSubject(one.subject), ...memberRange(one.subject), one.life, one.openedAt],
  )
  const orders = rows.reduce((sum, row) => sum + Number(row['orders']), 0)
  const money = rows.flatMap(({ currency, amount }) =>
    currency === null || amount === null ? [] : [{ amount: String(amount), currency: String(currency) }],
  )
  return { orders, money }
}

const MOST_REMEMBERED = 1_000
/** A sum over many members may be this far behind: a case of a million is not added up again for each new one. */
const NEAR = 0.02

/** Sums of cases that have hardly changed since they were added up. */
class RememberedSums {
  readonly #sum: (one: CaseState) => Promise<AtRisk>
  readonly #known = new Map<string, { readonly life: number; readonly left: number; readonly sum: Promise<AtRisk> }>()

  constructor(sum: (one: CaseState) => Promise<AtRisk>) {
    this.#sum = sum
  }

  of(one: CaseState): Promise<AtRisk> {
    if (one.left < 1_000) return this.#sum(one)
    const { subject, life, left } = one
    const known = this.#known.get(subject)
    if (known && known.life === life && Math.abs(known.left - left) <= left * NEAR) return known.sum
    const sum = this.#sum(one)
    this.#known.set(subject, { life, left, sum })
    sum.catch(() => this.#known.delete(subject)) // whoever asked hears it; the next one asks again
    const [oldest] = this.#known.keys()
    if (this.#known.size > MOST_REMEMBERED && oldest !== undefined) this.#known.delete(oldest)
    return sum
  }
}

/** The columns of a row in their order; int8 comes as text from the client, ours are below 2^53. */
function columnsOf(row: Record<string, unknown>, names: string): Row {
  const columns = names.split(', ').filter((name) => name !== 'subject')
  return columns.map((name) => (INT8.has(name) ? Number(row[name]) : row[name])) as Row
}

const INT8 = new Set(['opened_at', 'failure_position', 'at'])
