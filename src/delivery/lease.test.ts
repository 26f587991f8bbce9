/** Attempts only inside the lease: after it, another instance may hold the lanes and make its own. */
import { expect, test } from 'vitest'
import type { Outcome } from '../connectors/contract.ts'
import { LEASE_MS } from '../journal/ownership.ts'
import type { Store } from '../store/contract.ts'
import { LEAST_ATTEMPT_MS } from './attempt.ts'
import { GivenDelivery, instead, type Seen } from './testing/given-delivery.ts'

/** What must be left of the lease when an attempt ends. */
const MARGIN_MS = 500
const SECOND = 1_000

/** A database that stops taking heartbeats, and takes everything else. */
function heartless() {
  const state = { isDeaf: false, lastBeat: 0 }
  const spoil = (given: GivenDelivery) => (store: Store) =>
    instead(store, {
      heartbeat: async (id) => {
        if (state.isDeaf) throw new Error('the heartbeat was lost')
        state.lastBeat = given.time.now()
        await store.heartbeat(id)
      },
    })
  return { state, spoil }
}

/** When a call of a target ended, or had to. */
const endOf = ({ at, timeoutMs }: Seen) => at + timeoutMs

async function aRequestEverySecond(given: GivenDelivery, seconds: number, name: string): Promise<void> {
  for (let at = 0; at < seconds; at += 1) {
    await given.plans(`${name}-${at}`, { target: 'erp', key: `${name}-${at}/0` })
    await given.passes(SECOND)
  }
}

test('without heartbeats nothing is sent that could end after the lease; with them everything goes on', async () => {
  const { state, spoil } = heartless()
  const given = new GivenDelivery({ erp: {} })
  await given.opens(spoil(given))
  await aRequestEverySecond(given, 3, 'before')
  state.isDeaf = true
  await aRequestEverySecond(given, 20, 'without')

  const leaseEnds = state.lastBeat + LEASE_MS
  expect(Math.max(...given.seen.map(endOf))).toBeLessThanOrEqual(leaseEnds - MARGIN_MS)
  const last = Math.max(...given.seen.map(({ at }) => at))
  expect(last).toBeLessThanOrEqual(leaseEnds - MARGIN_MS - LEAST_ATTEMPT_MS)
  expect(last, 'it is sent for as long as it may be').toBeGreaterThan(
    leaseEnds - MARGIN_MS - LEAST_ATTEMPT_MS - 2 * SECOND,
  )

  state.isDeaf = false
  await given.holds(() => given.core.delivery.outstanding === 0)
  expect(given.sent('erp')).toHaveLength(23)
})

test('a target that does not answer is given up while the lease still holds', async () => {
  const { state, spoil } = heartless()
  const never = new Promise<Outcome>(() => {})
  const given = new GivenDelivery({ erp: { answers: () => never, timeoutMs: 30_000 } })
  await given.opens(spoil(given))
  await given.passes(SECOND)
  state.isDeaf = true
  await aRequestEverySecond(given, 12, 'hanging')
  const ends = given.seen.map(endOf)
  expect(ends.length).toBeGreaterThan(3)
  expect(Math.max(...ends)).toBeLessThanOrEqual(state.lastBeat + LEASE_MS - MARGIN_MS)
})

test('what took too long to be made ready is not sent after the lease', async () => {
  const { state, spoil } = heartless()
  const slow = { isSlow: false }
  const given = new GivenDelivery({ fax: { deliveryClass: 'C' } })
  const heartlessOf = spoil(given)
  await given.opens((store) =>
    instead(heartlessOf(store), {
      commit: async (turn) => {
        if (slow.isSlow) await new Promise<void>((resolve) => void given.time.after(5 * SECOND, resolve))
        await store.commit(turn)
      },
    }),
  )
  await given.passes(SECOND)
  state.isDeaf = true
  slow.isSlow = true
  // Its plan is on disk after five seconds, that an attempt begins after ten: then the lease is over.
  await given.plans('o-1', { target: 'fax', key: 'o-1/0' })
  await given.passes(15 * SECOND)
  expect(given.events('o-1').map(({ type }) => type)).toContain('delivery.attempting')
  expect(given.seen).toEqual([])

  state.isDeaf = false
  slow.isSlow = false
  await given.holds(() => given.core.delivery.outstanding === 0)
  expect(given.sent('fax')).toEqual(['o-1/0'])
})
