import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readX12, type X12Set } from '../../src/edi/x12/read.ts'
import { checkReport, checkText, readReport, readText } from '../../src/edi/x12/report.ts'
import { readX12Stream } from '../../src/edi/x12/stream.ts'
import { corpusFiles, NOT_RUN } from './corpus.ts'
import { PAGE, x12CorpusPage } from './x12-page.ts'

const files = corpusFiles('x12')
if (!files) process.stderr.write(`${NOT_RUN}\n`)

test('every corpus file is read, checked and answered, in JSON and in words', (context) => {
  if (!files) return context.skip(NOT_RUN)
  expect(files).toHaveLength(77)
  for (const { name, bytes } of files) {
    const read = readReport(bytes, name)
    const check = checkReport(bytes, name)
    expect([name, read.interchanges.length > 0]).toEqual([name, true])
    expect(readText(read).split('\n').length).toBeGreaterThan(1)
    expect(checkText(check).split('\n').length).toBeGreaterThan(1)
    for (const { acknowledgement } of check.interchanges) {
      if (acknowledgement === undefined) continue
      const answer = readX12(Buffer.from(acknowledgement))
      const faults = answer.interchanges.flatMap((one) => [
        ...one.faults,
        ...one.groups.flatMap((group) => [...group.faults, ...group.sets.flatMap((set) => set.faults)]),
      ])
      // what we echo of a wrong number is wrong in our answer too; the rest of the answer is in order
      expect([name, faults.filter((f) => f.element === undefined)]).toEqual([name, []])
    }
  }
})

test('every corpus file reads the same as a stream, cut anywhere', async (context) => {
  if (!files) return context.skip(NOT_RUN)
  for (const { name, bytes } of files) {
    const whole = readX12(bytes).interchanges.flatMap((one) => one.groups.flatMap((group) => group.sets.map(shown)))
    for (const size of [1, 61, 4096]) {
      const streamed: string[] = []
      for await (const part of readX12Stream(chunks(bytes, size)))
        if (part.kind === 'set') streamed.push(shown(part.set))
      expect([name, size, streamed]).toEqual([name, size, whole])
    }
  }
})

test('the page about the corpus is fresh', (context) => {
  if (!files) return context.skip(NOT_RUN)
  expect(readFileSync(PAGE, 'utf8'), 'run: node test/corpus/x12-page.ts').toBe(x12CorpusPage(files))
})

async function* chunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size)
}

function shown({ id, controlNumber, segments, faults }: X12Set): string {
  const rows = Array.from({ length: segments.length }, (_, i) => [
    segments.offset(i),
    segments.tag(i),
    ...Array.from({ length: segments.count(i) }, (_, e) => segments.at(i, e + 1)),
  ])
  return JSON.stringify([id, controlNumber, rows, faults])
}
