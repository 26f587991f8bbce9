import { beforeAll, expect, test } from 'vitest'
import { openPostgresStore } from '../../src/store/postgres/store.ts'
import { testDatabase } from '../support/database.ts'
import { STOCK, STOCK_SQL, turn } from './turns.ts'

const database = testDatabase()
beforeAll(async () => {
  await database.query(STOCK_SQL)
})

test('what is committed can be read by another process', async () => {
  const writer = await openPostgresStore({ url: database.url })
  const [lane] = await writer.takeLanes('one', [{ lane: 7, epoch: 0 }])
  await writer.commit(turn(lane!, { entries: ['a', 'b'], stock: [['hammer', 12, null]] }))
  await writer.close()

  const reader = await openPostgresStore({ url: database.url })
  expect((await reader.readLane(7, 0, 10)).map((entry) => [entry.position, entry.subject])).toEqual([
    [1, 'a'],
    [2, 'b'],
  ])
  expect(
    await reader.loadRows(STOCK, [
      { lane: 7, subject: 'saw' },
      { lane: 7, subject: 'hammer' },
    ]),
  ).toEqual([undefined, [7, 'hammer', 12, null]])
  await reader.close()
})
