import type { EdifactMessage } from '../../edi/edifact/reading.ts'
import { added } from '../added.ts'
import { writeMessageFreightTerms } from '../charge-edifact.ts'
import { hasCheckDigit, ssccFrom } from '../check-digit.ts'
import {
  type NamedMoments,
  readNamedMoment,
  writeMessageDates,
  writeMoment,
  writeNamedMoments,
} from '../date-edifact.ts'
import { referenceCodes } from '../edifact-codes.ts'
import type { Reading } from '../faults.ts'
import { POSSIBLE } from '../figures.ts'
import { type Measured, packWith, readLineItem, readMeasure, writeMeasures, writeQuantity } from '../item-edifact.ts'
import { schemaFaults } from '../json-form.ts'
import {
  type MessageFrame,
  missingDay,
  needQuantity,
  readMessageHead,
  readMessagePurpose,
  walkMessage,
  writeLineGoods,
  writeMessageHead,
} from '../message-frame.ts'
import {
  checkLineCount,
  endMessage,
  keepReference,
  MESSAGE_PURPOSES,
  readLinePart,
  readReferenceGroup,
  writeOrderLine,
} from '../message-parts.ts'
import {
  countedUnitIn,
  faultIn,
  figureIn,
  identifierIn,
  type MessageReading,
  neededFigureIn,
  neededIdentifierIn,
  startMessage,
} from '../message-reading.ts'
import { fittedMessage, type MessageSegment, messageSegment } from '../message-writing.ts'
import type { PartnerSyntax } from '../partner-syntax.ts'
import { writeMessageReferences } from '../party-edifact.ts'
import { codeFor } from '../purposes.ts'
import {
  readMessageEquipment,
  readMessageSeal,
  writeMessageCarriage,
  writeMessageEquipment,
} from '../transport-edifact.ts'
import { orderAmong, shipNoticeFaults } from './checks.ts'
import { type ShipNotice, type ShippedItem, type ShippedOrder, type ShippedPack, shipNoticeSchema } from './schema.ts'
import { SHIPMENT_ROLES } from './x12.ts'

const DESPATCH_ADVICE = '351'
/** 46 is provisional: the notice that some partners send before the truck is loaded. */
const NOTICE_PURPOSES = { ...MESSAGE_PURPOSES, '46': 'advance' } as const

/** A notice has no room for notes, money and charges. */
const FRAME: MessageFrame<(typeof SHIPMENT_ROLES)[keyof typeof SHIPMENT_ROLES]> = {
  roles: SHIPMENT_ROLES,
  reachedBy: 'supplier',
  leavesOut: new Set(['FTX', 'CUX', 'PAT', 'ALC']),
}
/** When the notice was made, when the goods left, when they will come. */
const MOMENTS: NamedMoments<
  'date' | 'time' | 'shippedOn' | 'shippedTime' | 'estimatedDelivery' | 'estimatedDeliveryTime'
> = [
  ['137', 'date', 'time'],
  ['11', 'shippedOn', 'shippedTime'],
  ['17', 'estimatedDelivery', 'estimatedDeliveryTime'],
]
const fits = schemaFaults(shipNoticeSchema)

/** One CPS: what it is packed in, and the packs that its PAC and PCI name. */
interface Level {
  readonly number: string
  readonly at: number
  /** The pack that the level stands in. */
  readonly within: string | undefined
  kind: 'pallet' | 'carton' | undefined
  packaging: string | undefined
  packs: ShippedPack[]
}

interface Walk {
  readonly notice: ShipNotice
  readonly levels: Map<string, Level>
  readonly packSegments: number[]
  readonly itemSegments: number[]
  /** The DTM that have become members. */
  readonly moments: Set<string>
  level: Level | undefined
  item: ShippedItem | undefined
  itemOrder: ShippedOrder | undefined
}

/**
 * Reads DESADV: the notice, or every fault with its place. CPS makes the packs: one for each SSCC (PCI, GIN+BJ) below it.
 * What stands below a CPS with several SSCC is in one of them, and nobody knows in which: then it names the pack around them.
 */
