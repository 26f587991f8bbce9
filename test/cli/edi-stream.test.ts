import { spawn } from 'node:child_process'
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkEdifactStream } from '../../src/edi/edifact/streamed-check.ts'
import type { StreamedReport } from '../../src/edi/streamed-report.ts'
import { checkX12Stream } from '../../src/edi/x12/streamed-check.ts'
import { unreadMessage } from '../../src/intake/edifact-messages.ts'
import { unreadSet } from '../../src/intake/x12-sets.ts'
import { root, run } from './run.ts'

/** `npm run test:long` sets it to 500: one interchange of so many megabytes for each language. */
const MEGABYTES = Number(process.env['CROSSDOCK_EDI_CHECK_MB'] ?? 24)
const MOST_RSS = 256 * 1024 * 1024

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'crossdock-edi-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const LINES = 40

/** A long interchange: the parts around the sets or messages, and the n-th of them. */
interface Long {
  readonly head: string
  readonly one: (n: number) => string
  readonly tail: (count: number) => string
}

const X12: Long = {
  head: `ISA*00*${' '.repeat(10)}*00*${' '.repeat(10)}*ZZ*${'BIGBOX'.padEnd(15)}*ZZ*${'ACME'.padEnd(15)}*260102*1015*U*00401*000000017*0*P*>~GS*PO*BIGBOX*ACME*20260102*1015*17*X*004010~`,
  one: (n) => {
    const number = String(n).padStart(7, '0')
    const lines = Array.from({ length: LINES }, (_, i) => `PO1*${i + 1}*${1 + (n % 90)}*EA*9.25*PE*VN*SKU-${n % 5000}~`)
    return `ST*850*${number}~BEG*00*SA*PO${n}**20260102~${lines.join('')}CTT*${LINES}~SE*${LINES + 4}*${number}~`
  },
  tail: (count) => `GE*${count}*17~IEA*1*000000017~`,
}

const EDIFACT: Long = {
  head: "UNA:+.? 'UNB+UNOC:3+4012345000016:14+4098765000010:14+260102:1015+REF17'",
  one: (n) => {
    const lines = Array.from({ length: LINES }, (_, i) => `LIN+${i + 1}++400${n % 5000}:EN'QTY+21:${1 + (n % 90)}:PCE'`)
    return `UNH+${n}+ORDERS:D:96A:UN'BGM+220+PO${n}+9'DTM+137:20260102:102'NAD+BY+4012345000016::9'${lines.join('')}UNS+S'UNT+${LINES * 2 + 6}+${n}'`
  },
  tail: (count) => `UNZ+${count}+REF17'`,
}

/** Writes so many megabytes, with one faulty set or message in ten thousand; answers how many there are, and how many faulty. */
async function written(file: string, { head, one, tail }: Long): Promise<{ count: number; faulty: number }> {
  let count = 0
  let faulty = 0
  function* pieces(): Generator<string> {
    yield head
    for (let size = 0; size < MEGABYTES * 1e6; ) {
      const some: string[] = []
      for (let i = 0; i < 50; i += 1) {
        count += 1
        const text = one(count)
        const isFaulty = count % 10_000 === 1
        if (isFaulty) faulty += 1
        some.push(isFaulty ? text.replace('20260102', '20260231') : text)
      }
      const piece = some.join('')
      size += piece.length
      yield piece
    }
    yield tail(count)
  }
  await pipeline(Readable.from(pieces()), createWriteStream(file))
  return { count, faulty }
}

interface Watched {
  readonly code: number | null
  readonly out: string
  readonly err: string
  readonly mostRss: number
}

/** Runs the command in a process of its own and looks how much memory it takes. */
function watched(args: readonly string[]): Promise<Watched> {
  const child = spawn(process.execPath, [join(root, 'src/cli/main.ts'), ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let out = ''
  let err = ''
  let mostRss = 0
  const look = setInterval(() => {
    mostRss = Math.max(mostRss, highestRss(child.pid as number))
  }, 50)
  child.stdout.on('data', (bytes) => {
    out += bytes
  })
  child.stderr.on('data', (bytes) => {
    err += bytes
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => {
      clearInterval(look)
      resolve({ code, out, err, mostRss })
    })
  })
}

/** The most memory a process had so far; 0 when it is gone. */
function highestRss(pid: number): number {
  try {
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as { code?: string }).code ?? '')) return 0
    throw error
  }
}

