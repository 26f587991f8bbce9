import { decimal } from '../../base/decimal.ts'
import type { X12Set } from '../../edi/x12/reading.ts'
import { added } from '../added.ts'
import { readBillTotals, readTax, readUnitsShipped, writeBillTotals, writeTax, writeUnitsShipped } from '../bill-x12.ts'
import { readCharge, readFreightTerms, readTerms, writeCharge, writeFreightTerms, writeTerms } from '../charge-x12.ts'
import type { Reading } from '../faults.ts'
import { SIGNED } from '../figures.ts'
import { basisOf, itemIdPairs, readItemIds, readPrice } from '../item-x12.ts'
import { lineIn, readDescription, readItemLine, writeDescription } from '../line-x12.ts'
import type { PartnerSyntax } from '../partner-syntax.ts'
import {
  placeParty,
  readContacts,
  readParty,
  readReference,
  writeContact,
  writeParties,
  writeReference,
  writeRoleParties,
} from '../party-x12.ts'
import { codeFor, PURPOSES, wordFor } from '../purposes.ts'
import {
  currencyAt,
  dateAt,
  endReading,
  faultAt,
  figureAt,
  identifierAt,
  lastBefore,
  locateFindings,
  missingSegment,
  neededDate,
  neededIdentifier,
  type SetReading,
  startReading,
  textAt,
} from '../set-reading.ts'
import { fitted, optionalSegment, type Segment, segment, unitText, x12Date } from '../set-writing.ts'
import { type Carriage, NAMED_ROLES } from '../shapes.ts'
import { readDate, writeDates } from '../ship-window.ts'
import { invoiceFaults } from './checks.ts'
import type { Invoice, InvoiceLine } from './schema.ts'

const ROLES = { ...NAMED_ROLES, RE: 'remitTo' } as const

interface Walk {
  readonly invoice: Invoice
  readonly lineSegments: number[]
  line: InvoiceLine | undefined
  totalSegment: number
}

/** Segments behind TDS that no line has. */
const SUMMARY: ReadonlySet<string> = new Set(['CAD', 'ISS', 'CTT'])

/** Reads an 810: the invoice, or every fault with its segment and element; one that does not add up is refused. */
export function readInvoiceX12(set: X12Set, syntax: PartnerSyntax = {}): Reading<Invoice> {
  const reading = startReading(set, '810', syntax)
  const currency = syntax.currency ?? 'USD'
  const walk: Walk = {
    invoice: { number: '', date: '', currency, lines: [], total: '0' },
    lineSegments: [],
    line: undefined,
    totalSegment: 0,
  }
  if (reading.segments.tag(1) === 'BIG') readBeginning(reading, 1, walk.invoice)
  else missingSegment(reading, 'BIG')
  let at = 1
  while (at < reading.end) at = readSegment(reading, at, walk)
  if (walk.totalSegment === 0) missingSegment(reading, 'TDS', lastBefore(reading, SUMMARY))
  checkWhole(reading, walk, syntax)
  return endReading(reading, walk.invoice)
}

/** Sums are only looked at when every part of them could be read. */
function checkWhole(reading: SetReading, walk: Walk, syntax: PartnerSyntax): void {
  const isReadable = reading.found.every(({ severity }) => severity === 'warning')
  if (!isReadable) return
  const tolerance = decimal(syntax.totalTolerance ?? '0.01')
  const findings = invoiceFaults(walk.invoice, { tolerance, summaryCharges: syntax.summaryCharges ?? 'add' })
  locateFindings(reading, findings, (pointer) => {
    if (pointer === '/total') return walk.totalSegment
    return walk.lineSegments[lineIn(pointer) ?? -1] ?? 1
  })
}

function readBeginning(reading: SetReading, at: number, invoice: Invoice): void {
  invoice.date = neededDate(reading, at, 1, 'The date of the invoice')
  invoice.number = neededIdentifier(reading, at, 2, 'The number of the invoice')
  const purchaseOrderDate = dateAt(reading, at, 3)
  if (purchaseOrderDate !== undefined) invoice.purchaseOrderDate = purchaseOrderDate
  const purchaseOrder = identifierAt(reading, at, 4)
  if (purchaseOrder !== undefined) invoice.purchaseOrder = purchaseOrder
  const release = identifierAt(reading, at, 5)
  if (release !== undefined) invoice.release = release
  const type = identifierAt(reading, at, 7)
  if (type !== undefined) invoice.type = type
  const code = identifierAt(reading, at, 8)
  if (code === undefined) return
  const purpose = wordFor(PURPOSES, code)
  if (purpose === undefined) faultAt(reading, 'CODE_UNKNOWN', at, 8, [code, 'purpose of an invoice'])
  else if (purpose !== 'original') invoice.purpose = purpose
}

function readSegment(reading: SetReading, at: number, walk: Walk): number {
  const { invoice, line } = walk
  const owner = line ?? invoice
  switch (reading.segments.tag(at)) {
    case 'IT1':
      readLine(reading, at, walk)
      break
    case 'PID':
      if (line) readDescription(reading, at, line)
      break
    case 'IT3':
      if (line) line.shipped = readUnitsShipped(reading, at)
      break
    case 'SAC':
      owner.charges = added(owner.charges, readCharge(reading, at, invoice.currency))
      break
    case 'TXI':
      owner.taxes = added(owner.taxes, readTax(reading, at))
      break
    case 'DTM':
      readDate(reading, at, owner)
      break
    case 'REF':
    case 'N9':
      owner.references = added(owner.references, readReference(reading, at))
      break
    case 'N1':
      return readPartyLoop(reading, at, walk)
    case 'TDS':
      readTotal(reading, at, walk)
      break
    default:
      readOther(reading, at, walk)
  }
  return at + 1
}

