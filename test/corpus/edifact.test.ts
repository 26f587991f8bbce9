import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readEdifact } from '../../src/edi/edifact/read.ts'
import type { EdifactMessage } from '../../src/edi/edifact/reading.ts'
import { checkReport, checkText, readReport, readText } from '../../src/edi/edifact/report.ts'
import { readEdifactStream } from '../../src/edi/edifact/stream.ts'
import { languageOf } from '../../src/edi/language.ts'
import { tradacomsReport, tradacomsText } from '../../src/edi/tradacoms/report.ts'
import { corpusFiles, NOT_RUN } from './corpus.ts'
import { edifactCorpusPage, PAGE } from './edifact-page.ts'

const files = corpusFiles('edifact')
if (!files) process.stderr.write(`${NOT_RUN}\n`)

test('every corpus file is read or refused, checked and answered, in JSON and in words', (context) => {
  if (!files) return context.skip(NOT_RUN)
  expect(files).toHaveLength(40)
  const edifact = files.filter(({ bytes }) => languageOf(bytes) !== 'tradacoms')
  expect(edifact).toHaveLength(35)
  for (const { name, bytes } of edifact) {
    const read = readReport(bytes, name)
    const check = checkReport(bytes, name)
    const isMessageAlone = name.endsWith('d96a-invoic-1_input.edi')
    expect([name, read.interchanges.length, check.verdict === 'quarantined']).toEqual([
      name,
      isMessageAlone ? 0 : 1,
      isMessageAlone,
    ])
    expect(readText(read).split('\n').length).toBeGreaterThan(1)
    expect(checkText(check).split('\n').length).toBeGreaterThan(1)
    for (const { acknowledgement, verdict } of check.interchanges) {
      if (acknowledgement === undefined) continue
      const answer = readEdifact(Buffer.from(acknowledgement, 'latin1')).interchanges[0]
      expect([name, answer?.faults, answer?.messages[0]?.faults]).toEqual([name, [], []])
      expect(answer?.messages[0]?.segments.at(1, 4)).toBe(verdict === 'R' ? '4' : '7')
    }
  }
})

test('the TRADACOMS files of the corpus are read, with the counts their senders wrote', (context) => {
  if (!files) return context.skip(NOT_RUN)
  const reports = files
    .filter(({ bytes }) => languageOf(bytes) === 'tradacoms')
    .map(({ name, bytes }) => tradacomsReport(bytes, name))
  expect(reports.map(({ file, verdict }) => [file.replace(/^.*__/, ''), verdict])).toEqual([
    ['tradacoms.order9.edi', 'accepted'],
    ['tradacoms.productplanning.edi', 'partly_rejected'],
    ['tradacoms.utilitybill.edi', 'rejected'],
    ['order-blocked.edi', 'accepted'],
    ['order.edi', 'accepted'],
  ])
  for (const report of reports) expect(tradacomsText(report).split('\n').length).toBeGreaterThan(10)
})

test('every EDIFACT file of the corpus reads the same as a stream, cut anywhere', async (context) => {
  if (!files) return context.skip(NOT_RUN)
  for (const { name, bytes } of files) {
    const whole = readEdifact(bytes).interchanges.flatMap((one) => one.messages.map(shown))
    for (const size of [1, 61, 4096]) {
      const streamed: string[] = []
      for await (const part of readEdifactStream(pieces(bytes, size))) {
        if (part.kind === 'message') streamed.push(shown(part.message))
      }
      expect([name, size, streamed]).toEqual([name, size, whole])
    }
  }
})

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size)
}

function shown({ type, reference, segments, faults }: EdifactMessage): string {
  const rows = Array.from({ length: segments.length }, (_, i) => [
    segments.offset(i),
    segments.tag(i),
    ...Array.from({ length: segments.count(i) }, (_, e) => segments.at(i, e + 1)),
  ])
  return JSON.stringify([type, reference, rows, faults])
}

test('the page about the corpus is fresh', (context) => {
  if (!files) return context.skip(NOT_RUN)
  expect(readFileSync(PAGE, 'utf8'), 'run: node test/corpus/edifact-page.ts').toBe(edifactCorpusPage(files))
})
