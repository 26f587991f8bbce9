import Type from 'typebox'
import { added } from './added.ts'
import type { DocumentFault } from './faults.ts'
import { documentFault } from './faults.ts'
import { itemIdPairs, readItemId } from './item-x12.ts'
import type { PartnerSyntax } from './partner-syntax.ts'
import { placeParty, readContacts, readParty, readReference, writeParties, writeReference } from './party-x12.ts'
import { faultAt, identifierAt, type SetReading, textAt } from './set-reading.ts'
import { errors, type Segment, segment } from './set-writing.ts'
import {
  dates,
  type ItemNames,
  identifier,
  itemMembers,
  type Party,
  parties,
  partySchema,
  possible,
  type Reference,
  type RoleParty,
  references,
  text,
  tracedMembers,
  unit,
} from './shapes.ts'
import type { HasDates } from './ship-window.ts'
import { readWarehouseDate, writeWarehouseDates } from './warehouse-dates.ts'

const optional = Type.Optional
const ROLES = { DE: 'depositor', WH: 'warehouse', SF: 'shipFrom', ST: 'shipTo' } as const

/** What the documents about stock that moves or changes say before their lines: who, references, dates, notes. */
export const stockHeadMembers = {
  depositor: optional(partySchema),
  warehouse: optional(partySchema),
  shipFrom: optional(partySchema),
  shipTo: optional(partySchema),
  parties: parties(),
  references: references(),
  dates: dates(),
  notes: optional(Type.Array(text(80), { minItems: 1, maxItems: 1000 })),
}

interface StockHead extends HasDates {
  depositor?: Party
  warehouse?: Party
  shipFrom?: Party
  shipTo?: Party
  parties?: RoleParty[]
  references?: Reference[]
  notes?: string[]
}

/** Reads a segment of the head: the index of the segment after it, or undefined when it is none of the head. */
export function readStockHead(reading: SetReading, at: number, head: StockHead): number | undefined {
  switch (reading.segments.tag(at)) {
    case 'N1': {
      const { role, party, next } = readParty(reading, at)
      placeParty(head, ROLES, role, party)
      return next
    }
    case 'N9':
    case 'REF':
      head.references = added(head.references, readReference(reading, at))
      return at + 1
    case 'G61':
    case 'PER':
      // a contact that belongs to no party speaks for the depositor, who sends or receives the document
      head.depositor = head.depositor ?? {}
      head.depositor.contacts = readContacts(reading, at, head.depositor.contacts)
      return at + 1
    case 'G62':
      readWarehouseDate(reading, at, head)
      return at + 1
    case 'NTE': {
      const note = textAt(reading, at, 2)
      if (note !== undefined) head.notes = added(head.notes, note)
      return at + 1
    }
    default:
      return undefined
  }
}

/** Writes the head: parties, references, dates, notes. */
export function writeStockHead(head: StockHead): Segment[] {
  return [
    ...writeParties(head, ROLES, 'contacts first'),
    ...(head.references ?? []).map((reference) => writeReference('N9', reference)),
    ...writeWarehouseDates(head),
    ...(head.notes ?? []).map((note) => segment('NTE', 'WHI', note)),
  ]
}

/** The goods of a line. */
export const stockItemMembers = {
  caseCode: optional(identifier(12, 'UPC of the case')),
  ...itemMembers,
  ...tracedMembers,
  description: optional(text(45)),
  weight: optional(possible()),
  weightUom: optional(unit()),
  references: references(),
}

/** What the lines of these documents have in common beside their quantities. */
export interface StockLine extends ItemNames {
  line: string
  caseCode?: string
  description?: string
  lot?: string
  serials?: string[]
  references?: Reference[]
}

/** Reads what may follow the first segment of a line: its description, and N9: LI its number, LT the lot, SE a serial number. */
export function readStockDetail(reading: SetReading, at: number, line: StockLine): void {
  const tag = reading.segments.tag(at)
  if (tag === 'G69') line.description = line.description ?? textAt(reading, at, 1)
  if (tag !== 'N9') return
  const qualifier = reading.segments.at(at, 1)
  const value = identifierAt(reading, at, 2)
  if (qualifier === 'LI' && value !== undefined) line.line = value
  else if (qualifier === 'LT' && value !== undefined && line.lot === undefined) line.lot = value
  else if (qualifier === 'SE' && value !== undefined) line.serials = added(line.serials, value)
  else line.references = added(line.references, readReference(reading, at))
}

/** Writes what follows the first segment of a line. */
export function writeStockDetail({ line, description, lot, serials = [], references = [] }: StockLine): Segment[] {
  return [
    ...(description === undefined ? [] : [segment('G69', description)]),
    segment('N9', 'LI', line),
    ...(lot === undefined ? [] : [segment('N9', 'LT', lot)]),
    ...serials.map((serial) => segment('N9', 'SE', serial)),
    ...references.map((reference) => writeReference('N9', reference)),
  ]
}

/** Reads the case code and the item numbers of a line; `pairs` are the elements where a number may begin. */
export function readStockItem(
  reading: SetReading,
  at: number,
  caseCodeAt: number,
  pairs: readonly number[],
  line: StockLine,
): void {
  const caseCode = identifierAt(reading, at, caseCodeAt)
  if (caseCode !== undefined) line.caseCode = caseCode
  const usual = reading.syntax.vendorQualifier ?? 'VN'
  for (const pair of pairs) if (reading.segments.at(at, pair) !== '') readItemId(reading, at, pair, usual, line)
}

/** Puts the item numbers of a line where its segment has room for them; more are refused, not dropped. */
export function placeStockItem(
  row: (string | undefined)[],
  pairs: readonly number[],
  line: StockLine,
  syntax: PartnerSyntax,
): Segment {
  const numbers = itemIdPairs(line, syntax)
  if (numbers.length > 2 * pairs.length) {
    throw errors.DOES_NOT_FIT(`${row[0]} of line ${line.line}: more than three item numbers`)
  }
  for (let at = 0; at < numbers.length; at += 1) row[(pairs[at >> 1] as number) + (at & 1)] = numbers[at]
  return segment(row[0] as string, ...Array.from({ length: row.length - 1 }, (_, element) => row[element + 1]))
}

/** Lines that came without a number get their place as one, with a warning. */
export function numberStockLines(reading: SetReading, lines: readonly StockLine[], segmentOf: readonly number[]): void {
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] as StockLine
    if (line.line !== '') continue
    line.line = String(at + 1)
    faultAt(reading, 'LINE_ASSIGNED', segmentOf[at] as number, undefined, [line.line], 'warning')
  }
}

/** A line that names no item in any way. */
export function itemFaults(lines: readonly StockLine[]): DocumentFault[] {
  const faults: DocumentFault[] = []
  for (let at = 0; at < lines.length; at += 1) {
    const { caseCode, sku, ids } = lines[at] as StockLine
    if (caseCode !== undefined || sku !== undefined || ids !== undefined) continue
    faults.push(documentFault('MISSING', { pointer: `/lines/${at}/sku` }, ['The item']))
  }
  return faults
}
