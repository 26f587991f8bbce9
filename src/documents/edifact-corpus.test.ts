import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { EdifactMessage } from '../edi/edifact/reading.ts'
import { documentOfMessage } from './catalogue.ts'
import type { DocumentType } from './document.ts'
import { messageFrom, messagesIn } from './testing/message-from.ts'

const CORPUS = join(import.meta.dirname, '../../../shared/corpus/edifact')
const FOLDERS = ['ORDERS', 'ORDRSP', 'INVOIC', 'DESADV', 'RECADV']

/** Messages of the corpus that are no document for us, by file and place in the file, with the codes that say why. */
const REFUSED: Readonly<Record<string, readonly string[]>> = {
  // a utility's answer: its quantity (145) is what stands there, not what was ordered or is to come
  'ORDRSP/edinet__edifact.ORDRSP.edi#1': ['MISSING'],
  // amounts made up: the parts are nowhere near the total
  'INVOIC/smooks__resources_data_INVOIC_D.03B_Interchange_with_UNA.txt#1': ['TOTAL_DIFFERS'],
  'INVOIC/smooks__resources_invoic_invoic.txt#1': ['TOTAL_DIFFERS'],
  // says 700101 where the purpose stands, and only when the goods left
  'DESADV/phpedifact__D96ADESADV.edi#1': ['CODE_UNKNOWN', 'MISSING'],
  // the day of the order 19999715
  'INVOIC/staedi__invoic_d93a_una.edi#1': ['DATE_INVALID'],
}

/** A family of files whose invoices all say 12, "not processed", where an invoice says what it is for. */
const NO_PURPOSE = /^INVOIC\/edifabric__/

function expectedCodes(name: string): readonly string[] {
  return REFUSED[name] ?? (NO_PURPOSE.test(name) ? ['CODE_UNKNOWN'] : [])
}

interface CorpusMessage {
  readonly name: string
  readonly message: EdifactMessage
}

function corpusMessages(): CorpusMessage[] {
  return FOLDERS.flatMap((folder) =>
    readdirSync(join(CORPUS, folder)).flatMap((file) =>
      messagesIn(readFileSync(join(CORPUS, folder, file))).map((message, at) => ({
        name: `${folder}/${file}#${at + 1}`,
        message,
      })),
    ),
  )
}

if (!existsSync(CORPUS)) {
  console.warn('NOT RUN: EDIFACT documents from the corpus, because ../shared/corpus is not beside this checkout.')
  test('NOT RUN: the corpus is not beside this checkout', () => {
    expect(existsSync(CORPUS)).toBe(false)
  })
} else {
  describe('real partner messages', () => {
    test.each(corpusMessages())('$name', ({ name, message }) => {
      const type = documentOfMessage(message.type) as unknown as DocumentType | undefined
      expect(type?.edifact, `no document type for ${message.type}`).toBeDefined()
      const { read, write } = type!.edifact!
      const reading = read(message)
      const codes = [...new Set((reading.faults ?? []).map(({ code }) => code.replace('XD_DOCUMENTS_', '')))]
      expect(codes).toEqual(expectedCodes(name))
      if (reading.faults) return
      const again = messageFrom(message.type, write(reading.document, { cutText: true }))
      expect(read(again).faults).toBeUndefined()
    })
  })
}
