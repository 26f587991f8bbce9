import type { X12Set } from '../../edi/x12/reading.ts'
import { added } from '../added.ts'
import { readFreightTerms } from '../charge-x12.ts'
import type { Reading } from '../faults.ts'
import { POSSIBLE, SIGNED } from '../figures.ts'
import { keepLevel, type Levels, noLevels, readLevel } from '../hierarchy-x12.ts'
import { readItemIds, readPack } from '../item-x12.ts'
import { readDescription } from '../line-x12.ts'
import { readMarks } from '../marks.ts'
import type { PartnerSyntax } from '../partner-syntax.ts'
import { placeParty, readContacts, readDated, readParty, readReference } from '../party-x12.ts'
import { PURPOSES, wordFor } from '../purposes.ts'
import {
  dateAt,
  endReading,
  faultAt,
  figureAt,
  identifierAt,
  locateFindings,
  missingSegment,
  neededDate,
  neededFigure,
  neededIdentifier,
  neededUnit,
  type SetReading,
  startReading,
  timeAt,
  unitAt,
} from '../set-reading.ts'
import { NAMED_ROLES } from '../shapes.ts'
import { readDate } from '../ship-window.ts'
import { readCarriage, readEquipment, readLading } from '../transport-x12.ts'
import { orderAmong, shipNoticeFaults } from './checks.ts'
import type { ShipNotice, ShippedItem, ShippedOrder, ShippedPack } from './schema.ts'

/** BSN01 in words; 14 is the advance notice that some partners send before the truck is loaded. */
export const NOTICE_PURPOSES = { ...PURPOSES, '14': 'advance' } as const
/** Parties of the shipment that are members of their own. */
export const SHIPMENT_ROLES = { SF: 'shipFrom', ...NAMED_ROLES } as const
/** Parties of an order that are members of their own. */
export const ORDER_ROLES = { BY: 'buyer' } as const

/** One HL: its level, and the order and pack that hold for all below it. */
interface Level {
  readonly code: string
  readonly at: number
  order?: ShippedOrder
  pack?: ShippedPack
  item?: ShippedItem
}

interface Walk {
  readonly notice: ShipNotice
  readonly levels: Levels<Level>
  level: Level | undefined
  readonly packSegments: number[]
  readonly itemSegments: number[]
}

/**
 * Reads an 856 whatever the order of its levels (SOTPI, SOPI, SOI, SPOI …): the notice, or every fault with its
 * segment and element. The hierarchy becomes three lists; each item names its order and its pack.
 */
export function readShipNoticeX12(set: X12Set, syntax: PartnerSyntax = {}): Reading<ShipNotice> {
  const reading = startReading(set, '856', syntax)
  const notice: ShipNotice = { number: '', date: '', orders: [], packs: [], items: [] }
  const walk: Walk = {
    notice,
    levels: noLevels(),
    level: undefined,
    packSegments: [],
    itemSegments: [],
  }
  if (reading.segments.tag(1) === 'BSN') readBeginning(reading, 1, notice)
  else missingSegment(reading, 'BSN')
  let at = 1
  while (at < reading.end) at = readSegment(reading, at, walk)
  closeItem(reading, walk)
  const findings = shipNoticeFaults(notice)
  if (findings.length > 0) locateFindings(reading, findings, (pointer) => segmentOf(pointer, walk))
  return endReading(reading, notice)
}

function segmentOf(pointer: string, { packSegments, itemSegments }: Walk): number {
  const match = /^\/(items|packs)\/(\d+)/.exec(pointer)
  if (!match) return 1
  return (match[1] === 'items' ? itemSegments : packSegments)[Number(match[2])] ?? 1
}

function readBeginning(reading: SetReading, at: number, notice: ShipNotice): void {
  const code = neededIdentifier(reading, at, 1, 'The purpose')
  const purpose = wordFor(NOTICE_PURPOSES, code)
  if (purpose === undefined && code !== '') faultAt(reading, 'CODE_UNKNOWN', at, 1, [code, 'purpose of a ship notice'])
  else if (purpose !== undefined && purpose !== 'original') notice.purpose = purpose
  notice.number = neededIdentifier(reading, at, 2, 'The shipment number')
  notice.date = neededDate(reading, at, 3, 'The date of the notice')
  const time = timeAt(reading, at, 4)
  if (time !== undefined) notice.time = time
}

function readSegment(reading: SetReading, at: number, walk: Walk): number {
  const tag = reading.segments.tag(at)
  if (tag === 'HL') {
    closeItem(reading, walk)
    openLevel(reading, at, walk)
  } else if (tag === 'CTT') {
    closeItem(reading, walk)
    checkCount(reading, at, walk)
    walk.level = undefined
  } else if (tag === 'N1') return readPartyLoop(reading, at, walk)
  else if (walk.level?.item) readOfItem(reading, at, tag, walk.level.item, walk)
  else if (isPackLevel(walk.level)) readOfPack(reading, at, tag, walk.level.pack)
  else if (walk.level?.code === 'O') readOfOrder(reading, at, tag, walk)
  else readOfShipment(reading, at, tag, walk.notice)
  return at + 1
}

