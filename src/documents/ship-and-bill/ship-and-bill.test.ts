import { join } from 'node:path'
import fc, { type Arbitrary } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decimalText, rounded } from '../../base/decimal.ts'
import type { Party } from '../shapes.ts'
import {
  aCarriage,
  aCharge,
  aContact,
  aDate,
  aDated,
  aFigure,
  aKey,
  aLading,
  anAmount,
  anEquipment,
  anItemId,
  aPack,
  aParty,
  aPrice,
  aReference,
  aRoleParty,
  aText,
  aTime,
  aUnit,
  list,
  some,
  someFreightTerms,
  someTerms,
} from '../testing/arbitraries.ts'
import { testRoundTrips } from '../testing/round-trip.ts'
import { segmentsOf, setFrom } from '../testing/set-from.ts'
import { billSum } from './checks.ts'
import { shipAndBill } from './index.ts'
import type { Bill, BilledItem, BilledPack, ShipAndBill } from './schema.ts'

const plain = <P extends Party>({ contacts: _, references: __, ...party }: P) => party
const aPlainParty = aParty.map(plain)
const aTax = fc.record({ type: fc.constantFrom('ST', 'GS'), amount: anAmount })
/** A price in the unit of the line. */
const aPriceOfLine = aPrice.filter(({ uom }) => uom === undefined)

const aBill: Arbitrary<Omit<Bill, 'number' | 'total'>> = some<Omit<Bill, 'number' | 'total'>>(
  {
    purchaseOrder: aKey(),
    release: aKey(),
    purchaseOrderDate: aDate,
    parties: list(aRoleParty.map(plain), 2),
    references: list(aReference),
    dates: list(aDated, 2),
    terms: list(someTerms, 2),
    charges: list(aCharge, 2),
    taxes: list(aTax, 2),
    discountable: anAmount,
    discounted: anAmount,
    discount: anAmount,
  },
  ['purchaseOrder'],
)
const anItem: Arbitrary<Omit<BilledItem, 'bill' | 'pack'>> = some<Omit<BilledItem, 'bill' | 'pack'>>(
  {
    line: aKey(6),
    quantity: aFigure(2, 999),
    uom: aUnit,
    price: aPriceOfLine,
    sku: aKey(),
    ids: list(anItemId, 2),
    lot: aKey(),
    serials: fc.uniqueArray(aKey(), { minLength: 1, maxLength: 3 }),
    description: aText(),
    features: list(fc.record({ code: fc.constant('73'), text: aText() })),
    shipped: fc.record({ quantity: aFigure(), uom: aUnit }),
    packing: aPack,
    references: list(aReference, 2),
    dates: list(aDated, 2),
    charges: list(aCharge, 2),
    taxes: list(aTax, 2),
  },
  ['quantity', 'uom', 'price', 'sku'],
)
const aPacked: Arbitrary<Omit<BilledPack, 'number' | 'within' | 'level'>> = some<
  Omit<BilledPack, 'number' | 'within' | 'level'>
>(
  {
    sscc: fc.constant('106141411234567897'),
    tracking: aKey(),
    marks: list(fc.record({ qualifier: fc.constant('ZZ'), value: aKey() }), 2),
    pack: aPack,
    references: list(aReference, 2),
  },
  [],
)

/** One bill after the other: a pallet with a carton, goods in the carton, on the pallet and loose, as the writer puts them. */
type Branch = [
  Omit<Bill, 'number' | 'total'>,
  Omit<BilledPack, 'number' | 'within' | 'level'>[],
  Omit<BilledItem, 'bill' | 'pack'>[],
]
const aBranch: Arbitrary<Branch> = fc.tuple(
  aBill,
  fc.array(aPacked, { maxLength: 2 }),
  fc.array(anItem, { minLength: 3, maxLength: 3 }),
)

