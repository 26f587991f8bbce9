/** What no sender should send, with a name for each. Every one must be refused at the door and leave no trace. */

/** One bad body, for the orders' door or a system's doorway. */
export interface BadBody {
  readonly name: string
  readonly path: string
  /** Which system's key it comes with. */
  readonly as: 'shop' | 'wms1' | 'erp'
  readonly body: string | Buffer
}

const order = (more: object) =>
  JSON.stringify({ number: 'POISON', date: '2026-01-05', currency: 'USD', buyer: { id: 'web-1' }, lines: [], ...more })
const line = { line: '1', quantity: '1', uom: 'EA', sku: 'ITEM-0001' }
const report = (more: object) =>
  JSON.stringify({ id: 'poison', type: 'pick.started', occurredAt: '2026-01-05T10:00:00Z', ...more })

/** F12: what breaks readers. */
export const poison: readonly BadBody[] = [
  { name: 'half a document', path: '/v1/orders', as: 'shop', body: '{"number":"POISON","lines":[' },
  { name: 'nothing', path: '/v1/orders', as: 'shop', body: '' },
  { name: '10,000 deep', path: '/v1/orders', as: 'shop', body: `${'['.repeat(10_000)}${']'.repeat(10_000)}` },
  { name: 'a prototype', path: '/v1/orders', as: 'shop', body: '{"__proto__":{"isAdmin":true},"number":"POISON"}' },
  { name: 'a member twice', path: '/v1/orders', as: 'shop', body: '{"number":"POISON","number":"POISON-2"}' },
  { name: 'no UTF-8', path: '/v1/orders', as: 'shop', body: Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]) },
  {
    name: 'a quantity of 1e400',
    path: '/v1/orders',
    as: 'shop',
    body: order({ lines: [line] }).replace('"quantity":"1"', '"quantity":1e400'),
  },
  { name: 'three megabytes of text', path: '/v1/orders', as: 'shop', body: order({ notes: 'x'.repeat(3 << 20) }) },
  { name: '20,000 lines', path: '/v1/orders', as: 'shop', body: order({ lines: new Array(20_000).fill(line) }) },
  { name: 'half a report', path: '/in/wms1', as: 'wms1', body: '{"type":"pick.sta' },
  { name: 'a deep report', path: '/in/wms1', as: 'wms1', body: `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}` },
]

/** F13: readable, and not what was agreed. */
export const againstTheSchema: readonly BadBody[] = [
  { name: 'an order without lines', path: '/v1/orders', as: 'shop', body: order({}) },
  { name: 'a member nobody knows', path: '/v1/orders', as: 'shop', body: order({ lines: [line], tenant_id: 'other' }) },
  {
    name: 'a quantity as a number',
    path: '/v1/orders',
    as: 'shop',
    body: order({ lines: [{ ...line, quantity: 1 }] }),
  },
  {
    name: 'a report of no known type',
    path: '/in/wms1',
    as: 'wms1',
    body: report({ type: 'pick.exploded', order: 'x' }),
  },
  { name: 'a report without its order', path: '/in/wms1', as: 'wms1', body: report({}) },
  { name: 'a time that is none', path: '/in/wms1', as: 'wms1', body: report({ order: 'x', occurredAt: 'yesterday' }) },
  { name: 'a list of numbers', path: '/in/wms1', as: 'wms1', body: '[1,2,3]' },
  { name: 'master data of another shape', path: '/in/erp/master', as: 'erp', body: '{"type":"item.upserted","sku":7}' },
]

/** F10: readable, as large as a body may be, and of no known type. */
export const megabyte = report({ type: 'pick.exploded', order: 'x', note: 'x'.repeat(1_000_000) })