export function readShipNoticeEdifact(message: EdifactMessage, syntax: PartnerSyntax = {}): Reading<ShipNotice> {
  const reading = startMessage(message, 'DESADV', syntax)
  const notice: ShipNotice = { number: '', date: '', orders: [], packs: [], items: [] }
  const walk: Walk = {
    notice,
    levels: new Map(),
    packSegments: [],
    itemSegments: [],
    moments: new Set(),
    level: undefined,
    item: undefined,
    itemOrder: undefined,
  }
  walkMessage(
    reading,
    (at) => readBeginning(reading, at, notice),
    (at, tag) => readSegment(reading, at, tag, walk),
  )
  closeItem(reading, walk)
  if (!walk.moments.has('137')) missingDay(reading)
  nameOnlyOrder(notice)
  return endMessage(reading, notice, fits, shipNoticeFaults, (pointer) => segmentOf(pointer, walk))
}

function segmentOf(pointer: string, { packSegments, itemSegments }: Walk): number {
  const match = /^\/(items|packs)\/(\d+)/.exec(pointer)
  if (!match) return 1
  return (match[1] === 'items' ? itemSegments : packSegments)[Number(match[2])] ?? 1
}

function readBeginning(reading: MessageReading, at: number, notice: ShipNotice): void {
  notice.number = neededIdentifierIn(reading, at, 2, 1, 'The shipment number')
  const purpose = readMessagePurpose(reading, at, NOTICE_PURPOSES, 'original', 'a ship notice')
  if (purpose !== undefined) notice.purpose = purpose
}

/** Items that name no order belong to the one order of the header. */
function nameOnlyOrder({ orders, items }: ShipNotice): void {
  const [only, ...others] = orders
  if (only === undefined || others.length > 0) return
  for (const item of items) if (item.purchaseOrder === undefined) takeOrder(item, only)
}

function takeOrder(item: ShippedItem, { purchaseOrder, release }: ShippedOrder): void {
  item.purchaseOrder = purchaseOrder
  if (release !== undefined) item.release = release
}

function readSegment(reading: MessageReading, at: number, tag: string, walk: Walk): number {
  if (tag === 'CPS') openLevel(reading, at, walk)
  else if (tag === 'LIN') openItem(reading, at, walk)
  else if (tag === 'CNT') {
    closeItem(reading, walk)
    checkLineCount(reading, at, walk.notice.items.length)
  } else if (walk.item) return readOfItem(reading, at, tag, walk, walk.item)
  else if (walk.level) return readOfLevel(reading, at, tag, walk, walk.level)
  else return readOfHeader(reading, at, tag, walk)
  return at + 1
}

function readOfHeader(reading: MessageReading, at: number, tag: string, walk: Walk): number {
  const { notice } = walk
  switch (tag) {
    case 'DTM':
      if (readNamedMoment(reading, at, notice, MOMENTS, walk.moments)) return at + 1
      break
    case 'RFF':
      return readHeaderReference(reading, at, notice)
    case 'EQD':
      notice.equipment ??= readMessageEquipment(reading, at)
      return at + 1
    case 'SEL':
      readMessageSeal(reading, at, notice.equipment)
      return at + 1
    default:
  }
  return readMessageHead(reading, at, tag, notice, FRAME) || at + 1
}

function readHeaderReference(reading: MessageReading, at: number, notice: ShipNotice): number {
  const group = readReferenceGroup(reading, at)
  const { code, value } = group
  if (value === undefined) return group.next
  if (code === 'ON') orderOf(notice, value, group.version, group.date)
  else if (code === 'BM' && notice.billOfLading === undefined) notice.billOfLading = value
  else if (code === 'CN' && notice.carrierReference === undefined) notice.carrierReference = value
  else keepReference(notice, group)
  return group.next
}

/** The order of a reference; one that was named before is the same order. */
function orderOf({ orders }: ShipNotice, purchaseOrder: string, release?: string, date?: string): ShippedOrder {
  const order: ShippedOrder = release === undefined ? { purchaseOrder } : { purchaseOrder, release }
  const known = orderAmong(orders, order)
  if (known) return known
  if (date !== undefined) order.date = date
  orders.push(order)
  return order
}

/** CPS: number and parent. Without a parent it stands in nothing. */
function openLevel(reading: MessageReading, at: number, walk: Walk): void {
  closeItem(reading, walk)
  const number = neededIdentifierIn(reading, at, 1, 1, 'The number of the level')
  const parent = identifierIn(reading, at, 2, 1)
  const above = parent === undefined ? undefined : walk.levels.get(parent)
  if (parent !== undefined && above === undefined)
    faultIn(reading, 'HIERARCHY', at, 2, 1, [`there is no level ${parent} before this one`])
  if (walk.levels.has(number)) faultIn(reading, 'HIERARCHY', at, 1, 1, [`level ${number} comes twice`])
  const level: Level = {
    number,
    at,
    within: above && holderOf(above),
    kind: undefined,
    packaging: undefined,
    packs: [],
  }
  walk.levels.set(number, level)
  walk.level = level
}

