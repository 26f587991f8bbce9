import { beforeAll, expect, test } from 'vitest'
import { testDatabase } from '../../test/support/database.ts'
import { beginning, chooseSome } from './choosing.ts'
import { jobBy, make, type Query } from './replay-book.ts'
import { digestOf, type Selection } from './selection.ts'

const ROWS = 6_000
const database = testDatabase()

/** Columns that are `int8` are numbers here, as on the runner's connection. */
const WHOLE = /^(n|head|position|planned_at|made_at|changed_at|to_scan|scanned|items|count)$/
const query: Query = async (text, values = []) =>
  (await database.query(text, [...values])).map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [name, WHOLE.test(name) && value !== null ? Number(value) : value]),
    ),
  )

interface Row {
  readonly n: number
  readonly target: string
  readonly state: string
  readonly verb: string
  readonly channel: string
  readonly customer: string
  readonly plannedAt: number
}

/** What waits after a long outage; there is nothing in the journal, so what is found is found among what waits. */
const rows: readonly Row[] = Array.from({ length: ROWS }, (_, at) => ({
  n: at + 1,
  target: at % 2 === 0 ? 'shop' : 'erp',
  state: ['parked', 'waiting', 'in doubt'][at % 3] as string,
  verb: at % 5 === 0 ? 'order.status' : 'shipment.notify',
  channel: at % 7 < 3 ? 'bigbox' : 'web',
  customer: `C${at % 11}`,
  plannedAt: 1_000 + at,
}))

beforeAll(async () => {
  await database.query(
    `with new as (
       select n, target, state, verb, channel, customer, planned_at, (n % 256)::int2 as lane, 'acme/order/o-' || n as subject
         from unnest($1::int4[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::int8[])
              as row (n, target, state, verb, channel, customer, planned_at)
     ), viewed as (
       insert into order_view (lane, subject, tenant, stage, stage_since, customer, customer_order, number, channel,
         received_at, updated_at, lines, open_lines, backordered, holds, facilities, over)
       select lane, subject, 'acme', 'accepted', 1, customer, '', '', channel, 1, 1, 1, 1, 0, '', '', false from new
     )
     insert into waiting (lane, subject, position, target, verb, key, chain, args, digest, planned_at, attempts, next_at, state, reason)
     select lane, subject, n, target, verb, 'k' || n, subject, '{}', 'd', planned_at, 1, 1, state, 'it was down' from new`,
    [
      rows.map((row) => row.n),
      rows.map((row) => row.target),
      rows.map((row) => row.state),
      rows.map((row) => row.verb),
      rows.map((row) => row.channel),
      rows.map((row) => row.customer),
      rows.map((row) => row.plannedAt),
    ],
  )
  for (const [subject, key] of [
    ['acme/mailbox/bigbox', 'mail-1'],
    ['acme/mailbox/other', 'mail-2'],
    ['globex/mailbox/bigbox', 'mail-3'],
  ]) {
    await database.query(
      `insert into waiting (lane, subject, position, target, verb, key, chain, args, digest, planned_at, attempts, next_at, state, reason)
       values (9, $1, 900000 + length($2), 'files', 'edi.send', $2, $1, '{}', 'd', 1, 1, 1, 'parked', '')`,
      [subject, key],
    )
  }
})

let jobs = 0

/** The keys of the frozen set of a redelivery, sorted, and how many pages it took. */
async function chosenBy(selection: Selection): Promise<{ keys: readonly string[]; pages: number; items: number }> {
  const id = `rp-${++jobs}`
  const asked = { id, tenant: 'acme', action: 'redeliver', mapping: 'as sent', selection } as const
  const digest = digestOf('redeliver', 'as sent', selection)
  const begun = await beginning(query, 'acme', selection, undefined)
  await make(query, { ...asked, digest, requestKey: undefined, by: 'ann', reason: 'r', now: 1_000_000, ...begun })
  let pages = 0
  for (let more = true; more; pages += 1) {
    more = await chooseSome(query, await jobBy(query, 'acme', id), () => Promise.reject(new Error('no case was named')))
  }
  const found = await database.query<{ key: string }>('select key from replay_item where job = $1', [id])
  const { items } = await jobBy(query, 'acme', id)
  return { keys: found.map(({ key }) => key).sort(), pages, items }
}

const keysOf = (fits: (row: Row) => boolean, ...others: string[]) =>
  [...rows.filter(fits).map(({ n }) => `k${n}`), ...others].sort()

test('what is parked for a target, of any kind and age, is frozen from the waiting rows, page by page', async () => {
  const all = await chosenBy({ states: ['parked'], targets: ['shop'] })
  expect(all.keys).toEqual(keysOf(({ state, target }) => state === 'parked' && target === 'shop'))
  expect([all.items, all.pages]).toEqual([1_000, 2])
  const some = await chosenBy({ states: ['parked'], targets: ['shop'], verbs: ['order.status'], until: 4_000 })
  expect(some.keys).toEqual(
    keysOf(
      ({ state, target, verb, plannedAt }) =>
        state === 'parked' && target === 'shop' && verb === 'order.status' && plannedAt < 4_000,
    ),
  )
  expect(some.keys.length).toBeGreaterThan(50)
})

test('a partner’s part is its orders and its mailbox, without a look through the journal', async () => {
  const { keys, items } = await chosenBy({ states: ['parked', 'waiting'], partners: ['bigbox'] })
  expect(keys).toEqual(keysOf(({ state, channel }) => state !== 'in doubt' && channel === 'bigbox', 'mail-1'))
  expect(items).toBe(keys.length)
  const both = await chosenBy({ states: ['in doubt'], partners: ['bigbox'], customers: ['C3', 'C4'] })
  expect(both.keys).toEqual(
    keysOf(
      ({ state, channel, customer }) =>
        state === 'in doubt' && channel === 'bigbox' && (customer === 'C3' || customer === 'C4'),
    ),
  )
  expect(both.keys.length).toBeGreaterThan(50)
})
