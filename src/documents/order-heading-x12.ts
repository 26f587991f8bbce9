import { added } from './added.ts'
import { readCharge, readFreightTerms, readTerms, writeCharge, writeFreightTerms, writeTerms } from './charge-x12.ts'
import { type Described, readDescription, writeDescription } from './line-x12.ts'
import type { PartnerSyntax } from './partner-syntax.ts'
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
} from './party-x12.ts'
import { currencyAt, type SetReading, textAt } from './set-reading.ts'
import type { Segment } from './set-writing.ts'
import { segment } from './set-writing.ts'
import {
  type Carriage,
  type Charge,
  type Contact,
  type FreightTerms,
  NAMED_ROLES,
  type Party,
  type Reference,
  type RoleParty,
  type Terms,
} from './shapes.ts'
import { type HasDates, readDate, writeDates } from './ship-window.ts'
import { readCarriage, writeCarriage } from './transport-x12.ts'

/** What the documents around an order say at their head and, most of it, in every line. */
export interface OrderHeading extends HasDates {
  currency: string
  buyer?: Party
  shipTo?: Party
  billTo?: Party
  supplier?: Party
  parties?: RoleParty[]
  contacts?: Contact[]
  references?: Reference[]
  terms?: Terms[]
  freightTerms?: FreightTerms
  carriage?: Carriage
  notes?: string[]
  charges?: Charge[]
}

/** What a line of such a document says beside its item and quantity. */
export interface OrderLineDetail extends HasDates, Described {
  references?: Reference[]
  notes?: string[]
  charges?: Charge[]
  parties?: RoleParty[]
}

/**
 * Reads a segment that means the same in all documents around an order, into the line where there is one, else into the head.
 * Answers the segment to go on with, or undefined for a segment with another meaning.
 */
export function readOrderSegment(
  reading: SetReading,
  at: number,
  head: OrderHeading,
  line: OrderLineDetail | undefined,
): number | undefined {
  const owner = line ?? head
  switch (reading.segments.tag(at)) {
    case 'DTM':
      readDate(reading, at, owner)
      return at + 1
    case 'N9':
      if (!isNoteHeading(reading, at)) owner.references = added(owner.references, readReference(reading, at))
      return at + 1
    case 'REF':
      owner.references = added(owner.references, readReference(reading, at))
      return at + 1
    case 'SAC':
      owner.charges = added(owner.charges, readCharge(reading, at, head.currency))
      return at + 1
    case 'MSG':
      readNote(reading, at, owner)
      return at + 1
    case 'N1':
      return readPartyLoop(reading, at, head, line)
    case 'PID':
      if (line) readDescription(reading, at, line)
      return at + 1
    default:
      return line ? undefined : readHeadSegment(reading, at, head)
  }
}

function readHeadSegment(reading: SetReading, at: number, head: OrderHeading): number | undefined {
  switch (reading.segments.tag(at)) {
    case 'CUR':
      head.currency = currencyAt(reading, at, 2, head.currency)
      return at + 1
    case 'PER':
      head.contacts = readContacts(reading, at, head.contacts)
      return at + 1
    case 'ITD':
      head.terms = added(head.terms, readTerms(reading, at, head.currency))
      return at + 1
    case 'FOB':
      head.freightTerms = head.freightTerms ?? readFreightTerms(reading, at)
      return at + 1
    case 'TD5':
      head.carriage = head.carriage ?? readCarriage(reading, at)
      return at + 1
    default:
      return undefined
  }
}

function readNote(reading: SetReading, at: number, owner: { notes?: string[] }): void {
  const note = textAt(reading, at, 1)
  if (note !== undefined) owner.notes = added(owner.notes, note)
}

function readPartyLoop(reading: SetReading, at: number, head: OrderHeading, line: OrderLineDetail | undefined): number {
  const { role, party, next } = readParty(reading, at)
  if (line) line.parties = added(line.parties, { role, ...party })
  else placeParty(head, NAMED_ROLES, role, party)
  return next
}

/** Writes the head, after its first segment; `by` says whose currency it is: BY the buyer's, SE the seller's. */
export function writeOrderHeading(head: OrderHeading, by: 'BY' | 'SE', syntax: PartnerSyntax): Segment[] {
  return [
    segment('CUR', by, head.currency),
    ...(head.references ?? []).map((reference) => writeReference('REF', reference)),
    ...(head.contacts ?? []).map(writeContact),
    ...writeFreightTerms(head.freightTerms),
    ...(head.charges ?? []).map((charge) => writeCharge(charge, syntax)),
    ...(head.terms ?? []).map(writeTerms),
    ...writeDates(head),
    ...writeCarriage(head.carriage),
    ...writeNotes(head.notes),
    ...writeParties(head, NAMED_ROLES),
  ]
}

/** What a document has more of in a line, in the places X12 gives them. */
export interface LineExtras {
  readonly packing?: readonly Segment[]
  readonly split?: readonly Segment[]
  readonly answers?: readonly Segment[]
  readonly schedules?: readonly Segment[]
}

/** Writes what a line says beside its item and quantity. */
export function writeLineDetail(line: OrderLineDetail, syntax: PartnerSyntax, extras: LineExtras): Segment[] {
  return [
    ...writeDescription(line),
    ...(extras.packing ?? []),
    ...(line.references ?? []).map((reference) => writeReference('REF', reference)),
    ...(line.charges ?? []).map((charge) => writeCharge(charge, syntax)),
    ...(extras.split ?? []),
    ...writeDates(line),
    ...(extras.answers ?? []),
    ...(line.notes ?? []).map((note) => segment('MSG', note)),
    ...(extras.schedules ?? []),
    ...writeRoleParties(line.parties),
  ]
}
