import type { X12Set } from '../../edi/x12/reading.ts'
import { added } from '../added.ts'
import type { Reading } from '../faults.ts'
import type { PartnerSyntax } from '../partner-syntax.ts'
import { placeParty } from '../party-x12.ts'
import { codeFor, PURPOSES, wordFor } from '../purposes.ts'
import {
  readLoadTotals,
  readRoadParty,
  readRoadReference,
  writeLoadTotals,
  writeRoadParty,
  writeRoadReferences,
} from '../road-x12.ts'
import {
  endReading,
  faultAt,
  identifierAt,
  lastOfHead,
  locateFindings,
  missingSegment,
  neededIdentifier,
  type SetReading,
  startReading,
  textAt,
} from '../set-reading.ts'
import { fitted, type Segment, segment } from '../set-writing.ts'
import { loadTenderFaults } from './checks.ts'
import type { LoadTender, Stop } from './schema.ts'
import { momentAt, readStop, readStopSegment, writeMoment, writeStop } from './stop-x12.ts'

const ROLES = { BT: 'billTo' } as const
const RESPOND_BY = '64'

interface Walk {
  readonly tender: LoadTender
  readonly stopSegments: number[]
  stop: Stop | undefined
}

const BEGINNING: ReadonlySet<string> = new Set(['B2'])

/** Reads a 204: the load tender, or every fault with its segment and element. */
export function readLoadTenderX12(set: X12Set, syntax: PartnerSyntax = {}): Reading<LoadTender> {
  const reading = startReading(set, '204', syntax)
  const walk: Walk = { tender: { shipment: '', payment: '', stops: [] }, stopSegments: [], stop: undefined }
  if (reading.segments.tag(1) === 'B2') readBeginning(reading, 1, walk.tender)
  else missingSegment(reading, 'B2')
  if (reading.segments.tag(2) === 'B2A') readPurpose(reading, 2, walk.tender)
  else missingSegment(reading, 'B2A', lastOfHead(reading, BEGINNING))
  let at = 2
  while (at < reading.end) at = readSegment(reading, at, walk)
  locateFindings(reading, loadTenderFaults(walk.tender), (pointer) => {
    const stop = /^\/stops\/(\d+)/.exec(pointer)
    return walk.stopSegments[stop ? Number(stop[1]) : -1] ?? 1
  })
  return endReading(reading, walk.tender)
}

function readBeginning(reading: SetReading, at: number, tender: LoadTender): void {
  const scac = identifierAt(reading, at, 2)
  if (scac !== undefined) tender.scac = scac
  tender.shipment = neededIdentifier(reading, at, 4, 'The number of the load')
  tender.payment = neededIdentifier(reading, at, 6, 'Who pays the freight')
}

function readPurpose(reading: SetReading, at: number, tender: LoadTender): void {
  const code = neededIdentifier(reading, at, 1, 'The purpose of the tender')
  const word = wordFor(PURPOSES, code)
  if (word === undefined && code !== '') faultAt(reading, 'CODE_UNKNOWN', at, 1, [code, 'purpose of a load tender'])
  if (word !== undefined && word !== 'original') tender.purpose = word
  const type = identifierAt(reading, at, 2)
  if (type !== undefined) tender.type = type
}

function readSegment(reading: SetReading, at: number, walk: Walk): number {
  const { tender, stop } = walk
  const tag = reading.segments.tag(at)
  if (tag === 'S5') {
    walk.stop = readStop(reading, at)
    tender.stops.push(walk.stop)
    walk.stopSegments.push(at)
  } else if (tag === 'L3') tender.totals = readLoadTotals(reading, at, reading.syntax.currency ?? 'USD')
  else if (stop !== undefined) return readStopSegment(reading, at, tag, stop)
  else return readHead(reading, at, tag, tender)
  return at + 1
}

function readHead(reading: SetReading, at: number, tag: string, tender: LoadTender): number {
  if (tag === 'N1') {
    const { role, party, next } = readRoadParty(reading, at)
    placeParty(tender, ROLES, role, party)
    return next
  }
  if (tag === 'L11') tender.references = added(tender.references, readRoadReference(reading, at))
  else if (tag === 'G62' && reading.segments.at(at, 1) === RESPOND_BY) tender.respondBy = momentAt(reading, at)
  else if (tag === 'NTE') readNote(reading, at, tender)
  else if (tag === 'N7') readTrailer(reading, at, tender)
  return at + 1
}

function readNote(reading: SetReading, at: number, tender: LoadTender): void {
  const note = textAt(reading, at, 2)
  if (note !== undefined) tender.notes = added(tender.notes, note)
}

function readTrailer(reading: SetReading, at: number, tender: LoadTender): void {
  const initial = identifierAt(reading, at, 1)
  const number = neededIdentifier(reading, at, 2, 'The number of the trailer')
  tender.trailers = added(tender.trailers, initial === undefined ? { number } : { initial, number })
}

/** Writes a load tender as the body of a 204. */
export function writeLoadTenderX12(tender: LoadTender, syntax: PartnerSyntax = {}): Segment[] {
  const { shipment, scac, payment, purpose = 'original', type, respondBy, references, notes = [] } = tender
  const { billTo, parties = [], trailers = [], stops, totals } = tender
  return fitted(
    [
      segment('B2', undefined, scac, undefined, shipment, undefined, payment),
      segment('B2A', codeFor(PURPOSES, purpose), type),
      ...writeRoadReferences(references),
      ...(respondBy ? [writeMoment(RESPOND_BY, '1', respondBy)] : []),
      ...notes.map((note) => segment('NTE', undefined, note)),
      ...writeRoadParty('BT', billTo, 'references first'),
      ...parties.flatMap(({ role, ...party }) => writeRoadParty(role, party, 'references first')),
      ...trailers.map(({ initial, number }) => segment('N7', initial, number)),
      ...stops.flatMap((stop) => writeStop(stop, syntax)),
      ...writeLoadTotals(totals),
    ],
    syntax,
  )
}
