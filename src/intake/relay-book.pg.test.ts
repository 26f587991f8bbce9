import { expect, test } from 'vitest'
import { testDatabase } from '../../test/support/database.ts'
import { relayedFromPostgres } from './relay-book.ts'

const database = testDatabase()

async function stands(tenant: string, partner: string, key: string, at: number, standing = 'received') {
  const subject = `${tenant}/document/${partner}/load/${key}#in/load-tender/${key}`
  await database.query(
    `insert into relayed_document (lane, subject, tenant, partner, direction, document, key, standing, at, changed_at, more)
     values (1, $1, $2, $3, 'in', 'load-tender', $4, $5, $6, $6, '{}')`,
    [subject, tenant, partner, key, standing, at],
  )
}

test('a list has the documents of one business and one partner, page by page, the latest first', async () => {
  for (const [tenant, partner] of [
    ['acme', 'fast'],
    ['acme', 'slow'],
    ['globex', 'fast'],
  ] as const)
    for (const at of [1, 2, 2, 3].keys()) await stands(tenant, partner, `${partner}-${at}`, [1, 2, 2, 3][at] as number)
  await stands('acme', 'fast', 'fast-late', 9, 'delivered')
  const book = relayedFromPostgres((text, values) => database.query(text, [...values]))
  const keys = async (tenant: string, partner: string, more: object = {}) =>
    (await book.list(tenant, partner, { limit: 100, ...more })).map(({ key }) => key)
  expect(await keys('acme', 'fast')).toEqual(['fast-late', 'fast-3', 'fast-2', 'fast-1', 'fast-0'])
  expect(await keys('globex', 'fast')).toEqual(['fast-3', 'fast-2', 'fast-1', 'fast-0'])
  expect(await keys('acme', 'fast', { state: 'delivered' })).toEqual(['fast-late'])
  expect(await keys('initech', 'fast')).toEqual([])

  const first = await book.list('acme', 'fast', { limit: 3 })
  const last = first.at(-1)
  if (!last) throw new Error('there is no first page')
  const second = await book.list('acme', 'fast', { limit: 3, after: { at: last.at, subject: last.subject } })
  expect([...first, ...second].map(({ key }) => key)).toEqual(await keys('acme', 'fast'))
})
