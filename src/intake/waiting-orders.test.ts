/** Orders that wait for master data: who waits is on disk, and is told however master data and the order cross. */
import { expect, test } from 'vitest'
import type { Input, JournalEvent } from '../journal/contract.ts'
import { laneOfSubject } from '../lifecycle/subject.ts'
import { intakeRoom, type ReferenceWait } from './room.ts'
import { Desk, HAMMER, NOW, SHOP, SHOP_ORDER, smallMaster } from './testing/desk.ts'
import { OneRoom } from './testing/post.ts'
import { WaitingOrders } from './waiting-orders.ts'

/** A table of orders that wait, a journal that takes what it is told, and what goes wrong with them. */
function given() {
  const master = smallMaster()
  const desk = new Desk(SHOP, master)
  const room = new OneRoom<ReferenceWait>(intakeRoom(), NOW)
  const told: Input[] = []
  const seen = { reads: [] as number[], troubles: [] as string[], pauses: 0, mostAtOnce: 0, underWay: 0 }
  const fails = { reads: 0, tellings: 0, kept: false }
  const onDisk = (lanes: readonly number[]) =>
    [...room.states()].flatMap(([subject, state]) => {
      const row = intakeRoom().save(state)
      return row && lanes.includes(laneOfSubject(subject)) ? [[laneOfSubject(subject), subject, ...row] as const] : []
    })
  const waiting = new WaitingOrders({
    master: () => master,
    store: {
      countRows: async (_table, _by, lanes) => {
        if (fails.reads > 0) {
          fails.reads -= 1
          throw new Error('the database is away')
        }
        const counts = Map.groupBy(onDisk(lanes), ([lane]) => lane)
        return [...counts].map(([lane, rows]) => [lane, rows.length])
      },
      loadLanes: async (_table, lanes) => {
        const rows = onDisk(lanes)
        seen.reads.push(rows.length)
        return rows.map((row) => [...row])
      },
    },
    offer: (work) => {
      seen.underWay += 1
      seen.mostAtOnce = Math.max(seen.mostAtOnce, seen.underWay)
      setImmediate(() => {
        seen.underWay -= 1
        if (fails.tellings > 0) {
          fails.tellings -= 1
          const error = Object.assign(new Error('no'), fails.kept ? { code: 'XD_JOURNAL_PARKED' } : {})
          return work.failed(error)
        }
        const { inputs } = work.admit([], {} as never)
        told.push(...inputs)
        for (const { subject } of inputs) lift(subject)
        work.settled({ events: [], answer: undefined, at: NOW } as never)
      })
    },
    delay: async () => {
      seen.pauses += 1
    },
    trouble: (what) => seen.troubles.push(what),
  })
  const lift = (subject: string) =>
    room.folds(subject, { type: 'order.hold_lifted', data: { hold: 'reference', by: 'erp', reason: 'it came' } })
  /** An order for something nobody knows; its events. */
  const takes = (number: string, sku = 'NEW-1'): JournalEvent[] => {
    const { inputs } = desk.takes({ ...SHOP_ORDER, number, lines: [{ ...SHOP_ORDER.lines[0], sku }] })
    return room.takes(inputs.filter(({ subject }) => subject.includes('/order/')))
  }
  const knows = (sku = 'NEW-1') => {
    master.apply({ kind: 'item', value: { ...HAMMER, sku, gtins: [] } })
    waiting.changed('acme', 'erp', NOW)
  }
  return { waiting, takes, knows, told, seen, fails, onDisk: () => onDisk(Array.from({ length: 256 }, (_, at) => at)) }
}

test('who waits is on disk only: an order that another instance took in is told, and only once', async () => {
  const { waiting, takes, knows, told, seen } = given()
  const [received] = takes('PO-1')
  takes('PO-2', 'NEW-2')
  knows()
  await expect.poll(() => told).toHaveLength(1)
  expect(told[0]).toMatchObject({
    type: 'reference.resolved',
    subject: received?.subject,
    source: 'erp',
    data: { remaining: 0, lines: [{ line: '1', item: 'NEW-1' }] },
  })
  const reads = seen.reads.length
  waiting.changed('acme', 'erp', NOW)
  waiting.changed('another', 'erp', NOW) // another business waits for nothing
  await expect.poll(() => seen.reads.length).toBeGreaterThan(reads)
  expect(told).toHaveLength(1)
})

test('master data that comes while an order that lacks it is on its way: the order is told all the same', async () => {
  const { waiting, takes, knows, told, seen } = given()
  const events = takes('PO-1')
  waiting.hear('acme', events)
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(told).toEqual([]) // nobody knows it yet

  const late = takes('PO-2', 'NEW-2') // read before the item came, committed after
  knows('NEW-2')
  await expect.poll(() => told).toHaveLength(1)
  const { length } = seen.reads
  waiting.hear('acme', late)
  await expect.poll(() => told).toHaveLength(2)
  expect(told.map(({ subject }) => subject)).toEqual([late[0]?.subject, late[0]?.subject])
  expect(seen.reads).toHaveLength(length) // without a look at the disk
})

test('thousands that wait are read and told page by page, and changes that come meanwhile are one more look', async () => {
  const { takes, knows, told, seen, onDisk } = given()
  const orders = 4_500
  for (let at = 0; at < orders; at += 1) takes(`PO-${at}`)
  expect(onDisk()).toHaveLength(orders)
  for (let at = 0; at < 50; at += 1) knows(`OTHER-${at}`)
  knows()
  await expect.poll(() => told.length, { timeout: 20_000 }).toBe(orders)
  expect(Math.max(...seen.reads)).toBeLessThanOrEqual(2_000)
  expect(seen.mostAtOnce).toBeLessThanOrEqual(2_000)
  expect(seen.reads.reduce((sum, rows) => sum + rows, 0)).toBeLessThan(3 * orders)
})

test('a database that is away, and a telling that fails, are tried again; what is kept for a parked order is not', async () => {
  const { takes, knows, told, seen, fails } = given()
  takes('PO-1')
  takes('PO-2')
  Object.assign(fails, { reads: 2, tellings: 1 })
  knows()
  await expect.poll(() => told).toHaveLength(2)
  expect(seen.pauses).toBe(3)
  expect(seen.troubles).toHaveLength(3)

  takes('PO-3', 'NEW-3')
  Object.assign(fails, { tellings: 1, kept: true })
  const { reads } = seen
  const before = reads.length
  knows('NEW-3')
  await expect.poll(() => reads.length).toBeGreaterThan(before)
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(seen.pauses).toBe(3)
  expect(seen.troubles).toHaveLength(3)
})
