import { join } from 'node:path'
import fc, { type Arbitrary } from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  aContact,
  aDated,
  aFigure,
  aKey,
  anItemId,
  aPack,
  aParty,
  aReference,
  aRoleParty,
  asking,
  aText,
  aUnit,
  list,
  some,
  someFreightTerms,
  someTerms,
} from '../testing/arbitraries.ts'
import { testRoundTrips } from '../testing/round-trip.ts'
import { segmentsOf, setFrom } from '../testing/set-from.ts'
import { priceCatalog } from './index.ts'
import type { CatalogLine, CatalogPackage, CatalogPrice, OrderRule, PriceCatalog } from './schema.ts'

const FROM = fc.constantFrom('2026-01-01', '2026-02-01')
const UNTIL = fc.constantFrom('2026-03-31', '2026-12-31')

const aPrice: Arbitrary<CatalogPrice> = fc
  .tuple(
    asking(
      some<Omit<CatalogPrice, 'per' | 'basis'>>(
        {
          type: fc.constantFrom('CAT', 'CON', 'PRO'),
          class: fc.constantFrom('DI', 'RS'),
          amount: aFigure(4, 9999),
          uom: aUnit,
          fromQuantity: aFigure(0, 999),
          from: FROM,
          until: UNTIL,
          dates: list(aDated, 2),
        },
        ['type', 'amount'],
      ),
      'fromQuantity',
      'uom',
    ),
    fc.constantFrom({}, { per: 100 as const, basis: 'HP' }, { per: 1000 as const, basis: 'TP' }),
  )
  .map(([price, basis]) => ({ ...price, ...basis }))
const aPackage: Arbitrary<CatalogPackage> = some<CatalogPackage>(
  {
    qualifier: fc.constantFrom('UK', 'EN'),
    value: aKey(14),
    uom: aUnit,
    quantity: aFigure(0, 99),
    height: aFigure(1, 99),
    width: aFigure(1, 99),
    length: aFigure(1, 99),
    sizeUom: fc.constant('IN'),
    weight: aFigure(1, 99),
    weightUom: fc.constant('LB'),
    volume: aFigure(1, 99),
    volumeUom: fc.constant('CF'),
    price: fc.record({ type: fc.constant('SLP'), amount: aFigure(2, 99) }),
  },
  [
    'qualifier',
    'value',
    'uom',
    'quantity',
    'sizeUom',
    'weightUom',
    'volumeUom',
    'height',
    'width',
    'length',
    'weight',
    'volume',
  ],
)
const aRule: Arbitrary<OrderRule> = fc.oneof(
  some<Omit<OrderRule, 'code'>>({ rule: fc.constantFrom('minimum', 'maximum', 'multiple'), quantity: aFigure(0, 99) }, [
    'rule',
    'quantity',
  ]),
  fc.record({ rule: fc.constant('other' as const), code: fc.constant('1N'), quantity: aFigure(0, 99) }),
)
const samePrice = ({ type, class: group, uom, basis, fromQuantity, from, until }: CatalogPrice) =>
  JSON.stringify([type, group, uom, basis, fromQuantity, from, until])
const aLine: Arbitrary<CatalogLine> = some<CatalogLine>(
  {
    line: aKey(6),
    change: fc.constantFrom('add', 'change', 'delete'),
    sku: aKey(),
    ids: list(anItemId),
    description: aText(),
    features: list(fc.record({ code: fc.constant('73'), text: aText() })),
    pack: aPack,
    from: FROM,
    until: UNTIL,
    dates: list(aDated, 2),
    references: list(aReference),
    parties: list(aRoleParty, 2),
    orderRules: list(aRule),
    prices: fc.uniqueArray(aPrice, { minLength: 1, maxLength: 4, selector: samePrice }),
    packages: list(aPackage, 2),
  },
  ['line', 'sku'],
)
const aCatalog: Arbitrary<PriceCatalog> = some<PriceCatalog>(
  {
    type: fc.constantFrom('PC', 'SC'),
    number: aKey(15),
    version: aKey(15),
    revision: aKey(6),
    description: aText(),
    purpose: fc.constantFrom('replace', 'change'),
    from: FROM,
    until: UNTIL,
    currency: fc.constantFrom('USD', 'EUR'),
    seller: aParty,
    buyer: aParty,
    shipTo: aParty,
    billTo: aParty,
    supplier: aParty,
    parties: list(aRoleParty, 2),
    contacts: list(aContact, 2),
    references: list(aReference),
    dates: list(aDated, 3),
    terms: list(someTerms, 2),
    freightTerms: someFreightTerms,
    lines: fc.uniqueArray(aLine, { minLength: 1, maxLength: 3, selector: ({ line }) => line }),
  },
  ['type', 'currency', 'lines'],
)

