import { expect, test } from 'vitest'
import { openHub, segments } from '../support/hub.ts'
import { acme, purchaseOrder850, shopOrder, smallBusiness } from '../support/retailer.ts'

const open = (options = {}) => openHub(acme, { edi: true, landscape: smallBusiness(), ...options })
const BOLTS = [{ line: '10', item: 'BOLT', quantity: 30 }]
/** A floor on which nobody begins for an hour. */
const LATER = { pace: { startMs: 3_600_000 } }

test('an 850 that cancels takes the order back from the warehouse before anybody picks', async () => {
  const hub = await open(LATER)
  await hub.arrives(purchaseOrder850({ number: '4711', lines: BOLTS }), { from: 'bigbox' })
  await hub.settles()
  expect((await hub.order('4711')).state).toBe('released')
  await hub.arrives(purchaseOrder850({ number: '4711', purpose: '01', control: 901, lines: BOLTS }), { from: 'bigbox' })
  await hub.settles()
  expect(hub.of('order.recalled')).toHaveLength(1)
  const order = await hub.order('4711')
  expect(order.state).toBe('cancelled')
  expect(order.reservations).toEqual([])
  expect(hub.effects(hub.systems.erp, 'order.cancel')).toHaveLength(1)
  await hub.passes(2 * 3_600_000)
  expect(hub.of('order.shipped')).toEqual([])
  expect(hub.documents('bigbox', '856')).toEqual([])
})

test('a cancellation that comes when the picker is on the way is answered as too late, and the goods go', async () => {
  const hub = await open()
  await hub.orders(shopOrder('W-1', [{ item: 'BOLT', quantity: 3 }]))
  await hub.passes(4_000)
  const { id, state } = await hub.order('W-1')
  expect(state).toBe('in fulfilment')
  const wish = { id: 'shop-1', type: 'order.cancellation_requested', order: id, reason: 'changed their mind' }
  const answer = await hub.arrives(JSON.stringify({ ...wish, occurredAt: '2026-01-05T08:00:06Z' }), { from: 'shop' })
  expect(answer.status).toBe(202)
  await hub.settles()
  expect(hub.of('order.recall_refused')).toHaveLength(1)
  expect(hub.of('order.cancellation_refused')).toHaveLength(1)
  expect((await hub.order('W-1')).state).toBe('closed')
  expect(hub.of('order.invoiced')).toHaveLength(1)
})

test('a shop’s order that is cancelled while it is held is never promised', async () => {
  const hub = await open()
  hub.systems.erp.block('C0001', true)
  await hub.orders(shopOrder('W-1', [{ item: 'BOLT', quantity: 3 }]))
  await hub.settles()
  const { id } = await hub.order('W-1')
  const wish = { id: 'shop-1', type: 'order.cancellation_requested', order: id, reason: 'changed their mind' }
  await hub.arrives(JSON.stringify({ ...wish, occurredAt: '2026-01-05T08:10:00Z' }), { from: 'shop' })
  await hub.settles()
  expect((await hub.order('W-1')).state).toBe('cancelled')
  expect(hub.of('order.accepted')).toEqual([])
  expect(hub.posted()).toEqual([])
})

test('a 3PL takes no recalls by file: the cancellation is refused and the customer gets the goods', async () => {
  const hub = await open(LATER)
  const gloves = [{ line: '10', item: 'GLOVE', quantity: 5 }]
  await hub.arrives(purchaseOrder850({ number: '4711', lines: gloves }), { from: 'bigbox' })
  await hub.settles()
  await hub.arrives(purchaseOrder850({ number: '4711', purpose: '01', control: 901, lines: gloves }), {
    from: 'bigbox',
  })
  await hub.settles()
  expect(hub.of('order.recall_refused')).toMatchObject([
    { reason: '3PL1 takes no recalls by file; it has to be called' },
  ])
  await hub.passes(2 * 3_600_000)
  await hub.settles()
  expect((await hub.order('4711')).state).toBe('closed')
  expect(segments(hub.documents('bigbox', '810')[0]?.set, 'TDS')).toEqual([['2175']])
})

test('a cancellation of an order that nobody sent is a case, not an order', async () => {
  const hub = await open()
  await hub.arrives(purchaseOrder850({ number: '9999', purpose: '01', lines: BOLTS }), { from: 'bigbox' })
  await hub.settles()
  expect(hub.of('order.received')).toEqual([])
  expect(hub.got('bigbox')).toEqual(['997'])
  expect(hub.of('report.refused').map(({ code }) => code)).toEqual(['XD_INTAKE_ORDER_MISSING'])
  expect(hub.cases()).toHaveLength(1)
})

test('an 850 that takes some of an order back takes it once, in however many envelopes it comes', async () => {
  const hub = await open()
  hub.systems.erp.block('BIGBOX', true)
  await hub.arrives(purchaseOrder850({ number: '4711', lines: BOLTS }), { from: 'bigbox' })
  await hub.settles()
  const some = [{ line: '10', item: 'BOLT', quantity: 10 }]
  for (const control of [901, 902, 903]) {
    await hub.arrives(purchaseOrder850({ number: '4711', purpose: '01', control, lines: some }), { from: 'bigbox' })
    await hub.settles()
  }
  expect(hub.of('order.line_cancelled').flatMap(({ lines }) => lines.map(({ quantity }) => quantity))).toEqual([
    10_000_000,
  ])
  expect(hub.documents('bigbox', '997')).toHaveLength(4)
  const more = [{ line: '10', item: 'BOLT', quantity: 5 }]
  await hub.arrives(purchaseOrder850({ number: '4711', purpose: '01', control: 904, lines: more }), { from: 'bigbox' })
  await hub.settles()
  expect(hub.of('order.line_cancelled').flatMap(({ lines }) => lines.map(({ quantity }) => quantity))).toEqual([
    10_000_000, 5_000_000,
  ])
})
