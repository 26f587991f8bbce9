import { added } from './added.ts'
import { writeMessageCharge } from './charge-edifact.ts'
import { writeMessageDates } from './date-edifact.ts'
import { agencyOf, qualifierOf } from './edifact-codes.ts'
import { COUNTED } from './figures.ts'
import {
  packWith,
  readMeasure,
  readMessagePrice,
  writeMeasures,
  writeMessagePrice,
  writeQuantity,
} from './item-edifact.ts'
import { type PartsOwner, readLinePart } from './message-parts.ts'
import { figureIn, identifierIn, type MessageReading, neededFigureIn, neededIdentifierIn } from './message-reading.ts'
import { type MessageSegment, messageSegment } from './message-writing.ts'
import type { PartnerSyntax } from './partner-syntax.ts'
import { writeMessageNotes, writeMessageReferences, writeMessageRoleParties } from './party-edifact.ts'
import type { Destination } from './purchase-order/schema.ts'
import type { ItemNames, LinePrice, Pack } from './shapes.ts'

/** What the lines of ORDERS and ORDCHG say alike beside how much is ordered. */
export interface OrderLineParts extends PartsOwner, ItemNames {
  uom?: string
  price?: LinePrice
  description?: string
  features?: { code?: string; text: string }[]
  pack?: Pack
  destinations?: Destination[]
}

/** Where a line stands while it is read: a QTY behind LOC belongs to that location. */
export interface OrderLineWalk {
  destination: Destination | undefined
}

/** Reads a segment of a line that means the same in ORDERS and ORDCHG; QTY of the line and RFF are read before. */
export function readOrderLinePart(
  reading: MessageReading,
  at: number,
  tag: string,
  line: OrderLineParts,
  walk: OrderLineWalk,
): number {
  switch (tag) {
    case 'PRI':
      readMessagePrice(reading, at, line)
      return at + 1
    case 'MEA': {
      const pack = line.pack ?? {}
      if (readMeasure(reading, at, pack)) line.pack = pack
      return at + 1
    }
    case 'PAC': {
      const packaging = identifierIn(reading, at, 3, 4) ?? identifierIn(reading, at, 3, 1)
      if (packaging !== undefined) line.pack = packWith(line.pack, 'packaging', packaging)
      return at + 1
    }
    case 'LOC':
      openDestination(reading, at, line, walk)
      return at + 1
    default:
      return readLinePart(reading, at, tag, line) || at + 1
  }
}

const CONTAINED = new Set(['59', '52'])

/** Reads a QTY that is not how much is ordered: the part of a location, or what a package holds. */
export function readOrderLineQuantity(
  reading: MessageReading,
  at: number,
  line: OrderLineParts,
  walk: OrderLineWalk,
): boolean {
  const { destination } = walk
  if (destination) {
    destination.quantity = neededFigureIn(reading, at, 1, 2, COUNTED, 'The quantity of the location')
    walk.destination = undefined
    return true
  }
  if (!CONTAINED.has(reading.segments.component(at, 1, 1))) return false
  const pack = figureIn(reading, at, 1, 2, COUNTED)
  if (pack !== undefined) line.pack = packWith(line.pack, 'pack', pack)
  return true
}

const PLACE_OF_DELIVERY = '7'
const BUYERS_LIST = '92'

/** LOC with its QTY: a part of the line for one store. */
function openDestination(reading: MessageReading, at: number, line: OrderLineParts, walk: OrderLineWalk): void {
  const { segments } = reading
  if (segments.component(at, 1, 1) !== PLACE_OF_DELIVERY) return
  const location = neededIdentifierIn(reading, at, 2, 1, 'The location')
  const qualifier = qualifierOf(location, segments.component(at, 2, 2), segments.component(at, 2, 3))
  const theirs = qualifier === undefined || qualifier === BUYERS_LIST ? {} : { locationQualifier: qualifier }
  const destination: Destination = { location, ...theirs, quantity: '' }
  line.destinations = added(line.destinations, destination)
  walk.destination = destination
}

/** What only one of the two messages says in a line, in the places EDIFACT gives it. */
export interface OrderLineExtras {
  readonly quantities: readonly MessageSegment[]
  readonly said?: readonly MessageSegment[]
  readonly names: readonly MessageSegment[]
}

/** Writes a line behind LIN, PIA and IMD. */
export function writeOrderLineParts(
  line: OrderLineParts,
  { quantities, said = [], names }: OrderLineExtras,
  syntax: PartnerSyntax,
): MessageSegment[] {
  const { pack, destinations = [] } = line
  return [
    ...writeMeasures(pack, syntax),
    ...quantities,
    ...(pack?.pack === undefined ? [] : [messageSegment('QTY', ['59', pack.pack])]),
    ...writeMessageDates(line),
    ...said,
    ...writeMessageNotes(line.notes),
    ...writeMessagePrice(line.price, syntax),
    ...names,
    ...writeMessageReferences(line.references),
    ...(pack?.packaging === undefined
      ? []
      : [messageSegment('PAC', undefined, undefined, [undefined, undefined, undefined, pack.packaging])]),
    ...destinations.flatMap((destination) => writeDestination(destination, line.uom, syntax)),
    ...writeMessageRoleParties(line.parties),
    ...(line.charges ?? []).flatMap((charge) => writeMessageCharge(charge, syntax)),
  ]
}

function writeDestination(
  { location, locationQualifier, quantity }: Destination,
  uom: string | undefined,
  syntax: PartnerSyntax,
): MessageSegment[] {
  const place = [location, ...agencyOf(locationQualifier ?? BUYERS_LIST)]
  return [messageSegment('LOC', PLACE_OF_DELIVERY, place), ...writeQuantity('11', quantity, uom, syntax)]
}
