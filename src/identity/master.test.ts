import { expect, test } from 'vitest'
import type { Row, TableSpec } from '../store/contract.ts'
import { type Customer, type Item, type MasterChange, MasterData } from './master.ts'
import { loadMaster, masterRow } from './master-tables.ts'
import { recogniseItem } from './recognise-item.ts'

const hammer: Item = {
  sku: '4711',
  baseUnit: 'EA',
  units: [],
  gtins: [{ gtin: '036000291452' }],
  otherNumbers: ['H-1'],
  price: { amount: '9.25', currency: 'USD', per: 1, uom: 'EA' },
}
const saw: Item = { sku: '0815', baseUnit: 'EA', units: [] }
const bigBox: Customer = {
  id: 'C-100',
  name: 'Big Box',
  channelIds: { shop: 'acct-7' },
  ediIds: ['12:5555550142'],
  shipTos: [],
  currency: 'USD',
  shipComplete: false,
  backorders: true,
  substitutions: false,
  items: [{ number: 'BB-77', sku: '0815' }],
}

const master = () => {
  const data = new MasterData('acme')
  for (const value of [hammer, saw]) data.apply({ kind: 'item', value })
  data.apply({ kind: 'customer', value: bigBox })
  return data
}

test('an item is found by our number, another number, a GTIN of any length, and the number of its customer', () => {
  const data = master()
  expect(data.itemOfVendor('4711')).toBe(hammer)
  expect(data.itemOfVendor('H-1')).toBe(hammer)
  expect(data.itemOfGtin('00036000291452')?.item).toBe(hammer)
  expect(data.itemOfBuyer('C-100', 'BB-77')).toBe(saw)
  expect(data.itemOfBuyer('C-200', 'BB-77')).toBeUndefined()
})

test('names that mean different items mean none', () => {
  const ids = [{ qualifier: 'BP', value: 'BB-77' }]
  expect(recogniseItem({ sku: '4711', ids }, 'C-100', master())).toEqual({
    reason: 'its numbers mean different items, 4711 and 0815',
  })
  expect(recogniseItem({ sku: 'nothing', ids }, 'C-100', master()).item).toBe(saw)
  expect(recogniseItem({ sku: 'nothing' }, 'C-100', master()).reason).toBe('item nothing is not known')
})

test('what an item or a customer was called before is forgotten with the change', () => {
  const data = master()
  data.apply({ kind: 'item', value: { ...hammer, gtins: [], otherNumbers: [] } })
  expect(data.itemOfGtin('036000291452')).toBeUndefined()
  expect(data.itemOfVendor('H-1')).toBeUndefined()
  data.apply({ kind: 'customer', value: { ...bigBox, channelIds: { shop: 'acct-8' } } })
  expect(data.customerOfAccount('shop', 'acct-7')).toBeUndefined()
  expect(data.customerOfAccount('shop', 'acct-8')?.id).toBe('C-100')
  expect(data.customerOfEdi('12:5555550142')?.id).toBe('C-100')
})

test('the latest agreed price that has begun counts, else the list price', () => {
  const data = master()
  const price = (amount: string) => ({ amount, currency: 'USD', per: 1, uom: 'EA' }) as const
  const agreed = { customer: 'C-100', item: '4711' }
  data.apply({ kind: 'price', value: { ...agreed, price: price('8.00'), from: '2026-02-01' } })
  data.apply({ kind: 'price', value: { ...agreed, price: price('8.50'), from: '2026-01-01' } })
  expect(data.price('C-100', '4711', '2025-12-31')?.amount).toBe('9.25')
  expect(data.price('C-100', '4711', '2026-01-15')?.amount).toBe('8.50')
  expect(data.price('C-100', '4711', '2026-02-01')?.amount).toBe('8.00')
  expect(data.price('C-200', '4711', '2026-02-01')?.amount).toBe('9.25')
})

test('master data is read back as it was stored, and only by its tenant', async () => {
  const tables = new Map<TableSpec, Row[]>()
  const changes: MasterChange[] = [
    { kind: 'item', value: hammer },
    { kind: 'customer', value: bigBox },
  ]
  for (const change of changes) {
    const [table, row] = masterRow('acme', change, 1)
    tables.set(table, [...(tables.get(table) ?? []), row])
  }
  const store = { loadLanes: async (table: TableSpec) => tables.get(table) ?? [] }
  const again = new MasterData('acme')
  await loadMaster(store, again)
  expect(again.item('4711')).toEqual(hammer)
  expect(again.customer('C-100')).toEqual(bigBox)
  const stranger = new MasterData('acm')
  await loadMaster(store, stranger)
  expect(stranger.size).toEqual({ items: 0, customers: 0, prices: 0 })
})
