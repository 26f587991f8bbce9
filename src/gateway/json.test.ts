import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { elementBytes, linesOf, MOST_LEVELS, readJson } from './json.ts'
import { isExact } from './json-inspect.ts'

const read = (text: string) => readJson(Buffer.from(text))
const codeOf = (text: string) => read(text).error?.code
const pointersOf = (text: string) => read(text).error?.faults.map(({ pointer }) => pointer)

describe('what is refused', () => {
  test.each(['{"a":1', '{"a":1} x', '', '{"a":1}{"b":2}', '{a:1}', '[1,]', '\uFEFF{}', 'NaN', '"\n"'])(
    'H01 truncated or trailing text: %j',
    (text) => {
      expect(codeOf(text)).toBe('XD_GATEWAY_JSON_MALFORMED')
    },
  )

  test('H03 nesting of 10,000 levels; 32 are fine, 33 are not', () => {
    const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels)
    expect(codeOf(nested(10_000))).toBe('XD_GATEWAY_JSON_TOO_DEEP')
    expect(codeOf(nested(MOST_LEVELS + 1))).toBe('XD_GATEWAY_JSON_TOO_DEEP')
    expect(codeOf(nested(MOST_LEVELS))).toBeUndefined()
  })

  test('H04 names that change how programs behave, also when they are escaped', () => {
    expect(pointersOf('{"lines":[{"__proto__":{"admin":true}}]}')).toEqual(['/lines/0/__proto__'])
    expect(codeOf('{"\\u005f_proto__":1}')).toBe('XD_GATEWAY_JSON_FORBIDDEN_KEY')
    expect(codeOf('{"constructor":{"prototype":{"admin":true}}}')).toBe('XD_GATEWAY_JSON_FORBIDDEN_KEY')
    expect(codeOf('{"constructor":"ACME","prototype":1}')).toBeUndefined()
    expect(({} as { admin?: boolean }).admin).toBeUndefined()
  })

  test('H05 the same member twice, with a pointer, also when one is written with an escape', () => {
    expect(read('{"qty":1,"qty":100}').error?.code).toBe('XD_GATEWAY_JSON_DUPLICATE_KEY')
    expect(pointersOf('{"lines":[{"a":1},{"qty":1,"b/c":{},"qty":2}]}')).toEqual(['/lines/1/qty'])
    expect(codeOf('{"qty":1,"\\u0071ty":2}')).toBe('XD_GATEWAY_JSON_DUPLICATE_KEY')
    expect(codeOf('{"a":{"qty":1},"b":{"qty":2},"qty":3}')).toBeUndefined()
  })

  test('H05 names that only look alike are not twins', () => {
    expect(codeOf('{"abxcd":1,"aaxdd":2,"":3,"a":4,"aXxYd":5}')).toBeUndefined()
    const long = 'k'.repeat(300)
    expect(codeOf(`{"${long}":1,"${long}k":2,"k":3}`)).toBeUndefined()
    expect(codeOf(`{"${long}":1,"x":0,"${long}":2}`)).toBe('XD_GATEWAY_JSON_DUPLICATE_KEY')
  })

  test.each([
    '1e400',
    '-1e400',
    '9007199254740993',
    '9007199254740992',
    '-0',
    '-0.0',
    '0e5e',
    '1e-400',
    '0.1234567890123456789',
  ])('H06 a number that a double cannot keep: %s', (number) => {
    const text = `{"lines":[{"quantity":${number}}]}`
    if (number === '0e5e') return expect(codeOf(text)).toBe('XD_GATEWAY_JSON_MALFORMED')
    expect(codeOf(text)).toBe('XD_GATEWAY_NUMBER_OUT_OF_RANGE')
    expect(pointersOf(text)).toEqual(['/lines/0/quantity'])
  })

  test.each([
    '0',
    '-1',
    '12.50',
    '1e3',
    '1.5E+2',
    '9007199254740991',
    '0.30000000000000004',
    '-0.5',
    '0.0',
    '100000000000000000000e-6',
  ])('a number that a double keeps is taken: %s', (number) => {
    expect(read(`[${number}]`)).toEqual({ value: [Number(number)] })
  })

  test('H07 invalid UTF-8, lone surrogates and U+0000', () => {
    expect(readJson(Buffer.from([0x22, 0xff, 0x22])).error?.code).toBe('XD_GATEWAY_TEXT_INVALID')
    expect(readJson(Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])).error?.code).toBe('XD_GATEWAY_TEXT_INVALID')
    expect(readJson(Buffer.from([0x22, 0xc0, 0xaf, 0x22])).error?.code).toBe('XD_GATEWAY_TEXT_INVALID')
    expect(pointersOf('{"buyer":{"name":"\\ud83d"}}')).toEqual(['/buyer/name'])
    expect(codeOf('"\\udc00"')).toBe('XD_GATEWAY_TEXT_INVALID')
    expect(codeOf('"a\\u0000"')).toBe('XD_GATEWAY_TEXT_INVALID')
    expect(codeOf('{"a\\u0000":1}')).toBe('XD_GATEWAY_TEXT_INVALID')
    expect(read('"\\ud83d\\ude00 \\u00e9 \\u0001 \\uD7FF"')).toEqual({ value: '\u{1f600} é \u0001 \ud7ff' })
    expect(codeOf('"\u0000"')).toBe('XD_GATEWAY_JSON_MALFORMED')
  })

  test('all places of the gravest kind are reported at once', () => {
    expect(pointersOf('{"a":1,"a":2,"b":[{"c":-0,"d":1,"d":2}]}')).toEqual(['/a', '/b/0/d'])
    expect(pointersOf('[-0,1,{"x~y":1e999}]')).toEqual(['/0', '/2/x~0y'])
  })

  test('a megabyte made to be slow costs less than a stall', () => {
    const members = Array.from({ length: 60_000 }, (_, at) => `"key${at}":${at}`).join(',')
    const wide = Buffer.from(`{${members}}`)
    const before = process.cpuUsage() // not the time on the wall: others may be at work on the machine
    expect(readJson(wide).error).toBeUndefined()
    const { user, system } = process.cpuUsage(before)
    expect((user + system) / 1_000).toBeLessThan(500)
  })
})

