import { decimal } from '../../base/decimal.ts'
import type { X12Set } from '../../edi/x12/reading.ts'
import { added } from '../added.ts'
import { readCharge, readFreightTerms, readTerms, writeCharge, writeFreightTerms, writeTerms } from '../charge-x12.ts'
import type { Reading } from '../faults.ts'
import { COUNTED, SIGNED } from '../figures.ts'
import { basisOf, itemIdPairs, readItemIds, readPack, readPrice, writePack } from '../item-x12.ts'
import { lineIn, readDescription, readItemLine, writeDescription } from '../line-x12.ts'
import type { PartnerSyntax } from '../partner-syntax.ts'
import {
  isNoteHeading,
  placeParty,
  readContacts,
  readParty,
  readReference,
  writeContact,
  writeNotes,
  writeParties,
  writeReference,
  writeRoleParties,
} from '../party-x12.ts'
import { wordFor } from '../purposes.ts'
import {
  currencyAt,
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
  unitAt,
} from '../set-reading.ts'
import { fitted, type Segment, segment, unitText, x12Date } from '../set-writing.ts'
import { NAMED_ROLES } from '../shapes.ts'
import { readDate, writeDates } from '../ship-window.ts'
import { readSplit, writeSplit } from '../split-x12.ts'
import { readCarriage, writeCarriage } from '../transport-x12.ts'
import { purchaseOrderFaults } from './checks.ts'
import type { Component, PurchaseOrder, PurchaseOrderLine } from './schema.ts'

/** BEG01 in words. */
const PURPOSES = {
  '00': 'original',
  '01': 'cancel',
  '04': 'change',
  '05': 'replace',
  '06': 'confirm',
  '07': 'duplicate',
} as const

/** An order while its segments pass by: the line they belong to, and where each line began. */
interface Walk {
  readonly order: PurchaseOrder
  readonly lineSegments: number[]
  line: PurchaseOrderLine | undefined
  counted: string | undefined
  countSegment: number
  totalSegment: number
}

/**
 * Reads an 850: the order with what was noticed on the way, or every fault with its segment and element.
 * Segments without a meaning for us are passed over; the syntax check reports those that do not belong.
 */
export function readPurchaseOrderX12(set: X12Set, syntax: PartnerSyntax = {}): Reading<PurchaseOrder> {
  const reading = startReading(set, '850', syntax)
  const walk = startWalk(reading)
  let at = 1
  while (at < reading.end) at = readSegment(reading, at, walk)
  checkCount(reading, walk)
  const { totalTolerance } = syntax
  const tolerance = totalTolerance === undefined ? undefined : decimal(totalTolerance)
  const findings = purchaseOrderFaults(walk.order, tolerance)
  if (findings.length > 0) locateFindings(reading, findings, (pointer) => segmentOf(pointer, walk))
  return endReading(reading, walk.order)
}

function startWalk(reading: SetReading): Walk {
  const currency = reading.syntax.currency ?? 'USD'
  const order: PurchaseOrder = { number: '', date: '', currency, lines: [] }
  const walk = { order, lineSegments: [], line: undefined, counted: undefined, countSegment: 0, totalSegment: 0 }
  if (reading.segments.tag(1) === 'BEG') readBeginning(reading, 1, order)
  else missingSegment(reading, 'BEG')
  return walk
}

function readBeginning(reading: SetReading, at: number, order: PurchaseOrder): void {
  const code = neededIdentifier(reading, at, 1, 'The purpose of the order')
  const purpose = wordFor(PURPOSES, code)
  if (purpose === undefined && code !== '') faultAt(reading, 'CODE_UNKNOWN', at, 1, [code, 'purpose of an order'])
  if (purpose !== 'original') order.purpose = purpose
  const type = identifierAt(reading, at, 2)
  if (type !== undefined) order.type = type
  order.number = neededIdentifier(reading, at, 3, 'The order number')
  const release = identifierAt(reading, at, 4)
  if (release !== undefined) order.release = release
  order.date = neededDate(reading, at, 5, 'The order date')
  const contract = identifierAt(reading, at, 6)
  if (contract !== undefined) order.contract = contract
}

