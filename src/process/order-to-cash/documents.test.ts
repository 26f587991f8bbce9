import { expect, test } from 'vitest'
import { anOrder, EA, GivenOrder, line, ORDER } from '../../../test/support/given-order.ts'
import { readInvoiceJson } from '../../documents/invoice/json.ts'
import { readOrderAcknowledgementJson } from '../../documents/order-acknowledgement/json.ts'
import { readShipNoticeJson } from '../../documents/ship-notice/json.ts'
import { readWarehouseOrderJson } from '../../documents/warehouse-order/json.ts'

const partnerOrder = (more: Parameters<typeof anOrder>[0] = {}) =>
  anOrder({ channel: 'big-box', partner: 'big-box', release: '7', ...more })

const issued = (given: GivenOrder, document: string) =>
  given.told('document.issued').filter((one) => one.document === document)
const only = (given: GivenOrder, document: string) => issued(given, document).map((one) => one.content)[0]

test('an EDI partner gets the acknowledgement, the ship notice and the invoice, and no status', () => {
  const given = new GivenOrder().atTheWarehouse(partnerOrder())
  given.ships(given.order.releases[0]?.release ?? '').invoiced()
  expect(given.told('document.issued').map((one) => one.document)).toEqual([
    'order-acknowledgement',
    'ship-notice',
    'invoice',
  ])
  expect(given.allAsked('order.status')).toEqual([])
  expect(given.allAsked('invoice.send')).toEqual([])
})

test('the acknowledgement follows acceptance, not posting, and echoes the customer’s line numbers', () => {
  const given = new GivenOrder().received(partnerOrder()).approved()
  expect(given.told('order.posted')).toEqual([])
  const read = readOrderAcknowledgementJson(only(given, 'order-acknowledgement'))
  expect(read.faults ?? []).toEqual([])
  expect(read.document).toMatchObject({
    verdict: 'accepted',
    purchaseOrder: 'PO-4711',
    release: '7',
    lines: [
      { line: '10', answers: [{ status: 'accepted', quantity: '10', uom: 'EA', date: '2026-01-05' }] },
      { line: '20', answers: [{ status: 'accepted', quantity: '5' }] },
    ],
  })
})

test('what is on backorder is acknowledged as such, line by line', () => {
  const given = new GivenOrder({ stock: { DC1: { A: 4, B: 5 } } }).received(partnerOrder()).approved()
  const { document } = readOrderAcknowledgementJson(only(given, 'order-acknowledgement'))
  expect(document).toMatchObject({
    verdict: 'exceptions',
    lines: [
      {
        answers: [
          { status: 'accepted', quantity: '4' },
          { status: 'backordered', quantity: '6' },
        ],
      },
      {},
    ],
  })
})

test('a rejected order is acknowledged as rejected', () => {
  const given = new GivenOrder().received(partnerOrder())
  given.answers('credit.check', { decision: 'declined' })
  const read = readOrderAcknowledgementJson(only(given, 'order-acknowledgement'))
  expect(read.document).toMatchObject({ verdict: 'rejected', lines: [{ answers: [{ status: 'rejected' }] }, {}] })
})

test('the ship notice tells each carton and what is in it', () => {
  const given = new GivenOrder().atTheWarehouse(partnerOrder())
  given.ships(given.order.releases[0]?.release ?? '')
  const read = readShipNoticeJson(only(given, 'ship-notice'))
  expect(read.faults ?? []).toEqual([])
  expect(read.document).toMatchObject({
    number: 'wms-east-S-1',
    shippedOn: '2026-01-05',
    orders: [{ purchaseOrder: 'PO-4711', release: '7' }],
    packs: [{ sscc: '000000000000000017', tracking: '1ZC-1' }],
    items: [
      { line: '10', pack: '1', quantity: '10', uom: 'EA' },
      { line: '20', pack: '1', quantity: '5' },
    ],
  })
})

test('the invoice carries lines, tax, freight and allowance, and adds up', () => {
  const given = new GivenOrder().atTheWarehouse(partnerOrder())
  given.ships(given.order.releases[0]?.release ?? '')
  const usd = (amount: string) => ({ amount, currency: 'USD' })
  given.answers('invoice.request', {
    number: 'INV-1',
    date: '2026-01-05',
    dueDate: '2026-02-04',
    lines: [
      { line: '1', quantity: { value: '10', uom: 'EA' }, price: line('1', 'A', 1).price, amount: usd('100.00') },
      { line: '2', quantity: { value: '5', uom: 'EA' }, price: line('1', 'A', 1).price, amount: usd('50.00') },
    ],
    charges: [
      { type: 'freight', amount: usd('12.50') },
      { type: 'allowance', code: 'C310', amount: usd('-5.00') },
      { type: 'tax', code: 'ST', amount: usd('9.45') },
    ],
    total: usd('166.95'),
  })
  const read = readInvoiceJson(only(given, 'invoice'))
  expect(read.faults ?? []).toEqual([])
  expect(read.document).toMatchObject({
    total: '166.95',
    charges: [
      { type: 'freight', amount: '12.50' },
      { kind: 'allowance', amount: '5.00' },
    ],
    taxes: [{ type: 'ST', amount: '9.45' }],
  })
})

