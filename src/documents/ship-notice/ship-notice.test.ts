import { join } from 'node:path'
import fc, { type Arbitrary } from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  aCarriage,
  aContact,
  aDate,
  aFigure,
  aKey,
  aLading,
  anEquipment,
  anItemId,
  aPack,
  aParty,
  aReference,
  aRoleParty,
  aShipWindow,
  aText,
  aTime,
  aUnit,
  list,
  some,
  someFreightTerms,
} from '../testing/arbitraries.ts'
import { testRoundTrips } from '../testing/round-trip.ts'
import { segmentsOf, setFrom } from '../testing/set-from.ts'
import { shippedQuantities } from './checks.ts'
import { shipNotice } from './index.ts'
import type { ShipNotice, ShippedItem, ShippedOrder, ShippedPack } from './schema.ts'

type Loose<T, K extends keyof T> = Omit<T, K>

const anItem: Arbitrary<Loose<ShippedItem, 'purchaseOrder' | 'release' | 'pack'>> = some<
  Loose<ShippedItem, 'purchaseOrder' | 'release' | 'pack'>
>(
  {
    line: aKey(6),
    quantity: fc.oneof(aFigure(), fc.constant('0')),
    uom: aUnit,
    shippedToDate: aFigure(),
    ordered: aFigure(),
    orderedUom: aUnit,
    status: fc.constant('AC'),
    sku: aKey(),
    ids: list(anItemId),
    lot: aKey(),
    serials: fc.uniqueArray(aKey(), { minLength: 1, maxLength: 3 }),
    description: aText(),
    features: list(fc.record({ code: fc.constant('73'), text: aText() })),
    packing: aPack,
    references: list(aReference),
    shipWindow: aShipWindow,
    dates: list(fc.record({ qualifier: fc.constant('036'), date: aDate }), 2),
  },
  ['quantity', 'uom', 'sku', 'ordered', 'orderedUom'],
)
const aCarton: Arbitrary<Loose<ShippedPack, 'number' | 'within' | 'level' | 'sscc'>> = some<
  Loose<ShippedPack, 'number' | 'within' | 'level' | 'sscc'>
>({
  tracking: aKey(),
  marks: list(fc.record({ qualifier: fc.constant('ZZ'), value: aKey() }), 2),
  pack: aPack,
  references: list(aReference),
  ladings: list(aLading, 2),
})
const anOrder: Arbitrary<ShippedOrder> = some<ShippedOrder>(
  {
    purchaseOrder: aKey(),
    release: aKey(),
    changeSequence: fc.constant('2'),
    date: aDate,
    contract: aKey(),
    buyer: aParty,
    parties: list(aRoleParty, 2),
    references: list(aReference),
    ladings: list(aLading, 2),
  },
  ['purchaseOrder'],
)
const aShipment = some<Loose<ShipNotice, 'orders' | 'packs' | 'items'>>(
  {
    number: aKey(),
    purpose: fc.constantFrom('replace', 'cancel', 'advance'),
    date: aDate,
    time: aTime,
    shippedOn: aDate,
    shippedTime: aTime,
    estimatedDelivery: aDate,
    estimatedDeliveryTime: aTime,
    shipWindow: aShipWindow,
    dates: list(fc.record({ qualifier: fc.constant('067'), date: aDate, time: aTime }), 1),
    billOfLading: aKey(),
    carrierReference: aKey(),
    references: list(aReference),
    contacts: list(aContact, 3),
    shipFrom: aParty,
    buyer: aParty,
    shipTo: aParty,
    billTo: aParty,
    supplier: aParty,
    parties: list(aRoleParty.filter(({ role }) => role !== 'SF')),
    carriage: aCarriage,
    equipment: anEquipment,
    freightTerms: someFreightTerms,
    ladings: list(aLading, 2),
  },
  ['number', 'date', 'time', 'shippedOn', 'estimatedDelivery'],
)
/** For each order its pallets, for each pallet its cartons, for each carton its items; and loose items. */
const aTree = fc.array(
  fc.record({
    order: anOrder,
    pallets: fc.array(
      fc.record({
        pallet: aCarton,
        cartons: fc.array(fc.record({ carton: aCarton, items: list(anItem, 2) }), { minLength: 1, maxLength: 2 }),
      }),
      { maxLength: 2 },
    ),
    loose: list(anItem, 2),
  }),
  { minLength: 1, maxLength: 2 },
)
const aNotice: Arbitrary<ShipNotice> = fc.tuple(aShipment, aTree).map(([shipment, tree]) => {
  const notice: ShipNotice = { ...shipment, orders: [], packs: [], items: [] }
  for (const [place, { order, pallets, loose }] of tree.entries()) {
    const named = { ...order, purchaseOrder: `${order.purchaseOrder}${place}` }
    const of = { purchaseOrder: named.purchaseOrder, ...(named.release ? { release: named.release } : {}) }
    notice.orders.push(named)
    for (const { pallet, cartons } of pallets) {
      const within = String(notice.packs.push({ ...pallet, number: String(notice.packs.length + 1), level: 'pallet' }))
      for (const { carton, items } of cartons) {
        const number = String(notice.packs.length + 1)
        notice.packs.push({ ...carton, number, within, level: 'carton' })
        notice.items.push(...items.map((item) => ({ ...item, ...of, pack: number })))
      }
    }
    notice.items.push(...loose.map((item) => ({ ...item, ...of })))
  }
  return notice
})

