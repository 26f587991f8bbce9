import { join } from 'node:path'
import fc, { type Arbitrary } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { aDate, aFigure, aKey, aText, aTime, aUnit, list, some, someFreightTerms } from '../testing/arbitraries.ts'
import {
  aMessageCarriage,
  aMessageEquipment,
  aMessagePack,
  aMessageParty,
  aMessageReference,
  aMessageRoleParty,
  someMessageIds,
} from '../testing/edifact-arbitraries.ts'
import { messageFrom, messageSegmentsOf } from '../testing/message-from.ts'
import { testMessageRoundTrips } from '../testing/message-round-trip.ts'
import { shipNotice } from './index.ts'
import type { ShipNotice, ShippedItem, ShippedPack } from './schema.ts'

const aReference = aMessageReference.filter(({ qualifier }) => qualifier !== 'PO' && qualifier !== 'LT')
type LooseItem = Omit<ShippedItem, 'purchaseOrder' | 'release' | 'pack' | 'status'>
const anItem: Arbitrary<LooseItem> = some<LooseItem>(
  {
    line: aKey(8),
    quantity: fc.oneof(aFigure(), fc.constant('0')),
    uom: aUnit,
    shippedToDate: aFigure(),
    ordered: aFigure(),
    orderedUom: aUnit,
    sku: aKey(),
    ids: someMessageIds,
    lot: aKey(),
    serials: fc.uniqueArray(aKey(), { minLength: 1, maxLength: 7 }),
    description: aText(70),
    features: list(fc.record({ code: fc.constant('73'), text: aText() })),
    packing: aMessagePack.map(({ weight, weightUom }) => ({ weight: weight!, weightUom: weightUom! })),
    references: list(aReference),
    shipWindow: fc.record({ requestedDelivery: aDate }),
    dates: list(fc.record({ qualifier: fc.constant('036'), date: aDate }), 2),
  },
  ['quantity', 'uom', 'sku', 'ordered', 'orderedUom', 'description'],
)
type LoosePack = Omit<ShippedPack, 'number' | 'within' | 'level' | 'ladings'>
const aPack: Arbitrary<LoosePack> = some<LoosePack>({
  sscc: fc.constantFrom('340123450000000017', '340123450000000024'),
  tracking: aKey(),
  marks: list(fc.record({ qualifier: fc.constant('SM'), value: aKey() }), 2),
  pack: aMessagePack,
  references: list(aReference),
})
const aShipment = some<Omit<ShipNotice, 'orders' | 'packs' | 'items' | 'contacts'>>(
  {
    number: aKey(35),
    purpose: fc.constantFrom('replace', 'cancel', 'advance'),
    date: aDate,
    time: aTime,
    shippedOn: aDate,
    shippedTime: aTime,
    estimatedDelivery: aDate,
    estimatedDeliveryTime: aTime,
    shipWindow: fc.record({ deliverNotBefore: fc.constant('2026-01-08'), deliverNotAfter: fc.constant('2026-01-12') }),
    dates: list(fc.record({ qualifier: fc.constant('067'), date: aDate, time: aTime }), 1),
    billOfLading: aKey(),
    carrierReference: aKey(),
    references: list(aReference),
    shipFrom: aMessageParty,
    buyer: aMessageParty,
    shipTo: aMessageParty,
    billTo: aMessageParty,
    supplier: aMessageParty,
    parties: list(aMessageRoleParty),
    carriage: aMessageCarriage,
    equipment: aMessageEquipment,
    freightTerms: someFreightTerms,
    ladings: list(
      fc.record({
        packaging: fc.constant('CTN25'),
        quantity: fc.constantFrom('5', '12'),
        weight: aFigure(2, 999),
        weightUom: fc.constant('LB'),
      }),
      2,
    ),
  },
  ['number', 'date', 'shippedOn', 'estimatedDelivery'],
)
const aTree = fc.record({
  orders: fc.uniqueArray(some({ purchaseOrder: aKey(), release: aKey(), date: aDate }, ['purchaseOrder']), {
    minLength: 1,
    maxLength: 2,
    selector: ({ purchaseOrder }) => purchaseOrder,
  }),
  pallets: fc.array(
    fc.record({
      pallet: aPack,
      cartons: fc.array(fc.record({ carton: aPack, items: list(anItem, 2) }), { minLength: 1, maxLength: 2 }),
    }),
    { maxLength: 2 },
  ),
  loose: list(anItem, 2),
})
const aNotice: Arbitrary<ShipNotice> = fc.tuple(aShipment, aTree).map(([shipment, { orders, pallets, loose }]) => {
  const notice: ShipNotice = { ...shipment, orders, packs: [], items: [] }
  const put = (items: readonly LooseItem[], pack?: string) => {
    for (const item of items) {
      const { purchaseOrder, release } = orders[notice.items.length % orders.length]!
      notice.items.push({ ...item, purchaseOrder, ...(release ? { release } : {}), ...(pack ? { pack } : {}) })
    }
  }
  put(loose)
  for (const { pallet, cartons } of pallets) {
    const within = String(notice.packs.length + 1)
    notice.packs.push({ ...pallet, number: within, level: 'pallet' })
    for (const { carton, items } of cartons) {
      const number = String(notice.packs.length + 1)
      notice.packs.push({ ...carton, number, within, level: 'carton' })
      put(items, number)
    }
  }
  return notice
})

