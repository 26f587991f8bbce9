import type { X12Set } from '../../edi/x12/reading.ts'
import { added } from '../added.ts'
import type { Reading } from '../faults.ts'
import { POSSIBLE } from '../figures.ts'
import { segmentOfLine } from '../line-x12.ts'
import type { PartnerSyntax } from '../partner-syntax.ts'
import { placeParty } from '../party-x12.ts'
import {
  readFreight,
  readRoadParty,
  readRoadReference,
  writeFreight,
  writeRoadParty,
  writeRoadReferences,
} from '../road-x12.ts'
import {
  endReading,
  faultAt,
  figureAt,
  identifierAt,
  locateFindings,
  missingSegment,
  neededDate,
  neededIdentifier,
  type SetReading,
  startReading,
  textAt,
  timeAt,
} from '../set-reading.ts'
import { fitted, optionalSegment, type Segment, segment, x12Date } from '../set-writing.ts'
import { shipmentStatusFaults } from './checks.ts'
import { appointmentOf, milestoneCodes, milestoneOf } from './milestones.ts'
import type { LadingException, Milestone, ShipmentStatus, ShipmentStatusLine } from './schema.ts'

/** The parties with a member of their own. */
export const STATUS_ROLES = { SH: 'shipper', SF: 'shipFrom', ST: 'shipTo', CN: 'consignee', BT: 'billTo' } as const

interface Walk {
  readonly status: ShipmentStatus
  readonly lineSegments: number[]
  line: ShipmentStatusLine | undefined
  milestone: Milestone | undefined
  /** Below CD3, PRF, OID and SPO parts of the shipment are told of; they are not the shipment. */
  isPart: boolean
}

/** Reads a 214: the shipment status, or every fault with its segment and element. */
export function readShipmentStatusX12(set: X12Set, syntax: PartnerSyntax = {}): Reading<ShipmentStatus> {
  const reading = startReading(set, '214', syntax)
  const status: ShipmentStatus = { scac: '', lines: [] }
  const walk: Walk = { status, lineSegments: [], line: undefined, milestone: undefined, isPart: false }
  if (reading.segments.tag(1) === 'B10') readBeginning(reading, 1, status)
  else missingSegment(reading, 'B10')
  let at = 2
  while (at < reading.end) at = readSegment(reading, at, walk)
  locateFindings(reading, shipmentStatusFaults(status), segmentOfLine(walk.lineSegments))
  return endReading(reading, status)
}

function readBeginning(reading: SetReading, at: number, status: ShipmentStatus): void {
  const pro = identifierAt(reading, at, 1)
  if (pro !== undefined) status.pro = pro
  const shipment = identifierAt(reading, at, 2)
  if (shipment !== undefined) status.shipment = shipment
  status.scac = neededIdentifier(reading, at, 3, 'The carrier')
}

function readSegment(reading: SetReading, at: number, walk: Walk): number {
  const { status, line } = walk
  const tag = reading.segments.tag(at)
  if (tag === 'LX') readLine(reading, at, walk)
  else if (line === undefined) return readHead(reading, at, tag, status)
  else if (tag === 'CD3' || tag === 'PRF' || tag === 'OID' || tag === 'SPO') walk.isPart = true
  else if (!walk.isPart) readDetail(reading, at, tag, line, walk)
  return at + 1
}

function readHead(reading: SetReading, at: number, tag: string, status: ShipmentStatus): number {
  if (tag === 'L11') status.references = added(status.references, readRoadReference(reading, at))
  if (tag !== 'N1') return at + 1
  const { role, party, next } = readRoadParty(reading, at)
  placeParty(status, STATUS_ROLES, role, party)
  return next
}

function readLine(reading: SetReading, at: number, walk: Walk): void {
  walk.line = { line: neededIdentifier(reading, at, 1, 'The number of the line'), milestones: [] }
  walk.milestone = undefined
  walk.isPart = false
  walk.status.lines.push(walk.line)
  walk.lineSegments.push(at)
}

function readDetail(reading: SetReading, at: number, tag: string, line: ShipmentStatusLine, walk: Walk): void {
  if (tag === 'AT7') {
    walk.milestone = readMilestone(reading, at)
    line.milestones.push(walk.milestone)
  } else if (tag === 'MS1' && walk.milestone) readWhere(reading, at, walk.milestone)
  else if (tag === 'MS2' && walk.milestone) readVehicle(reading, at, walk.milestone)
  else if (tag === 'L11') readLineReference(reading, at, line)
  else if (tag === 'Q7') line.exceptions = added(line.exceptions, readException(reading, at))
  else if (tag === 'AT8') line.freight = line.freight ?? readFreight(reading, at)
}

