import { expect, test } from 'vitest'
import type { Outcome } from '../connectors/contract.ts'
import type { Store } from '../store/contract.ts'
import { WINDOW } from './lot.ts'
import { GivenDelivery, instead, laneOfOrder, type Plan, type Seen } from './testing/given-delivery.ts'

const done: Outcome = { result: 'done' }
const later: Outcome = { result: 'later', reason: 'answered 503' }
const unknown: Outcome = { result: 'unknown', reason: 'no answer' }

const HOUR = 3_600_000

/** Answers as told until told otherwise. */
function switchable(first: Outcome) {
  const state = { now: first }
  return { state, answers: () => state.now }
}

const orders = (count: number) => Array.from({ length: count }, (_, at) => `o-${at}`)

/** For each chain the keys of a target in the order sent, the last attempt of each. */
function byChain(seen: readonly Seen[]): Map<string, string[]> {
  const last = new Map(seen.filter(({ what }) => what === 'send').map((one) => [one.key, one]))
  return Map.groupBy(
    [...last.values()].sort((a, b) => a.at - b.at),
    ({ key }) => key.split('/')[0] as string,
  ) as never
}

// Order and the shelf.

test('what does not fit the window waits on disk and goes out in order, each once', async () => {
  const erp = switchable(later)
  const given = new GivenDelivery({ erp: { answers: erp.answers, batch: 8 } })
  await given.opens()
  const count = WINDOW + 1_500
  for (let step = 0; step < 4; step += 1) {
    const some = orders(count / 4).map((order) => given.planned(order, { target: 'erp', key: `${order}/${step}` }))
    await given.until(Promise.all(some))
  }
  await given.passes(60_000)
  expect(given.core.delivery.outstanding).toBe(count)
  expect(given.core.delivery.inMemory).toBeLessThan(2 * WINDOW)
  expect(given.rows()).toHaveLength(count)

  erp.state.now = done
  await given.holds(() => given.core.delivery.outstanding === 0)
  await given.passes(1_000)
  expect(given.rows()).toEqual([])
  const chains = byChain(given.seen)
  for (const order of orders(count / 4)) {
    const keys = (chains.get(order) as never as Seen[]).map(({ key }) => key)
    expect(keys).toEqual([0, 1, 2, 3].map((step) => `${order}/${step}`))
  }
  expect(given.troubles).toEqual([])
})

test('while something waits on disk nothing new overtakes it, of whatever class', async () => {
  const erp = switchable(later)
  const given = new GivenDelivery({ erp: { answers: erp.answers, pace: '200 per second' } })
  await given.opens()
  const plan = (order: string, verb: string, step: number): Plan => ({ target: 'erp', verb, key: `${order}/${step}` })
  await given.until(
    Promise.all(orders(WINDOW + 200).map((order) => given.planned(order, plan(order, 'order.status', 1)))),
  )
  erp.state.now = done
  // While it drains, an urgent request for each order that still waits on disk.
  const late = orders(WINDOW + 200).slice(-100)
  for (const order of late) await given.plans(order, plan(order, 'warehouse.release', 2))
  await given.holds(() => given.core.delivery.outstanding === 0)
  const at = new Map(given.seen.map((one) => [one.key, one.at]))
  for (const order of late) expect(at.get(`${order}/1`)).toBeLessThanOrEqual(at.get(`${order}/2`) as number)
  expect(new Set(given.sent('erp')).size).toBe(WINDOW + 300)
})

test('whoever takes the lanes over reads the shelf in order and sends each once more at most', async () => {
  const erp = switchable(later)
  const given = new GivenDelivery({ erp: { answers: erp.answers, batch: 8 } })
  await given.opens()
  const count = WINDOW + 600
  for (let step = 0; step < 2; step += 1)
    await given.until(
      Promise.all(orders(count / 2).map((order) => given.planned(order, { target: 'erp', key: `${order}/${step}` }))),
    )
  await given.passes(20_000)
  given.crashes()
  erp.state.now = done
  await given.opens()
  expect(given.core.delivery.outstanding).toBeGreaterThan(0)
  await given.holds(() => given.core.delivery.outstanding === 0)
  await given.passes(1_000)
  expect(given.rows()).toEqual([])
  for (const [order, seen] of byChain(given.seen))
    expect((seen as never as Seen[]).map(({ key }) => key)).toEqual([`${order}/0`, `${order}/1`])
  expect(new Set(given.sent('erp')).size).toBe(count)
})

