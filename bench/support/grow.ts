import pg from 'pg'
import { eventCodes } from '../../src/lifecycle/events.ts'
import { say } from './say.ts'

const ORDERS_PER_DAY = 50_000
const DAY_MS = 86_400_000

/** A table that grows with orders: how a copy's columns differ, and the key that is made again when it is full. */
interface Growing {
  readonly table: string
  readonly renamed: Readonly<Record<string, string>>
  readonly key: string
}

const renamedSubject = { subject: "subject || '-' || copy" }

const GROWING: readonly Growing[] = [
  { table: 'order_state', renamed: renamedSubject, key: 'lane, subject' },
  { table: 'order_facts', renamed: renamedSubject, key: 'lane, subject' },
  { table: 'shipment_state', renamed: renamedSubject, key: 'lane, subject' },
  { table: 'invoice_state', renamed: renamedSubject, key: 'lane, subject' },
  { table: 'order_view', renamed: renamedSubject, key: 'lane, subject' },
  {
    table: 'search_key',
    renamed: { ...renamedSubject, value: "value || '-' || copy" },
    key: 'tenant, value, kind, subject',
  },
  {
    table: 'key',
    renamed: { hash: "decode(md5(hash || int4send(copy::int4)), 'hex')", ref: "ref || '-' || copy" },
    key: 'hash, kind',
  },
]

/**
 * Fills a database with copies of the orders that were driven through it, set by set: their journal and receipts in
 * partitions of the days before, 50,000 orders a day and today's empty; their keys under random hashes; a mark for each
 * delivery; their rows and views under names of their own. Masters and stock stay as they are.
 *
 * @param driven how many orders came through the database
 * @param wanted how many it is to hold
 */
export async function grow(url: string, driven: number, wanted: number): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const copies = Math.ceil(wanted / driven)
  await client.query("set work_mem = '256MB'; set maintenance_work_mem = '1GB'")
  await client.query(TEMPLATES)
  for (const { table } of GROWING) await client.query(templateOf(table))
  const days = Math.max(1, Math.ceil(wanted / ORDERS_PER_DAY))
  for (let day = 0; day < days; day += 1) {
    const from = Math.floor((copies * day) / days) + 1
    const to = Math.floor((copies * (day + 1)) / days)
    await client.query(dayOfCopies(from, to, days + 1 - day))
    if (day % 5 === 4) say(`${Math.round((to / copies) * wanted).toLocaleString('en')} orders in the journal`)
  }
  for (const growing of GROWING) await client.query(copiesOf(growing, await columnsOf(client, growing.table), copies))
  const secondsPerCopy = Math.round((driven / ORDERS_PER_DAY) * (DAY_MS / 1_000))
  await client.query(MARKS, [copies, Math.floor(Date.now() / 1_000), secondsPerCopy])
  await client.query(HEADS, [copies])
  await client.query(CURSORS)
  await client.query('vacuum (analyze)')
  await client.end()
}

/** What is copied: all since the first order but the masters. Each lane's entries are numbered without gaps. */
const TEMPLATES = `
  create temp table since as select min(at) as at from journal where subject like '%/order/%';
  create temp table t_journal as
    select lane, row_number() over (partition by lane order by position) as n, type, subject, body
      from journal where at >= (select at from since) and split_part(subject, '/', 2) not like 'master%';
  create temp table t_heads as select lane, count(*) as entries from t_journal group by lane;
  create temp table t_receipt as select * from receipt where at >= (select at from since);
  truncate journal, receipt, mark;`

/** The originals go: the systems of the next drive number their reports and shipments from 1 again. */
const templateOf = (table: string): string => `
  create temp table t_${table} as
    select * from ${table} ${table === 'key' ? 'where at >= (select at from since)' : ''};
  truncate ${table};`

