import { added } from './added.ts'
import { SIGNED } from './figures.ts'
import type { PartnerSyntax } from './partner-syntax.ts'
import { placeParty, readContacts, readDated, readParty, readReference } from './party-x12.ts'
import { PURPOSES, type Purpose, wordFor } from './purposes.ts'
import { currencyAt, faultAt, figureAt, neededIdentifier, type SetReading, textAt } from './set-reading.ts'
import type { Contact, Dated, Party, Reference, RoleParty } from './shapes.ts'

/** What most documents of trade say before their lines. */
export interface Headed {
  currency?: string
  contacts?: Contact[]
  references?: Reference[]
  dates?: Dated[]
  parties?: RoleParty[]
}

/**
 * Reads a segment that may stand in the head of any document: currency, reference, date, contact, party.
 * Answers the segment to go on with; undefined when this one is something else.
 */
export function readHead<M extends string>(
  reading: SetReading,
  at: number,
  owner: Headed & { [K in M]?: Party },
  roles: Readonly<Record<string, M>>,
): number | undefined {
  switch (reading.segments.tag(at)) {
    case 'CUR':
      owner.currency = currencyAt(reading, at, 2, owner.currency ?? currencyOf(reading.syntax))
      return at + 1
    case 'REF':
    case 'N9':
      owner.references = added(owner.references, readReference(reading, at))
      return at + 1
    case 'DTM':
      owner.dates = added(owner.dates, readDated(reading, at))
      return at + 1
    case 'PER':
      owner.contacts = readContacts(reading, at, owner.contacts)
      return at + 1
    case 'N1': {
      const { role, party, next } = readParty(reading, at)
      placeParty(owner, roles, role, party)
      return next
    }
    default:
      return undefined
  }
}

/** The currency of a partner's documents that name none. */
export function currencyOf(syntax: PartnerSyntax): string {
  return syntax.currency ?? 'USD'
}

/** Reads the purpose (X12 353); `original` goes without saying. */
export function readPurpose(reading: SetReading, at: number, element: number, into: { purpose?: Purpose }): void {
  const code = neededIdentifier(reading, at, element, 'The purpose')
  const purpose = wordFor(PURPOSES, code)
  if (purpose === undefined && code !== '') faultAt(reading, 'CODE_UNKNOWN', at, element, [code, 'purpose'])
  else if (purpose !== undefined && purpose !== 'original') into.purpose = purpose
}

/** CTT: how many lines the sender counted. */
export function checkLineCount(reading: SetReading, at: number, lines: number): void {
  const counted = figureAt(reading, at, 1, SIGNED)
  if (counted === undefined || counted === String(lines)) return
  faultAt(reading, 'COUNT_DIFFERS', at, 1, [`${counted} lines`, String(lines)])
}

/** Reads a note of MSG or NTE. */
export function readNote(reading: SetReading, at: number, element: number, owner: { notes?: string[] }): void {
  const note = textAt(reading, at, element)
  if (note !== undefined) owner.notes = added(owner.notes, note)
}

/** The date of a qualifier, taken out of the dates to become a member of its own; a period stays where it is. */
export function takenDate(owner: Headed, qualifier: string): Dated | undefined {
  return taken(owner, (dated) => dated.qualifier === qualifier && dated.date !== undefined && !dated.until)
}

/** As {@link takenDate}, for members that have no room for a time. */
export function takenDay(owner: Headed, qualifier: string): string | undefined {
  const isDay = (dated: Dated) => dated.qualifier === qualifier && dated.until === undefined && dated.time === undefined
  return taken(owner, (dated) => isDay(dated) && dated.date !== undefined)?.date
}

function taken(owner: Headed, isMeant: (dated: Dated) => boolean): Dated | undefined {
  const place = owner.dates?.findIndex(isMeant) ?? -1
  if (owner.dates === undefined || place < 0) return undefined
  const [dated] = owner.dates.splice(place, 1)
  if (owner.dates.length === 0) owner.dates = undefined // deleting a member makes the object slow for good
  return dated
}