test('an instance that reads its shelf while it takes lanes over keeps the order of chains whose middle has no row yet', async () => {
  const given = new GivenDelivery({ erp: {} })
  const disk = { walkFails: true, marksTakeMs: 0 }
  const readMarksOf = (store: Store) => async (since: number) => {
    if (disk.marksTakeMs > 0) disk.walkFails = false
    await new Promise<void>((resolve) => void given.time.after(disk.marksTakeMs, resolve))
    return store.readMarks(since)
  }
  await given.opens()
  await given.passes(2_000)
  await given.pauses('erp', 'maintenance')
  const names = orders(120)
  const plan = (step: number) =>
    given.until(Promise.all(names.map((order) => given.planned(order, { target: 'erp', key: `${order}/${step}` }))))
  await plan(0)
  await given.passes(4_000)
  await plan(1) // too young for a row of its own when the first of its chain gets one
  await given.passes(1_300)
  await plan(2) // behind a row: it gets one at once
  await given.passes(10)
  expect(new Set(given.rows().map(({ request }) => request.key.split('/')[1]))).toEqual(new Set(['0', '2']))

  await given.opens((store) =>
    instead(store, {
      walk: (...args) => (disk.walkFails ? Promise.reject(new Error('a bad moment')) : store.walk(...args)),
      readMarks: readMarksOf(store),
    }),
  )
  await given.holds(() => given.troubles.some((trouble) => trouble.includes('a bad moment')), 3_000)
  disk.marksTakeMs = 3_000 // reading the shelf works again as soon as the lanes of the other are being taken
  given.crashes()
  await given.passes(20_000)
  await given.resumes('erp')
  await given.holds(() => given.rows().length === 0 && given.core.delivery.outstanding === 0)
  const chains = byChain(given.seen)
  for (const order of names) {
    const keys = (chains.get(order) as never as Seen[]).map(({ key }) => key)
    expect(keys).toEqual([`${order}/0`, `${order}/1`, `${order}/2`])
  }
})

test('a second instance gets half the lanes, and both drain what waits there', async () => {
  const erp = switchable(later)
  const given = new GivenDelivery({ erp: { answers: erp.answers, batch: 8 } })
  await given.opens()
  const count = WINDOW + 400
  await given.until(
    Promise.all(orders(count).map((order) => given.planned(order, { target: 'erp', key: `${order}/0` }))),
  )
  await given.passes(20_000)
  await given.opens()
  await given.passes(10_000)
  erp.state.now = done
  await given.holds(() => given.rows().length === 0)
  expect(new Set(given.sent('erp')).size).toBe(count)
  expect(given.troubles).toEqual([])
})

// Rate, classes, partners.

test('a target is never called faster than its rate, asks included, and never slower while something waits', async () => {
  const given = new GivenDelivery({ erp: { pace: '20 per second', batch: 64, deliveryClass: 'B', asked: () => later } })
  await given.opens()
  await given.until(Promise.all(orders(600).map((order) => given.planned(order, { target: 'erp', key: `${order}/0` }))))
  const from = given.time.now()
  await given.holds(() => given.core.delivery.outstanding === 0)
  const rate = given.seen.length / ((given.time.now() - from) / 1_000)
  expect(rate).toBeGreaterThan(20 * 0.95)
  expect(rate).toBeLessThan(20 * 1.05)
})

