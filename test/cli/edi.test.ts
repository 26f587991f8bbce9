import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { CheckReport, ReadReport } from '../../src/edi/x12/report.ts'
import { corpusFiles, NOT_RUN } from '../corpus/corpus.ts'
import { fixture, root, run, runProcess } from './run.ts'

const golden = (name: string) => `./golden/${name}.txt`
const shown = (text: string) => text.replaceAll(fixture(''), '')

test.each(['850', '850-faulty'])('what edi read and check print for %s stays as it was', async (name) => {
  for (const verb of ['read', 'check']) {
    const { out, err, code } = await run(['edi', verb, fixture(`${name}.edi`)])
    expect(code).toBe(name === '850' ? 0 : 1)
    await expect(`${shown(out)}--- stderr\n${err}`).toMatchFileSnapshot(golden(`edi-${verb}-${name}`))
  }
})

test('a file comes through standard input as well, and JSON is one line', async () => {
  const edi = await run(['edi', 'check', '-', '--json'], { stdin: Buffer.from('no interchange at all') })
  expect(edi.code).toBe(1)
  expect(edi.out.trimEnd().split('\n')).toHaveLength(1)
  const report = JSON.parse(edi.out) as CheckReport
  expect([report.file, report.verdict, report.faults.map((fault) => fault.code)]).toEqual([
    '-',
    'quarantined',
    ['XD_EDI_LEAD_IN', 'XD_EDI_NO_INTERCHANGE'],
  ])
})

test.each([
  ['nothing', new Uint8Array()],
  ['noise', Uint8Array.from({ length: 65_536 }, (_, at) => (at * 7919) % 256)],
  ['an ISA that ends early', Buffer.from('ISA*00*   ')],
  ['an ISA of stars', Buffer.from('ISA'.padEnd(4_000, '*'))],
])('%s is answered with faults, never with a crash', async (_title, stdin) => {
  for (const verb of ['read', 'check']) {
    const { code, out } = await run(['edi', verb, '-', '--json'], { stdin })
    expect([verb, code]).toEqual([verb, 1])
    expect(() => JSON.parse(out)).not.toThrow()
  }
})

const files = corpusFiles('x12')
if (!files) process.stderr.write(`${NOT_RUN}\n`)

test('every corpus file is read and checked; 0 only where nothing is wrong', async (context) => {
  if (!files) return context.skip(NOT_RUN)
  expect(files.length).toBeGreaterThan(70)
  const codes = new Set<number>()
  for (const { name, bytes } of files) {
    const read = await run(['edi', 'read', '-', '--json'], { stdin: bytes })
    const check = await run(['edi', 'check', '-', '--json'], { stdin: bytes })
    expect([name, (JSON.parse(read.out) as ReadReport).interchanges.length > 0]).toEqual([name, true])
    const { verdict } = JSON.parse(check.out) as CheckReport
    expect([name, check.code]).toEqual([name, verdict === 'accepted' ? 0 : 1])
    codes.add(check.code)
  }
  expect([...codes].sort()).toEqual([0, 1])
})

test('three corpus files through a process of their own', async (context) => {
  if (!files) return context.skip(NOT_RUN)
  const folder = `${root}../shared/corpus/x12/`
  expect(existsSync(folder)).toBe(true)
  const picked = [0, 40, 76].map((at) => files[at]?.name as string)
  for (const name of picked) {
    const inProcess = await run(['edi', 'check', `${folder}${name}`, '--json'])
    expect(await runProcess(['edi', 'check', `${folder}${name}`, '--json'])).toEqual(inProcess)
  }
})
