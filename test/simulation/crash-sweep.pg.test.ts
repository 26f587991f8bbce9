import { afterAll, beforeAll, expect, test } from 'vitest'
import { testDatabase } from '../support/database.ts'
import { recordTest } from '../support/record.ts'
import { type PostgresUnderTest, postgresUnderTest } from './postgres-disk.ts'
import { inAll, landscapes, type Sweep, sweep } from './sweep.ts'

/** On PostgreSQL a point takes a third of a second: without the long form a few of them are tried. */
const FEW = [30, 200, 89]

const database = testDatabase()
const onModel: Sweep[] = []
const onPostgres: Sweep[] = []
let postgres: PostgresUnderTest

beforeAll(async () => {
  postgres = await postgresUnderTest(database.url)
})
afterAll(async () => {
  await postgres.close()
  const isOfAll = [onModel, onPostgres].every(({ length }) => length === landscapes.length)
  // A landscape that failed is not left out of a sum: then nothing is said.
  if (!isOfAll) return
  recordTest(
    'crash-sweep',
    { modelStore: inAll(onModel), postgresql: inAll(onPostgres), landscapes: landscapes.length },
    { path: 'test/simulation/crash-sweep.pg.test.ts', form: 'CROSSDOCK_SWEEP' },
  )
})

landscapes.forEach((swept, at) => {
  test(`the hub may die before or after any call to its store or to a system: the order ends the same (${swept.name})`, {
    timeout: 3_600_000,
  }, async () => {
    const found = await sweep(swept, undefined, 'model store')
    expect(found.swept).toBeGreaterThan(100)
    onModel.push(found)
  })

  test(`on PostgreSQL, too, the hub may die around any call: the order ends the same (${swept.name})`, {
    timeout: 3_600_000,
  }, async () => {
    const found = await sweep({ ...swept, step: FEW[at] ?? 1 }, (time) => postgres.fresh(time), 'PostgreSQL')
    expect(found.swept).toBeGreaterThan(1)
    onPostgres.push(found)
  })
})
