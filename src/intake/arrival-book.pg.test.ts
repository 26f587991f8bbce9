import { expect, test } from 'vitest'
import { testDatabase } from '../../test/support/database.ts'
import { arrivalsFromPostgres } from './arrival-book.ts'

const database = testDatabase()
const DAY = 20_458

async function arrived(id: string, sender: string, at: number, verdict: string, tenant = 'acme') {
  await database.query(
    `insert into receipt (day, id, tenant, sender, channel, at, verdict, digest, bytes)
     values ($1, $2, $3, $4, 'sftp', $5, $6, '', 'no EDI')`,
    [DAY, id, tenant, sender, at, verdict],
  )
}

test('the arrivals of one partner that were refused or came again are found by their own index, the latest first', async () => {
  await database.query(
    `create table if not exists receipt_of_the_test partition of receipt for values from (${DAY}) to (${DAY + 1})`,
    [],
  )
  for (const [at, verdict] of ['accepted', 'quarantined', 'repeat', 'repeat', 'accepted'].entries())
    await arrived(`r${at}`, 'bigbox', Math.min(at, 2) * 1_000, verdict)
  await arrived('r8', 'homegoods', 9_000, 'repeat')
  await arrived('r9', 'bigbox', 9_000, 'repeat', 'globex')
  const book = arrivalsFromPostgres((text, values) => database.query(text, [...values]))
  const ids = async (more: object) => (await book.list('acme', 'bigbox', { limit: 10, ...more })).map(({ id }) => id)
  expect(await book.list('acme', 'bigbox', { limit: 10 })).toEqual([
    { id: 'r3', at: 2_000, channel: 'sftp', verdict: 'repeat', bytes: 6, day: DAY },
    { id: 'r2', at: 2_000, channel: 'sftp', verdict: 'repeat', bytes: 6, day: DAY },
    { id: 'r1', at: 1_000, channel: 'sftp', verdict: 'quarantined', bytes: 6, day: DAY },
  ])
  expect(await ids({ verdict: 'quarantined' })).toEqual(['r1'])
  expect(await ids({ after: { at: 2_000, id: 'r3' } })).toEqual(['r2', 'r1'])
  const plan = await database.query(
    `explain select id from receipt where tenant = 'acme' and sender = 'bigbox' and verdict <> 'accepted'
      order by at desc, id desc limit 10`,
    [],
  )
  expect(JSON.stringify(plan)).toContain('tenant_sender_at_id_idx')
})
