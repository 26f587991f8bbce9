import type { ClientBase } from 'pg'

/** Tables that are sliced by day; their partitions are made ahead. */
const SLICED = ['journal', 'receipt']
const DAYS_BACK = 1
const DAYS_AHEAD = 3
const PARTITION_LOCK = 7_227_100_002

/**
 * A day's rows are only ever added while it lasts. Left to itself the server would look through them every minute, and
 * mark and log each page a second time: at a hundred orders a second a fourth of all it did. What a day needs is done
 * once, when it is over ({@link tidyPast}).
 */
const WHILE_IT_LASTS = {
  autovacuum_vacuum_insert_threshold: -1,
  'toast.autovacuum_vacuum_insert_threshold': -1,
  autovacuum_analyze_scale_factor: 1,
}
const OF_THE_DAY = 'autovacuum_vacuum_insert_threshold=-1'

/** The first and last day (days since 1970) for which every sliced table has a partition, without a hole. */
export interface PartitionRange {
  readonly first: number
  readonly last: number
}

/**
 * Sees to it that yesterday, today and the next three days have partitions, and answers the days that exist.
 * Attaching takes a weak lock, so turns go on meanwhile; an advisory lock keeps two instances from doing it at once.
 */
export async function ensurePartitions(client: ClientBase, today: number): Promise<PartitionRange> {
  const range = await readPartitions(client)
  if (range && range.last >= today + DAYS_AHEAD) return range
  await client.query('begin')
  try {
    await client.query('select pg_advisory_xact_lock($1::int8)', [PARTITION_LOCK])
    const existing = await readPartitions(client) // another instance may have been first
    const from = existing ? existing.last + 1 : today - DAYS_BACK
    for (let day = from; day <= today + DAYS_AHEAD; day += 1) {
      for (const table of SLICED) await client.query(createPartition(table, day))
    }
    await tidyPast(client, today)
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    throw error
  }
  return (await readPartitions(client)) as PartitionRange
}

/** Makes the partitions of days that lie before those that exist, for rows that come from a backup. Inside a transaction. */
export async function addPartitions(client: ClientBase, { first, last }: PartitionRange): Promise<void> {
  await client.query('select pg_advisory_xact_lock($1::int8)', [PARTITION_LOCK])
  const existing = await readPartitions(client)
  for (let day = first; day <= last; day += 1) {
    if (existing && day >= existing.first && day <= existing.last) continue
    for (const table of SLICED) await client.query(createPartition(table, day))
  }
}

/** From now on the server's own cleaning takes the days before this one as it takes any table. */
async function tidyPast(client: ClientBase, today: number): Promise<void> {
  const { rows } = await client.query(READ_OPEN_DAYS, [SLICED, OF_THE_DAY, today])
  for (const { name } of rows as { name: string }[])
    await client.query(`alter table ${name} reset (${Object.keys(WHILE_IT_LASTS).join(', ')})`)
}

function createPartition(table: string, day: number): string {
  const date = new Date(day * 86_400_000).toISOString().slice(0, 10).replaceAll('-', '_')
  const name = `${table}_${date}`
  const options = Object.entries(WHILE_IT_LASTS).map(([option, value]) => `${option} = ${value}`)
  return `
    create table ${name} (like ${table} including all) with (${options.join(', ')});
    alter table ${table} attach partition ${name} for values from (${day}) to (${day + 1});`
}

/** The days that exist; undefined on a database without partitions. */
export async function readPartitions(client: ClientBase): Promise<PartitionRange | undefined> {
  const { rows } = await client.query(READ_PARTITIONS, [SLICED])
  const row = rows[0] as { first: number | null; last: number | null } | undefined
  if (!row || row.first === null || row.last === null) return undefined
  return { first: row.first, last: row.last }
}

/** Bounds are read, not names: a day may have been merged into its month. */
const BOUNDS = `
    select parent.relname as parent, slice.oid::regclass::text as name, slice.reloptions as options,
           (regexp_match(pg_get_expr(slice.relpartbound, slice.oid), 'FROM \\((\\d+)\\)'))[1]::int4 as first,
           (regexp_match(pg_get_expr(slice.relpartbound, slice.oid), 'TO \\((\\d+)\\)'))[1]::int4 - 1 as last
      from pg_inherits
      join pg_class slice on slice.oid = inhrelid
      join pg_class parent on parent.oid = inhparent
     where parent.relname = any ($1::text[]) and parent.relnamespace = current_schema()::regnamespace
       and parent.relkind = 'p'`

const READ_OPEN_DAYS = `
  with bound as (${BOUNDS})
  select name from bound where $2 = any(options) and last < $3`

const READ_PARTITIONS = `
  with bound as (${BOUNDS}
  ), sliced as (
    select parent, min(first) as first, max(last) as last from bound group by parent
  )
  select case when count(*) = cardinality($1::text[]) then max(first) end as first,
         case when count(*) = cardinality($1::text[]) then min(last) end as last
    from sliced`
