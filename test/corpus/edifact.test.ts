import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readEdifact } from '../../src/edi/edifact/read.ts'
import { checkReport, checkText, readReport, readText } from '../../src/edi/edifact/report.ts'
import { languageOf } from '../../src/edi/language.ts'
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

test('the page about the corpus is fresh', (context) => {
  if (!files) return context.skip(NOT_RUN)
  expect(readFileSync(PAGE, 'utf8'), 'run: node test/corpus/edifact-page.ts').toBe(edifactCorpusPage(files))
})
