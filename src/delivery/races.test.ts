/** What happens at the same moment: lanes that go while something is counted, people who ask while something ends. */
import { expect, test } from 'vitest'
import type { Outcome } from '../connectors/contract.ts'
import type { Walk } from '../store/contract.ts'
import { systemTable } from './system-room.ts'
import { GivenDelivery, instead, laneOfOrder, type Seen } from './testing/given-delivery.ts'

const done: Outcome = { result: 'done' }
const later: Outcome = { result: 'later', reason: 'answered 503' }
const unknown: Outcome = { result: 'unknown', reason: 'no answer' }
const HOUR = 3_600_000

/** An order whose lane stays with the first instance when a second one comes, or goes to the second. */
const orderThat = (stays: 'stays' | 'goes', nth = 0): string =>
  Array.from({ length: 100 }, (_, at) => `o-${at}`).filter((name) => laneOfOrder(name) < 128 === (stays === 'stays'))[
    nth
  ] as string

/** An answer that is given when told. */
function held() {
  const { promise, resolve } = Promise.withResolvers<Outcome>()
  return { promise, answer: resolve }
}

const planOf = (given: GivenDelivery, order: string, nth = 0): number =>
  given.events(order).filter(({ type }) => type === 'delivery.planned')[nth]?.position ?? 0

/** Answers of this read are as old as they are late. */
const late =
  (given: GivenDelivery, lateMs: () => number) =>
  async <T>(read: Promise<T>): Promise<T> => {
    const answer = await read
    const ms = lateMs()
    if (ms > 0) await new Promise<void>((resolve) => void given.time.after(ms, resolve))
    return answer
  }

test('what is put on the shelf while lanes that went are counted is not forgotten', async () => {
  const order = orderThat('stays')
  const given = new GivenDelivery({
    fax: { deliveryClass: 'C', answers: ({ key, attempt }) => (key.endsWith('/0') && attempt === 1 ? unknown : done) },
  })
  const count = { lateMs: 0, asked: 0 }
  const lately = late(given, () => count.lateMs)
  await given.opens((store) =>
    instead(store, {
      countRows: (...args) => {
        count.asked += 1
        return lately(store.countRows(...args))
      },
    }),
  )
  await given.plans(order, { target: 'fax', key: `${order}/0` })
  await given.holds(() => given.rows().some(({ state }) => state === 'in doubt'))
  count.lateMs = 5_000
  const asked = count.asked
  await given.opens()
  await given.holds(() => count.asked > asked)
  await given.passes(2_000)
  await given.plans(order, { target: 'fax', key: `${order}/1`, verb: 'order.status' })
  await given.readInboxes()
  await given.passes(20_000)
  expect(given.rows().map(({ request }) => request.key)).toEqual([`${order}/0`, `${order}/1`])
  await given.redelivers(order, planOf(given, order))
  await given.readInboxes()
  await given.passes(60_000)
  expect(given.sent('fax')).toEqual([`${order}/0`, `${order}/0`, `${order}/1`])
})

test('what begins to wait for a person while lanes that went are counted holds its order back', async () => {
  const [first, second] = [orderThat('stays'), orderThat('stays', 1)]
  const call = held()
  const given = new GivenDelivery({
    fax: {
      deliveryClass: 'C',
      timeoutMs: 60_000,
      answers: ({ key }) => (key === `${second}/0` ? call.promise : key === `${first}/0` ? unknown : done),
    },
  })
  const state = { lateMs: 0, isWalking: false }
  const lately = late(given, () => state.lateMs)
  const isOfDoubts = ({ having }: Walk) => having[1]?.[1] === 'in doubt' && having[2]?.[1] === 1
  await given.opens((store) =>
    instead(store, {
      walk: (walk, ...args) => {
        const read = store.walk(walk, ...args)
        if (!isOfDoubts(walk)) return read
        state.isWalking = state.lateMs > 0
        return lately(read)
      },
    }),
  )
  await given.plans(first, { target: 'fax', key: `${first}/0` })
  await given.plans(second, { target: 'fax', key: `${second}/0` })
  await given.holds(() => given.rows().some(({ state }) => state === 'in doubt'))
  state.lateMs = 5_000
  await given.opens()
  await given.holds(() => state.isWalking)
  await given.passes(10)
  call.answer(unknown)
  await given.passes(20_000)
  await given.plans(second, { target: 'fax', key: `${second}/1` })
  await given.readInboxes()
  await given.passes(HOUR)
  expect(
    given
      .rows()
      .map(({ request }) => request.key)
      .sort(),
  ).toContain(`${second}/1`)
  expect(given.sent('fax')).toEqual([`${first}/0`, `${second}/0`])
})

