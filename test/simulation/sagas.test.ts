import { expect, test } from 'vitest'
import { recordTest } from '../support/record.ts'
import { undoesOnAnUnknown } from './planting.ts'
import { type End, endOf } from './saga-effects.ts'
import { allSagas, brokenBesides, runSaga, type Saga } from './sagas.ts'

/** The long form runs the whole table: `CROSSDOCK_SAGAS=all`. */
const STEP = process.env['CROSSDOCK_SAGAS'] === 'all' ? 1 : 13
const CRASHES = process.env['CROSSDOCK_SAGAS'] === 'all' ? 5 : 61

const sagas = allSagas()

async function expectAnEnd(saga: Saga): Promise<End> {
  const run = await runSaga(saga)
  const { end, wrong } = endOf(run)
  expect(wrong, JSON.stringify(saga)).toEqual([])
  expect(brokenBesides(saga, run), JSON.stringify(saga)).toEqual([])
  return end
}

async function endsOf(cases: readonly Saga[]): Promise<Record<End, number>> {
  const ends: Record<End, number> = { completed: 0, compensated: 0, 'needs a person': 0, mixed: 0 }
  for (const saga of cases) ends[await expectAnEnd(saga)] += 1
  return ends
}

const told = (cases: readonly Saga[], ends: Record<End, number>) =>
  `${cases.length} of ${sagas.length}: ${Object.entries(ends)
    .map(([end, count]) => `${end} ${count}`)
    .join(', ')}`

test('whatever step fails, and whenever it is cancelled, an order ends completed, undone in full, or with a person who is told', {
  timeout: 3_600_000,
}, async () => {
  const tried = sagas.filter((_, at) => at % STEP === 0)
  const ends = await endsOf(tried)
  process.stdout.write(`orders gone wrong, ${told(tried, ends)}\n`)
  const { completed, compensated, mixed } = ends
  const figures = { tried: `${tried.length} of ${sagas.length}`, completed, compensated, mixed }
  recordTest(
    'compensation',
    { ...figures, needsAPerson: ends['needs a person'] },
    { path: 'test/simulation/sagas.test.ts', form: 'CROSSDOCK_SAGAS' },
  )
  expect(tried.length).toBeGreaterThan(80)
})

test('the same holds when the hub dies in between', { timeout: 3_600_000 }, async () => {
  const tried = sagas.flatMap((saga, at) => (at % CRASHES === 3 ? [{ ...saga, crashAt: 4 + (at % 47) }] : []))
  process.stdout.write(`orders gone wrong with a crash besides, ${told(tried, await endsOf(tried))}\n`)
})

test('an order undone before it is known whether it can be is seen', async () => {
  const saga: Saga = { withOms: false, verb: 'warehouse.recall', failing: 'says no', wishes: [600] }
  expect(endOf(await runSaga(saga)).end).toBe('completed')
  const { end, wrong } = endOf(await runSaga(saga, undoesOnAnUnknown))
  expect(end).toBe('mixed')
  expect(wrong[0]).toMatch(/out of the books while the warehouse may ship/)
})
