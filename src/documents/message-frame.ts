import { added } from './added.ts'
import {
  readMessageFreightTerms,
  readMessageTerms,
  writeMessageCharge,
  writeMessageFreightTerms,
  writeMessageTerms,
} from './charge-edifact.ts'
import { writeMessageDates } from './date-edifact.ts'
import { lineItem, writeItemNumbers, writeItemText } from './item-edifact.ts'
import type { Described } from './line-x12.ts'
import { type PartsOwner, readHeaderParty, readMessageCurrency, readPart } from './message-parts.ts'
import { faultIn, identifierIn, type MessageReading } from './message-reading.ts'
import { type MessageSegment, messageSegment } from './message-writing.ts'
import type { PartnerSyntax } from './partner-syntax.ts'
import {
  type CurrencyUse,
  writeMessageCurrency,
  writeMessageNotes,
  writeMessageParties,
  writeMessageReferences,
} from './party-edifact.ts'
import { wordFor } from './purposes.ts'
import { faultAt, lastOfHead, missingSegment } from './set-reading.ts'
import type { Carriage, Contact, FreightTerms, ItemNames, Party, Terms } from './shapes.ts'
import { readMessageCarriage, writeMessageCarriage } from './transport-edifact.ts'

/** What messages of trade say at their head. */
export interface MessageHead extends PartsOwner {
  currency?: string
  contacts?: Contact[]
  terms?: Terms[]
  freightTerms?: FreightTerms
  carriage?: Carriage
}

/** What is particular to the head of one message. */
export interface MessageFrame<M extends string> {
  /** The parties with a member of their own, by their role in X12 98. */
  readonly roles: Readonly<Record<string, M>>
  /** The party below which the document's own contacts stand. */
  readonly reachedBy: M
  /** The segments that belong to a NAD, where they are not the usual ones. */
  readonly partyDetail?: ReadonlySet<string>
  /** Whose currency CUX names: 9 of an order, 4 of an invoice, 10 of a price list, 11 of a payment. */
  readonly currencyUse?: CurrencyUse
  /** Segments that the document has no member for: they are read for their faults, and kept nowhere. */
  readonly leavesOut?: ReadonlySet<string>
}

/** Reads a message from its BGM on: `begin` reads that, `step` every other segment, and answers where to go on. */
export function walkMessage(
  reading: MessageReading,
  begin: (at: number) => void,
  step: (at: number, tag: string) => number,
): void {
  const { segments, end } = reading
  if (segments.tag(1) === 'BGM') begin(1)
  else missingSegment(reading, 'BGM')
  let at = 2
  while (at < end) at = step(at, segments.tag(at))
}

/** What BGM says the message is for (1225); undefined for what is usual. `what` names the message in the fault. */
export function readMessagePurpose<W extends string>(
  reading: MessageReading,
  at: number,
  words: Readonly<Record<string, W>>,
  usual: W,
  what: string,
): W | undefined {
  const code = identifierIn(reading, at, 3, 1)
  const word = code === undefined ? usual : wordFor(words, code)
  if (word === undefined) faultIn(reading, 'CODE_UNKNOWN', at, 3, 1, [code ?? '', `purpose of ${what}`])
  return word === usual ? undefined : word
}

const BEGINNING: ReadonlySet<string> = new Set(['BGM'])
const MADE_ON = '137'

/** Notes that the message does not say of which day it is (DTM+137): that stands behind BGM. */
export function missingDay(reading: MessageReading): void {
  missingSegment(reading, 'DTM', lastOfHead(reading, BEGINNING), MADE_ON)
}

/** Notes that an amount (MOA) is missing in the summary, which UNS begins. */
export function missingTotal(reading: MessageReading): void {
  const { segments, end } = reading
  let at = end - 1
  while (at > 0 && segments.tag(at) !== 'UNS') at -= 1
  missingSegment(reading, 'MOA', at > 0 ? at : end - 1)
}

const NAME_OF_DOCUMENT = 4