test('weighed goods are ordered by the case and billed by their weight', () => {
  const hams = line('1', 'HAM', 10, {
    ordered: { value: '10', uom: 'CA' },
    baseUnit: 'CA',
    catchWeight: { nominal: '25', unit: 'LB', tolerancePercent: '10' },
    price: { amount: '2.00', currency: 'USD', per: 1, uom: 'LB' },
  })
  const given = new GivenOrder({ stock: { DC1: { HAM: 20 } } }).received(partnerOrder({ lines: [hams] }))
  expect(given.asked('credit.check').body).toMatchObject({ amount: { amount: '500.00' } })
  given.approved().released()
  const release = given.order.releases[0]?.release ?? ''
  const packed = [{ line: '1', item: 'HAM', quantity: 10 * EA, weight: '243.7' }]
  given.reports('pick.confirmed', { release, lines: packed })
  given.reports('carton.closed', { release, carton: { carton: 'C-1', lines: packed } })
  given.reports('shipment.dispatched', {
    order: ORDER,
    release,
    shipment: 'S-1',
    facility: 'DC1',
    cartons: [{ carton: 'C-1', lines: [] }],
    shipDate: '2026-01-05',
  })
  const weighed = { line: '1', quantity: { value: '10', uom: 'CA' }, weight: { value: '243.7', uom: 'LB' } }
  expect(given.asked('invoice.request').body).toMatchObject({ lines: [weighed] })
  expect(given.asked('shipment.post').body).toMatchObject({ facility: 'DC1', lines: [weighed] })
  given.answers('invoice.request', { number: 'INV-1', total: { amount: '487.40', currency: 'USD' }, lines: [] })
  const read = readInvoiceJson(only(given, 'invoice'))
  expect(read.faults ?? []).toEqual([])
  expect(read.document).toMatchObject({
    lines: [{ quantity: '243.7', uom: 'LB', shipped: { quantity: '10', uom: 'CA' } }],
  })
})

test('a 3PL gets a warehouse order, which it accepts by taking it', () => {
  const given = new GivenOrder({
    options: { warehouses: [{ facility: 'DC1', system: 'wms-east', speaks: 'edi', partner: 'threepl' }] },
  })
    .received(anOrder({ shipNotAfter: '2026-01-30', carrier: { scac: 'UPSN' } }))
    .approved()
  expect(given.allAsked('warehouse.release')).toEqual([])
  const [order] = issued(given, 'warehouse-order')
  expect(order).toMatchObject({ partner: 'threepl' })
  const read = readWarehouseOrderJson(order?.content)
  expect(read.faults ?? []).toEqual([])
  expect(read.document).toMatchObject({
    number: given.order.releases[0]?.release,
    shipWindow: { shipNotAfter: '2026-01-30' },
    lines: [{ line: '1', sku: 'A', quantity: '10' }, {}],
  })
  expect(given.stage).toBe('released')
})

test('a 3PL that takes files cannot be recalled: whoever cancels hears it', () => {
  const given = new GivenOrder({
    options: { warehouses: [{ facility: 'DC1', system: 'wms-east', speaks: 'edi', partner: 'threepl' }] },
  })
    .received()
    .approved()
  given.records('order.cancellation_requested', { by: 'shop', reason: 'changed my mind' }, 'intake')
  expect(given.told('order.cancellation_refused')).toHaveLength(1)
  expect(given.stage).toBe('released')
})

test('quantities go back in the customer’s unit where they come out whole', () => {
  const cases = line('1', 'A', 48, { ordered: { value: '4', uom: 'CA' }, factor: [12, 1] })
  const given = new GivenOrder().received(partnerOrder({ lines: [cases] })).approved()
  const { document } = readOrderAcknowledgementJson(only(given, 'order-acknowledgement'))
  expect(document).toMatchObject({ lines: [{ quantity: '4', uom: 'CA', answers: [{ quantity: '4', uom: 'CA' }] }] })
  expect(given.asked('warehouse.release').body).toMatchObject({ lines: [{ quantity: { value: '48', uom: 'EA' } }] })
})

test.each([
  ['GROUND', { service: 'CG' }],
  ['next_day', { service: 'ND' }],
  ['SE', { service: 'SE' }],
  ['White glove', { routing: 'White glove' }],
])('a truck’s service “%s” is on the ship notice by its code, else in words', (service, expected) => {
  const given = new GivenOrder().atTheWarehouse(partnerOrder())
  given.ships(given.order.releases[0]?.release ?? '', { scac: 'UPSN', service })
  const read = readShipNoticeJson(only(given, 'ship-notice'))
  expect(read.faults ?? []).toEqual([])
  expect(read.document).toMatchObject({ carriage: { scac: 'UPSN', ...expected } })
})
