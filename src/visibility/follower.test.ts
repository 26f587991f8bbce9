import { beforeEach, describe, expect, test, vi } from 'vitest'
import type { Scheduler } from '../base/scheduler.ts'
import type { Store } from '../store/contract.ts'
import { ModelDatabase } from '../store/model/model-database.ts'
import { openModelStore } from '../store/model/model-store.ts'
import { Follower, type FollowerPorts } from './follower.ts'
import { factsOf, JournalUnderTest } from './journal-under-test.ts'
import { keepFollowing } from './keep-following.ts'
import type { KpiCount } from './kpis.ts'
import { marksFromStore } from './marks.ts'
import { MemoryViews } from './memory-views.ts'
import { type NewsSource, newsFromStore } from './news.ts'
import { standingFromStore } from './standing.ts'
import { walkOneOrder } from './walk-under-test.ts'

const sorted = (counts: readonly KpiCount[]) => counts.map((count) => JSON.stringify(count)).sort()

let store: Store
let journal: JournalUnderTest
let views: MemoryViews
let follower: Follower

function following(over: MemoryViews, more: Partial<FollowerPorts> = {}): Follower {
  const standing = standingFromStore(store, over)
  const source = newsFromStore(store)
  const marks = () => marksFromStore(store)
  return new Follower({ source, views: over, standing, marks, now: () => journal.now, ...more })
}

beforeEach(async () => {
  store = openModelStore(new ModelDatabase({ now: () => 1_700_000_000_000 }))
  journal = new JournalUnderTest(store)
  await journal.open()
  views = new MemoryViews()
  follower = following(views)
})

describe('what people see of orders', () => {
  test('an order is seen in the stage it has reached, with its value and since when', async () => {
    const subject = 'acme/order/o0-05-1'
    journal.says(subject, 'order.received', factsOf('o0-05-1', 'PO-77'))
    await journal.commit()
    await follower.catchUp()
    const [seen] = await views.page('acme', { limit: 10 })
    expect(seen).toMatchObject({
      stage: 'received',
      customerOrder: 'PO-77',
      amount: '40.00',
      currency: 'USD',
      lines: 2,
    })

    const since = journal.now
    journal.passes(60_000)
    journal.says(subject, 'order.held', { hold: 'credit', reason: 'over the limit' })
    await journal.commit()
    await follower.catchUp()
    const [held] = await views.page('acme', { stage: 'held', limit: 10 })
    expect(held).toMatchObject({ stage: 'held', holds: 'credit', stageSince: since + 60_000, amount: '40.00' })
    expect(await views.countByStage('acme')).toEqual([{ stage: 'held', count: 1 }])
  })

  test('a finished order is found by every name it was given', async () => {
    await walkOneOrder(journal, 'o0-05-1', 'PO-77')
    await follower.catchUp()
    for (const name of ['PO-77', 'SO-o0-05-1', 'SHIP-O0-05-1', '1Z-O0-05-1', 'CARTON-O0-05-1', 'INV-O0-05-1']) {
      const found = await views.find('acme', name.toUpperCase(), 5)
      expect(
        found.map((one) => one.order.subject),
        name,
      ).toEqual(['acme/order/o0-05-1'])
    }
    expect((await views.page('acme', { limit: 5 }))[0]).toMatchObject({ stage: 'closed', over: true, openLines: 0 })
  })

  test('another tenant sees nothing of it', async () => {
    await walkOneOrder(journal, 'o0-05-1', 'PO-77')
    await follower.catchUp()
    expect(await views.find('other', 'PO-77', 5)).toEqual([])
    expect(await views.page('other', { limit: 5 })).toEqual([])
    expect(await views.countByStage('other')).toEqual([])
  })

  test('a delivery in trouble is named on the order until something good happens', async () => {
    const subject = 'acme/order/o0-05-1'
    journal.says(subject, 'order.received', factsOf('o0-05-1', 'PO-77'))
    const waiting = { position: 1, target: 'erp', verb: 'order.post', key: 'k', attempts: 3, reason: '503', nextAt: 0 }
    journal.says(subject, 'delivery.waiting', waiting)
    await journal.commit()
    await follower.catchUp()
    expect((await views.page('acme', { limit: 1 }))[0]?.trouble).toBe('order.post to erp waits: 503')
    journal.says(subject, 'order.posted', { number: 'SO-1' })
    await journal.commit()
    await follower.catchUp()
    expect((await views.page('acme', { limit: 1 }))[0]?.trouble).toBeNull()
  })
})

