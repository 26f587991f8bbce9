import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readFlat } from '../../src/edi/flat/read.ts'
import { corpusFiles, NOT_RUN } from './corpus.ts'
import { DECLARED_FILES } from './flatfile-layouts.ts'
import { FLATFILE_PAGE, flatfileCorpusPage } from './flatfile-page.ts'

const files = corpusFiles('flatfile')
if (!files) process.stderr.write(`${NOT_RUN}\n`)

test('every flat file of the corpus is read under one layout, and every refusal says why and where', (context) => {
  if (!files) return context.skip(NOT_RUN)
  expect(files).toHaveLength(6)
  for (const { name, bytes } of files) {
    const readings = DECLARED_FILES.filter(({ file }) => file === name).map(({ layout }) => readFlat(bytes, layout))
    expect([name, readings.filter(({ verdict }) => verdict === 'read').length]).toEqual([name, 1])
    for (const { verdict, faults, records } of readings) {
      if (verdict === 'read') expect([name, faults, records > 1]).toEqual([name, [], true])
      else for (const fault of faults) expect(fault.detail).toMatch(/^Line \d+/)
    }
  }
})

test('the page about the flat files is fresh', (context) => {
  if (!files) return context.skip(NOT_RUN)
  expect(readFileSync(FLATFILE_PAGE, 'utf8'), 'run: node test/corpus/flatfile-page.ts').toBe(flatfileCorpusPage(files))
})