function readOther(reading: SetReading, at: number, walk: Walk): void {
  const { invoice, line } = walk
  const tag = reading.segments.tag(at)
  if (tag === 'CTT') checkCount(reading, at, invoice)
  else if (line) return
  else if (tag === 'CUR') invoice.currency = currencyAt(reading, at, 2, invoice.currency)
  else if (tag === 'PER') invoice.contacts = readContacts(reading, at, invoice.contacts)
  else if (tag === 'ITD') invoice.terms = added(invoice.terms, readTerms(reading, at, invoice.currency))
  else if (tag === 'FOB') invoice.freightTerms = invoice.freightTerms ?? readFreightTerms(reading, at)
  else if (tag === 'CAD') invoice.carriage = invoice.carriage ?? readCarrier(reading, at)
  else if (tag === 'NTE') readNote(reading, at, invoice)
}

function readNote(reading: SetReading, at: number, invoice: Invoice): void {
  const note = textAt(reading, at, 2)
  if (note !== undefined) invoice.notes = added(invoice.notes, note)
}

function checkCount(reading: SetReading, at: number, { lines }: Invoice): void {
  const counted = figureAt(reading, at, 1, SIGNED)
  if (counted === undefined || counted === String(lines.length)) return
  faultAt(reading, 'COUNT_DIFFERS', at, 1, [`${counted} lines`, String(lines.length)])
}

function readPartyLoop(reading: SetReading, at: number, { invoice, line }: Walk): number {
  const { role, party, next } = readParty(reading, at)
  if (line) line.parties = added(line.parties, { role, ...party })
  else placeParty(invoice, ROLES, role, party)
  return next
}

function readLine(reading: SetReading, at: number, walk: Walk): void {
  const { lines } = walk.invoice
  const line: InvoiceLine = readItemLine(reading, at, lines.length + 1, SIGNED)
  const price = readPrice(reading, at, 4, 5, SIGNED)
  if (price !== undefined) line.price = price
  readItemIds(reading, at, 6, line)
  lines.push(line)
  walk.lineSegments.push(at)
  walk.line = line
}

function readTotal(reading: SetReading, at: number, walk: Walk): void {
  const { invoice } = walk
  walk.line = undefined
  walk.totalSegment = at
  readBillTotals(reading, at, invoice, invoice.currency)
}

function readCarrier(reading: SetReading, at: number): Carriage {
  const carriage: Carriage = {}
  const method = identifierAt(reading, at, 1)
  if (method !== undefined) carriage.method = method
  const scac = identifierAt(reading, at, 4)
  if (scac !== undefined) carriage.scac = scac
  const routing = textAt(reading, at, 5)
  if (routing !== undefined) carriage.routing = routing
  return carriage
}

/** Writes an invoice as the body of an 810; the total and the charges go out in cents. */
export function writeInvoiceX12(invoice: Invoice, syntax: PartnerSyntax = {}): Segment[] {
  const { number, date, purchaseOrderDate, purchaseOrder, release, type, purpose } = invoice
  const code = purpose === undefined ? undefined : codeFor(PURPOSES, purpose)
  const order = [x12Date(purchaseOrderDate), purchaseOrder, release, undefined]
  return fitted(
    [
      segment('BIG', x12Date(date), number, ...order, type, code),
      ...(invoice.notes ?? []).map((note) => segment('NTE', 'GEN', note)),
      segment('CUR', 'SE', invoice.currency),
      ...(invoice.references ?? []).map((reference) => writeReference('REF', reference)),
      ...(invoice.contacts ?? []).map(writeContact),
      ...writeParties(invoice, ROLES),
      ...(invoice.terms ?? []).map(writeTerms),
      ...writeDates(invoice),
      ...writeFreightTerms(invoice.freightTerms),
      ...invoice.lines.flatMap((line) => writeLine(line, syntax)),
      writeBillTotals(invoice),
      ...(invoice.taxes ?? []).map(writeTax),
      ...writeCarrier(invoice.carriage),
      ...(invoice.charges ?? []).map((charge) => writeCharge(charge, syntax)),
      segment('CTT', String(invoice.lines.length)),
    ],
    syntax,
  )
}

function writeLine(line: InvoiceLine, syntax: PartnerSyntax): Segment[] {
  const { price, shipped } = line
  const uom = unitText(line.uom, syntax)
  return [
    segment('IT1', line.line, line.quantity, uom, price?.amount, basisOf(price), ...itemIdPairs(line, syntax)),
    ...writeUnitsShipped(shipped, syntax),
    ...(line.taxes ?? []).map(writeTax),
    ...writeDescription(line),
    ...(line.references ?? []).map((reference) => writeReference('REF', reference)),
    ...writeDates(line),
    ...(line.charges ?? []).map((charge) => writeCharge(charge, syntax)),
    ...writeRoleParties(line.parties),
  ]
}

function writeCarrier(carriage: Carriage | undefined): Segment[] {
  if (carriage === undefined) return []
  return optionalSegment('CAD', carriage.method, undefined, undefined, carriage.scac, carriage.routing)
}
