import type { X12Set } from '../../edi/x12/reading.ts'
import { added } from '../added.ts'
import { moneyAt } from '../charge-x12.ts'
import type { Reading } from '../faults.ts'
import { lineIn } from '../line-x12.ts'
import type { PartnerSyntax } from '../partner-syntax.ts'
import { placeParty, readReference, writeReference } from '../party-x12.ts'
import { readLoadTotals, readRoadParty, writeLoadTotals, writeRoadParty } from '../road-x12.ts'
import {
  currencyAt,
  dateAt,
  endReading,
  faultAt,
  identifierAt,
  locateFindings,
  missingSegment,
  neededDate,
  neededIdentifier,
  type SetReading,
  startReading,
  timeAt,
} from '../set-reading.ts'
import { cents, fitted, type Segment, segment, x12Date } from '../set-writing.ts'
import type { Dated } from '../shapes.ts'
import { freightInvoiceFaults } from './checks.ts'
import { readLine, readLineSegment, writeLine } from './line-x12.ts'
import type { FreightInvoice, FreightInvoiceLine } from './schema.ts'

const ROLES = { SH: 'shipper', CN: 'consignee', BT: 'billTo' } as const
const DELIVERED = '035'

interface Walk {
  readonly invoice: FreightInvoice
  readonly lineSegments: number[]
  line: FreightInvoiceLine | undefined
  /** Below S5 single stops are told of, and below a line its parts; neither is the invoice. */
  isPart: boolean
  totalSegment: number
}

/** Reads a 210: the freight invoice, or every fault with its segment and element. */
export function readFreightInvoiceX12(set: X12Set, syntax: PartnerSyntax = {}): Reading<FreightInvoice> {
  const reading = startReading(set, '210', syntax)
  const currency = currencyOf(reading)
  const beginning = { number: '', scac: '', date: '', amount: '0', payment: '' }
  const invoice: FreightInvoice = { ...beginning, currency, lines: [] }
  const walk: Walk = { invoice, lineSegments: [], line: undefined, isPart: false, totalSegment: 1 }
  if (reading.segments.tag(1) === 'B3') readBeginning(reading, 1, invoice)
  else missingSegment(reading, 'B3')
  let at = 2
  while (at < reading.end) at = readSegment(reading, at, walk)
  locateFindings(reading, freightInvoiceFaults(invoice, syntax.totalTolerance), (pointer) =>
    pointer.startsWith('/totals') ? walk.totalSegment : (walk.lineSegments[lineIn(pointer) ?? -1] ?? 1),
  )
  return endReading(reading, invoice)
}

/** Amounts come before C3 says what they are amounts of. */
function currencyOf(reading: SetReading): string {
  const usual = reading.syntax.currency ?? 'USD'
  for (let at = 2; at < reading.end && at < 5; at += 1) {
    if (reading.segments.tag(at) === 'C3') return currencyAt(reading, at, 1, usual)
  }
  return usual
}

function readBeginning(reading: SetReading, at: number, invoice: FreightInvoice): void {
  invoice.number = neededIdentifier(reading, at, 2, 'The number of the invoice')
  const shipment = identifierAt(reading, at, 3)
  if (shipment !== undefined) invoice.shipment = shipment
  invoice.payment = neededIdentifier(reading, at, 4, 'Who pays the freight')
  invoice.date = neededDate(reading, at, 6, 'The day of the invoice')
  const amount = moneyAt(reading, at, 7, invoice.currency)
  if (amount !== undefined) invoice.amount = amount
  else if (reading.segments.at(at, 7) === '') faultAt(reading, 'MISSING', at, 7, ['What is to be paid'])
  const correction = identifierAt(reading, at, 8)
  if (correction !== undefined) invoice.correction = correction
  const delivered = dateAt(reading, at, 9)
  if (delivered !== undefined) invoice.delivered = delivered
  invoice.scac = neededIdentifier(reading, at, 11, 'The carrier')
  const shipped = dateAt(reading, at, 12)
  if (shipped !== undefined) invoice.shipped = shipped
}

