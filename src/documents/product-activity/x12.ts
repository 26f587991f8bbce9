import type { X12Set } from '../../edi/x12/reading.ts'
import { added } from '../added.ts'
import type { Reading } from '../faults.ts'
import { SIGNED } from '../figures.ts'
import { checkLineCount, readHead } from '../head-x12.ts'
import { itemIdPairs, readItemIds, readPack, writePack } from '../item-x12.ts'
import { segmentOfLine } from '../line-x12.ts'
import type { PartnerSyntax } from '../partner-syntax.ts'
import { placeParty, readParty, readReference, writeContact, writeParties, writeReference } from '../party-x12.ts'
import { readTypedPrice, writeTypedPrice } from '../price-x12.ts'
import { codeFor, wordFor } from '../purposes.ts'
import {
  dateAt,
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
  unitAt,
} from '../set-reading.ts'
import { fitted, type Segment, segment, unitText, x12Date } from '../set-writing.ts'
import { NAMED_ROLES, type Party } from '../shapes.ts'
import { readSplit, writeSplit } from '../split-x12.ts'
import { productActivityFaults } from './checks.ts'
import type { Activity, OrderRange, ProductActivity, ProductActivityLine } from './schema.ts'

const REPORTING = 'RL'
const ROLES = { [REPORTING]: 'location', ...NAMED_ROLES } as const

/** ZA01 in words. */
const ACTIVITIES: Readonly<Record<string, Activity['activity']>> = {
  QS: 'sold',
  QA: 'available',
  QB: 'beginning',
  QE: 'ending',
  QR: 'received',
  QP: 'onOrder',
  QI: 'inTransit',
  QC: 'committed',
  QH: 'held',
  QO: 'outOfStock',
  QT: 'adjusted',
  QU: 'returned',
  QZ: 'transferred',
  QW: 'withdrawn',
}

interface Walk {
  readonly report: ProductActivity
  readonly lineSegments: number[]
  line: ProductActivityLine | undefined
  activity: Activity | undefined
  /** Some name a location, then its items, then the next location: who the items to come are about. */
  location: Party | undefined
}

/** Reads an 852: the report, or every fault with its segment and element. */
export function readProductActivityX12(set: X12Set, syntax: PartnerSyntax = {}): Reading<ProductActivity> {
  const reading = startReading(set, '852', syntax)
  const report: ProductActivity = { handling: '', from: '', lines: [] }
  const walk: Walk = { report, lineSegments: [], line: undefined, activity: undefined, location: undefined }
  if (reading.segments.tag(1) === 'XQ') readBeginning(reading, 1, report)
  else missingSegment(reading, 'XQ')
  let at = 1
  while (at < reading.end) at = readSegment(reading, at, walk)
  closeActivity(reading, walk)
  closeLine(reading, walk)
  const findings = productActivityFaults(report)
  locateFindings(reading, findings, segmentOfLine(walk.lineSegments))
  return endReading(reading, report)
}

function readBeginning(reading: SetReading, at: number, report: ProductActivity): void {
  report.handling = neededIdentifier(reading, at, 1, 'What to do with the report')
  report.from = neededDate(reading, at, 2, 'The first day of the report')
  const until = dateAt(reading, at, 3)
  if (until !== undefined) report.until = until
}

function readSegment(reading: SetReading, at: number, walk: Walk): number {
  const { report, line } = walk
  const tag = reading.segments.tag(at)
  if (tag === 'LIN') openLine(reading, at, walk)
  else if (tag === 'N1') return readPartyLoop(reading, at, walk)
  else if (tag === 'CTT') checkLineCount(reading, at, report.lines.length)
  else if (line !== undefined) readOfLine(reading, at, tag, line, walk)
  else if (tag === 'XPO') report.orderNumbers = added(report.orderNumbers, readOrderRange(reading, at))
  else return readHead(reading, at, report, ROLES) ?? at + 1
  return at + 1
}

/** A location after the first items begins a part of its own; then those before were about the one in the head, too. */
function readPartyLoop(reading: SetReading, at: number, walk: Walk): number {
  const { report, line } = walk
  const { role, party, next } = readParty(reading, at, 'N9')
  if (line === undefined) {
    placeParty(report, ROLES, role, party)
    return next
  }
  closeActivity(reading, walk)
  if (walk.location === undefined && report.location?.id !== undefined) {
    const { location } = report
    for (const { activities } of report.lines) for (const activity of activities) placeActivity(activity, location)
    delete report.location
  }
  if (party.id === undefined) faultAt(reading, 'MISSING', at, 4, ['The id of the location'])
  walk.location = party
  return next
}

function placeActivity(activity: Activity, { id, idQualifier }: Party): void {
  if (id === undefined || activity.quantity === undefined || activity.locations !== undefined) return
  const qualifier = idQualifier === undefined || idQualifier === '92' ? {} : { locationQualifier: idQualifier }
  activity.locations = [{ location: id, ...qualifier, quantity: activity.quantity }]
}

function openLine(reading: SetReading, at: number, walk: Walk): void {
  closeActivity(reading, walk)
  closeLine(reading, walk)
  const line: ProductActivityLine = { activities: [] }
  const number = identifierAt(reading, at, 1)
  if (number !== undefined) line.line = number
  readItemIds(reading, at, 2, line)
  walk.report.lines.push(line)
  walk.lineSegments.push(at)
  walk.line = line
}

