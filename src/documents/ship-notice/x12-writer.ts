import { writeFreightTerms } from '../charge-x12.ts'
import { type Branch, packedBranches, writeHierarchy } from '../hierarchy-x12.ts'
import { itemIdPairs, writePack } from '../item-x12.ts'
import { writeDescription } from '../line-x12.ts'
import { writeMarks } from '../marks.ts'
import type { PartnerSyntax } from '../partner-syntax.ts'
import { writeContact, writeParties, writeReference } from '../party-x12.ts'
import { codeFor } from '../purposes.ts'
import { fitted, type Segment, segment, unitText, x12Date } from '../set-writing.ts'
import { writeDates } from '../ship-window.ts'
import { writeCarriage, writeEquipment, writeLading } from '../transport-x12.ts'
import { orderKey } from './checks.ts'
import type { ShipNotice, ShippedItem, ShippedOrder, ShippedPack } from './schema.ts'
import { NOTICE_PURPOSES, ORDER_ROLES, SHIPMENT_ROLES } from './x12.ts'

const WITH_PACKS = '0001'
const WITHOUT_PACKS = '0004'

/** Writes a ship notice as the body of an 856: shipment, orders, pallets, cartons, items. */
export function writeShipNoticeX12(notice: ShipNotice, syntax: PartnerSyntax = {}): Segment[] {
  const { number, date, time } = notice
  const purpose = codeFor(NOTICE_PURPOSES, notice.purpose ?? 'original')
  const structure = notice.packs.length > 0 ? WITH_PACKS : WITHOUT_PACKS
  const { segments, levels } = writeHierarchy(shipmentBranch(notice, syntax))
  const beginning = segment('BSN', purpose, number, x12Date(date), x12Date(time ?? '00:00'), structure)
  return fitted([beginning, ...segments, segment('CTT', String(levels))], syntax)
}

function shipmentBranch(notice: ShipNotice, syntax: PartnerSyntax): Branch {
  const withoutOrder = notice.items.filter(({ purchaseOrder }) => purchaseOrder === undefined)
  const orders = notice.orders.map((order) => orderBranch(notice, order, syntax))
  const loose = contents(notice, withoutOrder, syntax)
  return { code: 'S', segments: writeShipment(notice, syntax), below: [...orders, ...loose] }
}

function writeShipment(notice: ShipNotice, syntax: PartnerSyntax): Segment[] {
  const { billOfLading, carrierReference, shippedOn, shippedTime, estimatedDelivery, estimatedDeliveryTime } = notice
  return [
    ...(notice.ladings ?? []).flatMap((lading) => writeLading(lading, syntax)),
    ...writeCarriage(notice.carriage),
    ...writeEquipment(notice.equipment),
    ...(billOfLading === undefined ? [] : [segment('REF', 'BM', billOfLading)]),
    ...(carrierReference === undefined ? [] : [segment('REF', 'CN', carrierReference)]),
    ...(notice.references ?? []).map((reference) => writeReference('REF', reference)),
    ...(notice.contacts ?? []).map(writeContact),
    ...(shippedOn === undefined ? [] : [segment('DTM', '011', x12Date(shippedOn), x12Date(shippedTime))]),
    ...(estimatedDelivery === undefined
      ? []
      : [segment('DTM', '017', x12Date(estimatedDelivery), x12Date(estimatedDeliveryTime))]),
    ...writeDates(notice),
    ...writeFreightTerms(notice.freightTerms),
    ...writeParties(notice, SHIPMENT_ROLES),
  ]
}

function orderBranch(notice: ShipNotice, order: ShippedOrder, syntax: PartnerSyntax): Branch {
  const { purchaseOrder, release, changeSequence, date, contract } = order
  const key = orderKey(order)
  const items = notice.items.filter((item) => item.purchaseOrder !== undefined && itemKey(item) === key)
  const segments = [
    segment('PRF', purchaseOrder, release, changeSequence, x12Date(date), undefined, contract),
    ...(order.ladings ?? []).flatMap((lading) => writeLading(lading, syntax)),
    ...(order.references ?? []).map((reference) => writeReference('REF', reference)),
    ...writeParties(order, ORDER_ROLES),
  ]
  return { code: 'O', segments, below: contents(notice, items, syntax) }
}

function itemKey({ purchaseOrder = '', release }: ShippedItem): string {
  return orderKey(release === undefined ? { purchaseOrder } : { purchaseOrder, release })
}

function contents({ packs }: ShipNotice, items: readonly ShippedItem[], syntax: PartnerSyntax): Branch[] {
  return packedBranches(
    packs,
    items,
    (pack, below) => packBranch(pack, below, syntax),
    (item) => itemBranch(item, syntax),
  )
}

function packBranch(pack: ShippedPack, below: readonly Branch[], syntax: PartnerSyntax): Branch {
  const segments = [
    ...writePack(pack.pack, syntax),
    ...(pack.ladings ?? []).flatMap((lading) => writeLading(lading, syntax)),
    ...(pack.references ?? []).map((reference) => writeReference('REF', reference)),
    ...writeMarks(pack),
  ]
  return { code: pack.level === 'pallet' ? 'T' : 'P', segments, below }
}

function itemBranch(item: ShippedItem, syntax: PartnerSyntax): Branch {
  const { line, quantity, shippedToDate, ordered, orderedUom, status, lot, serials = [] } = item
  const ids = [...itemIdPairs(item, syntax), ...(lot === undefined ? [] : ['LT', lot])]
  const shipped = [quantity, unitText(item.uom, syntax), shippedToDate, ordered, unitText(orderedUom, syntax)]
  const segments = [
    segment('LIN', line, ...ids),
    segment('SN1', undefined, ...shipped, undefined, status),
    ...writePack(item.packing, syntax),
    ...writeDescription(item),
    ...serials.map((serial) => segment('REF', 'SE', serial)),
    ...(item.references ?? []).map((reference) => writeReference('REF', reference)),
    ...writeDates(item),
  ]
  return { code: 'I', segments, below: [] }
}
