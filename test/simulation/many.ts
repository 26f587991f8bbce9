/** Runs a span of seeds as tests do: every one must be good, and some run twice to the same trace. */
import { expect } from 'vitest'
import { runSeed } from './world.ts'

/** How a failing seed is run again. */
const again = (seed: number) => `node test/simulation/run.ts --seed ${seed} --trouble`

/** Runs one seed; what is wrong stands in the failure, with the line that shows it again. */
export async function expectGood(seed: number): Promise<string> {
  const { broken, trace } = await runSeed(seed)
  const says = broken.slice(0, 5).map(({ rule, about, says }) => `  ${rule}, ${about}: ${says.slice(0, 300)}`)
  expect(broken.length, `seed ${seed} is not good: ${again(seed)}\n${says.join('\n')}\n`).toBe(0)
  return trace
}

/** The same seed a second time leaves the same journal and the same ledgers. */
export async function expectSameTrace(seed: number, trace: string): Promise<void> {
  const second = await runSeed(seed)
  expect(second.trace, `seed ${seed} gives another trace the second time: ${again(seed)}`).toBe(trace)
}

/** Seeds `from` to `to`; the first and every `twiceEvery`th one run twice. Answers how many did. */
export async function runMany(from: number, to: number, twiceEvery: number): Promise<{ good: number; twice: number }> {
  let twice = 0
  for (let seed = from; seed <= to; seed += 1) {
    const trace = await expectGood(seed)
    if (seed % twiceEvery !== 0 && seed !== from) continue
    await expectSameTrace(seed, trace)
    twice += 1
  }
  return { good: to - from + 1, twice }
}

/** How many seeds each of the two files runs: half of `CROSSDOCK_SEEDS`, 1,000 when it is not set. */
export const HALF = Math.ceil(Number(process.env['CROSSDOCK_SEEDS'] ?? 1_000) / 2)
