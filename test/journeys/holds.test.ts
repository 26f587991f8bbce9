import { expect, test } from 'vitest'
import { openHub, segments } from '../support/hub.ts'
import { aCustomer, anItem } from '../support/landscape.ts'
import { acme, purchaseOrder850, shopOrder, smallBusiness } from '../support/retailer.ts'

const open = (options = {}) => openHub(acme, { edi: true, landscape: smallBusiness(), ...options })

test('a price we do not agree with is held, not overwritten; once agreed, the order goes on at the customer’s price', async () => {
  const hub = await open()
  const lines = [
    { line: '10', item: 'BOLT', quantity: 10, price: '8.00' },
    { line: '20', item: 'LAMP', quantity: 1 },
  ]
  await hub.arrives(purchaseOrder850({ number: '4711', lines }), { from: 'bigbox' })
  await hub.settles()
  expect(hub.of('order.held')).toEqual([
    { hold: 'price', reason: 'line 1: the customer says 8.00, ours is 9.25', lines: ['1'] },
  ])
  expect(hub.got('bigbox')).toEqual(['997'])
  expect(hub.posted()).toEqual([])

  await hub.liftsHold((await hub.order('4711')).id, 'price')
  await hub.settles()
  expect(hub.got('bigbox')).toEqual(['997', '855', '856', '810'])
  expect(segments(hub.documents('bigbox', '855')[0]?.set, 'ACK').map(([status]) => status)).toEqual(['IA', 'IA'])
  expect(hub.of('order.invoiced').map(({ total }) => total.amount)).toEqual(['93.79'])
})

test('a price we will not sell at: the order desk cancels, and the customer is told no with every line', async () => {
  const hub = await open()
  await hub.arrives(purchaseOrder850({ number: '4711', lines: [{ item: 'BOLT', quantity: 10, price: '8.00' }] }), {
    from: 'bigbox',
  })
  await hub.settles()
  const { id } = await hub.order('4711')
  const wish = { id: 'desk-1', type: 'order.cancellation_requested', order: id, reason: 'not at 8.00' }
  await hub.arrives(JSON.stringify({ ...wish, occurredAt: '2026-01-05T08:10:00Z' }), { from: 'erp' })
  await hub.settles()
  expect((await hub.order('4711')).state).toBe('cancelled')
  expect(hub.got('bigbox')).toEqual(['997', '855'])
  const answer = hub.documents('bigbox', '855')[0]?.set
  expect(segments(answer, 'BAK').map(([, status]) => status)).toEqual(['RD'])
  expect(segments(answer, 'ACK').map(([status]) => status)).toEqual(['IR'])
  expect(hub.posted()).toEqual([])
})

test('a price nobody agreed to is still found when the ERP was down: what it says then is what the order desk reads', async () => {
  const hub = await open()
  hub.systems.erp.misbehave({ down: true })
  await hub.arrives(purchaseOrder850({ number: '4711', lines: [{ item: 'BOLT', quantity: 10, price: '8.00' }] }), {
    from: 'bigbox',
  })
  await hub.passes(600_000)
  expect(hub.of('order.held').map(({ reason }) => reason)).toEqual(['waiting for erp', 'waiting for erp'])

  hub.systems.erp.misbehave({ down: false })
  await hub.settles()
  expect((await hub.order('4711')).holds).toEqual(['price'])
  expect(hub.of('order.held').slice(2)).toEqual([
    { hold: 'price', reason: 'line 1: the customer says 8.00, ours is 9.25', lines: ['1'] },
  ])
  expect(hub.got('bigbox')).toEqual(['997'])
  expect(hub.posted()).toEqual([])

  await hub.liftsHold((await hub.order('4711')).id, 'price')
  await hub.settles()
  expect((await hub.order('4711')).state).toBe('closed')
  expect(hub.of('order.invoiced').map(({ total }) => total.amount)).toEqual(['80.00'])
})

test('an item nobody knows holds the order until the ERP has told of it; then it goes all the way', async () => {
  const hub = await open()
  const lines = [
    { item: 'BOLT', quantity: 10 },
    { item: 'WRENCH', quantity: 2, price: '12.50' },
  ]
  await hub.arrives(purchaseOrder850({ number: '4711', lines }), { from: 'bigbox' })
  await hub.settles()
  expect(hub.of('order.held')).toMatchObject([{ hold: 'reference', lines: ['2'] }])
  expect(hub.effects(hub.systems.erp, 'credit.check')).toEqual([])

  const wrench = anItem('WRENCH', '12.50')
  hub.learns(wrench, { DC1: 100 })
  await hub.arrives(JSON.stringify([{ ...wrench, type: 'item.upserted' }]), { from: 'erp', topic: 'master' })
  await hub.settles()
  expect(hub.of('order.hold_lifted')).toMatchObject([{ hold: 'reference' }])
  await hub.passes(20 * 60_000) // the bolts left at once; the wrenches came in later and are looked for again
  await hub.settles()
  expect((await hub.order('4711')).state).toBe('closed')
  expect(hub.of('order.invoiced').map(({ total }) => total.amount)).toEqual(['92.50', '25.00'])
})