testMessageRoundTrips(shipNotice, join(import.meta.dirname, 'fixtures'), aNotice)

const PLAIN = `BGM+351+SHP-1+9'
  DTM+137:202601081430:203'
  DTM+11:20260108:102'
  RFF+ON:4711'
  CPS+1'
  PAC+2++CT'
  CPS+2+1'
  PAC+1++CT'
  PCI+33E'
  GIN+BJ+340123450000000017'
  LIN+1++4006381333931:EN'
  QTY+12:10:PCE'
  CPS+3+1'
  PAC+1++CT'
  PCI+33E'
  GIN+BJ+00340123450000000024'
  LIN+2++4006381333948:EN'
  QTY+12:5:PCE'
  RFF+ON:4712:3'
  CNT+2:2'`
const { read } = shipNotice.edifact!
const readText = (text: string) => read(messageFrom('DESADV', messageSegmentsOf(text)))
const change = (from: string, to: string) => {
  expect(PLAIN).toContain(from)
  return PLAIN.replace(from, to)
}

test('a DESADV says what is in which carton, and for which order', () => {
  expect(readText(PLAIN).document).toEqual({
    number: 'SHP-1',
    date: '2026-01-08',
    time: '14:30',
    shippedOn: '2026-01-08',
    ladings: [{ packaging: 'CT', quantity: '2' }],
    orders: [{ purchaseOrder: '4711' }, { purchaseOrder: '4712' }],
    packs: [
      { number: '1', level: 'carton', sscc: '340123450000000017' },
      { number: '2', level: 'carton', sscc: '340123450000000024' },
    ],
    items: [
      { pack: '1', quantity: '10', uom: 'PC', ids: [{ qualifier: 'EN', value: '4006381333931' }] },
      {
        pack: '2',
        purchaseOrder: '4712',
        line: '3',
        quantity: '5',
        uom: 'PC',
        ids: [{ qualifier: 'EN', value: '4006381333948' }],
      },
    ],
  })
})

test('items that name no order belong to the only one there is', () => {
  const { document } = readText(change("RFF+ON:4712:3'", ''))
  expect(document?.items.map(({ purchaseOrder }) => purchaseOrder)).toEqual(['4711', '4711'])
})

test('several SSCC below one CPS are packs of their own; the goods are in one of them, nobody says in which', () => {
  const text = change("GIN+BJ+340123450000000017'", "GIN+BJ+340123450000000017+340123450000000031'").replace(
    'CPS+3+1',
    'CPS+3+2',
  )
  const { document, warnings } = readText(text)
  expect(document?.packs.map(({ sscc, within }) => [sscc, within])).toEqual([
    ['340123450000000017', undefined],
    ['340123450000000031', undefined],
    ['340123450000000024', undefined],
  ])
  expect(document?.items[0]?.pack).toBeUndefined()
  expect(warnings?.map(({ code }) => code)).toContain('XD_DOCUMENTS_MISSING')
})

describe('a DESADV that is wrong is refused', () => {
  test.each([
    ['no number', '+SHP-1+', '++', '/2/BGM/2/1', 'MISSING'],
    ['no date', "DTM+137:202601081430:203'", '', '/3/DTM', 'MISSING'],
    ['a level in one that is not there', 'CPS+2+1', 'CPS+2+9', '/8/CPS/2/1', 'HIERARCHY'],
    ['a level twice', 'CPS+3+1', 'CPS+2+1', '/14/CPS/1/1', 'HIERARCHY'],
    ['no quantity', "QTY+12:5:PCE'", '', '/18/LIN', 'MISSING'],
    ['a quantity below zero', '12:5', '12:-5', '/19/QTY/1/2', 'NUMBER_OUT_OF_RANGE'],
    ['a count that differs', 'CNT+2:2', 'CNT+2:1', '/21/CNT/1/2', 'COUNT_DIFFERS'],
  ])('%s', (_, from, to, pointer, code) => {
    expect(readText(change(from, to)).faults?.map((fault) => [fault.pointer, fault.code])).toEqual([
      [pointer, `XD_DOCUMENTS_${code}`],
    ])
  })

  test('a wrong check digit is a warning: the label is on the goods', () => {
    const { warnings } = readText(change('340123450000000017', '340123450000000018'))
    expect(warnings?.map(({ pointer, code }) => [pointer, code])).toContainEqual([
      '/11/GIN/2/1',
      'XD_DOCUMENTS_CHECK_DIGIT',
    ])
  })
})
