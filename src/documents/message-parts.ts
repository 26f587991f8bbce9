import { added } from './added.ts'
import { readMessageCharge } from './charge-edifact.ts'
import { readMessageDate, readMoment } from './date-edifact.ts'
import { referenceCodes } from './edifact-codes.ts'
import type { DocumentFault, Reading } from './faults.ts'
import { SIGNED } from './figures.ts'
import { readItemNumbers, readItemText } from './item-edifact.ts'
import type { Fits } from './json-form.ts'
import { currencyIn, faultIn, figureIn, identifierIn, type MessageReading } from './message-reading.ts'
import { type MessageSegment, messageSegment } from './message-writing.ts'
import { readMessageNote, readMessageParty } from './party-edifact.ts'
import { placeParty } from './party-x12.ts'
import { endReading, locateFindings } from './set-reading.ts'
import type { Charge, Party, Reference, RoleParty } from './shapes.ts'
import type { HasDates } from './ship-window.ts'

/** What BGM, and most documents, say they are for (1225). */
export const MESSAGE_PURPOSES = {
  '9': 'original',
  '1': 'cancel',
  '4': 'change',
  '5': 'replace',
  '6': 'confirm',
  '7': 'duplicate',
} as const

/** RFF with the days of its group. */
export interface ReferenceGroup {
  /** The code as EDIFACT has it (1153). */
  readonly code: string
  readonly value: string | undefined
  /** The line referred to (1156), and the version (4000): of an order, its release. */
  readonly line: string | undefined
  readonly version: string | undefined
  readonly date: string | undefined
  readonly next: number
}

/** Reads RFF and the DTM behind it. */
export function readReferenceGroup(reading: MessageReading, at: number): ReferenceGroup {
  const { segments } = reading
  const code = segments.component(at, 1, 1)
  if (code === '') faultIn(reading, 'MISSING', at, 1, 1, ['The qualifier of the reference'])
  let date: string | undefined
  let next = at + 1
  for (; next < reading.end && segments.tag(next) === 'DTM'; next += 1) date ??= readMoment(reading, next).date
  const value = identifierIn(reading, at, 1, 2)
  return { code, value, line: identifierIn(reading, at, 1, 3), version: identifierIn(reading, at, 1, 4), date, next }
}

/** Keeps a reference that has no member of its own. */
export function keepReference(owner: { references?: Reference[] }, { code, value }: ReferenceGroup): void {
  if (code === '' || value === undefined) return
  owner.references = added(owner.references, { qualifier: referenceCodes.toX12(code), value })
}

/** What a header and a line can have alike. */
export interface PartsOwner extends HasDates {
  notes?: string[]
  references?: Reference[]
  parties?: RoleParty[]
  charges?: Charge[]
}

/** What a line has besides. */
interface GoodsOwner {
  sku?: string
  ids?: { qualifier: string; value: string }[]
  description?: string
  features?: { code?: string; text: string }[]
}

/** Reads what header and lines have alike: FTX, DTM, RFF, ALC. Answers the segment behind it, or 0 for another tag. */
export function readPart(reading: MessageReading, at: number, tag: string, owner: PartsOwner): number {
  switch (tag) {
    case 'FTX':
      readMessageNote(reading, at, owner)
      return at + 1
    case 'DTM':
      readMessageDate(reading, at, owner)
      return at + 1
    case 'RFF': {
      const group = readReferenceGroup(reading, at)
      keepReference(owner, group)
      return group.next
    }
    case 'ALC': {
      const { charge, next } = readMessageCharge(reading, at)
      owner.charges = added(owner.charges, charge)
      return next
    }
    default:
      return 0
  }
}

/** As {@link readPart} for a line, which also names goods and parties. */
export function readLinePart(reading: MessageReading, at: number, tag: string, line: PartsOwner & GoodsOwner): number {
  if (tag === 'PIA') readItemNumbers(reading, at, line)
  else if (tag === 'IMD') readItemText(reading, at, line)
  else if (tag === 'NAD') {
    const { role, party, next } = readMessageParty(reading, at)
    line.parties = added(line.parties, { role, ...party })
    return next
  } else return readPart(reading, at, tag, line)
  return at + 1
}

/** Reads NAD of a header into the member of its role. */
export function readHeaderParty<M extends string>(
  reading: MessageReading,
  at: number,
  owner: { parties?: RoleParty[] } & { [K in M]?: Party },
  roles: Readonly<Record<string, M>>,
  detail?: ReadonlySet<string>,
): number {
  const { role, party, next } = readMessageParty(reading, at, detail)
  placeParty(owner, roles, role, party)
  return next
}

/** The currency of CUX, which may name two; the first one counts. */
export function readMessageCurrency(reading: MessageReading, at: number, owner: { currency?: string }): void {
  const currency = currencyIn(reading, at, 1, 2)
  if (currency !== undefined) owner.currency = currency
}

/** CNT+2 says how many lines there are. */
export function checkLineCount(reading: MessageReading, at: number, lines: number): void {
  if (reading.segments.component(at, 1, 1) !== '2') return
  const counted = figureIn(reading, at, 1, 2, SIGNED)
  if (counted === undefined || counted === String(lines)) return
  faultIn(reading, 'COUNT_DIFFERS', at, 1, 2, [`${counted} lines`, String(lines)])
}

/** The line number of LIN; a line without one gets its place, with a warning. */
export function messageLineNumber(reading: MessageReading, at: number, place: number): string {
  const given = identifierIn(reading, at, 1, 1)
  if (given !== undefined) return given
  faultIn(reading, 'LINE_ASSIGNED', at, 1, 1, [String(place)], 'warning')
  return String(place)
}

/**
 * Ends the reading of a message: what was read is held against its schema and its own checks, unless something could not
 * be read at all; the findings move to the segments they came from.
 */
export function endMessage<T>(
  reading: MessageReading,
  document: T,
  fits: Fits,
  checks: (document: T) => readonly DocumentFault[],
  segmentOf: (pointer: string) => number,
): Reading<T> {
  if (reading.found.length === 0 || reading.found.every(({ severity }) => severity === 'warning')) {
    const misfits = fits(document, reading.plain)
    locateFindings(reading, misfits.length > 0 ? misfits : checks(document), segmentOf)
  }
  return endReading(reading, document)
}

const LONGEST_LINE = 6

/** Writes which line of which order this is about: in RFF+ON where the number fits, otherwise in RFF+LI. */
export function writeOrderLine(
  purchaseOrder: string | undefined,
  line: string | undefined,
  release?: string,
): MessageSegment[] {
  const fits = purchaseOrder !== undefined && line !== undefined && line.length <= LONGEST_LINE
  return [
    ...(purchaseOrder === undefined
      ? []
      : [messageSegment('RFF', ['ON', purchaseOrder, fits ? line : undefined, release])]),
    ...(fits || line === undefined ? [] : [messageSegment('RFF', ['LI', line])]),
  ]
}
