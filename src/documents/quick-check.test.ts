import { join } from 'node:path'
import { Compile } from 'typebox/compile'
import { expect, test } from 'vitest'
import { documentTypes } from './catalogue.ts'
import { quickCheck, type Shape } from './quick-check.ts'
import { fixturePairs } from './testing/fixtures.ts'

/** All of them is printable ASCII: no letters that do not belong. */
const PLAIN: ReadonlySet<string> = new Set(['text', 'identifier'])
/** What may stand in a document where something else belongs. */
const ODD: readonly unknown[] = [
  null,
  0,
  true,
  '',
  ' ',
  'x'.repeat(300),
  '-1',
  '1.2345678',
  '2026-02-30',
  'usd',
  'ZZZZ',
  [],
  {},
  [{}],
  ['x'],
]

for (const { name, schema } of documentTypes) {
  const documents = fixturePairs(join(import.meta.dirname, name, 'fixtures'), '.edi').map(({ json }) => json)

  test(`every ${name} of ours is seen at once to fit`, () => {
    const fits = quickCheck(schema as unknown as Shape, PLAIN)
    expect(documents.filter((document) => !fits(document))).toEqual([])
  })

  test(`no ${name} passes at a glance that the schema refuses`, () => {
    const fits = quickCheck(schema as unknown as Shape, PLAIN)
    const compiled = Compile(schema)
    const passed = documents.flatMap((document) =>
      [...changed(document)].filter((one) => fits(one) && !compiled.Check(one)),
    )
    expect(passed).toEqual([])
  })
}

/** The value with one member of it replaced by something odd, or left out, wherever it stands. */
function* changed(value: unknown): Generator<unknown> {
  yield* ODD
  if (Array.isArray(value)) {
    for (const [at, one] of value.entries()) for (const other of changed(one)) yield value.with(at, other)
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, one] of Object.entries(value)) {
      for (const other of changed(one)) yield { ...value, [name]: other }
      yield Object.fromEntries(Object.entries(value).filter(([member]) => member !== name))
    }
  }
}
