import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cpuMs } from '../testing/fuzz.ts'
import { readContrl } from './answers.ts'
import { readEdifact } from './read.ts'
import { checkReport, checkText, readReport, readText } from './report.ts'
import { readEdifactStream } from './stream.ts'

/** `npm run test:long` sets it: ten minutes of this. */
const SECONDS = Number(process.env['CROSSDOCK_FUZZ_SECONDS'] ?? 1.5)

const ORDER = [
  "UNA:+.? '",
  "UNB+UNOC:3+4012345000016:14+4098765000010:14+260102:1015+REF17++++1'",
  "UNG+ORDERS+A:14+B:14+260102:1015+G1+UN+D:96A'",
  "UNH+1+ORDERS:D:96A:UN'",
  "BGM+220+47?'11+9'",
  "DTM+137:20260102:102'",
  "NAD+BY+4012345000016::9'",
  "LIN+1++4000001000019:EN'",
  "QTY+21:5.5:PCE'",
  "UNS+S'",
  "UNT+8+1'",
  "UNE+1+G1'",
  "UNZ+1+REF17'",
]

/** Segments that may come in any order, broken by bytes nobody meant. */
const anyFile = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(...ORDER) },
      {
        weight: 2,
        arbitrary: fc.constantFrom(
          '?',
          "'",
          '+',
          ':',
          '*',
          '\n',
          '\r\n',
          'UNA',
          'UNB',
          'UNB+',
          'UNT',
          '\ufeff',
          '\u0000',
        ),
      },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
      { weight: 1, arbitrary: fc.string({ unit: fc.constantFrom('A', '?', '+', ':', "'", '9'), maxLength: 300 }) },
    ),
    { maxLength: 40 },
  )
  .chain((pieces) =>
    fc.record({
      text: fc.constant(pieces.join('')),
      cut: fc.integer({ min: 1, max: 64 }),
      encoding: fc.constantFrom('utf8' as const, 'latin1' as const),
    }),
  )

const MOST_MS = 1000

test(`no bytes make the reader fail, stall or answer with something unreadable (${SECONDS} s)`, async () => {
  const until = Date.now() + SECONDS * 1000
  let files = 0
  while (Date.now() < until) {
    await fc.assert(
      fc.asyncProperty(anyFile, async ({ text, cut, encoding }) => {
        const bytes = Buffer.from(text, encoding)
        const began = cpuMs()
        const check = checkReport(bytes, 'file')
        checkText(check)
        readText(readReport(bytes, 'file'))
        for (const { acknowledgement } of check.interchanges) {
          if (acknowledgement === undefined) continue
          const [answer] = readEdifact(Buffer.from(acknowledgement, 'latin1')).interchanges
          expect(answer?.faults).toEqual([])
          expect(readContrl(answer!.messages[0]!)?.action).toMatch(/^[47]$/)
        }
        let streamed = 0
        for await (const part of readEdifactStream(pieces(bytes, cut))) if (part.kind === 'message') streamed++
        expect(streamed).toBeGreaterThanOrEqual(0)
        expect(cpuMs() - began).toBeLessThan(MOST_MS)
        files++
      }),
      { numRuns: 100 },
    )
  }
  expect(files).toBeGreaterThan(99)
  expect(process.memoryUsage().rss).toBeLessThan(1_500_000_000)
})

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size)
}
