import { describe, expect, test } from 'vitest'
import { CrossdockError } from '../../base/errors.ts'
import { csv } from './layout.ts'
import { type FlatPart, flatReader, readFlat, readFlatStream } from './read.ts'

const stock = csv({ columns: { sku: { required: true }, quantity: { type: 'integer', required: true } } })
const read = (text: string | Uint8Array, layout: Parameters<typeof readFlat>[1] = stock) =>
  readFlat(typeof text === 'string' ? Buffer.from(text) : text, layout)
const codes = (text: string | Uint8Array, layout: Parameters<typeof readFlat>[1] = stock) =>
  read(text, layout).faults.map(({ code, line, column }) => [code.replace('XD_EDI_FLAT_', ''), line, column])
const values = (text: string, layout: Parameters<typeof readFlat>[1] = stock) => {
  const { rows, faults } = read(text, layout)
  expect(faults).toEqual([])
  return rows.map((row) => row.values)
}

describe('CSV as RFC 4180 has it', () => {
  test('quotes hold delimiters, quotes and line ends; blanks belong to the cell', () => {
    const layout = csv({ columns: { a: {}, b: {}, c: {} } })
    expect(values('a,b,c\r\n"x, ""y""","1\r\n2", z \r\n"",q,""\r\n', layout)).toEqual([
      { a: 'x, "y"', b: '1\r\n2', c: ' z ' },
      { b: 'q' },
    ])
  })

  test('columns may come in any order, with a byte order mark, and the last line needs no end', () => {
    expect(values('\ufeffquantity,sku\n3,A\n\n4,B')).toEqual([
      { sku: 'A', quantity: '3' },
      { sku: 'B', quantity: '4' },
    ])
  })

  test('delimiter, quote, trim and remarks are declared', () => {
    const layout = csv({ delimiter: '|', quote: "'", trim: true, passOver: ['#'], columns: { a: {}, b: {} } })
    expect(values("# made by hand\na | b\n 'x|y' |  z\n#end", layout)).toEqual([{ a: 'x|y', b: 'z' }])
  })

  test('a file without a header has its columns by their place', () => {
    const layout = csv({ header: false, columns: { a: {}, b: {} } })
    expect(read('1,2\n3,4\n', layout)).toMatchObject({ records: 2, faulty: 0, lines: 2, verdict: 'read' })
  })

  test('every record says the line it begins on', () => {
    const { rows, lines } = read('sku,quantity\n"A\nB",1\n\nC,2\n')
    expect(rows.map(({ line }) => line)).toEqual([2, 5])
    expect(lines).toBe(5)
  })
})

