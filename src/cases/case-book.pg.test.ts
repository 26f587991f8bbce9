import { afterAll, beforeAll, expect, test } from 'vitest'
import { testDatabase } from '../../test/support/database.ts'
import { laneOfSubject } from '../lifecycle/subject.ts'
import type { Store } from '../store/contract.ts'
import { openPostgresStore } from '../store/postgres/store.ts'
import { type CaseBook, casesFromPostgres, casesFromStore } from './case-book.ts'
import { type CaseState, caseTable, noCase, saveCase } from './case-state.ts'

const database = testDatabase()
let store: Store
let books: readonly CaseBook[]

const written = (id: string, more: Partial<CaseState>): CaseState => ({
  ...noCase(`acme/case/${id}`),
  open: true,
  owner: 'order-desk',
  partner: 'erp',
  title: `case ${id}`,
  members: ['acme/order/o1'],
  count: 1,
  ...more,
})

const known = [
  written('a', { openedAt: 2_000 }),
  written('b', { openedAt: 1_000, partner: 'wms' }),
  written('c', { openedAt: 3_000, open: false }),
  written('d', { openedAt: 4_000, owner: 'integration' }),
  { ...written('e', { openedAt: 5_000 }), subject: 'other/case/e' },
]

beforeAll(async () => {
  store = await openPostgresStore({ url: database.url })
  await store.register('test', 'nowhere')
  const free = (await store.lanes()).map(({ lane, epoch }) => ({ lane, epoch }))
  const lanes = new Map((await store.takeLanes('test', free)).map((row) => [row.lane, row]))
  const rows = known.map((one) => [laneOfSubject(one.subject), one.subject, ...(saveCase(one) ?? [])])
  const touched = [...new Set(rows.map((row) => row[0] as number))].sort((a, b) => a - b)
  await store.commit({
    lanes: touched.map((lane) => ({ lane, epoch: lanes.get(lane)?.epoch ?? 0, oldHead: 0, newHead: 0, delivered: 0 })),
    entries: [],
    receipts: [],
    keys: [],
    upserts: new Map([[caseTable, rows]]),
    deletes: new Map(),
    inbox: [],
    inboxDone: [],
    marks: new Uint8Array(),
    at: 1_700_000_000_000,
  })
  books = [casesFromPostgres((text, values) => database.query(text, [...values])), casesFromStore(store)]
})
afterAll(() => store.close())

test('open cases come oldest first, by owner and partner, and only to their tenant', async () => {
  for (const book of books) {
    const ids = async (query: object) =>
      (await book.list('acme', { open: true, limit: 9, ...query })).map((one) => one.title)
    expect(await ids({})).toEqual(['case b', 'case a', 'case d'])
    expect(await ids({ owner: 'order-desk' })).toEqual(['case b', 'case a'])
    expect(await ids({ partner: 'wms' })).toEqual(['case b'])
    expect(await ids({ open: false })).toEqual(['case c'])
    expect(await ids({ limit: 1 })).toEqual(['case b'])
  }
})

test('a case is read back as it was written', async () => {
  for (const book of books) {
    expect(await book.one('acme/case/a')).toEqual(known[0])
    expect(await book.one('acme/case/z')).toBeUndefined()
  }
})
