/** `npm run -s overload -- --json`: ten times the sustainable load for a minute, and what became of it. */
import { parseArgs } from 'node:util'
import { record } from '../support/record.ts'
import { failuresOf } from './judge.ts'
import { overload } from './run.ts'

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    seed: { type: 'string', default: '7' },
    seconds: { type: 'string', default: '60' },
    times: { type: 'string', default: '10' },
    short: { type: 'string', default: '6' },
    nice: { type: 'string', default: '0' },
    record: { type: 'boolean', default: false },
  },
})

const result = await overload({
  seed: Number(values.seed),
  seconds: Number(values.seconds),
  times: Number(values.times),
  shortSeconds: Number(values.short),
  tries: 12,
  nice: Number(values.nice),
  say: (sentence) => void process.stderr.write(`${sentence}\n`),
})
const failures = failuresOf(result, 'measured')
// Only a whole minute of ten times the load is recorded under the name alone: nothing smaller may stand for it.
const isWhole = result.seconds >= 60 && result.times >= 10 && Number(values.short) >= 6
const command = ['npm run -s overload --', ...process.argv.slice(2), ...(values.json ? [] : ['--json'])].join(' ')
record(isWhole ? 'overload' : 'overload-short', { ...result, failures } as never, command)
process.stdout.write(`${JSON.stringify({ ...result, failures }, null, values.json ? undefined : 2)}\n`)
process.exit(failures.length === 0 ? 0 : 1)