describe('the catalogue of bad files', () => {
  test('C01 a quote that is never closed: the file is refused and the line named', () => {
    const reading = read('sku,quantity\nA,1\n"B,2\nC,3\n')
    expect(reading.verdict).toBe('refused')
    expect(reading.faults.map(({ detail }) => detail)).toEqual([
      'Line 3, column 1: A quote is opened on line 3 and never closed.',
    ])
    expect(codes('sku,quantity\n"B"x,2\nC"D,3\n')).toEqual([
      ['QUOTE_STRAY', 2, 1],
      ['QUOTE_STRAY', 3, 1],
    ])
  })

  test.each([
    ['missing', 'sku\n', 'missing “quantity”'],
    ['extra', 'sku,quantity,colour\n', 'not declared “colour”'],
    ['renamed', 'sku,Quantity\n', '“quantity” is called “Quantity”'],
    ['renamed altogether', 'sku,Menge\n', '“quantity” is called “Menge”'],
    ['twice', 'sku,quantity,sku\n', 'twice “sku”'],
  ])('C02 a column is %s: the difference is shown', (_, header, difference) => {
    const { faults, verdict } = read(header)
    expect(verdict).toBe('refused')
    expect(faults.map(({ detail }) => detail)).toEqual([
      `Line 1: The header is not the one that was declared: ${difference}.`,
    ])
  })

  test('C02 what is not declared may be passed over; no header at all is a fault', () => {
    const layout = csv({ otherColumns: 'pass', columns: { sku: {} } })
    expect(values('colour,sku\nred,A\n', layout)).toEqual([{ sku: 'A' }])
    expect(codes('')).toEqual([['HEADER_MISSING', 1, undefined]])
  })

  test('C03 a row with the wrong number of cells is an error of that row', () => {
    expect(codes('sku,quantity\nA\nB,2,3\nC,4\n')).toEqual([
      ['CELLS_DIFFER', 2, 2],
      ['CELLS_DIFFER', 3, 3],
    ])
    expect(read('sku,quantity\nA\nB,2\n').verdict).toBe('refused')
  })

  test('C03 where rows may be skipped, more than 1 % of bad ones park the file', () => {
    const layout = csv({ ...stock, faulty: 'skipRecord' })
    const rows = (bad: number) => `sku,quantity\n${'A,1\n'.repeat(200 - bad)}${'A\n'.repeat(bad)}`
    expect(read(rows(2), layout)).toMatchObject({ verdict: 'read', records: 198, faulty: 2 })
    expect(read(rows(3), layout)).toMatchObject({ verdict: 'parked', records: 197, faulty: 3 })
  })

  test.each(['=cmd|calc!A1', '+1', '-1', '@SUM(A1)'])('C04 a cell %s is stored as the text it is', (cell) => {
    expect(values(`sku,quantity\n${cell},1\n`)).toEqual([{ sku: cell, quantity: '1' }])
  })

  test('C05 bytes of another character set are refused with their offset', () => {
    const bytes = Buffer.concat([Buffer.from('sku,quantity\nCaf'), Buffer.from([0xe9]), Buffer.from(',1\n')])
    const { faults } = read(bytes)
    expect(faults.map(({ detail }) => detail)).toEqual([
      'Line 2, column 1: The byte at offset 16 is 0xe9, which utf-8 text cannot hold.',
    ])
    const declared = csv({ ...stock, charset: 'windows-1252' })
    expect(readFlat(bytes, declared).rows[0]?.values['sku']).toBe('Café')
    expect(codes(Buffer.from([...Buffer.from('sku,quantity\n'), 0x81]), declared)[0]?.[0]).toBe('CHARSET_INVALID')
    expect(codes(Buffer.from('sku,quantity\né,1'), csv({ ...stock, charset: 'us-ascii' }))).toEqual([
      ['CHARSET_INVALID', 2, 1],
    ])
  })

  test('C05 NUL and mixed line ends are refused with their offset', () => {
    expect(codes('sku,quantity\nA\0,1\n')).toEqual([['CHARSET_INVALID', 2, 1]])
    const { faults } = read('sku,quantity\r\nA,1\nB,2\r\n')
    expect(faults.map(({ detail }) => detail)).toEqual([
      'Line 2: The line ends with LF at byte 17; the lines before end with CR LF.',
    ])
  })

  test('C06 a line of 100 MB is refused at its first MiB, and not kept', () => {
    let pieces = 0
    const faults: string[] = []
    const reader = flatReader(stock, { record: () => {}, fault: ({ code }) => faults.push(code) })
    reader.push(Buffer.from('sku,quantity\n'))
    const piece = Buffer.alloc(64 * 1024, 'x')
    while (!reader.stopped && pieces < 1600) {
      reader.push(piece)
      pieces += 1
    }
    expect([pieces, faults]).toEqual([17, ['XD_EDI_FLAT_LINE_TOO_LONG']])
    expect(reader.end().verdict).toBe('refused')
  })
})