testRoundTrips(shipNotice, join(import.meta.dirname, 'fixtures'), aNotice)

const read = (text: string) => shipNotice.readX12(setFrom('856', 'SH', segmentsOf(text)))
const HEAD = 'BSN*00*SHIP-1*20260107*1530~'
const places = (text: string) =>
  read(text).document?.items.map(({ purchaseOrder, pack, sku, quantity }) => [purchaseOrder, pack, sku, quantity])

describe('an 856 is read whatever the order of its levels', () => {
  test('shipment, order, pallet, carton, item', () => {
    const text = `${HEAD}HL*1**S~HL*2*1*O~PRF*A~HL*3*2*T~HL*4*3*P~HL*5*4*I~LIN*1*VN*X~SN1**2*EA~CTT*5`
    expect(places(text)).toEqual([['A', '2', 'X', '2']])
    expect(read(text).document?.packs).toEqual([
      { number: '1', level: 'pallet' },
      { number: '2', within: '1', level: 'carton' },
    ])
  })

  test('shipment, order, item', () => {
    expect(places(`${HEAD}HL*1**S~HL*2*1*O~PRF*A~HL*3*2*I~LIN*1*VN*X~SN1**2*EA~CTT*3`)).toEqual([
      ['A', undefined, 'X', '2'],
    ])
  })

  test('shipment, carton, order, item: a carton with two orders', () => {
    const text = `${HEAD}HL*1**S~HL*2*1*P~HL*3*2*O~PRF*A~HL*4*3*I~LIN*1*VN*X~SN1**2*EA~HL*5*2*O~PRF*B~HL*6*5*I~LIN*1*VN*Y~SN1**3*EA~CTT*6`
    expect(places(text)).toEqual([
      ['A', '1', 'X', '2'],
      ['B', '1', 'Y', '3'],
    ])
  })

  test('shipment and item, each item with its order', () => {
    expect(places(`${HEAD}HL*1**S~HL*2*1*I~LIN**BP*x~SN1**2*PC~PRF*A~CTT*1`)).toEqual([
      ['A', undefined, undefined, '2'],
    ])
  })

  test('levels that name no parent hang below the last that can hold them', () => {
    expect(
      places(`${HEAD}HL*1**S~HL*2**O~PRF*A~HL*3**I~LIN*1*VN*X~SN1**1*EA~HL*4**I~LIN*2*VN*Y~SN1**2*EA~CTT*4`),
    ).toEqual([
      ['A', undefined, 'X', '1'],
      ['A', undefined, 'Y', '2'],
    ])
  })

  test('an item that carries its own SSCC is its own carton', () => {
    const text = `${HEAD}HL*1**S~HL*2*1*O~PRF*A~HL*3*2*I~LIN*1*VN*X~SN1**2*EA~MAN*GM*00106141411234567897~CTT*3`
    expect(places(text)).toEqual([['A', '1', 'X', '2']])
    expect(read(text).document?.packs[0]?.sscc).toBe('106141411234567897')
  })
})

