import { expect, test } from 'vitest'
import { heapOptions } from './heap-options.ts'

const OLD = /^--max-old-space-size=\d+$/
const YOUNG = '--max-semi-space-size=16'

test('where nothing is said, old and young space have our sizes', () => {
  expect(heapOptions(['--inspect'], {})).toEqual([expect.stringMatching(OLD), YOUNG])
})

test.each(['--max-old-space-size=4096', '--max_old_space_size=4096', '--max-old_space-size 4096'])(
  '%s goes first, said to node or in NODE_OPTIONS',
  (option) => {
    expect(heapOptions(option.split(' '), {})).toEqual([YOUNG])
    expect(heapOptions([], { NODE_OPTIONS: `--no-warnings ${option}` })).toEqual([YOUNG])
  },
)

test('so does a size of the young space', () => {
  for (const option of ['--max-semi-space-size=32', '--max_semi_space_size=32']) {
    expect(heapOptions([option], {})).toEqual([expect.stringMatching(OLD)])
    expect(heapOptions([], { NODE_OPTIONS: option })).toEqual([expect.stringMatching(OLD)])
  }
})
