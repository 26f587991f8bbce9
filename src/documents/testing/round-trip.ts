import fc, { type Arbitrary } from 'fast-check'
import { Compile } from 'typebox/compile'
import { expect, test } from 'vitest'
import type { DocumentType } from '../document.ts'
import type { PartnerSyntax } from '../partner-syntax.ts'
import { fixturePairs } from './fixtures.ts'
import { setFrom, setsIn, setWritten } from './set-from.ts'

/** The releases of X12 that partners of distributors write. */
const RELEASES = [
  '003040',
  '003050',
  '003060',
  '003070',
  '004010',
  '004020',
  '004030',
  '004040',
  '004050',
  '004060',
  '005010',
]

/**
 * The suite every document type passes: its fixtures read alike in both forms, and what is written is read back the same,
 * with nothing for the syntax check to say.
 */
export function testRoundTrips<T>(type: DocumentType<T>, folder: string, anyDocument: Arbitrary<T>): void {
  const { set, functionalId } = type.x12
  const written = (document: T, syntax: PartnerSyntax = {}) =>
    setFrom(set, functionalId, type.writeX12(document, syntax))

  for (const { name, edi, json } of fixturePairs(folder)) {
    test(`fixture ${name} is the same document as X12 and as JSON`, () => {
      const [read] = setsIn(edi)
      expect(read?.faults).toEqual([])
      const reading = type.readX12(read!)
      expect(reading.faults).toBeUndefined()
      expect(reading.document).toEqual(json)
      expect(type.readJson(json).document).toEqual(json)
    })

    test(`fixture ${name} written and read again is the same document`, () => {
      const document = json as T
      const again = written(document)
      expect(again.faults).toEqual([])
      expect(type.readX12(again).document).toEqual(document)
      expect(type.readJson(JSON.parse(JSON.stringify(document))).document).toEqual(document)
    })
  }

  const schema = Compile(type.schema)
  test('any document written and read again is the same, in both forms', () => {
    fc.assert(
      fc.property(anyDocument, (document) => {
        expect([...schema.Errors(document)]).toEqual([])
        const again = written(document)
        expect(again.faults).toEqual([])
        expect(type.readX12(again)).toMatchObject({ document })
        expect(type.readX12(again).document).toEqual(document)
        expect(type.readJson(JSON.parse(JSON.stringify(document))).document).toEqual(document)
      }),
      { numRuns: 150 },
    )
  })

  test.each(RELEASES)('any document written in %s and read again is the same', (release) => {
    fc.assert(
      fc.property(anyDocument, (document) => {
        const again = setWritten(set, functionalId, type.writeX12(document), release)
        expect(again.faults).toEqual([])
        const back = type.readX12(again)
        expect([back.faults, back.document]).toEqual([undefined, document])
      }),
      { numRuns: 2 },
    )
  })
}
