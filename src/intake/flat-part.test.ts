import { describe, expect, test } from 'vitest'
import { ordersFile } from '../documents/flat/orders-file.ts'
import { stockFile } from '../documents/flat/stock-file.ts'
import { csv } from '../edi/flat/layout.ts'
import type { Arrival } from './arrival.ts'
import { interpret } from './interpret.ts'
import type { Sender } from './settings.ts'
import { Desk, NOW, SHOP, smallMaster, WAREHOUSE } from './testing/desk.ts'

const orders = ordersFile({
  name: 'orders',
  files: 'orders-*.csv',
  currency: 'USD',
  layout: csv({
    numbers: { point: '.' },
    columns: {
      number: { required: true },
      date: { type: 'date', required: true },
      buyer: { required: true },
      shipTo: {},
      sku: { required: true },
      quantity: { type: 'decimal', required: true },
      uom: { required: true },
    },
  }),
})
const counts = (more: object = {}) =>
  stockFile({
    name: 'stock',
    files: 'stock*.csv',
    uom: 'EA',
    statuses: { AVL: 'available' },
    layout: csv({
      ...more,
      columns: { sku: { required: true }, quantity: { type: 'integer', required: true }, status: {} },
    }),
  })

const shop: Sender = { ...SHOP, files: [orders] }
const csvOf = (...rows: string[]) => Buffer.from(['number,date,buyer,shipTo,sku,quantity,uom', ...rows, ''].join('\n'))
const TWO = csvOf(
  'P-1,2026-01-05,acct-7,0042,4711,3,EA',
  'P-1,2026-01-05,acct-7,0042,4711,1,CA',
  'P-2,2026-01-05,acct-7,0042,4711,2,EA',
)
const over: Partial<Arrival> = { contentType: 'text/csv', topic: 'orders' }

describe('orders in a CSV file', () => {
  test('each purchase order of the file is an order', () => {
    const { answer, inputs } = new Desk(shop).takes(TWO, over)
    expect(answer.status).toBe(202)
    expect(inputs.map((input) => [input.kind, (input as { data: { facts: unknown } }).data.facts])).toMatchObject([
      ['arrival', { customerOrder: 'P-1', soldTo: 'C-100', lines: [{ base: 3_000_000 }, { base: 12_000_000 }] }],
      ['arrival', { customerOrder: 'P-2', lines: [{ base: 2_000_000 }] }],
    ])
  })

  test('the same file again has no second effect; the same order with other content is a conflict', () => {
    const desk = new Desk(shop)
    desk.takes(TWO, over)
    expect(desk.takes(TWO, over).inputs).toEqual([])
    const { answer, inputs } = desk.takes(csvOf('P-2,2026-01-05,acct-7,0042,4711,5,EA'), over)
    expect(JSON.stringify(answer.body)).toContain('XD_INTAKE_ORDER_CONFLICT')
    expect(inputs).toMatchObject([{ type: 'order.conflict' }])
  })

  test('all or nothing: a unit that one item does not have refuses the file, with its line', () => {
    const bytes = csvOf('P-1,2026-01-05,acct-7,0042,4711,3,EA', 'P-2,2026-01-05,acct-7,0042,ROPE-8,3,BX')
    const { answer, inputs } = new Desk(shop).takes(bytes, over)
    expect(answer.status).toBe(422)
    expect(inputs).toMatchObject([
      {
        type: 'arrival.refused',
        subject: 'acme/mailbox/shop',
        data: { report: 'orders', code: 'XD_INTAKE_FILE_FAULTY' },
      },
    ])
    expect(JSON.stringify(answer.body)).toContain('Line 3, column 7 (uom)')
  })

  test('C01 a file that cannot be read is kept in quarantine with one case, also when it is picked up twice', () => {
    const desk = new Desk(shop)
    const picked = { channel: 'folder', fileName: 'orders-1.csv', idempotencyKey: 'k1' }
    const broken = csvOf('"P-1,2026-01-05,acct-7,0042,4711,3,EA')
    const first = desk.takes(broken, picked)
    expect(first.receipts).toMatchObject([{ verdict: 'quarantined' }])
    expect(first.inputs).toMatchObject([
      { type: 'arrival.refused', data: { wrong: { code: 'XD_EDI_FLAT_QUOTE_OPEN' } } },
    ])
    expect(desk.takes(broken, picked).inputs).toEqual([])
  })

  test('JSON and X12 of the same sender are read as before', () => {
    const { inputs } = new Desk(shop).takes({ number: 'PO-9', lines: [] }, {})
    expect(inputs).toEqual([])
    expect(new Desk(shop).takes(Buffer.from('ISA*00*'), { channel: 'folder' }).inputs).toMatchObject([
      { data: { report: 'interchange' } },
    ])
  })

  test('a file of another name is nobody’s', () => {
    const { answer } = new Desk(shop).takes(TWO, { channel: 'folder', fileName: 'prices.csv' })
    expect(JSON.stringify(answer.body)).toContain('XD_INTAKE_FILE_UNEXPECTED')
  })
})

