import Type, { type Static } from 'typebox'
import { added } from './added.ts'
import { POSSIBLE } from './figures.ts'
import { closed } from './json-form.ts'
import { type DetailOrder, type PartyLoop, readContacts, readParty, writeParty } from './party-x12.ts'
import {
  faultAt,
  figureAt,
  identifierAt,
  neededIdentifier,
  type SetReading,
  sideUnitAt,
  textAt,
} from './set-reading.ts'
import { errors, optionalSegment, type Segment, segment } from './set-writing.ts'
import { type Contact, identifier, type Party, possible, type Reference, unit } from './shapes.ts'
import { weightUnitCode, weightUnitFrom } from './weight-units.ts'

const optional = Type.Optional

/** How much there is to carry. */
export const freightSchema = closed({
  weight: optional(possible()),
  weightUom: optional(unit()),
  pallets: optional(possible()),
  pieces: optional(possible()),
  volume: optional(possible()),
  volumeUom: optional(unit()),
})
export type Freight = Static<typeof freightSchema>

/** A trailer or container. */
export const trailerSchema = closed({
  initial: optional(identifier(4)),
  number: identifier(15),
})
export type Trailer = Static<typeof trailerSchema>

/** Units of volume have codes of one letter (X12 184) on the road. */
const VOLUMES: Readonly<Record<string, string>> = { E: 'CF', X: 'CR', N: 'CI' }

/** Reads AT8: weight, pieces and volume. */
export function readFreight(reading: SetReading, at: number): Freight {
  const freight: Freight = {}
  readWeight(reading, at, freight)
  const pallets = figureAt(reading, at, 4, POSSIBLE)
  if (pallets !== undefined) freight.pallets = pallets
  const pieces = figureAt(reading, at, 5, POSSIBLE)
  if (pieces !== undefined) freight.pieces = pieces
  const volume = figureAt(reading, at, 7, POSSIBLE)
  if (volume !== undefined) freight.volume = volume
  const volumeUom = volumeUnitAt(reading, at, 6)
  if (volumeUom !== undefined) freight.volumeUom = volumeUom
  return freight
}

/** AT8 has the unit before the weight, where the warehouse's segments have it after. */
function readWeight(reading: SetReading, at: number, freight: Freight): void {
  const weight = figureAt(reading, at, 3, POSSIBLE)
  if (weight !== undefined) freight.weight = weight
  const code = identifierAt(reading, at, 2)
  if (code === undefined) return
  const uom = weightUnitFrom(code) ?? sideUnitAt(reading, at, 2)
  if (uom !== undefined) freight.weightUom = uom
}

function volumeUnitAt(reading: SetReading, at: number, element: number): string | undefined {
  const code = identifierAt(reading, at, element)
  if (code === undefined) return undefined
  if (!Object.hasOwn(VOLUMES, code)) faultAt(reading, 'UNIT_UNKNOWN', at, element, [code], 'warning')
  return VOLUMES[code]
}

/** Writes AT8. */
export function writeFreight(freight: Freight | undefined): Segment[] {
  if (freight === undefined) return []
  const { weight, weightUom, pallets, pieces, volume, volumeUom } = freight
  const gross = weight === undefined ? undefined : 'G'
  return optionalSegment(
    'AT8',
    gross,
    weightUnitCode(weightUom),
    weight,
    pallets,
    pieces,
    volumeCode(volumeUom),
    volume,
  )
}

function volumeCode(uom: string | undefined): string | undefined {
  if (uom === undefined) return undefined
  const found = Object.entries(VOLUMES).find(([, one]) => one === uom)
  if (!found) throw errors.DOES_NOT_FIT(`a volume in ${uom}`)
  return found[0]
}

/** Reads L11: the value comes before its qualifier. */
export function readRoadReference(reading: SetReading, at: number): Reference {
  const reference: Reference = { qualifier: neededIdentifier(reading, at, 2, 'The qualifier of the reference') }
  const value = identifierAt(reading, at, 1)
  if (value !== undefined) reference.value = value
  const description = textAt(reading, at, 3)
  if (description !== undefined) reference.description = description
  return reference
}

/** Writes L11. */
export function writeRoadReferences(references: readonly Reference[] = []): Segment[] {
  return references.map(({ qualifier, value, description }) => segment('L11', value, qualifier, description))
}

/** Reads N1 and what belongs to it on the road: the address, L11 and G61. */
export function readRoadParty(reading: SetReading, at: number): PartyLoop {
  const { role, party, next: after } = readParty(reading, at)
  let next = after
  for (; next < reading.end; next += 1) {
    const tag = reading.segments.tag(next)
    if (tag === 'G61') addContact(party, readContacts(reading, next))
    else if (tag === 'L11') party.references = added(party.references, readRoadReference(reading, next))
    else break
  }
  return { role, party, next }
}

/** A G61 carries one number; the next one with the same name carries another of the same contact. */
function addContact(party: Party, [contact]: Contact[]): void {
  if (contact === undefined) return
  const last = party.contacts?.at(-1)
  const isSame = last !== undefined && last.function === contact.function && last.name === contact.name
  const isMore = isSame && !(['phone', 'email', 'fax'] as const).some((kind) => last[kind] && contact[kind])
  if (isMore) Object.assign(last, contact)
  else party.contacts = added(party.contacts, contact)
}

/** Writes N1 and what belongs to it on the road. */
export function writeRoadParty(role: string, party: Party | undefined, order: DetailOrder): Segment[] {
  if (party === undefined) return []
  const { contacts = [], references, ...named } = party
  const reached = contacts.flatMap(writeRoadContact)
  const known = writeRoadReferences(references)
  return [...writeParty(role, named), ...(order === 'contacts first' ? [...reached, ...known] : [...known, ...reached])]
}

function writeRoadContact(contact: Contact): Segment[] {
  const numbers = [
    ['TE', contact.phone],
    ['EM', contact.email],
    ['FX', contact.fax],
  ].filter(([, number]) => number !== undefined)
  const job = contact.function ?? 'IC'
  if (numbers.length === 0) return [segment('G61', job, contact.name)]
  return numbers.map((number) => segment('G61', job, contact.name, ...number))
}