/** The pack that is around what stands in a level: its own, when it is one. */
function holderOf({ packs, within }: Level): string | undefined {
  return packs.length === 1 ? packs[0]?.number : within
}

/** Pallets by their code in Recommendation 21 and EANCOM; every other pack with a number is a carton. */
const PALLETS = new Set(['PX', 'PE', '200', '201', '202', '203', '204', '210', '211', '212', '08', '09'])

function readOfLevel(reading: MessageReading, at: number, tag: string, walk: Walk, level: Level): number {
  const pack = level.packs.at(-1)
  switch (tag) {
    case 'PAC':
      readPackage(reading, at, walk, level)
      return at + 1
    case 'MEA':
      readPackMeasure(reading, at, walk, pack)
      return at + 1
    case 'QTY': {
      const count = figureIn(reading, at, 1, 2, POSSIBLE)
      if (pack && count !== undefined && count !== '0' && reading.segments.component(at, 1, 1) === '52')
        pack.pack = packWith(pack.pack, 'pack', count)
      return at + 1
    }
    case 'PCI':
      if (pack && reading.segments.component(at, 2, 1) !== '') readMark(reading, at, pack)
      return at + 1
    case 'RFF': {
      const group = readReferenceGroup(reading, at)
      if (pack && group.code === 'CN' && pack.tracking === undefined && group.value !== undefined)
        pack.tracking = group.value
      else if (pack) keepReference(pack, group)
      return group.next
    }
    case 'GIN':
      readPackNumbers(reading, at, walk, level)
      return at + 1
    default:
      return at + 1
  }
}

/** MEA of a pack, or of the packages that the level above only counts. */
function readPackMeasure(reading: MessageReading, at: number, { notice }: Walk, pack: ShippedPack | undefined): void {
  const measured: Measured = (pack ? pack.pack : notice.ladings?.at(-1)) ?? {}
  if (readMeasure(reading, at, measured) && pack) pack.pack = measured
}

/** The first PAC of a level makes its pack; on the level of the whole shipment it only counts, and becomes a lading. */
function readPackage(reading: MessageReading, at: number, walk: Walk, level: Level): void {
  const quantity = figureIn(reading, at, 1, 1, POSSIBLE)
  const code = identifierIn(reading, at, 3, 1)
  const named = identifierIn(reading, at, 3, 4)
  level.kind = code !== undefined && PALLETS.has(code) ? 'pallet' : 'carton'
  level.packaging = named
  if (isWhole(reading, at, quantity)) {
    const packaging = named ?? code
    const lading: NonNullable<ShipNotice['ladings']>[number] = {}
    if (packaging !== undefined) lading.packaging = packaging
    if (quantity !== undefined) lading.quantity = quantity
    walk.notice.ladings = added(walk.notice.ladings, lading)
  } else if (level.packs.length === 0) openPack(walk, level, at)
}

/** A PAC that counts several packs, of which none is named before the next level or line. */
function isWhole({ segments, end }: MessageReading, at: number, quantity: string | undefined): boolean {
  if (quantity === undefined || quantity === '1') return false
  for (let next = at + 1; next < end; next += 1) {
    const tag = segments.tag(next)
    if (tag === 'GIN') return false
    if (tag === 'CPS' || tag === 'LIN' || tag === 'PAC') return true
  }
  return true
}

function openPack({ notice, packSegments }: Walk, level: Level, at: number): ShippedPack {
  const pack: ShippedPack = { number: String(notice.packs.length + 1), level: level.kind ?? 'carton' }
  if (level.within !== undefined) pack.within = level.within
  if (level.packaging !== undefined) pack.pack = { packaging: level.packaging }
  notice.packs.push(pack)
  packSegments.push(at)
  level.packs.push(pack)
  return pack
}

/** PCI with a mark in words: C210 is the mark, C827 its kind. */
function readMark(reading: MessageReading, at: number, pack: ShippedPack): void {
  const value = neededIdentifierIn(reading, at, 2, 1, 'The mark')
  const kind = identifierIn(reading, at, 4, 1) ?? 'ZZ'
  pack.marks = added(pack.marks, { qualifier: kind.slice(0, 2), value })
}