describe('a stock snapshot', () => {
  const takes = (text: string, held: number | undefined, file = counts(), sender: Sender = WAREHOUSE) => {
    const arrival: Arrival = {
      tenant: 'acme',
      system: 'wms1',
      channel: 'http',
      contentType: 'text/csv',
      bytes: Buffer.from(text),
      receivedAt: NOW,
    }
    const world = {
      sender: { ...sender, files: [file] },
      master: smallMaster(),
      ...(held === undefined ? {} : { held }),
    }
    return interpret(arrival, world).parts.map((part) =>
      'error' in part
        ? [part.error.code, part.error.faults.map(({ detail }) => detail)]
        : part
            .take({ receipt: 'r1', now: NOW, name: () => '', find: () => undefined })
            .inputs.map((input) => [(input as { type: string }).type, (input as { data: unknown }).data]),
    )
  }
  const HEAD = 'sku,quantity,status\n'

  test('is one count of its facility', () => {
    expect(takes(`${HEAD}4711,30,AVL\nROPE-8,0,\n`, 2)).toEqual([
      ['XD_INTAKE_FILE_FAULTY', [expect.stringContaining('Line 3')]],
    ])
    expect(takes(`${HEAD}4711,30,AVL\n`, 1)).toEqual([
      [
        [
          'inventory.counted',
          { facility: 'DC1', lines: [{ item: '4711', status: 'available', quantity: 30_000_000 }] },
        ],
      ],
    ])
  })

  test('C08 one that is empty or shorter by 90 % is parked; no stock is zeroed', () => {
    const parked = [['XD_INTAKE_SNAPSHOT_SHRANK', []]]
    expect(takes(HEAD, 0)).toEqual(parked)
    expect(takes(HEAD, 500)).toEqual(parked)
    expect(takes(`${HEAD}4711,30,\n`, 10)).toEqual(parked)
    expect(takes(`${HEAD}4711,30,\n`, 9)).toMatchObject([[['inventory.counted', {}]]])
  })

  test('C08 a person who releases the case lets it through; a partial file is not judged by its length', () => {
    expect(takes(`${HEAD}4711,30,\n`, undefined)).toMatchObject([[['inventory.counted', {}]]])
    const partial = stockFile({ ...counts(), complete: false })
    expect(takes(`${HEAD}4711,30,\n`, 500, partial)).toMatchObject([[['inventory.counted', {}]]])
  })

  test('C03 an item nobody knows is skipped where that is declared, and told; more than 1 % park the file', () => {
    const skipping = counts({ faulty: 'skipRecord' })
    const rows = (known: number) => `${HEAD}${'4711,1,\n'.repeat(known)}NOBODY,1,\n`
    const [count, told] = takes(rows(99), undefined, skipping)
    expect(count).toMatchObject([['inventory.counted', {}]])
    expect(told).toEqual(['XD_INTAKE_ROWS_SKIPPED', ['Line 101: item NOBODY is not known.']])
    expect(takes(rows(50), undefined, skipping)).toMatchObject([['XD_INTAKE_FILE_PARKED', {}]])
    expect(takes(rows(99), undefined)).toMatchObject([['XD_INTAKE_FILE_FAULTY', {}]])
  })
})
