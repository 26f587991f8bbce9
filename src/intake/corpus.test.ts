import { expect, test } from 'vitest'
import { corpusFiles, NOT_RUN } from '../../test/corpus/corpus.ts'
import { Desk } from './testing/desk.ts'

/** Takes a file as test data or as production data, whichever it says it is. */
function taken(bytes: Uint8Array, role: 'partner' | 'wms' | 'carrier') {
  const is = role === 'carrier' ? { carrier: 'FAST' } : { facility: 'DC1' }
  const outcomes = (['P', 'T'] as const).map((usage) => {
    const edi = { ours: '', theirs: '', usage }
    return new Desk({ system: 'sender', role, partner: 'sender', ...is, edi }).takes(bytes, { channel: 'folder' })
  })
  return outcomes.find(({ answer }) => answer.body['note'] !== '020')
}

test('every X12 file of the corpus leaves one receipt and an answer for its mailbox, whatever is in it', () => {
  const files = corpusFiles('x12')
  if (!files) {
    console.warn(NOT_RUN)
    return
  }
  for (const { name, bytes } of files) {
    const outcome = taken(bytes, name.startsWith('945') ? 'wms' : 'partner')
    expect(outcome?.receipts, name).toHaveLength(1)
    const kinds = outcome?.inputs.map((input) => (input.kind === 'arrival' ? input.type : input.kind)) ?? []
    expect(
      kinds.some((kind) => kind === 'interchange' || kind === 'arrival.refused'),
      name,
    ).toBe(true)
  }
})

/** What each 850 comes to: its orders by number, or the note of the TA1 that rejects it (001: ISA13 is not IEA02). */
const PURCHASE_ORDERS: Readonly<Record<string, readonly string[] | string>> = {
  'ediengine__850.Composite.SLN.OK.edi': ['08292233294'],
  'ediengine__850.OK.edi': ['08292233294'],
  'edinet__x12.850a.edi': 'TA1 001',
  'edinet__x12.Issue91.edi': 'TA1 001',
  'nodex12__850.edi': ['08292233294'],
  'x12parser__Example1_PGWGlass.txt': ['S41000439'],
  'x12parser__Example2_Adobe_TLP.txt': ['TLP-X12'],
  'x12parser__From_aojuk.txt': ['6190'],
}

test('every 850 of the corpus comes to the orders that stand in it', () => {
  const files = corpusFiles('x12')?.filter(({ name }) => name.startsWith('850/'))
  if (!files) {
    console.warn(NOT_RUN)
    return
  }
  const found = Object.fromEntries(
    files.map(({ name, bytes }) => {
      const body = taken(bytes, 'partner')?.answer.body ?? {}
      const documents = (body['documents'] ?? []) as { customerOrder?: string; code?: string }[]
      const numbers = documents.map(({ customerOrder, code }) => customerOrder ?? code)
      return [name.slice('850/'.length), documents.length > 0 ? numbers : `TA1 ${body['note']}`]
    }),
  )
  expect(found).toEqual(PURCHASE_ORDERS)
})

/** How each file is acknowledged, and how much is told in it; test data is understood, and tells nothing. */
const OF_CARRIERS: Readonly<Record<string, string>> = {
  '210/edinet__210-MGCTLYST-SAMPLE.EDI': 'A 0',
  '210/x12parser__CN_FreightInvoiceSample1.txt': 'A 1',
  '210/x12parser__CN_FreightInvoiceSample2.txt': 'A 1',
  '214/edinet__214-MGCTLYST-SAMPLE.EDI': 'A 0',
  '214/omniparser__1_canadapost_edi_214.input.txt': 'A 19',
  '990/edinet__990-MGCTLYST-SAMPLE.EDI': 'A 0',
}

test('every 214, 990 and 210 of the corpus comes to what a carrier says in it', () => {
  const files = corpusFiles('x12')?.filter(({ name }) => /^(?:214|990|210)\//.test(name))
  if (!files) {
    console.warn(NOT_RUN)
    return
  }
  const found = Object.fromEntries(
    files.map(({ name, bytes }) => {
      const { inputs = [], answer } = taken(bytes, 'carrier') ?? {}
      const told = inputs.filter(({ kind }) => kind === 'report')
      const refused = inputs.filter((input) => input.kind === 'arrival' && input.type === 'arrival.refused')
      return [name, refused.length > 0 ? 'refused' : `${String(answer?.body['verdict'])} ${told.length}`]
    }),
  )
  expect(found).toEqual(OF_CARRIERS)
})

test('every EDIFACT file of the corpus leaves one receipt and an answer for its mailbox, whatever is in it', () => {
  const files = corpusFiles('edifact')?.filter(({ name }) => !name.startsWith('TRADACOMS'))
  if (!files) {
    console.warn(NOT_RUN)
    return
  }
  for (const { name, bytes } of files) {
    const outcome = takenEdifact(bytes)
    expect(outcome?.receipts, name).toHaveLength(1)
    const kinds = outcome?.inputs.map((input) => (input.kind === 'arrival' ? input.type : input.kind)) ?? []
    expect(
      kinds.some((kind) => kind === 'interchange' || kind === 'arrival.refused'),
      name,
    ).toBe(true)
  }
})

/** As {@link taken}: error 25 says that it is the other kind of data. */
function takenEdifact(bytes: Uint8Array) {
  const outcomes = (['P', 'T'] as const).map((usage) => {
    const edi = { standard: 'edifact', ours: '', theirs: '', usage } as const
    return new Desk({ system: 'sender', role: 'partner', partner: 'sender', edi }).takes(bytes, { channel: 'folder' })
  })
  return outcomes.find(({ answer }) => answer.body['note'] !== '25')
}

/** What each ORDERS comes to: its orders by number, the fault of one that is refused, or the error that CONTRL gives. */
const ORDERS: Readonly<Record<string, readonly string[] | string>> = {
  'smooks__resources_data_ORDERS_D.03B_Interchange.txt': ['BKOD99'],
  'staedi__orders-with-group.edi': ['XD_INTAKE_SET_REJECTED'],
}

test('every ORDERS of the corpus comes to the orders that stand in it', () => {
  const files = corpusFiles('edifact')?.filter(({ name }) => name.startsWith('ORDERS/'))
  if (!files) {
    console.warn(NOT_RUN)
    return
  }
  const found = Object.fromEntries(
    files.map(({ name, bytes }) => {
      const body = takenEdifact(bytes)?.answer.body ?? {}
      const documents = (body['documents'] ?? []) as { customerOrder?: string; code?: string }[]
      const numbers = documents.map(({ customerOrder, code }) => customerOrder ?? code)
      return [name.slice('ORDERS/'.length), documents.length > 0 ? numbers : `error ${body['note']}`]
    }),
  )
  expect(found).toEqual(ORDERS)
})
