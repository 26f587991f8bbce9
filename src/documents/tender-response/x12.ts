import type { X12Set } from '../../edi/x12/reading.ts'
import { added } from '../added.ts'
import type { Reading } from '../faults.ts'
import type { PartnerSyntax } from '../partner-syntax.ts'
import { readReference, writeReference } from '../party-x12.ts'
import { codeFor, wordFor } from '../purposes.ts'
import {
  dateAt,
  endReading,
  faultAt,
  identifierAt,
  missingSegment,
  neededIdentifier,
  type SetReading,
  startReading,
  textAt,
} from '../set-reading.ts'
import { fitted, type Segment, segment, x12Date } from '../set-writing.ts'
import type { TenderResponse } from './schema.ts'

const RESPONSES = { A: 'accepted', D: 'declined' } as const

/** Reads a 990: the tender response, or every fault with its segment and element. */
export function readTenderResponseX12(set: X12Set, syntax: PartnerSyntax = {}): Reading<TenderResponse> {
  const reading = startReading(set, '990', syntax)
  const response: TenderResponse = { shipment: '', response: 'declined' }
  if (reading.segments.tag(1) === 'B1') readBeginning(reading, 1, response)
  else missingSegment(reading, 'B1')
  let isHead = true
  for (let at = 2; at < reading.end && isHead; at += 1) isHead = readSegment(reading, at, response)
  return endReading(reading, response)
}

function readBeginning(reading: SetReading, at: number, response: TenderResponse): void {
  const scac = identifierAt(reading, at, 1)
  if (scac !== undefined) response.scac = scac
  response.shipment = neededIdentifier(reading, at, 2, 'The number of the load')
  const date = dateAt(reading, at, 3)
  if (date !== undefined) response.date = date
  const code = neededIdentifier(reading, at, 4, 'Whether the load is accepted')
  const word = wordFor(RESPONSES, code)
  if (word !== undefined) response.response = word
  else if (code !== '') faultAt(reading, 'CODE_UNKNOWN', at, 4, [code, 'answer to a tender'])
}

/** What the carrier says of single stops, after S5, is not part of the answer. */
function readSegment(reading: SetReading, at: number, response: TenderResponse): boolean {
  switch (reading.segments.tag(at)) {
    case 'S5':
      return false
    case 'N9':
      response.reference = response.reference ?? readReference(reading, at)
      break
    case 'N7':
      readTrailer(reading, at, response)
      break
    case 'K1':
      readNotes(reading, at, response)
  }
  return true
}

function readTrailer(reading: SetReading, at: number, response: TenderResponse): void {
  const number = neededIdentifier(reading, at, 2, 'The number of the trailer')
  const initial = identifierAt(reading, at, 1)
  response.trailer = initial === undefined ? { number } : { initial, number }
}

function readNotes(reading: SetReading, at: number, response: TenderResponse): void {
  for (const element of [1, 2]) {
    const note = textAt(reading, at, element)
    if (note !== undefined) response.notes = added(response.notes, note)
  }
}

/** Writes a tender response as the body of a 990. */
export function writeTenderResponseX12(response: TenderResponse, syntax: PartnerSyntax = {}): Segment[] {
  const { shipment, scac, date, reference, trailer, notes = [] } = response
  return fitted(
    [
      segment('B1', scac, shipment, x12Date(date), codeFor(RESPONSES, response.response)),
      ...(reference ? [writeReference('N9', reference)] : []),
      ...(trailer ? [segment('N7', trailer.initial, trailer.number)] : []),
      ...inPairs(notes).map((pair) => segment('K1', ...pair)),
    ],
    syntax,
  )
}

function inPairs(notes: readonly string[]): string[][] {
  return Array.from({ length: Math.ceil(notes.length / 2) }, (_, at) => notes.slice(2 * at, 2 * at + 2))
}
