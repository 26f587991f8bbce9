import { expect, test } from 'vitest'
import { openHub, segments } from '../support/hub.ts'
import { acme, purchaseOrder850, shopOrder, smallBusiness } from '../support/retailer.ts'

test('an 850 sent twice is posted once', async () => {
  const hub = await openHub(acme, { edi: true, landscape: smallBusiness() })
  const file = purchaseOrder850({
    number: '4711',
    lines: [
      { item: 'BOLT', quantity: 12 },
      { item: 'LAMP', quantity: 3 },
    ],
  })
  await hub.arrives(file, { from: 'bigbox' })
  await hub.settles()
  await hub.arrives(file, { from: 'bigbox' })
  await hub.settles()
  expect(hub.posted()).toEqual([{ number: 'SO0000001', lines: 2 }])
  expect(hub.got('bigbox').sort()).toEqual(['810', '855', '856', '997', '997'])
})

test('a purchase order from a retailer becomes a sales order, a 940, an ASN before the truck and an invoice to the cent', async () => {
  const hub = await openHub(acme, { edi: true, landscape: smallBusiness(), carrier: { deliverMs: 3_600_000 } })
  await hub.drops(purchaseOrder850({ number: '4711', lines: [{ line: '7', item: 'GLOVE', quantity: 123 }] }), {
    from: 'bigbox',
    fileName: '4711.edi',
  })
  await hub.settles()
  await hub.passes(3_600_000) // the truck is under way for an hour

  expect(hub.posted()).toEqual([{ number: 'SO0000001', lines: 1 }])
  const [shippingOrder] = hub.documents('harbor', '940')
  expect(segments(shippingOrder?.set, 'W05')[0]?.[2]).toBe('4711')
  expect(segments(shippingOrder?.set, 'W01').map(([quantity, uom]) => [quantity, uom])).toEqual([['123', 'EA']])

  expect(hub.got('bigbox')).toEqual(['997', '855', '856', '810'])
  const [asn] = hub.documents('bigbox', '856')
  expect(segments(asn?.set, 'PRF')).toEqual([['4711', '', '', '20260105']])
  expect(segments(asn?.set, 'LIN').map(([line]) => line)).toEqual(['7'])
  expect(segments(asn?.set, 'SN1').map(([, quantity, uom]) => [quantity, uom])).toEqual([['123', 'EA']])
  const [delivered] = hub.of('order.delivered')
  expect(asn?.at).toBeLessThan(Date.parse(delivered?.deliveredAt ?? ''))

  const [bill] = hub.documents('bigbox', '810')
  expect(segments(bill?.set, 'TDS')).toEqual([['53505']]) // 123 × 4.35
  expect(segments(bill?.set, 'IT1').map(([line, quantity, uom, price]) => [line, quantity, uom, price])).toEqual([
    ['7', '123', 'EA', '4.35'],
  ])
  expect(hub.effects(hub.systems.erp, 'shipment.post')).toMatchObject([{ detail: { facility: '3PL1' } }])
  expect(hub.effects(hub.systems.erp, 'invoice.request')).toHaveLength(1)
  expect((await hub.order('4711')).state).toBe('closed')
  expect([hub.cases(), hub.troubles]).toEqual([[], []])
})

test('every document of ours is acknowledged by its reader, and none is left waiting', async () => {
  const hub = await openHub(acme, { edi: true, landscape: smallBusiness() })
  await hub.arrives(purchaseOrder850({ number: '4711', lines: [{ item: 'GLOVE', quantity: 5 }] }), { from: 'bigbox' })
  await hub.settles()
  const documents = hub.of('interchange.sent').filter(({ expectsAck }) => expectsAck)
  expect(documents.map(({ set }) => set)).toEqual(['855', '940', '856', '810'])
  expect(hub.of('acknowledgement.received').map(({ verdict }) => verdict)).toEqual(['A', 'A', 'A', 'A'])
  await hub.passes(25 * 3_600_000)
  expect(hub.cases()).toEqual([])
})

