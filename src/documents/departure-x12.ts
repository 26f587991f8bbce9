import { identifierAt, neededIdentifier, type SetReading, textAt } from './set-reading.ts'
import { type Segment, segment } from './set-writing.ts'
import type { Departure } from './warehouse-advice/schema.ts'

/** Reads W27: how the goods left. */
export function readDeparture(reading: SetReading, at: number): Departure {
  const departure: Departure = { method: neededIdentifier(reading, at, 1, 'The method of transport') }
  const scac = identifierAt(reading, at, 2)
  if (scac !== undefined) departure.scac = scac
  const routing = textAt(reading, at, 3)
  if (routing !== undefined) departure.routing = routing
  const payment = identifierAt(reading, at, 4)
  if (payment !== undefined) departure.payment = payment
  const equipmentType = identifierAt(reading, at, 5)
  if (equipmentType !== undefined) departure.equipmentType = equipmentType
  const equipmentInitial = identifierAt(reading, at, 6)
  if (equipmentInitial !== undefined) departure.equipmentInitial = equipmentInitial
  const equipmentNumber = identifierAt(reading, at, 7)
  if (equipmentNumber !== undefined) departure.equipmentNumber = equipmentNumber
  return departure
}

/** Writes W27. */
export function writeDeparture(departure: Departure | undefined): Segment[] {
  if (departure === undefined) return []
  const { method, scac, routing, payment, equipmentType, equipmentInitial, equipmentNumber } = departure
  return [segment('W27', method, scac, routing, payment, equipmentType, equipmentInitial, equipmentNumber)]
}
