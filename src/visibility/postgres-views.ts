/** The views in PostgreSQL. Each statement stands above the function that runs it; rows travel as sets. */

import { laneOfSubject } from '../lifecycle/subject.ts'
import type { ColumnType, Value } from '../store/contract.ts'
import { ArrayEncoder } from '../store/postgres/binary-array.ts'
import type { Database, Sql } from './database.ts'
import type { KpiBucket, KpiCount } from './kpis.ts'
import type { LaneReached } from './news.ts'
import type { OrderView, SearchKey } from './order-view.ts'
import type { KpiQuery, OrderPage, PendingGoodsIssue, StageLimit, Views, ViewWrites } from './views.ts'

const ROOM = 'visibility'

/** A column of a set of rows on its way into a statement. */
type Column<T> = readonly [name: string, type: ColumnType, of: (row: T) => Value]

const ORDER_COLUMNS: readonly Column<OrderView>[] = [
  ['lane', 'int2', (order) => order.lane],
  ['subject', 'text', (order) => order.subject],
  ['tenant', 'text', (order) => order.tenant],
  ['stage', 'text', (order) => order.stage],
  ['stage_since', 'int8', (order) => order.stageSince],
  ['customer', 'text', (order) => order.customer],
  ['customer_order', 'text', (order) => order.customerOrder],
  ['number', 'text', (order) => order.number],
  ['channel', 'text', (order) => order.channel],
  ['received_at', 'int8', (order) => order.receivedAt],
  ['accepted_at', 'int8', (order) => order.acceptedAt],
  ['released_at', 'int8', (order) => order.releasedAt],
  ['updated_at', 'int8', (order) => order.updatedAt],
  ['lines', 'int4', (order) => order.lines],
  ['open_lines', 'int4', (order) => order.openLines],
  ['backordered', 'int4', (order) => order.backordered],
  ['holds', 'text', (order) => order.holds],
  ['facilities', 'text', (order) => order.facilities],
  ['amount', 'text', (order) => order.amount],
  ['currency', 'text', (order) => order.currency],
  ['trouble', 'text', (order) => order.trouble],
  ['over', 'bool', (order) => order.over],
]

const KEY_COLUMNS: readonly Column<SearchKey>[] = [
  ['tenant', 'text', (key) => key.tenant],
  ['value', 'text', (key) => key.value],
  ['kind', 'text', (key) => key.kind],
  ['subject', 'text', (key) => key.subject],
]

const BUCKET_COLUMNS: readonly Column<KpiBucket>[] = [
  ['tenant', 'text', (bucket) => bucket.tenant],
  ['kpi', 'text', (bucket) => bucket.kpi],
  ['hour', 'int4', (bucket) => bucket.hour],
  ['facility', 'text', (bucket) => bucket.facility],
  ['channel', 'text', (bucket) => bucket.channel],
  ['bucket', 'int2', (bucket) => bucket.bucket],
  ['count', 'int8', (bucket) => bucket.count],
]

const COUNT_COLUMNS: readonly Column<KpiCount>[] = [
  ['tenant', 'text', (count) => count.tenant],
  ['name', 'text', (count) => count.name],
  ['hour', 'int4', (count) => count.hour],
  ['count', 'int8', (count) => count.count],
]

const ISSUE_COLUMNS: readonly Column<PendingGoodsIssue>[] = [
  ['lane', 'int2', (issue) => issue.lane],
  ['position', 'int8', (issue) => issue.position],
  ['subject', 'text', (issue) => issue.subject],
  ['shipment', 'text', (issue) => issue.shipment],
  ['facility', 'text', (issue) => issue.facility],
  ['channel', 'text', (issue) => issue.channel],
  ['dispatched_at', 'int8', (issue) => issue.dispatchedAt],
]

const insertOrders = inserting('order_view', ORDER_COLUMNS, upsertTail(ORDER_COLUMNS, 'lane, subject'))
const insertKeys = inserting('search_key', KEY_COLUMNS, 'on conflict do nothing')
const insertBuckets = inserting('kpi_bucket', BUCKET_COLUMNS, addingTail('kpi_bucket', BUCKET_COLUMNS))
const insertCounts = inserting('kpi_count', COUNT_COLUMNS, addingTail('kpi_count', COUNT_COLUMNS))
const insertIssues = inserting('goods_issue', ISSUE_COLUMNS, 'on conflict do nothing')