test.each(Array.from({ length: 12 }, (_, at) => at * 10))(
  'a delivery that is done %i ms after a person asked for it again is not sent once more',
  async (ms) => {
    const state: { now: Outcome | Promise<Outcome> } = { now: later }
    const given = new GivenDelivery({ fax: { deliveryClass: 'C', timeoutMs: 60_000, answers: () => state.now } })
    given.databaseMs = 20
    await given.opens()
    await given.plans('o', { target: 'fax', key: 'o/0' })
    await given.holds(() => given.rows().length === 1)
    await given.passes(20_000)
    const call = held()
    state.now = call.promise
    const before = given.seen.length
    await given.holds(() => given.seen.length > before)
    state.now = done
    given.time.after(ms, () => call.answer(done))
    await given.redelivers('o', planOf(given, 'o'))
    await given.passes(60_000)
    expect(given.seen.length - before).toBe(1)
    expect(given.rows()).toEqual([])
    expect(given.core.delivery.outstanding).toBe(0)
  },
)

test('two people who ask for the same delivery at once have it sent once', async () => {
  const state: { now: Outcome } = { now: unknown }
  const given = new GivenDelivery({ fax: { deliveryClass: 'C', answers: () => state.now } })
  given.databaseMs = 20
  await given.opens()
  for (const order of ['o', 'p']) await given.plans(order, { target: 'fax', key: `${order}/0` })
  await given.holds(() => given.view('fax').aside === 2)
  await given.passes(1_000)
  state.now = done
  const presses = [given.redelivers('o', planOf(given, 'o')), given.redelivers('o', planOf(given, 'o'))]
  await Promise.all(presses)
  await given.passes(60_000)
  expect(given.sent('fax')).toEqual(['o/0', 'p/0', 'o/0'])
  expect(given.view('fax').aside).toBe(1)
})

test('class C: what a person asked for, and was under way again at a stop, is a doubt again and not sent by itself', async () => {
  const never = new Promise<Outcome>(() => {})
  const order = 'o'
  const beside = Array.from({ length: 5_000 }, (_, at) => `n-${at}`).find(
    (name) => laneOfOrder(name) === laneOfOrder(order),
  ) as string
  const given = new GivenDelivery({
    fax: { deliveryClass: 'C', timeoutMs: 60_000, answers: ({ attempt }: Seen) => (attempt === 1 ? unknown : never) },
    slow: { timeoutMs: 60_000, answers: () => never },
  })
  await given.opens()
  await given.plans(beside, { target: 'slow', key: `${beside}/0` }) // holds the cursor of the lane back
  await given.plans(order, { target: 'fax', key: `${order}/0` })
  await given.holds(() => given.rows().some(({ state }) => state === 'in doubt'))
  await given.redelivers(order, planOf(given, order))
  await given.holds(() => given.sent('fax').length === 2)
  given.crashes()
  await given.opens()
  await given.passes(HOUR)
  expect(given.sent('fax')).toHaveLength(2)
  expect(given.rows().filter(({ request }) => request.target === 'fax')).toMatchObject([{ state: 'in doubt' }])
})

test('class C: what a person asked for while it was under way is a doubt after a stop, and not sent by itself', async () => {
  const never = new Promise<Outcome>(() => {})
  let isDown = true
  const given = new GivenDelivery({
    fax: { deliveryClass: 'C', timeoutMs: 60_000, answers: () => (isDown ? later : never) },
  })
  await given.opens()
  await given.plans('o', { target: 'fax', key: 'o/0' })
  await given.holds(() => given.rows().length === 1)
  const before = given.seen.length
  isDown = false
  await given.holds(() => given.seen.length > before)
  const sent = given.sent('fax').length
  await given.redelivers('o', planOf(given, 'o'))
  given.crashes()
  await given.opens()
  await given.passes(HOUR)
  expect(given.sent('fax')).toHaveLength(sent)
  expect(given.rows()).toMatchObject([{ state: 'in doubt' }])
})

