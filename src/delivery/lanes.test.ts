/** Lanes that could not be taken: what waits in those still held goes on. */
import { expect, test } from 'vitest'
import type { Outcome } from '../connectors/contract.ts'
import { WINDOW } from './lot.ts'
import { GivenDelivery, instead, laneOfOrder } from './testing/given-delivery.ts'

const OF_ONE_ORDER = 100
const ON_SHELF = 600
const MINUTE = 60_000

test('when lanes could not be taken, what waits on the shelf of the others is read back all the same', async () => {
  const planned = WINDOW + ON_SHELF
  const answer = Promise.withResolvers<Outcome>()
  const given = new GivenDelivery({ erp: { answers: () => answer.promise } })
  const taking = { begins: false, hasBegun: false, mayGoOn: Promise.withResolvers<void>() }
  await given.opens()
  await given.opens((store) =>
    instead(store, {
      countRows: async (...args) => {
        if (!taking.begins || taking.hasBegun) return store.countRows(...args)
        taking.hasBegun = true
        await taking.mayGoOn.promise
        throw new Error('the database is gone')
      },
      // Afterwards nothing can be taken: what goes on does so without new lanes.
      takeLanes: (...args) =>
        taking.hasBegun ? Promise.reject(new Error('another one has them')) : store.takeLanes(...args),
    }),
  )
  await given.passes(5_000) // the second instance has its half
  const orders = Array.from({ length: 1_000 }, (_, at) => `o-${at}`)
    .filter((name) => laneOfOrder(name) >= 128) // of the second instance
    .slice(0, planned / OF_ONE_ORDER)
  taking.begins = true
  given.crashes()
  for (const order of orders) {
    void given.planned(
      order,
      ...Array.from({ length: OF_ONE_ORDER }, (_, at) => ({ target: 'erp', key: `${order}/${at}` })),
    )
  }
  await given.holds(() => given.rows().length === ON_SHELF)
  await given.holds(() => taking.hasBegun, MINUTE)

  answer.resolve({ result: 'done' })
  await given.holds(() => given.sent('erp').length === WINDOW, MINUTE)
  await given.passes(2_000)
  expect(given.sent('erp')).toHaveLength(WINDOW) // while lanes are taken nothing is read back
  taking.mayGoOn.resolve()
  await given.holds(() => given.sent('erp').length === planned, MINUTE)
  await given.passes(1_000)
  expect(new Set(given.sent('erp')).size).toBe(planned)
  expect(given.rows()).toEqual([])
  expect(given.troubles).toContain('the heartbeat failed: Error: the database is gone')
})
