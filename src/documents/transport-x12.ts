import { POSSIBLE } from './figures.ts'
import type { PartnerSyntax } from './partner-syntax.ts'
import { figureAt, identifierAt, type SetReading, sideUnitAt, textAt } from './set-reading.ts'
import { optionalSegment, type Segment, unitText } from './set-writing.ts'
import type { Carriage, Equipment, Lading } from './shapes.ts'

const SCAC = '2'

/** Reads TD5: carrier, method, routing and level of service. */
export function readCarriage(reading: SetReading, at: number): Carriage {
  const carriage: Carriage = {}
  const scac = identifierAt(reading, at, 3)
  if (scac !== undefined) carriage.scac = scac
  const qualifier = identifierAt(reading, at, 2)
  if (qualifier !== undefined && qualifier !== SCAC) carriage.carrierQualifier = qualifier
  const method = identifierAt(reading, at, 4)
  if (method !== undefined) carriage.method = method
  const routing = textAt(reading, at, 5)
  if (routing !== undefined) carriage.routing = routing
  const service = identifierAt(reading, at, 12)
  if (service !== undefined) carriage.service = service
  return carriage
}

/** Writes TD5. */
export function writeCarriage(carriage: Carriage | undefined): Segment[] {
  if (carriage === undefined) return []
  const { scac, carrierQualifier, method, routing, service } = carriage
  const qualifier = carrierQualifier ?? (scac === undefined ? undefined : SCAC)
  const level = service === undefined ? [] : [undefined, undefined, undefined, undefined, undefined, undefined, service]
  return optionalSegment('TD5', undefined, qualifier, scac, method, routing, ...level)
}

/** Reads TD1: packages, weight and volume of a whole. */
export function readLading(reading: SetReading, at: number): Lading {
  const lading: Lading = {}
  const packaging = identifierAt(reading, at, 1)
  if (packaging !== undefined) lading.packaging = packaging
  const quantity = figureAt(reading, at, 2, POSSIBLE)
  if (quantity !== undefined) lading.quantity = quantity
  const weight = figureAt(reading, at, 7, POSSIBLE)
  if (weight !== undefined) lading.weight = weight
  const weightUom = sideUnitAt(reading, at, 8)
  if (weightUom !== undefined) lading.weightUom = weightUom
  const volume = figureAt(reading, at, 9, POSSIBLE)
  if (volume !== undefined) lading.volume = volume
  const volumeUom = sideUnitAt(reading, at, 10)
  if (volumeUom !== undefined) lading.volumeUom = volumeUom
  return lading
}

/** Writes TD1. */
export function writeLading(lading: Lading | undefined, syntax: PartnerSyntax): Segment[] {
  if (lading === undefined) return []
  return optionalSegment(
    'TD1',
    lading.packaging,
    lading.quantity,
    undefined,
    undefined,
    undefined,
    lading.weight === undefined ? undefined : 'G',
    lading.weight,
    unitText(lading.weightUom, syntax),
    lading.volume,
    unitText(lading.volumeUom, syntax),
  )
}

/** Reads TD3: the trailer or container. */
export function readEquipment(reading: SetReading, at: number): Equipment {
  const equipment: Equipment = {}
  const type = identifierAt(reading, at, 1)
  if (type !== undefined) equipment.type = type
  const initial = identifierAt(reading, at, 2)
  if (initial !== undefined) equipment.initial = initial
  const number = identifierAt(reading, at, 3)
  if (number !== undefined) equipment.number = number
  const seal = identifierAt(reading, at, 9)
  if (seal !== undefined) equipment.seal = seal
  return equipment
}

/** Writes TD3. */
export function writeEquipment(equipment: Equipment | undefined): Segment[] {
  if (equipment === undefined) return []
  const { type, initial, number, seal } = equipment
  return optionalSegment('TD3', type, initial, number, undefined, undefined, undefined, undefined, undefined, seal)
}
