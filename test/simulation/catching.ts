/** Looks for the seed under which a planted bug shows, and makes sure that it is the bug that shows. */
import type { Mutant } from './mutants.ts'
import { runSeed } from './world.ts'

/** What became of one planted bug. */
export interface Catch {
  readonly name: string
  readonly caught: boolean
  /** The first rule that was broken, of the checker or of the invariants. */
  readonly rule?: string
  readonly says?: string
  readonly seed?: number
  /** Rules that the same seed breaks without the bug: there must be none, or the bug was not what was seen. */
  readonly without: readonly string[]
  readonly seconds: number
}

/** Seeds that are tried before a bug counts as alive. */
const MOST_SEEDS = 60

/** Runs seeds with the bug until the judge objects; then the same seed without it. */
export async function catchMutant({ name, plan, sabotage }: Mutant): Promise<Catch> {
  const began = performance.now()
  const seconds = () => Math.round((performance.now() - began) / 10) / 100
  for (let seed = 1; seed <= MOST_SEEDS; seed += 1) {
    const [first] = (await runSeed(seed, { plan, sabotage })).broken
    if (!first) continue
    const without = (await runSeed(seed, { plan })).broken.map(({ rule }) => rule)
    const { rule, about, says } = first
    return { name, caught: without.length === 0, rule, says: `${about}: ${says}`, seed, without, seconds: seconds() }
  }
  return { name, caught: false, without: [], seconds: seconds() }
}
