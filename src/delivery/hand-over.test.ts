/** Lanes that change hands while a call is under way at a target that takes its time before it does anything. */
import { expect, test } from 'vitest'
import type { DeliveryClass, Outcome } from '../connectors/contract.ts'
import { LEASE_MS } from '../journal/ownership.ts'
import { GivenDelivery, laneOfOrder, type ScriptedTarget, type Seen } from './testing/given-delivery.ts'

const SECOND = 1_000
const THERE: Outcome = { result: 'done' }
const NOT_THERE: Outcome = { result: 'later', reason: 'not there' }

/** A target that does what it is sent only after a while, and denies until then that it has it. */
function slowTarget(deliveryClass: DeliveryClass, takesMs: number, more: Partial<ScriptedTarget> = {}) {
  const effects: string[] = []
  const world: { given?: GivenDelivery } = {}
  const answers = ({ key }: Seen) =>
    new Promise<Outcome>((resolve) => {
      world.given?.time.after(takesMs, () => {
        effects.push(key)
        resolve(THERE)
      })
    })
  const asked = ({ key }: Seen) => (effects.includes(key) ? THERE : NOT_THERE)
  const erp: ScriptedTarget = {
    deliveryClass,
    answers,
    concurrency: 500,
    ...(deliveryClass === 'B' ? { asked } : {}),
    ...more,
  }
  const given = new GivenDelivery({ erp })
  world.given = given
  return { given, effects }
}

const asks = (given: GivenDelivery): number[] => given.seen.filter(({ what }) => what === 'ask').map(({ at }) => at)

test('a call of a dead instance is over before its target is asked whether it took effect', async () => {
  const { given, effects } = slowTarget('B', 4 * SECOND)
  await given.opens()
  await given.plans('o-1', { target: 'erp', key: 'o-1/0' })
  await given.holds(() => given.sent('erp').length === 1)
  const begun = given.time.now()
  given.crashes()
  await given.opens()
  await given.holds(() => given.core.delivery.outstanding === 0)
  expect(effects).toEqual(['o-1/0'])
  expect(given.sent('erp')).toEqual(['o-1/0'])
  expect(Math.min(...asks(given))).toBeGreaterThanOrEqual(begun + 5 * SECOND) // the time out of the call
})

test('of an instance that died longer ago than a lease no call is waited for', async () => {
  const { given, effects } = slowTarget('B', 100)
  await given.opens()
  await given.plans('o-1', { target: 'erp', key: 'o-1/0' })
  await given.holds(() => given.sent('erp').length === 1)
  given.crashes()
  await given.passes(LEASE_MS)
  const opened = given.time.now()
  await given.opens()
  await given.holds(() => given.core.delivery.outstanding === 0)
  expect(effects).toEqual(['o-1/0'])
  expect(given.time.now()).toBeLessThan(opened + SECOND)
})

test.each(['A', 'B', 'C'] as const)(
  'lanes given to a newcomer leave no call behind, and no doubt: class %s',
  async (deliveryClass) => {
    const { given, effects } = slowTarget(deliveryClass, 3 * SECOND)
    await given.opens()
    const orders = Array.from({ length: 200 }, (_, at) => `o-${at}`)
    expect(orders.some((order) => laneOfOrder(order) >= 128)).toBe(true) // what the newcomer will own
    const planned = orders.map((order) =>
      given.planned(order, { target: 'erp', key: `${order}/0` }, { target: 'erp', key: `${order}/1` }),
    )
    await given.until(Promise.all(planned))
    await given.holds(() => given.sent('erp').length === orders.length)
    await given.opens()
    await given.holds(() => effects.length >= 2 * orders.length)
    await given.passes(5 * SECOND)
    expect(effects.toSorted()).toEqual(orders.flatMap((order) => [`${order}/0`, `${order}/1`]).toSorted())
    expect(given.views('erp').map(({ aside, queued }) => [aside, queued])).toEqual([
      [0, 0],
      [0, 0],
    ])
    const types = new Set(orders.flatMap((order) => given.events(order).map(({ type }) => type)))
    expect([...types]).not.toContain('delivery.in_doubt')
    expect(given.cores().map(({ journal }) => journal.lanes.owned().length)).toEqual([128, 128])
    expect(given.troubles).toEqual([])
  },
)

test('an instance that is closed with a call still under way does not give its lanes as if there were none', async () => {
  const { given, effects } = slowTarget('B', 8 * SECOND, { timeoutMs: 9 * SECOND })
  await given.opens()
  await given.plans('o-1', { target: 'erp', key: 'o-1/0' })
  await given.holds(() => given.sent('erp').length === 1)
  await given.closes()
  await given.opens()
  await given.holds(() => given.core.delivery.outstanding === 0)
  await given.passes(LEASE_MS)
  expect(effects).toEqual(['o-1/0'])
})