/** What both an order and its lines have. */
type Owner = Pick<PurchaseOrderLine, 'references' | 'charges' | 'notes' | 'parties' | 'dates' | 'shipWindow'>

function readSegment(reading: SetReading, at: number, walk: Walk): number {
  const { order, line } = walk
  const owner: Owner = line ?? order
  const tag = reading.segments.tag(at)
  switch (tag) {
    case 'PO1':
      readLine(reading, at, walk)
      return at + 1
    case 'PID':
      if (line) readDescription(reading, at, line)
      return at + 1
    case 'DTM':
      readDate(reading, at, owner)
      return at + 1
    case 'N9':
      if (isNoteHeading(reading, at)) return at + 1
      owner.references = added(owner.references, readReference(reading, at))
      return at + 1
    case 'REF':
      owner.references = added(owner.references, readReference(reading, at))
      return at + 1
    case 'N1':
      return readPartyLoop(reading, at, walk)
    case 'PO4':
      if (line) line.pack = line.pack ?? readPack(reading, at)
      return at + 1
    case 'SDQ':
      if (line) readSplit(reading, at, line)
      return at + 1
    case 'SLN':
      if (line) line.components = added(line.components, readComponent(reading, at))
      return at + 1
    case 'SAC':
      owner.charges = added(owner.charges, readCharge(reading, at, order.currency))
      return at + 1
    default:
      readOther(reading, at, tag, walk)
      return at + 1
  }
}

/** Segments of the header and the summary. */
function readOther(reading: SetReading, at: number, tag: string, walk: Walk): void {
  const { order, line } = walk
  if (tag === 'MSG') readNote(reading, at, line ?? order)
  else if (tag === 'CTT') {
    walk.counted = figureAt(reading, at, 1, SIGNED)
    walk.countSegment = at
    walk.line = undefined
  } else if (tag === 'AMT') readTotal(reading, at, walk)
  else if (line) return
  else if (tag === 'CUR') order.currency = currencyAt(reading, at, 2, order.currency)
  else if (tag === 'PER') order.contacts = readContacts(reading, at, order.contacts)
  else if (tag === 'ITD') order.terms = added(order.terms, readTerms(reading, at, order.currency))
  else if (tag === 'FOB') order.freightTerms = order.freightTerms ?? readFreightTerms(reading, at)
  else if (tag === 'TD5') order.carriage = order.carriage ?? readCarriage(reading, at)
}

function readNote(reading: SetReading, at: number, owner: { notes?: string[] }): void {
  const note = textAt(reading, at, 1)
  if (note !== undefined) owner.notes = added(owner.notes, note)
}

function readLine(reading: SetReading, at: number, walk: Walk): void {
  const { lines } = walk.order
  const line: PurchaseOrderLine = readItemLine(reading, at, lines.length + 1, COUNTED)
  const price = readPrice(reading, at, 4, 5)
  if (price !== undefined) line.price = price
  readItemIds(reading, at, 6, line)
  lines.push(line)
  walk.lineSegments.push(at)
  walk.line = line
}

function readPartyLoop(reading: SetReading, at: number, { order, line }: Walk): number {
  const { role, party, next } = readParty(reading, at)
  if (line) line.parties = added(line.parties, { role, ...party })
  else placeParty(order, NAMED_ROLES, role, party)
  return next
}

function readComponent(reading: SetReading, at: number): Component {
  const component: Component = { number: neededIdentifier(reading, at, 1, 'The number of the component') }
  const parent = identifierAt(reading, at, 2)
  if (parent !== undefined) component.parent = parent
  const relationship = identifierAt(reading, at, 3)
  if (relationship !== undefined) component.relationship = relationship
  const quantity = figureAt(reading, at, 4, COUNTED)
  if (quantity !== undefined) component.quantity = quantity
  const uom = unitAt(reading, at, 5)
  if (uom !== undefined) component.uom = uom
  const price = readPrice(reading, at, 6, 7)
  if (price !== undefined) component.price = price
  readItemIds(reading, at, 9, component)
  return component
}

