import { expect, test } from 'vitest'
import { failuresOf } from './judge.ts'
import { overload } from './run.ts'

const SECONDS = Number(process.env['CROSSDOCK_OVERLOAD_SECONDS'] ?? 5)
const isLong = SECONDS >= 30

test(
  `ten times the sustainable load for ${SECONDS} s: what is urgent goes on, the rest is refused quickly, nothing accepted is lost`,
  async () => {
    const said: string[] = []
    const result = await overload({
      seed: 7,
      seconds: SECONDS,
      times: 10,
      shortSeconds: isLong ? 6 : 1.5,
      tries: isLong ? 12 : 2,
      nice: 0,
      say: (sentence) => said.push(sentence),
    })
    expect(failuresOf(result, 'anywhere'), said.join('\n')).toEqual([])
    expect(result.accepted).toBeGreaterThan(100)
    expect(result.overload.refusedPerSecond).toBeGreaterThan(result.overload.acceptedPerSecond)
  },
  120_000 + SECONDS * 3_000,
)
