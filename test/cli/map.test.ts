import { expect, test } from 'vitest'
import { fixture, run } from './run.ts'

test('the examples of every map in a file are run, and differences shown', async () => {
  const { code, out } = await run(['map', 'test', fixture('maps.ts')])
  expect(code).toBe(1)
  await expect(out).toMatchFileSnapshot('./golden/map-test.txt')
})

test('the same as JSON', async () => {
  const { code, out } = await run(['map', 'test', fixture('maps.ts'), '--json'])
  expect(code).toBe(1)
  const { passed, maps } = JSON.parse(out) as {
    passed: boolean
    maps: { map: string; examples: { passed: boolean }[] }[]
  }
  expect([passed, maps.map(({ map, examples }) => [map, examples.map((one) => one.passed)])]).toEqual([
    false,
    [
      ['shop line', [true, true]],
      ['wrong idea', [false]],
    ],
  ])
})

test('a file without maps was asked wrongly', async () => {
  const { code, out, err } = await run(['map', 'test', fixture('small.config.ts')])
  expect([code, out]).toEqual([2, ''])
  expect(err).toContain('XD_CLI_MAP_NONE')
})

test('an expression in JSONata is run by the examples beside it', async () => {
  const { code, out } = await run(['map', 'test', fixture('shop-line.jsonata')])
  expect(code).toBe(1)
  expect(out.trimEnd().split('\n')).toEqual([
    'as said  shop-line: a piece',
    'differs  shop-line: another idea',
    '  expected {"sku":"B"}',
    '  found    {"sku":"B","day":"1970-01-01"}',
  ])
  const { code: asked, err } = await run(['map', 'test', fixture('nowhere.jsonata')])
  expect(asked).toBe(2)
  expect(err).toContain('XD_CLI_FILE')
})