describe('following', () => {
  test('a follower that starts again goes on where the last one ended, and counts nothing twice', async () => {
    await walkOneOrder(journal, 'o0-05-1', 'PO-77')
    await follower.catchUp()
    const again = following(views)
    await again.catchUp()
    await walkOneOrder(journal, 'o0-06-1', 'PO-78')
    await again.catchUp()
    const hours = { fromHour: 0, toHour: 1_000_000 }
    const counts = await views.counts('acme', hours)
    expect(counts.find((count) => count.name === 'order.received')?.count).toBe(2)
    const samples = (await views.buckets('acme', hours)).filter((bucket) => bucket.kpi === 'releaseLatency')
    expect(samples.reduce((sum, bucket) => sum + bucket.count, 0)).toBe(2)
  })

  test('small rounds see the same as one large one', async () => {
    for (let nth = 1; nth <= 5; nth += 1) await walkOneOrder(journal, `o0-0${nth}-1`, `PO-${nth}`)
    const slow = new MemoryViews()
    await following(slow, { most: 3 }).catchUp()
    await follower.catchUp()
    const hours = { fromHour: 0, toHour: 1_000_000 }
    expect(await slow.countByStage('acme')).toEqual(await views.countByStage('acme'))
    const counts = await views.counts('acme', hours)
    expect(counts.map((count) => count.count).reduce((sum, count) => sum + count)).toBe(25)
    expect(sorted(await slow.counts('acme', hours))).toEqual(sorted(counts))
    expect(await slow.find('acme', 'PO-3', 5)).toMatchObject([{ kind: 'customerOrder' }])
  })

  test('it says how far behind it is', async () => {
    await walkOneOrder(journal, 'o0-05-1', 'PO-77')
    const slow = following(views, { most: 2 })
    await slow.round()
    expect(slow.lag.lanes).toBe(1)
    expect(slow.lag.entries).toBeGreaterThan(5)
    await slow.catchUp()
    expect(slow.lag).toEqual({ entries: 0, lanes: 0 })
  })

  test('of two followers on one set of tables, only one counts a stretch', async () => {
    await walkOneOrder(journal, 'o0-05-1', 'PO-77')
    const other = following(views)
    await Promise.all([follower.catchUp(), other.catchUp()])
    const counts = await views.counts('acme', { fromHour: 0, toHour: 1_000_000 })
    expect(counts.find((count) => count.name === 'order.shipped')?.count).toBe(1)
  })
})

describe('how long things take', () => {
  test('from acceptance to release, and from dispatch to the goods issue in the ERP', async () => {
    const request = await walkOneOrder(journal, 'o0-05-1', 'PO-77')
    await follower.catchUp()
    expect(await views.unacknowledged('acme', journal.now + 1, 5)).toHaveLength(1)
    journal.passes(90_000)
    journal.marks(request)
    await journal.commit()
    await follower.catchUp()
    expect(await views.unacknowledged('acme', journal.now + 1, 5)).toEqual([])
    const buckets = await views.buckets('acme', { fromHour: 0, toHour: 1_000_000, facility: 'DC1', channel: 'shop' })
    expect(buckets.map((bucket) => bucket.kpi).sort()).toEqual(['releaseLatency', 'shipmentConfirmationLag'])
  })

  test('a goods issue that was acknowledged before we read of it is measured all the same', async () => {
    const first = await walkOneOrder(journal, 'o0-05-1', 'PO-77')
    await follower.catchUp()
    const second = await walkOneOrder(journal, 'o0-06-1', 'PO-78')
    journal.passes(30_000)
    journal.marks(second)
    await journal.commit()
    const packs = [Buffer.from(await store.readMarks(0)), Buffer.alloc(0)]
    const once = { read: async () => packs.splice(0, 1) }
    const behind = following(views, { marks: () => once, most: 1 })
    await behind.catchUp()
    await behind.round()
    const pending = await views.unacknowledged('acme', journal.now + 1, 5)
    expect(pending.map((issue) => issue.position)).toEqual([first.position])
  })
})

describe('kept going', () => {
  test('it follows by itself, says what fails, and ends when it is told to', async () => {
    const waits: (() => void)[] = []
    const scheduler: Scheduler = {
      yield: async () => undefined,
      after: (_, run) => {
        waits.push(run)
        return () => undefined
      },
    }
    const troubles: string[] = []
    let isDown = true
    const source: NewsSource = {
      ...newsFromStore(store),
      heads: async () => {
        if (isDown) throw new Error('the database is away')
        return newsFromStore(store).heads()
      },
    }
    const kept = following(views, { source })
    const ports = { scheduler, now: () => journal.now, trouble: (what: string) => troubles.push(what) }
    const running = keepFollowing(kept, ports)
    const passes = async () => {
      await vi.waitUntil(() => waits.length > 0)
      waits.shift()?.()
    }
    await passes()
    expect(troubles).toEqual(['the views cannot follow the journal'])
    isDown = false
    await walkOneOrder(journal, 'o0-05-1', 'PO-77')
    await passes()
    await passes()
    await vi.waitUntil(() => waits.length > 0)
    expect(await views.countByStage('acme')).toEqual([{ stage: 'closed', count: 1 }])
    await running.stop()
  })
})