/** A line without ZA says nothing about what happened. */
function closeLine(reading: SetReading, { line, lineSegments }: Walk): void {
  if (line === undefined || line.activities.length > 0) return
  faultAt(reading, 'MISSING', lineSegments.at(-1) ?? 1, undefined, ['The activity (ZA)'])
}

function readOfLine(reading: SetReading, at: number, tag: string, line: ProductActivityLine, walk: Walk): void {
  if (tag === 'ZA') openActivity(reading, at, line, walk)
  else if (tag === 'SDQ') readLocations(reading, at, walk)
  else if (walk.activity !== undefined) return
  else if (tag === 'CTP') line.prices = added(line.prices, readTypedPrice(reading, at))
  else if (tag === 'PO4') line.pack ??= readPack(reading, at)
  else if (tag === 'N9') line.references = added(line.references, readReference(reading, at))
}

function openActivity(reading: SetReading, at: number, line: ProductActivityLine, walk: Walk): void {
  closeActivity(reading, walk)
  const code = neededIdentifier(reading, at, 1, 'The activity')
  const word = wordFor(ACTIVITIES, code)
  const activity: Activity = word ? { activity: word, uom: '' } : { activity: 'other', code, uom: '' }
  const quantity = figureAt(reading, at, 2, SIGNED)
  if (quantity !== undefined) activity.quantity = quantity
  activity.uom = unitAt(reading, at, 3) ?? ''
  const dateQualifier = identifierAt(reading, at, 4)
  if (dateQualifier !== undefined) activity.dateQualifier = dateQualifier
  const date = dateAt(reading, at, 5)
  if (date !== undefined) activity.date = date
  const referenceQualifier = identifierAt(reading, at, 6)
  if (referenceQualifier !== undefined) activity.referenceQualifier = referenceQualifier
  const reference = identifierAt(reading, at, 7)
  if (reference !== undefined) activity.reference = reference
  line.activities.push(activity)
  walk.activity = activity
}

/** The unit stands in ZA or in its SDQ; without one the quantity means nothing. */
function closeActivity(reading: SetReading, walk: Walk): void {
  const { activity, location } = walk
  if (activity === undefined) return
  if (activity.uom === '') faultAt(reading, 'MISSING', walk.lineSegments.at(-1) ?? 1, undefined, ['The unit of ZA'])
  if (location !== undefined) placeActivity(activity, location)
  walk.activity = undefined
}

function readLocations(reading: SetReading, at: number, { activity, line }: Walk): void {
  if (activity === undefined) return
  if (activity.uom === '') activity.uom = unitAt(reading, at, 1) ?? ''
  const split = { line: line?.line ?? '', uom: activity.uom, destinations: activity.locations }
  readSplit(reading, at, split, SIGNED)
  if (split.destinations) activity.locations = split.destinations
}

function readOrderRange(reading: SetReading, at: number): OrderRange {
  const range: OrderRange = { first: neededIdentifier(reading, at, 1, 'The first order number') }
  const last = identifierAt(reading, at, 2)
  if (last !== undefined) range.last = last
  const locationQualifier = identifierAt(reading, at, 3)
  if (locationQualifier !== undefined) range.locationQualifier = locationQualifier
  const location = identifierAt(reading, at, 4)
  if (location !== undefined) range.location = location
  return range
}

/** Writes a product activity report as the body of an 852. */
export function writeProductActivityX12(report: ProductActivity, syntax: PartnerSyntax = {}): Segment[] {
  const { handling, from, until, orderNumbers = [], references = [] } = report
  return fitted(
    [
      segment('XQ', handling, x12Date(from), x12Date(until)),
      ...orderNumbers.map(({ first, last, locationQualifier, location }) =>
        segment('XPO', first, last, locationQualifier, location),
      ),
      ...references.map((reference) => writeReference('N9', reference)),
      ...(report.contacts ?? []).map(writeContact),
      ...writeParties(report, ROLES, 'N9 first'),
      ...report.lines.flatMap((line) => writeLine(line, syntax)),
      segment('CTT', String(report.lines.length)),
    ],
    syntax,
  )
}

function writeLine(line: ProductActivityLine, syntax: PartnerSyntax): Segment[] {
  return [
    segment('LIN', line.line, ...itemIdPairs(line, syntax)),
    ...(line.prices ?? []).map((price) => writeTypedPrice(price, syntax)),
    ...writePack(line.pack, syntax),
    ...(line.references ?? []).map((reference) => writeReference('N9', reference)),
    ...line.activities.flatMap((activity) => writeActivity(activity, syntax)),
  ]
}

function writeActivity(activity: Activity, syntax: PartnerSyntax): Segment[] {
  const { quantity, dateQualifier, date, referenceQualifier, reference, locations } = activity
  const code = activity.activity === 'other' ? activity.code : codeFor(ACTIVITIES, activity.activity)
  const uom = unitText(activity.uom, syntax)
  const counted = quantity === undefined ? [undefined, undefined] : [quantity, uom] // else the unit stands in SDQ
  const rest = [dateQualifier, x12Date(date), referenceQualifier, reference]
  return [segment('ZA', code, ...counted, ...rest), ...(locations ? writeSplit(locations, uom) : [])]
}