describe('the numbers of the levels are the sender’s own', () => {
  /** Two orders: of A a pallet with two cartons and goods beside them, of B one carton; each level names its parent. */
  const rows = [
    [0, 'S'],
    [1, 'O', 'PRF*A'],
    [2, 'T'],
    [3, 'P', 'MAN*CP*1Z1'],
    [4, 'I', 'LIN*1*VN*X~SN1**1*EA'],
    [3, 'P', 'MAN*CP*1Z2'],
    [6, 'I', 'LIN*2*VN*Y~SN1**2*EA'],
    [1, 'O', 'PRF*B'],
    [8, 'P', 'MAN*CP*1Z3'],
    [9, 'I', 'LIN*1*VN*Z~SN1**3*EA'],
    [4, 'I', 'LIN*3*VN*V~SN1**4*EA'],
    [2, 'I', 'LIN*4*VN*W~SN1**5*EA'],
  ] as const
  const numbered = (numberOf: (place: number) => string) =>
    `${HEAD}${rows
      .map(([parent, code, said], at) => {
        const level = `HL*${numberOf(at + 1)}*${parent === 0 ? '' : numberOf(parent)}*${code}`
        return said === undefined ? level : `${level}~${said}`
      })
      .join('~')}~CTT*${rows.length}`
  const usual = read(numbered(String))

  test('1, 2, 3 …', () => {
    expect(usual.document?.packs.map(({ number, within, tracking }) => [number, within, tracking])).toEqual([
      ['1', undefined, undefined],
      ['2', '1', '1Z1'],
      ['3', '1', '1Z2'],
      ['4', undefined, '1Z3'],
    ])
    expect(places(numbered(String))).toEqual([
      ['A', '2', 'X', '1'],
      ['A', '3', 'Y', '2'],
      ['B', '4', 'Z', '3'],
      ['A', '2', 'V', '4'],
      ['A', undefined, 'W', '5'],
    ])
  })

  test.each<[string, (place: number) => string]>([
    ['10, 20, 30 …', (place) => String(place * 10)],
    ['2, 3, 4 …', (place) => String(place + 1)],
    ['0, 1, 2 …', (place) => String(place - 1)],
    ['12, 11, 10 …', (place) => String(rows.length + 1 - place)],
    ['2, 1, 4, 3 …', (place) => String(place % 2 === 0 ? place - 1 : place + 1)],
    ['1, 2, 3, 4, 50, 60, 7 …', (place) => String(place === 5 || place === 6 ? place * 10 : place)],
    ['01, 02, 03 …', (place) => String(place).padStart(2, '0')],
    ['A1, A2, A3 …', (place) => `A${place}`],
  ])('%s are the same tree', (_, numberOf) => {
    expect(read(numbered(numberOf))).toEqual(usual)
  })

  test.each<[string, (place: number) => string, number]>([
    ['a parent that comes later', (place) => String(place * 10), 40],
    ['a parent between two others', (place) => String(place * 10), 15],
    ['the place of the parent and not its number', (place) => String(place * 10), 2],
    ['the number of the parent written otherwise', (place) => String(place).padStart(2, '0'), 2],
  ])('%s is none', (_, numberOf, parent) => {
    const text = numbered(numberOf).replace(`HL*${numberOf(3)}*${numberOf(2)}*T`, `HL*${numberOf(3)}*${parent}*T`)
    const { faults } = read(text)
    expect(faults?.map(({ code, tag, element }) => [code, tag, element])).toContainEqual([
      'XD_DOCUMENTS_HIERARCHY',
      'HL',
      2,
    ])
  })

  test('a number that comes twice among others than 1, 2, 3 …', () => {
    const { faults } = read(numbered((place) => String(place === 12 ? 30 : place * 10)))
    expect(faults?.map(({ code, tag, element }) => [code, tag, element])).toEqual([['XD_DOCUMENTS_HIERARCHY', 'HL', 1]])
  })
})

test('what was shipped of a line is the sum over its cartons', () => {
  const line = (level: number, quantity: string) =>
    `HL*${level}*2*P~HL*${level + 1}*${level}*I~LIN*1*VN*X~SN1**${quantity}*EA~`
  const { document } = read(`${HEAD}HL*1**S~HL*2*1*O~PRF*A~${line(3, '6')}${line(5, '4.5')}${line(7, '0')}CTT*8`)
  expect(shippedQuantities(document!)).toEqual([
    { purchaseOrder: 'A', line: '1', sku: 'X', uom: 'EA', quantity: '10.5' },
  ])
})

describe('an 856 that is wrong is refused', () => {
  const PLAIN = `${HEAD}HL*1**S~HL*2*1*O~PRF*A~HL*3*2*I~LIN*1*VN*X~SN1**2*EA~CTT*3`
  test.each([
    ['no shipment number', '*SHIP-1*', '**', '/2/BSN/2', 'MISSING'],
    ['a parent that is not there', 'HL*3*2*I', 'HL*3*9*I', '/6/HL/2', 'HIERARCHY'],
    ['a level that comes twice', 'HL*3*2*I', 'HL*2*1*I', '/6/HL/1', 'HIERARCHY'],
    ['an item without a quantity', '~SN1**2*EA', '', '/6/HL', 'MISSING'],
    ['a quantity below zero', 'SN1**2', 'SN1**-2', '/8/SN1/2', 'NUMBER_OUT_OF_RANGE'],
    ['a count that fits neither levels nor items', 'CTT*3', 'CTT*7', '/9/CTT/1', 'COUNT_DIFFERS'],
  ])('%s', (_, from, to, pointer, code) => {
    const faults = read(PLAIN.replace(from, to)).faults?.filter(({ severity }) => severity === 'fatal')
    expect(faults?.map((fault) => [fault.pointer, fault.code])).toEqual([[pointer, `XD_DOCUMENTS_${code}`]])
  })

  test('an item of an order, or in a pack, that the notice does not list', () => {
    const notice = read(PLAIN).document!
    const items = notice.items.map((item) => ({ ...item, purchaseOrder: 'Z', pack: '9' }))
    expect(shipNotice.readJson({ ...notice, items }).faults?.map(({ pointer }) => pointer)).toEqual([
      '/items/0/purchaseOrder',
      '/items/0/pack',
    ])
  })
})

test('a serial number or an SSCC that comes twice is for a person to look at', () => {
  const twice = (level: number) =>
    `HL*${level}*2*P~MAN*GM*00106141411234567897~HL*${level + 1}*${level}*I~LIN*1*VN*X*SN*S1~SN1**1*EA~`
  const { warnings } = read(`${HEAD}HL*1**S~HL*2*1*O~PRF*A~${twice(3)}${twice(5)}CTT*6`)
  expect(warnings?.map(({ code }) => code)).toEqual(['XD_DOCUMENTS_SERIAL_REPEATED', 'XD_DOCUMENTS_SERIAL_REPEATED'])
})
