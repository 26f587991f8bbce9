import { decodeEvent } from '../journal/encode.ts'
import { type EventType, eventCodes } from '../lifecycle/events.ts'
import type { Store } from '../store/contract.ts'
import type { Database } from './database.ts'
import {
  GOODS_ISSUE,
  LAST_MASKED,
  type LaneReached,
  type NewsSource,
  NOTED,
  type OrderNews,
  OWED_CLOCKS,
} from './news.ts'

/**
 * News read by the database itself: one row for each order and hour of a stretch instead of thirty entries, and bodies only of
 * the entries whose content is shown. Every entry up to a lane's head is committed, so nothing is read past.
 */
export function newsFromPostgres(store: Pick<Store, 'lanes'>, database: Database): NewsSource {
  return {
    heads: () => store.lanes(),
    read: async (stretches) => {
      const values = boundsOf(stretches)
      const [orders, noted] = await Promise.all([
        database.query<OrderNews>({ name: 'follow-orders', text: ORDERS, values }),
        database.query<NotedRow>({ name: 'follow-noted', text: NOTED_ENTRIES, values }),
      ])
      return { reached: stretches, orders, noted: noted.map((row) => decodeEvent(row)) }
    },
  }
}

interface NotedRow {
  readonly lane: number
  readonly position: number
  readonly type: number
  readonly at: number
  readonly subject: string
  readonly body: Buffer
}

function boundsOf(stretches: readonly LaneReached[]): unknown[] {
  return [
    stretches.map((stretch) => stretch.lane),
    stretches.map((stretch) => stretch.from),
    stretches.map((stretch) => stretch.to),
  ]
}

const { 'order.accepted': ACCEPTED, 'order.released': RELEASED, 'pick.short': SHORT } = eventCodes
const { 'order.shipped': SHIPPED, 'order.invoiced': INVOICED, 'delivery.planned': PLANNED } = eventCodes
const LAST_DELIVERY = eventCodes['delivery.attempting']
const INPUT_KEPT = eventCodes['subject.input_kept']

const codesOf = (types: readonly EventType[]): string => types.map((type) => eventCodes[type]).join(', ')

const STRETCHES = `
  unnest($1::int2[], $2::int8[], $3::int8[]) as stretch (lane, after, upto)
  join journal on journal.lane = stretch.lane and position > stretch.after and position <= stretch.upto`

const ORDERS = `
  select journal.lane, subject, max(at) as at,
         bit_or(case when type <= ${LAST_MASKED} then 1::int8 << type else 0 end) as mask,
         bool_or(type not between ${PLANNED} and ${LAST_DELIVERY} and type <> ${INPUT_KEPT}) as progressed,
         min(at) filter (where type = ${ACCEPTED}) as "acceptedAt",
         min(at) filter (where type = ${RELEASED}) as "releasedAt",
         count(*) filter (where type = ${RELEASED}) as releases,
         count(*) filter (where type = ${SHORT}) as shorts,
         count(*) filter (where type = ${SHIPPED}) as shipments,
         count(*) filter (where type = ${INVOICED}) as invoices
    from ${STRETCHES}
   where split_part(subject, '/', 2) = 'order'
   group by journal.lane, subject, at / 3600000
   order by min(at)`

const NOTED_ENTRIES = `
  select journal.lane, position, type, at, subject, body
    from ${STRETCHES}
   where (split_part(subject, '/', 2) = 'order'
          and (type in (${codesOf(NOTED)})
               or (type = ${PLANNED} and position('"${GOODS_ISSUE}"'::bytea in body) > 0)))
      or (type in (${codesOf(OWED_CLOCKS)}) and split_part(subject, '/', 2) = 'document')
   order by journal.lane, position`