describe('numbers and dates are read as they were declared, never guessed', () => {
  const priced = (more: object, text: string) => {
    const layout = csv({ header: false, delimiter: ';', columns: { price: { type: 'decimal' } }, ...more })
    const { rows, faults } = read(`${text}\n`, layout)
    return faults[0]?.code.replace('XD_EDI_FLAT_', '') ?? rows[0]?.values['price']
  }

  test.each(['1,234', '1.234', '1.5', "1'000"])('N01 %s without a declared form is ambiguous', (text) => {
    expect(priced({}, text)).toBe('NUMBER_AMBIGUOUS')
  })

  test.each([
    ['.', ',', '1,234', '1234'],
    ['.', ',', '1,234.50', '1234.50'],
    [',', '.', '1.234,5', '1234.5'],
    [',', '.', '12.345.678', '12345678'],
    ['.', ',', '007.10', '7.10'],
    ['.', ',', '-0.00', '0.00'],
    ['.', ',', '+3', '3'],
    ['.', ',', '1,23', 'NUMBER_MALFORMED'],
    ['.', ',', '1,2345', 'NUMBER_MALFORMED'],
    ['.', ',', '1234,567', 'NUMBER_MALFORMED'],
    ['.', ',', '1.234,5', 'NUMBER_MALFORMED'],
    ['.', undefined, '1,234', 'NUMBER_MALFORMED'],
    ['.', ',', '.5', 'NUMBER_MALFORMED'],
    ['.', ',', '5.', 'NUMBER_MALFORMED'],
    ['.', ',', '1E5', 'NUMBER_MALFORMED'],
    ['.', ',', '1O', 'NUMBER_MALFORMED'],
  ])('N01 with the point %s and groups of %s, %s is %s', (point, group, text, expected) => {
    expect(priced({ numbers: group === undefined ? { point } : { point, group } }, text)).toBe(expected)
  })

  test('implied places', () => {
    const implied = (text: string) => priced({ columns: { price: { type: 'decimal', places: 2 } } }, text)
    expect(['00012345', '5', '-50', '1.5'].map(implied)).toEqual(['123.45', '0.05', '-0.50', 'NUMBER_AMBIGUOUS'])
  })

  const dated = (more: object, text: string, type: 'date' | 'instant' = 'date') => {
    const layout = csv({ header: false, columns: { at: { type } }, ...more })
    const { rows, faults } = read(`${text}\n`, layout)
    return faults[0]?.detail ?? rows[0]?.values['at']
  }

  test.each([
    ['DD.MM.YYYY', '28.02.2026', '2026-02-28'],
    ['MM/DD/YYYY', '02/28/2026', '2026-02-28'],
    ['YYYYMMDD', '20260228', '2026-02-28'],
    ['DD.MM.YYYY', '30.02.2026', 'Line 1, column 1 (at): “30.02.2026” is no day of the calendar.'],
    ['DD.MM.YYYY', '3.4.2026', 'Line 1, column 1 (at): “3.4.2026” is not written DD.MM.YYYY.'],
    [undefined, '03/04/26', 'Line 1, column 1 (at): “03/04/26” is not written YYYY-MM-DD.'],
  ])('N05 a date of the form %s: %s', (dates, text, expected) => {
    expect(dated(dates === undefined ? {} : { dates }, text)).toBe(expected)
  })

  test('N05 years of two digits need a century', () => {
    expect(() => csv({ dates: 'DD.MM.YY', columns: { at: { type: 'date' } } })).toThrow('need a century')
    const years = ['28.02.69', '28.02.70'].map((text) => dated({ dates: 'DD.MM.YY', century: 1970 }, text))
    expect(years).toEqual(['2069-02-28', '1970-02-28'])
  })

  test.each([
    ['2026-03-29 01:59', '2026-03-29T00:59:00Z'],
    ['2026-03-29 02:30', '“2026-03-29 02:30” is skipped by the clocks of Europe/Berlin.'],
    ['2026-10-25 02:30', '“2026-10-25 02:30” comes twice by the clocks of Europe/Berlin.'],
    ['2026-07-01 24:00', '“2026-07-01 24:00” is no time of the day.'],
    ['2026-07-01 12:00', '2026-07-01T10:00:00Z'],
  ])('N05 an instant by the clocks of a zone: %s', (text, expected) => {
    const form = { instants: 'YYYY-MM-DD HH:mm', zone: 'Europe/Berlin' }
    expect(dated(form, text, 'instant')).toContain(expected)
  })

  test('N05 an instant with its offset', () => {
    const form = { instants: 'YYYY/MM/DDTHH:mm:ssZ' }
    expect(dated(form, '2019/01/31T12:34:56-0800', 'instant')).toBe('2019-01-31T20:34:56Z')
    expect(() => csv({ instants: 'YYYY-MM-DD HH:mm', columns: { at: { type: 'instant' } } })).toThrow('needs')
  })
})

test.each([1, 2, 3, 7, 4096])('a file cut into pieces of %i bytes reads the same', async (size) => {
  const text = '\ufeffsku,quantity\r\n"Ä ""b""",1\r\n"x\r\ny",2\r\n\r\nC,3x\r\nD,4'
  const bytes = Buffer.from(text)
  const whole = read(text)
  const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
    Uint8Array.from(bytes.subarray(at * size, (at + 1) * size)),
  )
  const parts = await collected(readFlatStream(chunks, stock))
  expect(parts.flatMap((part) => (part.kind === 'record' ? [part.record] : []))).toEqual(whole.rows)
  expect(parts.flatMap((part) => (part.kind === 'fault' ? [part.fault] : []))).toEqual(whole.faults)
  const { records, faulty, lines, verdict } = whole
  expect(parts.at(-1)).toEqual({ kind: 'end', summary: { records, faulty, lines, verdict } })
})

test('more than a thousand faults are not listed', () => {
  const { faults, verdict } = read(
    `sku,quantity\n${'A,x\n'.repeat(1_100)}`,
    csv({ ...stock, faulty: 'skipRecord', mostFaulty: 1 }),
  )
  expect([faults.length, faults.at(-1)?.code, verdict]).toEqual([1_001, 'XD_EDI_FLAT_FAULTS_TOO_MANY', 'refused'])
})

test.each([
  ['no columns', () => csv({ columns: {} }), 'there are no columns'],
  ['a letter as delimiter', () => csv({ delimiter: 'x', columns: { a: {} } }), 'delimiter'],
  ['one sign for two things', () => csv({ delimiter: '"', columns: { a: {} } }), 'are the same'],
  ['a header twice', () => csv({ columns: { a: { header: 'b' }, b: {} } }), 'same header'],
  ['a line of 2 MiB', () => csv({ longestLine: 2 ** 21, columns: { a: {} } }), '1 MiB'],
  ['a zone nobody knows', () => csv({ zone: 'Mars/Base', columns: { a: {} } }), 'no time zone'],
])('a layout with %s is refused when it is declared', (_, declare, why) => {
  expect(declare).toThrow(why)
  expect(declare).toThrow(CrossdockError)
})

async function collected(parts: AsyncIterable<FlatPart>): Promise<FlatPart[]> {
  const all: FlatPart[] = []
  for await (const part of parts) all.push(part)
  return all
}
