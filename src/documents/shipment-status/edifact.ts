import type { EdifactMessage } from '../../edi/edifact/reading.ts'
import { added } from '../added.ts'
import { readMoment, writeMoment } from '../date-edifact.ts'
import { agencyOf } from '../edifact-codes.ts'
import type { Reading } from '../faults.ts'
import { POSSIBLE } from '../figures.ts'
import { schemaFaults } from '../json-form.ts'
import { segmentOfLine } from '../line-x12.ts'
import { type MessageFrame, readMessageHead, walkMessage } from '../message-frame.ts'
import { endMessage, keepReference, readReferenceGroup } from '../message-parts.ts'
import {
  figureIn,
  identifierIn,
  type MessageReading,
  neededIdentifierIn,
  sideUnitIn,
  startMessage,
  textIn,
} from '../message-reading.ts'
import { fittedMessage, type MessageSegment, messageSegment, messageUnit } from '../message-writing.ts'
import type { MilestoneWord, PartnerSyntax } from '../partner-syntax.ts'
import { readMessageReference, writeMessageParties, writeMessageReferences } from '../party-edifact.ts'
import { wordFor } from '../purposes.ts'
import type { Freight } from '../road-x12.ts'
import { faultAt } from '../set-reading.ts'
import { errors } from '../set-writing.ts'
import type { Party } from '../shapes.ts'
import { readMessageEquipment, writeMessageCarriage } from '../transport-edifact.ts'
import { shipmentStatusFaults } from './checks.ts'
import { type Milestone, type ShipmentStatus, type ShipmentStatusLine, shipmentStatusSchema } from './schema.ts'
import { STATUS_ROLES } from './x12.ts'

const STATUS_REPORT = '77'
const TRANSPORT = '1'
const LOADING = '9'
const DELIVERY = '7'
const ELSEWHERE = '175'
/** DTM (2005): when the status changed. */
const CHANGED = '334'

/**
 * What STS means (4405, after UN/CEFACT Recommendation 24): most codes by themselves, those of coming and going by the place
 * in LOC. Of several with one meaning the first is written.
 */
const STATUSES: readonly (readonly [code: string, milestone: MilestoneWord, place?: string])[] = [
  ['72', 'acknowledged'],
  ['6', 'acknowledged'],
  ['1', 'arrived_at_pickup', LOADING],
  ['1', 'arrived_at_delivery', DELIVERY],
  ['1', 'arrived_at_terminal'],
  ['13', 'departed_pickup'],
  ['24', 'departed_pickup', LOADING],
  ['24', 'departed_delivery', DELIVERY],
  ['24', 'departed_terminal'],
  ['31', 'in_transit'],
  ['21', 'delivered'],
  ['22', 'delivered'],
  ['23', 'delivery_attempted'],
  ['56', 'delivery_attempted'],
  ['77', 'refused'],
  ['82', 'returned'],
  ['80', 'returned'],
  ['49', 'lost'],
  ['20', 'delayed'],
  ['25', 'delayed'],
  ['101', 'delayed'],
  ['7', 'cancelled'],
]

/** The first meaning of a code with its place, otherwise by itself. */
function meaningOf(code: string, place: string): MilestoneWord | undefined {
  let alone: MilestoneWord | undefined
  for (const [one, milestone, where] of STATUSES) {
    if (one !== code) continue
    if (where === place) return milestone
    if (where === undefined) alone ??= milestone
  }
  return alone
}

/** Behind the parties of IFTSTA a reference is the shipment's. */
const CONTACTS: ReadonlySet<string> = new Set(['CTA', 'COM'])
const FRAME: MessageFrame<(typeof STATUS_ROLES)[keyof typeof STATUS_ROLES]> = {
  roles: STATUS_ROLES,
  reachedBy: 'shipper',
  partyDetail: CONTACTS,
  leavesOut: new Set(['FTX', 'DTM', 'TOD', 'CUX', 'PAT', 'ALC', 'TDT']),
}
const CARRIER = 'CA'
const fits = schemaFaults(shipmentStatusSchema)

