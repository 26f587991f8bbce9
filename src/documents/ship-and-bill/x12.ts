import { decimal } from '../../base/decimal.ts'
import type { X12Set } from '../../edi/x12/reading.ts'
import { added } from '../added.ts'
import { readBillTotals, readTax, readUnitsShipped } from '../bill-x12.ts'
import { readCharge, readFreightTerms, readTerms } from '../charge-x12.ts'
import type { Reading } from '../faults.ts'
import { POSSIBLE, SIGNED } from '../figures.ts'
import { currencyOf, readHead, readPurpose, takenDate } from '../head-x12.ts'
import { keepLevel, type Levels, noLevels, readLevel } from '../hierarchy-x12.ts'
import { readItemIds, readPack, readPrice } from '../item-x12.ts'
import { readDescription } from '../line-x12.ts'
import { readMarks } from '../marks.ts'
import type { PartnerSyntax } from '../partner-syntax.ts'
import { readDated, readParty, readReference } from '../party-x12.ts'
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
  sideUnitAt,
  startReading,
  timeAt,
  unitAt,
} from '../set-reading.ts'
import { NAMED_ROLES } from '../shapes.ts'
import { readTraced } from '../traced-x12.ts'
import { readCarriage, readEquipment, readLading } from '../transport-x12.ts'
import { shipAndBillFaults } from './checks.ts'
import type { Bill, BilledItem, BilledPack, ShipAndBill } from './schema.ts'

/** Parties of the shipment that are members of their own. */
export const SHIPMENT_ROLES = { SF: 'shipFrom', ...NAMED_ROLES, RE: 'remitTo' } as const
export const SHIPPED = '011'
export const ESTIMATED = '017'

/** One HL: its level, and the bill and pack that hold for all below it. */
interface Level {
  readonly code: string
  readonly at: number
  bill?: Bill
  pack?: BilledPack
  item?: BilledItem
}

interface Walk {
  readonly notice: ShipAndBill
  readonly levels: Levels<Level>
  level: Level | undefined
  readonly billSegments: number[]
  readonly packSegments: number[]
  readonly itemSegments: number[]
}

/**
 * Reads an 857, whatever the order of its levels (SOTPI, SOI …): the notice, or every fault with its segment and element; a bill
 * that does not add up is refused. Each item names its bill and its pack. An order without PRF is a bill all the same.
 */
export function readShipAndBillX12(set: X12Set, syntax: PartnerSyntax = {}): Reading<ShipAndBill> {
  const reading = startReading(set, '857', syntax)
  const notice: ShipAndBill = {
    number: '',
    date: '',
    currency: currencyOf(syntax),
    bills: [],
    packs: [],
    items: [],
  }
  const walk: Walk = {
    notice,
    levels: noLevels(),
    level: undefined,
    billSegments: [],
    packSegments: [],
    itemSegments: [],
  }
  if (reading.segments.tag(1) === 'BHT') readBeginning(reading, 1, notice)
  else missingSegment(reading, 'BHT')
  let at = 1
  while (at < reading.end) at = readSegment(reading, at, walk)
  closeItem(reading, walk)
  closeBills(reading, walk)
  placeDays(notice)
  checkWhole(reading, walk, syntax)
  return endReading(reading, notice)
}

/** Sums are only looked at when every part of them could be read. */
function checkWhole(reading: SetReading, walk: Walk, syntax: PartnerSyntax): void {
  if (reading.found.some(({ severity }) => severity !== 'warning')) return
  const { totalTolerance } = syntax
  const tolerance = totalTolerance === undefined ? undefined : decimal(totalTolerance)
  const findings = shipAndBillFaults(walk.notice, tolerance)
  locateFindings(reading, findings, (pointer) => segmentOf(pointer, walk))
}

function segmentOf(pointer: string, { billSegments, packSegments, itemSegments }: Walk): number {
  const match = /^\/(bills|items|packs)\/(\d+)/.exec(pointer)
  if (!match) return 1
  const segments = match[1] === 'items' ? itemSegments : match[1] === 'packs' ? packSegments : billSegments
  return segments[Number(match[2])] ?? 1
}

