import { describe, expect, test } from 'vitest'
import { fixedWidth } from './layout.ts'
import { type FlatPart, readFlat, readFlatStream } from './read.ts'

const orders = fixedWidth({
  tag: { at: 1, length: 3 },
  records: {
    header: {
      tag: 'HDR',
      place: 'first',
      length: 17,
      fields: { sender: { at: 4, length: 6 }, date: { at: 10, length: 8, type: 'date', form: 'YYYYMMDD' } },
    },
    line: {
      tag: 'LIN',
      length: 26,
      fields: {
        sku: { at: 4, length: 8, required: true },
        quantity: { at: 12, length: 7, type: 'integer' },
        price: { at: 19, length: 8, type: 'decimal', places: 2 },
      },
    },
    trailer: {
      tag: 'TRL',
      place: 'last',
      fields: { count: { at: 4, length: 6, type: 'integer' }, hash: { at: 10, length: 10, type: 'integer' } },
    },
  },
  totals: [
    { field: 'trailer.count', counts: ['line'] },
    { field: 'trailer.hash', sums: 'line.quantity' },
  ],
})

const HEAD = 'HDRACME  20260105'
const LINES = ['LIN4711    000000300000925', 'LIN0815    000001000012000']
const TAIL = 'TRL0000020000000013'
const file = (...lines: string[]) => Buffer.from(`${lines.join('\n')}\n`)
const codes = (bytes: Uint8Array, layout: Parameters<typeof readFlat>[1] = orders) =>
  readFlat(bytes, layout).faults.map(({ code, line, column }) => [code.replace('XD_EDI_FLAT_', ''), line, column])

test('records are told apart by their tag, and the totals agree', () => {
  const { rows, verdict, faults } = readFlat(file(HEAD, ...LINES, TAIL), orders)
  expect(faults).toEqual([])
  expect(verdict).toBe('read')
  expect(rows.map(({ kind, values }) => [kind, values])).toEqual([
    ['header', { sender: 'ACME', date: '2026-01-05' }],
    ['line', { sku: '4711', quantity: '3', price: '9.25' }],
    ['line', { sku: '0815', quantity: '10', price: '120.00' }],
    ['trailer', { count: '2', hash: '13' }],
  ])
})

test('records are told apart by their place', () => {
  const layout = fixedWidth({
    records: {
      head: { place: 'first', fields: { name: { at: 1, length: 4 } } },
      row: { fields: { a: { at: 1, length: 2 } } },
      tail: { place: 'last', fields: { count: { at: 1, length: 2, type: 'integer' } } },
    },
    totals: [{ field: 'tail.count', counts: 'every' }],
  })
  const { rows, faults } = readFlat(Buffer.from('ACME\r\nA1\r\nB2\r\n04'), layout)
  expect(faults).toEqual([])
  expect(rows.map(({ kind, line }) => [kind, line])).toEqual([
    ['head', 1],
    ['row', 2],
    ['row', 3],
    ['tail', 4],
  ])
})

describe('C07 a file that lost something is refused', () => {
  test.each([
    ['a short record', file(HEAD, 'LIN4711    00000030000092', LINES[1]!, TAIL), ['RECORD_SHORT', 2, 26]],
    ['a long record', file(HEAD, `${LINES[0]} `, LINES[1]!, TAIL), ['RECORD_LONG', 2, 28]],
    ['a wrong count', file(HEAD, LINES[0]!, 'TRL0000020000000003'), ['TOTAL_DIFFERS', 3, undefined]],
    ['a wrong hash total', file(HEAD, ...LINES, 'TRL0000020000000014'), ['TOTAL_DIFFERS', 4, undefined]],
    ['no trailer', file(HEAD, ...LINES), ['RECORD_MISSING', 3, undefined]],
    ['no header', file(...LINES, TAIL), ['RECORD_MISSING', 1, undefined]],
    ['a header in the middle', file(HEAD, LINES[0]!, HEAD, TAIL), ['RECORD_MISPLACED', 3, undefined]],
    ['a tag nobody knows', file(HEAD, 'XYZ', ...LINES, TAIL), ['RECORD_UNKNOWN', 2, 1]],
    ['a value that is none', file(HEAD, 'LIN4711    00000O300000925', LINES[1]!, TAIL), ['NUMBER_MALFORMED', 2, 12]],
  ])('C07 %s', (_, bytes, first) => {
    expect(codes(bytes)[0]).toEqual(first)
    expect(readFlat(bytes, orders).verdict).toBe('refused')
  })

  const named = (measuredIn: 'characters' | 'bytes') =>
    fixedWidth({
      measuredIn,
      records: { row: { length: 10, fields: { name: { at: 1, length: 5 }, code: { at: 6, length: 5 } } } },
    })

  test('C07 a character of several bytes that shifts the fields', () => {
    expect(readFlat(Buffer.from('Zoé  AB123\n'), named('characters')).rows[0]?.values).toEqual({
      name: 'Zoé',
      code: 'AB123',
    })
    expect(readFlat(Buffer.from('Zoé  AB123\n'), named('bytes')).faults[0]?.detail).toBe(
      'Line 1, column 12: The record has 11 bytes, 10 are declared; counted in characters it would fit.',
    )
    expect(readFlat(Buffer.from('Zoé AB123\n'), named('characters')).faults[0]?.detail).toContain(
      'counted in bytes it would fit',
    )
    expect(readFlat(Buffer.from('Zoé AB123\n'), named('bytes')).rows[0]?.values).toEqual({ name: 'Zoé', code: 'AB123' })
    expect(codes(Buffer.from('AAAAé1234\n'), named('bytes'))).toEqual([
      ['CHARSET_INVALID', 1, 1],
      ['CHARSET_INVALID', 1, 6],
    ])
  })
})