/** AMT with TT or 1 states the total; any other amount is none of ours. */
function readTotal(reading: SetReading, at: number, walk: Walk): void {
  const qualifier = reading.segments.at(at, 1)
  if (walk.line !== undefined || (qualifier !== 'TT' && qualifier !== '1')) return
  const total = figureAt(reading, at, 2, SIGNED)
  if (total === undefined || walk.order.total !== undefined) return
  walk.order.total = total
  walk.totalSegment = at
}

function checkCount(reading: SetReading, walk: Walk): void {
  const { counted, order, countSegment } = walk
  if (counted === undefined || counted === String(order.lines.length)) return
  faultAt(reading, 'COUNT_DIFFERS', countSegment, 1, [`${counted} lines`, String(order.lines.length)])
}

function segmentOf(pointer: string, walk: Walk): number {
  if (pointer === '/total') return walk.totalSegment
  return walk.lineSegments[lineIn(pointer) ?? -1] ?? 1
}

/** Writes an order as the body of an 850. */
export function writePurchaseOrderX12(order: PurchaseOrder, syntax: PartnerSyntax = {}): Segment[] {
  const { number, release, date, contract, type } = order
  return fitted(
    [
      segment(
        'BEG',
        purposeCode(order),
        type ?? (release === undefined ? 'SA' : 'RL'),
        number,
        release,
        x12Date(date),
        contract,
      ),
      segment('CUR', 'BY', order.currency),
      ...(order.references ?? []).map((reference) => writeReference('REF', reference)),
      ...(order.contacts ?? []).map(writeContact),
      ...writeFreightTerms(order.freightTerms),
      ...(order.charges ?? []).map((charge) => writeCharge(charge, syntax)),
      ...(order.terms ?? []).map(writeTerms),
      ...writeDates(order),
      ...writeCarriage(order.carriage),
      ...writeNotes(order.notes),
      ...writeParties(order, NAMED_ROLES),
      ...order.lines.flatMap((line) => writeLine(line, syntax)),
      segment('CTT', String(order.lines.length)),
      ...(order.total === undefined ? [] : [segment('AMT', 'TT', order.total)]),
    ],
    syntax,
  )
}

function purposeCode(order: PurchaseOrder): string {
  const found = Object.entries(PURPOSES).find(([, word]) => word === (order.purpose ?? 'original'))
  return found?.[0] ?? '00'
}

function writeLine(line: PurchaseOrderLine, syntax: PartnerSyntax): Segment[] {
  const { price, pack, destinations = [], components = [] } = line
  const uom = unitText(line.uom, syntax)
  return [
    segment('PO1', line.line, line.quantity, uom, price?.amount, basisOf(price), ...itemIdPairs(line, syntax)),
    ...writeDescription(line),
    ...writePack(pack, syntax),
    ...(line.references ?? []).map((reference) => writeReference('REF', reference)),
    ...(line.charges ?? []).map((charge) => writeCharge(charge, syntax)),
    ...writeSplit(destinations, uom),
    ...writeDates(line),
    ...(line.notes ?? []).map((note) => segment('MSG', note)),
    ...writeRoleParties(line.parties),
    ...components.map((component) => writeComponent(component, syntax)),
  ]
}

function writeComponent(component: Component, syntax: PartnerSyntax): Segment {
  const { number, parent, relationship, quantity, uom, price } = component
  const worth = [price?.amount, basisOf(price), undefined]
  return segment(
    'SLN',
    number,
    parent,
    relationship ?? 'I',
    quantity,
    unitText(uom, syntax),
    ...worth,
    ...itemIdPairs(component, syntax),
  )
}
