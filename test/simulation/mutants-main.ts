/** `npm run mutants`: plants every bug, one after the other, and says by which rule each was found. */
import { parseArgs } from 'node:util'
import { record } from '../support/record.ts'
import { type Catch, catchMutant } from './catching.ts'
import { mutants } from './mutants.ts'

const HELP = `Plants bugs into the hub, one after the other, and looks whether the checker and the invariants find them.

usage: npm run mutants -- [options]

  --only TEXT   only bugs whose name contains this
  --json        one JSON object on stdout
  --record      leave the figures for the scoreboard
  --help        this

Exit code 0: every bug was caught; 1: one lives, or was not what was seen.
`

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
    record: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) process.stdout.write(HELP)
else process.exitCode = await main()

async function main(): Promise<number> {
  const chosen = mutants.filter(({ name }) => name.includes(values.only))
  if (chosen.length === 0) {
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
  const caught = results.filter((result) => result.caught).length
  const figures = { caught, planted: results.length, mutants: results.map(figuresOf) }
  if (values.json) process.stdout.write(`${JSON.stringify(figures)}\n`)
  else process.stdout.write(`mutants caught ${caught}/${results.length}\n`)
  if (values.only === '') record('mutants', figures, 'npm run mutants')
  return caught === results.length ? 0 : 1
}

function lineOf({ name, caught, rule, seed, without, seconds }: Catch): string {
  if (caught) return `caught  ${name}: ${rule} (seed ${seed}, ${seconds} s)\n`
  if (seed === undefined) return `LIVES   ${name} (${seconds} s)\n`
  return `UNCLEAR ${name}: without it seed ${seed} breaks ${without.join(', ')}\n`
}

function figuresOf({ name, caught, rule, seed, seconds }: Catch) {
  return { name, caught, rule: rule ?? null, seed: seed ?? null, seconds }
}