test('blanks at the end may be cut off where that is declared', () => {
  const layout = fixedWidth({
    shortRecords: 'pad',
    records: { row: { length: 10, fields: { a: { at: 1, length: 3 }, b: { at: 4, length: 7 } } } },
  })
  expect(readFlat(file('AB', 'ABCDE'), layout).rows.map(({ values }) => values)).toEqual([
    { a: 'AB' },
    { a: 'ABC', b: 'DE' },
  ])
})

test('C05 NUL, bytes of another set and mixed line ends are refused', () => {
  expect(codes(file(HEAD, 'LIN47\x011'))).toEqual([['CHARSET_INVALID', 2, 6]])
  expect(codes(Buffer.concat([file(HEAD), Buffer.from([0x4c, 0xff, 0x0a])]))).toEqual([['CHARSET_INVALID', 2, 2]])
  expect(codes(Buffer.from(`${HEAD}\r\n${LINES[0]}\n`))).toEqual([['NEWLINES_MIXED', 2, undefined]])
})

test.each([1, 5, 64])('C06 a long line is refused, whatever the pieces (%i KiB)', async (kib) => {
  const chunks = Array.from({ length: Math.ceil(2048 / kib) }, () => Buffer.alloc(kib * 1024, 'x'))
  const parts = await collected(readFlatStream(chunks, orders))
  expect(parts.map((part) => (part.kind === 'fault' ? part.fault.code : part.kind))).toEqual([
    'XD_EDI_FLAT_LINE_TOO_LONG',
    'end',
  ])
})

test.each([1, 2, 7, 30])('a file cut into pieces of %i bytes reads the same', async (size) => {
  const bytes = Buffer.from(`${HEAD}\r\n${LINES.join('\r\n')}\r\n\r\n${TAIL}`)
  const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
    bytes.subarray(at * size, (at + 1) * size),
  )
  const parts = await collected(readFlatStream(chunks, orders))
  expect(parts.flatMap((part) => (part.kind === 'record' ? [part.record] : []))).toEqual(readFlat(bytes, orders).rows)
  expect(parts.at(-1)).toMatchObject({ kind: 'end', summary: { verdict: 'read', records: 4, faulty: 0 } })
})

test.each([
  [
    'a field beyond its record',
    () => fixedWidth({ records: { a: { length: 3, fields: { x: { at: 3, length: 2 } } } } }),
    'beyond',
  ],
  [
    'a total of nothing',
    () => fixedWidth({ records: { a: { fields: {} } }, totals: [{ field: 'a.b', counts: 'every' }] }),
    'no field',
  ],
  ['two kinds for one place', () => fixedWidth({ records: { a: { fields: {} }, b: { fields: {} } } }), 'one body'],
  [
    'a tag of another length',
    () => fixedWidth({ tag: { at: 1, length: 3 }, records: { a: { tag: 'AB', fields: {} } } }),
    'another length',
  ],
])('a layout with %s is refused when it is declared', (_, declare, why) => {
  expect(declare).toThrow(why)
})

async function collected(parts: AsyncIterable<FlatPart>): Promise<FlatPart[]> {
  const all: FlatPart[] = []
  for await (const part of parts) all.push(part)
  return all
}
