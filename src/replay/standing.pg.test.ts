import { expect, test } from 'vitest'
import { testDatabase } from '../../test/support/database.ts'
import { waitingBook } from '../hub/waiting-book.ts'
import { openJobs, type Query } from './replay-book.ts'
import { standingsOf } from './standing.ts'

const database = testDatabase()

/** `int8` as numbers, as the runner's connection has them. */
const numbers = (row: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      /^(id|at)$/.test(name) && /^\d+$/.test(String(value)) ? Number(value) : value,
    ]),
  )
const query: Query = async (text, values = []) => (await database.query(text, [...values])).map(numbers)

const markOf = (lane: number, position: number): Buffer => {
  const pack = Buffer.alloc(12)
  pack.writeUInt16BE(lane)
  pack.writeUIntBE(position, 2, 6)
  return pack
}

test('what is done above the cursor is found among the newest marks; those from before it was planned are not read', async () => {
  const plannedAt = 1_000 * 3_600_000
  await database.query(
    `insert into mark (at, pack) select n, $1::bytea from generate_series(1, 6000) as n`,
    [markOf(3, 7)], // long ago
  )
  await database.query('insert into mark (at, pack) values ($1, $2)', [plannedAt + 5, markOf(3, 9)])
  const read = { marks: 0 }
  const counted: Query = async (text, values) => {
    const rows = await query(text, values)
    if (text.includes('from mark')) read.marks += rows.length
    return rows
  }
  const asked = [9, 10].map((position) => ({ lane: 3, subject: 'acme/order/o0-03-1', position, plannedAt }))
  expect((await standingsOf(counted, asked)).map(({ books }) => books)).toEqual(['done', 'on its way'])
  expect(read.marks).toBeLessThanOrEqual(1_000)
  const old = { lane: 3, subject: 'acme/order/o0-03-1', position: 7, plannedAt: 0 }
  expect((await standingsOf(query, [old])).map(({ books }) => books)).toEqual(['done'])
})

test('a business is read by its whole name: what looks like any letter in a pattern is a letter', async () => {
  const row = (subject: string, position: number) =>
    database.query(
      `insert into waiting (lane, subject, position, target, verb, key, chain, args, digest, planned_at, attempts, next_at, state, reason)
       values (1, $1, $2, 'erp', 'order.post', $1, $1, '{}', 'd', 1, 1, 1, 'parked', '')`,
      [subject, position],
    )
  await row('north_west/order/o1', 1)
  await row('northXwest/order/o2', 2)
  const found = await waitingBook(query as never).list('north_west', { limit: 10 })
  expect(found.map(({ request }) => request.subject)).toEqual(['north_west/order/o1'])
})

test('a runner takes up the jobs of its own business, and leaves those of another on the same database', async () => {
  for (const tenant of ['acme', 'globex'])
    await database.query(
      `insert into replay_job (id, tenant, action, state, selection, digest, mapping, made_by, reason, made_at, changed_at, place, to_scan)
       values ($1, $1, 'replay', 'choosing', '{}', 'd', 'as sent', 'ann', 'r', 1, 1, '{}', 0)`,
      [tenant],
    )
  expect((await openJobs(query, 'acme')).map(({ id }) => id)).toEqual(['acme'])
})
