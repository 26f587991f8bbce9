/**
 * `node src/checker/main.ts --setup setup.json --ledger erp.ndjson --ledger wms.ndjson --events events.ndjson`
 *
 * Prints the verdict as JSON and ends with 0 only if nothing is wrong; 1 when something is, 2 when it could not look.
 */
import { createReadStream, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { Checker, type Verdict } from './checker.ts'
import type { HubEvent, LedgerRow, Setup } from './records.ts'

const USAGE = 'usage: checker --setup FILE --ledger FILE [--ledger FILE …] --events FILE [--faults FILE]\n'

async function eachLine<T>(path: string, take: (value: T) => void): Promise<void> {
  const lines = createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })
  let number = 0
  for await (const line of lines) {
    number += 1
    if (line === '') continue
    try {
      take(JSON.parse(line) as T)
    } catch (error) {
      throw new Error(`${path}:${number}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
}

async function checkFiles(): Promise<Verdict | undefined> {
  const { values } = parseArgs({
    options: {
      setup: { type: 'string' },
      ledger: { type: 'string', multiple: true },
      events: { type: 'string' },
      faults: { type: 'string' },
    },
  })
  if (!values.setup || !values.ledger || !values.events) return undefined
  const checker = new Checker(JSON.parse(readFileSync(values.setup, 'utf8')) as Setup)
  for (const path of values.ledger) await eachLine<LedgerRow>(path, (row) => checker.row(row))
  await eachLine<HubEvent>(values.events, (event) => checker.event(event))
  if (values.faults) await eachLine<{ kind: string }>(values.faults, (fault) => checker.fault(fault.kind))
  return checker.verdict()
}

function isClean(verdict: Verdict): boolean {
  const { lost, duplicates, phantom, reordered, illegal, unbalanced } = verdict
  return lost + duplicates + phantom + reordered + illegal + unbalanced === 0
}

try {
  const verdict = await checkFiles()
  if (verdict) process.stdout.write(`${JSON.stringify(verdict, null, 2)}\n`)
  else process.stderr.write(USAGE)
  process.exitCode = verdict === undefined ? 2 : isClean(verdict) ? 0 : 1
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 2
}
