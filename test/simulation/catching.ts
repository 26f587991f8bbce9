/** Looks for the seed under which a planted bug shows, and makes sure that it is the bug that shows, by its own rule. */
import type { Mutant } from './mutants.ts'
import { runSeed } from './world.ts'

/** What became of one planted bug. */
export interface Catch {
  readonly name: string
  /** By a rule that is about this bug, in a run that is good without it. */
  readonly caught: boolean
  /** The first of the rules it was to be caught by that caught it. */
  readonly rule?: string
  /** The rules it was to be caught by. */
  readonly by: readonly string[]
  /** Every rule that was broken, each once. */
  readonly seen: readonly string[]
  readonly seed?: number
  /** Rules that the same run breaks without the bug: there must be none, or the bug was not what was seen. */
  readonly without: readonly string[]
  readonly seconds: number
}

/** The first of the rules meant for a bug that is among those that were broken: others may be broken for other reasons. */
export function ruleThatCaught(by: readonly string[], seen: readonly string[]): string | undefined {
  return by.find((rule) => seen.includes(rule))
}

/** Seeds that are tried before a bug counts as alive. */
const MOST_SEEDS = 60

/**
 * Runs seeds with the bug until a rule that is about it objects; then the same seed without it. A bug may show in other
 * ways under other seeds; where it shows, and never by its own rule, that rule is blind.
 */
export async function catchMutant({ name, plan, by, sabotage }: Mutant): Promise<Catch> {
  const began = performance.now()
  const seconds = () => Math.round((performance.now() - began) / 10) / 100
  const others = new Set<string>()
  let first: number | undefined
  for (let seed = 1; seed <= MOST_SEEDS; seed += 1) {
    const seen = [...new Set((await runSeed(seed, { plan, sabotage })).broken.map(({ rule }) => rule))]
    const rule = ruleThatCaught(by, seen)
    for (const other of seen) others.add(other)
    if (seen.length > 0) first ??= seed
    if (rule === undefined) continue
    const without = (await runSeed(seed, { plan })).broken.map((broken) => broken.rule)
    return { name, caught: without.length === 0, rule, by, seen, seed, without, seconds: seconds() }
  }
  const blind = first === undefined ? {} : { seed: first }
  return { name, caught: false, ...blind, by, seen: [...others], without: [], seconds: seconds() }
}
