import { expect, test } from 'vitest'
import { ArrayEncoder, ValueRefused } from './binary-array.ts'

const encoder = new ArrayEncoder()
const list = <T>(values: readonly T[]) => [values.length, (at: number) => values[at]] as const

test('an array of int4 is laid out as PostgreSQL reads it', () => {
  encoder.begin()
  const expected = `${'00000001'}${'00000000'}${'00000017'}${'00000002'}${'00000001'}${'0000000400000005'}${'00000004ffffffff'}`
  expect(encoder.array('int4', ...list([5, -1])).toString('hex')).toBe(expected)
})

test('int8 keeps every whole number up to 2^53, negative ones too', () => {
  for (const value of [0, 1, -1, 2 ** 32, -(2 ** 32) - 1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]) {
    encoder.begin()
    expect(Number(encoder.array('int8', ...list([value])).readBigInt64BE(24))).toBe(value)
  }
})

test('an empty array has no dimension, and a null has no bytes', () => {
  encoder.begin()
  expect(encoder.array('text', ...list([])).toString('hex')).toBe('000000000000000000000019')
  expect(
    encoder
      .array('text', ...list([null]))
      .toString('hex')
      .slice(-8),
  ).toBe('ffffffff')
})

test('arrays made before the buffer grew stay what they were', () => {
  encoder.begin()
  const small = encoder.array('text', ...list(['first']))
  const copy = Buffer.from(small)
  const large = encoder.array('bytea', ...list([new Uint8Array(3 << 20).fill(7)]))
  expect(small.equals(copy)).toBe(true)
  expect(large.length).toBe(24 + (3 << 20))
  expect(large.at(-1)).toBe(7)
})

test('text is UTF-8 with its length in bytes', () => {
  encoder.begin()
  const bytes = encoder.array('text', ...list(['é🚚']))
  expect(bytes.readInt32BE(20)).toBe(6)
  expect(bytes.subarray(24).toString()).toBe('é🚚')
})

test.each([
  ['int2', 32_768],
  ['int4', 2 ** 31],
  ['int4', 1.5],
  ['int8', 2 ** 53],
  ['int8', Number.NaN],
  ['int8', '7'],
  ['text', 'nul\u0000'],
  ['text', 'half \ud800'],
  ['text', 7],
  ['bytea', 'bytes'],
  ['bool', 1],
  ['text', undefined],
] as const)('%s refuses %s', (type, value) => {
  encoder.begin()
  expect(() => encoder.array(type, 1, () => value)).toThrow(ValueRefused)
})