const SSCC = new Set(['BJ', 'AW'])
const LAST_NUMBER = 6

/** GIN+BJ: the SSCC of each pack of the level. A wrong check digit is a warning: the label is on the goods. */
function readPackNumbers(reading: MessageReading, at: number, walk: Walk, level: Level): void {
  if (!SSCC.has(reading.segments.component(at, 1, 1))) return
  for (let element = 2; element <= LAST_NUMBER; element += 1) {
    const value = identifierIn(reading, at, element, 1)
    if (value === undefined) continue
    const last = level.packs.at(-1)
    const pack = last && last.sscc === undefined ? last : openPack(walk, level, at)
    pack.sscc = ssccFrom(value)
    if (!hasCheckDigit(pack.sscc)) faultIn(reading, 'CHECK_DIGIT', at, element, 1, [value], 'warning')
  }
}

function openItem(reading: MessageReading, at: number, walk: Walk): void {
  closeItem(reading, walk)
  const item: ShippedItem = { quantity: '', uom: '' }
  const pack = walk.level && holderOf(walk.level)
  if (pack !== undefined) item.pack = pack
  readLineItem(reading, at, item)
  walk.notice.items.push(item)
  walk.itemSegments.push(at)
  walk.item = item
}

/** An item without QTY says nothing about how much. */
function closeItem(reading: MessageReading, walk: Walk): void {
  const { item } = walk
  walk.item = undefined
  if (item) needQuantity(reading, walk.itemSegments.at(-1) ?? 1, item, 'The quantity despatched')
}

function readOfItem(reading: MessageReading, at: number, tag: string, walk: Walk, item: ShippedItem): number {
  switch (tag) {
    case 'QTY':
      readQuantity(reading, at, item)
      return at + 1
    case 'GIN':
      readTraces(reading, at, item)
      return at + 1
    case 'MEA': {
      const packing = item.packing ?? {}
      if (readMeasure(reading, at, packing)) item.packing = packing
      return at + 1
    }
    case 'RFF':
      return readItemReference(reading, at, walk, item)
    case 'NAD':
    case 'FTX':
      // read for its faults; an item has no parties and no notes
      return readLinePart(reading, at, tag, {})
    case 'ALC':
      return at + 1
    default:
      return readLinePart(reading, at, tag, item) || at + 1
  }
}

const DESPATCHED = new Set(['12', '1'])

function readQuantity(reading: MessageReading, at: number, item: ShippedItem): void {
  const code = reading.segments.component(at, 1, 1)
  if (DESPATCHED.has(code) && item.quantity === '') {
    item.quantity = neededFigureIn(reading, at, 1, 2, POSSIBLE, 'The quantity despatched')
    item.uom = countedUnitIn(reading, at, 1, 3)
  } else if (code === '21') {
    const ordered = figureIn(reading, at, 1, 2, POSSIBLE)
    if (ordered === undefined) return
    item.ordered = ordered
    item.orderedUom = countedUnitIn(reading, at, 1, 3)
  } else if (code === '3') {
    const soFar = figureIn(reading, at, 1, 2, POSSIBLE)
    if (soFar !== undefined) item.shippedToDate = soFar
  }
}

/** GIN+BN: serial numbers; GIN+BX: the lot. */
function readTraces(reading: MessageReading, at: number, item: ShippedItem): void {
  const kind = reading.segments.component(at, 1, 1)
  for (let element = 2; element <= LAST_NUMBER; element += 1) {
    const value = identifierIn(reading, at, element, 1)
    if (value === undefined) continue
    if (kind === 'BX') item.lot ??= value
    else if (kind === 'BN') item.serials = added(item.serials, value)
  }
}

/** RFF+ON names the order and its line. */
function readItemReference(reading: MessageReading, at: number, { notice }: Walk, item: ShippedItem): number {
  const group = readReferenceGroup(reading, at)
  const { code, value, line } = group
  if (code === 'ON' && value !== undefined) {
    takeOrder(item, orderOf(notice, value, group.version, group.date))
    if (line !== undefined) item.line = line
  } else if (code === 'LI' && value !== undefined) item.line ??= value
  else if (referenceCodes.toX12(code) === 'LT' && value !== undefined) item.lot ??= value
  else keepReference(item, group)
  return group.next
}