test('a customer whose credit is stopped waits until the ERP says that it is free again', async () => {
  const hub = await open()
  hub.systems.erp.block('C0001', true)
  const answer = await hub.orders(shopOrder('W-1', [{ item: 'BOLT', quantity: 10 }]))
  expect(answer.status).toBe(202)
  await hub.settles()
  expect(hub.of('order.held')).toMatchObject([{ hold: 'credit', reason: 'The account is blocked.' }])
  expect(hub.effects(hub.systems.warehouses[0], 'warehouse.release')).toEqual([])
  expect((await hub.order('W-1')).reservations).toEqual([])

  hub.systems.erp.block('C0001', false)
  await hub.liftsHold((await hub.order('W-1')).id, 'credit')
  await hub.settles()
  expect((await hub.order('W-1')).state).toBe('closed')
})

test('while the ERP is down orders are taken as pending and nothing is invented; when it is back they go on', async () => {
  const hub = await open()
  hub.systems.erp.misbehave({ down: true })
  const answer = await hub.orders(shopOrder('W-1', [{ item: 'BOLT', quantity: 10 }]))
  expect(answer).toMatchObject({ status: 202, body: { state: 'received' } })
  await hub.drops(purchaseOrder850({ number: '4711', lines: [{ item: 'LAMP', quantity: 1 }] }), {
    from: 'bigbox',
    fileName: '4711.edi',
  })
  await hub.passes(600_000)
  expect(hub.got('bigbox')).toEqual(['997']) // stored and understood; nothing is promised
  expect(hub.of('order.accepted')).toEqual([])
  expect(hub.of('credit.checked')).toEqual([])
  expect(hub.effects(hub.systems.shop, 'order.status')).toEqual([])
  for (const number of ['W-1', '4711']) expect((await hub.order(number)).holds).toEqual(['credit', 'price'])

  hub.systems.erp.misbehave({ down: false })
  await hub.settles()
  for (const number of ['W-1', '4711']) expect((await hub.order(number)).state).toBe('closed')
  expect(hub.posted()).toHaveLength(2)
})

test('a small order is accepted while the ERP is down, and not released before it has answered', async () => {
  const [process] = acme.process
  const options = { ...process.options, credit: { deferBelow: { amount: '500.00', currency: 'USD' } } }
  const hub = await openHub({ ...acme, process: [{ ...process, options }] }, { edi: true, landscape: smallBusiness() })
  hub.systems.erp.misbehave({ down: true })
  await hub.orders(shopOrder('W-1', [{ item: 'BOLT', quantity: 10 }]))
  await hub.passes(600_000)
  expect(hub.of('credit.checked')).toMatchObject([{ decision: 'deferred' }])
  expect((await hub.order('W-1')).state).toBe('accepted')
  expect(hub.effects(hub.systems.warehouses[0], 'warehouse.release')).toEqual([])

  hub.systems.erp.misbehave({ down: false })
  await hub.settles()
  expect(hub.of('credit.checked')).toMatchObject([{ decision: 'deferred' }, { decision: 'approved' }])
  expect((await hub.order('W-1')).state).toBe('closed')
})

test('an order of a customer nobody knows waits for the ERP, and then belongs to that customer', async () => {
  const hub = await open()
  await hub.orders(shopOrder('W-1', [{ item: 'BOLT', quantity: 10 }], 'web-99'))
  await hub.settles()
  expect(hub.of('order.held')).toMatchObject([{ hold: 'reference' }, { hold: 'credit' }]) // nor does the ERP
  expect(hub.posted()).toEqual([])
  const stranger = aCustomer('web-99', { shipTos: hub.systems.landscape.customer('C0001')?.shipTos ?? [] })
  hub.knows(stranger)
  await hub.arrives(JSON.stringify([{ ...stranger, type: 'customer.upserted' }]), { from: 'erp', topic: 'master' })
  await hub.settles()
  expect((await hub.order('W-1')).state).toBe('closed')
})
