import { expect, test } from 'vitest'
import { openHub, segments } from '../support/hub.ts'
import { acme, purchaseOrder850, smallBusiness } from '../support/retailer.ts'

/** Bolts lie in one place only, and the picker of every line finds part of it, if anything. */
const shortIn = (facility: string, customers = {}) => ({
  edi: true,
  shortRate: 1,
  landscape: smallBusiness({ stock: { [facility]: { BOLT: 100 } }, customers }),
})

const pieces = (quantity: number) => quantity / 1_000_000

test('what was picked short is shipped, told and billed as it left; the rest waits for stock', async () => {
  const hub = await openHub(acme, shortIn('DC1'))
  await hub.arrives(purchaseOrder850({ number: '4711', lines: [{ item: 'BOLT', quantity: 30 }] }), { from: 'bigbox' })
  await hub.settles()
  const [short] = hub.of('pick.short').flatMap(({ lines }) => lines)
  const missing = pieces(short?.quantity ?? 0)
  expect(missing).toBeGreaterThan(0)
  expect(missing).toBeLessThan(30)

  expect(hub.got('bigbox')).toEqual(['997', '855', '856', '810'])
  const [asn] = hub.documents('bigbox', '856')
  expect(segments(asn?.set, 'SN1').map(([, quantity]) => Number(quantity))).toEqual([30 - missing])
  const [bill] = hub.documents('bigbox', '810')
  expect(segments(bill?.set, 'TDS')).toEqual([[String((30 - missing) * 925)]])
  const order = await hub.order('4711')
  expect(order.state).toBe('partially shipped')
  expect(hub.waiting(order.id).map(([line, quantity]) => [line, pieces(quantity)])).toEqual([['1', missing]])
})

test('a customer who takes no backorders is told what was cancelled, and the order is over', async () => {
  const hub = await openHub(acme, shortIn('DC1', { backorders: false }))
  await hub.arrives(purchaseOrder850({ number: '4711', lines: [{ item: 'BOLT', quantity: 30 }] }), { from: 'bigbox' })
  await hub.settles()
  const missing = pieces(hub.of('pick.short')[0]?.lines[0]?.quantity ?? 0)
  expect(hub.of('order.line_cancelled').map(({ lines }) => lines.map(({ quantity }) => pieces(quantity)))).toEqual([
    [missing],
  ])
  expect((await hub.order('4711')).state).toBe('closed')
  expect(hub.of('order.invoiced').map(({ total }) => total.amount)).toEqual([((30 - missing) * 9.25).toFixed(2)])
  expect(hub.effects(hub.systems.erp, 'order.cancel')).toHaveLength(1)
})

test('what one warehouse cannot find is looked for in the other', async () => {
  const landscape = smallBusiness({ stock: { DC1: { BOLT: 100 }, DC2: { BOLT: 100 } } })
  const hub = await openHub(acme, { edi: true, shortRate: 1, landscape })
  await hub.arrives(purchaseOrder850({ number: '4711', lines: [{ item: 'BOLT', quantity: 30 }] }), { from: 'bigbox' })
  await hub.settles()
  const facilities = hub.of('order.release_planned').map(({ facility }) => facility)
  expect(facilities.slice(0, 2)).toEqual(['DC1', 'DC2'])
})

test('a 3PL that finds nothing says so in its 945, and it is no silence', async () => {
  const hub = await openHub(acme, shortIn('3PL1'))
  await hub.arrives(purchaseOrder850({ number: '4711', lines: [{ item: 'BOLT', quantity: 1 }] }), { from: 'bigbox' })
  await hub.settles()
  expect(hub.of('pick.short').map(({ facility, lines }) => [facility, pieces(lines[0]?.quantity ?? 0)])).toEqual([
    ['3PL1', 1],
  ])
  expect(hub.of('order.shipped')).toEqual([])
  expect(hub.got('bigbox')).toEqual(['997', '855'])
  const order = await hub.order('4711')
  expect(order.state).toBe('backordered')
  expect(hub.cases()).toEqual([])
})

test('a 3PL that finds part of it ships that part, and what is missing waits', async () => {
  const hub = await openHub(acme, shortIn('3PL1'))
  await hub.arrives(purchaseOrder850({ number: '4711', lines: [{ item: 'BOLT', quantity: 30 }] }), { from: 'bigbox' })
  await hub.settles()
  const missing = pieces(hub.of('pick.short')[0]?.lines[0]?.quantity ?? 0)
  expect(missing).toBeGreaterThan(0)
  expect(hub.of('order.shipped').map(({ lines }) => lines.map(({ quantity }) => pieces(quantity)))).toEqual([
    [30 - missing],
  ])
  expect((await hub.order('4711')).state).toBe('partially shipped')
})

test('an order for more than there is: what is there goes, and the 855 says what does not', async () => {
  const hub = await openHub(acme, {
    edi: true,
    landscape: smallBusiness({ stock: { DC1: { BOLT: 10 }, DC2: { BOLT: 5 } } }),
  })
  await hub.arrives(purchaseOrder850({ number: '4711', lines: [{ item: 'BOLT', quantity: 18 }] }), { from: 'bigbox' })
  await hub.settles()
  const [acknowledgement] = hub.documents('bigbox', '855')
  expect(segments(acknowledgement?.set, 'ACK').map(([status, quantity]) => [status, quantity])).toEqual([
    ['IA', '15'],
    ['IB', '3'],
  ])
  expect(hub.documents('bigbox', '856')).toHaveLength(2)
  expect(hub.documents('bigbox', '810')).toHaveLength(2)

  const [dc1] = hub.systems.warehouses
  dc1?.receive('BOLT', { value: '100', uom: 'EA' })
  await hub.passes(2 * 3_600_000)
  await hub.settles()
  expect((await hub.order('4711')).state).toBe('closed')
  expect(
    hub
      .of('order.invoiced')
      .map(({ total }) => total.amount)
      .sort(),
  ).toEqual(['27.75', '46.25', '92.50'])
})