function isPackLevel(level: Level | undefined): level is Level & { pack: ShippedPack } {
  return (level?.code === 'P' || level?.code === 'T') && level.pack !== undefined
}

function openLevel(reading: SetReading, at: number, walk: Walk): void {
  const { number, code, above } = readLevel(reading, at, walk.levels)
  const level: Level = { code, at, order: above?.order, pack: above?.pack, item: undefined }
  if (code === 'P' || code === 'T') level.pack = openPack(walk, code, above?.pack, at)
  if (code === 'I') level.item = openItem(level, walk, at)
  keepLevel(walk.levels, number, code, level)
  walk.level = level
}

function openPack(walk: Walk, code: string, within: ShippedPack | undefined, at: number): ShippedPack {
  const { packs } = walk.notice
  const number = String(packs.length + 1)
  const level = code === 'T' ? 'pallet' : 'carton'
  const pack: ShippedPack = within ? { number, within: within.number, level } : { number, level }
  packs.push(pack)
  walk.packSegments.push(at)
  return pack
}

function openItem({ order, pack }: Level, walk: Walk, at: number): ShippedItem {
  const item: ShippedItem = order
    ? { quantity: '', uom: '', purchaseOrder: order.purchaseOrder }
    : { quantity: '', uom: '' }
  if (order?.release !== undefined) item.release = order.release
  if (pack) item.pack = pack.number
  walk.notice.items.push(item)
  walk.itemSegments.push(at)
  return item
}

/** An item level without SN1 says nothing about how much. */
function closeItem(reading: SetReading, { level }: Walk): void {
  if (level?.item === undefined || level.item.quantity !== '') return
  faultAt(reading, 'MISSING', level.at, undefined, ['The quantity shipped (SN1)'])
  level.item.quantity = '0'
}

function readPartyLoop(reading: SetReading, at: number, { notice, level }: Walk): number {
  const { role, party, next } = readParty(reading, at)
  if (level?.code === 'O' && level.order) placeParty(level.order, ORDER_ROLES, role, party)
  else if (level === undefined || level.code === 'S') placeParty(notice, SHIPMENT_ROLES, role, party)
  return next
}

function readOfShipment(reading: SetReading, at: number, tag: string, notice: ShipNotice): void {
  if (tag === 'TD1') notice.ladings = added(notice.ladings, readLading(reading, at))
  else if (tag === 'TD5') notice.carriage = notice.carriage ?? readCarriage(reading, at)
  else if (tag === 'TD3') notice.equipment = notice.equipment ?? readEquipment(reading, at)
  else if (tag === 'FOB') notice.freightTerms = notice.freightTerms ?? readFreightTerms(reading, at)
  else if (tag === 'PER') notice.contacts = readContacts(reading, at, notice.contacts)
  else if (tag === 'DTM') readShipmentDate(reading, at, notice)
  else if (tag === 'REF') readShipmentReference(reading, at, notice)
}

/** DTM 011 and 017 have members of their own, with their times; the rest goes the way of all dates. */
function readShipmentDate(reading: SetReading, at: number, notice: ShipNotice): void {
  const qualifier = reading.segments.at(at, 1)
  const isShipped = qualifier === '011' && notice.shippedOn === undefined
  const isEstimate = qualifier === '017' && notice.estimatedDelivery === undefined
  if (reading.segments.at(at, 5) !== '' || (!isShipped && !isEstimate)) {
    readDate(reading, at, notice)
    return
  }
  const { date, time } = readDated(reading, at)
  if (date === undefined) return
  notice[isShipped ? 'shippedOn' : 'estimatedDelivery'] = date
  if (time !== undefined) notice[isShipped ? 'shippedTime' : 'estimatedDeliveryTime'] = time
}

function readShipmentReference(reading: SetReading, at: number, notice: ShipNotice): void {
  const reference = readReference(reading, at)
  const { qualifier, value, description } = reference
  const isPlain = value !== undefined && description === undefined
  if (isPlain && qualifier === 'BM' && notice.billOfLading === undefined) notice.billOfLading = value
  else if (isPlain && qualifier === 'CN' && notice.carrierReference === undefined) notice.carrierReference = value
  else notice.references = added(notice.references, reference)
}

function readOfOrder(reading: SetReading, at: number, tag: string, walk: Walk): void {
  const { level, notice } = walk
  if (level === undefined) return
  if (tag === 'PRF') level.order = readOrder(reading, at, notice)
  else if (level.order === undefined) return
  else if (tag === 'REF') level.order.references = added(level.order.references, readReference(reading, at))
  else if (tag === 'TD1') level.order.ladings = added(level.order.ladings, readLading(reading, at))
}

