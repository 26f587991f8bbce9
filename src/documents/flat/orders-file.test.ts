import { describe, expect, test } from 'vitest'
import { csv, fixedWidth } from '../../edi/flat/layout.ts'
import { jsonata } from '../map/jsonata.ts'
import { map } from '../map/map.ts'
import { ordersFile, readOrders } from './orders-file.ts'

const german = ordersFile({
  name: 'orders',
  currency: 'EUR',
  layout: csv({
    delimiter: ';',
    numbers: { point: ',', group: '.' },
    dates: 'DD.MM.YYYY',
    columns: {
      number: { header: 'Bestellung', required: true },
      date: { header: 'Datum', type: 'date', required: true },
      shipTo: { header: 'Lieferort' },
      sku: { header: 'Artikel' },
      ean: { header: 'EAN' },
      quantity: { header: 'Menge', type: 'decimal', required: true },
      uom: { header: 'Einheit', required: true },
      price: { header: 'Preis', type: 'decimal' },
    },
  }),
})

const HEAD = 'Bestellung;Datum;Lieferort;Artikel;EAN;Menge;Einheit;Preis'
const read = (...rows: string[]) => readOrders(Buffer.from([HEAD, ...rows].join('\r\n')), german)
const details = (...rows: string[]) => read(...rows).faults?.map(({ detail }) => detail)

test('rows of one number are one order, wherever they stand', () => {
  const { orders } = read(
    'B-1;05.01.2026;0042;4711;;3;EA;9,25',
    'B-2;06.01.2026;0043;0815;;1.200;EA;1.234,50',
    'B-1;05.01.2026;0042;;4006381333931;2,5;KG;',
  )
  expect(orders?.map(({ document, line }) => [line, document])).toEqual([
    [
      2,
      {
        number: 'B-1',
        date: '2026-01-05',
        currency: 'EUR',
        shipTo: { id: '0042' },
        lines: [
          { line: '1', sku: '4711', quantity: '3', uom: 'EA', price: { amount: '9.25' } },
          { line: '2', ids: [{ qualifier: 'EN', value: '4006381333931' }], quantity: '2.5', uom: 'KG' },
        ],
      },
    ],
    [
      3,
      {
        number: 'B-2',
        date: '2026-01-06',
        currency: 'EUR',
        shipTo: { id: '0043' },
        lines: [{ line: '1', sku: '0815', quantity: '1200', uom: 'EA', price: { amount: '1234.50' } }],
      },
    ],
  ])
})

describe('one fault and nothing of the file is used; each says its line and column', () => {
  test.each([
    [
      'a unit nobody knows',
      ['B-1;05.01.2026;;4711;;3;XX;'],
      'Line 2, column 7 (uom): “XX” is not a unit of measure we know.',
    ],
    [
      'an invisible sign in an item number',
      ['B-1;05.01.2026;;4711\u200b;;3;EA;'],
      'Line 2, column 4 (sku): The text holds control, format or bidirectional characters, or half a character.',
    ],
    [
      'a quantity of zero',
      ['B-1;05.01.2026;;A;;0;EA;'],
      'Line 2, column 6 (quantity): “0” is outside of what is allowed here: above zero.',
    ],
    [
      'two dates for one order',
      ['B-1;05.01.2026;;A;;1;EA;', 'B-2;05.01.2026;;A;;1;EA;', 'B-1;06.01.2026;;B;;1;EA;'],
      'Line 4, column 2 (date): date is “2026-01-06” here and “2026-01-05” on line 2 of the same order.',
    ],
    [
      'a number that could be two',
      ['B-1;05.01.2026;;A;;1,2,3;EA;'],
      'Line 2, column 6 (quantity): “1,2,3” is not a number of the form 1.234,5.',
    ],
  ])('%s', (_, rows, detail) => {
    expect(details(...rows)).toEqual([detail])
  })
})

test('fixed width with a trailer: its other records are no lines', () => {
  const file = ordersFile({
    name: 'orders',
    currency: 'USD',
    uom: 'EA',
    layout: fixedWidth({
      tag: { at: 1, length: 1 },
      records: {
        line: {
          tag: 'L',
          fields: {
            number: { at: 2, length: 6, required: true },
            date: { at: 8, length: 8, type: 'date', form: 'YYYYMMDD' },
            sku: { at: 16, length: 6 },
            quantity: { at: 22, length: 5, type: 'integer' },
          },
        },
        trailer: { tag: 'T', place: 'last', fields: { rows: { at: 2, length: 4, type: 'integer' } } },
      },
      totals: [{ field: 'trailer.rows', counts: ['line'] }],
    }),
  })
  const { orders } = readOrders(Buffer.from('LB-1   202601054711  00003\nLB-1   202601050815  00010\nT0002\n'), file)
  expect(orders?.map(({ document }) => document.lines.map(({ sku, quantity }) => [sku, quantity]))).toEqual([
    [
      ['4711', '3'],
      ['0815', '10'],
    ],
  ])
})