interface Walk {
  readonly status: ShipmentStatus
  readonly lineSegments: number[]
  line: ShipmentStatusLine | undefined
  milestone: Milestone | undefined
  milestoneAt: number
  /** The code of the status, and whether the first LOC has said which place it was. */
  code: string
  isPlaced: boolean
}

/**
 * Reads IFTSTA: the shipment status, or every fault with its place. It tells of one shipment: a consignment (CNI) under
 * another number than the head's is one of its parts, and keeps the number as a reference.
 */
export function readShipmentStatusEdifact(
  message: EdifactMessage,
  syntax: PartnerSyntax = {},
): Reading<ShipmentStatus> {
  const reading = startMessage(message, 'IFTSTA', syntax)
  const status: ShipmentStatus = { scac: '', lines: [] }
  const walk: Walk = {
    status,
    lineSegments: [],
    line: undefined,
    milestone: undefined,
    milestoneAt: 0,
    code: '',
    isPlaced: false,
  }
  walkMessage(
    reading,
    () => {},
    (at, tag) => readSegment(reading, at, tag, walk),
  )
  closeMilestone(reading, walk)
  if (status.scac === '') faultAt(reading, 'MISSING', 1, undefined, ['The carrier (NAD+CA)'])
  return endMessage(reading, status, fits, shipmentStatusFaults, segmentOfLine(walk.lineSegments))
}

function readSegment(reading: MessageReading, at: number, tag: string, walk: Walk): number {
  if (tag === 'CNI') openLine(reading, at, walk)
  else if (tag === 'STS') openMilestone(reading, at, walk)
  else if (walk.milestone && walk.line) return readOfMilestone(reading, at, tag, walk, walk.line, walk.milestone)
  else if (walk.line) {
    if (tag === 'CNT') readMeasured(reading, at, walk.line)
  } else return readOfHeader(reading, at, tag, walk)
  return at + 1
}

function readOfHeader(reading: MessageReading, at: number, tag: string, { status }: Walk): number {
  if (tag === 'NAD' && reading.segments.component(at, 1, 1) === CARRIER) {
    status.scac = neededIdentifierIn(reading, at, 2, 1, 'The carrier')
    return at + 1
  }
  if (tag !== 'RFF') return readMessageHead(reading, at, tag, status, FRAME) || at + 1
  const group = readReferenceGroup(reading, at)
  const { code, value, next } = group
  if (code === 'CN' && status.pro === undefined && value !== undefined) status.pro = value
  else if ((code === 'SRN' || code === 'CU') && status.shipment === undefined && value !== undefined)
    status.shipment = value
  else keepReference(status, group)
  return next
}

function openLine(reading: MessageReading, at: number, walk: Walk): void {
  closeMilestone(reading, walk)
  const { status } = walk
  const number = identifierIn(reading, at, 1, 1) ?? String(status.lines.length + 1)
  const line: ShipmentStatusLine = { line: number, milestones: [] }
  const consignment = identifierIn(reading, at, 2, 1)
  if (status.pro === undefined && status.shipment === undefined && consignment !== undefined) status.pro = consignment
  else if (consignment !== undefined && consignment !== status.pro && consignment !== status.shipment)
    line.references = [{ qualifier: 'CN', value: consignment }]
  status.lines.push(line)
  walk.lineSegments.push(at)
  walk.line = line
}

function openMilestone(reading: MessageReading, at: number, walk: Walk): void {
  closeMilestone(reading, walk)
  const { line } = walk
  if (line === undefined) return
  walk.code = neededIdentifierIn(reading, at, 2, 1, 'A status')
  const milestone: Milestone = { milestone: 'other', date: '' }
  const reason = identifierIn(reading, at, 3, 1)
  if (reason !== undefined && reason.length <= 2) milestone.reason = reason
  line.milestones.push(milestone)
  walk.milestone = milestone
  walk.milestoneAt = at
  walk.isPlaced = false
  nameMilestone(reading.syntax, walk, milestone, '')
}

