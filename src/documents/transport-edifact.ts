import { agencyOf, qualifierOf, transportCodes } from './edifact-codes.ts'
import { identifierIn, type MessageReading, textIn } from './message-reading.ts'
import { type MessageSegment, messageSegment } from './message-writing.ts'
import type { Carriage, Equipment } from './shapes.ts'

const SCAC = '2'
const MAIN_CARRIAGE = '20'

/** Reads TDT: carrier and method. */
export function readMessageCarriage(reading: MessageReading, at: number): Carriage {
  const carriage: Carriage = {}
  const mode = identifierIn(reading, at, 3, 1)
  const method = mode === undefined ? undefined : transportCodes.toX12(mode)
  if (method !== undefined && method.length <= 2) carriage.method = method
  const scac = identifierIn(reading, at, 5, 1)
  if (scac !== undefined) {
    carriage.scac = scac
    const { segments } = reading
    const qualifier = qualifierOf(scac, segments.component(at, 5, 2), segments.component(at, 5, 3))
    if (qualifier !== undefined && qualifier !== SCAC) carriage.carrierQualifier = qualifier
  }
  const routing = textIn(reading, at, 5, 4)
  if (routing !== undefined) carriage.routing = routing
  return carriage
}

/** Writes TDT for the main carriage. */
export function writeMessageCarriage(carriage: Carriage | undefined): MessageSegment[] {
  if (carriage === undefined) return []
  const { scac, carrierQualifier, method, routing } = carriage
  const whose = scac === undefined ? [undefined, undefined] : agencyOf(carrierQualifier ?? SCAC)
  const mode = method === undefined ? undefined : transportCodes.toEdifact(method)
  return [messageSegment('TDT', MAIN_CARRIAGE, undefined, mode, undefined, [scac, ...whose, routing])]
}

const CONTAINER_NUMBER = /^([A-Z]{4})(\d+)$/

/** Reads EQD: the trailer or container. */
export function readMessageEquipment(reading: MessageReading, at: number): Equipment {
  const equipment: Equipment = {}
  const type = identifierIn(reading, at, 1, 1)
  if (type !== undefined && type.length <= 2) equipment.type = type === 'TE' ? 'TL' : type
  const number = identifierIn(reading, at, 2, 1)
  if (number === undefined) return equipment
  const [, initial, digits] = CONTAINER_NUMBER.exec(number) ?? []
  if (initial !== undefined) equipment.initial = initial
  equipment.number = digits ?? number
  return equipment
}

/** Reads SEL, the seal of the equipment before it. */
export function readMessageSeal(reading: MessageReading, at: number, equipment: Equipment | undefined): void {
  const seal = identifierIn(reading, at, 1, 1)
  if (equipment && seal !== undefined) equipment.seal ??= seal
}

/** Writes EQD and SEL. */
export function writeMessageEquipment(equipment: Equipment | undefined): MessageSegment[] {
  if (equipment === undefined) return []
  const { type, initial = '', number = '', seal } = equipment
  const row = messageSegment('EQD', type === undefined || type === 'TL' ? 'TE' : type, `${initial}${number}`)
  return seal === undefined ? [row] : [row, messageSegment('SEL', seal)]
}
