import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { migrate } from '../../src/store/postgres/migrate.ts'
import { ensurePartitions } from '../../src/store/postgres/partitions.ts'
import { openPostgresStore } from '../../src/store/postgres/store.ts'
import { testDatabase } from '../support/database.ts'
import { receipt, turn } from './turns.ts'

const SQL = fileURLToPath(new URL('../../sql/', import.meta.url))
const DAY_MS = 86_400_000

const database = testDatabase()
let folder: string
let files: string[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crossdock-migrate-'))
  files = (await readdir(SQL)).filter((file) => file.endsWith('.sql')).sort()
  for (const file of files) await copyFile(join(SQL, file), join(folder, file))
})
afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

const next = (name: string, beyond = 1) => `${String(files.length + beyond).padStart(4, '0')}-${name}.sql`

test('a database that is up to date is left alone', async () => {
  expect(await migrate({ url: database.url, folder })).toEqual({ applied: [] })
})

test('the same file with the line ends of another system is the same file', async () => {
  const first = join(folder, files[0] as string)
  await writeFile(first, (await readFile(first, 'utf8')).replaceAll('\n', '\r\n'))
  expect(await migrate({ url: database.url, folder })).toEqual({ applied: [] })
})

test('an old file that was changed is refused', async () => {
  await writeFile(join(folder, files[0] as string), 'select 1')
  await expect(migrate({ url: database.url, folder })).rejects.toMatchObject({ code: 'XD_STORE_MIGRATION_CHANGED' })
})

test('a missing number and a number given twice are refused', async () => {
  await writeFile(join(folder, next('hole', 2)), 'select 1')
  await expect(migrate({ url: database.url, folder })).rejects.toMatchObject({ code: 'XD_STORE_MIGRATION_GAP' })
  await rm(join(folder, next('hole', 2)))
  await writeFile(join(folder, `${(files.at(-1) as string).slice(0, 4)}-zz-again.sql`), 'select 1')
  await expect(migrate({ url: database.url, folder })).rejects.toMatchObject({ code: 'XD_STORE_MIGRATION_GAP' })
})

test('a file that fails leaves nothing behind and can be applied when it is mended', async () => {
  const file = join(folder, next('broken'))
  await writeFile(file, 'create table half (a int); select * from nowhere')
  await expect(migrate({ url: database.url, folder })).rejects.toMatchObject({
    code: 'XD_STORE_MIGRATION_FAILED',
    message: expect.stringContaining('nowhere'),
  })
  expect(await database.query(`select to_regclass('half') as half`)).toEqual([{ half: null }])

  await writeFile(file, 'create table half (a int)')
  expect(await migrate({ url: database.url, folder })).toEqual({ applied: [next('broken')] })
  await database.query('drop table half')
  await database.query('delete from migration where number = $1', [files.length + 1])
})

test('three instances that start at once apply a new file once', async () => {
  await writeFile(join(folder, next('once')), 'create table once (a int); select pg_sleep(0.2)')
  const runs = await Promise.all([1, 2, 3].map(() => migrate({ url: database.url, folder })))
  expect(runs.flatMap((run) => run.applied)).toEqual([next('once')])
  await database.query('drop table once')
  await database.query('delete from migration where number = $1', [files.length + 1])
})

test('a database written by a newer release is refused', async () => {
  await database.query('insert into migration (number, file, checksum) values (9999, $1, $1)', ['from the future'])
  await expect(migrate({ url: database.url, folder })).rejects.toMatchObject({ code: 'XD_STORE_MIGRATION_NEWER' })
  await database.query('delete from migration where number = 9999')
})

test('partitions of the days ahead are made once, also when instances do it at the same moment', async () => {
  const [before] = await partitions()
  const day = (before?.last as number) + 2
  const ranges = await Promise.all([1, 2, 3].map(() => withClient((client) => ensurePartitions(client, day))))
  expect(ranges.map((range) => range.last)).toEqual([day + 3, day + 3, day + 3])
  expect(await partitions()).toEqual([
    { table: 'journal', first: before?.first, last: day + 3 },
    { table: 'receipt', first: before?.first, last: day + 3 },
  ])
})

test('the server cleans up after a day once that is over', async () => {
  const [range] = await partitions()
  const today = (range?.last as number) - 3
  const cleaned = await database.query<{ day: number }>(`
    select (regexp_match(pg_get_expr(slice.relpartbound, slice.oid), 'FROM \\((\\d+)\\)'))[1]::int4 as day
      from pg_inherits join pg_class slice on slice.oid = inhrelid join pg_class toast on toast.oid = slice.reltoastrelid
     where slice.relkind = 'r' and slice.reloptions is null and toast.reloptions is null order by 1`)
  const over = Array.from({ length: today - (range?.first as number) }, (_, at) => (range?.first as number) + at)
  expect(cleaned.map(({ day }) => day)).toEqual(over.flatMap((day) => [day, day]))
  expect(over.length).toBeGreaterThan(1)
})

test("an entry's day never goes back inside a lane and never runs ahead of a partition", async () => {
  const range = (await partitions())[0] as { first: number; last: number }
  const store = await openPostgresStore({ url: database.url })
  const [lane] = await store.takeLanes('us', [{ lane: 9, epoch: 0 }])
  const days = [range.first + 1, range.first, range.last + 400, range.first - 400]
  for (const [nth, day] of days.entries()) {
    await store.commit(
      turn(
        { ...lane!, head: nth },
        { entries: ['a'], at: day * DAY_MS, receipts: [{ ...receipt(`d${nth}`), at: day * DAY_MS }] },
      ),
    )
  }
  await store.close()
  const rows = await database.query<{ day: number }>('select day from journal where lane = 9 order by position')
  expect(rows.map((row) => row.day)).toEqual([range.first + 1, range.first + 1, range.last, range.last])
  expect(await database.query('select id from receipt order by id')).toHaveLength(4)
})

async function partitions() {
  return database.query<{ table: string; first: number; last: number }>(`
    select parent.relname as table,
           min((regexp_match(pg_get_expr(slice.relpartbound, slice.oid), 'FROM \\((\\d+)\\)'))[1]::int4) as first,
           max((regexp_match(pg_get_expr(slice.relpartbound, slice.oid), 'TO \\((\\d+)\\)'))[1]::int4 - 1) as last
      from pg_inherits join pg_class slice on slice.oid = inhrelid join pg_class parent on parent.oid = inhparent
     where parent.relkind = 'p' group by 1 order by 1`)
}

async function withClient<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
