import fc from 'fast-check'
import { expect, test } from 'vitest'
import { csv, fixedWidth } from './layout.ts'
import { readFlat } from './read.ts'
import type { FlatRecord } from './record.ts'
import { writeFlat } from './write.ts'

const aText = fc.string({ unit: fc.constantFrom(...'ab;,"\'= é€\n#'), minLength: 1, maxLength: 8 })
const aDay = fc
  .date({ min: new Date('1990-01-01'), max: new Date('2060-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10))
const aDecimal = fc
  .tuple(fc.integer({ min: -999_999, max: 999_999 }), fc.integer({ min: 0, max: 99 }))
  .map(([whole, cents]) => `${whole}.${String(cents).padStart(2, '0')}`)
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined })

const held = ({ kind, values }: Pick<FlatRecord, 'kind' | 'values'>) => [
  kind,
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)),
]

test.each([
  ['commas', csv({ numbers: { point: '.', group: ',' }, dates: 'MM/DD/YYYY', columns: COLUMNS() })],
  ['semicolons', csv({ delimiter: ';', numbers: { point: ',', group: '.' }, dates: 'DD.MM.YYYY', columns: COLUMNS() })],
  [
    'blanks trimmed and remarks',
    csv({ delimiter: '\t', trim: true, passOver: ['#'], numbers: { point: '.' }, columns: COLUMNS() }),
  ],
])('CSV of %s: read, written and read again it is the same', (_, layout) => {
  const aRow = fc.record({ name: maybe(aText), price: maybe(aDecimal), day: maybe(aDay), count: fc.nat().map(String) })
  fc.assert(
    fc.property(fc.array(aRow, { maxLength: 6 }), fc.constantFrom('\n' as const, '\r\n' as const), (rows, newline) => {
      const records = rows.map((values) => ({ kind: 'row', values }))
      const { rows: again, faults } = readFlat(writeFlat(records, layout, { newline }), layout)
      expect(faults).toEqual([])
      expect(again.map(held)).toEqual(records.map(held))
    }),
    { numRuns: 150 },
  )
})

function COLUMNS() {
  return {
    name: {},
    price: { type: 'decimal' },
    day: { type: 'date' },
    count: { type: 'integer', required: true },
  } as const
}

test('fixed width: read, written and read again it is the same', () => {
  const layout = fixedWidth({
    charset: 'windows-1252',
    tag: { at: 1, length: 2 },
    records: {
      line: {
        tag: 'LN',
        fields: {
          name: { at: 3, length: 8 },
          price: { at: 11, length: 10, type: 'decimal', places: 2 },
          day: { at: 21, length: 8, type: 'date', form: 'YYYYMMDD' },
        },
      },
    },
  })
  const aName = fc.string({ unit: fc.constantFrom(...'ab;é€'), minLength: 1, maxLength: 8 })
  const aLine = fc.record({ name: maybe(aName), price: maybe(aDecimal), day: maybe(aDay) })
  fc.assert(
    fc.property(fc.array(aLine, { maxLength: 5 }), (lines) => {
      const records = lines.map((values) => ({ kind: 'line', values }))
      const { rows, faults } = readFlat(writeFlat(records, layout), layout)
      expect(faults).toEqual([])
      expect(rows.map(held)).toEqual(records.map(held))
    }),
    { numRuns: 150 },
  )
})

test('C04 what a spreadsheet would run goes out as text', () => {
  const layout = csv({ columns: { name: {}, delta: { type: 'integer' } } })
  const rows = ['=cmd|calc', '+1', '-1', '@x', 'plain'].map((name) => ({ kind: 'row', values: { name, delta: '-3' } }))
  const text = Buffer.from(writeFlat(rows, layout, { forSpreadsheets: true })).toString()
  expect(text.split('\n').slice(1, 6)).toEqual(["'=cmd|calc,-3", "'+1,-3", "'-1,-3", "'@x,-3", 'plain,-3'])
})

test.each([
  ['a text with the delimiter, without quotes', csv({ quote: null, columns: { a: {} } }), { a: 'x,y' }],
  ['a character the set has not', csv({ charset: 'iso-8859-1', columns: { a: {} } }), { a: '€' }],
  ['a number that is none', csv({ columns: { a: { type: 'integer' } } }), { a: '1.5' }],
  ['nothing where something must be', csv({ columns: { a: { required: true } } }), {}],
  ['too much for its field', fixedWidth({ records: { row: { fields: { a: { at: 1, length: 2 } } } } }), { a: 'abc' }],
])('%s is not written', (_, layout, values) => {
  expect(() => writeFlat([{ kind: 'row', values }], layout)).toThrow('cannot be written')
})
