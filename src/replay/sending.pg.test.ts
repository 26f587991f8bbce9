import { afterEach, expect, test } from 'vitest'
import { testDatabase } from '../../test/support/database.ts'
import type { Work } from '../journal/work.ts'
import type { StartOrders } from './job.ts'
import type { ReplayPorts, Written } from './ports.ts'
import { itemOf, jobBy, type Query } from './replay-book.ts'
import type { ReplayItem } from './room.ts'
import { collect } from './sending.ts'

const database = testDatabase()

/** Columns that are `int8` are numbers here, as on the runner's connection. */
const WHOLE = /^(n|position|planned_at|made_at|changed_at|to_scan|scanned|items|count|sent_at|sent_as|delivered)$/
const query: Query = async (text, values = []) =>
  (await database.query(text, [...values])).map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [name, WHOLE.test(name) && value !== null ? Number(value) : value]),
    ),
  )

const SUBJECT = 'acme/order/o0-03-1'

/** An item whose row says that it was sent, and that never came to the journal: the process ended in between. */
async function lostItem(action: 'replay' | 'redeliver', orders: Partial<StartOrders>): Promise<void> {
  const given = { include: ['already done', 'new'], reissue: false, stopPercent: 5, by: 'ann', ...orders }
  await database.query(
    `insert into replay_job (id, tenant, action, state, selection, digest, mapping, orders, made_by, reason, made_at, changed_at, place, to_scan)
     values ('rp', 'acme', $1, 'running', '{}', 'd', 'today', $2, 'ann', 'r', 1, 1, '{}', 1)`,
    [action, JSON.stringify(given)],
  )
  await database.query(
    `insert into replay_item (job, n, lane, subject, position, target, verb, key, chain, args, digest, planned_at, state, forecast, attempts, pinned, sent_at)
     values ('rp', 1, 3, $1, 7, 'erp', 'order.post', 'k1', 'c', '{}', 'seen', 1, 'sent', 'already done', 1, 'seen', 0)`,
    [SUBJECT],
  )
  await database.query('update lane set head = 10, delivered = 10 where lane = 3')
}

afterEach(async () => {
  for (const table of ['replay_job', 'replay_item', 'replay_count', 'waiting'])
    await database.query(`delete from ${table}`)
})

/** One round over what is under way; answers what was handed in, and how the item stands. */
async function round(written: Written) {
  const handed: ReplayItem[] = []
  const submit = ({ admit }: Work) => {
    const { inputs } = admit([], { now: 1 } as never)
    handed.push(...inputs.map((input) => (input as unknown as { data: ReplayItem }).data))
  }
  const ports = {
    tenant: 'acme',
    clock: { now: () => 1_000_000 },
    target: () => ({ deliveryClass: 'A', canBeAsked: false, atOnce: 1 }),
    write: async () => [written],
    submit,
    trouble: () => {},
  } as unknown as ReplayPorts
  await collect(query, await jobBy(query, 'acme', 'rp'), ports)
  const [row] = await query("select * from replay_item where job = 'rp'")
  return { handed, item: itemOf(row as Record<string, unknown>) }
}

const body = new TextEncoder().encode('{}')

test('a lost item that would be written in another shape by now is not sent: nobody has seen that', async () => {
  await lostItem('replay', {})
  const { handed, item } = await round({ body, digest: 'other' })
  expect(handed).toEqual([])
  expect([item.state, item.outcome]).toEqual(['over', 'changed'])
})

test('a lost item is handed in again as it would have been the first time', async () => {
  await lostItem('replay', {})
  const { handed, item } = await round({ body, digest: 'seen' })
  expect(handed).toMatchObject([{ n: 1, way: 'again', key: 'k1', repeats: true, body: '{}' }])
  expect([item.state, item.sentAt]).toEqual(['sent', 1_000_000])
})

test('a lost item of a new effect is handed in as news to the process', async () => {
  await lostItem('replay', { reissue: true })
  const { handed } = await round({ body, digest: 'seen' })
  expect(handed).toMatchObject([{ way: 'reissue', newKey: 'k1/rp/1', repeats: false }])
})

test('a lost redelivery needs no body: it is handed in again though it cannot be written any more', async () => {
  await lostItem('redeliver', {})
  await database.query(
    `insert into waiting (lane, subject, position, target, verb, key, chain, args, digest, planned_at, attempts, next_at, state, reason)
     values (3, $1, 7, 'erp', 'order.post', 'k1', 'c', '{}', 'seen', 1, 1, 1, 'parked', '')`,
    [SUBJECT],
  )
  const { handed } = await round({ fault: 'It cannot be written.' })
  expect(handed).toMatchObject([{ way: 'redelivery', position: 7 }])
})

test.each([7, 22])(
  'what was asked to be tried again a moment ago is not over before it was tried: request at %s',
  async (place) => {
    await lostItem('replay', {})
    await database.query(`update replay_item set sent_as = $1, sent_at = 999000, forecast = 'new'`, [place])
    await database.query(
      `insert into waiting (lane, subject, position, target, verb, key, chain, args, digest, planned_at, attempts, next_at, state, reason)
     values (3, $1, $2, 'erp', 'order.post', 'k1', 'c', '{}', 'seen', 1, 1, 1, 'parked', '')`,
      [SUBJECT, place],
    )
    const { item } = await round({ body, digest: 'seen' })
    expect(item.state).toBe('sent')
  },
)
