import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readEdifact } from '../edi/edifact/read.ts'
import { fuzz } from '../edi/testing/fuzz.ts'
import { readX12 } from '../edi/x12/read.ts'
import { documentOfMessage, documentOfSet, documentTypes } from './catalogue.ts'
import type { Reading } from './faults.ts'
import { faultsBesidesOfMessage, faultsBesidesOfSet } from './faults-besides.ts'
import { fixturePairs } from './testing/fixtures.ts'

/** `npm run test:long` sets it: ten minutes for each language, over all documents. */
const SECONDS = Number(process.env['CROSSDOCK_FUZZ_SECONDS'] ?? 1)
const SEED = Number(process.env['CROSSDOCK_FUZZ_SEED'] ?? 20_260_105)

const goodFiles = (ending: '.edi' | '.edifact') =>
  documentTypes.flatMap(({ name }) =>
    fixturePairs(join(import.meta.dirname, name, 'fixtures'), ending).map(({ edi }) => edi),
  )

/** A reading is a document, of data alone, or says why it is none. */
function judge({ document, faults }: Reading<unknown>, name: string): void {
  if (document === undefined && faults?.length === 0) throw new Error(`a ${name} without a reason`)
  if (JSON.stringify(document)?.includes('native code')) throw new Error(`a ${name} with a piece of the program in it`)
}

/** What is found besides stands in the file, whatever was tried in the place of what was refused. */
function judgePlaces(faults: readonly { readonly segment?: number }[], name: string): void {
  if (faults.some(({ segment }) => segment === 0))
    throw new Error(`a fault of a ${name} in a segment that is not there`)
}

/** Reads what is there, right or wrong. */
function readX12Documents(bytes: Uint8Array): void {
  for (const { groups } of readX12(bytes).interchanges) {
    for (const set of groups.flatMap(({ sets }) => sets)) {
      const reading = documentOfSet(set.id)?.readX12(set)
      if (reading) judge(reading, set.id)
      judgePlaces(faultsBesidesOfSet(set), set.id)
    }
  }
}

function readEdifactDocuments(bytes: Uint8Array): void {
  for (const { messages } of readEdifact(bytes).interchanges) {
    for (const message of messages) {
      const reading = documentOfMessage(message.type)?.edifact?.read(message)
      if (reading) judge(reading, message.type)
      judgePlaces(faultsBesidesOfMessage(message), message.type)
    }
  }
}

const readers = [
  {
    name: 'X12',
    good: goodFiles('.edi'),
    pieces: [
      '*',
      '~',
      '>',
      '\n',
      '**',
      'ST*856*0002~',
      'HL*2*1*O~',
      'LIN**VN*1~',
      'N1*ST*A*92*1~',
      'SLN*1**I~',
      '-1',
      '1.2.3',
      '20260231',
      '9'.repeat(30),
      '\u00ff',
      '__proto__',
      'constructor',
    ],
    read: readX12Documents,
  },
  {
    name: 'EDIFACT',
    good: goodFiles('.edifact'),
    pieces: [
      "'",
      '+',
      ':',
      '?',
      '*',
      '\n',
      '++',
      "LIN+2++1:EN'",
      "CPS+2+1+1'",
      "QTY+21:1'",
      "NAD+BY'",
      "UNS+D'",
      '1,5',
      '20260231',
      '9'.repeat(30),
      '\u00ff',
      '__proto__',
      'constructor',
    ],
    read: readEdifactDocuments,
  },
]

test.each(readers)(
  'whatever is done to good documents in $name, their readers do not fail, stall or fill the memory',
  async (reader) => {
    const { files, slowestMs, grown } = await fuzz({ ...reader, seconds: SECONDS, seed: SEED })
    process.stderr.write(
      `documents in ${reader.name}: ${files} files, slowest ${slowestMs} ms, memory up by ${Math.round(grown / 1e6)} MB\n`,
    )
    expect(files).toBeGreaterThan(4)
    expect(slowestMs).toBeLessThan(1000)
    expect(grown).toBeLessThan(256_000_000)
  },
)