/** A day of copies: a partition each of journal and receipts, indexed and attached once it is full. */
function dayOfCopies(from: number, to: number, daysAgo: number): string {
  const day = Math.floor(Date.now() / DAY_MS) - daysAgo
  const name = new Date(day * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '_')
  const partition = (table: string, fill: string, indexes: string) => `
    create table ${table}_${name} (like ${table} including defaults including storage);
    ${fill}
    ${indexes}
    alter table ${table} attach partition ${table}_${name} for values from (${day}) to (${day + 1});`
  const journal = `
    insert into journal_${name} (day, lane, position, type, at, subject, body)
    select ${day}, lane, (copy - 1) * entries + n, type, ${day * DAY_MS} + copy, subject || '-' || copy, body
      from generate_series(${from}, ${to}) as copy cross join t_journal join t_heads using (lane);`
  const receipts = `
    insert into receipt_${name} (day, id, tenant, sender, channel, at, verdict, digest, bytes)
    select ${day}, id || '-' || copy, tenant, sender, channel, ${day * DAY_MS}, verdict, digest, bytes
      from generate_series(${from}, ${to}) as copy cross join t_receipt;`
  const journalIndexes = `
    alter table journal_${name} add primary key (lane, position, day);
    create index on journal_${name} (subject, position);`
  return `
    begin;
    ${partition('journal', journal, journalIndexes)}
    ${partition('receipt', receipts, `alter table receipt_${name} add primary key (id, day);`)}
    commit;`
}

async function columnsOf(client: pg.Client, table: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    'select attname as name from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped',
    [table],
  )
  return rows.map(({ name }) => name)
}

function copiesOf({ table, renamed, key }: Growing, columns: readonly string[], copies: number): string {
  return `
    begin;
    alter table ${table} drop constraint ${table}_pkey;
    insert into ${table} (${columns.join(', ')})
    select ${columns.map((column) => renamed[column] ?? column).join(', ')}
      from generate_series(1, ${copies}) as copy cross join t_${table};
    alter table ${table} add primary key (${key});
    commit;`
}

/** Twelve bytes for each request that was planned; a row for each copy, written when that was. */
const MARKS = `
  insert into mark (at, pack)
  select ($2::int8 - ($1::int4 - copy) * $3::int8) * 1000, string_agg(
           int2send(lane) || substring(int8send((copy - 1) * entries + n) from 3) || int4send($2::int4), ''::bytea)
    from generate_series(1, $1::int4) as copy cross join t_journal join t_heads using (lane)
   where type = ${eventCodes['delivery.planned']} group by copy`

const HEADS = `
  update lane set head = coalesce(entries, 0) * $1::int4, delivered = coalesce(entries, 0) * $1::int4
    from lane as every left join t_heads using (lane) where lane.lane = every.lane`

const CURSORS = `
  insert into follower_cursor (room, lane, position) select 'visibility', lane, head from lane
      on conflict (room, lane) do update set position = excluded.position`

/** The target that does not answer. */
export const MIRROR = 'mirror'

/** Requests that wait for a target that is down, in every lane, to be tried again in some hours. */
export async function fillWaiting(url: string, wanted: number): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(WAITING, [wanted, Date.now(), Date.now() + DAY_MS / 4, MIRROR])
  await client.query('update lane set head = head + $1, delivered = delivered + $1', [Math.ceil(wanted / 256) + 1])
  await client.query(CURSORS)
  await client.query('vacuum (analyze) waiting')
  await client.end()
}

const WAITING = `
  insert into waiting (lane, subject, position, target, verb, key, chain, args, digest, planned_at, attempts, next_at, state, reason)
  select n % 256, 'acme/order/o0-' || lpad(to_hex(n % 256), 2, '0') || '-0waiting-' || n, n / 256 + 1, $4, 'order.status',
         'o0-' || n || '/accepted', 'acme/order/o0-' || n, '{"status":"accepted"}', 'nKhLZX2h9wT0hI1qvC3b', $2::int8, 3,
         $3::int8 + n, 'waiting', 'mirror is not answering: answered 503'
    from generate_series(1, $1::int4) as n`
