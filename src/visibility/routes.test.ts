import { beforeEach, describe, expect, test } from 'vitest'
import type { RouteRequest } from '../journal/route.ts'
import type { Store } from '../store/contract.ts'
import { ModelDatabase } from '../store/model/model-database.ts'
import { openModelStore } from '../store/model/model-store.ts'
import type { Follower } from './follower.ts'
import { factsOf, JournalUnderTest } from './journal-under-test.ts'
import { visibilityInMemory } from './open-visibility.ts'
import { routes, type VisibilityPorts } from './routes.ts'
import { valuesOf } from './values-of.ts'
import { walkOneOrder } from './walk-under-test.ts'

let store: Store
let journal: JournalUnderTest
let follower: Follower
let ports: VisibilityPorts

beforeEach(async () => {
  store = openModelStore(new ModelDatabase({ now: () => 1_700_000_000_000 }))
  journal = new JournalUnderTest(store)
  await journal.open()
  const visibility = visibilityInMemory(store, () => journal.now)
  follower = visibility.follower
  ports = { views: visibility.views, store, waiting: async () => [], lag: () => follower.lag }
})

interface Asked {
  readonly tenant?: string
  readonly params?: Record<string, string>
  readonly query?: Record<string, unknown>
}

async function ask(operationId: string, { tenant = 'acme', params = {}, query = {} }: Asked = {}) {
  const route = routes.find((one) => one.operationId === operationId)
  const request = { tenant, params, query, now: journal.now } as unknown as RouteRequest
  const answer = await route?.handle(request, ports)
  return answer?.body as Record<string, unknown>
}

const order = { id: 'o0-05-1' }

describe('what the doors show', () => {
  test('one order, with what became of each line', async () => {
    await walkOneOrder(journal, order.id, 'PO-77')
    expect(await ask('getOrder', { params: order })).toMatchObject({
      id: order.id,
      state: 'closed',
      customerOrder: 'PO-77',
      erpNumber: 'SO-o0-05-1',
      lines: [
        { line: '1', customerLine: '0010', item: 'bolts', ordered: '10', shipped: '10', uom: 'EA', state: 'closed' },
        { line: '2', ordered: '4' },
      ],
      shipments: [{ shipment: 'SHIP-o0-05-1', invoice: 'INV-o0-05-1' }],
    })
  })

  test('an order of another tenant is not there', async () => {
    await walkOneOrder(journal, order.id, 'PO-77')
    await follower.catchUp()
    const unknown = { code: 'XD_VISIBILITY_UNKNOWN_KEY', status: 404 }
    await expect(ask('getOrder', { tenant: 'other', params: order })).rejects.toMatchObject(unknown)
    await expect(ask('getTimeline', { tenant: 'other', params: { key: 'PO-77' } })).rejects.toMatchObject(unknown)
    expect(await ask('search', { tenant: 'other', query: { q: 'PO-77' } })).toMatchObject({ found: [] })
  })

  test('the timeline by tracking number: steps, deliveries, and what the order waits for', async () => {
    await walkOneOrder(journal, order.id, 'PO-77')
    await follower.catchUp()
    const seen = await ask('getTimeline', { params: { key: '1z-o0-05-1' } })
    expect(seen).toMatchObject({
      order: { id: order.id },
      deliveries: [{ target: 'erp', verb: 'shipment.post', state: 'planned' }],
      waits: [{ why: 'The goods issue to erp has not been answered.' }],
    })
    const steps = seen['steps'] as { what: string }[]
    expect(steps[0]?.what).toBe('Order PO-77 of C1 came in with 2 lines.')
    expect(steps).toHaveLength(13)
  })

  test('a purchase order that two customers use is no name for one order: both are listed, and the id says which', async () => {
    await walkOneOrder(journal, order.id, 'PO-77')
    await walkOneOrder(journal, 'o0-06-1', 'PO-77')
    await follower.catchUp()
    await expect(ask('getTimeline', { params: { key: 'po-77' } })).rejects.toMatchObject({
      code: 'XD_VISIBILITY_SEVERAL',
      status: 409,
      message: '2 orders are called po-77.',
      faults: expect.arrayContaining([
        { pointer: order.id, detail: 'PO-77 of C1, from shop, closed' },
        { pointer: 'o0-06-1', detail: expect.stringContaining('PO-77 of C1') },
      ]),
    })
    expect(await ask('getTimeline', { params: { key: 'o0-06-1' } })).toMatchObject({ order: { id: 'o0-06-1' } })
    expect(await ask('getTimeline', { params: { key: '1z-o0-06-1' } })).toMatchObject({ order: { id: 'o0-06-1' } })
  })

  test('orders come page by page, the latest received first whatever its id, none twice and none left out', async () => {
    const lanes = ['03', '05', '01', '04', '02']
    for (const lane of lanes) {
      journal.says(`acme/order/o0-${lane}-1`, 'order.received', factsOf(`o0-${lane}-1`, `PO-${lane}`))
      await journal.commit()
      if (lane !== '01') journal.passes(1_000) // 01 and 04 came at one instant
    }
    await follower.catchUp()
    const ids: string[] = []
    let cursor: string | undefined
    do {
      const page = await ask('listOrders', { query: { state: 'received', limit: 2, ...(cursor ? { cursor } : {}) } })
      ids.push(...(page['orders'] as { id: string }[]).map((one) => one.id))
      expect(page['states']).toEqual([{ state: 'received', count: 5 }])
      cursor = (page['next'] as string | null) ?? undefined
    } while (cursor)
    expect(ids).toEqual(['02', '04', '01', '05', '03'].map((lane) => `o0-${lane}-1`))
    const foreign = ask('listOrders', { query: { cursor: 'o0-09-9' } })
    await expect(foreign).rejects.toMatchObject({ code: 'XD_VISIBILITY_UNKNOWN_KEY' })
  })

  test('what orders are worth is known, and what is no order has no value', async () => {
    await walkOneOrder(journal, order.id, 'PO-77')
    await follower.catchUp()
    const subjects = [`acme/order/${order.id}`, 'acme/stock/DC1', 'acme/order/o0-09-9']
    expect(await valuesOf(ports.views, subjects)).toEqual([{ amount: '40.00', currency: 'USD' }])
  })

  test('search finds by any name, also by the order itself, whatever the case', async () => {
    await walkOneOrder(journal, order.id, 'po-77')
    await follower.catchUp()
    for (const q of ['PO-77', order.id, 'inv-o0-05-1']) {
      expect(await ask('search', { query: { q } }), q).toMatchObject({ found: [{ order: { id: order.id } }] })
    }
  })

  test('an order that nobody touches is stuck after a while; a shipment the ERP does not know of is an alert', async () => {
    journal.says('acme/order/o0-06-1', 'order.received', factsOf('o0-06-1', 'PO-78'))
    await walkOneOrder(journal, order.id, 'PO-77')
    await follower.catchUp()
    expect(await ask('getStuck')).toMatchObject({ orders: [{ id: 'o0-06-1' }], shipments: [] })
    journal.passes(16 * 60_000)
    expect(await ask('getStuck')).toMatchObject({ shipments: [{ order: order.id, shipment: 'SHIP-o0-05-1' }] })
    expect(await ask('getKpis')).toMatchObject({
      unacknowledgedShipments: 1,
      releaseLatency: { count: 1, medianMs: expect.any(Number) },
      counts: { 'order.received': 2, 'order.shipped': 1 },
      lag: { entries: 0 },
    })
  })
})
