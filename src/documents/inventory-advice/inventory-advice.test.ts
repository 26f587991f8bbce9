import { join } from 'node:path'
import fc, { type Arbitrary } from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  aContact,
  aDate,
  aDated,
  aFigure,
  aKey,
  anItemId,
  aParty,
  aPrice,
  aReference,
  aRoleParty,
  aText,
  aTime,
  aUnit,
  list,
  some,
} from '../testing/arbitraries.ts'
import { testRoundTrips } from '../testing/round-trip.ts'
import { segmentsOf, setFrom } from '../testing/set-from.ts'
import { inventoryAdvice } from './index.ts'
import type { InventoryAdvice, InventoryAdviceLine, Stock } from './schema.ts'

const someStock: Arbitrary<Stock> = fc.oneof(
  some<Omit<Stock, 'code'>>(
    {
      status: fc.constantFrom('onHand', 'forSale', 'onOrder', 'onHold', 'committed', 'projected', 'unusable'),
      quantity: fc.oneof(aFigure(), fc.constantFrom('0', '-4')),
      uom: aUnit,
      dates: list(aDated, 2),
    },
    ['status', 'quantity', 'uom'],
  ),
  fc.record({
    status: fc.constant('other' as const),
    code: fc.constantFrom('87', '34'),
    quantity: aFigure(),
    uom: aUnit,
  }),
)
const aLine: Arbitrary<InventoryAdviceLine> = some<InventoryAdviceLine>(
  {
    line: aKey(6),
    sku: aKey(),
    ids: list(anItemId),
    description: aText(),
    features: list(fc.record({ code: fc.constant('73'), text: aText() })),
    lot: aKey(),
    price: aPrice,
    dates: list(aDated, 2),
    references: list(aReference),
    parties: list(aRoleParty, 2),
    stock: list(someStock, 4),
  },
  ['line', 'sku', 'stock'],
)
const anAdvice: Arbitrary<InventoryAdvice> = some<InventoryAdvice>(
  {
    number: aKey(),
    purpose: fc.constantFrom('replace', 'cancel'),
    type: fc.constantFrom('SI', 'DD'),
    date: aDate,
    time: aTime,
    action: fc.constant('2'),
    asOf: aDate,
    currency: fc.constantFrom('USD', 'EUR'),
    warehouse: aParty,
    buyer: aParty,
    shipTo: aParty,
    billTo: aParty,
    supplier: aParty,
    asOfTime: aTime,
    parties: list(aRoleParty, 1),
    contacts: list(aContact, 2),
    references: list(aReference),
    dates: list(aDated, 3),
    lines: fc.uniqueArray(aLine, { minLength: 1, maxLength: 3, selector: ({ line }) => line }),
  },
  ['number', 'type', 'date', 'asOf', 'currency', 'lines'],
).map(({ billTo: _, ...advice }) => advice)

testRoundTrips(inventoryAdvice, join(import.meta.dirname, 'fixtures'), anAdvice)

const PLAIN = 'BIA*00*SI*S-1*20260109~LIN**VN*A~QTY*33*10*EA~CTT*1'
const read = (text: string, syntax = {}) => inventoryAdvice.readX12(setFrom('846', 'IB', segmentsOf(text)), syntax)

describe('an 846 that is wrong is refused', () => {
  test.each([
    ['a purpose nobody knows', 'BIA*00', 'BIA*XX', '/2/BIA/1', 'CODE_UNKNOWN', '7'],
    ['no number', '*S-1*', '**', '/2/BIA/3', 'MISSING', '1'],
    ['a day that does not exist', '20260109', '20260230', '/2/BIA/4', 'DATE_INVALID', '8'],
    ['a quantity with a letter', '*10*EA', '*1O*EA', '/4/QTY/2', 'NUMBER_MALFORMED', '6'],
    ['no unit', '*10*EA', '*10', '/4/QTY/3', 'MISSING', '1'],
    ['a unit nobody knows', '*10*EA', '*10*QQ', '/4/QTY/3', 'UNIT_UNKNOWN', '7'],
    ['a line without a quantity', 'QTY*33*10*EA~', '', '/3/LIN', 'MISSING', '1'],
    ['a line without an item', 'LIN**VN*A', 'LIN*1', '/3/LIN', 'MISSING', '1'],
    ['a count that differs', 'CTT*1', 'CTT*2', '/5/CTT/1', 'COUNT_DIFFERS', '7'],
  ])('%s', (_, from, to, pointer, code, ak4) => {
    const { faults } = read(PLAIN.replace(from, to))
    expect(faults?.map((fault) => [fault.pointer, fault.code, fault.ack?.ak4])).toEqual([
      [pointer, `XD_DOCUMENTS_${code}`, ak4],
    ])
  })

  test('one without lines: silence about stock is not a stock of nothing', () => {
    expect(read('BIA*00*SI*S-1*20260109~CTT*0').faults?.map(({ code }) => code)).toEqual(['XD_DOCUMENTS_LINES_NONE'])
  })
})

test('the unit may stand in a UIT behind the quantity, or before the first one for the whole line', () => {
  const behind = 'BIA*00*SI*S-1*20260109~LIN**VN*A~QTY*33*10~UIT*CA~QTY*17*12~UIT*EA~CTT*1'
  expect(read(behind).document?.lines[0]?.stock.map(({ uom }) => uom)).toEqual(['CA', 'EA'])
  const before = 'BIA*00*SI*S-1*20260109~LIN**VN*A~UIT*CA*3.5~QTY*33*10~QTY*17*12~CTT*1'
  expect(read(before, { currency: 'CAD' }).document).toMatchObject({
    currency: 'CAD',
    lines: [{ price: { amount: '3.5' }, stock: [{ uom: 'CA' }, { uom: 'CA' }] }],
  })
})

test('stock that was sold twice may be below zero', () => {
  expect(read(PLAIN.replace('*10*', '*-2*')).document?.lines[0]?.stock[0]?.quantity).toBe('-2')
})

test('in JSON a price needs a currency', () => {
  const advice = read(PLAIN).document!
  const priced = { ...advice, lines: advice.lines.map((line) => ({ ...line, price: { amount: '1' } })) }
  expect(inventoryAdvice.readJson(priced).faults?.map(({ pointer }) => pointer)).toEqual(['/currency'])
})
