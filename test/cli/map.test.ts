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
