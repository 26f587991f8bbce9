import { join } from 'node:path'
import { documentOfMessage, documentOfSet, documentTypes } from '../../src/documents/catalogue.ts'
import type { DocumentType, EdifactParts } from '../../src/documents/document.ts'
import type { Reading } from '../../src/documents/faults.ts'
import { fixturePairs } from '../../src/documents/testing/fixtures.ts'
import { readEdifact } from '../../src/edi/edifact/read.ts'
import { writeEdifact } from '../../src/edi/edifact/write.ts'
import { readX12 } from '../../src/edi/x12/read.ts'
import { writeInterchange } from '../../src/edi/x12/write.ts'
import { fileOf, WORKLOADS } from './x12-files.ts'

/** Files of one kind of document in one language. */
export interface EdiFiles {
  /** The set or message, `'850'`, `'ORDERS'`. */
  readonly name: string
  readonly document: string
  readonly files: readonly Buffer[]
}

/** Bytes to validated documents; a fault means that the bench itself is wrong. */
export type ReadDocuments = (bytes: Uint8Array) => unknown[]

type AnyType = DocumentType<Record<string, unknown>>
type AnyParts = EdifactParts<Record<string, unknown>>

const PER_INTERCHANGE = 50
const DAY = { date: '20260102', time: '0304' }
const FIXTURES = join(import.meta.dirname, '../../src/documents')
const types = documentTypes as unknown as readonly AnyType[]

/** Every document type as X12: generated orders, notices and invoices; of the others our fixtures, varied. */
export const x12Files = (megabytes: number): EdiFiles[] =>
  types.map((type) => {
    const { set } = type.x12
    const files = filled(megabytes, (n) => Buffer.from(x12Text(type, n)))
    return { name: set, document: type.name, files }
  })

/** Every document type that EDIFACT has, as its messages. */
export const edifactFiles = (megabytes: number): EdiFiles[] =>
  types.flatMap((type) => {
    const { edifact } = type
    if (!edifact) return []
    const documents = edifactDocuments(type, edifact)
    const files = filled(megabytes, (n) => Buffer.from(edifactText(edifact, documents, n), 'latin1'))
    return [{ name: edifact.message, document: type.name, files }]
  })

/** The documents of an X12 file. */
export const readX12Documents: ReadDocuments = (bytes) => {
  const found: unknown[] = []
  for (const { groups } of readX12(bytes).interchanges) {
    for (const { sets } of groups) {
      for (const set of sets) {
        const reading = documentOfSet(set.id)?.readX12(set) as Reading<unknown> | undefined
        if (!reading?.document || set.faults.length > 0) throw wrong(set.id, reading?.faults ?? set.faults)
        found.push(reading.document)
      }
    }
  }
  return found
}

/** The documents of an EDIFACT file. */
export const readEdifactDocuments: ReadDocuments = (bytes) => {
  const found: unknown[] = []
  for (const { messages } of readEdifact(bytes).interchanges) {
    for (const message of messages) {
      const reading = documentOfMessage(message.type)?.edifact?.read(message) as Reading<unknown> | undefined
      if (!reading?.document || message.faults.length > 0) throw wrong(message.type, reading?.faults ?? message.faults)
      found.push(reading.document)
    }
  }
  return found
}

const wrong = (name: string, faults: unknown) =>
  new Error(`the ${name} of the bench is wrong: ${JSON.stringify(faults)}`)

/** As many files as the size asks for, each a little different. */
function filled(megabytes: number, make: (n: number) => Buffer): Buffer[] {
  const files: Buffer[] = []
  for (let size = 0, n = 0; size < megabytes * 1e6; n += 1) {
    const file = make(n)
    files.push(file)
    size += file.length
  }
  return files
}

function x12Text(type: AnyType, n: number): string {
  const { set, functionalId } = type.x12
  const generated = WORKLOADS.find(({ name }) => name === set)
  if (generated) return fileOf(generated, n)
  const documents = fixturesOf(type.name, '.edi')
  return writeInterchange({
    senderQualifier: 'ZZ',
    sender: 'BIGBOX',
    receiverQualifier: 'ZZ',
    receiver: 'ACMESUPPLY',
    version: '00401',
    controlNumber: n + 1,
    usage: 'P',
    ...DAY,
    groups: [
      {
        functionalId,
        sender: 'BIGBOX',
        receiver: 'ACMESUPPLY',
        controlNumber: n + 1,
        version: '004010',
        ...DAY,
        sets: counted((k) => ({ id: set, controlNumber: k + 1, segments: type.writeX12(pick(documents, n, k)) })),
      },
    ],
  })
}

function edifactText({ message, versions, write }: AnyParts, documents: readonly Document[], n: number): string {
  const release = versions[0]?.split('.')[1] ?? '96A'
  return writeEdifact({
    sender: { id: '4012345000016', qualifier: '14' },
    receiver: { id: '4098765000010', qualifier: '14' },
    reference: `REF${n + 1}`,
    ...DAY,
    messages: counted((k) => ({
      reference: String(k + 1),
      type: message,
      release,
      segments: write(pick(documents, n, k)),
    })),
  })
}

type Document = Record<string, unknown>

/** What is generated as X12 is the same document as EDIFACT. */
function edifactDocuments(type: AnyType, { message }: AnyParts): Document[] {
  const generated = WORKLOADS.find(({ name }) => name === type.x12.set)
  if (generated === undefined || message === 'INVOIC') return fixturesOf(type.name, '.edifact')
  return readX12Documents(Buffer.from(fileOf(generated, 0))) as Document[]
}

const fixturesOf = (name: string, ending: '.edi' | '.edifact'): Document[] =>
  fixturePairs(join(FIXTURES, name, 'fixtures'), ending).map(({ json }) => json as Document)

const counted = <T>(make: (k: number) => T): T[] => Array.from({ length: PER_INTERCHANGE }, (_, k) => make(k))

const pick = (documents: readonly Document[], n: number, k: number): Document =>
  varied(documents[k % documents.length], n * PER_INTERCHANGE + k) as Document

/** Members that may hold anything: they differ from document to document, so that no reader profits from repeats. */
const VARYING = new Set(['name', 'description', 'sku'])

function varied(value: unknown, n: number, member = ''): unknown {
  if (Array.isArray(value)) return value.map((one) => varied(one, n, member))
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, varied(one, n, name)]))
  }
  return typeof value === 'string' && VARYING.has(member) ? `${value} ${n % 997}` : value
}
