import { expect, test } from 'vitest'
import { testDatabase } from '../../test/support/database.ts'
import type { Query } from './postgres-key-store.ts'
import { refusalsFromPostgres, sweepRefusals } from './refusal-book.ts'
import { Refusals, type RefusedAtDoor } from './refusals.ts'

const database = testDatabase()
const query: Query = async (text, values) => ({ rows: await database.query(text, [...values]) })

const at = Date.UTC(2026, 10, 21, 12, 0, 30)
const refusal: RefusedAtDoor = {
  at,
  method: 'POST',
  route: '/v1/orders',
  source: '10.0.0.1',
  tenant: 'acme',
  code: 'XD_GATEWAY_JSON_MALFORMED',
  status: 400,
  traceId: 'a'.repeat(32),
}

const written = () =>
  database.query<{ source: string; count: string; at: string }>('select * from refused_request order by at, source')

test('alike refusals of a minute are one row that counts', async () => {
  const refusals = new Refusals('acme')
  refusals.note(refusal)
  refusals.note({ ...refusal, at: at + 10_000 })
  refusals.note({ ...refusal, at: at + 60_000 })
  await refusals.flush(query)
  refusals.note(refusal)
  await refusals.flush(query)
  await refusals.flush(query)
  expect((await written()).map(({ at, count }) => [Number(at), Number(count)])).toEqual([
    [at - 30_000, 3],
    [at + 30_000, 1],
  ])
})

test('a flood from ten thousand addresses is some hundred rows, and every one of it is counted', () => {
  const refusals = new Refusals('acme')
  const flood = (from: number, minute: number) => {
    for (let one = from; one < from + 10_000; one += 1) {
      refusals.note({
        ...refusal,
        at: at + minute * 60_000,
        source: `10.${one >> 16}.${(one >> 8) & 255}.${one & 255}`,
      })
    }
    return refusals.rows()
  }
  const rows = flood(0, 0)
  expect(rows).toHaveLength(501)
  expect(rows.reduce((sum, { count }) => sum + count, 0)).toBe(10_000)
  expect(rows.at(-1)).toMatchObject({ source: 'others', count: 9_500 })
  expect(flood(10_000, 0)).toHaveLength(501)
  expect(flood(20_000, 1)).toHaveLength(1_002)
})

test('what could not be written is written next time', async () => {
  const refusals = new Refusals('acme')
  const later = { ...refusal, at: at + 3_600_000 }
  refusals.note(later)
  const broken: Query = () => {
    refusals.note(later)
    return Promise.reject(new Error('connection lost'))
  }
  await expect(refusals.flush(broken)).rejects.toThrow('connection lost')
  await refusals.flush(query)
  expect((await written()).at(-1)).toMatchObject({ count: '2' })
})

test('refusals are folded by key, address and reason, with the first and the last time, for one tenant', async () => {
  const [here, there] = [new Refusals('globex'), new Refusals('initech')]
  const minute = 60_000
  const { tenant: _, ...nobody } = { ...refusal, code: 'XD_GOVERNANCE_KEY_REFUSED', status: 401 }
  for (const after of [0, 0, 5]) here.note({ ...nobody, at: at + after * minute })
  const known = { ...refusal, tenant: 'globex', key: 'shop', code: 'XD_GATEWAY_QUOTA', status: 429 }
  for (const route of ['/v1/orders', '/in/{system}']) here.note({ ...known, route, at: at + 9 * minute })
  here.note({ ...known, key: 'erp', at: at + 9 * minute })
  there.note(nobody)
  await here.flush(query)
  await there.flush(query)
  const rows = async (text: string, values: readonly unknown[]) => database.query(text, [...values])
  const book = refusalsFromPostgres(rows)
  const list = (more: object = {}) => book.list('globex', { sinceMs: 0, limit: 10, ...more })
  const begun = at - 30_000
  expect(await list()).toMatchObject([
    { key: 'shop', status: 429, count: 2, doors: ['POST /in/{system}', 'POST /v1/orders'] },
    { key: 'erp', status: 429, count: 1, source: '10.0.0.1' },
    { key: '', status: 401, count: 3, firstAt: begun, lastAt: begun + 5 * minute, code: nobody.code },
  ])
  expect(await list({ key: 'erp' })).toHaveLength(1)
  expect(await list({ status: 401, sinceMs: begun + minute })).toMatchObject([{ count: 1 }])
  expect(await list({ key: '', code: known.code })).toEqual([])
  await sweepRefusals(rows, 'globex', at + 91 * 86_400_000)
  expect(await list()).toEqual([])
  expect(await book.list('initech', { sinceMs: 0, limit: 10 })).toMatchObject([{ count: 1 }])
})
