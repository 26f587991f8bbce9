import { beforeAll, expect, test } from 'vitest'
import { testDatabase } from '../../test/support/database.ts'
import { laneOfSubject } from '../lifecycle/subject.ts'
import { type CaseBook, casesFromPostgres } from './case-book.ts'
import { type CaseState, noCase, saveCase } from './case-state.ts'

/** A page is read as fast in a case of this many members as in a small one; more with `npm run test:long`. */
const MANY = Number(process.env['CROSSDOCK_TEST_MEMBERS'] ?? 20_000)

const database = testDatabase()
let book: CaseBook

const written = (id: string, more: Partial<CaseState>): CaseState => ({
  ...noCase(`acme/case/${id}`),
  open: true,
  owner: 'order-desk',
  partner: 'erp',
  title: `case ${id}`,
  life: 1,
  count: 1,
  left: 1,
  ...more,
})

const big = written('big', { openedAt: 9_000, count: MANY, left: MANY - 1 })
const known = [
  written('a', { openedAt: 2_000 }),
  written('b', { openedAt: 1_000, partner: 'wms' }),
  written('c', { openedAt: 3_000, open: false }),
  written('d', { openedAt: 4_000, owner: 'integration' }),
  { ...written('e', { openedAt: 5_000 }), subject: 'other/case/e' },
  big,
]

beforeAll(async () => {
  for (const one of known) {
    const row = [laneOfSubject(one.subject), one.subject, ...(saveCase(one) ?? [])]
    await database.query('insert into case_state values ($1, $2, $3, $4, $5, $6, $7, $8)', row)
  }
  // every second member is an order that has a value; one was released, and one is of an earlier life
  await database.query(
    `insert into case_member
     select $1, $2 || '#order/' || lpad(n::text, 8, '0'), case n when 1 then 'released' else 'open' end, 1,
            'acme/order/' || n, 7, 'delivery', 7, n, 1000, 'no'
       from generate_series(1, $3::int) n`,
    [laneOfSubject(big.subject), big.subject, MANY],
  )
  await database.query(
    `insert into case_member values ($1, $2, 'open', 0, 'acme/order/x', 7, 'delivery', 7, 1, 1, '')`,
    [laneOfSubject(big.subject), `${big.subject}#order/00000000`],
  )
  await database.query(
    `insert into order_view (lane, subject, tenant, stage, stage_since, customer, customer_order, number, channel,
       received_at, updated_at, lines, open_lines, backordered, holds, facilities, amount, currency, over)
     select 7, 'acme/order/' || n, 'acme', 'held', 1, 'c', 'c', '', 'shop', 1, 1, 1, 1, 0, '', '',
            '2.50', case n % 4 when 0 then 'EUR' else 'USD' end, false
       from generate_series(2, $1::int, 2) n`,
    [MANY],
  )
  await database.query('analyze case_member')
  await database.query('analyze order_view')
  book = casesFromPostgres((text, values) => database.query(text, [...values]))
}, 120_000)

test('open cases come oldest first, by owner and partner, and only to their tenant', async () => {
  const ids = async (query: object) =>
    (await book.list('acme', { open: true, limit: 9, ...query })).map((one) => one.title)
  expect(await ids({})).toEqual(['case b', 'case a', 'case d', 'case big'])
  expect(await ids({ owner: 'order-desk' })).toEqual(['case b', 'case a', 'case big'])
  expect(await ids({ partner: 'wms' })).toEqual(['case b'])
  expect(await ids({ open: false })).toEqual(['case c'])
  expect(await ids({ limit: 1 })).toEqual(['case b'])
})

test('a case is read back as it was written', async () => {
  expect(await book.one('acme/case/a')).toEqual(known[0])
  expect(await book.one('acme/case/z')).toBeUndefined()
})

test('members come page by page, each once, without those of an earlier life', async () => {
  const pageSize = Math.max(5_000, MANY / 20)
  const seen = new Set<string>()
  let after: string | undefined
  for (;;) {
    const page = await book.members(big, { limit: pageSize, ...(after === undefined ? {} : { after }) })
    for (const { name } of page) seen.add(name)
    after = page.at(-1)?.name
    if (page.length < pageSize) break
  }
  expect(seen.size).toBe(MANY)
  const first = await book.members(big, { limit: 2, standing: 'left' })
  expect(first.map(({ name, standing }) => [name, standing])).toEqual([
    ['order/00000002', 'open'],
    ['order/00000003', 'open'],
  ])
  expect(await book.members(big, { limit: 9, standing: 'released' })).toHaveLength(1)
})

test('a page at the far end reads no more of the table than the first', async () => {
  const read = async (after: string) => {
    const [plan] = await database.query<{ 'QUERY PLAN': [{ Plan: { 'Shared Hit Blocks': number } }] }>(
      `explain (analyze, buffers, format json)
       select subject from case_member where lane = $1 and subject > $2 and subject < $3 and life = 1
        order by subject limit 50`,
      [laneOfSubject(big.subject), `${big.subject}#${after}`, `${big.subject}$`],
    )
    return plan?.['QUERY PLAN'][0].Plan['Shared Hit Blocks'] ?? 0
  }
  await read('')
  const near = await read('')
  const far = await read(`order/${String(MANY - 100).padStart(8, '0')}`)
  expect(far).toBeLessThan(near + 30)
})

test('orders and money at risk are added up where they lie, a sum for each currency', async () => {
  const { orders, money } = await book.atRisk(big)
  const quarter = Math.floor(MANY / 4)
  expect(orders).toBe(MANY / 2)
  expect(money).toEqual([
    { amount: (quarter * 2.5).toFixed(2), currency: 'EUR' },
    { amount: ((MANY / 2 - quarter) * 2.5).toFixed(2), currency: 'USD' },
  ])
})
