import Type, { type Static } from 'typebox'
import { added } from './added.ts'
import { moneyAt } from './charge-x12.ts'
import { POSSIBLE } from './figures.ts'
import { closed } from './json-form.ts'
import { type DetailOrder, type PartyLoop, readContacts, readParty, writeParty } from './party-x12.ts'
import { wordFor } from './purposes.ts'
import {
  faultAt,
  figureAt,
  identifierAt,
  neededIdentifier,
  type SetReading,
  sideUnitAt,
  textAt,
} from './set-reading.ts'
import { cents, errors, optionalSegment, type Segment, segment } from './set-writing.ts'
import { amount, type Contact, code, identifier, type Party, possible, type Reference, unit } from './shapes.ts'
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
  readWeightAt(reading, at, 3, 2, freight)
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

/** Reads a weight and its one-letter unit, each from its own place. */
export function readWeightAt(reading: SetReading, at: number, weightAt: number, unitAt: number, into: Weighed): void {
  const weight = figureAt(reading, at, weightAt, POSSIBLE)
  if (weight !== undefined) into.weight = weight
  const code = identifierAt(reading, at, unitAt)
  if (code === undefined) return
  const uom = weightUnitFrom(code) ?? sideUnitAt(reading, at, unitAt)
  if (uom !== undefined) into.weightUom = uom
}

interface Weighed {
  weight?: string
  weightUom?: string
}

/** A unit of volume; one that is not in the list is left out, with a warning. */
export function volumeUnitAt(reading: SetReading, at: number, element: number): string | undefined {
  const code = identifierAt(reading, at, element)
  if (code === undefined) return undefined
  const unit = wordFor(VOLUMES, code)
  if (unit === undefined) faultAt(reading, 'UNIT_UNKNOWN', at, element, [code], 'warning')
  return unit
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

/** The code of X12 184 for a unit. Throws when the list has none. */
export function volumeCode(uom: string | undefined): string | undefined {
  if (uom === undefined) return undefined
  const found = Object.entries(VOLUMES).find(([, one]) => one === uom)
  if (!found) throw errors.DOES_NOT_FIT(`a volume in ${uom}`)
  return found[0]
}

/** What a load adds up to. */
export const loadTotalsSchema = closed({
  weight: optional(possible()),
  weightUom: optional(unit()),
  rate: optional(possible()),
  rateBasis: optional(code(2, 'X12 122: FR flat rate, PM per mile, PH per hundred pounds …')),
  charge: optional(amount()),
  volume: optional(possible()),
  volumeUom: optional(unit()),
  pieces: optional(possible()),
})
export type LoadTotals = Static<typeof loadTotalsSchema>

/** Reads L3: weight, charge, volume and pieces of the whole. The charge is in cents without a point. */
export function readLoadTotals(reading: SetReading, at: number, currency: string): LoadTotals {
  const totals: LoadTotals = {}
  readWeightAt(reading, at, 1, 12, totals)
  const rate = figureAt(reading, at, 3, POSSIBLE)
  if (rate !== undefined) totals.rate = rate
  const rateBasis = identifierAt(reading, at, 4)
  if (rateBasis !== undefined) totals.rateBasis = rateBasis
  const charge = moneyAt(reading, at, 5, currency)
  if (charge !== undefined) totals.charge = charge
  const volume = figureAt(reading, at, 9, POSSIBLE)
  if (volume !== undefined) totals.volume = volume
  const volumeUom = volumeUnitAt(reading, at, 10)
  if (volumeUom !== undefined) totals.volumeUom = volumeUom
  const pieces = figureAt(reading, at, 11, POSSIBLE)
  if (pieces !== undefined) totals.pieces = pieces
  return totals
}

/** Writes L3. */
export function writeLoadTotals(totals: LoadTotals | undefined): Segment[] {
  if (totals === undefined) return []
  const { weight, weightUom, rate, rateBasis, charge, volume, volumeUom, pieces } = totals
  const priced = [rate, rateBasis, cents(charge), undefined, undefined, undefined]
  const gross = weight === undefined ? undefined : 'G'
  return optionalSegment(
    'L3',
    weight,
    gross,
    ...priced,
    volume,
    volumeCode(volumeUom),
    pieces,
    weightUnitCode(weightUom),
  )
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
