import { added } from '../added.ts'
import { POSSIBLE } from '../figures.ts'
import type { PartnerSyntax } from '../partner-syntax.ts'
import {
  type Freight,
  readFreight,
  readRoadParty,
  readRoadReference,
  readWeightAt,
  volumeCode,
  volumeUnitAt,
  writeFreight,
  writeRoadParty,
  writeRoadReferences,
} from '../road-x12.ts'
import {
  figureAt,
  identifierAt,
  neededDate,
  neededIdentifier,
  type SetReading,
  textAt,
  timeAt,
  unitAt,
} from '../set-reading.ts'
import { errors, type Segment, segment, unitText, x12Date } from '../set-writing.ts'
import { weightUnitCode } from '../weight-units.ts'
import type { Laden, LoadOrder, Moment, Stop } from './schema.ts'

/** What is done at a stop (X12 163); the first code of a word is the one written. */
const ACTIONS: readonly (readonly [string, Stop['action']])[] = [
  ['LD', 'pick_up'],
  ['CL', 'pick_up'],
  ['PL', 'pick_up'],
  ['UL', 'drop_off'],
  ['CU', 'drop_off'],
  ['PU', 'drop_off'],
]

/** Qualifiers of date and time that bound the window of a stop. */
type Bounds = Readonly<Record<'notBefore' | 'notAfter', readonly [date: string, time: string]>>
const PICK_UP: Bounds = { notBefore: ['37', 'I'], notAfter: ['38', 'K'] }
const DROP_OFF: Bounds = { notBefore: ['53', 'G'], notAfter: ['54', 'L'] }

function boundsOf({ action }: Stop): Bounds {
  return action === 'drop_off' ? DROP_OFF : PICK_UP
}

function meaning(code: string): Stop['action'] {
  return ACTIONS.find(([one]) => one === code)?.[1] ?? 'other'
}

function usualCode(action: Stop['action']): string | undefined {
  return ACTIONS.find(([, word]) => word === action)?.[0]
}

/** Reads S5. Weight, pieces and volume may stand here; a later AT8 knows better. */
export function readStop(reading: SetReading, at: number): Stop {
  const stop: Stop = { stop: neededIdentifier(reading, at, 1, 'The number of the stop'), action: 'other' }
  const code = neededIdentifier(reading, at, 2, 'What is done at the stop')
  stop.action = meaning(code)
  if (usualCode(stop.action) !== code) stop.code = code
  const freight: Freight = {}
  readWeightAt(reading, at, 3, 4, freight)
  const pieces = figureAt(reading, at, 5, POSSIBLE)
  if (pieces !== undefined) freight.pieces = pieces
  const volume = figureAt(reading, at, 7, POSSIBLE)
  if (volume !== undefined) freight.volume = volume
  const volumeUom = volumeUnitAt(reading, at, 8)
  if (volumeUom !== undefined) freight.volumeUom = volumeUom
  if (Object.keys(freight).length > 0) stop.freight = freight
  return stop
}

/** Reads a segment below S5: the index of the segment after it. */
export function readStopSegment(reading: SetReading, at: number, tag: string, stop: Stop): number {
  switch (tag) {
    case 'N1': {
      const { role, party, next } = readRoadParty(reading, at)
      stop.place = stop.place ?? { role, ...party }
      return next
    }
    case 'L5':
      stop.goods = added(stop.goods, readLaden(reading, at))
      break
    case 'OID':
      stop.orders = added(stop.orders, readOrder(reading, at))
      break
    case 'AT8':
      readStopFreight(reading, at, stop)
      break
    default:
      readStopDetail(reading, at, tag, stop)
  }
  return at + 1
}

/** AT8 after L5 is of those goods, before of the stop. */
function readStopFreight(reading: SetReading, at: number, stop: Stop): void {
  const laden = stop.goods?.at(-1)
  if (laden === undefined) stop.freight = readFreight(reading, at)
  else laden.freight = laden.freight ?? readFreight(reading, at)
}

function readStopDetail(reading: SetReading, at: number, tag: string, stop: Stop): void {
  if (tag === 'G62' && stop.orders === undefined) readBound(reading, at, stop)
  else if (tag === 'L11' && stop.goods === undefined && stop.orders === undefined) {
    stop.references = added(stop.references, readRoadReference(reading, at))
  } else if (tag === 'NTE') {
    const note = textAt(reading, at, 2)
    if (note !== undefined) stop.notes = added(stop.notes, note)
  }
}

