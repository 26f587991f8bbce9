/**
 * One target is down for eight hours while the others work. `CROSSDOCK_OUTAGE` messages wait for it at the end: 10,000,
 * and 100,000 in `npm run test:long`. Simulated time sees who waits for whom, but not what the backlog costs of the
 * processor: how the others fare in real time is for `npm run -s bench -- outage`.
 */
import { expect, test } from 'vitest'
import { recordTest } from '../../test/support/record.ts'
import { seededRandom } from '../base/random.ts'
import type { Outcome } from '../connectors/contract.ts'
import { GivenDelivery } from './testing/given-delivery.ts'

const MESSAGES = Number(process.env['CROSSDOCK_OUTAGE'] ?? 10_000)
const HOUR = 3_600_000
const HOURS = 8
const PER_SECOND = MESSAGES > 20_000 ? 50 : 20
/** Requests of one order come one after another, this many messages apart. */
const APART = 50
const MINUTE = 60_000
/** How long the database takes for a turn. */
const COMMIT_MS = 2
/** Of real time. */
const TIMEOUT_MS = MESSAGES > 20_000 ? 7_200_000 : 150_000

/** A day at the hub: every message goes to the ERP and, for the same order, to a warehouse that works. */
async function day(erpIsDown: boolean, hours: number) {
  const state = { isDown: erpIsDown }
  const random = seededRandom(8)
  const calls: { key: string; at: number; answeredAt: number }[] = []
  const given = new GivenDelivery({
    erp: {
      pace: `${PER_SECOND} per second`,
      answers: () => (state.isDown ? { result: 'later', reason: 'answered 503' } : { result: 'done' }),
    },
    wms: {
      answers: ({ key, at }) => {
        const answeredAt = at + 20 + 60 * random.next()
        calls.push({ key, at, answeredAt })
        const answer: Promise<Outcome> = new Promise((resolve) => {
          given.time.after(answeredAt - at, () => resolve({ result: 'done' }))
        })
        return answer
      },
    },
  })
  given.databaseMs = COMMIT_MS
  given.beatMs = 5_000
  await given.opens()
  const began = given.time.now()
  const everyMs = (HOURS * HOUR) / MESSAGES
  const plannedAt = new Map<string, number>()
  let most = 0
  let next = 0
  const plan = () => {
    const n = next
    next += 1
    const [order, step] = [`o-${Math.floor(n / (2 * APART)) * APART + (n % APART)}`, Math.floor(n / APART) % 2]
    const key = `${order}/${step}`
    plannedAt.set(key, given.time.now())
    void given.planned(order, { target: 'erp', key }, { target: 'wms', key })
    if (n % 1_000 === 0) most = Math.max(most, given.core.delivery.inMemory)
    given.time.after(everyMs, plan)
  }
  given.time.after(everyMs, plan)
  await given.passes(hours * HOUR)
  const queued = given.view('erp').queued
  state.isDown = false
  const healed = given.time.now()
  await given.holds(() => given.view('erp').queued <= 2, 12 * HOUR)
  const drained = given.time.now()
  await given.passes(MINUTE)
  return { given, began, healed, drained, queued, most, calls, plannedAt }
}

interface Day {
  /** Every call of a message at the working target: when it came, and when it was answered. */
  readonly calls: readonly { readonly key: string; readonly at: number; readonly answeredAt: number }[]
  readonly plannedAt: ReadonlyMap<string, number>
}

/** Of messages planned in this time, 99 of 100: how long until they were at their target, and until it had answered. */
function p99s({ calls, plannedAt }: Day, from: number, to: number): { there: number; answered: number } {
  const some = calls.filter(({ key }) => {
    const planned = plannedAt.get(key) ?? 0
    return planned >= from && planned < to
  })
  const p99 = (until: (call: Day['calls'][number]) => number) =>
    some.map((call) => until(call) - (plannedAt.get(call.key) ?? 0)).toSorted((a, b) => a - b)[
      Math.floor(some.length * 0.99)
    ] as number
  return { there: p99(({ at }) => at), answered: p99(({ answeredAt }) => answeredAt) }
}

test(
  `eight hours without the ERP, ${MESSAGES.toLocaleString('en')} messages: nobody waits for it, it drains in order at its rate`,
  async () => {
    const calm = await day(false, 1)
    const dark = await day(true, HOURS)
    const { given, began, healed, drained, queued, most } = dark
    expect(queued).toBeGreaterThanOrEqual(MESSAGES - 1)
    expect(given.troubles).toEqual([])

    // A message is delivered when its target has answered. On its way there it waits for two commits; beside a drain it
    // may find a turn under way, and waits for that one too: a commit more, and no more than that.
    const usual = p99s(calm, calm.began, calm.healed)
    const during = p99s(dark, began, healed)
    const draining = p99s(dark, healed, drained)
    expect(during.answered / usual.answered).toBeLessThanOrEqual(1.1)
    expect(draining.answered / usual.answered).toBeLessThanOrEqual(1.1)
    expect(during.there - usual.there).toBeLessThanOrEqual(0)
    expect(draining.there - usual.there).toBeLessThanOrEqual(COMMIT_MS)

    const sent = given.seen.filter(({ target, at }) => target === 'erp' && at >= healed)
    const first = sent[0]?.at ?? 0
    const rates = Array.from({ length: Math.floor((drained - first) / MINUTE) }, (_, minute) => {
      const from = first + minute * MINUTE
      return sent.filter(({ at }) => at >= from && at < from + MINUTE).length / (PER_SECOND * 60)
    })
    // The minute in which the probe comes back is its own.
    const [least, greatest] = [Math.min(...rates.slice(1)), Math.max(...rates)]
    expect(rates.length).toBeGreaterThan(5)
    expect(least).toBeGreaterThanOrEqual(0.95)
    expect(greatest).toBeLessThanOrEqual(1.05)

    const at = new Map(given.seen.filter(({ target }) => target === 'erp').map((one) => [one.key, one.at]))
    const inverted = [...at].filter(([key, when]) => key.endsWith('/1') && when < (at.get(`${key.slice(0, -1)}0`) ?? 0))
    expect(inverted).toEqual([])
    expect(new Set(sent.map(({ key }) => key)).size).toBeGreaterThanOrEqual(queued)
    const again = sent.length - new Set(sent.map(({ key }) => key)).size
    expect(again).toBe(0)
    expect(most).toBeLessThan(12_000)

    const figures = {
      messages: queued,
      simulatedOthersP99Ratio: Number((during.answered / usual.answered).toFixed(3)),
      simulatedDrainingP99Ratio: Number((draining.answered / usual.answered).toFixed(3)),
      simulatedMsUntilThere: { usual: usual.there, during: during.there, draining: draining.there },
      drainRateLeast: Number(least.toFixed(3)),
      drainRateGreatest: Number(greatest.toFixed(3)),
      drainMinutes: Math.round((drained - healed) / MINUTE),
      mostInMemory: most,
      inversions: inverted.length,
      sentAgain: again,
    }
    process.stdout.write(`outage: ${JSON.stringify(figures)}\n`)
    recordTest('outage', figures, { path: 'src/delivery/outage.test.ts', form: 'CROSSDOCK_OUTAGE' })
  },
  TIMEOUT_MS,
)
