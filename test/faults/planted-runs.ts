/** Every planted bug on real processes: `node test/faults/planted-runs.ts`, or beside the others by `npm run mutants -- --real`. */
import { fileURLToPath } from 'node:url'
import { record } from '../support/record.ts'
import { plants } from './planted.ts'
import { isClean, runFaults } from './run.ts'
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
    return { caught: !isClean(result), by: by.filter((part) => part !== '').join('; ') }
  },
}))

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const only = process.argv[2]?.startsWith('--') ? undefined : process.argv[2]
  const loud = process.argv.includes('--loud')
  const chosen = realMutants.filter(({ name }) => only === undefined || name.includes(only))
  let caught = 0
  for (const mutant of chosen) {
    const found = await mutant.run((sentence) => void (loud && process.stderr.write(`${sentence}\n`)))
    if (found.caught) caught += 1
    process.stdout.write(`${found.caught ? 'caught' : 'MISSED'}  ${mutant.name}: ${found.by}\n`)
  }
  if (only === undefined) {
    record('mutants-real', { planted: chosen.length, caught }, 'node test/faults/planted-runs.ts')
  }
  process.exitCode = caught === chosen.length && chosen.length > 0 ? 0 : 1
}