test('an order of cases is picked in pieces and answered in cases', async () => {
  const hub = await openHub(acme, { edi: true, landscape: smallBusiness() })
  const lines = [{ item: 'BOLT', quantity: 4, uom: 'CS', price: '111.00' }]
  await hub.arrives(purchaseOrder850({ from: 'homegoods', number: '4712', lines }), { from: 'homegoods' })
  await hub.settles()
  expect(hub.effects(hub.systems.warehouses[0], 'warehouse.release').map(({ detail }) => detail)).toMatchObject([
    { lines: [{ quantity: { value: '48', uom: 'EA' } }] },
  ])
  const [asn] = hub.documents('homegoods', '856')
  expect(segments(asn?.set, 'SN1').reduce((sum, [, quantity]) => sum + Number(quantity), 0)).toBe(4)
  expect(segments(hub.documents('homegoods', '810')[0]?.set, 'TDS')).toEqual([['44400']])
})

test('two EDI customers and a shop order at once, each is answered in its own way', async () => {
  const hub = await openHub(acme, { edi: true, landscape: smallBusiness() })
  await hub.drops(purchaseOrder850({ number: '1', lines: [{ item: 'BOLT', quantity: 5 }] }), {
    from: 'bigbox',
    fileName: 'a',
  })
  await hub.drops(purchaseOrder850({ from: 'homegoods', number: '1', lines: [{ item: 'LAMP', quantity: 5 }] }), {
    from: 'homegoods',
    fileName: 'a',
  })
  await hub.orders(shopOrder('1', [{ item: 'GLOVE', quantity: 5 }]))
  await hub.settles()
  expect(
    hub
      .of('order.received')
      .map(({ soldTo, customerOrder }) => [soldTo, customerOrder])
      .sort(),
  ).toEqual([
    ['BIGBOX', '1'],
    ['C0001', '1'],
    ['HOMEGOODS', '1'],
  ])
  expect(hub.got('bigbox')).toEqual(['997', '855', '856', '810'])
  expect(hub.got('homegoods')).toEqual(['997', '855', '856', '810'])
  expect(hub.effects(hub.systems.shop, 'order.status').map(({ detail }) => detail)).toMatchObject([
    { status: 'accepted' },
    { status: 'shipped' },
    { status: 'delivered' },
  ])
  expect(hub.effects(hub.systems.shop, 'invoice.send')).toHaveLength(1)
  expect(
    hub
      .of('order.invoiced')
      .map(({ total }) => total.amount)
      .sort(),
  ).toEqual(['21.75', '46.25', '68.95'])
})

test('weighed goods are billed by what they weighed, with freight and tax of their own, to the cent', async () => {
  const hub = await openHub(acme, { edi: true, landscape: smallBusiness() })
  const lines = [
    { line: '1', item: 'GOUDA', quantity: 3, uom: 'CS', price: '' },
    { line: '2', item: 'TORCH', quantity: 7 },
  ]
  const charges = [['SAC', 'C', 'D240', '', '', '1250'] as const]
  await hub.arrives(purchaseOrder850({ number: '4711', lines, charges }), { from: 'bigbox' })
  await hub.settles()
  expect(hub.cases()).toEqual([])

  const weights = hub.of('order.shipped').flatMap((shipped) => shipped.lines.filter(({ line }) => line === '1'))
  const [weight] = weights.map((line) => line.weight ?? '')
  expect(Number(weight)).toBeGreaterThan(53) // three cases of twenty pounds, ten percent more or less
  expect(Number(weight)).toBeLessThan(67)
  const set = hub.documents('bigbox', '810')[0]?.set
  expect(segments(set, 'IT1').map((elements) => elements.slice(0, 4))).toEqual([
    ['1', weight, 'LB', '4.10'],
    ['2', '7', 'EA', '13.79'],
  ])
  const goods = Math.round(Number(weight) * 410) + 7 * 1379
  const tax = Math.round((7 * 1379 * 7.25) / 100)
  expect(segments(set, 'TDS')).toEqual([[String(goods + 1250 + tax)]])
  expect(segments(set, 'SAC').map(([kind, code, , , cents]) => [kind, code, cents])).toEqual([['C', 'D240', '1250']])
  expect(segments(set, 'TXI').map(([type, amount]) => [type, amount])).toEqual([['ST', (tax / 100).toFixed(2)]])
  const asn = hub.documents('bigbox', '856')[0]?.set
  expect(segments(asn, 'SN1').map(([, quantity, uom]) => [quantity, uom])).toEqual(
    expect.arrayContaining([['7', 'EA']]),
  )
})
