import { globSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { FAULTS, type FaultRow } from '../../src/edi/x12/faults.ts'
import { eventCodes } from '../../src/lifecycle/events.ts'
import { ROOT } from './declarations.ts'
import { BAD_INPUTS, testsById } from './pages/bad-input-page.ts'
import { allCodes } from './pages/errors-page.ts'
import { pages } from './pages/pages.ts'

const pageText = (name: string) => readFileSync(`${ROOT}docs/reference/${name}`, 'utf8')
const headings = (text: string) => [...text.matchAll(/^### (XD_\S+)$/gm)].map((match) => match[1] as string)

test.each(Object.keys(pages))('docs/reference/%s is what npm run docs writes', async (name) => {
  expect(pageText(name)).toBe(await pages[name]?.())
})

test('every error code has a heading in the reference, and every heading is a code', async () => {
  const found = headings(pageText('errors.md'))
  expect(found.length).toBeGreaterThan(150)
  expect(found.filter((code, at) => found.indexOf(code) !== at)).toEqual([])
  const codes = [...(await allCodes())].filter((code) => !code.startsWith('XD_TEST_'))
  expect(found.toSorted()).toEqual(codes.toSorted())
})

test('a code that stands in the product or its documents is a code', async () => {
  const codes = await allCodes()
  const files = globSync('{src,docs,console/src,examples}/**/*.{ts,tsx,md}', { cwd: ROOT }).filter(
    (file) => !file.endsWith('.test.ts') && !file.includes('/testing/'),
  )
  const strangers = files.flatMap((file) =>
    [...readFileSync(ROOT + file, 'utf8').matchAll(/\bXD_[A-Z]+_[A-Z0-9_]*[A-Z0-9]\b(?![_…<`$]*[_$<])/g)]
      .map(([code]) => code)
      .filter((code) => !codes.has(code) && ![...codes].some((one) => one.startsWith(`${code}_`)))
      .map((code) => `${file}: ${code}`),
  )
  expect(strangers).toEqual([])
})

test('every event of the catalogue stands on its page once', () => {
  const shown = [...pageText('events.md').matchAll(/^\| `([a-z_.]+)` \| (\d*) \|/gm)].map((match) => match[1])
  expect(shown.toSorted()).toEqual(Object.keys(eventCodes).toSorted())
})

test('every wrong input of the catalogue is shown by a test that names it, and its codes exist', async () => {
  const shown = testsById()
  const codes = await allCodes()
  expect(BAD_INPUTS.filter(({ id }) => !shown.has(id)).map(({ id }) => id)).toEqual([])
  expect(BAD_INPUTS.flatMap((row) => row.codes).filter((code) => !codes.has(code))).toEqual([])
  const ids = BAD_INPUTS.map(({ id }) => id)
  expect([...shown.keys()].filter((id) => !ids.includes(id))).toEqual([])
})

test('what the catalogue says an acknowledgement answers is what the faults answer', () => {
  const said = BAD_INPUTS.flatMap(({ id, answer, codes }) =>
    codes.flatMap((code) => {
      const row: FaultRow | undefined = (FAULTS as Readonly<Record<string, FaultRow>>)[code.replace('XD_EDI_', '')]
      const { ta1, ak9, ak3, ak4, ak5 } = row?.ack ?? {}
      const number = ta1 ?? ak9 ?? ak4 ?? ak3 ?? ak5
      return number === undefined ? [] : [{ id, code, number, isSaid: new RegExp(`\\b${number}\\b`).test(answer) }]
    }),
  )
  expect(said.length).toBeGreaterThan(12)
  expect(said.filter((one) => !one.isSaid)).toEqual([])
})
