import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { X12Set } from '../edi/x12/reading.ts'
import { documentTypes } from './catalogue.ts'
import type { DocumentType } from './document.ts'
import { setFrom, setsIn } from './testing/set-from.ts'

const CORPUS = join(import.meta.dirname, '../../../shared/corpus/x12')
const TYPES = documentTypes as unknown as readonly DocumentType[]

/** Sets of the corpus that are no document for us, by file and place in the file, with the codes that say why. */
const REFUSED: Readonly<Record<string, readonly string[]>> = {
  // no BEG, only segments of its own
  '850/edinet__x12.Issue91.edi#1': ['MISSING', 'LINES_NONE'],
  // the charges of the summary repeat those of the lines
  '810/edinet__x12.810a.edi#1': ['TOTAL_DIFFERS'],
  // the total leaves the allowances out
  '810/edinet__x12.810d.edi#1': ['TOTAL_DIFFERS'],
  // the second invoice has the total of the first
  '810/staedi__simple810.edi#2': ['TOTAL_DIFFERS'],
  '810/staedi__invoice810_po850_dual.edi#2': ['TOTAL_DIFFERS'],
  // no shipment number
  '856/x12parser__Example2.txt#1': ['MISSING'],
  // an amount that lost its point, and so a payment that does not add up
  '820/x12parser__Example1_MortgageBankers.txt#1': ['TOTAL_DIFFERS'],
  // a template: words where amounts and dates will be
  '820/x12parser__Example3_HomeDepot.txt#1': ['NUMBER_MALFORMED', 'DATE_INVALID'],
  // dates of six digits in a release that has eight
  '820/x12parser__Example5_Wikipedia.txt#1': ['DATE_INVALID'],
  // an element too many before the quantity; a reference without its qualifier
  '940/ediengine__940_Failed_SE01.edi#1': ['MISSING', 'UNIT_UNKNOWN'],
  '940/ediengine__AckTest.edi#2': ['MISSING'],
  // words where the date of the order should be; an N1 that nobody terminated
  '860/x12parser__Example1.txt#1': ['DATE_INVALID', 'TEXT_INVALID'],
  // a purpose (33) that no notice has; a point in a total of cents
  '857/x12parser__AfterMarketSuppliers_Example.txt#1': ['CODE_UNKNOWN', 'NUMBER_MALFORMED'],
  // an allowance whose rate is below zero
  '857/x12parser__Kroger_DeliveryExample.txt#1': ['NUMBER_OUT_OF_RANGE'],
  // a date of nine digits
  '865/x12parser__FromAdvanceAutoParts.txt#1': ['DATE_INVALID'],
}

interface CorpusSet {
  readonly name: string
  readonly set: X12Set
}

function corpusSets(): CorpusSet[] {
  const folders = readdirSync(CORPUS).filter((folder) => TYPES.some(({ x12 }) => x12.set === folder))
  return folders.flatMap((folder) =>
    readdirSync(join(CORPUS, folder)).flatMap((file) =>
      setsIn(readFileSync(join(CORPUS, folder, file))).map((set, at) => ({ name: `${folder}/${file}#${at + 1}`, set })),
    ),
  )
}

if (!existsSync(CORPUS)) {
  console.warn('NOT RUN: documents from the corpus, because ../shared/corpus is not beside this checkout.')
  test('NOT RUN: the corpus is not beside this checkout', () => {
    expect(existsSync(CORPUS)).toBe(false)
  })
} else {
  describe('real partner documents', () => {
    test.each(corpusSets())('$name', ({ name, set }) => {
      const type = TYPES.find(({ x12 }) => x12.set === set.id)
      expect(type, `no document type for ${set.id}`).toBeDefined()
      const reading = type!.readX12(set)
      const codes = [...new Set((reading.faults ?? []).map(({ code }) => code.replace('XD_DOCUMENTS_', '')))]
      expect(codes).toEqual(REFUSED[name] ?? [])
      if (reading.faults) return
      const again = setFrom(set.id, type!.x12.functionalId, type!.writeX12(reading.document, { cutText: true }))
      expect(type!.readX12(again).faults).toBeUndefined()
    })
  })
}