function readSegment(reading: SetReading, at: number, walk: Walk): number {
  const { invoice, line } = walk
  const tag = reading.segments.tag(at)
  if (tag === 'LX') {
    walk.line = readLine(reading, at)
    walk.isPart = false
    invoice.lines.push(walk.line)
    walk.lineSegments.push(at)
  } else if (tag === 'L3') {
    invoice.totals = readLoadTotals(reading, at, invoice.currency)
    walk.totalSegment = at
  } else if (tag === 'S5' || (line !== undefined && tag === 'N1')) walk.isPart = true
  else if (!walk.isPart && line !== undefined) readLineSegment(reading, at, tag, line, invoice.currency)
  else if (!walk.isPart) return readHead(reading, at, tag, invoice)
  return at + 1
}

function readHead(reading: SetReading, at: number, tag: string, invoice: FreightInvoice): number {
  if (tag === 'N1') {
    const { role, party, next } = readRoadParty(reading, at)
    let after = next
    for (; after < reading.end && reading.segments.tag(after) === 'N9'; after += 1) {
      party.references = added(party.references, readReference(reading, after))
    }
    placeParty(invoice, ROLES, role, party)
    return after
  }
  if (tag === 'N9') invoice.references = added(invoice.references, readReference(reading, at))
  else if (tag === 'G62') invoice.dates = added(invoice.dates, readDate(reading, at))
  else if (tag === 'N7') {
    const initial = identifierAt(reading, at, 1)
    const number = neededIdentifier(reading, at, 2, 'The number of the trailer')
    invoice.trailers = added(invoice.trailers, initial === undefined ? { number } : { initial, number })
  }
  return at + 1
}

function readDate(reading: SetReading, at: number): Dated {
  const dated: Dated = { qualifier: neededIdentifier(reading, at, 1, 'The qualifier of the date') }
  const date = dateAt(reading, at, 2)
  if (date !== undefined) dated.date = date
  const time = timeAt(reading, at, 4)
  if (time !== undefined) dated.time = time
  return dated
}

/** Writes a freight invoice as the body of a 210. */
export function writeFreightInvoiceX12(invoice: FreightInvoice, syntax: PartnerSyntax = {}): Segment[] {
  const { currency, references = [], dates = [], parties = [], trailers = [], lines, totals } = invoice
  return fitted(
    [
      writeBeginning(invoice),
      segment('C3', currency),
      ...references.map((reference) => writeReference('N9', reference)),
      ...dates.map(({ qualifier, date, time }) =>
        segment('G62', qualifier, x12Date(date), time === undefined ? undefined : '8', x12Date(time)),
      ),
      ...Object.entries(ROLES).flatMap(([role, member]) => writeBilled(role, invoice[member])),
      ...parties.flatMap(({ role, ...party }) => writeBilled(role, party)),
      ...trailers.map(({ initial, number }) => segment('N7', initial, number)),
      ...lines.flatMap(writeLine),
      ...writeLoadTotals(totals),
    ],
    syntax,
  )
}

function writeBilled(role: string, party: FreightInvoice['shipper']): Segment[] {
  if (party === undefined) return []
  const { references = [], ...named } = party
  const known = references.map((reference) => writeReference('N9', reference))
  return [...writeRoadParty(role, named, 'contacts first'), ...known]
}

function writeBeginning(invoice: FreightInvoice): Segment {
  const { number, shipment, payment, date, amount, correction, delivered, scac, shipped } = invoice
  const paid = [undefined, x12Date(date), cents(amount), correction]
  const moved = [x12Date(delivered), delivered === undefined ? undefined : DELIVERED, scac, x12Date(shipped)]
  return segment('B3', undefined, number, shipment, payment, ...paid, ...moved)
}
