import { afterAll, expect, test } from 'vitest'
import { type Catch, catchMutant } from './catching.ts'
import { mutants } from './mutants.ts'

const caught: Catch[] = []

/** Some bugs show in a later seed only. */
const TIMEOUT_MS = 240_000

for (const mutant of mutants) {
  test(`a planted bug is caught by a rule that is about it: ${mutant.name}`, { timeout: TIMEOUT_MS }, async () => {
    const found = await catchMutant(mutant)
    expect(found.seed, `nobody noticed that ${mutant.name}`).toBeDefined()
    expect(found.rule, `none of ${mutant.by.join(', ')}; but ${found.seen.join(', ')}`).toBeDefined()
    expect(found.without, 'without the bug the same seed is good').toEqual([])
    caught.push(found)
  })
}

afterAll(() => {
  const lines = caught.map(({ name, seed, rule }) => `  ${name} (seed ${seed}: ${rule})\n`)
  process.stdout.write(`planted bugs caught ${caught.length}/${mutants.length}\n${lines.join('')}`)
})
