import { added } from './added.ts'
import { dateFromX12 } from './calendar.ts'
import { wordFor } from './purposes.ts'
import { dateAt, faultAt, identifierAt, neededIdentifier, type SetReading, textAt, timeAt } from './set-reading.ts'
import { optionalSegment, type Segment, segment, x12Date } from './set-writing.ts'
import type { Address, Contact, Dated, Party, Reference, RoleParty } from './shapes.ts'

/** What a party loop left: who, and the segment after its last one. */
export interface PartyLoop {
  readonly role: string
  readonly party: Party
  readonly next: number
}

/** Reads N1 and what belongs to it: N2, N3, N4, PER and REF (in some sets its references are N9). */
export function readParty(reading: SetReading, at: number, referenceTag: 'REF' | 'N9' = 'REF'): PartyLoop {
  const role = neededIdentifier(reading, at, 1, 'The role of the party')
  const party: Party = {}
  const name = textAt(reading, at, 2)
  if (name !== undefined) party.name = name
  const id = identifierAt(reading, at, 4)
  if (id !== undefined) party.id = id
  const idQualifier = identifierAt(reading, at, 3)
  if (idQualifier !== undefined) party.idQualifier = idQualifier
  let next = at + 1
  while (next < reading.end && readPartyDetail(reading, next, party, referenceTag)) next += 1
  return { role, party, next }
}

function readPartyDetail(reading: SetReading, at: number, party: Party, referenceTag: 'REF' | 'N9'): boolean {
  switch (reading.segments.tag(at)) {
    case 'N2':
      party.names = joined(party.names, textAt(reading, at, 1), textAt(reading, at, 2))
      return true
    case 'N3':
      party.address = party.address ?? {}
      party.address.lines = joined(party.address.lines, textAt(reading, at, 1), textAt(reading, at, 2))
      return true
    case 'N4':
      party.address = party.address ?? {}
      readPlace(reading, at, party.address)
      return true
    case 'PER':
      party.contacts = readContacts(reading, at, party.contacts)
      return true
    case referenceTag:
      party.references = added(party.references, readReference(reading, at))
      return true
    default:
      return false
  }
}

function joined(list: string[] | undefined, one: string | undefined, other: string | undefined): string[] | undefined {
  const joint = one === undefined ? list : added(list, one)
  return other === undefined ? joint : added(joint, other)
}

function readPlace(reading: SetReading, at: number, address: Address): void {
  const city = textAt(reading, at, 1)
  if (city !== undefined) address.city = city
  const region = textAt(reading, at, 2)
  if (region !== undefined) address.region = region
  const postalCode = textAt(reading, at, 3)
  if (postalCode !== undefined) address.postalCode = postalCode
  const country = identifierAt(reading, at, 4)
  if (country !== undefined) address.country = country
}

const CONTACT_MEMBERS = { TE: 'phone', EM: 'email', FX: 'fax' } as const

/** Reads PER: a contact, and another one for each further number of the same kind, behind those that came before. */
export function readContacts(reading: SetReading, at: number, before: Contact[] = []): Contact[] {
  const job = identifierAt(reading, at, 1)
  const name = textAt(reading, at, 2)
  const contact: Contact = {}
  if (job !== undefined) contact.function = job
  if (name !== undefined) contact.name = name
  const own = before.push(contact) - 1
  const last = Math.min(7, reading.segments.count(at) - 1)
  for (let pair = 3; pair <= last; pair += 2) {
    const kind = reading.segments.at(at, pair)
    const number = textAt(reading, at, pair + 1)
    const member = wordFor(CONTACT_MEMBERS, kind)
    if (number === undefined || member === undefined) continue
    let place = own
    while (place < before.length && before[place]?.[member] !== undefined) place += 1
    if (place === before.length) before.push(job === undefined ? {} : { function: job })
    ;(before[place] as Contact)[member] = number
  }
  return before
}

/** Reads REF or N9: a qualifier and a value, a description, or both. */
export function readReference(reading: SetReading, at: number): Reference {
  const reference: Reference = { qualifier: neededIdentifier(reading, at, 1, 'The qualifier of the reference') }
  const value = identifierAt(reading, at, 2)
  if (value !== undefined) reference.value = value
  const description = textAt(reading, at, 3)
  if (description !== undefined) reference.description = description
  if (value === undefined && description === undefined) faultAt(reading, 'MISSING', at, 2, ['The reference'])
  return reference
}

const HEADING = ['L1', 'NOTES'] as const

/** True for the N9 that only says that notes follow; our writer puts it before the notes of a header. */
export function isNoteHeading(reading: SetReading, at: number): boolean {
  const { segments } = reading
  return segments.at(at, 1) === HEADING[0] && segments.at(at, 2) === HEADING[1]
}

/** Notes of a header: X12 lets MSG stand there only below an N9. */
export function writeNotes(notes: readonly string[] | undefined): Segment[] {
  if (notes === undefined) return []
  return [segment('N9', ...HEADING), ...notes.map((note) => segment('MSG', note))]
}

