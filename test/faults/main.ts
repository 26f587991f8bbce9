/** `npm run -s faults -- --seed 7 --minutes 3 --json`: one fault run, or one of a file, or a failing one made smaller. */
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { record } from '../support/record.ts'
import { missedBy } from './bar.ts'
import { isClean, type RunResult, runFaults } from './run.ts'
import { drawSchedule, forms, type Schedule } from './schedule.ts'
import { shrink } from './shrink.ts'

const USAGE = `usage: npm run -s faults -- [--seed N] [--minutes M] [--orders N] [--among FORM ...] [--schedule FILE] [--plant NAME] [--shrink] [--json] [--record]

Two hub processes, PostgreSQL with fsync on, simulated systems in a process of their own, a proxy on every edge, faults;
then the checker. Ends with 0 only when nothing is wrong.

  --seed N         draws the schedule and the business (default: today's date)
  --minutes M      1 is the short form, 3 the pull request's, 60 the night's (default 3)
  --orders N       how many orders (default 28 a second; 12 a second in the short form)
  --among FORM     only faults of this kind and form ("F1 kill -9"); may be given more than once
  --schedule FILE  the faults of an earlier run instead of drawn ones
  --plant NAME     plants a bug into the hubs: the run must fail
  --shrink         when it fails, looks for the fewest faults that still make it fail
  --json           one JSON object on stdout
  --record         keeps the figures for the scoreboard
`

const say = (sentence: string) => process.stderr.write(`${sentence}\n`)

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    minutes: { type: 'string' },
    orders: { type: 'string' },
    among: { type: 'string', multiple: true },
    schedule: { type: 'string' },
    plant: { type: 'string' },
    shrink: { type: 'boolean' },
    json: { type: 'boolean' },
    record: { type: 'boolean' },
    help: { type: 'boolean' },
  },
})
const today = Number(new Date().toISOString().slice(0, 10).replaceAll('-', ''))

function scheduleOf(): Schedule {
  if (values.schedule) return JSON.parse(readFileSync(values.schedule, 'utf8')) as Schedule
  const [seed, minutes] = [Number(values.seed ?? today), Number(values.minutes ?? 3)]
  const { among } = values
  const unknown = among?.find((form) => !forms.includes(form))
  if (unknown !== undefined) {
    say(`There is no fault "${unknown}". There are: ${forms.join('; ')}`)
    process.exit(2)
  }
  return drawSchedule({
    seed,
    minutes,
    ...(among ? { among } : {}),
    ...(values.orders ? { orders: Number(values.orders) } : {}),
  })
}

function inWords(result: RunResult): string {
  const { orders, faults, lost, duplicates, phantom, reordered, illegal, unbalanced, recoverySeconds } = result
  const all = recoverySeconds['all']
  return [
    `${orders} orders, ${faults} faults that bit: ${lost} lost, ${duplicates} duplicates, ${phantom} phantom,`,
    `${reordered} reordered, ${illegal} illegal, ${unbalanced} unbalanced.`,
    `Back after ${all?.p50 ?? 0} s (p50), ${all?.p99 ?? 0} s (p99), ${all?.max ?? 0} s at most.`,
  ].join(' ')
}

if (values.help) process.stdout.write(USAGE)
else {
  const schedule = scheduleOf()
  const plant = values.plant ? { plant: values.plant } : {}
  const result = await runFaults({ schedule, say, ...plant })
  const command = `npm run -s faults -- --seed ${schedule.seed} --minutes ${schedule.minutes} --json`
  const missed = missedBy(result, schedule)
  // The board holds only what passes.
  if (!values.plant && !values.among && isClean(result) && missed.length === 0)
    record(schedule.minutes >= 3 ? 'faults' : 'faults-short', figuresOf(result), command)
  process.stdout.write(values.json ? `${JSON.stringify(result)}\n` : `${inWords(result)}\n`)
  if (missed.length > 0) {
    for (const sentence of missed) say(sentence)
    if (!values.plant && !values.orders && !values.schedule && !values.among) process.exitCode = 1
  }
  if (!isClean(result)) {
    for (const finding of result.findings) say(finding)
    for (const { kind, rule, about, says } of result.details) say(`${kind}: ${rule}: ${about}: ${says}`)
    const file = `${result.folder}/schedule.json`
    say(`Seed ${schedule.seed}, commit ${result.commit}. Ledgers, export, faults and logs: ${result.folder}`)
    say(`Again: npm run -s faults -- --seed ${schedule.seed} --schedule ${file}`)
    if (values.shrink) {
      const fails = async (smaller: Schedule) => !isClean(await runFaults({ schedule: smaller, say, ...plant }))
      const smallest = await shrink(schedule, fails, say)
      say(`${smallest.schedule.faults.length} faults are enough: ${smallest.file}`)
    }
    process.exitCode = 1
  }
}

function figuresOf(result: RunResult) {
  const { folder: _, details: __, rules: ____, findings, commit: ___, ...figures } = result
  return { ...figures, findings: findings.length } as unknown as Parameters<typeof record>[1]
}