testRoundTrips(priceCatalog, join(import.meta.dirname, 'fixtures'), aCatalog)

const PLAIN = 'BCT*PC*2026~LIN*1*VN*A~CTP*DI*CAT*9.25**EA~CTT*1'
const read = (text: string, syntax = {}) => priceCatalog.readX12(setFrom('832', 'SC', segmentsOf(text)), syntax)

describe('an 832 that is wrong is refused', () => {
  test.each([
    ['no kind of catalog', 'BCT*PC', 'BCT*', '/2/BCT/1', 'MISSING', '1'],
    ['a price with a comma', '*9.25*', '*9,25*', '/4/CTP/3', 'NUMBER_AMBIGUOUS', '6'],
    ['no price', '*9.25*', '**', '/4/CTP/3', 'MISSING', '1'],
    ['a price below zero', '*9.25*', '*-9.25*', '/4/CTP/3', 'NUMBER_OUT_OF_RANGE', '7'],
    ['a unit nobody knows', '*EA', '*QQ', '/4/CTP/5', 'UNIT_UNKNOWN', '7'],
    ['two prices for the same', '~CTT', '~CTP*DI*CAT*9.5**EA~CTT', '/3/LIN', 'PRICE_AMBIGUOUS', undefined],
    [
      'a price that ends before it begins',
      '~CTT',
      '~DTM*007*20260201~DTM*036*20260101~CTT',
      '/3/LIN',
      'DATES_CROSS',
      undefined,
    ],
    ['a change nobody knows', '~CTP', '~G53*999~CTP', '/4/G53/1', 'CODE_UNKNOWN', '7'],
    ['a line without an item', 'LIN*1*VN*A', 'LIN*1', '/3/LIN', 'MISSING', '1'],
    ['a count that differs', 'CTT*1', 'CTT*2', '/5/CTT/1', 'COUNT_DIFFERS', '7'],
  ])('%s', (_, from, to, pointer, code, ak4) => {
    const { faults } = read(PLAIN.replace(from, to))
    expect(faults?.map((fault) => [fault.pointer, fault.code, fault.ack?.ak4])).toEqual([
      [pointer, `XD_DOCUMENTS_${code}`, ak4],
    ])
  })
})

test('the same price again is no contradiction, nor is one from another quantity on', () => {
  const again = PLAIN.replace('~CTT', '~CTP*DI*CAT*9.250**EA~CTP*DI*CAT*9*100*EA~CTT')
  expect(read(again).document?.lines[0]?.prices).toHaveLength(3)
})

test('a price below a package is that package’s, not the item’s', () => {
  const text = PLAIN.replace('~CTT', '~PKL*UK*10036000291459*CA*12~CTP**SLP*99~CTT')
  expect(read(text).document?.lines[0]).toMatchObject({
    prices: [{ amount: '9.25' }],
    packages: [{ uom: 'CA', quantity: '12', price: { amount: '99', type: 'SLP' } }],
  })
})

test('a catalog without a currency is in the partner’s', () => {
  expect(read(PLAIN, { currency: 'EUR' }).document?.currency).toBe('EUR')
})

test.each([
  ['a catalog', '~LIN', '~DTM*007*20260201~DTM*036*20260101~LIN', '/2/BCT'],
  ['a line', '~CTP', '~DTM*007*20260201~DTM*036*20260101~CTP', '/3/LIN'],
  ['a second price', '~CTT', '~CTP*RS*CAT*9~DTM*007*20260201~DTM*036*20260101~CTT', '/3/LIN'],
])('%s that ends before it begins is refused', (_, from, to, pointer) => {
  const { faults } = read(PLAIN.replace(from, to))
  expect(faults?.map((fault) => [fault.pointer, fault.code])).toEqual([[pointer, 'XD_DOCUMENTS_DATES_CROSS']])
})
