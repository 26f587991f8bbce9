import { expect, test } from 'vitest'
import { sweepKeys } from '../../src/hub/key-sweeping.ts'
import { openModelStore } from '../../src/store/model/model-store.ts'
import { type Journey, openHub } from '../support/hub.ts'
import { acme, shopOrder, smallBusiness } from '../support/retailer.ts'

const DAY_MS = 86_400_000
const wanted = shopOrder('W-1', [{ item: 'BOLT', quantity: 3 }])
const more = shopOrder('W-1', [{ item: 'BOLT', quantity: 4 }])

/** Takes an order and lets it end; then the hub is away for so many days, its keys are swept, and it comes back. */
async function daysAfter(days: number): Promise<{ hub: Journey; first: unknown; swept: number }> {
  const hub = await openHub(acme, { edi: true, landscape: smallBusiness() })
  const first = await hub.orders(wanted, 'key-1')
  expect(first.status).toBe(202)
  await hub.settles()
  const swept = await sweepKeys(openModelStore(hub.disk), hub.time.now() + days * DAY_MS)
  await hub.restarts(days * DAY_MS)
  return { hub, first: first.body, swept }
}

const posted = (hub: Journey) => hub.effects(hub.systems.erp, 'order.post').length

test('a repeat 29 days later gets the first answer, and another body under that key is refused', async () => {
  const { hub, first } = await daysAfter(29)
  const again = await hub.orders(wanted, 'key-1')
  expect(again).toMatchObject({ status: 202, body: first, replayed: true })
  const other = await hub.orders(more, 'key-1')
  expect(other).toMatchObject({ status: 422, body: { code: 'XD_INTAKE_IDEMPOTENCY_KEY_REUSED' } })
  await hub.settles()
  expect(posted(hub)).toBe(1)
})

test('31 days later the key is forgotten; the order’s own number still stands for the order it was', async () => {
  const { hub, first, swept } = await daysAfter(31)
  expect(swept).toBeGreaterThan(0)
  const again = await hub.orders(wanted, 'key-1')
  expect(again).toMatchObject({ status: 202, body: first, replayed: true })
  const other = await hub.orders(more, 'key-2')
  expect(other).toMatchObject({ status: 409, body: { code: 'XD_INTAKE_ORDER_CONFLICT' } })
  await hub.settles()
  expect(posted(hub)).toBe(1)
  expect(hub.ids('W-1')).toHaveLength(1)
})

test('a sweep takes what is too old, a bounded number at a time, and documents’ own keys never', async () => {
  const asked: [kind: number, most: number][] = []
  let left = 5_000
  const store = {
    sweepKeys: (kind: number, _before: number, most: number) => {
      asked.push([kind, most])
      const some = kind === 1 ? Math.min(left, most) : 0
      left -= some
      return Promise.resolve(some)
    },
  }
  expect(await sweepKeys(store, 100 * DAY_MS)).toBe(5_000)
  expect(asked.map(([kind]) => kind)).toEqual([1, 1, 1, 2])
  expect(Math.max(...asked.map(([, most]) => most))).toBeLessThanOrEqual(2_000)
})