/** The word for a status, by its code and, once it is known, its place; a code that no word has stays with it. */
function nameMilestone(syntax: PartnerSyntax, { code }: Walk, milestone: Milestone, place: string): void {
  const known = meaningOf(code, place)
  const own = syntax.milestones === undefined ? undefined : wordFor(syntax.milestones, code)
  milestone.milestone = own ?? known ?? 'other'
  if (milestone.code !== undefined) delete milestone.code
  if (own !== undefined || (known === undefined && code !== '')) milestone.code = code
}

/** A status that says nothing about when. */
function closeMilestone(reading: MessageReading, walk: Walk): void {
  const { milestone } = walk
  walk.milestone = undefined
  if (milestone?.date === '') faultAt(reading, 'MISSING', walk.milestoneAt, undefined, ['The day it happened (DTM)'])
}

function readOfMilestone(
  reading: MessageReading,
  at: number,
  tag: string,
  walk: Walk,
  line: ShipmentStatusLine,
  milestone: Milestone,
): number {
  switch (tag) {
    case 'DTM': {
      const { date, time } = readMoment(reading, at)
      if (milestone.date !== '' || date === undefined) return at + 1
      milestone.date = date
      if (time !== undefined) milestone.time = time
      return at + 1
    }
    case 'LOC':
      readWhere(reading, at, walk, milestone)
      return at + 1
    case 'RFF': {
      const reference = readMessageReference(reading, at)
      if (reference) line.references = added(line.references, reference)
      return at + 1
    }
    case 'TDT': {
      const carrier = identifierIn(reading, at, 5, 1)
      if (carrier !== undefined) milestone.scac ??= carrier
      if (carrier !== undefined && walk.status.scac === '') walk.status.scac = carrier
      return at + 1
    }
    case 'EQD': {
      const { initial = '', number } = readMessageEquipment(reading, at)
      if (number !== undefined) milestone.trailer ??= `${initial}${number}`
      return at + 1
    }
    case 'CNT':
      readMeasured(reading, at, line)
      return at + 1
    default:
      return at + 1
  }
}

/** LOC: which place it was, for those who come and go, and where it is. */
function readWhere(reading: MessageReading, at: number, walk: Walk, milestone: Milestone): void {
  if (walk.isPlaced) return
  walk.isPlaced = true
  nameMilestone(reading.syntax, walk, milestone, reading.segments.component(at, 1, 1))
  const where: NonNullable<Milestone['where']> = {}
  const city = textIn(reading, at, 2, 4) ?? textIn(reading, at, 2, 1)
  if (city !== undefined) where.city = city
  const region = textIn(reading, at, 3, 1)
  if (region !== undefined && region.length <= 2) where.region = region
  const country = identifierIn(reading, at, 4, 1)
  if (country !== undefined) where.country = country
  if (Object.keys(where).length > 0) milestone.where = where
}

/** CNT: what is on the way in all. */
const MEASURED: Readonly<Record<string, 'weight' | 'pieces' | 'volume'>> = {
  '7': 'weight',
  '11': 'pieces',
  '15': 'volume',
}

function readMeasured(reading: MessageReading, at: number, line: ShipmentStatusLine): void {
  const member = wordFor(MEASURED, reading.segments.component(at, 1, 1))
  const value = member && figureIn(reading, at, 1, 2, POSSIBLE)
  if (member === undefined || value === undefined) return
  const freight: Freight = line.freight ?? {}
  freight[member] = value
  const uom = member === 'pieces' ? undefined : sideUnitIn(reading, at, 1, 3)
  if (uom !== undefined) freight[member === 'weight' ? 'weightUom' : 'volumeUom'] = uom
  line.freight = freight
}