test.skipIf(process.platform !== 'linux').each([
  ['x12', X12],
  ['edifact', EDIFACT],
] as const)(`edi check reads ${MEGABYTES} MB of %s with flat memory`, async (language, long) => {
  const file = join(folder, language)
  const { count, faulty } = await written(file, long)
  const { code, out, err, mostRss } = await watched(['edi', 'check', file, '--json'])
  process.stderr.write(
    `edi check of ${MEGABYTES} MB ${language}: at most ${Math.round(mostRss / 2 ** 20)} MB of memory\n`,
  )
  expect(code).toBe(1)
  const report = JSON.parse(out) as StreamedReport<{ code: string }>
  expect(report).toMatchObject({ language, streamed: true, verdict: 'partly_rejected', unlisted: 0 })
  expect(report.counts).toMatchObject({ documents: count, accepted: count - faulty, rejected: faulty, notProcessed: 0 })
  expect(report.remarks).toHaveLength(faulty)
  expect(err.trim().split('\n').filter(Boolean)).toHaveLength(Math.floor(report.bytes / 2 ** 26))
  expect(mostRss).toBeGreaterThan(0)
  expect(mostRss).toBeLessThan(MOST_RSS)
})

test('what passes by is told in words: counts, what is wrong, and no answer', async () => {
  const sets = Array.from({ length: 14_000 }, (_, i) => X12.one(i + 1))
  const text = [X12.head, ...sets.with(6_999, sets[6_999]?.replace('*EA*', '*QQ*') as string), X12.tail(14_001)]
  const { code, out } = await run(['edi', 'check', '-'], { stdin: Buffer.from(text.join('')) })
  expect(code).toBe(1)
  expect(out).toContain('-: rejected\n')
  expect(out).toContain('1 interchanges, 1 groups, 14,000 sets')
  expect(out).toContain(
    'accepted 0, accepted with errors 0, rejected 1, not known 0, in order but not processed 13,999',
  )
  expect(out).toMatch(/set 850 0007000: rejected\n.*PO103 \(unit of measure\) is "QQ"/)
  expect(out).toMatch(/group PO 17: rejected\n.*GE01 says 14001 sets, there are 14000/)
})

test('what passes by and has no document is counted as not known', async () => {
  const sets = Array.from({ length: 14_000 }, (_, i) => X12.one(i + 1))
  const unknown = (set: string) => set.replace('ST*850', 'ST*859')
  const stdin = Buffer.from([X12.head, ...sets.with(6_999, unknown(sets[6_999] as string)), X12.tail(14_000)].join(''))
  const { code, out } = await run(['edi', 'check', '-', '--json'], { stdin })
  const report = JSON.parse(out) as StreamedReport<{ code: string }>
  const counts = { documents: 14_000, accepted: 13_999, rejected: 0, notKnown: 1, notProcessed: 0 }
  expect([code, report]).toMatchObject([1, { streamed: true, verdict: 'partly_rejected', counts }])
  expect(report.remarks).toMatchObject([{ verdict: 'not_known', faults: [{ code: 'XD_INTAKE_SET_UNREAD' }] }])

  const three = [X12.head, ...sets.slice(0, 3).map(unknown), X12.tail(3)].map((text) => Buffer.from(text))
  const alone = await checkX12Stream(Readable.from(three), 'file', unreadSet)
  expect(alone).toMatchObject({ verdict: 'not_known', counts: { documents: 3, accepted: 0, rejected: 0, notKnown: 3 } })
  const strange = ["UNH+1+JINFDE:D:96A:UN'", "BGM+1'", "UNT+3+1'"].join('')
  const message = [EDIFACT.head, strange, EDIFACT.tail(1)].map((text) => Buffer.from(text))
  const edifact = await checkEdifactStream(Readable.from(message), 'file', unreadMessage)
  expect(edifact).toMatchObject({ verdict: 'not_known', counts: { notKnown: 1 } })
})
