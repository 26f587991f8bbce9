import { added } from './added.ts'
import { agencyOf, contactCodes, qualifierOf, referenceCodes, roleCodes } from './edifact-codes.ts'
import {
  identifierIn,
  linesIn,
  type MessageReading,
  neededIdentifierIn,
  textIn,
  wholeTextIn,
} from './message-reading.ts'
import { inPieces, type MessageSegment, messageSegment, optionalMessageSegment } from './message-writing.ts'
import type { DetailOrder, PartyLoop } from './party-x12.ts'
import { wordFor } from './purposes.ts'
import type { Address, Contact, Party, Reference, RoleParty } from './shapes.ts'

const NAME_WIDTH = 35
const CONTACT_MEMBERS: Readonly<Record<string, 'phone' | 'email' | 'fax'>> = {
  TE: 'phone',
  EM: 'email',
  FX: 'fax',
  AL: 'phone',
}

/** Segments that belong to the NAD before them in most messages. */
const PARTY_DETAIL: ReadonlySet<string> = new Set(['RFF', 'DTM', 'CTA', 'COM', 'LOC', 'FII', 'DOC'])
/** As they are where LOC and DOC begin what follows the parties. */
export const PARTY_CONTACTS: ReadonlySet<string> = new Set(['RFF', 'DTM', 'CTA', 'COM'])
/** Of a NAD that stands alone. */
export const PARTY_ALONE: ReadonlySet<string> = new Set()

/** Reads NAD and what belongs to it: LOC, RFF, CTA, COM and what else stands in its group. */
export function readMessageParty(reading: MessageReading, at: number, detail = PARTY_DETAIL): PartyLoop {
  const role = roleCodes.toX12(neededIdentifierIn(reading, at, 1, 1, 'The role of the party'))
  const party: Party = {}
  const id = identifierIn(reading, at, 2, 1)
  if (id !== undefined) {
    party.id = id
    const { segments } = reading
    const idQualifier = qualifierOf(id, segments.component(at, 2, 2), segments.component(at, 2, 3))
    if (idQualifier !== undefined) party.idQualifier = idQualifier
  }
  readNames(reading, at, party)
  let next = at + 1
  while (next < reading.end && detail.has(reading.segments.tag(next)) && readDetail(reading, next, party)) next += 1
  return { role, party, next }
}

/** The name stands in C080; older guides put name and street together into C058. */
function readNames(reading: MessageReading, at: number, party: Party): void {
  const count = reading.segments.count(at)
  if (count < 3) return
  const loose = linesIn(reading, at, 3, 1, NAME_WIDTH)
  const named = linesIn(reading, at, 4, 1, NAME_WIDTH)
  const name = named[0] ?? loose[0]
  if (name !== undefined) party.name = name
  if (named.length > 1) party.names = named.slice(1)
  const streets = named.length > 0 ? loose : loose.slice(1)
  if (count < 5 && streets.length === 0) return
  const address = addressOf(reading, at, streets)
  if (address) party.address = address
}

function addressOf(reading: MessageReading, at: number, loose: readonly string[]): Address | undefined {
  const lines = linesIn(reading, at, 5, 1, NAME_WIDTH)
  const city = textIn(reading, at, 6, 1)
  const region = textIn(reading, at, 7, 1)
  const postalCode = textIn(reading, at, 8, 1)
  const country = textIn(reading, at, 9, 1)
  const streets = loose.length === 0 ? lines : [...loose, ...lines]
  if (streets.length === 0 && (city ?? region ?? postalCode ?? country) === undefined) return undefined
  const address: Address = {}
  if (streets.length > 0) address.lines = streets as string[]
  if (city !== undefined) address.city = city
  if (region !== undefined) address.region = region
  if (postalCode !== undefined) address.postalCode = postalCode
  if (country !== undefined) address.country = country
  return address
}

function readDetail(reading: MessageReading, at: number, party: Party): boolean {
  switch (reading.segments.tag(at)) {
    case 'RFF': {
      const reference = readMessageReference(reading, at)
      if (reference) party.references = added(party.references, reference)
      return true
    }
    case 'CTA':
      party.contacts = added(party.contacts, readContact(reading, at))
      return true
    case 'COM':
      party.contacts = reached(reading, at, party.contacts ?? [])
      return true
    case 'LOC':
    case 'FII':
    case 'DOC':
      return true
    case 'DTM':
      // the day of a reference of the party
      return reading.segments.tag(at - 1) === 'RFF'
    default:
      return false
  }
}

function readContact(reading: MessageReading, at: number): Contact {
  const job = contactCodes.toX12(reading.segments.component(at, 1, 1))
  const name = textIn(reading, at, 2, 2) ?? textIn(reading, at, 2, 1)
  const contact: Contact = {}
  if (job.length === 2) contact.function = job
  if (name !== undefined) contact.name = name
  return contact
}