test('class C: what stands behind a doubt of a stop does not go, though it has its row and the doubt has none yet', async () => {
  const never = new Promise<Outcome>(() => {})
  const hangs = { is: true }
  const given = new GivenDelivery({
    fax: { deliveryClass: 'C', timeoutMs: 60_000, concurrency: 1, answers: () => (hangs.is ? never : done) },
  })
  given.databaseMs = 20
  await given.opens()
  await given.plans('o', { target: 'fax', key: 'o/0' }, { target: 'fax', key: 'o/1' })
  await given.plans('p', { target: 'fax', key: 'p/0' })
  await given.passes(6_000)
  await given.plans('q', { target: 'fax', key: 'q/0' })
  await given.passes(1_000)
  expect(given.rows().map(({ request }) => request.key)).toEqual(expect.arrayContaining(['o/1', 'p/0']))
  expect(given.rows().map(({ request }) => request.key)).not.toContain('o/0')
  given.crashes()
  hangs.is = false
  await given.opens()
  await given.passes(HOUR)
  expect(given.sent('fax').toSorted()).toEqual(['o/0', 'p/0', 'q/0'])
})

test('a pause that is looked at slowly does not outlast its end', async () => {
  const given = new GivenDelivery({ erp: {} })
  const slow = { lateMs: 0, looks: 0 }
  const lately = late(given, () => slow.lateMs)
  await given.opens((store) =>
    instead(store, {
      loadRows: (table, ...args) => {
        const read = store.loadRows(table, ...args)
        if (table !== systemTable) return read
        slow.looks += 1
        return lately(read)
      },
    }),
  )
  await given.pauses('erp', 'a try') // from here on the room has its state in memory
  await given.resumes('erp')
  await given.passes(1_000)
  slow.lateMs = 3_000
  const looks = slow.looks
  await given.pauses('erp', 'month end')
  await given.holds(() => slow.looks > looks)
  await given.passes(100)
  slow.lateMs = 0
  await given.resumes('erp')
  await given.passes(10_000)
  expect(given.view('erp').paused).toBeUndefined()
})

test('class B: what was being asked for when its lane went is sent by the new owner only', async () => {
  const order = orderThat('goes')
  const given: GivenDelivery = new GivenDelivery({
    erp: {
      deliveryClass: 'B',
      timeoutMs: 20_000,
      answers: ({ attempt }) => (attempt === 1 && given.seen.length === 1 ? unknown : done),
      asked: () => new Promise((resolve) => void given.time.after(4_000, () => resolve(later))),
    },
  })
  await given.opens()
  await given.plans(order, { target: 'erp', key: `${order}/0` })
  await given.holds(() => given.seen.some(({ what }) => what === 'ask'))
  const { journal } = given.core
  await given.until(
    journal.quiet(async () => journal.lose(new Set(journal.lanes.owned().map(({ lane }) => lane)))), // and taken again
  )
  await given.passes(60_000)
  expect(given.seen.filter(({ what }) => what === 'ask')).toHaveLength(2) // the old owner's, and the new one's
  expect(given.sent('erp')).toHaveLength(2)
})

test('an answer that comes while the hub owns no lane does not hold its order back once the lanes are back', async () => {
  const state: { now: Outcome | Promise<Outcome> } = { now: later }
  const given = new GivenDelivery({ erp: { timeoutMs: 60_000, answers: () => state.now } })
  await given.opens()
  await given.plans('o', { target: 'erp', key: 'o/0' }, { target: 'erp', key: 'o/1' })
  await given.holds(() => given.rows().length === 2)
  await given.passes(1_000)
  const call = held()
  state.now = call.promise
  const before = given.seen.length
  await given.holds(() => given.seen.length > before)
  state.now = done
  const { journal } = given.core
  given.databaseMs = 50
  await given.until(
    journal.quiet(async () => {
      journal.lose(new Set(journal.lanes.owned().map(({ lane }) => lane)))
      call.answer(done)
    }),
  )
  await given.holds(() => given.troubles.some((trouble) => trouble.includes('could not be worked on')), 500)
  await given.passes(600_000)
  expect(given.sent('erp').slice(before)).toEqual(['o/0', 'o/0', 'o/1'])
  expect(given.rows()).toEqual([])
  expect(given.core.delivery.outstanding).toBe(0)
})