/** Writes a shipment status as the body of IFTSTA. Pallets, lading exceptions and time zones have no place in it. */
export function writeShipmentStatusEdifact(status: ShipmentStatus, syntax: PartnerSyntax = {}): MessageSegment[] {
  const { pro, shipment, scac, references, lines } = status
  return fittedMessage(
    [
      messageSegment('BGM', STATUS_REPORT, pro ?? shipment, '9'),
      messageSegment('NAD', CARRIER, [scac, ...agencyOf('2')]),
      ...writeMessageParties(bare(status), STATUS_ROLES),
      ...(pro === undefined ? [] : [messageSegment('RFF', ['CN', pro])]),
      ...(shipment === undefined ? [] : [messageSegment('RFF', ['SRN', shipment])]),
      ...writeMessageReferences(references),
      ...lines.flatMap((line, at) => writeLine(line, String(at + 1), pro ?? shipment, syntax)),
    ],
    syntax,
  )
}

/** The parties without what has no place below them. */
function bare(status: ShipmentStatus): ShipmentStatus {
  const without = <P extends Party>({ references: _, ...party }: P) => party
  const parties = status.parties && { parties: status.parties.map(without) }
  const named = Object.values(STATUS_ROLES).flatMap((member) => {
    const party = status[member]
    return party ? [[member, without(party)]] : []
  })
  return { ...status, ...Object.fromEntries(named), ...parties }
}

const NUMBER = /^\d{1,4}$/

function writeLine(
  { line, milestones, references, freight }: ShipmentStatusLine,
  place: string,
  number: string | undefined,
  syntax: PartnerSyntax,
): MessageSegment[] {
  return [
    messageSegment('CNI', NUMBER.test(line) ? line : place, number),
    ...writeMeasured(freight, syntax),
    ...milestones.flatMap((milestone, at) =>
      writeMilestone(milestone, at === 0 ? writeMessageReferences(references) : [], syntax),
    ),
  ]
}

function writeMeasured(freight: Freight | undefined, syntax: PartnerSyntax): MessageSegment[] {
  const { weight, weightUom, pieces, volume, volumeUom } = freight ?? {}
  return [
    ...(weight === undefined ? [] : [messageSegment('CNT', ['7', weight, messageUnit(weightUom, syntax)])]),
    ...(pieces === undefined ? [] : [messageSegment('CNT', ['11', pieces])]),
    ...(volume === undefined ? [] : [messageSegment('CNT', ['15', volume, messageUnit(volumeUom, syntax)])]),
  ]
}

function writeMilestone(
  milestone: Milestone,
  references: readonly MessageSegment[],
  syntax: PartnerSyntax,
): MessageSegment[] {
  const { reason, date, time, where, scac, trailer } = milestone
  const [code, place] = statusOf(milestone, syntax)
  const named = where && [undefined, undefined, undefined, where.city]
  return [
    messageSegment('STS', TRANSPORT, code, reason),
    ...references,
    ...writeMoment(CHANGED, time === undefined ? { date } : { date, time }),
    ...(place === undefined && where === undefined
      ? []
      : [messageSegment('LOC', place ?? ELSEWHERE, named, where?.region, where?.country)]),
    ...writeMessageCarriage(scac === undefined ? undefined : { scac }),
    ...(trailer === undefined ? [] : [messageSegment('EQD', 'TE', trailer)]),
  ]
}

/** The code of STS and the place it needs. Throws when there is none, or when the milestone's own code means another one. */
function statusOf({ milestone, code }: Milestone, syntax: PartnerSyntax): readonly [string, string | undefined] {
  const own = Object.entries(syntax.milestones ?? {}).find(([one, word]) => word === milestone && (code ?? one) === one)
  if (own) return [own[0], undefined]
  const usual = STATUSES.find(([, word]) => word === milestone)
  if (usual) return [usual[0], usual[2]]
  const isFree = milestone === 'other' && code !== undefined && STATUSES.every(([one]) => one !== code)
  if (isFree) return [code, undefined]
  throw errors.DOES_NOT_FIT(`STS: the milestone ${milestone}${code ? ` under the code ${code}` : ''} (see milestones)`)
}