/** The kind of a document where X12 has codes for it and EDIFACT has not: the name in BGM, when it is such a code. */
export function readMessageKind(reading: MessageReading, at: number, code: RegExp): string | undefined {
  const name = reading.segments.component(at, 1, NAME_OF_DOCUMENT)
  return name !== '' && code.test(name) ? name : undefined
}

/** The code of the message in BGM, with the kind of {@link readMessageKind} as its name. */
export function messageKind(code: string, kind: string | undefined): (string | undefined)[] {
  return [code, undefined, undefined, kind]
}

/** Reads a segment of the head that means the same in all messages of trade: where to go on, or 0 for another tag. */
export function readMessageHead<M extends string>(
  reading: MessageReading,
  at: number,
  tag: string,
  document: MessageHead & { [K in M]?: Party },
  { roles, partyDetail, leavesOut }: MessageFrame<M>,
): number {
  const head: MessageHead & { [K in M]?: Party } = leavesOut?.has(tag) ? ({} as typeof document) : document
  switch (tag) {
    case 'NAD':
      return readHeaderParty(reading, at, head, roles, partyDetail)
    case 'CUX':
      readMessageCurrency(reading, at, head)
      return at + 1
    case 'PAT': {
      const { terms, joins, next } = readMessageTerms(reading, at, head.terms ?? [])
      if (!joins) head.terms = added(head.terms, terms)
      return next
    }
    case 'TOD': {
      const { terms, next } = readMessageFreightTerms(reading, at)
      head.freightTerms ??= terms
      return next
    }
    case 'TDT':
      head.carriage ??= readMessageCarriage(reading, at)
      return at + 1
    default:
      return readPart(reading, at, tag, head)
  }
}

/** A line or item of which nothing says how much there is. */
export function needQuantity(reading: MessageReading, at: number, line: { quantity: string }, what: string): void {
  if (line.quantity !== '') return
  faultAt(reading, 'MISSING', at, undefined, [`${what} (QTY)`])
  line.quantity = '0'
}

/** Writes what is said first about the whole: days, notes, references (`own` are those with a member of their own), parties. */
export function writeMessageHead<M extends string>(
  head: MessageHead & { [K in M]?: Party },
  { roles, reachedBy }: MessageFrame<M>,
  own: readonly MessageSegment[],
): MessageSegment[] {
  return [
    ...writeMessageDates(head),
    ...writeMessageNotes(head.notes),
    ...own,
    ...writeMessageReferences(head.references),
    ...writeMessageParties(head, roles, reachedBy, head.contacts),
  ]
}

/** Writes under which terms: currency, payment, carriage, delivery, charges. */
export function writeMessageConditions(
  head: MessageHead,
  { currencyUse = '9' }: MessageFrame<string>,
  syntax: PartnerSyntax,
): MessageSegment[] {
  return [
    ...(head.currency === undefined ? [] : writeMessageCurrency(head.currency, currencyUse)),
    ...(head.terms ?? []).flatMap(writeMessageTerms),
    ...writeMessageCarriage(head.carriage),
    ...writeMessageFreightTerms(head.freightTerms),
    ...(head.charges ?? []).flatMap((charge) => writeMessageCharge(charge, syntax)),
  ]
}

const LINE_NUMBER = /^\d{1,6}$/

/** The number that LIN takes, which holds only numbers: the line's own or its place. */
export function lineNumber(line: string | undefined, place: string): string {
  return line !== undefined && LINE_NUMBER.test(line) ? line : place
}

/** Writes the name of a line that LIN has no room for. */
export function writeLineName(line: string | undefined): MessageSegment[] {
  return line === undefined || LINE_NUMBER.test(line) ? [] : [messageSegment('RFF', ['LI', line])]
}

/** Writes which goods a line is about: LIN, PIA, IMD. */
export function writeLineGoods(
  number: string | undefined,
  goods: ItemNames & Described,
  action?: string,
): MessageSegment[] {
  return [messageSegment('LIN', number, action, lineItem(goods)), ...writeItemNumbers(goods), ...writeItemText(goods)]
}
