import { afterAll, beforeAll, expect, test } from 'vitest'
import { testDatabase } from '../support/database.ts'
import { type PostgresUnderTest, postgresUnderTest } from './postgres-disk.ts'
import { landscapes, sweep } from './sweep.ts'

/** Here a point takes a third of a second: without the long form a few of them are tried. */
const FEW = [30, 200, 89]

const database = testDatabase()
let postgres: PostgresUnderTest

beforeAll(async () => {
  postgres = await postgresUnderTest(database.url)
})
afterAll(() => postgres.close())

landscapes.forEach((swept, at) => {
  test(`on PostgreSQL, too, the hub may die around any call: the order ends the same (${swept.name})`, {
    timeout: 3_600_000,
  }, async () => {
    const few = { ...swept, step: FEW[at] ?? 1 }
    expect(await sweep(few, (time) => postgres.fresh(time), 'PostgreSQL')).toBeGreaterThan(1)
  })
})