test('a higher class goes first, a lower one keeps one place in twenty', async () => {
  const given = new GivenDelivery({ erp: { pace: '50 per second' } })
  await given.opens()
  const flood = orders(1_000).map((order) =>
    given.planned(`s${order}`, { target: 'erp', verb: 'order.status', key: `s${order}` }),
  )
  await given.until(Promise.all(flood))
  const urgent = orders(1_000).map((order) =>
    given.planned(`u${order}`, { target: 'erp', verb: 'warehouse.release', key: `u${order}` }),
  )
  await given.until(Promise.all(urgent))
  const before = given.seen.length
  await given.passes(10_000)
  const sent = given.sent('erp').slice(before)
  const low = sent.filter((key) => key.startsWith('s')).length
  expect(low / sent.length).toBeGreaterThan(0.04)
  expect(low / sent.length).toBeLessThan(0.06)
})

test('what is sent again in bulk (priority 3) stands behind what goes on every day', async () => {
  const given = new GivenDelivery({ erp: { pace: '50 per second' } })
  await given.opens()
  await given.until(
    Promise.all(
      orders(500).map((order) => given.planned(`b${order}`, { target: 'erp', key: `b${order}`, priority: 3 })),
    ),
  )
  const from = given.time.now()
  await given.plans('today', { target: 'erp', key: 'today' })
  await given.holds(() => given.sent('erp').includes('today'))
  expect(given.time.now() - from).toBeLessThan(200)
})

test.each([0, WINDOW])(
  'a partner with a backlog leaves the others their turns (%i more wait on disk)',
  async (more) => {
    const given = new GivenDelivery({ erp: { pace: '50 per second' } })
    await given.opens()
    await given.until(
      Promise.all(
        orders(2_000 + more).map((order) =>
          given.planned(order, { target: 'erp', key: `big/${order}`, partner: 'big' }),
        ),
      ),
    )
    const before = given.seen.length
    await given.until(
      Promise.all(
        orders(40).map((order) =>
          given.planned(`n${order}`, { target: 'erp', key: `small/${order}`, partner: 'small' }),
        ),
      ),
    )
    await given.passes(2_000)
    const sent = given.sent('erp').slice(before)
    expect(sent.filter((key) => key.startsWith('small')).length).toBeGreaterThanOrEqual(38)
  },
)

// Outages.

test('during an outage a target gets one probe a window, and afterwards everything at once', async () => {
  const erp = switchable(later)
  const given = new GivenDelivery({ erp: { answers: erp.answers, batch: 64, concurrency: 64 } })
  await given.opens()
  await given.until(Promise.all(orders(300).map((order) => given.planned(order, { target: 'erp', key: `${order}/0` }))))
  await given.passes(60_000)
  const before = given.seen.length
  await given.passes(HOUR)
  expect(given.seen.length - before).toBeGreaterThanOrEqual(115)
  expect(given.seen.length - before).toBeLessThanOrEqual(121)
  expect(given.view('erp')).toMatchObject({ queued: 300, breaker: { state: 'open', reason: 'answered 503' } })
  erp.state.now = done
  await given.holds(() => given.core.delivery.outstanding === 0, 90_000)
})

test('a 429 for all stops all: nobody calls before the time the target asked for', async () => {
  let calls = 0
  const answers = (): Outcome => (++calls <= 3 ? { result: 'later', reason: 'answered 429', afterMs: 120_000 } : done)
  const given = new GivenDelivery({ erp: { answers, concurrency: 1 } })
  await given.opens()
  await given.until(Promise.all(orders(50).map((order) => given.planned(order, { target: 'erp', key: `${order}/0` }))))
  await given.holds(() => given.core.delivery.outstanding === 0)
  const first = given.seen[0]?.at ?? 0
  expect(given.seen.map(({ at }) => at - first).slice(0, 4)).toEqual([0, 120_000, 240_000, expect.any(Number)])
})

test('a refusal, even of everything, keeps no breaker from being closed', async () => {
  const given = new GivenDelivery({
    erp: { answers: () => ({ result: 'refused', retry: 'after-fix', reason: 'answered 422' }) },
  })
  await given.opens()
  await given.until(Promise.all(orders(100).map((order) => given.planned(order, { target: 'erp', key: order }))))
  await given.passes(1_000)
  expect(given.view('erp').breaker).toEqual({ state: 'closed' })
  expect(given.sent('erp')).toHaveLength(100)
})