function noticeOf(head: Omit<ShipAndBill, 'bills' | 'packs' | 'items'>, branches: readonly Branch[]): ShipAndBill {
  const notice: ShipAndBill = { ...head, bills: [], packs: [], items: [] }
  const seen = new Set<string>()
  for (const [at, [bill, packed, goods]] of branches.entries()) {
    const number = String(at + 1)
    const packs = packed.map((one, place): BilledPack => {
      const own = String(notice.packs.length + place + 1)
      const within = place > 0 ? { within: String(notice.packs.length + 1) } : {}
      return { ...one, number: own, ...within, level: place === 0 ? 'pallet' : 'carton' }
    })
    notice.packs.push(...packs)
    const places = [...packs.map((pack) => pack.number).reverse(), undefined]
    const items = places.map((pack, place) => {
      const { serials, ...item } = goods[place]!
      const fresh = (serials ?? []).filter((serial) => !seen.has(serial))
      for (const serial of fresh) seen.add(serial)
      return { ...item, bill: number, ...(fresh.length ? { serials: fresh } : {}), ...(pack ? { pack } : {}) }
    })
    notice.items.push(...items)
    notice.bills.push({ ...bill, number, total: '0' })
  }
  const { currency } = notice
  const bills = notice.bills.map((bill) => {
    const sum = billSum(
      bill,
      notice.items.filter((item) => item.bill === bill.number),
      currency,
    )
    return { ...bill, total: decimalText(rounded(sum, 2)) }
  })
  return { ...notice, bills }
}

const aNotice: Arbitrary<ShipAndBill> = fc
  .tuple(
    some<Omit<ShipAndBill, 'bills' | 'packs' | 'items'>>(
      {
        number: aKey(),
        purpose: fc.constantFrom('replace', 'confirm'),
        date: aDate,
        time: aTime,
        shippedOn: aDate,
        shippedTime: aTime,
        estimatedDelivery: aDate,
        estimatedDeliveryTime: aTime,
        currency: fc.constantFrom('USD', 'EUR'),
        quantity: aFigure(0, 999),
        uom: aUnit,
        weight: aFigure(1, 999),
        weightUom: fc.constant('LB'),
        billOfLading: aKey(),
        references: list(aReference),
        dates: list(aDated, 2),
        contacts: list(aContact, 2),
        shipFrom: aPlainParty,
        buyer: aPlainParty,
        shipTo: aPlainParty,
        billTo: aPlainParty,
        supplier: aPlainParty,
        remitTo: aPlainParty,
        parties: list(
          aRoleParty.map((party) => ({ ...plain(party), role: 'Z7' })),
          2,
        ),
        carriage: aCarriage,
        equipment: anEquipment,
        freightTerms: someFreightTerms,
        ladings: list(aLading, 2),
      },
      ['number', 'date', 'shippedOn', 'estimatedDelivery', 'currency', 'quantity', 'uom', 'weight', 'weightUom'],
    ),
    fc.array(aBranch, { minLength: 1, maxLength: 2 }),
  )
  .map(([head, branches]) => noticeOf(head, branches))

testRoundTrips(shipAndBill, join(import.meta.dirname, 'fixtures'), aNotice)

const PLAIN = `BHT*0001*00*S-1*20260108*1430~HL*1**S~HL*2*1*O~TDS*2000~PRF*4711~HL*3*2*T~LX*1~MAN*GM*106141411234567897~
  HL*4*3*I~IT1*1*2*EA*10**VN*A`
const read = (changes: readonly (readonly [string, string])[] = [], syntax = {}) => {
  const text = changes.reduce((all, [from, to]) => {
    expect(all).toContain(from)
    return all.replace(from, to)
  }, PLAIN)
  return shipAndBill.readX12(setFrom('857', 'BS', segmentsOf(text)), syntax)
}

