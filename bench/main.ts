/** `npm run bench`: the quick set. `npm run -s bench -- NAME --json`: one bench, one JSON object on stdout. */
import { parseArgs } from 'node:util'
import { benches, isBench } from './catalogue.ts'
import { recordBench } from './support/record-bench.ts'
import { type BenchResult, isMissed } from './support/result.ts'
import { runSet } from './support/run-set.ts'
import { resultTable } from './support/table.ts'
import { againWithHeapOfAHub, lacksHeapOfAHub } from './support/with-heap-of-a-hub.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    full: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    orders: { type: 'string' },
    record: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
})

const [name] = positionals
if (values.help) {
  process.stdout.write(helpText())
  process.exit(0)
}
if (name !== undefined && lacksHeapOfAHub()) process.exit(await againWithHeapOfAHub())
const results = name === undefined ? await runSet({ full: values.full, record: values.record }) : [await one(name)]
if (values.json) process.stdout.write(`${JSON.stringify(name === undefined ? { results } : results[0])}\n`)
else process.stdout.write(resultTable(results))
// A quick form is for a look: it says what it missed. A full form that misses a floor has failed.
const isFull = name === undefined ? values.full : !values.quick
process.exit(results.some((result) => 'failed' in result || (isFull && isMissed(result as BenchResult))) ? 1 : 0)

async function one(wanted: string): Promise<BenchResult> {
  if (!isBench(wanted)) {
    process.stderr.write(`There is no bench named ${wanted}. There are: ${Object.keys(benches).join(', ')}.\n`)
    process.exit(2)
  }
  const { run } = await benches[wanted].load()
  const { quick, orders, rounds } = values
  const result = await run({ quick, ...whole('rounds', rounds), ...whole('orders', orders) })
  recordBench(result, { quick, orders, rounds }, process.argv.slice(2))
  return result
}

function whole(option: string, text: string | undefined): Record<string, number> {
  if (text === undefined) return {}
  if (/^[1-9]\d*$/.test(text)) return { [option]: Number(text) }
  process.stderr.write(`--${option} takes a whole number above 0, not “${text}”.\n`)
  process.exit(2)
}

function helpText(): string {
  const lines = Object.entries(benches).map(([bench, { says, inQuickSet }]) => {
    return `  ${bench.padEnd(12)}${says}${inQuickSet ? '' : ' (not in the quick set)'}\n`
  })
  return `npm run -s bench -- [NAME] [options]

Without a name: the quick set, ten minutes at most.

${lines.join('')}
  --json        one JSON object on stdout
  --quick       a short form, for a look
  --full        all benches at full size
  --rounds N    so many rounds
  --orders N    so many orders
  --record      leave the figures for the scoreboard

bench/README.md says what each measures and how to read it.
`
}