test('an open breaker outlives the process: after a restart nobody calls before the next probe', async () => {
  const given = new GivenDelivery({ erp: { answers: () => later } })
  await given.opens()
  await given.until(Promise.all(orders(60).map((order) => given.planned(order, { target: 'erp', key: order }))))
  await given.passes(5 * 60_000)
  const { breaker } = given.view('erp')
  expect(breaker.state).toBe('open')
  await given.closes()
  const before = given.seen.length
  await given.opens()
  expect(given.view('erp').breaker).toMatchObject({ since: breaker.since, reason: 'answered 503' })
  await given.passes(1_000)
  expect(given.seen.length - before).toBeLessThanOrEqual(1)
})

test('retries stay within a fifth of what is new while a target fails in part; who finds the budget empty waits', async () => {
  let calls = 0
  const given = new GivenDelivery({ erp: { answers: () => (++calls % 3 === 0 ? later : done), pace: '50 per second' } })
  await given.opens()
  const from = given.time.now()
  for (let second = 0; second < 120; second += 1) {
    for (let one = 0; one < 20; one += 1)
      void given.planned(`o-${second}-${one}`, { target: 'erp', key: `o-${second}-${one}` })
    await given.passes(1_000)
  }
  const firsts = given.seen.filter(({ attempt }) => attempt === 1).length
  expect(firsts).toBe(2_400)
  expect(given.time.now() - from).toBeGreaterThanOrEqual(120_000)
  await given.holds(() => given.core.delivery.outstanding === 0)
  expect(given.seen.length / 2_400).toBeLessThan(1.6) // a third fails, and a third of the retries
  expect(given.rows()).toEqual([])
})

test('a target that does nothing but fail gets one retry a second, not one for each request', async () => {
  const given = new GivenDelivery({ erp: { answers: () => ({ ...later, healthy: true }) as Outcome, concurrency: 64 } })
  await given.opens()
  await given.until(Promise.all(orders(500).map((order) => given.planned(order, { target: 'erp', key: order }))))
  await given.passes(10_000)
  const before = given.seen.length
  await given.passes(600_000)
  expect(given.seen.length - before).toBeLessThanOrEqual(660)
  expect(given.seen.length - before).toBeGreaterThan(300)
})

test('a brown-out of one target leaves the others alone', async () => {
  const never = new Promise<Outcome>(() => {})
  const given = new GivenDelivery({ slow: { answers: () => never, timeoutMs: 30_000 }, wms: {} })
  await given.opens()
  const all = orders(500).map((order) =>
    given.planned(order, { target: 'slow', key: `${order}/s` }, { target: 'wms', key: `${order}/w` }),
  )
  await given.until(Promise.all(all))
  await given.passes(50)
  expect(given.sent('wms')).toHaveLength(500)
})

// Unknown outcomes.

test('class A: after no answer it is sent again under the same key', async () => {
  const answers = ({ attempt }: Seen) => (attempt === 1 ? unknown : done)
  const given = new GivenDelivery({ erp: { answers } })
  await given.opens()
  await given.plans('o', { target: 'erp', key: 'o/0' })
  await given.holds(() => given.core.delivery.outstanding === 0)
  expect(given.seen.map(({ what, key }) => [what, key])).toEqual([
    ['send', 'o/0'],
    ['send', 'o/0'],
  ])
})

test.each<[string, Outcome, string[]]>([
  ['is there: not sent again', done, ['send', 'ask']],
  ['is not there: sent again', later, ['send', 'ask', 'send']],
])('class B: after no answer it is asked for first, and the effect %s', async (_what, asked, calls) => {
  const given = new GivenDelivery({
    erp: { deliveryClass: 'B', answers: ({ attempt }) => (attempt === 1 ? unknown : done), asked: () => asked },
  })
  await given.opens()
  await given.plans('o', { target: 'erp', key: 'o/0' })
  await given.holds(() => given.core.delivery.outstanding === 0)
  expect(given.seen.map(({ what }) => what)).toEqual(calls)
})

