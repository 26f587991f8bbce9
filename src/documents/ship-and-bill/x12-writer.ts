import { writeBillTotals, writeTax, writeUnitsShipped } from '../bill-x12.ts'
import { writeCharge, writeFreightTerms, writeTerms } from '../charge-x12.ts'
import { type Branch, packedBranches, writeHierarchy } from '../hierarchy-x12.ts'
import { basisOf, itemIdPairs, writePack } from '../item-x12.ts'
import { writeDescription } from '../line-x12.ts'
import { writeMarks } from '../marks.ts'
import type { PartnerSyntax } from '../partner-syntax.ts'
import { writeContact, writeDated, writeParties, writeReference, writeRoleParties } from '../party-x12.ts'
import { codeFor, PURPOSES } from '../purposes.ts'
import { fitted, optionalSegment, type Segment, segment, unitText, x12Date } from '../set-writing.ts'
import { writeTraced } from '../traced-x12.ts'
import { writeCarriage, writeEquipment, writeLading } from '../transport-x12.ts'
import type { Bill, BilledItem, BilledPack, ShipAndBill } from './schema.ts'
import { ESTIMATED, SHIPMENT_ROLES, SHIPPED } from './x12.ts'

/** BHT01: shipment, order, pallet, carton, item. */
const STRUCTURE = '0001'

/** Writes a ship and bill notice as the body of an 857: shipment, a bill for each order, pallets, cartons, items. */
export function writeShipAndBillX12(notice: ShipAndBill, syntax: PartnerSyntax = {}): Segment[] {
  const { number, purpose = 'original', date, time, bills } = notice
  const { segments } = writeHierarchy({
    code: 'S',
    segments: writeShipment(notice, syntax),
    below: bills.map((bill) => billBranch(notice, bill, syntax)),
  })
  const beginning = segment('BHT', STRUCTURE, codeFor(PURPOSES, purpose), number, x12Date(date), x12Date(time))
  return fitted([beginning, ...segments], syntax)
}

function writeShipment(notice: ShipAndBill, syntax: PartnerSyntax): Segment[] {
  const { quantity, uom, weight, weightUom, shippedOn, shippedTime, estimatedDelivery, estimatedDeliveryTime } = notice
  const { billOfLading } = notice
  return [
    ...optionalSegment('G05', quantity, unitText(uom, syntax), weight, unitText(weightUom, syntax)),
    ...(notice.ladings ?? []).flatMap((lading) => writeLading(lading, syntax)),
    ...writeEquipment(notice.equipment),
    ...writeCarriage(notice.carriage),
    ...writeFreightTerms(notice.freightTerms),
    ...(shippedOn === undefined ? [] : [segment('DTM', SHIPPED, x12Date(shippedOn), x12Date(shippedTime))]),
    ...(estimatedDelivery === undefined
      ? []
      : [segment('DTM', ESTIMATED, x12Date(estimatedDelivery), x12Date(estimatedDeliveryTime))]),
    ...(notice.dates ?? []).map(writeDated),
    ...(billOfLading === undefined ? [] : [segment('N9', 'BM', billOfLading)]),
    ...(notice.references ?? []).map((reference) => writeReference('N9', reference)),
    ...(notice.contacts ?? []).map(writeContact),
    segment('CUR', 'SE', notice.currency),
    ...writeParties(notice, SHIPMENT_ROLES),
  ]
}

function billBranch(notice: ShipAndBill, bill: Bill, syntax: PartnerSyntax): Branch {
  const { purchaseOrder, release, purchaseOrderDate } = bill
  const segments = [
    writeBillTotals(bill),
    ...optionalSegment('PRF', purchaseOrder, release, undefined, x12Date(purchaseOrderDate)),
    ...(bill.references ?? []).map((reference) => writeReference('N9', reference)),
    ...(bill.dates ?? []).map(writeDated),
    ...(bill.terms ?? []).map(writeTerms),
    ...(bill.taxes ?? []).map(writeTax),
    ...(bill.charges ?? []).map((charge) => writeCharge(charge, syntax)),
    ...writeRoleParties(bill.parties),
  ]
  const below = packedBranches(
    notice.packs,
    notice.items.filter((item) => item.bill === bill.number),
    (pack, inside) => packBranch(pack, inside, syntax),
    (item) => ({ code: 'I', segments: writeItem(item, syntax), below: [] }),
  )
  return { code: 'O', segments, below }
}

/** Pallets and cartons alike begin with LX; PAL would tell of tiers and blocks, which nobody knows here. */
function packBranch(pack: BilledPack, below: readonly Branch[], syntax: PartnerSyntax): Branch {
  const segments = [
    segment('LX', pack.number),
    ...(pack.references ?? []).map((reference) => writeReference('N9', reference)),
    ...writePack(pack.pack, syntax),
    ...writeMarks(pack),
  ]
  return { code: pack.level === 'pallet' ? 'T' : 'P', segments, below }
}

function writeItem(item: BilledItem, syntax: PartnerSyntax): Segment[] {
  const { line, quantity, uom, price } = item
  const priced = [price?.amount, basisOf(price)]
  return [
    segment('IT1', line, quantity, unitText(uom, syntax), ...priced, ...itemIdPairs(item, syntax)),
    ...writeUnitsShipped(item.shipped, syntax),
    ...writePack(item.packing, syntax),
    ...(item.taxes ?? []).map(writeTax),
    ...writeTraced(item),
    ...(item.references ?? []).map((reference) => writeReference('N9', reference)),
    ...(item.dates ?? []).map(writeDated),
    ...writeDescription(item),
    ...(item.charges ?? []).map((charge) => writeCharge(charge, syntax)),
  ]
}
