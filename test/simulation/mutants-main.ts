/** `npm run mutants`: plants every bug, one after the other, and says by which rule each was found. */
import { parseArgs } from 'node:util'
import { type RealMutant, realMutants } from '../faults/planted-runs.ts'
import { record } from '../support/record.ts'
import { type Catch, catchMutant } from './catching.ts'
import { mutants } from './mutants.ts'

const HELP = `Plants bugs into the hub, one after the other, and looks whether the checker and the invariants find them.

usage: npm run mutants -- [options]

  --only TEXT   only bugs whose name contains this
  --real        those for real processes, too: two hubs, a PostgreSQL, about a minute each
  --json        one JSON object on stdout
  --record      leave the figures for the scoreboard
  --help        this

Exit code 0: every bug was caught by a rule that is about it; 1: one lives, was seen by other rules only, or was not what
was seen.
`

/** Runs on real processes wait more than they work: so many at once. */
const AT_ONCE = 2

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    real: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    record: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) process.stdout.write(HELP)
else process.exitCode = await main()

async function main(): Promise<number> {
  const chosen = mutants.filter(({ name }) => name.includes(values.only))
  const isKnown = [...chosen, ...(values.real ? realMutants : [])].some(({ name }) => name.includes(values.only))
  if (!isKnown) {
    process.stderr.write(`No planted bug has “${values.only}” in its name.\n`)
    return 2
  }
  const results: Catch[] = []
  for (const mutant of chosen) {
    process.stderr.write(`${results.length + 1} of ${chosen.length}: ${mutant.name}\n`)
    const result = await catchMutant(mutant)
    results.push(result)
    if (!values.json) process.stdout.write(lineOf(result))
  }
  if (values.only === '')
    record('mutants', { caught: results.filter(isCaught).length, planted: results.length }, 'npm run mutants')
  if (values.real) results.push(...(await onRealProcesses()))
  const caught = results.filter(isCaught).length
  const figures = { caught, planted: results.length, mutants: results.map(figuresOf) }
  if (values.json) process.stdout.write(`${JSON.stringify(figures)}\n`)
  else process.stdout.write(`mutants caught ${caught}/${results.length}\n`)
  return caught === results.length ? 0 : 1
}

/** Bugs in hub processes of their own, found by the judge of the fault run. */
async function onRealProcesses(): Promise<Catch[]> {
  const chosen = realMutants.filter(({ name }) => name.includes(values.only))
  const results: Catch[] = []
  const left = chosen.entries()
  const work = async () => {
    for (const [at, mutant] of left) results[at] = await onRealProcess(mutant, `${at + 1} of ${chosen.length}`)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  const caught = results.filter(isCaught).length
  if (values.only === '') record('mutants-real', { caught, planted: results.length }, 'npm run mutants -- --real')
  return results
}

async function onRealProcess({ name, run }: RealMutant, nth: string): Promise<Catch> {
  process.stderr.write(`${nth} on real processes: ${name}\n`)
  const result = await run((sentence) => void process.stderr.write(`  ${nth}: ${sentence}\n`))
  if (!values.json) process.stdout.write(lineOf(result))
  return result
}

function isCaught({ caught }: Catch): boolean {
  return caught
}

function lineOf({ name, caught, rule, by, seen, seed, without, seconds }: Catch): string {
  const where = `${seed === undefined ? '' : `seed ${seed}, `}${seconds} s`
  if (caught) return `caught  ${name}: ${rule} (${where})\n`
  if (seen.length === 0) return `LIVES   ${name} (${where})\n`
  if (rule === undefined) return `BLIND   ${name}: none of ${by.join(', ')}; but ${seen.join(', ')} (${where})\n`
  return `UNCLEAR ${name}: without it ${seed === undefined ? 'the same run' : `seed ${seed}`} breaks ${without.join(', ')}\n`
}

function figuresOf({ name, caught, rule, by, seen, seed, seconds }: Catch) {
  return { name, caught, rule: rule ?? null, by, seen, seed: seed ?? null, seconds }
}
