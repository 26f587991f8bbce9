import type { EdifactMessage } from '../../edi/edifact/reading.ts'
import { added } from '../added.ts'
import { type Moment as MomentOfMessage, readMoment, writeMoment } from '../date-edifact.ts'
import { agencyOf } from '../edifact-codes.ts'
import type { Reading } from '../faults.ts'
import { POSSIBLE, SIGNED } from '../figures.ts'
import { readMeasure, writeMeasures } from '../item-edifact.ts'
import { schemaFaults } from '../json-form.ts'
import {
  type MessageFrame,
  messageKind,
  readMessageHead,
  readMessageKind,
  readMessagePurpose,
  walkMessage,
} from '../message-frame.ts'
import { endMessage, MESSAGE_PURPOSES } from '../message-parts.ts'
import {
  figureIn,
  identifierIn,
  type MessageReading,
  neededIdentifierIn,
  sideUnitIn,
  startMessage,
  wholeTextIn,
} from '../message-reading.ts'
import { fittedMessage, inPieces, type MessageSegment, messageSegment, messageUnit } from '../message-writing.ts'
import type { PartnerSyntax } from '../partner-syntax.ts'
import {
  readMessageParty,
  readShortNotes,
  writeMessageNotes,
  writeMessageParties,
  writeMessageParty,
  writeMessageReferences,
} from '../party-edifact.ts'
import { placeParty } from '../party-x12.ts'
import { codeFor, wordFor } from '../purposes.ts'
import type { Freight, LoadTotals } from '../road-x12.ts'
import { lastOfHead, missingSegment } from '../set-reading.ts'
import { errors } from '../set-writing.ts'
import type { Party, RoleParty } from '../shapes.ts'
import { readMessageEquipment, writeMessageEquipment } from '../transport-edifact.ts'
import { loadTenderFaults } from './checks.ts'
import { type Laden, type LoadTender, loadTenderSchema, type Moment, type Stop } from './schema.ts'

const FORWARDING_INSTRUCTIONS = '610'
const CARRIER = 'CA'
/** X12 66: the carrier's code is a SCAC. */
const SCAC = '2'
const FREIGHT_CHARGE = '64'
const RESPOND_BY = '265'
const ROLES = { BT: 'billTo' } as const

type Action = Stop['action']

/** What is done at a place (3227), and the days from and until when (2005). */
const PLACES: Readonly<Record<Action, { place: string; notBefore: string; notAfter: string; note: string }>> = {
  pick_up: { place: '9', notBefore: '234', notAfter: '235', note: 'LOI' },
  drop_off: { place: '7', notBefore: '64', notAfter: '63', note: 'DIN' },
  other: { place: '13', notBefore: '64', notAfter: '63', note: 'ICN' },
}
const ACTIONS = new Map(Object.entries(PLACES).map(([action, { place }]) => [place, action as Action]))
const actionOf = (place: string): Action | undefined => ACTIONS.get(place)
const STOP_NOTES: ReadonlySet<string> = new Set(Object.values(PLACES).map(({ note }) => note))

/** Who is a stop where no LOC says so, the surest first: goods are fetched from the one and brought to the other. */
const SENDERS = ['SF', 'PW', 'SH']
const RECEIVERS = ['ST', 'CN', 'UC']

/** Carriage and references go their own way; charges and terms are none of a tender's. */
const FRAME: MessageFrame<'billTo'> = {
  roles: ROLES,
  reachedBy: 'billTo',
  leavesOut: new Set(['DTM', 'CUX', 'PAT', 'ALC', 'FTX']),
}
const fits = schemaFaults(loadTenderSchema)
/** What stands before the charges (CPI) of IFTMIN. */
const BEFORE_CHARGES: ReadonlySet<string> = new Set(
  'BGM CTA COM DTM TSR CUX MOA FTX CNT DOC GDS LOC TOD RFF GOR SEL'.split(' '),
)

interface Noted {
  readonly code: string
  readonly stop: string
  readonly notes: string[]
}

/** A NAD of which no LOC says which stop it is. */
interface Loose {
  readonly at: number
  readonly role: string
  readonly party: Party
}

interface Loaded {
  readonly laden: Laden
  stop: Stop | undefined
}

interface Walk {
  readonly tender: LoadTender
  readonly stopSegments: number[]
  readonly noted: Noted[]
  readonly loose: Loose[]
  /** Days of the whole, by their code; they are those of the first stop they fit. */
  readonly days: Map<string, Moment>
  /** The stop of the LOC before, whose days follow. */
  stop: Stop | undefined
  /** The goods of each GID with the stop that it names, and the one that is open. */
  readonly loaded: Loaded[]
  goods: Loaded | undefined
}