describe('an 857 that is wrong is refused with the place', () => {
  test.each<[string, [string, string], string, string]>([
    ['no number', ['*S-1*', '**'], '/2/BHT/3', 'MISSING'],
    ['a purpose nobody knows', ['*00*', '*99*'], '/2/BHT/2', 'CODE_UNKNOWN'],
    ['a parent that was never there', ['HL*4*3*I', 'HL*4*9*I'], '/10/HL/2', 'HIERARCHY'],
    ['a point in the total, which is in cents', ['TDS*2000', 'TDS*20.00'], '/5/TDS/1', 'NUMBER_MALFORMED'],
    ['no total', ['TDS*2000~', ''], '/4/HL', 'MISSING'],
    ['a total that is another one', ['TDS*2000', 'TDS*2100'], '/4/HL', 'TOTAL_DIFFERS'],
    ['goods without a price', ['*10**VN', '***VN'], '/10/HL', 'PRICE_MISSING'],
    ['goods of which nobody says how many', ['IT1*1*2*EA*10**VN*A', 'PID*F****A'], '/10/HL', 'MISSING'],
    ['nothing in it', ['HL*4*3*I~IT1*1*2*EA*10**VN*A', ''], '/2/BHT', 'LINES_NONE'],
  ])('%s', (_, change, pointer, code) => {
    expect(read([change]).faults?.map((fault) => [fault.pointer, fault.code])).toContainEqual([
      pointer,
      `XD_DOCUMENTS_${code}`,
    ])
  })

  test('no BHT', () => {
    const { faults } = shipAndBill.readX12(setFrom('857', 'BS', segmentsOf('HL*1**S')))
    expect(faults?.[0]).toMatchObject({ tag: 'BHT', code: 'XD_DOCUMENTS_MISSING', ack: { ak3: '3' } })
  })
})

test('an item names its bill and its pack, and an order without a number has a bill, too', () => {
  expect(read([['PRF*4711~', '']]).document).toMatchObject({
    bills: [{ number: '1', total: '20.00' }],
    packs: [{ number: '1', level: 'pallet', sscc: '106141411234567897' }],
    items: [{ bill: '1', pack: '1', line: '1', sku: 'A' }],
  })
})

test('in JSON, too, every bill adds up and every item names what is there', () => {
  const notice = read().document!
  const pointers = (changed: object) =>
    shipAndBill.readJson({ ...notice, ...changed }).faults?.map(({ pointer }) => pointer)
  expect(pointers({})).toBeUndefined()
  expect(pointers({ bills: [{ ...notice.bills[0], total: '21.00' }] })).toEqual(['/bills/0/total'])
  expect(pointers({ items: [{ ...notice.items[0], bill: '7' }] })).toEqual(['/items/0/bill'])
  expect(pointers({ packs: [] })).toEqual(['/items/0/pack'])
})

describe('one thing is wrong with an item or a bill, and all else is right', () => {
  const notice = read().document!
  const [bill, item] = [notice.bills[0]!, notice.items[0]!]
  const freight = { kind: 'charge', type: 'freight' } as const
  test.each<[string, Partial<ShipAndBill>, string, string]>([
    [
      'a price in another unit',
      { items: [{ ...item, price: { amount: '10', uom: 'CT' } }] },
      '/items/0',
      'PRICE_BASIS',
    ],
    [
      'a charge of an item in parts of a cent',
      { items: [{ ...item, charges: [{ ...freight, amount: '1.005' }] }] },
      '/items/0/charges/0/amount',
      'NUMBER_SCALE',
    ],
    [
      'a charge of an item that is not in the total',
      { items: [{ ...item, charges: [{ ...freight, amount: '1.00' }] }] },
      '/bills/0/total',
      'TOTAL_DIFFERS',
    ],
    [
      'a tax of an item that is not in the total',
      { items: [{ ...item, taxes: [{ type: 'ST', amount: '1.00' }] }] },
      '/bills/0/total',
      'TOTAL_DIFFERS',
    ],
    [
      'a charge of the bill that is not in the total',
      { bills: [{ ...bill, charges: [{ ...freight, amount: '1.00' }] }] },
      '/bills/0/total',
      'TOTAL_DIFFERS',
    ],
    [
      'an allowance that was added',
      { bills: [{ ...bill, charges: [{ ...freight, kind: 'allowance', amount: '1.00' }], total: '21.00' }] },
      '/bills/0/total',
      'TOTAL_DIFFERS',
    ],
  ])('%s', (_, changed, pointer, code) => {
    const { faults } = shipAndBill.readJson({ ...notice, ...changed })
    expect(faults?.map((fault) => [fault.pointer, fault.code])).toEqual([[pointer, `XD_DOCUMENTS_${code}`]])
  })
})
