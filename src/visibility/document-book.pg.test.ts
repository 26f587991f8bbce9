import { expect, test } from 'vitest'
import { testDatabase } from '../../test/support/database.ts'
import { documentsFromPostgres } from './document-book.ts'

const database = testDatabase()
const book = documentsFromPostgres((text, values) => database.query(text, [...values]))

async function stands(tenant: string, partner: string, about: string, key: string, at: number, more: object = {}) {
  const direction = 'control' in more ? 'out' : 'in'
  const subject = `${tenant}/document/${partner}/${about}#${direction}/load-tender/${key}`
  await database.query(
    `insert into relayed_document (lane, subject, tenant, partner, direction, document, key, standing, at, changed_at, more)
     values (1, $1, $2, $3, $4, 'load-tender', $5, 'received', $6, $6, $7)`,
    [subject, tenant, partner, direction, key, at, JSON.stringify(more)],
  )
}

test('documents are found by key, by what they speak of, by receipt and by number, of one business, the latest first', async () => {
  await stands('acme', 'fast', 'load/L-1', 'K-1', 1_000, { receipt: 'r1' })
  await stands('acme', 'fast', 'load/L-1', 'K-2', 2_000, { control: '000000017', group: '18' })
  await stands('acme', 'slow', 'order/L-1', 'K-1', 3_000)
  await stands('globex', 'fast', 'load/L-1', 'K-1', 4_000, { receipt: 'r1', control: '000000017', group: '18' })
  const keys = async (found: Promise<readonly { partner: string; key: string }[]>) =>
    (await found).map(({ partner, key }) => `${partner} ${key}`)
  const [acme, fast] = [{ tenant: 'acme' }, { tenant: 'acme', partner: 'fast' }]
  expect(await keys(book.named(acme, 'L-1'))).toEqual(['slow K-1', 'fast K-2', 'fast K-1'])
  expect(await keys(book.named(fast, 'K-1'))).toEqual(['fast K-1'])
  expect(await keys(book.ofReceipt(acme, { id: 'r1', at: 900 }))).toEqual(['fast K-1'])
  // one that was released days later is found, too
  expect(await keys(book.ofReceipt(acme, { id: 'r1', at: -7_200_000 }))).toEqual(['fast K-1'])
  for (const number of ['000000017', '18']) expect(await keys(book.sentUnder(acme, [number]))).toEqual(['fast K-2'])
  expect(await keys(book.sentUnder(acme, ['17']))).toEqual([])
})

test('a name is found by the indexes of names, however many documents there are', async () => {
  await database.query(
    `insert into relayed_document (lane, subject, tenant, partner, direction, document, key, standing, at, changed_at, more)
     select 2, 'acme/document/many/load/M-' || n || '#in/load-tender/' || n, 'acme', 'many', 'in', 'load-tender', n::text,
            'received', n, n, '{}' from generate_series(1, 5000) n`,
    [],
  )
  await database.query('analyze relayed_document', [])
  const plan = await database.query(
    `explain select 1 from relayed_document where tenant = 'acme' and (null::text is null or partner = null)
      and (key = 'M-77' or split_part(split_part(subject, '#', 1), '/', 5) = 'M-77') order by at desc, subject desc limit 20`,
    [],
  )
  expect(JSON.stringify(plan)).toMatch(/relayed_document_key.*relayed_document_object/)
  expect((await book.named({ tenant: 'acme' }, 'M-77')).map(({ key }) => key)).toEqual(['77'])
})