/**
 * Reads IFTMIN: the load tender, or every fault with its place. A LOC with a number is a stop, and LOC below NAD and GID says
 * whose place and which goods it is; without such LOC there are two stops, the sender's and the receiver's, and all is loaded
 * at the first.
 */
export function readLoadTenderEdifact(message: EdifactMessage, syntax: PartnerSyntax = {}): Reading<LoadTender> {
  const reading = startMessage(message, 'IFTMIN', syntax)
  const tender: LoadTender = { shipment: '', payment: '', stops: [] }
  const walk: Walk = {
    tender,
    stopSegments: [],
    noted: [],
    loose: [],
    days: new Map(),
    stop: undefined,
    loaded: [],
    goods: undefined,
  }
  walkMessage(
    reading,
    (at) => readBeginning(reading, at, tender),
    (at, tag) => readSegment(reading, at, tag, walk),
  )
  placeLoose(walk)
  takeGoods(walk)
  for (const noted of walk.noted) placeNotes(walk, noted)
  for (const [code, moment] of walk.days) placeDay(tender, code, moment)
  if (tender.payment === '') missingSegment(reading, 'CPI', lastOfHead(reading, BEFORE_CHARGES))
  return endMessage(reading, tender, fits, loadTenderFaults, (pointer) => {
    const stop = /^\/stops\/(\d+)/.exec(pointer)
    return walk.stopSegments[stop ? Number(stop[1]) : -1] ?? 1
  })
}

function readBeginning(reading: MessageReading, at: number, tender: LoadTender): void {
  const type = readMessageKind(reading, at, /^[A-Z]{2}$/)
  if (type !== undefined) tender.type = type
  tender.shipment = neededIdentifierIn(reading, at, 2, 1, 'The number of the load')
  const purpose = readMessagePurpose(reading, at, MESSAGE_PURPOSES, 'original', 'a load tender')
  if (purpose !== undefined && purpose !== 'original') tender.purpose = purpose
}

function readSegment(reading: MessageReading, at: number, tag: string, walk: Walk): number {
  const { tender, goods } = walk
  switch (tag) {
    case 'GID':
      openGoods(reading, at, walk)
      return at + 1
    case 'EQD':
      walk.goods = undefined
      readTrailer(reading, at, tender)
      return at + 1
    case 'NAD':
      if (goods) return at + 1
      return readPlace(reading, at, walk)
    default:
      if (goods) readOfGoods(reading, at, tag, walk, goods.laden)
      else return readOfHead(reading, at, tag, walk)
  }
  return at + 1
}

function readOfHead(reading: MessageReading, at: number, tag: string, walk: Walk): number {
  const { tender } = walk
  const code = reading.segments.component(at, 1, 1)
  switch (tag) {
    case 'DTM':
      readDay(reading, at, code, walk)
      return at + 1
    case 'LOC':
      openStop(reading, at, code, walk)
      return at + 1
    case 'FTX':
      readNotes(reading, at, code, walk)
      return at + 1
    case 'CNT':
      readTotal(reading, at, code, tender)
      return at + 1
    case 'MOA':
      if (code === FREIGHT_CHARGE) setTotal(tender, 'charge', figureIn(reading, at, 1, 2, SIGNED))
      return at + 1
    case 'TDT':
      walk.stop = undefined
      readCarrier(tender, identifierIn(reading, at, 5, 1))
      return at + 1
    case 'CPI':
      readPayment(tender, identifierIn(reading, at, 2, 1) ?? wordOf(identifierIn(reading, at, 3, 1)))
      return at + 1
    case 'TOD':
      readPayment(tender, identifierIn(reading, at, 2, 1))
      return at + 1
    default:
      walk.stop = undefined
      return readMessageHead(reading, at, tag, tender, FRAME) || at + 1
  }
}

/** 4237: prepaid or collect. */
function wordOf(indicator: string | undefined): string | undefined {
  return indicator === 'P' ? 'PP' : indicator === 'C' ? 'CC' : undefined
}

function readPayment(tender: LoadTender, payment: string | undefined): void {
  if (tender.payment === '' && payment !== undefined && payment.length === 2) tender.payment = payment
}

function readCarrier(tender: LoadTender, carrier: string | undefined): void {
  if (carrier !== undefined) tender.scac ??= carrier
}

