import fc, { type Arbitrary } from 'fast-check'
import { Compile } from 'typebox/compile'
import { expect, test } from 'vitest'
import type { DocumentType } from '../document.ts'
import type { PartnerSyntax } from '../partner-syntax.ts'
import { fixturePairs } from './fixtures.ts'
import { messageFrom, messagesIn, messageWritten } from './message-from.ts'

/**
 * The suite of a document type that has an EDIFACT form: its fixtures (`<name>.edifact`) read alike in both forms, and what
 * is written is read back the same.
 */
export function testMessageRoundTrips<T>(type: DocumentType<T>, folder: string, anyDocument: Arbitrary<T>): void {
  const { message, versions, read, write } = type.edifact!
  const schema = Compile(type.schema)

  for (const { name, edi, json } of fixturePairs(folder, '.edifact')) {
    test(`fixture ${name} is the same document as ${message} and as JSON, and comes back when it is written`, () => {
      const [found] = messagesIn(edi)
      expect(found?.faults).toEqual([])
      expect(read(found!)).toMatchObject({ document: json })
      expect(type.readJson(json).document).toEqual(json)
      const again = messageFrom(message, write(json as T))
      expect(again.faults).toEqual([])
      expect(read(again).document).toEqual(json)
    })
  }

  test(`any document written as ${message} and read again is the same`, () => {
    fc.assert(
      fc.property(anyDocument, (document) => {
        expect([...schema.Errors(document)]).toEqual([])
        const sent = messageFrom(message, write(document))
        expect(sent.faults).toEqual([])
        const again = read(sent)
        expect(again.faults).toBeUndefined()
        expect(again.document).toEqual(document)
      }),
      { numRuns: 80 },
    )
  })

  const ways = versions.flatMap((directory) => [1, 2, 3, 4].map((syntax) => [directory, syntax] as const))
  test.each(ways)('any document written in %s, syntax %d, and read again is the same', (directory, syntax) => {
    fc.assert(
      fc.property(anyDocument, (document) => {
        const sent = messageWritten(message, write(document), directory, syntax)
        expect(sent.faults).toEqual([])
        const back = read(sent)
        expect([back.faults, back.document]).toEqual([undefined, document])
      }),
      { numRuns: 2 },
    )
  })

  test('a partner’s own name of a unit goes out and comes back', () => {
    const syntax: PartnerSyntax = { units: { QQQ: 'KG' } }
    fc.assert(
      fc.property(anyDocument, (document) => {
        const body = write(document, syntax)
        expect(JSON.stringify(body)).not.toContain('"KGM"')
        expect(read(messageFrom(message, body), syntax).document).toEqual(document)
      }),
      { numRuns: 20 },
    )
  })
}
