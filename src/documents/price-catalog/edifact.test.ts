import { join } from 'node:path'
import fc, { type Arbitrary } from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Dated } from '../shapes.ts'
import { aDate, aFigure, aKey, aText, aUnit, list, some } from '../testing/arbitraries.ts'
import {
  aMessagePack,
  aMessageParty,
  aMessageReference,
  messageConditions,
  messageHead,
  someMessageGoods,
} from '../testing/edifact-arbitraries.ts'
import { type MessageChange, messageReader } from '../testing/message-from.ts'
import { testMessageRoundTrips } from '../testing/message-round-trip.ts'
import { priceCatalog } from './index.ts'
import type { CatalogLine, CatalogPackage, CatalogPrice, OrderRule, PriceCatalog } from './schema.ts'

const FROM = fc.constantFrom('2026-01-01', '2026-02-01')
const UNTIL = fc.constantFrom('2026-03-31', '2026-12-31')
const aDay: Arbitrary<Dated> = fc.record({ qualifier: fc.constantFrom('067', '273'), date: aDate })

const aPrice: Arbitrary<CatalogPrice> = some<Omit<CatalogPrice, 'basis'>>(
  {
    type: fc.constantFrom('CAT', 'CON', 'PRO'),
    class: fc.constantFrom('DI', 'RS'),
    amount: aFigure(4, 9999),
    per: fc.constantFrom(100 as const, 1000 as const),
    uom: aUnit,
    fromQuantity: aFigure(0, 999),
    from: FROM,
    until: UNTIL,
    dates: list(aDay, 2),
  },
  ['amount'],
)
const aPackage: Arbitrary<CatalogPackage> = some<Omit<CatalogPackage, 'price'>>(
  {
    qualifier: fc.constant('UK'),
    value: fc.constantFrom('14006381333938', '00012345600012'),
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
  },
  ['qualifier', 'value', 'uom', 'quantity', 'height', 'sizeUom', 'weight', 'weightUom', 'volume', 'volumeUom'],
)
const aRule: Arbitrary<OrderRule> = fc.record({
  rule: fc.constantFrom('minimum' as const, 'maximum' as const, 'multiple' as const),
  quantity: aFigure(0, 99),
})
const samePrice = ({ type, class: group, uom, fromQuantity, from, until }: CatalogPrice) =>
  JSON.stringify([type, group, uom, fromQuantity, from, until])
const aLine: Arbitrary<CatalogLine> = some<Omit<CatalogLine, 'parties'>>(
  {
    line: aKey(8),
    change: fc.constantFrom('add', 'change', 'delete'),
    ...someMessageGoods,
    pack: aMessagePack,
    from: FROM,
    until: UNTIL,
    dates: list(aDay, 2),
    references: list(aMessageReference),
    orderRules: list(aRule),
    prices: fc.uniqueArray(aPrice, { minLength: 1, maxLength: 4, selector: samePrice }),
    packages: list(aPackage, 2),
  },
  ['sku', 'description'],
)
const { notes: _, ...head } = messageHead
const { carriage: __, charges: ___, ...conditions } = messageConditions
const aCatalog: Arbitrary<PriceCatalog> = some<Omit<PriceCatalog, 'contacts' | 'revision'>>(
  {
    type: fc.constantFrom('PC', 'SC'),
    number: aKey(35),
    version: aKey(35),
    description: aText(350),
    purpose: fc.constantFrom('replace', 'change'),
    from: FROM,
    until: UNTIL,
    currency: fc.constantFrom('USD', 'EUR'),
    seller: aMessageParty,
    ...head,
    dates: list(aDay, 2),
    ...conditions,
    terms: list(conditions.terms, 1).map((rows) => rows.flat().slice(0, 1)),
    lines: fc.uniqueArray(aLine, { minLength: 1, maxLength: 3, selector: ({ line }) => line ?? {} }),
  },
  ['type', 'from', 'currency', 'lines'],
)

testMessageRoundTrips(priceCatalog, join(import.meta.dirname, 'fixtures'), aCatalog)

const PLAIN = `BGM+9+PL-1+9'
  DTM+7:20260201:102'
  CUX+2:EUR:10'
  PGI+2'
  LIN+1'
  PIA+1+A:SA'
  PRI+AAA:9.25'
  DTM+194:20260301:102'
  CNT+2:1'`

const { readWith, faultsWith } = messageReader(priceCatalog, PLAIN)

describe('a PRICAT that is wrong is refused with the place', () => {
  test.each<[string, MessageChange, unknown[]]>([
    ['a purpose nobody knows', ['PL-1+9', 'PL-1+99'], ['/2/BGM/3/1', 'CODE_UNKNOWN']],
    ['a price with a letter', ['9.25', '9.2S'], ['/8/PRI/1/2', 'NUMBER_MALFORMED']],
    ['a price for a dozen', ['9.25', '9.25:::12'], ['/8/PRI/1/5', 'PRICE_BASIS']],
    ['an item without a number', ["PIA+1+A:SA'", ''], ['/6/LIN', 'MISSING']],
    ['a change of an item nobody knows', ['LIN+1', 'LIN+1+9'], ['/6/LIN/2/1', 'CODE_UNKNOWN']],
    ['two prices for one question', ["DTM+194:20260301:102'", "PRI+AAA:9.30'"], ['/6/LIN', 'PRICE_AMBIGUOUS']],
    ['a price that ends before it begins', ['DTM+194', "DTM+206:20260228:102'DTM+194"], ['/6/LIN', 'DATES_CROSS']],
    ['a count that differs', ['CNT+2:1', 'CNT+2:2'], ['/10/CNT/1/2', 'COUNT_DIFFERS']],
  ])('%s', (_name, change, fault) => {
    expect(faultsWith(change)).toContainEqual(fault)
  })
})

test('what price it is, its qualifier or type says where it has no other word', () => {
  const typeOf = (price: string) => readWith([['AAA:9.25', price]]).document?.lines[0]?.prices?.[0]?.type
  expect(typeOf('AAB:9.25')).toBe('GRP')
  expect(typeOf('AAA:9.25:CT')).toBe('CON')
  expect(typeOf('AAA:9.25:CT:PRP')).toBe('PRP')
  expect(typeOf('AAA:9.25')).toBeUndefined()
})

test('a catalog that holds from no day is not written', () => {
  const catalog: PriceCatalog = { type: 'PC', currency: 'EUR', lines: [{ sku: 'A' }] }
  expect(() => priceCatalog.edifact!.write(catalog)).toThrow(/day/)
})