function readBound(reading: SetReading, at: number, stop: Stop): void {
  const qualifier = neededIdentifier(reading, at, 1, 'The qualifier of the date')
  const moment = momentAt(reading, at)
  const bounds = boundsOf(stop)
  if (qualifier === bounds.notBefore[0] && stop.notBefore === undefined) stop.notBefore = moment
  else if (qualifier === bounds.notAfter[0] && stop.notAfter === undefined) stop.notAfter = moment
  else {
    const { date, time } = moment
    stop.dates = added(stop.dates, time === undefined ? { qualifier, date } : { qualifier, date, time })
  }
}

/** The moment of a G62. */
export function momentAt(reading: SetReading, at: number): Moment {
  const moment: Moment = { date: neededDate(reading, at, 2, 'The day') }
  const time = timeAt(reading, at, 4)
  if (time !== undefined) moment.time = time
  const zone = identifierAt(reading, at, 5)
  if (zone !== undefined) moment.zone = zone
  return moment
}

function readLaden(reading: SetReading, at: number): Laden {
  const laden: Laden = {}
  const description = textAt(reading, at, 2)
  if (description !== undefined) laden.description = description
  const packaging = identifierAt(reading, at, 5)
  if (packaging !== undefined) laden.packaging = packaging
  const mark = identifierAt(reading, at, 6)
  if (mark !== undefined) laden.mark = mark
  return laden
}

function readOrder(reading: SetReading, at: number): LoadOrder {
  const order: LoadOrder = {}
  const reference = identifierAt(reading, at, 1)
  if (reference !== undefined) order.reference = reference
  const purchaseOrder = identifierAt(reading, at, 2)
  if (purchaseOrder !== undefined) order.purchaseOrder = purchaseOrder
  const uom = unitAt(reading, at, 4)
  if (uom !== undefined) order.uom = uom
  const quantity = figureAt(reading, at, 5, POSSIBLE)
  if (quantity !== undefined) order.quantity = quantity
  readWeightAt(reading, at, 7, 6, order)
  const volumeUom = volumeUnitAt(reading, at, 8)
  if (volumeUom !== undefined) order.volumeUom = volumeUom
  const volume = figureAt(reading, at, 9, POSSIBLE)
  if (volume !== undefined) order.volume = volume
  return order
}

/** Writes S5 and what belongs to it. */
export function writeStop(stop: Stop, syntax: PartnerSyntax): Segment[] {
  const { notBefore, notAfter, dates = [], references, freight, notes = [], place, goods = [], orders = [] } = stop
  const bounds = boundsOf(stop)
  return [
    segment('S5', stop.stop, actionCode(stop)),
    ...writeRoadReferences(references),
    ...(notBefore ? [writeMoment(...bounds.notBefore, notBefore)] : []),
    ...(notAfter ? [writeMoment(...bounds.notAfter, notAfter)] : []),
    ...dates.map(({ qualifier, date = '', time }) => writeMoment(qualifier, '8', time ? { date, time } : { date })),
    ...writeFreight(freight),
    ...notes.map((note) => segment('NTE', undefined, note)),
    ...writePlace(place),
    ...goods.flatMap(writeLaden),
    ...orders.map((order) => writeOrder(order, syntax)),
  ]
}

/** The code for what is done. Throws when there is none, or when the stop's own code means something else. */
function actionCode({ stop, action, code }: Stop): string {
  const known = code ?? usualCode(action)
  if (known !== undefined && meaning(known) === action) return known
  throw errors.DOES_NOT_FIT(
    `S5 of stop ${stop}: the action ${action}${code === undefined ? '' : ` under the code ${code}`}`,
  )
}

function writePlace(place: Stop['place']): Segment[] {
  if (place === undefined) return []
  const { role, ...party } = place
  return writeRoadParty(role, party, 'references first')
}

/** Writes G62. */
export function writeMoment(qualifier: string, timeQualifier: string, { date, time, zone }: Moment): Segment {
  return segment('G62', qualifier, x12Date(date), time === undefined ? undefined : timeQualifier, x12Date(time), zone)
}

function writeLaden({ description, packaging, mark, freight }: Laden): Segment[] {
  return [segment('L5', '1', description, undefined, undefined, packaging, mark), ...writeFreight(freight)]
}

function writeOrder(order: LoadOrder, syntax: PartnerSyntax): Segment {
  const { reference, purchaseOrder, uom, quantity, weight, weightUom, volume, volumeUom } = order
  const measured = [weightUnitCode(weightUom), weight, volumeCode(volumeUom), volume]
  return segment('OID', reference, purchaseOrder, undefined, unitText(uom, syntax), quantity, ...measured)
}