test('class B: while the target cannot say, nothing is sent', async () => {
  let asks = 0
  const asked = () => (++asks < 4 ? unknown : done)
  const given = new GivenDelivery({ erp: { deliveryClass: 'B', answers: () => unknown, asked } })
  await given.opens()
  await given.plans('o', { target: 'erp', key: 'o/0' })
  await given.holds(() => given.core.delivery.outstanding === 0)
  expect(given.seen.map(({ what }) => what)).toEqual(['send', 'ask', 'ask', 'ask', 'ask'])
})

test('class B: what an instance had under way when it died is asked for by the one that takes over', async () => {
  const never = new Promise<Outcome>(() => {})
  const given = new GivenDelivery({ erp: { deliveryClass: 'B', answers: () => never, asked: () => done } })
  await given.opens()
  await given.plans('o', { target: 'erp', key: 'o/0' })
  await given.passes(100)
  given.crashes()
  await given.opens()
  await given.holds(() => given.core.delivery.outstanding === 0)
  expect(given.seen.map(({ what }) => what)).toEqual(['send', 'ask'])
})

test.each(['C', 'B'] as const)(
  'class %s that cannot be asked: no answer is a doubt that a person resolves; its order stands, others go on',
  async (deliveryClass) => {
    const given = new GivenDelivery({
      fax: { deliveryClass, answers: ({ key, attempt }) => (key === 'o/0' && attempt === 1 ? unknown : done) },
    })
    await given.opens()
    await given.plans('o', { target: 'fax', key: 'o/0' }, { target: 'fax', key: 'o/1' })
    await given.plans('p', { target: 'fax', key: 'p/0' })
    await given.passes(HOUR)
    expect(given.sent('fax')).toEqual(['o/0', 'p/0'])
    expect(
      given
        .rows()
        .map(({ state }) => state)
        .sort(),
    ).toEqual(['in doubt', 'waiting'])
    expect(given.events('o').map(({ type }) => type)).toContain('delivery.in_doubt')

    const [first] = given.events('o').filter(({ type }) => type === 'delivery.planned')
    await given.redelivers('o', first?.position ?? 0)
    await given.holds(() => given.core.delivery.outstanding === 0)
    expect(given.sent('fax')).toEqual(['o/0', 'p/0', 'o/0', 'o/1'])
  },
)

test.each([0, 20_000])(
  'class C: a stop in the middle of a call is a doubt, never a second call (%i ms after it was planned)',
  async (waitedMs) => {
    const never = new Promise<Outcome>(() => {})
    let isDown = waitedMs > 0
    const given = new GivenDelivery({
      fax: { deliveryClass: 'C', answers: () => (isDown ? later : never), timeoutMs: 60_000 },
    })
    await given.opens()
    await given.plans('o', { target: 'fax', key: 'o/0' })
    await given.passes(waitedMs)
    const before = given.seen.length
    isDown = false
    await given.holds(() => given.seen.length > (waitedMs > 0 ? before : 0))
    given.crashes()
    const calls = given.seen.length
    await given.opens()
    await given.passes(HOUR)
    expect(given.seen.length).toBe(calls)
    expect(given.rows().map(({ state }) => state)).toEqual(['in doubt'])
    expect(given.events('o').map(({ type }) => type)).toContain('delivery.in_doubt')
  },
)

test('class C is not called when it cannot be written down that it is', async () => {
  const given = new GivenDelivery({ fax: { deliveryClass: 'C' } })
  const away = { is: false }
  await given.opens((store) =>
    instead(store, {
      commit: (turn) => (away.is ? Promise.reject(new Error('the database is away')) : store.commit(turn)),
    }),
  )
  await given.plans('o', { target: 'fax', key: 'o/0' })
  await given.holds(() => given.seen.length === 1)
  away.is = true
  void given.planned('p', { target: 'fax', key: 'p/0' }).catch(() => {})
  await given.passes(10_000)
  expect(given.sent('fax')).toEqual(['o/0'])
  away.is = false
})

// People.