/** The order of a PRF; one that was named before is the same order. */
function readOrder(reading: SetReading, at: number, { orders }: ShipNotice): ShippedOrder {
  const order: ShippedOrder = { purchaseOrder: neededIdentifier(reading, at, 1, 'The order number') }
  const release = identifierAt(reading, at, 2)
  if (release !== undefined) order.release = release
  const changeSequence = identifierAt(reading, at, 3)
  if (changeSequence !== undefined) order.changeSequence = changeSequence
  const date = dateAt(reading, at, 4)
  if (date !== undefined) order.date = date
  const contract = identifierAt(reading, at, 6)
  if (contract !== undefined) order.contract = contract
  const known = orderAmong(orders, order)
  if (known) return known
  orders.push(order)
  return order
}

function readOfPack(reading: SetReading, at: number, tag: string, pack: ShippedPack): void {
  if (tag === 'MAN') readMarks(reading, at, pack)
  else if (tag === 'PO4') pack.pack = pack.pack ?? readPack(reading, at)
  else if (tag === 'TD1') pack.ladings = added(pack.ladings, readLading(reading, at))
  else if (tag === 'REF') pack.references = added(pack.references, readReference(reading, at))
}

function readOfItem(reading: SetReading, at: number, tag: string, item: ShippedItem, walk: Walk): void {
  if (tag === 'LIN') readGoods(reading, at, item)
  else if (tag === 'SN1') readShipped(reading, at, item)
  else if (tag === 'PRF') {
    const { purchaseOrder, release } = readOrder(reading, at, walk.notice)
    item.purchaseOrder = purchaseOrder
    if (release !== undefined) item.release = release
  } else if (tag === 'PO4') item.packing = item.packing ?? readPack(reading, at)
  else if (tag === 'PID') readDescription(reading, at, item)
  else if (tag === 'DTM') readDate(reading, at, item)
  else if (tag === 'MAN') readOwnPack(reading, at, item, walk)
  else if (tag === 'REF') readItemReference(reading, at, item)
}

/** Among the ids of LIN, LT is the lot and SN a serial number. */
function readGoods(reading: SetReading, at: number, item: ShippedItem): void {
  const line = identifierAt(reading, at, 1)
  if (line !== undefined) item.line = line
  readItemIds(reading, at, 2, item)
  if (!item.ids?.some(isTraced)) return
  for (const { qualifier, value } of item.ids) {
    if (qualifier === 'LT' && item.lot === undefined) item.lot = value
    if (qualifier === 'SN') item.serials = added(item.serials, value)
  }
  const ids = item.ids.filter((id) => !isTraced(id))
  item.ids = ids.length > 0 ? ids : undefined
}

const isTraced = ({ qualifier }: { qualifier: string }): boolean => qualifier === 'LT' || qualifier === 'SN'

function readShipped(reading: SetReading, at: number, item: ShippedItem): void {
  const line = identifierAt(reading, at, 1)
  if (line !== undefined && item.line === undefined) item.line = line
  item.quantity = neededFigure(reading, at, 2, POSSIBLE, 'The quantity shipped')
  item.uom = neededUnit(reading, at, 3)
  const shippedToDate = figureAt(reading, at, 4, POSSIBLE)
  if (shippedToDate !== undefined) item.shippedToDate = shippedToDate
  const ordered = figureAt(reading, at, 5, POSSIBLE)
  if (ordered !== undefined) item.ordered = ordered
  const orderedUom = unitAt(reading, at, 6)
  if (orderedUom !== undefined) item.orderedUom = orderedUom
  const status = identifierAt(reading, at, 8)
  if (status !== undefined) item.status = status
}

/** A mark on the item itself: the item is its own carton. */
function readOwnPack(reading: SetReading, at: number, item: ShippedItem, walk: Walk): void {
  const { packs } = walk.notice
  const outer = packs[Number(item.pack) - 1] // a pack has its place as its number
  if (walk.level?.pack === outer) {
    const pack = openPack(walk, 'P', outer, at)
    item.pack = pack.number
    readMarks(reading, at, pack)
  } else if (outer) readMarks(reading, at, outer)
}

function readItemReference(reading: SetReading, at: number, item: ShippedItem): void {
  const reference = readReference(reading, at)
  if (reference.qualifier === 'SE' && reference.value !== undefined) item.serials = added(item.serials, reference.value)
  else item.references = added(item.references, reference)
}

/** Some count the levels, some the items. */
function checkCount(reading: SetReading, at: number, { levels, notice }: Walk): void {
  const { count: levelCount } = levels
  const counted = figureAt(reading, at, 1, SIGNED)
  const { length } = notice.items
  if (counted === undefined || counted === String(levelCount) || counted === String(length)) return
  faultAt(reading, 'COUNT_DIFFERS', at, 1, [counted, `${levelCount} levels with ${length} items`])
}