/** A day of the stop before, of the whole, or by when the carrier has to answer. */
function readDay(reading: MessageReading, at: number, code: string, { tender, stop, days }: Walk): void {
  const moment = momentFrom(readMoment(reading, at))
  if (moment === undefined) return
  if (code === RESPOND_BY) tender.respondBy = moment
  else if (stop) placeBound(stop, code, moment)
  else days.set(code, moment)
}

function momentFrom({ date, time }: MomentOfMessage): Moment | undefined {
  return date === undefined ? undefined : time === undefined ? { date } : { date, time }
}

function placeBound(stop: Stop, code: string, moment: Moment): boolean {
  const { notBefore, notAfter } = PLACES[stop.action]
  if (code === notBefore) stop.notBefore ??= moment
  else if (code === notAfter) stop.notAfter ??= moment
  else return false
  return true
}

/** A day that stands at the head is that of the first stop it fits; one asked for is both ends of its window. */
function placeDay({ stops }: LoadTender, code: string, moment: Moment): void {
  if (stops.some((stop) => placeBound(stop, code, moment))) return
  const action = code === '200' ? 'pick_up' : code === '2' || code === '69' ? 'drop_off' : undefined
  const stop = stops.find((one) => one.action === action)
  if (stop === undefined || stop.notBefore !== undefined || stop.notAfter !== undefined) return
  stop.notBefore = moment
  stop.notAfter = { ...moment }
}

/** LOC with what is done there and the number of the stop. */
function openStop(reading: MessageReading, at: number, code: string, walk: Walk): void {
  const action = actionOf(code)
  const number = identifierIn(reading, at, 2, 1)
  walk.stop = undefined
  if (action === undefined || number === undefined || !STOP_NUMBER.test(number)) return
  walk.stop = addStop(walk, at, number, action)
}

const STOP_NUMBER = /^\d{1,3}$/

function addStop({ tender, stopSegments }: Walk, at: number, stop: string, action: Action): Stop {
  const opened: Stop = { stop, action }
  tender.stops.push(opened)
  stopSegments.push(at)
  return opened
}

/** NAD: the carrier, the place of a stop (LOC below it), or somebody else. What it refers to is the stop's. */
function readPlace(reading: MessageReading, at: number, walk: Walk): number {
  const { tender } = walk
  const { role, party, next } = readMessageParty(reading, at)
  walk.stop = undefined
  const stop = tiedTo(reading, at + 1, next, tender)
  if (role === CARRIER) readCarrier(tender, party.id)
  else if (stop) takePlace(stop, role, party)
  else walk.loose.push({ at, role, party })
  return next
}

/** The stop that a LOC below NAD or GID names. */
function tiedTo({ segments }: MessageReading, from: number, to: number, { stops }: LoadTender): Stop | undefined {
  for (let at = from; at < to; at += 1) {
    if (segments.tag(at) !== 'LOC' || actionOf(segments.component(at, 1, 1)) === undefined) continue
    const number = segments.component(at, 2, 1)
    const stop = stops.find((one) => one.stop === number)
    if (stop) return stop
  }
  return undefined
}

const ORDER = 'PO'

function takePlace(stop: Stop, role: string, party: Party): void {
  const { references, name, names, id, idQualifier, address, contacts } = party
  const place: RoleParty = { role }
  if (id !== undefined) place.id = id
  if (idQualifier !== undefined) place.idQualifier = idQualifier
  if (name !== undefined) place.name = name
  if (names !== undefined) place.names = names
  if (address !== undefined) place.address = address
  if (contacts !== undefined) place.contacts = contacts
  if ((id ?? name ?? names ?? address ?? contacts) !== undefined) stop.place = place
  for (const reference of references ?? []) {
    const { qualifier, value } = reference
    if (qualifier === ORDER && value !== undefined) stop.orders = added(stop.orders, { purchaseOrder: value })
    else stop.references = added(stop.references, reference)
  }
}

/** Where no LOC makes stops, the sender and the receiver are the two; everybody else is a party. */
function placeLoose(walk: Walk): void {
  const { tender, loose } = walk
  const isOpen = tender.stops.length === 0 && tender.purpose !== 'cancel'
  const sender = isOpen ? surest(loose, SENDERS) : undefined
  const receiver = isOpen ? surest(loose, RECEIVERS) : undefined
  for (const [one, action] of [[sender, 'pick_up'] as const, [receiver, 'drop_off'] as const])
    if (one) takePlace(addStop(walk, one.at, String(tender.stops.length + 1), action), one.role, one.party)
  for (const one of loose) if (one !== sender && one !== receiver) placeParty(tender, ROLES, one.role, one.party)
}

