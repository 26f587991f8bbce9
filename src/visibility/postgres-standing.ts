import type { OrderFacts } from '../lifecycle/events.ts'
import { loadOrder } from '../lifecycle/order-state.ts'
import { ArrayEncoder } from '../store/postgres/binary-array.ts'
import type { Database } from './database.ts'
import { type Before, mayChangeValue } from './order-view.ts'
import type { StandingOf } from './standing.ts'

interface StandingRow extends Before {
  readonly subject: string
  readonly state: Buffer
  readonly position: number
  readonly customer: string
  readonly customerOrder: string
  readonly channel: string
  readonly receivedAt: number
  readonly orderUpdatedAt: number
  readonly facts: Buffer | null
}

const STANDING = `
  select o.subject, o.state, o.position, o.customer, o.customer_order as "customerOrder", o.channel,
         o.received_at as "receivedAt", o.updated_at as "orderUpdatedAt", f.facts,
         v.stage, v.stage_since as "stageSince", v.accepted_at as "acceptedAt", v.released_at as "releasedAt",
         v.updated_at as "updatedAt", v.amount, v.currency, v.trouble
    from unnest($1::int2[], $2::text[], $3::bool[]) as asked (lane, subject, valued)
    join order_state o on o.lane = asked.lane and o.subject = asked.subject
    left join order_view v on v.lane = asked.lane and v.subject = asked.subject
    left join order_facts f on asked.valued and f.lane = asked.lane and f.subject = asked.subject`

/** Looks orders up with one statement: their rows, their facts where needed, and what was shown before. */
export function standingFromPostgres(database: Database): StandingOf {
  const encoder = new ArrayEncoder()
  return async (news) => {
    if (news.length === 0) return []
    encoder.begin()
    const values = [
      encoder.array('int2', news.length, (at) => news[at]?.lane),
      encoder.array('text', news.length, (at) => news[at]?.subject),
      encoder.array('bool', news.length, (at) => news[at] && mayChangeValue(news[at])),
    ].map((array) => Buffer.from(array))
    const rows = await database.query<StandingRow>({ name: 'follow-standing', text: STANDING, values })
    const bySubject = new Map(rows.map((row) => [row.subject, row]))
    return news.map(({ subject }) => {
      const row = bySubject.get(subject)
      return row && standingOf(row)
    })
  }
}

function standingOf(row: StandingRow) {
  const { subject, state, position, customer, customerOrder, channel, receivedAt, orderUpdatedAt, facts } = row
  const columns = [state, position, '', customer, customerOrder, channel, receivedAt, orderUpdatedAt, 0]
  return {
    order: loadOrder(subject, columns),
    facts: facts === null ? undefined : (JSON.parse(facts.toString()) as OrderFacts),
    before: row.stage === null ? undefined : row,
  }
}
