import { expect, test } from 'vitest'
import { anOrder, GivenOrder } from '../../../test/support/given-order.ts'

test('an order is checked, promised, posted, released, shipped, invoiced and closed', () => {
  const given = new GivenOrder().received()
  expect(given.floor.asked.map((one) => `${one.target} ${one.verb}`)).toEqual(['erp credit.check', 'erp price.check'])
  expect(given.asked('credit.check').body).toMatchObject({
    customer: 'C-100',
    amount: { amount: '150.00', currency: 'USD' },
  })

  given.approved()
  expect(given.stage).toBe('accepted')
  expect(given.floor.asked.map((one) => `${one.target} ${one.verb}`)).toEqual([
    'shop order.status',
    'erp order.post',
    'wms-east warehouse.release',
  ])

  given.answers('order.post', { number: 'SO-1' })
  given.released()
  expect(given.stage).toBe('released')

  const [release] = given.order.releases
  given.ships(release?.release ?? '')
  expect(given.stage).toBe('shipped')
  expect(given.floor.asked.map((one) => one.verb).slice(1)).toEqual([
    'shipment.post',
    'invoice.request',
    'order.status',
    'shipment.notify',
  ])

  given.invoiced()
  expect(given.stage).toBe('closed')
  expect(given.violations).toEqual([])
  expect(given.refusals()).toEqual([])
  expect(given.story).toEqual([
    'inventory.counted',
    'order.received',
    'credit.checked',
    'price.checked',
    'order.sourced',
    'inventory.reserved',
    'order.reserved',
    'order.accepted',
    'order.release_planned',
    'order.posted',
    'order.released',
    'inventory.allocated',
    'pick.confirmed',
    'carton.closed',
    'shipment.manifested',
    'order.shipped',
    'shipment.dispatched',
    'inventory.shipped',
    'order.invoiced',
    'order.line_closed',
    'invoice.posted',
  ])
})

test('a test order is received, and nobody is asked or told anything about it', () => {
  const given = new GivenOrder().received(anOrder({ test: true, channel: 'big-box', partner: 'big-box' }))
  expect(given.stage).toBe('received')
  expect(given.floor.asked).toEqual([])
  expect(given.story).toEqual(['inventory.counted', 'order.received'])
  expect(given.violations).toEqual([])
})