/** Writes a ship notice as the body of DESADV: a CPS for each pack, and one for what is in none. */
export function writeShipNoticeEdifact(notice: ShipNotice, syntax: PartnerSyntax = {}): MessageSegment[] {
  const { number, billOfLading, carrierReference, orders, items } = notice
  return fittedMessage(
    [
      messageSegment('BGM', DESPATCH_ADVICE, number, codeFor(NOTICE_PURPOSES, notice.purpose ?? 'original')),
      ...writeNamedMoments(notice, MOMENTS),
      ...writeMessageHead(notice, FRAME, [
        ...orders.flatMap(writeOrder),
        ...(billOfLading === undefined ? [] : [messageSegment('RFF', ['BM', billOfLading])]),
        ...(carrierReference === undefined ? [] : [messageSegment('RFF', ['CN', carrierReference])]),
      ]),
      ...writeMessageFreightTerms(notice.freightTerms),
      ...writeMessageCarriage(notice.carriage),
      ...writeMessageEquipment(notice.equipment),
      ...writeLevels(notice, syntax),
      messageSegment('CNT', ['2', String(items.length)]),
    ],
    syntax,
  )
}

function writeOrder({ purchaseOrder, release, date }: ShippedOrder): MessageSegment[] {
  return [messageSegment('RFF', ['ON', purchaseOrder, undefined, release]), ...writeMoment('171', { date })]
}

/** The shipment is level 1, and each pack one more, below the level of the pack it stands in. */
function writeLevels(notice: ShipNotice, syntax: PartnerSyntax): MessageSegment[] {
  const levels = new Map(notice.packs.map(({ number }, at) => [number, String(at + 2)]))
  const held = Map.groupBy(notice.items, ({ pack }) => pack)
  let line = 0
  const itemsOf = (pack: string | undefined) =>
    (held.get(pack) ?? []).flatMap((item) => {
      line += 1
      return writeItem(item, String(line), syntax)
    })
  const ladings = (notice.ladings ?? []).flatMap((lading) => [
    messageSegment('PAC', lading.quantity, undefined, [undefined, undefined, undefined, lading.packaging]),
    ...writeMeasures(lading, syntax),
  ])
  return [
    messageSegment('CPS', '1'),
    ...ladings,
    ...itemsOf(undefined),
    ...notice.packs.flatMap((pack) => [
      messageSegment('CPS', levels.get(pack.number), pack.within === undefined ? '1' : levels.get(pack.within)),
      ...writePack(pack, syntax),
      ...itemsOf(pack.number),
    ]),
  ]
}

function writePack(pack: ShippedPack, syntax: PartnerSyntax): MessageSegment[] {
  const { level, pack: packing, marks = [], tracking, sscc } = pack
  const code = level === 'pallet' ? 'PX' : 'CT'
  const references = writeMessageReferences(pack.references)
  const named = [
    ...(tracking === undefined ? [] : [messageSegment('RFF', ['CN', tracking])]),
    ...references,
    ...(sscc === undefined ? [] : [messageSegment('GIN', 'BJ', sscc)]),
  ]
  return [
    messageSegment('PAC', '1', undefined, [code, undefined, undefined, packing?.packaging]),
    ...writeMeasures(packing, syntax),
    ...writeQuantity('52', packing?.pack, undefined, syntax),
    ...marks.map(({ qualifier, value }) => messageSegment('PCI', '24', value, undefined, qualifier)),
    ...(named.length === 0 ? [] : [messageSegment('PCI', '33E'), ...named]),
  ]
}

const NUMBERS_PER_SEGMENT = 5

function writeItem(item: ShippedItem, place: string, syntax: PartnerSyntax): MessageSegment[] {
  const { purchaseOrder, release, line, quantity, uom, ordered, orderedUom, shippedToDate, lot, serials = [] } = item
  const traces: MessageSegment[] = lot === undefined ? [] : [messageSegment('GIN', 'BX', lot)]
  for (let from = 0; from < serials.length; from += NUMBERS_PER_SEGMENT)
    traces.push(messageSegment('GIN', 'BN', ...serials.slice(from, from + NUMBERS_PER_SEGMENT)))
  return [
    ...writeLineGoods(place, item),
    ...writeMeasures(item.packing, syntax),
    ...writeQuantity('12', quantity, uom, syntax),
    ...writeQuantity('21', ordered, orderedUom, syntax),
    ...writeQuantity('3', shippedToDate, undefined, syntax),
    ...traces,
    ...writeMessageDates(item),
    ...writeOrderLine(purchaseOrder, line, release),
    ...writeMessageReferences(item.references),
  ]
}
