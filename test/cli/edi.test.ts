import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { EdifactCheckReport, EdifactReadReport } from '../../src/edi/edifact/report.ts'
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

test('several files are a section each and 1 when one has faults; as JSON they are an array of what each says alone', async () => {
  const files = [fixture('850.edi'), fixture('850-faulty.edi'), '-']
  const stdin = Buffer.from('no interchange at all')
  const { out, err, code } = await run(['edi', 'check', ...files], { stdin })
  expect([code, err]).toEqual([1, '3 files, 2 of them with faults.\n'])
  const alone = await Promise.all(files.map((file) => run(['edi', 'check', file], { stdin })))
  expect(out).toBe(alone.map((one) => one.out).join('\n'))
  const json = await run(['edi', 'check', ...files, '--json'], { stdin })
  const each = await Promise.all(files.map((file) => run(['edi', 'check', file, '--json'], { stdin })))
  expect([json.code, JSON.parse(json.out)]).toEqual([1, each.map((one) => JSON.parse(one.out))])
  expect((await run(['edi', 'check', fixture('850.edi'), fixture('850.edi')])).code).toBe(0)
  const missing = await run(['edi', 'check', fixture('850.edi'), 'no-such-file.edi', '--json'])
  expect([missing.code, missing.out, missing.err]).toEqual([2, '', expect.stringContaining('no-such-file.edi')])
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

const EDIFACT = [
  "UNB+UNOC:3+4012345000016:14+4098765000010:14+260102:1015+REF17'",
  "UNH+1+ORDERS:D:96A:UN'",
  "BGM+220+4711+9'",
  "DTM+137:20260231:102'",
  "UNS+S'",
  "UNT+5+1'",
  "UNZ+1+REF17'",
].join('\n')

test('EDIFACT is known by its first bytes, and answered by CONTRL', async () => {
  const check = await run(['edi', 'check', '-'], { stdin: Buffer.from(EDIFACT) })
  expect(check.code).toBe(1)
  expect(check.out).toContain('DTM 1-2 (date or period) is "20260231", which is no date in format 102.')
  expect(check.out).toMatch(/UCM\+1\+ORDERS:D:96A:UN\+4'\s+UCS\+3'\s+UCD\+12\+2:2'/)
  const read = await run(['edi', 'read', '-', '--json'], { stdin: Buffer.from(EDIFACT.replace('0231', '0228')) })
  expect([read.code, read.err]).toEqual([0, ''])
  const report = JSON.parse(read.out) as EdifactReadReport
  expect(report.interchanges[0]?.messages[0]?.segments[2]).toEqual(['DTM', ['137', '20260228', '102']])
})

const order = readFileSync(fixture('850.edi'), 'latin1')

test.each([
  ['a quantity below zero', 'PO1*2*3*', 'PO1*2*-3*', /AK3\*PO1\*5\*\*8~\s+AK4\*2\*\*7\*-3~\s+AK5\*R\*5~/],
  ['a count that differs', 'CTT*2', 'CTT*5', /AK3\*CTT\*6\*\*8~\s+AK4\*1\*\*7\*5~\s+AK5\*R\*5~/],
  ['a line number twice', 'PO1*2*', 'PO1*1*', /AK3\*PO1\*5\*\*8~\s+AK4\*1\*\*7\*1~\s+AK5\*R\*5~/],
])(
  '%s is nothing to the syntax, and is told with its place in the 997 a hub would write',
  async (_, from, to, answer) => {
    const { code, out } = await run(['edi', 'check', '-'], { stdin: Buffer.from(order.replace(from, to)) })
    expect(code).toBe(1)
    expect(out).toMatch(/^-: rejected/)
    expect(out).toMatch(answer)
  },
)

test('a number that is too short for a document is told in the CONTRL a hub would write', async () => {
  const good = EDIFACT.replace('0231', '0228')
  const edifact = await run(['edi', 'check', '-'], { stdin: Buffer.from(good.replace('220+4711', '220+')) })
  expect([edifact.code, edifact.out]).toEqual([1, expect.stringMatching(/UCM\+1\+ORDERS:D:96A:UN\+4'\s+UCS\+2'/)])
})

test('a set without a document is not known, never accepted: counted apart, answered as a hub does', async () => {
  const unknown = order.replace('ST*850', 'ST*859').replace('GS*PO', 'GS*FB')
  const x12 = await run(['edi', 'check', '-'], { stdin: Buffer.from(unknown) })
  expect([x12.code, x12.out]).toEqual([1, expect.stringMatching(/^-: not known\n.*set 859 0001: not known\n/s)])
  expect(x12.out).toMatch(/A set 859 is nothing that can be read here.*AK5\*R\*1~/s)
  const { out } = await run(['edi', 'check', '-', '--json'], { stdin: Buffer.from(unknown) })
  const report = JSON.parse(out) as CheckReport
  expect(report.counts).toMatchObject({ documents: 1, accepted: 0, rejected: 0, notKnown: 1 })
  expect(report.interchanges[0]?.groups[0]?.sets[0]).toMatchObject({
    verdict: 'not_known',
    accepted: false,
    document: null,
  })
  const good = EDIFACT.replace('0231', '0228').replace("UNS+S'", "LIN+1++4006381333931:EN'\nQTY+21:10'\nUNS+S'")
  const both = good.replace('UNT+5', 'UNT+7').replace('UNZ+1', "UNH+2+JINFDE:D:96A:UN'\nBGM+1'\nUNT+3+2'\nUNZ+2")
  const edifact = await run(['edi', 'check', '-', '--json'], { stdin: Buffer.from(both) })
  const read = JSON.parse(edifact.out) as EdifactCheckReport
  expect([edifact.code, read.verdict]).toEqual([1, 'partly_rejected'])
  expect(read.interchanges[0]?.messages.map(({ type, verdict }) => [type, verdict])).toEqual([
    ['ORDERS', 'A'],
    ['JINFDE', 'not_known'],
  ])
  expect(read.interchanges[0]?.acknowledgement).toMatch(/UCM\+2\+JINFDE:D:96A:UN\+4\+17/)
})

test('what is wrong beside a refused segment is told, too, in the order of the segments; the answer is the one of a hub', async () => {
  const changed = order.replace('PO1*1*10*', 'PO1*1*-10*').replace('PO1*2*3*', 'PO1*2*3O*').replace('CTT*2', 'CTT*5')
  const { code, out } = await run(['edi', 'check', '-'], { stdin: Buffer.from(changed) })
  expect(code).toBe(1)
  const places = [...out.matchAll(/fatal: segment (\d+) (\w+), element (\d+): .*\[(XD_\w+)\]/g)]
  expect(places.map(([, ...parts]) => parts.join(' '))).toEqual([
    '4 PO1 2 XD_DOCUMENTS_NUMBER_OUT_OF_RANGE',
    '5 PO1 2 XD_EDI_ELEMENT_CHARACTER',
    '6 CTT 1 XD_DOCUMENTS_COUNT_DIFFERS',
  ])
  expect(out.match(/AK3\*/g)).toHaveLength(1)
})

test('TRADACOMS is known by its first bytes, and only read: there is no document for it', async () => {
  const text = "STX=ANA:1+5000000000011:A+5010000000022:B+260102:101500+REF7'MHD=1+ORDHDR:9'MTR=2'END=1'"
  const read = await run(['edi', 'read', '-'], { stdin: Buffer.from(text) })
  expect([read.code, read.out.split('\n')[0]]).toEqual([0, '-: accepted'])
  const check = await run(['edi', 'check', '-'], { stdin: Buffer.from(text) })
  expect([check.code, check.out.split('\n')[0]]).toEqual([1, '-: not known'])
  expect(check.out).toMatch(/ORDHDR 1, version 9: not known\n.*nothing that can be read here/)
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
