import { describe, expect, test } from 'vitest'
import { keepPoking } from '../../console/src/pokes.ts'

/** Plays what the stream does at each opening; the end of the play ends the poking. */
async function play(stream: readonly ('rings' | 'is refused' | 'breaks off')[]) {
  const stop = new AbortController()
  const log: string[] = []
  const left = [...stream]
  await keepPoking(
    () => log.push('poke'),
    {
      listen: async (opened) => {
        const next = left.shift()
        if (next === undefined) return stop.abort()
        if (next === 'is refused') throw new Error('404')
        opened()
        if (next === 'breaks off') throw new Error('reset')
      },
      pause: async (ms) => void log.push(`${ms} ms`),
    },
    stop.signal,
  )
  return log
}

describe('when the screens ask again', () => {
  test('at each opening of the stream, at most once a second, however much it tells', async () => {
    expect(await play(['rings', 'rings'])).toEqual(['poke', '1000 ms', 'poke', '1000 ms'])
  })

  test('every two seconds where there is no stream', async () => {
    expect(await play(['is refused', 'is refused'])).toEqual(['2000 ms', 'poke', '2000 ms', 'poke'])
  })

  test('a stream that breaks off is opened again, and what was missed is asked for', async () => {
    expect(await play(['breaks off', 'rings'])).toEqual(['poke', '2000 ms', 'poke', 'poke', '1000 ms'])
  })
})