/** Reads DTM: a date, a time, or a period in the formats D8 and RD8. */
export function readDated(reading: SetReading, at: number): Dated {
  const dated: Dated = { qualifier: neededIdentifier(reading, at, 1, 'The qualifier of the date') }
  const format = reading.segments.at(at, 5)
  if (format !== '' && reading.segments.at(at, 2) === '') readPeriod(reading, at, format, dated)
  else {
    const date = dateAt(reading, at, 2)
    if (date !== undefined) dated.date = date
    const time = timeAt(reading, at, 3)
    if (time !== undefined) dated.time = time
  }
  return dated
}

function readPeriod(reading: SetReading, at: number, format: string, dated: Dated): void {
  const [first = '', last = ''] = reading.segments.at(at, 6).split('-')
  const days = format === 'RD8' ? [first, last] : format === 'D8' ? [first] : undefined
  if (days === undefined) {
    faultAt(reading, 'CODE_UNKNOWN', at, 5, [format, 'format of a period we read (D8, RD8)'])
    return
  }
  const [from, until] = days.map((day) => `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}`)
  if (!days.every((day) => isX12Date(day))) faultAt(reading, 'DATE_INVALID', at, 6, [reading.segments.at(at, 6)])
  if (from !== undefined) dated.date = from
  if (until !== undefined) dated.until = until
}

function isX12Date(day: string): boolean {
  return dateFromX12(day) !== undefined
}

/** Below N1, warehouse sets want the contacts before the references, all others the other way round; some want N9. */
export type DetailOrder = 'references first' | 'contacts first' | 'N9 first'

/** Writes N1 and what belongs to it. */
export function writeParty(role: string, party: Party | undefined, order: DetailOrder = 'references first'): Segment[] {
  if (party === undefined) return []
  const { names = [], address, contacts = [], references = [] } = party
  const named = references.map((reference) => writeReference(order === 'N9 first' ? 'N9' : 'REF', reference))
  const reached = contacts.map(writeContact)
  return [
    segment('N1', role, party.name, party.idQualifier ?? (party.id === undefined ? undefined : '92'), party.id),
    ...inPairs(names).map(([first, second]) => segment('N2', first, second)),
    ...inPairs(address?.lines ?? []).map(([first, second]) => segment('N3', first, second)),
    ...optionalSegment('N4', address?.city, address?.region, address?.postalCode, address?.country),
    ...(order === 'contacts first' ? [...reached, ...named] : [...named, ...reached]),
  ]
}

/** A document (or line) with parties, some of them members of their own. */
type PartyOwner<M extends string> = { parties?: RoleParty[] } & { [K in M]?: Party }

/** Puts a party where it belongs: into its own member the first time, among the others after that. */
export function placeParty<M extends string>(
  owner: PartyOwner<M>,
  roles: Readonly<Record<string, M>>,
  role: string,
  party: Party,
): void {
  const member = Object.hasOwn(roles, role) ? roles[role] : undefined
  const members: { [K in string]?: Party } = owner
  if (member !== undefined && members[member] === undefined) members[member] = party
  else owner.parties = added(owner.parties, { role, ...party })
}

/** Writes the parties with a member of their own, then the others. */
export function writeParties<M extends string>(
  owner: PartyOwner<M>,
  roles: Readonly<Record<string, M>>,
  order?: DetailOrder,
): Segment[] {
  const members: { [K in string]?: Party } = owner
  return [
    ...Object.entries(roles).flatMap(([role, member]) => writeParty(role, members[member], order)),
    ...writeRoleParties(owner.parties, order),
  ]
}

/** Writes parties by their role. */
export function writeRoleParties(parties: readonly RoleParty[] | undefined, order?: DetailOrder): Segment[] {
  return (parties ?? []).flatMap(({ role, ...party }) => writeParty(role, party, order))
}

function inPairs(texts: readonly string[]): [string, string | undefined][] {
  const pairs: [string, string | undefined][] = []
  for (let at = 0; at < texts.length; at += 2) pairs.push([texts[at] as string, texts[at + 1]])
  return pairs
}

export function writeContact(contact: Contact): Segment {
  const numbers = [
    ['TE', contact.phone],
    ['EM', contact.email],
    ['FX', contact.fax],
  ].flatMap(([kind, number]) => (number === undefined ? [] : [kind, number]))
  return segment('PER', contact.function ?? 'IC', contact.name, ...numbers)
}

/** Writes a reference as REF or N9. */
export function writeReference(tag: 'REF' | 'N9', reference: Reference): Segment {
  return segment(tag, reference.qualifier, reference.value, reference.description)
}

export function writeDated(dated: Dated): Segment {
  const { qualifier, date, time, until } = dated
  if (until === undefined) return segment('DTM', qualifier, x12Date(date), x12Date(time))
  return segment('DTM', qualifier, undefined, undefined, undefined, 'RD8', `${x12Date(date)}-${x12Date(until)}`)
}