function readBeginning(reading: SetReading, at: number, notice: ShipAndBill): void {
  readPurpose(reading, at, 2, notice)
  notice.number = neededIdentifier(reading, at, 3, 'The number of the shipment')
  notice.date = neededDate(reading, at, 4, 'The date of the notice')
  const time = timeAt(reading, at, 5)
  if (time !== undefined) notice.time = time
}

function placeDays(notice: ShipAndBill): void {
  const shipped = takenDate(notice, SHIPPED)
  if (shipped?.date !== undefined) notice.shippedOn = shipped.date
  if (shipped?.time !== undefined) notice.shippedTime = shipped.time
  const estimated = takenDate(notice, ESTIMATED)
  if (estimated?.date !== undefined) notice.estimatedDelivery = estimated.date
  if (estimated?.time !== undefined) notice.estimatedDeliveryTime = estimated.time
}

function readSegment(reading: SetReading, at: number, walk: Walk): number {
  const { level } = walk
  const tag = reading.segments.tag(at)
  if (tag === 'HL') {
    closeItem(reading, walk)
    openLevel(reading, at, walk)
  } else if (level?.item) readOfItem(reading, at, tag, level.item, walk.notice)
  else if (level?.pack && (level.code === 'P' || level.code === 'T')) readOfPack(reading, at, tag, level.pack)
  else if (level?.code === 'O' && level.bill) return readOfBill(reading, at, tag, level.bill, walk.notice)
  else return readOfShipment(reading, at, tag, walk.notice)
  return at + 1
}

function openLevel(reading: SetReading, at: number, walk: Walk): void {
  const { notice } = walk
  const { number, code, above } = readLevel(reading, at, walk.levels)
  const level: Level = { code, at, bill: above?.bill, pack: above?.pack, item: undefined }
  if (code === 'O') level.bill = openBill(walk, at)
  if (code === 'P' || code === 'T') level.pack = openPack(walk, code, above?.pack, at)
  if (code === 'I') {
    level.bill ??= notice.bills.at(-1) ?? openBill(walk, at)
    level.item = openItem(level.bill, level.pack, walk, at)
  }
  keepLevel(walk.levels, number, code, level)
  walk.level = level
}

function openBill({ notice, billSegments }: Walk, at: number): Bill {
  const bill: Bill = { number: String(notice.bills.length + 1), total: '' }
  notice.bills.push(bill)
  billSegments.push(at)
  return bill
}

function openPack(
  { notice, packSegments }: Walk,
  code: string,
  within: BilledPack | undefined,
  at: number,
): BilledPack {
  const number = String(notice.packs.length + 1)
  const level = code === 'T' ? 'pallet' : 'carton'
  const pack: BilledPack = within ? { number, within: within.number, level } : { number, level }
  notice.packs.push(pack)
  packSegments.push(at)
  return pack
}

function openItem(bill: Bill, pack: BilledPack | undefined, walk: Walk, at: number): BilledItem {
  const item: BilledItem = pack
    ? { bill: bill.number, quantity: '', uom: '', pack: pack.number }
    : { bill: bill.number, quantity: '', uom: '' }
  walk.notice.items.push(item)
  walk.itemSegments.push(at)
  return item
}

/** An item without IT1 says nothing about how much. */
function closeItem(reading: SetReading, { level }: Walk): void {
  if (level?.item?.quantity !== '') return
  faultAt(reading, 'MISSING', level.at, undefined, ['The quantity billed (IT1)'])
  level.item.quantity = '0'
}

/** A bill without TDS says nothing about what is due. */
function closeBills(reading: SetReading, { notice, billSegments }: Walk): void {
  for (const [at, bill] of notice.bills.entries())
    if (bill.total === '') faultAt(reading, 'MISSING', billSegments[at] ?? 1, undefined, ['The total (TDS)'])
}

function readOfShipment(reading: SetReading, at: number, tag: string, notice: ShipAndBill): number {
  if (tag === 'G05') readContents(reading, at, notice)
  else if (tag === 'TD1') notice.ladings = added(notice.ladings, readLading(reading, at))
  else if (tag === 'TD3') notice.equipment ??= readEquipment(reading, at)
  else if (tag === 'TD5') notice.carriage ??= readCarriage(reading, at)
  else if (tag === 'FOB') notice.freightTerms ??= readFreightTerms(reading, at)
  else if (tag === 'N9') readShipmentReference(reading, at, notice)
  else return readHead(reading, at, notice, SHIPMENT_ROLES) ?? at + 1
  return at + 1
}