/** COM: numbers of the last contact; one more of the same kind is a contact of its own. */
function reached(reading: MessageReading, at: number, contacts: Contact[]): Contact[] {
  const { segments } = reading
  const count = segments.count(at)
  for (let element = 1; element <= count; element += 1) {
    const repeats = Math.max(1, segments.repeats(at, element).length)
    for (let repeat = 1; repeat <= repeats; repeat += 1) {
      const member = wordFor(CONTACT_MEMBERS, segments.component(at, element, 2, repeat))
      const number = repeat === 1 ? textIn(reading, at, element, 1) : segments.component(at, element, 1, repeat)
      if (member === undefined || number === undefined || number === '') continue
      const last = contacts.at(-1)
      if (last && last[member] === undefined) last[member] = number
      else contacts.push({ ...(last?.function ? { function: last.function } : {}), [member]: number })
    }
  }
  return contacts
}

/** Reads RFF; undefined when it names no value. */
export function readMessageReference(reading: MessageReading, at: number): Reference | undefined {
  const qualifier = referenceCodes.toX12(neededIdentifierIn(reading, at, 1, 1, 'The qualifier of the reference'))
  const value = identifierIn(reading, at, 1, 2)
  return value === undefined ? undefined : { qualifier, value }
}

/** Writes a reference; one that only describes has no place in RFF. */
export function writeMessageReferences(references: readonly Reference[] | undefined): MessageSegment[] {
  return (references ?? []).flatMap(({ qualifier, value }) =>
    value === undefined ? [] : [messageSegment('RFF', [referenceCodes.toEdifact(qualifier), value])],
  )
}

function writeContact(contact: Contact): MessageSegment[] {
  const numbers = [
    [contact.phone, 'TE'],
    [contact.email, 'EM'],
    [contact.fax, 'FX'],
  ].filter(([number]) => number !== undefined)
  return [
    messageSegment('CTA', contactCodes.toEdifact(contact.function ?? 'IC'), [undefined, contact.name]),
    ...numbers.map((number) => messageSegment('COM', number)),
  ]
}

/** Writes NAD and what belongs to it. */
export function writeMessageParty(
  role: string,
  party: Party | undefined,
  contacts: readonly Contact[] = [],
  order: DetailOrder = 'references first',
): MessageSegment[] {
  if (party === undefined && contacts.length === 0) return []
  const { id, idQualifier, name, names = [], address, references } = party ?? {}
  const place = [address?.city, address?.region, address?.postalCode, address?.country]
  const known = writeMessageReferences(references)
  const reached = [...(party?.contacts ?? []), ...contacts].flatMap(writeContact)
  const ids = id === undefined ? undefined : [id, ...agencyOf(idQualifier)]
  return [
    messageSegment(
      'NAD',
      roleCodes.toEdifact(role),
      ids,
      undefined,
      name === undefined ? names : [name, ...names],
      address?.lines,
      ...place,
    ),
    ...(order === 'references first' ? [...known, ...reached] : [...reached, ...known]),
  ]
}

type PartyOwner<M extends string> = { parties?: RoleParty[] } & { [K in M]?: Party }

/** Writes the parties with a member of their own, then the others. The document's own contacts stand below `reachedBy`. */
export function writeMessageParties<M extends string>(
  owner: PartyOwner<M>,
  roles: Readonly<Record<string, M>>,
  reachedBy?: M,
  contacts?: readonly Contact[],
  order?: DetailOrder,
): MessageSegment[] {
  const members: { [K in string]?: Party } = owner
  return [
    ...Object.entries(roles).flatMap(([role, member]) =>
      writeMessageParty(role, members[member], member === reachedBy ? contacts : [], order),
    ),
    ...writeMessageRoleParties(owner.parties, order),
  ]
}

/** Writes parties by their role. */
export function writeMessageRoleParties(
  parties: readonly RoleParty[] | undefined,
  order?: DetailOrder,
): MessageSegment[] {
  return (parties ?? []).flatMap(({ role, ...party }) => writeMessageParty(role, party, [], order))
}

const NOTE_WIDTH = 70

/** Reads the text of an FTX. */
export function readMessageNote(reading: MessageReading, at: number, owner: { notes?: string[] }): void {
  const note = wholeTextIn(reading, at, 4, 1, NOTE_WIDTH)
  if (note !== undefined) owner.notes = added(owner.notes, note)
}

const SHORT_NOTE = 80

/** As {@link readMessageNote} where notes are short: a longer one becomes several. */
export function readShortNotes(reading: MessageReading, at: number, owner: { notes?: string[] }): void {
  const note = wholeTextIn(reading, at, 4, 1, NOTE_WIDTH)
  if (note === undefined) return
  if (note.length <= SHORT_NOTE) {
    owner.notes = added(owner.notes, note.trimStart()) // it ends in no blank, and is not empty
    return
  }
  for (const piece of inPieces(note, SHORT_NOTE).map((text) => text.trim()))
    if (piece !== '') owner.notes = added(owner.notes, piece)
}

/** Writes notes as FTX. */
export function writeMessageNotes(notes: readonly string[] | undefined): MessageSegment[] {
  return (notes ?? []).map((note) => messageSegment('FTX', 'AAI', undefined, undefined, inPieces(note, NOTE_WIDTH)))
}

/** Whose currency it is (6343): of an order, an invoice, a price list, a payment. */
export type CurrencyUse = '9' | '4' | '10' | '11'

/** Writes the currency of a document. */
export function writeMessageCurrency(currency: string, use: CurrencyUse): MessageSegment[] {
  return optionalMessageSegment('CUX', ['2', currency, use])
}
