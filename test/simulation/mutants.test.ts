import { afterAll, expect, test } from 'vitest'
import { type Mutant, mutants } from './mutants.ts'
import { runSeed } from './world.ts'

const MOST_SEEDS = 12
const caught: string[] = []

/** The first seed under which the bug shows, and how. */
async function firstCaught({ plan, sabotage }: Mutant): Promise<{ seed: number; by: string } | undefined> {
  for (let seed = 1; seed <= MOST_SEEDS; seed += 1) {
    const { broken } = await runSeed(seed, { plan, sabotage })
    if (broken[0]) return { seed, by: broken[0].rule }
  }
  return undefined
}

for (const mutant of mutants) {
  test(`a planted bug is caught: ${mutant.name}`, async () => {
    const found = await firstCaught(mutant)
    expect(found, `nobody noticed in ${MOST_SEEDS} seeds that ${mutant.name}`).toBeDefined()
    const { broken } = await runSeed(found?.seed ?? 1, { plan: mutant.plan })
    expect(broken, 'without the bug the same seed is good').toEqual([])
    caught.push(`${mutant.name} (seed ${found?.seed}: ${found?.by})`)
  })
}

afterAll(() => {
  process.stdout.write(
    `planted bugs caught ${caught.length}/${mutants.length}\n${caught.map((one) => `  ${one}\n`).join('')}`,
  )
})
