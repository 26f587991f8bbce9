import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { cleanRun, type Run, setup } from './run-of-one-order.ts'

const program = new URL('./main.ts', import.meta.url).pathname
let folder = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'checker-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const write = (name: string, rows: readonly unknown[]) => {
  const path = join(folder, name)
  writeFileSync(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
  return path
}

function written(run: Run): string[] {
  const ledgers = Object.entries({ shop: run.shop, erp: run.erp, wms: run.wms, carrier: run.carrier })
  return [
    ...['--setup', write('setup.json', [setup])],
    ...ledgers.flatMap(([name, rows]) => ['--ledger', write(`${name}.ndjson`, rows)]),
    ...['--events', write('events.ndjson', run.events)],
  ]
}

test('a clean run prints zeros and ends with 0', () => {
  const out = execFileSync(process.execPath, [program, ...written(cleanRun())], { encoding: 'utf8' })
  expect(JSON.parse(out)).toMatchObject({ orders: 1, lost: 0, duplicates: 0, reordered: 0, illegal: 0, unbalanced: 0 })
})

test('a run with something wrong ends with 1 and says what', () => {
  const run = cleanRun()
  run.erp.pop()
  const ended = spawnSync(process.execPath, [program, ...written(run)], { encoding: 'utf8' })
  expect(ended.status).toBe(1)
  expect((JSON.parse(ended.stdout) as { details: { rule: string }[] }).details[0]?.rule).toBe('request without effect')
})

test('a file that cannot be read ends with 2 and names the line', () => {
  const bad = join(folder, 'bad.ndjson')
  writeFileSync(bad, '{"n":1}\n{"n":\n')
  const ended = spawnSync(process.execPath, [program, ...written(cleanRun()), '--ledger', bad], { encoding: 'utf8' })
  expect(ended.status).toBe(2)
  expect(ended.stderr).toContain('bad.ndjson:2')
})
