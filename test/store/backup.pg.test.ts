import { appendFile, chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { backup } from '../../src/store/postgres/backup.ts'
import { restoredFrom, settleRestore } from '../../src/store/postgres/installation.ts'
import { faultsOf, readManifest } from '../../src/store/postgres/manifest.ts'
import { migrate } from '../../src/store/postgres/migrate.ts'
import { restore } from '../../src/store/postgres/restore.ts'
import { queryOnce, testDatabase } from '../support/database.ts'

const database = testDatabase()
const made: string[] = []
let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crossdock-backup-'))
})
afterAll(async () => {
  for (const name of made) await database.query(`drop database if exists ${name} with (force)`)
  await rm(folder, { recursive: true, force: true })
})

/** A database with nothing in it at all. */
async function emptyDatabase(): Promise<string> {
  const name = `${database.name}_${made.length}`
  await database.query(`create database ${name} template template0`)
  made.push(name)
  const url = new URL(database.url)
  url.pathname = `/${name}`
  return url.href
}

/** Rows of all shapes: sliced by day, bytes of all values, null, arrays, long ones, many. */
async function fill(): Promise<void> {
  const [{ day }] = (await database.query(`select floor(extract(epoch from now()) / 86400)::int4 as day`)) as [
    { day: number },
  ]
  await database.query(
    `insert into journal select $1::int4 - (n % 2), n % 256, n / 256 + 1, 1, n, 'acme/order/' || n, decode(repeat(md5(n::text), 8), 'hex')
       from generate_series(1, 4000) n`,
    [day],
  )
  await database.query(`insert into receipt values ($1, 'r1', 'acme', 'shop', 'http', 1, 'accepted', $2, $3)`, [
    day,
    Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)),
    Buffer.alloc(700_000, 7),
  ])
  await database.query(`insert into mark (at, pack) select n, '\\x00ff' from generate_series(1, 5) n`)
  await database.query(
    `insert into api_key values ('\\x01', 'acme', 'n"a,me\\', null, array['a b', 'c,d', ''], 1, 'x', 9, null, null)`,
  )
  await database.query(
    `insert into waiting values (3, 'acme/order/1', 7, 'erp', 'order.post', 'k', 'c', '{}', 'd', 1, 4, 2, 'waiting', 'ü')`,
  )
  await database.query(`update lane set head = 16, owner = 'gone', epoch = 4`)
}

const CONTENT = `select count(*)::int4 as rows, coalesce(md5(string_agg(t::text, '|' order by t::text)), '') as sum from`
const TABLES = ['journal', 'receipt', 'mark', 'api_key', 'key', 'order_state']

test('what a backup wrote comes back row for row, in a new life of the installation', async () => {
  await fill()
  const to = join(folder, 'first')
  const manifest = await backup({ url: database.url, to })
  await database.query('delete from mark') // what happens later is not in it

  expect(manifest.tables.find(({ name }) => name === 'journal')).toMatchObject({ rows: 4_000 })
  expect(manifest.heads).toEqual(new Array(256).fill(16))
  expect((await stat(join(to, 'api_key.copy'))).mode & 0o777).toBe(0o600)
  expect((await stat(to)).mode & 0o777).toBe(0o700)
  expect(await faultsOf(to, await readManifest(to))).toEqual([])

  const url = await emptyDatabase()
  const result = await restore({ url, from: to, controlGap: 500 })
  expect(result).toMatchObject({ incarnation: 2, rows: manifest.tables.reduce((sum, { rows }) => sum + rows, 0) })
  for (const table of TABLES.filter((name) => name !== 'mark')) {
    const question = `${CONTENT} ${table} t`
    expect({ table, ...(await queryOnce(url, question))[0] }).toEqual({ table, ...(await database.query(question))[0] })
  }
  expect(await queryOnce(url, 'select id::int4 from mark order by id')).toHaveLength(5)
  await queryOnce(url, `insert into mark (at, pack) values (1, '\\x00')`) // identities go on behind the last one
  expect(await queryOnce(url, 'select max(id)::int4 as id from mark')).toEqual([{ id: 6 }])
  expect(await queryOnce(url, 'select attempts from waiting')).toEqual([{ attempts: 0 }])
  expect(await queryOnce(url, 'select count(*)::int4 as n from lane where owner is null and epoch = 4')).toEqual([
    { n: 256 },
  ])
  expect(await restoredFrom(url)).toMatchObject({ backup: manifest.id, controlGap: 500, settled: false })
  expect(await settleRestore(url)).toBe(true)
  expect(await restoredFrom(url)).toMatchObject({ settled: true })
  expect(await settleRestore(url)).toBe(false)
  expect(await restoredFrom(database.url)).toBeUndefined()
})

test('a restore goes into an empty database only, and a backup over nothing', async () => {
  const to = join(folder, 'second')
  await backup({ url: database.url, to })
  await expect(backup({ url: database.url, to })).rejects.toMatchObject({ code: 'XD_STORE_BACKUP_EXISTS' })
  await expect(restore({ url: database.url, from: to })).rejects.toMatchObject({ code: 'XD_STORE_NOT_EMPTY' })
  const url = await emptyDatabase()
  await queryOnce(url, 'create table somebodys (n int4)')
  await expect(restore({ url, from: to })).rejects.toMatchObject({ code: 'XD_STORE_NOT_EMPTY' })
  await expect(backup({ url, to: join(folder, 'none') })).rejects.toMatchObject({ code: 'XD_STORE_NOT_A_HUB' })
  expect(await readdir(folder)).not.toContain('none')
})

test('a byte that is not what was written is found before anything is', async () => {
  const to = join(folder, 'third')
  await backup({ url: database.url, to })
  const file = join(to, 'journal.copy')
  const bytes = await readFile(file)
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] as number) ^ 1
  await writeFile(file, bytes)
  await appendFile(join(to, 'key.copy'), 'x')
  await rm(join(to, 'mark.copy'))
  const faults = await faultsOf(to, await readManifest(to))
  expect(faults.map((fault) => fault.split(' ')[0])).toEqual(['journal.copy', 'key.copy', 'mark.copy'])
  const url = await emptyDatabase()
  await expect(restore({ url, from: to })).rejects.toMatchObject({ code: 'XD_STORE_BACKUP_FAULTY' })
  expect(await queryOnce(url, `select to_regclass('lane') is null as empty`)).toEqual([{ empty: true }])
})

test('a restore that was cut short leaves a database no hub opens, and is done again from the start', async () => {
  const to = join(folder, 'fourth')
  await backup({ url: database.url, to })
  const url = await emptyDatabase()
  await queryOnce(url, 'create table restore_unfinished (backup text primary key)')
  await expect(migrate({ url })).rejects.toMatchObject({ code: 'XD_STORE_RESTORE_UNFINISHED' })
  await restore({ url, from: to })
  expect(await migrate({ url })).toEqual({ applied: [] })
  expect(await queryOnce(url, 'select count(*)::int4 as n from journal')).toEqual([{ n: 4_000 }])
})

test('a folder that cannot be written leaves nothing behind and says why', async () => {
  const place = await mkdtemp(join(folder, 'shut-'))
  await writeFile(join(place, 'file'), '')
  await expect(backup({ url: database.url, to: join(place, 'file', 'below') })).rejects.toMatchObject({
    code: 'XD_STORE_BACKUP_FAILED',
  })
  await chmod(place, 0o700)
  expect(await readdir(place)).toEqual(['file'])
})
