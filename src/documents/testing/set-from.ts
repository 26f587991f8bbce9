import { readX12 } from '../../edi/x12/read.ts'
import type { X12Set } from '../../edi/x12/reading.ts'
import { writeInterchange } from '../../edi/x12/write.ts'
import type { Segment } from '../set-writing.ts'

/** A whole interchange around the body of one set, as text. Tests alone use it; the product has the edi room's writer. */
export function interchangeAround(
  id: string,
  functionalId: string,
  body: readonly Segment[],
  version = '004010',
): string {
  const rows = [
    ['ISA', '00', ' '.repeat(10), '00', ' '.repeat(10), 'ZZ', 'SENDER'.padEnd(15), 'ZZ', 'RECEIVER'.padEnd(15)].concat([
      '260102',
      '0304',
      'U',
      '00401',
      '000000001',
      '0',
      'T',
      '>',
    ]),
    ['GS', functionalId, 'SENDER', 'RECEIVER', '20260102', '0304', '1', 'X', version],
    ['ST', id, '0001'],
    ...body,
    ['SE', String(body.length + 2), '0001'],
    ['GE', '1', '1'],
    ['IEA', '1', '000000001'],
  ]
  return rows.map((row) => `${row.join('*')}~`).join('\n')
}

/** The sets of a file. */
export function setsIn(bytes: Uint8Array | string): X12Set[] {
  const file = readX12(typeof bytes === 'string' ? Buffer.from(bytes, 'utf8') : bytes)
  return file.interchanges.flatMap(({ groups }) => groups.flatMap(({ sets }) => sets))
}

/** One set around the body, read by the product's reader. */
export function setFrom(id: string, functionalId: string, body: readonly Segment[], version?: string): X12Set {
  const [set] = setsIn(interchangeAround(id, functionalId, body, version))
  if (set === undefined) throw new Error('the fixture holds no set')
  return set
}

/** One set around the body, written in this release as the product writes it, and read by its reader. */
export function setWritten(id: string, functionalId: string, body: readonly Segment[], release: string): X12Set {
  const addressed = { sender: 'SENDER', receiver: 'RECEIVER', date: '20260102', time: '0304', controlNumber: 1 }
  const sets = [{ id, controlNumber: 1, segments: body }]
  const [set] = setsIn(
    writeInterchange({
      ...addressed,
      senderQualifier: 'ZZ',
      receiverQualifier: 'ZZ',
      version: release.slice(0, 5),
      usage: 'T',
      groups: [{ ...addressed, functionalId, version: release, sets }],
    }),
  )
  if (set === undefined) throw new Error('the interchange holds no set')
  return set
}

/** Segments written as in a file, `PO1*1*2*EA~…`, for tests that change one of them. */
export function segmentsOf(text: string): Segment[] {
  return text
    .split('~')
    .map((row) => row.trim())
    .filter((row) => row !== '')
    .map((row) => row.split('*'))
}
