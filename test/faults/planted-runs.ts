/** Every planted bug on real processes: `npm run mutants -- --real`. */
import { type Plant, plants } from './planted.ts'
import { type RunResult, runFaults } from './run.ts'
import { drawSchedule, type Schedule } from './schedule.ts'

/** What became of a bug on real processes. */
export interface RealCatch {
  /** The judge saw it. */
  readonly seen: readonly string[]
  /** What the judge sees in a run of the same schedule without the bug: there must be nothing. */
  readonly without: readonly string[]
}

/** A bug on real processes, and a run that must find it. */
export interface RealMutant {
  readonly name: string
  run(say: (sentence: string) => void): Promise<RealCatch>
}

const SEED = 7
/** Half a minute of load. */
const MINUTES = 0.75
const ORDERS = 400
/** Each bug has a few faults of its own. */
const MEAN_MS = 2_500
/**
 * A run with a bug in it may never recover, nor finish all orders: it is waited for as long as the one without. Where
 * it is not at rest by then, nothing counts as lost.
 */
const PATIENCE = { quietWithinMs: 30_000, recoveredWithinMs: 15_000 }

/** The planted bugs, each in a short fault run among the faults that make it bite, and in the same run without it. */
export const realMutants: readonly RealMutant[] = plants.map((plant) => ({
  name: plant.name,
  run: async (say) => ({ seen: await seenWith(plant, say), without: await seenWithout(plant, say) }),
}))

const scheduleOf = ({ among }: Plant): Schedule =>
  drawSchedule({ seed: SEED, minutes: MINUTES, orders: ORDERS, meanMs: MEAN_MS, among })

async function seenWith(plant: Plant, say: (sentence: string) => void): Promise<string[]> {
  const schedule = scheduleOf(plant)
  return seenIn(await runFaults({ schedule, plant: plant.name, ...PATIENCE, keep: false, say }))
}

/** One clean run for all bugs with the same faults. */
const clean = new Map<string, Promise<string[]>>()

function seenWithout(plant: Plant, say: (sentence: string) => void): Promise<string[]> {
  const name = plant.among.join()
  const known =
    clean.get(name) ?? runFaults({ schedule: scheduleOf(plant), ...PATIENCE, keep: false, say }).then(seenIn)
  clean.set(name, known)
  return known
}

/** What the judge saw. Being slow, or unfinished, is no proof that it saw a bug. */
function seenIn(result: RunResult): string[] {
  const kinds = ['lost', 'duplicates', 'phantom', 'reordered', 'illegal', 'unbalanced', 'gaps', 'strayRows'] as const
  const counted = kinds.filter((kind) => result[kind] > 0).map((kind) => `${result[kind]} ${kind}`)
  const [first] = result.details
  return first ? [...counted, `${first.kind}: ${first.rule}`] : counted
}
