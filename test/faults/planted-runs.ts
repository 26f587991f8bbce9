/** Every planted bug on real processes: `npm run mutants -- --real`. */
import { type Catch, ruleThatCaught } from '../simulation/catching.ts'
import { type Plant, plants } from './planted.ts'
import { type RunResult, runFaults } from './run.ts'
import { drawSchedule, type Schedule } from './schedule.ts'

/** A bug on real processes, and a run that must find it. */
export interface RealMutant {
  readonly name: string
  /** The rules that are about this bug: one of them must be broken. */
  readonly by: readonly string[]
  run(say: (sentence: string) => void): Promise<Catch>
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
  by: plant.by,
  run: (say) => catchPlant(plant, say),
}))

async function catchPlant(plant: Plant, say: (sentence: string) => void): Promise<Catch> {
  const began = performance.now()
  const seen = await seenWith(plant, say)
  const without = await seenWithout(plant, say)
  const seconds = Math.round((performance.now() - began) / 10) / 100
  const rule = ruleThatCaught(plant.by, seen)
  const caught = rule !== undefined && without.length === 0
  const name = `${plant.name} (real processes)`
  return { name, caught, ...(rule === undefined ? {} : { rule }), by: plant.by, seen, without, seconds }
}

const scheduleOf = ({ among }: Plant): Schedule =>
  drawSchedule({ seed: SEED, minutes: MINUTES, orders: ORDERS, meanMs: MEAN_MS, among })

async function seenWith(plant: Plant, say: (sentence: string) => void): Promise<readonly string[]> {
  const schedule = scheduleOf(plant)
  return seenIn(await runFaults({ schedule, plant: plant.name, ...PATIENCE, keep: false, say }))
}

/** One clean run for all bugs with the same faults. */
const clean = new Map<string, Promise<readonly string[]>>()

function seenWithout(plant: Plant, say: (sentence: string) => void): Promise<readonly string[]> {
  const name = plant.among.join()
  const known =
    clean.get(name) ?? runFaults({ schedule: scheduleOf(plant), ...PATIENCE, keep: false, say }).then(seenIn)
  clean.set(name, known)
  return known
}

/** The rules that were broken. Being slow, unfinished, or gone down is no proof that the judge saw a bug. */
function seenIn({ rules }: RunResult): readonly string[] {
  return rules.filter((rule) => rule !== 'every order ends')
}