describe('against JSON.parse', () => {
  test('every value JSON.stringify writes is read as JSON.parse reads it, unless it has what is refused', () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ depthSize: 'medium', maxDepth: 8 }),
        fc.constantFrom(undefined, 1, '\t'),
        (value, indent) => {
          const text = JSON.stringify(value, undefined, indent)
          const reading = readJson(Buffer.from(text))
          if (reading.error) return isRefusable(value)
          expect(reading.value).toEqual(JSON.parse(text))
          return true
        },
      ),
      { numRuns: 2000 },
    )
  })

  test('text that JSON.parse refuses is refused, whatever was cut, changed or put in', () => {
    const seed = '{"a":[1,-2.5e1,"x\\"y\\\\",{"b":null,"c":{}}],"d":true}'
    fc.assert(
      fc.property(fc.nat(seed.length - 1), fc.nat(3), fc.string({ maxLength: 3 }), (at, cut, put) => {
        const text = seed.slice(0, at) + put + seed.slice(at + cut)
        const reading = readJson(Buffer.from(text))
        let parsed: unknown
        try {
          parsed = JSON.parse(text)
        } catch {
          expect(reading.error).toBeDefined()
          return
        }
        if (!reading.error) expect(reading.value).toEqual(parsed)
      }),
      { numRuns: 3000 },
    )
  })

  test('a repeated member is found wherever it stands', () => {
    const name = fc.constantFrom('a', 'ab', 'abc', 'axc', 'é', '', 'quantity', 'quantitx')
    const members = fc.array(fc.tuple(name, fc.constantFrom('1', '"x"', '{}', '[{"a":1}]')), { maxLength: 6 })
    fc.assert(
      fc.property(members, fc.nat(3), (pairs, levels) => {
        const object = `{${pairs.map(([key, value]) => `${JSON.stringify(key)} : ${value}`).join(' , ')}}`
        const text = `${'[{"in":'.repeat(levels)}${object}${'}]'.repeat(levels)}`
        const twice = new Set(pairs.map(([key]) => key)).size < pairs.length
        expect(codeOf(text) === 'XD_GATEWAY_JSON_DUPLICATE_KEY').toBe(twice)
      }),
      { numRuns: 2000 },
    )
  })

  test('exact means that the printed double is the same decimal', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const safe = !Number.isInteger(value) || Number.isSafeInteger(value)
        expect(isExact(JSON.stringify(value))).toBe(safe && !(Object.is(value, -0) && JSON.stringify(value) === '-0'))
      }),
    )
  })

  test('exact is decided as whole-number arithmetic would decide it', () => {
    const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 20 })
    const power = fc.option(fc.integer({ min: -330, max: 310 }))
    fc.assert(
      fc.property(digits, fc.option(digits), power, (whole, fraction, exponent) => {
        const units = whole.replace(/^0+(?=.)/, '')
        const written = `${units}${fraction ? `.${fraction}` : ''}${exponent === null ? '' : `e${exponent}`}`
        const value = Number(written)
        const isSafe = Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value))
        expect(isExact(written)).toBe(isSafe && scaled(written) === scaled(String(value)))
      }),
      { numRuns: 5000 },
    )
  })
})

describe('batches', () => {
  test('the elements of an array keep their own bytes', () => {
    const texts = (text: string) => elementBytes(Buffer.from(text)).map(String)
    expect(texts(' [ {"a":"]},["} , [1,2] ,3, "x\\"," ] ')).toEqual(['{"a":"]},["}', '[1,2]', '3', '"x\\","'])
    expect(texts('[]')).toEqual([])
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.constantFrom(undefined, 2), (values, indent) => {
        expect(
          texts(JSON.stringify(values, undefined, indent)).map((text) => JSON.stringify(JSON.parse(text))),
        ).toEqual(values.map((value) => JSON.stringify(value)))
      }),
    )
  })

  test('the lines of NDJSON, with or without a last end, blank ones left out', () => {
    expect([...linesOf(Buffer.from('{"a":1}\r\n\n{"b":2}\n  \n{"c":3}'))].map(String)).toEqual([
      '{"a":1}\r',
      '{"b":2}',
      '{"c":3}',
    ])
  })
})

function isRefusable(value: unknown): boolean {
  if (typeof value === 'number') return !Number.isSafeInteger(value) || Object.is(value, -0)
  if (typeof value === 'string') return value.includes('\u0000') || !value.isWellFormed()
  if (Array.isArray(value)) return value.some(isRefusable) || depthOf(value) > MOST_LEVELS
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(([key, inner]) => key === '__proto__' || isRefusable(key) || isRefusable(inner))
}

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  return 1 + Math.max(0, ...Object.values(value).map(depthOf))
}

/** A decimal as a whole number of 10^-400: long, but nothing is lost. */
function scaled(written: string): bigint {
  const [mantissa, power = '0'] = written.split('e') as [string, string?]
  const [units, fraction = ''] = mantissa.split('.') as [string, string?]
  return BigInt(units + fraction) * 10n ** BigInt(400 + Number(power) - fraction.length)
}