/** Our own members for the database's column names. */
const ORDER_FIELDS = `
  lane, subject, tenant, stage, stage_since as "stageSince", customer, customer_order as "customerOrder", number,
  channel, received_at as "receivedAt", accepted_at as "acceptedAt", released_at as "releasedAt",
  updated_at as "updatedAt", lines, open_lines as "openLines", backordered, holds, facilities, amount, currency,
  trouble, over`

const ISSUE_FIELDS = `lane, position, subject, shipment, facility, channel, dispatched_at as "dispatchedAt"`

export class PostgresViews implements Views {
  readonly #database: Database
  readonly #encoder = new ArrayEncoder()

  constructor(database: Database) {
    this.#database = database
  }

  async cursors() {
    const text = 'select lane, position from follower_cursor where room = $1'
    const rows = await this.#database.query<{ lane: number; position: number }>({ text, values: [ROOM] })
    return new Map(rows.map(({ lane, position }) => [lane, position]))
  }

  pendingGoodsIssues() {
    return this.#database.query<PendingGoodsIssue>({ text: `select ${ISSUE_FIELDS} from goods_issue` })
  }

  async orders(keys: readonly { readonly lane: number; readonly subject: string }[]) {
    if (keys.length === 0) return []
    const text = `
      select ${ORDER_FIELDS}
        from unnest($1::int2[], $2::text[]) as asked (l, s) join order_view on lane = l and subject = s`
    const values = [keys.map((key) => key.lane), keys.map((key) => key.subject)]
    const rows = await this.#database.query<OrderView>({ name: 'views-orders', text, values })
    const bySubject = new Map(rows.map((row) => [row.subject, row]))
    return keys.map((key) => bySubject.get(key.subject))
  }