test('what was tried for too long is parked, stands in the way of its own order only, and goes on when a person says so', async () => {
  const state = { bad: true }
  const given = new GivenDelivery({
    erp: { answers: ({ key }) => (state.bad && key === 'o/0' ? ({ ...unknown, healthy: true } as Outcome) : done) },
  })
  given.parkAfterMs = HOUR / 2
  await given.opens()
  await given.plans('o', { target: 'erp', key: 'o/0' }, { target: 'erp', key: 'o/1' })
  await given.passes(HOUR)
  await given.plans('o', { target: 'erp', key: 'o/2' })
  await given.plans('p', { target: 'erp', key: 'p/0' })
  await given.passes(1_000)
  expect(
    given
      .rows()
      .map(({ state, request }) => [request.key, state])
      .sort(),
  ).toEqual([
    ['o/0', 'parked'],
    ['o/1', 'waiting'],
    ['o/2', 'waiting'],
  ])
  expect(given.sent('erp')).toContain('p/0')
  expect(given.view('erp').aside).toBe(1)

  given.crashes() // and it is the same for whoever takes over
  await given.opens()
  await given.plans('o', { target: 'erp', key: 'o/3' })
  await given.passes(60_000)
  expect(given.sent('erp')).not.toContain('o/1')

  state.bad = false
  const [first] = given.events('o').filter(({ type }) => type === 'delivery.planned')
  await given.redelivers('o', first?.position ?? 0)
  await given.redelivers('o', first?.position ?? 0) // a second press does nothing
  await given.holds(() => given.core.delivery.outstanding === 0)
  expect(given.sent('erp').filter((key) => key !== 'o/0')).toEqual(['p/0', 'o/1', 'o/2', 'o/3'])
  expect(given.rows()).toEqual([])
})

test('a person can ask at any instance; the owner of the lane does it', async () => {
  const state = { bad: true }
  const given = new GivenDelivery({ fax: { deliveryClass: 'C', answers: () => (state.bad ? unknown : done) } })
  await given.opens()
  await given.plans('o', { target: 'fax', key: 'o/0' })
  await given.plans('p', { target: 'fax', key: 'p/0' })
  await given.passes(1_000)
  await given.opens()
  await given.passes(10_000)
  state.bad = false
  for (const order of ['o', 'p']) {
    const [planned] = given.events(order).filter(({ type }) => type === 'delivery.planned')
    void given.redelivers(order, planned?.position ?? 0)
  }
  await given.passes(1_000)
  await given.readInboxes()
  await given.holds(() => given.rows().length === 0, 60_000)
  expect(laneOfOrder('o')).not.toBe(laneOfOrder('p'))
  expect(given.sent('fax').sort()).toEqual(['o/0', 'o/0', 'p/0', 'p/0'])
})

test('a redelivery that was asked for just before a crash is made after it', async () => {
  const state = { bad: true }
  const given = new GivenDelivery({ fax: { deliveryClass: 'C', answers: () => (state.bad ? unknown : done) } })
  await given.opens((store) => instead(store, { readRanges: () => new Promise(() => {}) })) // it never gets to the row
  await given.plans('o', { target: 'fax', key: 'o/0' })
  await given.passes(1_000)
  const [planned] = given.events('o').filter(({ type }) => type === 'delivery.planned')
  await given.redelivers('o', planned?.position ?? 0)
  await given.plans('p', { target: 'elsewhere', key: 'p/0' }) // other turns move cursors
  given.crashes()
  state.bad = false
  await given.opens()
  await given.holds(() => given.sent('fax').length === 2, 60_000)
})

test('a paused system gets nothing until it is resumed, also after a restart; the pause says who and why', async () => {
  const given = new GivenDelivery({ erp: {}, wms: {} })
  await given.opens()
  await given.pauses('erp', 'month end')
  await given.passes(100)
  await given.plans('o', { target: 'erp', key: 'o/0' }, { target: 'wms', key: 'o/w' })
  await given.passes(30_000)
  expect(given.sent('erp')).toEqual([])
  expect(given.sent('wms')).toEqual(['o/w'])
  expect(given.view('erp').paused).toMatchObject({ by: 'ann', reason: 'month end' })
  expect(given.rows()[0]?.reason).toBe('erp is paused by ann: month end')

  await given.closes()
  await given.opens()
  await given.passes(60_000)
  expect(given.sent('erp')).toEqual([])
  await given.resumes('erp')
  await given.holds(() => given.core.delivery.outstanding === 0, 10_000)
  expect(given.sent('erp')).toEqual(['o/0'])
})