/** Carriers send L11 with a qualifier and nothing else. */
function readLineReference(reading: SetReading, at: number, line: ShipmentStatusLine): void {
  if (reading.segments.at(at, 1) === '' && reading.segments.at(at, 3) === '') return
  line.references = added(line.references, readRoadReference(reading, at))
}

function readMilestone(reading: SetReading, at: number): Milestone {
  const milestone: Milestone = { ...readMeaning(reading, at), date: neededDate(reading, at, 5, 'The day it happened') }
  const reason = identifierAt(reading, at, 2) ?? identifierAt(reading, at, 4)
  if (reason !== undefined) milestone.reason = reason
  const time = timeAt(reading, at, 6)
  if (time !== undefined) milestone.time = time
  const zone = identifierAt(reading, at, 7)
  if (zone !== undefined) milestone.zone = zone
  return milestone
}

function readMeaning(reading: SetReading, at: number): Pick<Milestone, 'milestone' | 'code'> {
  const status = identifierAt(reading, at, 1)
  if (status !== undefined) return milestoneOf(status, reading.syntax)
  const code = neededIdentifier(reading, at, 3, 'A status or an appointment')
  const appointment = appointmentOf(code)
  if (appointment === undefined && code !== '') faultAt(reading, 'CODE_UNKNOWN', at, 3, [code, 'kind of appointment'])
  return appointment ?? { milestone: 'other' }
}

function readWhere(reading: SetReading, at: number, milestone: Milestone): void {
  const where: Milestone['where'] = {}
  const city = textAt(reading, at, 1)
  if (city !== undefined) where.city = city
  const region = textAt(reading, at, 2)
  if (region !== undefined) where.region = region
  const country = identifierAt(reading, at, 3)
  if (country !== undefined) where.country = country
  const postalCode = textAt(reading, at, 8)
  if (postalCode !== undefined) where.postalCode = postalCode
  if (Object.keys(where).length > 0) milestone.where = where
}

function readVehicle(reading: SetReading, at: number, milestone: Milestone): void {
  const scac = identifierAt(reading, at, 1)
  if (scac !== undefined) milestone.scac = scac
  const trailer = identifierAt(reading, at, 2)
  if (trailer !== undefined) milestone.trailer = trailer
}

function readException(reading: SetReading, at: number): LadingException {
  const exception: LadingException = { code: neededIdentifier(reading, at, 1, 'What is wrong with the goods') }
  const packaging = identifierAt(reading, at, 2)
  if (packaging !== undefined) exception.packaging = packaging
  const quantity = figureAt(reading, at, 3, POSSIBLE)
  if (quantity !== undefined) exception.quantity = quantity
  return exception
}

/** Writes a shipment status as the body of a 214. */
export function writeShipmentStatusX12(status: ShipmentStatus, syntax: PartnerSyntax = {}): Segment[] {
  const { pro, shipment, scac, references, parties = [], lines } = status
  return fitted(
    [
      segment('B10', pro, shipment, scac),
      ...writeRoadReferences(references),
      ...Object.entries(STATUS_ROLES).flatMap(([role, member]) =>
        writeRoadParty(role, status[member], 'contacts first'),
      ),
      ...parties.flatMap(({ role, ...party }) => writeRoadParty(role, party, 'contacts first')),
      ...lines.flatMap((line) => writeLine(line, syntax)),
    ],
    syntax,
  )
}

function writeLine(line: ShipmentStatusLine, syntax: PartnerSyntax): Segment[] {
  return [
    segment('LX', line.line),
    ...line.milestones.flatMap((milestone) => writeMilestone(milestone, syntax)),
    ...writeRoadReferences(line.references),
    ...(line.exceptions ?? []).map(({ code, packaging, quantity }) => segment('Q7', code, packaging, quantity)),
    ...writeFreight(line.freight),
  ]
}

function writeMilestone(milestone: Milestone, syntax: PartnerSyntax): Segment[] {
  const { reason, date, time, zone, where, scac, trailer } = milestone
  const [status, appointment] = milestoneCodes(milestone, syntax)
  const reasons = appointment === undefined ? [reason, undefined, undefined] : [undefined, appointment, reason]
  const zip = where?.postalCode === undefined ? [] : [undefined, undefined, undefined, undefined, where.postalCode]
  return [
    segment('AT7', status, ...reasons, x12Date(date), x12Date(time), zone),
    ...optionalSegment('MS1', where?.city, where?.region, where?.country, ...zip),
    ...optionalSegment('MS2', scac, trailer),
  ]
}