describe('columns of the sender’s own, through a map', () => {
  const bestellung = map({
    name: 'Bestellung',
    rules: [
      { to: '/number', from: '/first/Beleg' },
      { to: '/date', from: '/first/Tag' },
      { to: '/currency', value: 'EUR' },
      { to: '/buyer/id', from: '/first/Kunde' },
      {
        to: '/lines',
        each: '/rows',
        rules: [
          { to: '/line', count: true, as: 'text' },
          { to: '/sku', from: '/Artikel', required: true },
          { to: '/quantity', from: '/Menge' },
          { to: '/uom', from: '/ME', lookup: { Stk: 'EA' } },
        ],
      },
    ],
  })
  const file = ordersFile({
    name: 'Bestellungen',
    groupBy: ['Beleg', 'Kunde'],
    map: bestellung,
    layout: csv({
      delimiter: ';',
      dates: 'DD.MM.YYYY',
      columns: {
        Beleg: { required: true },
        Kunde: { required: true },
        Tag: { type: 'date' },
        Artikel: {},
        Menge: { type: 'integer' },
        ME: {},
      },
    }),
  })
  const readRows = (...rows: string[]) =>
    readOrders(Buffer.from(['Beleg;Kunde;Tag;Artikel;Menge;ME', ...rows, ''].join('\n')), file)

  test('rows that are the same in the named columns are one order', () => {
    const { orders } = readRows('1;K1;05.01.2026;A;3;Stk', '1;K2;05.01.2026;A;1;Stk', '1;K1;05.01.2026;B;2;Stk')
    expect(orders?.map(({ document }) => [document.buyer?.id, document.lines.map(({ sku }) => sku)])).toEqual([
      ['K1', ['A', 'B']],
      ['K2', ['A']],
    ])
  })

  test.each([
    [
      'a word the map does not know',
      '1;K1;05.01.2026;A;3;KRT',
      'Line 3, column 6 (ME): /lines/1/uom: “KRT” is no word',
    ],
    [
      'what the order does not take',
      '1;K1;05.01.2026;A;0;Stk',
      'Line 3, column 5 (Menge): /lines/1/quantity: “0” is out',
    ],
    ['what is missing', '1;K1;05.01.2026;;1;Stk', 'Line 3, column 4 (Artikel): /lines/1/sku: '],
  ])('%s is told with its line, its column and its place in the order', (_, row, why) => {
    const { verdict, faults } = readRows('1;K1;05.01.2026;A;3;Stk', row)
    expect([verdict, faults?.map(({ detail }) => detail)]).toEqual(['refused', [expect.stringContaining(why)]])
  })

  test('a map needs to know which rows belong together, and must answer at once', () => {
    expect(() => ordersFile({ name: 'o', layout: file.layout, map: bestellung })).toThrow('groupBy')
    expect(() => ordersFile({ name: 'o', layout: file.layout, map: bestellung, groupBy: ['Nr'] })).toThrow(
      'no field Nr',
    )
    expect(() => ordersFile({ ...file, currency: 'EUR' })).toThrow('says currency and unit itself')
    const later = jsonata({ name: 'later', text: '{}' }) as never
    expect(() => ordersFile({ name: 'o', layout: file.layout, map: later, groupBy: ['Beleg'] })).toThrow(
      'answers later',
    )
  })
})

const columns = { number: {}, date: { type: 'date' }, sku: {}, quantity: {} } as const

test.each([
  ['no unit anywhere', () => ordersFile({ name: 'o', currency: 'EUR', layout: csv({ columns }) }), 'no field uom'],
  [
    'a column nobody knows',
    () => ordersFile({ name: 'o', currency: 'EUR', uom: 'EA', layout: csv({ columns: { ...columns, colour: {} } }) }),
    'colour',
  ],
  [
    'rows that may be skipped',
    () => ordersFile({ name: 'o', currency: 'EUR', uom: 'EA', layout: csv({ faulty: 'skipRecord', columns }) }),
    'missing from its order',
  ],
])('a declaration with %s is refused', (_, declare, why) => {
  expect(declare).toThrow(why)
})