/** G05: how much the whole shipment is. */
function readContents(reading: SetReading, at: number, notice: ShipAndBill): void {
  const quantity = figureAt(reading, at, 1, POSSIBLE)
  if (quantity !== undefined) notice.quantity = quantity
  const uom = sideUnitAt(reading, at, 2)
  if (uom !== undefined) notice.uom = uom
  const weight = figureAt(reading, at, 3, POSSIBLE)
  if (weight !== undefined) notice.weight = weight
  const weightUom = sideUnitAt(reading, at, 4)
  if (weightUom !== undefined) notice.weightUom = weightUom
}

function readShipmentReference(reading: SetReading, at: number, notice: ShipAndBill): void {
  const reference = readReference(reading, at)
  const { qualifier, value, description } = reference
  const isPlain = value !== undefined && description === undefined
  if (isPlain && qualifier === 'BM' && notice.billOfLading === undefined) notice.billOfLading = value
  else notice.references = added(notice.references, reference)
}

function readOfBill(reading: SetReading, at: number, tag: string, bill: Bill, notice: ShipAndBill): number {
  switch (tag) {
    case 'TDS':
      readBillTotals(reading, at, bill, notice.currency)
      break
    case 'PRF':
      readOrder(reading, at, bill)
      break
    case 'N9':
      bill.references = added(bill.references, readReference(reading, at))
      break
    case 'DTM':
      bill.dates = added(bill.dates, readDated(reading, at))
      break
    case 'ITD':
      bill.terms = added(bill.terms, readTerms(reading, at, notice.currency))
      break
    case 'SAC':
      bill.charges = added(bill.charges, readCharge(reading, at, notice.currency))
      break
    case 'TXI':
      bill.taxes = added(bill.taxes, readTax(reading, at))
      break
    case 'N1': {
      const { role, party, next } = readParty(reading, at)
      bill.parties = added(bill.parties, { role, ...party })
      return next
    }
    default:
  }
  return at + 1
}

function readOrder(reading: SetReading, at: number, bill: Bill): void {
  bill.purchaseOrder = neededIdentifier(reading, at, 1, 'The order number')
  const release = identifierAt(reading, at, 2)
  if (release !== undefined) bill.release = release
  const date = dateAt(reading, at, 4)
  if (date !== undefined) bill.purchaseOrderDate = date
}

function readOfPack(reading: SetReading, at: number, tag: string, pack: BilledPack): void {
  if (tag === 'MAN') readMarks(reading, at, pack)
  else if (tag === 'PO4') pack.pack ??= readPack(reading, at)
  else if (tag === 'N9') pack.references = added(pack.references, readReference(reading, at))
}

function readOfItem(reading: SetReading, at: number, tag: string, item: BilledItem, notice: ShipAndBill): void {
  switch (tag) {
    case 'IT1':
      readLine(reading, at, item)
      break
    case 'IT3':
      readShipped(reading, at, item)
      break
    case 'PO4':
      item.packing ??= readPack(reading, at)
      break
    case 'PID':
      readDescription(reading, at, item)
      break
    case 'N9':
      readTraced(reading, at, item)
      break
    case 'DTM':
      item.dates = added(item.dates, readDated(reading, at))
      break
    case 'SAC':
      item.charges = added(item.charges, readCharge(reading, at, notice.currency))
      break
    case 'TXI':
      item.taxes = added(item.taxes, readTax(reading, at))
      break
    default:
  }
}

function readLine(reading: SetReading, at: number, item: BilledItem): void {
  const line = identifierAt(reading, at, 1)
  if (line !== undefined) item.line = line
  item.quantity = neededFigure(reading, at, 2, SIGNED, 'The quantity')
  item.uom = neededUnit(reading, at, 3)
  const price = readPrice(reading, at, 4, 5, SIGNED)
  if (price !== undefined) item.price = price
  readItemIds(reading, at, 6, item)
}

/** IT3 may only say what became of the line, without another quantity. */
function readShipped(reading: SetReading, at: number, item: BilledItem): void {
  if (reading.segments.at(at, 1) === '' && unitAt(reading, at, 2) === undefined) return
  item.shipped = readUnitsShipped(reading, at)
}
