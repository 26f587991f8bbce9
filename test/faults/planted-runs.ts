/** Every planted bug on real processes: `npm run mutants -- --real`. */
import { plants } from './planted.ts'
import { runFaults } from './run.ts'
import { drawSchedule } from './schedule.ts'

/** A bug on real processes, and a run that must find it. */
export interface RealMutant {
  readonly name: string
  run(say: (sentence: string) => void): Promise<{ readonly caught: boolean; readonly by: string }>
}

const SEED = 7
/** A run with a bug in it may never come to rest; what it left open is found all the same. */
const QUIET_WITHIN_MS = 30_000

/** The planted bugs, each with the one-minute form of the fault run. */
export const realMutants: readonly RealMutant[] = plants.map(({ name, seed = SEED }) => ({
  name,
  run: async (say) => {
    const schedule = drawSchedule({ seed, minutes: 1 })
    const result = await runFaults({ schedule, plant: name, quietWithinMs: QUIET_WITHIN_MS, keep: false, say })
    const [first] = result.details
    const counted = (
      ['lost', 'duplicates', 'phantom', 'reordered', 'illegal', 'unbalanced', 'gaps', 'strayRows'] as const
    )
      .filter((kind) => result[kind] > 0)
      .map((kind) => `${result[kind]} ${kind}`)
    const by = [...counted, first ? `${first.kind}: ${first.rule}` : '', ...result.findings.slice(0, 1)]
    // Being slow, or unfinished, is no proof that the judge saw the bug.
    return { caught: counted.length > 0, by: by.filter((part) => part !== '').join('; ') }
  },
}))