function surest(loose: readonly Loose[], roles: readonly string[]): Loose | undefined {
  for (const role of roles) {
    const found = loose.find((one) => one.role === role)
    if (found) return found
  }
  return undefined
}

/** FTX of the head; loading and delivery instructions are a stop's. */
function readNotes(reading: MessageReading, at: number, code: string, { tender, noted }: Walk): void {
  if (!STOP_NOTES.has(code)) {
    readShortNotes(reading, at, tender)
    return
  }
  const owner: { notes?: string[] } = {}
  readShortNotes(reading, at, owner)
  noted.push({ code, stop: reading.segments.component(at, 3, 1), notes: owner.notes ?? [] })
}

function placeNotes({ tender }: Walk, { code, stop: number, notes }: Noted): void {
  const { stops } = tender
  const stop = stops.find((one) => one.stop === number) ?? stops.find(({ action }) => PLACES[action].note === code)
  for (const note of notes)
    if (stop) stop.notes = added(stop.notes, note)
    else tender.notes = added(tender.notes, note)
}

const COUNTED_TOTALS: Readonly<Record<string, 'weight' | 'pieces' | 'volume'>> = {
  '7': 'weight',
  '11': 'pieces',
  '15': 'volume',
}

function readTotal(reading: MessageReading, at: number, code: string, tender: LoadTender): void {
  const member = wordFor(COUNTED_TOTALS, code)
  if (member === undefined) return
  setTotal(tender, member, figureIn(reading, at, 1, 2, POSSIBLE))
  const uom = member === 'pieces' ? undefined : sideUnitIn(reading, at, 1, 3)
  if (member !== 'pieces') setTotal(tender, `${member}Uom`, uom)
}

function setTotal(tender: LoadTender, member: keyof LoadTotals, value: string | undefined): void {
  if (value === undefined) return
  tender.totals ??= {}
  tender.totals[member] = value
}

function readTrailer(reading: MessageReading, at: number, tender: LoadTender): void {
  const { initial, number } = readMessageEquipment(reading, at)
  if (number === undefined) return
  tender.trailers = added(tender.trailers, initial === undefined ? { number } : { initial, number })
}

/** GID: so many packages of a kind. */
function openGoods(reading: MessageReading, at: number, walk: Walk): void {
  const laden: Laden = {}
  const packaging = identifierIn(reading, at, 2, 2) ?? identifierIn(reading, at, 2, 5)
  if (packaging !== undefined) laden.packaging = packaging
  const pieces = figureIn(reading, at, 2, 1, POSSIBLE)
  if (pieces !== undefined) laden.freight = { pieces }
  walk.stop = undefined
  walk.goods = { laden, stop: undefined }
  walk.loaded.push(walk.goods)
}

function readOfGoods(reading: MessageReading, at: number, tag: string, walk: Walk, laden: Laden): void {
  switch (tag) {
    case 'LOC':
      if (walk.goods) walk.goods.stop ??= tiedTo(reading, at, at + 1, walk.tender)
      break
    case 'FTX':
    case 'IMD': {
      const description = wholeTextIn(reading, at, tag === 'FTX' ? 4 : 3, tag === 'FTX' ? 1 : 4, 70)
      if (description !== undefined) laden.description ??= description
      break
    }
    case 'MEA': {
      const freight: Freight = laden.freight ?? {}
      if (readMeasure(reading, at, freight)) laden.freight = freight
      break
    }
    case 'PCI': {
      const mark = identifierIn(reading, at, 2, 1)
      if (mark !== undefined) laden.mark ??= mark
      break
    }
    default:
  }
}

/** Goods that nothing describes are only how much there is at their stop; those of no stop are loaded at the first. */
function takeGoods({ tender, loaded }: Walk): void {
  const first = tender.stops.find(({ action }) => action === 'pick_up')
  for (const { laden, stop = first } of loaded) {
    if (stop === undefined) continue
    const { freight } = laden
    if (freight && stop.freight === undefined && Object.keys(laden).length === 1) stop.freight = freight
    else stop.goods = added(stop.goods, laden)
  }
}

/**
 * Writes a load tender as the body of IFTMIN. Rates, time zones, further days and the codes of stops have no place in it; of the
 * orders of a stop it names the numbers.
 */