test('who pauses a paused system hears of the pause that stands; what is as it was asked for is no event', async () => {
  const given = new GivenDelivery({ erp: {} })
  await given.opens()
  expect(await given.resumes('erp')).toMatchObject({ answer: { changed: false }, events: [] })
  expect(await given.pauses('erp', 'month end')).toMatchObject({ answer: { changed: true } })
  await given.passes(1_000)
  const again = await given.pauses('erp', 'because I say so')
  expect(again).toMatchObject({ answer: { changed: false, pause: { by: 'ann', reason: 'month end' } }, events: [] })
  await given.passes(1_000)
  expect(given.view('erp').paused?.reason).toBe('month end')
  expect(await given.resumes('erp')).toMatchObject({ answer: { changed: true } })
  expect(await given.resumes('erp')).toEqual(expect.objectContaining({ answer: { changed: false }, events: [] }))
})

test('what a breaker knows outlives its process, and is no event: an earlier release would have no name for it', async () => {
  const state = { bad: true }
  const given = new GivenDelivery({ erp: { answers: () => (state.bad ? later : done) } })
  await given.opens()
  await given.until(Promise.all(orders(30).map((order) => given.planned(order, { target: 'erp', key: order }))))
  await given.holds(() => given.view('erp').breaker.state === 'open', 60_000)
  await given.passes(10_000)
  const { since, reason } = given.view('erp').breaker
  given.crashes()
  await given.opens()
  expect(given.view('erp').breaker).toMatchObject({ since, reason })
  expect([...given.disk.subjects.keys()].filter((subject) => subject.includes('/system/'))).toEqual([])
  state.bad = false
  await given.holds(() => given.core.delivery.outstanding === 0, 60_000)
  given.crashes()
  await given.opens()
  expect(given.view('erp').breaker).toEqual({ state: 'closed' })
})

test('resumed, a system that did not answer before its pause is tried at once', async () => {
  const state = { isDown: true }
  const given = new GivenDelivery({ erp: { answers: () => (state.isDown ? later : done) } })
  await given.opens()
  for (const order of orders(6)) void given.planned(order, { target: 'erp', key: order })
  await given.holds(() => Number(given.view('erp').breaker.probeAt) - given.time.now() > 20_000, HOUR)
  await given.pauses('erp', 'month end')
  await given.passes(100)
  state.isDown = false
  await given.resumes('erp')
  await given.holds(() => given.core.delivery.outstanding === 0, 2_000)
  expect(given.view('erp').breaker.state).toBe('closed')
})

test('a pause reaches every instance', async () => {
  const given = new GivenDelivery({ erp: {} })
  await given.opens()
  await given.opens()
  await given.passes(10_000)
  void given.pauses('erp', 'month end')
  await given.passes(100)
  await given.readInboxes()
  await given.passes(12_000)
  for (const view of given.views('erp')) expect(view.paused?.reason).toBe('month end')
})

test('a clock that jumps neither stops a target nor hurries it', async () => {
  let calls = 0
  const given = new GivenDelivery({ erp: { answers: () => (++calls <= 5 ? later : done), pace: '10 per second' } })
  await given.opens()
  await given.until(Promise.all(orders(30).map((order) => given.planned(order, { target: 'erp', key: order }))))
  await given.passes(100)
  given.skewMs = -HOUR
  await given.holds(() => given.core.delivery.outstanding === 0, 60_000)
  given.skewMs = 24 * HOUR
  const from = given.time.now()
  await given.until(
    Promise.all(orders(30).map((order) => given.planned(`q${order}`, { target: 'erp', key: `q${order}` }))),
  )
  await given.holds(() => given.core.delivery.outstanding === 0, 60_000)
  expect(given.time.now() - from).toBeGreaterThan(2_500)
})
