import { expect, test } from 'vitest'
import { buildLandscape } from '../landscape.ts'
import type { RequestBody, SystemReport } from '../protocol.ts'
import { SimulatedWorld } from '../world.ts'
import { Erp, type ErpOptions } from './erp.ts'

const landscape = buildLandscape({ seed: 7, items: 100 })

function erp(options: Partial<ErpOptions> = {}) {
  const world = new SimulatedWorld()
  const sent: { readonly topic: string | undefined; readonly reports: readonly SystemReport[] }[] = []
  const system = new Erp(
    { name: 'erp', seed: 7, ...options },
    landscape,
    world.ports('erp', async (reports, topic) => {
      sent.push({ topic, reports })
      return 'ok'
    }),
  )
  let keys = 0
  const asks = async (verb: string, body: RequestBody) => {
    keys += 1
    return (await system.handle({ verb, key: `k${keys}`, body })).body
  }
  return { system, asks, sent }
}

const dollars = (amount: string) => ({ amount, currency: 'USD' })
const line = (item: string, value: string, price: string, uom = 'EA') => ({
  line: '1',
  item,
  quantity: { value, uom },
  price: { ...dollars(price), per: 1 as const, uom },
})

test('credit is given up to the limit, counting what is ordered and not paid', async () => {
  const { asks } = erp({ customersPay: false })
  const ask = (amount: string) => asks('credit.check', { customer: 'C0001', amount: dollars(amount) })
  expect(await ask('100000000.00')).toMatchObject({ decision: 'approved', until: '2026-02-04T08:00:00.000Z' })
  await asks('order.post', { order: 'o1', customer: 'C0001', lines: [line('ITEM-0001', '1', '0.01')] })
  expect(await ask('100000000.00')).toMatchObject({ decision: 'held', reason: 'Over the credit limit.' })
  expect(await ask('99999999.99')).toMatchObject({ decision: 'approved' })
})

test('a blocked account is held, an unknown customer is no customer', async () => {
  const { asks, system } = erp({ blocked: ['C0001'] })
  expect(await asks('credit.check', { customer: 'C0001', amount: dollars('1') })).toMatchObject({ decision: 'held' })
  system.block('C0001', false)
  expect(await asks('credit.check', { customer: 'C0001', amount: dollars('1') })).toMatchObject({
    decision: 'approved',
  })
  expect(await asks('credit.check', { customer: 'nobody' })).toMatchObject({ code: 'not_found' })
})

test('an invoiced order that is paid frees the credit it took', async () => {
  const { asks, system } = erp()
  await asks('order.post', { order: 'o1', customer: 'C0001', lines: [line('ITEM-0001', '4', '2.50')] })
  expect(system.exposure('C0001')).toBe(1_000)
  await asks('invoice.request', { order: 'o1', shipment: 'S1', lines: [line('ITEM-0001', '4', '2.50')] })
  expect(system.exposure('C0001')).toBe(0)
})

test('a price agrees when it is ours, in whatever unit it is told', async () => {
  const { asks } = erp()
  const item = landscape.items.find((one) => one.units[0]?.numerator === 12)
  const ours = landscape.price('C0001', item?.sku ?? '')
  const perCase = (Number(ours?.amount.replace('.', '')) * 12) / 100
  const check = async (amount: string, uom: string) => {
    const lines = [line(item?.sku ?? '', '1', amount, uom)]
    return (await asks('price.check', { customer: 'C0001', date: '2026-01-05', lines }))['agrees']
  }
  expect(await check(ours?.amount ?? '', 'EA')).toBe(true)
  expect(await check(perCase.toFixed(2), 'CS')).toBe(true)
  expect(await check('0.01', 'EA')).toBe(false)
})

test('a contract price is told with the contract it comes from', async () => {
  const { asks } = erp()
  const [contract] = landscape.prices
  const lines = [{ line: '1', item: contract?.item ?? '', quantity: { value: '1', uom: 'EA' } }]
  const answer = await asks('price.check', { customer: contract?.customer ?? '', lines })
  expect(answer).toMatchObject({
    agrees: true,
    lines: [{ price: contract?.price, rule: `contract/${contract?.customer}/${contract?.item}` }],
  })
})

test('nothing is shipped or billed for an order the ERP does not have', async () => {
  const { system } = erp()
  for (const verb of ['shipment.post', 'invoice.request', 'order.cancel']) {
    expect(await system.handle({ verb, key: verb, body: { order: 'o9' } })).toMatchObject({ status: 404 })
  }
  expect([...system.ledger.rows()].map((row) => row.kind)).toEqual(['refused', 'refused', 'refused'])
})

test('an ERP that is asked twice for an invoice under two keys writes two', async () => {
  const { asks } = erp()
  await asks('order.post', { order: 'o1', customer: 'C0001', lines: [line('ITEM-0001', '1', '1.00')] })
  const request = { order: 'o1', shipment: 'S1', lines: [line('ITEM-0001', '1', '1.00')] }
  const numbers = [
    (await asks('invoice.request', request))['number'],
    (await asks('invoice.request', request))['number'],
  ]
  expect(numbers).toEqual(['INV0000001', 'INV0000002'])
})

test('tax that came with the order is not worked out a second time', async () => {
  const { asks } = erp()
  await asks('order.post', { order: 'o1', customer: 'C0001', lines: [line('ITEM-0010', '1', '10.00')] })
  const bill = (charges: { type: string; amount: { amount: string; currency: string } }[]) =>
    asks('invoice.request', { order: 'o1', shipment: 'S1', lines: [line('ITEM-0010', '1', '10.00')], charges })
  expect((await bill([]))['total']).toEqual(dollars('10.73'))
  expect((await bill([{ type: 'tax', amount: dollars('0.70') }]))['total']).toEqual(dollars('10.70'))
})

test('master data leaves in calls of at most 200 records, customers first, each with an id of its own', async () => {
  const { system, sent } = erp()
  await system.exportMasters()
  const records = sent.flatMap((call) => call.reports)
  expect(sent.every((call) => call.topic === 'master' && call.reports.length <= 200)).toBe(true)
  expect(records).toHaveLength(landscape.customers.length + landscape.items.length + landscape.prices.length)
  expect(records[0]).toMatchObject({ type: 'customer.upserted', id: 'C0001' })
  expect(new Set(records.map((record) => record['messageId'])).size).toBe(records.length)
})