export function writeLoadTenderEdifact(tender: LoadTender, syntax: PartnerSyntax = {}): MessageSegment[] {
  const { shipment, scac, payment, purpose = 'original', type, respondBy, stops, totals, trailers = [] } = tender
  const places = [
    ...(scac === undefined ? [] : [messageSegment('NAD', CARRIER, [scac, ...agencyOf(SCAC)])]),
    ...writeMessageParties(tender, ROLES, undefined, undefined, 'contacts first'),
    ...stops.flatMap(writePlace),
  ]
  if (places.length === 0) throw errors.DOES_NOT_FIT('NAD: the carrier or a stop, of which IFTMIN has to name one')
  return fittedMessage(
    [
      messageSegment('BGM', messageKind(FORWARDING_INSTRUCTIONS, type), shipment, codeFor(MESSAGE_PURPOSES, purpose)),
      ...(respondBy === undefined ? [] : writeMoment(RESPOND_BY, momentOf(respondBy))),
      ...(totals?.charge === undefined ? [] : [messageSegment('MOA', [FREIGHT_CHARGE, totals.charge])]),
      ...writeMessageNotes(tender.notes),
      ...stops.flatMap(writeStopNotes),
      ...writeTotals(totals, syntax),
      ...stops.flatMap(writeStop),
      ...writeMessageReferences(tender.references),
      messageSegment('CPI', undefined, payment),
      ...places,
      ...stops.flatMap(ladenOf).flatMap(({ stop, laden }, at) => writeLaden(stop, laden, String(at + 1), syntax)),
      ...trailers.flatMap(writeMessageEquipment),
    ],
    syntax,
  )
}

function momentOf({ date, time }: Moment): MomentOfMessage {
  return time === undefined ? { date } : { date, time }
}

function writeTotals(totals: LoadTotals | undefined, syntax: PartnerSyntax): MessageSegment[] {
  const { weight, weightUom, pieces, volume, volumeUom } = totals ?? {}
  return [
    ...(weight === undefined ? [] : [messageSegment('CNT', ['7', weight, messageUnit(weightUom, syntax)])]),
    ...(pieces === undefined ? [] : [messageSegment('CNT', ['11', pieces])]),
    ...(volume === undefined ? [] : [messageSegment('CNT', ['15', volume, messageUnit(volumeUom, syntax)])]),
  ]
}

function tie({ stop, action }: Stop): MessageSegment {
  return messageSegment('LOC', PLACES[action].place, stop)
}

function writeStop(stop: Stop): MessageSegment[] {
  const { notBefore, notAfter } = stop
  const codes = PLACES[stop.action]
  return [
    tie(stop),
    ...(notBefore ? writeMoment(codes.notBefore, momentOf(notBefore)) : []),
    ...(notAfter ? writeMoment(codes.notAfter, momentOf(notAfter)) : []),
  ]
}

const NOTE_WIDTH = 70

function writeStopNotes({ stop, action, notes = [] }: Stop): MessageSegment[] {
  const { note: code } = PLACES[action]
  const whose = [stop, undefined, 'ZZZ']
  return notes.map((note) => messageSegment('FTX', code, undefined, whose, inPieces(note, NOTE_WIDTH)))
}

function writePlace(stop: Stop): MessageSegment[] {
  const { place, action, references, orders = [] } = stop
  const { references: _, role = action === 'pick_up' ? 'SF' : 'ST', ...party }: Partial<RoleParty> = place ?? {}
  const [nad, ...reached] = writeMessageParty(role, party)
  const named = orders.flatMap(({ purchaseOrder }) =>
    purchaseOrder === undefined ? [] : [{ qualifier: ORDER, value: purchaseOrder }],
  )
  return [...(nad ? [nad] : []), tie(stop), ...reached, ...writeMessageReferences([...(references ?? []), ...named])]
}

/** What is loaded or unloaded at a stop; how much in all is goods that nothing describes. */
function ladenOf(stop: Stop): { stop: Stop; laden: Laden }[] {
  const { freight, goods = [] } = stop
  return [...(freight ? [{ freight }] : []), ...goods].map((laden) => ({ stop, laden }))
}

function writeLaden(
  stop: Stop,
  { description, packaging, mark, freight }: Laden,
  number: string,
  syntax: PartnerSyntax,
): MessageSegment[] {
  return [
    messageSegment('GID', number, [freight?.pieces, packaging]),
    tie(stop),
    ...(description === undefined
      ? []
      : [messageSegment('FTX', 'AAA', undefined, undefined, inPieces(description, NOTE_WIDTH))]),
    ...writeMeasures(freight, syntax),
    ...(mark === undefined ? [] : [messageSegment('PCI', '24', mark)]),
  ]
}
