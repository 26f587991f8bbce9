/** Lanes that change hands while a call is under way at a target that takes its time before it does anything. */
import { expect, test } from 'vitest'
import type { DeliveryClass, Outcome } from '../connectors/contract.ts'
import type { Core } from '../core.ts'
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
  expect(Math.min(...asks(given))).toBeGreaterThanOrEqual(begun + LEASE_MS - SECOND) // it might have begun others
})

test('the same holds for what was tried before and has a row', async () => {
  const effects: string[] = []
  const world: { given?: GivenDelivery } = {}
  const given = new GivenDelivery({
    erp: {
      deliveryClass: 'B',
      answers: ({ key, attempt }) =>
        attempt === 1
          ? { result: 'later', reason: 'busy', afterMs: 7 * SECOND }
          : new Promise((resolve) =>
              world.given?.time.after(4 * SECOND, () => {
                effects.push(key)
                resolve(THERE)
              }),
            ),
      asked: ({ key }) => (effects.includes(key) ? THERE : NOT_THERE),
    },
  })
  world.given = given
  await given.opens()
  await given.plans('o-1', { target: 'erp', key: 'o-1/0' })
  await given.holds(() => given.sent('erp').length === 2)
  expect(given.rows()).toHaveLength(1)
  given.crashes()
  await given.opens()
  await given.holds(() => given.core.delivery.outstanding === 0)
  expect(effects).toEqual(['o-1/0'])
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

test.each(['B', 'C'] as const)(
  'an instance that lost the database but not its targets: class %s has each effect once',
  async (deliveryClass) => {
    const { given, effects } = slowTarget(deliveryClass, SECOND, { concurrency: 1, timeoutMs: 2 * SECOND })
    await given.opens()
    const orders = Array.from({ length: 8 }, (_, at) => `o-${at}`)
    for (const order of orders) await given.plans(order, { target: 'erp', key: `${order}/0` })
    const [cutOff] = given.cores() as [Core & { crash?: () => void }]
    cutOff.crash?.()
    await given.opens()
    await given.passes(60 * SECOND)
    cutOff.delivery.stop()
    expect(effects.length).toBeGreaterThan(0)
    expect(effects).toHaveLength(new Set(effects).size)
  },
)

test('a person who lets a system go on does not have it asked before the calls of a dead instance are over', async () => {
  const { given, effects } = slowTarget('B', 4 * SECOND)
  await given.opens()
  await given.plans('o-1', { target: 'erp', key: 'o-1/0' })
  await given.holds(() => given.sent('erp').length === 1)
  await given.pauses('erp', 'it is being mended')
  given.crashes()
  await given.opens()
  await given.resumes('erp')
  await given.holds(() => given.core.delivery.outstanding === 0)
  expect(effects).toEqual(['o-1/0'])
})

test('asking and then sending may take twice the time of a call: lanes are given when both have ended', async () => {
  const effects: string[] = []
  const world: { given?: GivenDelivery } = {}
  const after = (ms: number, act: () => void) => void world.given?.time.after(ms, act)
  const orders = Array.from({ length: 40 }, (_, at) => `o-${at}`)
  const given = new GivenDelivery({
    erp: {
      deliveryClass: 'B',
      concurrency: 500,
      timeoutMs: 9_400,
      answers: ({ key, attempt }) =>
        attempt === 1
          ? { result: 'unknown', reason: 'the line went' }
          : new Promise((resolve) =>
              after(8 * SECOND, () => {
                effects.push(key)
                resolve(THERE)
              }),
            ),
      asked: ({ key }) => {
        const answer = effects.includes(key) ? THERE : NOT_THERE
        return new Promise((resolve) => after(8 * SECOND, () => resolve(answer)))
      },
    },
  })
  world.given = given
  await given.opens()
  await given.until(Promise.all(orders.map((order) => given.planned(order, { target: 'erp', key: `${order}/0` }))))
  await given.holds(() => given.seen.filter(({ what }) => what === 'ask').length >= orders.length)
  await given.opens()
  await given.passes(300 * SECOND)
  expect(effects.toSorted()).toEqual(orders.map((order) => `${order}/0`).toSorted())
  expect(given.cores().map(({ journal }) => journal.lanes.owned().length)).toEqual([128, 128])
})

test.each(['given to a newcomer', 'given back at the end'])(
  'class C: what its target turned away, and will be sent again, is in no doubt when its lane is %s',
  async (how) => {
    const given = new GivenDelivery({
      erp: {
        deliveryClass: 'C',
        concurrency: 500,
        answers: ({ attempt }) => (attempt === 1 ? { result: 'later', reason: 'busy' } : THERE),
      },
    })
    await given.opens()
    const orders = Array.from({ length: 60 }, (_, at) => `o-${at}`)
    await given.until(Promise.all(orders.map((order) => given.planned(order, { target: 'erp', key: `${order}/0` }))))
    await given.holds(() => given.sent('erp').length >= orders.length)
    if (how !== 'given to a newcomer') {
      await given.passes(100)
      await given.closes()
    }
    await given.opens()
    await given.passes(120 * SECOND)
    expect(orders.flatMap((order) => given.events(order)).some(({ type }) => type === 'delivery.in_doubt')).toBe(false)
    expect(new Set(given.sent('erp')).size).toBe(orders.length)
    expect(given.views('erp').map(({ queued, aside }) => queued + aside)).toEqual(given.cores().map(() => 0))
  },
)

test('while one call of a lane that is to be given takes its time, all other lanes of its target go on', async () => {
  const world: { given?: GivenDelivery } = {}
  const seen = { done: 0 }
  const isSlow = (key: string) => key === 'slow/0'
  const given = new GivenDelivery({
    erp: {
      timeoutMs: 9 * SECOND,
      answers: ({ key }) =>
        new Promise((resolve) =>
          world.given?.time.after(isSlow(key) ? 8_500 : 20, () => {
            if (!isSlow(key)) seen.done += 1
            resolve(THERE)
          }),
        ),
    },
  })
  world.given = given
  await given.opens()
  const names = Array.from({ length: 12_000 }, (_, at) => `o-${at}`)
  const [goes, stays] = [true, false].map((isGiven) =>
    names.filter((name) => laneOfOrder(name) >= 128 === isGiven),
  ) as [string[], string[]]
  await given.plans(goes[0] as string, { target: 'erp', key: 'slow/0' })
  const others = [...goes.slice(1), ...stays].map((name) => given.planned(name, { target: 'erp', key: `${name}/0` }))
  await given.until(Promise.all(others))
  await given.opens()
  for (let second = 0; second < 7; second += 1) {
    const before = seen.done
    await given.passes(SECOND)
    expect(seen.done - before).toBeGreaterThan(100)
  }
})
