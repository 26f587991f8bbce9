import { expect, test } from 'vitest'
import { heapEnvironment, heapOptions } from './heap-options.ts'

test('where nothing is said, the old space has our size', () => {
  const [option, ...more] = heapOptions(['--inspect'], {})
  const [, mib] = /^--max-old-space-size=(\d+)$/.exec(option ?? '') ?? []
  expect(Number(mib)).toBeGreaterThan(0)
  expect(Number(mib)).toBeLessThanOrEqual(1_536)
  expect(more).toEqual([])
})

test.each(['--max-old-space-size=4096', '--max_old_space_size=4096', '--max-old_space-size 4096'])(
  '%s goes first, said to node or in NODE_OPTIONS',
  (option) => {
    expect(heapOptions(option.split(' '), {})).toEqual([])
    expect(heapOptions([], { NODE_OPTIONS: `--no-warnings ${option}` })).toEqual([])
  },
)

test('native memory comes from two pools, unless something is said of it', () => {
  expect(heapEnvironment({})).toEqual({ MALLOC_ARENA_MAX: '2' })
  expect(heapEnvironment({ MALLOC_ARENA_MAX: '8' })).toEqual({})
})