  async commit(writes: ViewWrites) {
    try {
      await this.#database.transaction(async (query) => {
        await query({ name: 'views-lock', text: LOCK })
        const moved = await query<{ lane: number }>(moveCursors(writes.reached))
        if (moved.length !== writes.reached.length) throw new ReadElsewhere()
        this.#encoder.begin()
        for (const sql of this.#statements(writes)) await query(sql)
      })
      return true
    } catch (error) {
      if (error instanceof ReadElsewhere) return false
      throw error
    }
  }

  *#statements(writes: ViewWrites): Generator<Sql> {
    if (writes.orders.length > 0) yield insertOrders(this.#encoder, writes.orders)
    if (writes.keys.length > 0) yield insertKeys(this.#encoder, writes.keys)
    if (writes.buckets.length > 0) yield insertBuckets(this.#encoder, writes.buckets)
    if (writes.counts.length > 0) yield insertCounts(this.#encoder, writes.counts)
    if (writes.issued.length > 0) yield insertIssues(this.#encoder, writes.issued)
    if (writes.acknowledged.length > 0) yield forgetIssues(writes.acknowledged)
  }

  countByStage(tenant: string) {
    const text = 'select stage, count(*) as count from order_view where tenant = $1 group by stage order by stage'
    return this.#database.query<{ stage: string; count: number }>({ text, values: [tenant] })
  }

  page(tenant: string, { stage, after, limit }: OrderPage) {
    const readOn = after ? 'and (received_at, subject) < ($3, $4)' : ''
    const inStage = stage === undefined ? '' : `and stage = $${after ? 5 : 3}`
    const text = `
      select ${ORDER_FIELDS} from order_view
       where tenant = $1 ${readOn} ${inStage} order by received_at desc, subject desc limit $2`
    const place = after ? [after.receivedAt, after.subject] : []
    const values = [tenant, limit, ...place, ...(stage === undefined ? [] : [stage])]
    return this.#database.query<OrderView>({ text, values })
  }

  async find(tenant: string, value: string, limit: number) {
    const keys = await this.#database.query<SearchKey>({
      text: 'select tenant, kind, value, subject from search_key where tenant = $1 and value = $2 order by kind, subject limit $3',
      values: [tenant, value, limit],
    })
    const orders = await this.orders(keys.map((key) => ({ lane: laneOfSubject(key.subject), subject: key.subject })))
    return keys.flatMap((key, at) => {
      const order = orders[at]
      return order ? [{ ...key, order }] : []
    })
  }

  stuck(tenant: string, limits: readonly StageLimit[], limit: number) {
    const text = `
      select ${ORDER_FIELDS}
        from unnest($2::text[], $3::int8[]) as known (of_stage, before)
        join order_view on tenant = $1 and stage = of_stage and updated_at < before and not over
       order by updated_at, subject limit $4`
    const values = [tenant, limits.map((known) => known.stage), limits.map((known) => known.before), limit]
    return this.#database.query<OrderView>({ text, values })
  }

  unacknowledged(tenant: string, dispatchedBefore: number, limit: number) {
    const text = `
      select ${ISSUE_FIELDS} from goods_issue
       where split_part(subject, '/', 1) = $1 and dispatched_at < $2 order by dispatched_at limit $3`
    return this.#database.query<PendingGoodsIssue>({ text, values: [tenant, dispatchedBefore, limit] })
  }

  buckets(tenant: string, { fromHour, toHour, facility, channel }: KpiQuery) {
    const text = `
      select tenant, kpi, hour, facility, channel, bucket, count from kpi_bucket
       where tenant = $1 and hour between $2 and $3
         and facility = coalesce($4, facility) and channel = coalesce($5, channel)`
    const values = [tenant, fromHour, toHour, facility ?? null, channel ?? null]
    return this.#database.query<KpiBucket>({ text, values })
  }

  counts(tenant: string, { fromHour, toHour }: KpiQuery) {
    const text = 'select tenant, name, hour, count from kpi_count where tenant = $1 and hour between $2 and $3'
    return this.#database.query<KpiCount>({ text, values: [tenant, fromHour, toHour] })
  }
}

/** Another follower has read these lanes meanwhile: the whole round is given up. */
class ReadElsewhere extends Error {}

/** One follower writes at a time; two that read the same stretch are told apart by the cursors. */
const LOCK = `select pg_advisory_xact_lock(hashtext('crossdock follower ${ROOM}'))`

/** Cursors move only from where we read on; a lane that is missing in the answer was read by another follower. */
const MOVE_CURSORS = `
  insert into follower_cursor (room, lane, position)
  select '${ROOM}', lane, upto from unnest($1::int2[], $2::int8[], $3::int8[]) as stretch (lane, after, upto)
   where after = coalesce((select position from follower_cursor known
                            where known.room = '${ROOM}' and known.lane = stretch.lane), 0)
      on conflict (room, lane) do update set position = excluded.position
  returning lane`

function moveCursors(reached: readonly LaneReached[]): Sql {
  const values = [reached.map((one) => one.lane), reached.map((one) => one.from), reached.map((one) => one.to)]
  return { name: 'views-cursors', text: MOVE_CURSORS, values }
}

function forgetIssues(issues: readonly PendingGoodsIssue[]): Sql {
  const text = `
    delete from goods_issue using unnest($1::int2[], $2::int8[]) as gone (l, p) where lane = l and position = p`
  return { text, values: [issues.map((issue) => issue.lane), issues.map((issue) => issue.position)] }
}

function inserting<T>(table: string, columns: readonly Column<T>[], tail: string) {
  const names = columns.map(([name]) => name).join(', ')
  const parameters = columns.map(([, type], at) => `$${at + 1}::${type}[]`).join(', ')
  const text = `insert into ${table} (${names}) select * from unnest(${parameters}) ${tail}`
  return (encoder: ArrayEncoder, rows: readonly T[]): Sql => ({
    name: `views-${table}`,
    text,
    values: columns.map(([, type, of]) => encoder.array(type, rows.length, (at) => of(rows[at] as T))),
  })
}

function upsertTail<T>(columns: readonly Column<T>[], key: string): string {
  return `on conflict (${key}) do update set ${columns.map(([name]) => `${name} = excluded.${name}`).join(', ')}`
}

/** Counts add up: what is there, and what this round found. */
function addingTail<T>(table: string, columns: readonly Column<T>[]): string {
  const key = columns.map(([name]) => name).filter((name) => name !== 'count')
  return `on conflict (${key.join(', ')}) do update set count = ${table}.count + excluded.count`
}
