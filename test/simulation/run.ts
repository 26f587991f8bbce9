/** `node test/simulation/run.ts --seed 7`: runs one seed and prints what came of it; `--from 1 --to 100` runs many. */
import { parseArgs } from 'node:util'
import { runSeed } from './world.ts'

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    from: { type: 'string' },
    to: { type: 'string' },
    trouble: { type: 'boolean', default: false },
    /** Prints the journal of every order, shipment or item whose name contains this. */
    about: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
})

const from = Number(values.seed ?? values.from ?? 1)
const to = Number(values.seed ?? values.to ?? from)
const say = (text: string) => process.stdout.write(`${text}\n`)
const began = performance.now()
let bad = 0

for (let seed = from; seed <= to; seed += 1) {
  const trouble = (what: string, error: unknown, at: number) =>
    values.trouble &&
    say(`${new Date(at).toISOString().slice(11, 23)} ${what}: ${error instanceof Error ? error.stack : error}`)
  const startedAt = performance.now()
  const result = await runSeed(seed, { trouble })
  const {
    events,
    plan,
    verdict: { details: _, ...verdict },
    ...rest
  } = result
  if (rest.broken.length > 0) bad += 1
  if (values.json) say(JSON.stringify({ ...rest, plan, verdict }, null, 2))
  else if (from === to || rest.broken.length > 0) {
    say(
      `seed ${seed} ${rest.broken.length === 0 ? 'good' : 'BAD'} ${Math.round(performance.now() - startedAt)} ms, ${events.length} events, ${rest.portCalls} calls, quiet after ${rest.quietAfterMs}, ${JSON.stringify(rest.stages)}`,
    )
    if (from === to) say(JSON.stringify({ plan, faults: rest.faults, trace: rest.trace }))
    for (const { rule, about, says } of rest.broken.slice(0, from === to ? 50 : 3))
      say(`  ${rule} | ${about} | ${says.slice(0, 600)}`)
  }
  const { about } = values
  if (!about) continue
  for (const event of events) {
    if (event.correlation !== about && !event.subject.includes(about) && !JSON.stringify(event.data).includes(about))
      continue
    say(
      `${new Date(event.at).toISOString().slice(11, 23)} ${event.subject.slice(5)} ${event.position} ${event.type} ${event.source} ${event.sequence ?? ''} ${JSON.stringify(event.data).slice(0, 260)}`,
    )
  }
}
say(
  `${to - from + 1 - bad} of ${to - from + 1} seeds good, ${Math.round((performance.now() - began) / (to - from + 1))} ms a seed`,
)
process.exitCode = bad === 0 ? 0 : 1
