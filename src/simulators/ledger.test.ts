import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { CountingLedger, FileLedger, MemoryLedger } from './ledger.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ledger-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const effect = (key: string) => ({ kind: 'effect', what: 'order.post', key }) as const

test('a ledger in a file has the rows a ledger in memory has, and goes on where it ended', () => {
  const path = join(folder, 'erp.ndjson')
  const memory = new MemoryLedger('erp')
  const file = new FileLedger('erp', path, { fsync: true })
  for (const key of ['a', 'b']) {
    memory.write(1_000, effect(key))
    file.write(1_000, effect(key))
  }
  file.close()
  const again = new FileLedger('erp', path)
  memory.write(1_000, effect('c'))
  again.write(1_000, effect('c'))
  expect([...again.rows()]).toEqual(JSON.parse(JSON.stringify([...memory.rows()])))
  expect(again.length).toBe(3)
  again.close()
})

test('half a row of a process that was killed is passed over, and the next row stands on its own', () => {
  const path = join(folder, 'erp.ndjson')
  const first = new FileLedger('erp', path)
  first.write(1_000, effect('a'))
  first.close()
  appendFileSync(path, '{"n":2,"at":1000,"system":"erp","kind":"eff')
  const second = new FileLedger('erp', path)
  second.write(1_001, effect('b'))
  expect([...second.rows()].map((row) => [row.n, row.key])).toEqual([
    [1, 'a'],
    [2, 'b'],
  ])
  second.close()
})

test('a counting ledger knows how many, and keeps nothing', () => {
  const ledger = new CountingLedger()
  ledger.write(1, effect('a'))
  ledger.write(2, effect('b'))
  expect([ledger.length, ledger.count('effect order.post'), [...ledger.rows()].length]).toEqual([2, 2, 0])
})
