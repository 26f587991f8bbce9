import { join } from 'node:path'
import fc, { type Arbitrary } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { aDate, aFigure, aKey, anAmount, aUnit, list, some } from '../testing/arbitraries.ts'
import {
  aMessageDated,
  aMessageParty,
  aMessageReference,
  aMessageRoleParty,
  someMessageGoods,
} from '../testing/edifact-arbitraries.ts'
import { type MessageChange, messageReader } from '../testing/message-from.ts'
import { testMessageRoundTrips } from '../testing/message-round-trip.ts'
import { resaleReport } from './index.ts'
import type { ResaleItem, ResalePrice, ResaleReport, Transfer } from './schema.ts'

const aPrice: Arbitrary<ResalePrice> = some<ResalePrice>(
  { uom: aUnit, amount: aFigure(4, 999), basis: fc.constantFrom('CT', 'CA') },
  ['uom', 'amount'],
)
const noLot = aMessageReference.filter(({ qualifier }) => qualifier !== 'LT')
const anItem: Arbitrary<ResaleItem> = some<Omit<ResaleItem, 'code'>>(
  {
    kind: fc.constantFrom('sold', 'returned', 'onHand'),
    quantity: fc.oneof(aFigure(), fc.constant('-2')),
    uom: aUnit,
    line: aKey(6),
    ...someMessageGoods,
    lot: aKey(),
    prices: list(aPrice),
    amounts: list(fc.record({ type: fc.constantFrom('1', 'TT'), amount: anAmount }), 2),
    references: list(noLot),
    dates: list(aMessageDated, 2),
  },
  ['kind', 'quantity', 'uom', 'sku', 'description'],
)
const aCustomer = aMessageParty.map(({ contacts: _, references: __, ...party }) => party)
const aTransfer: Arbitrary<Transfer> = some<Omit<Transfer, 'parties' | 'movement'>>(
  {
    type: fc.constant('SS'),
    referenceQualifier: fc.constantFrom('VC', 'CT'),
    reference: aKey(),
    customer: aCustomer,
    references: list(aMessageReference),
    dates: list(aMessageDated, 2),
    items: list(anItem),
  },
  ['type', 'referenceQualifier', 'reference', 'items'],
)
const aReport: Arbitrary<ResaleReport> = some<Omit<ResaleReport, 'contacts' | 'amounts' | 'type' | 'references'>>(
  {
    number: aKey(35),
    purpose: fc.constantFrom('replace', 'cancel'),
    date: aDate,
    from: fc.constant('2026-01-01'),
    until: fc.constant('2026-01-31'),
    currency: fc.constantFrom('USD', 'EUR'),
    distributor: aMessageParty,
    maker: aMessageParty,
    parties: list(aMessageRoleParty, 2),
    dates: list(aMessageDated, 2),
    lines: list(aTransfer),
  },
  ['number', 'date', 'currency', 'lines'],
)

testMessageRoundTrips(resaleReport, join(import.meta.dirname, 'fixtures'), aReport)

const PLAIN = `BGM+73E+V-1+9'
  DTM+137:20260204:102'
  LOC+162+H-1::92'
  LIN+1'
  PIA+1+A:SA'
  QTY+153:10:PCE'
  CNT+2:1'`

const { readWith, faultsWith } = messageReader(resaleReport, PLAIN)

describe('a SLSRPT that is wrong is refused with the place', () => {
  test.each<[string, MessageChange, unknown[]]>([
    ['no number', ['73E+V-1', '73E+'], ['/2/BGM/2/1', 'MISSING']],
    ['no date', ["DTM+137:20260204:102'", ''], ['/3/DTM', 'MISSING']],
    ['a quantity with a letter', ['153:10', '153:1O'], ['/7/QTY/1/2', 'NUMBER_MALFORMED']],
    ['a sale of no item', ["PIA+1+A:SA'", ''], ['/4/LOC', 'MISSING']],
    ['a sale of nothing', ["QTY+153:10:PCE'", ''], ['/4/LOC', 'MISSING']],
    [
      'a month that ends before it begins',
      ['DTM+137', "DTM+91:20260101:102'DTM+90:20260131:102'DTM+137"],
      ['/2/BGM', 'DATES_CROSS'],
    ],
    ['a count that differs', ['CNT+2:1', 'CNT+2:2'], ['/8/CNT/1/2', 'COUNT_DIFFERS']],
  ])('%s', (_, change, fault) => {
    expect(faultsWith(change)).toEqual([fault])
  })
})

describe('a SLSRPT says', () => {
  test('in one DTM which days it covers', () => {
    const { document } = readWith([['DTM+137', "DTM+356:2026010120260131:718'DTM+137"]])
    expect(document).toMatchObject({ from: '2026-01-01', until: '2026-01-31', date: '2026-02-04' })
  })

  test('of one item several quantities, each an item of its own', () => {
    const { document } = readWith([['QTY+153:10', "PRI+AAA:2.5:CT'QTY+61:1:PCE'QTY+153:10"]])
    expect(document?.lines[0]?.items.map(({ kind, sku, prices }) => [kind, sku, prices?.length])).toEqual([
      ['returned', 'A', 1],
      ['sold', 'A', 1],
    ])
    expect(document?.currency).toBe('USD')
  })

  test('who bought, where several did at one place: each has a transfer', () => {
    const sold = "QTY+153:10:PCE'NAD+BY+C-1::92'QTY+153:4:PCE'NAD+BY+C-2::92'QTY+153:1:PCE'NAD+BY+C-2::92'"
    const { document } = readWith([["QTY+153:10:PCE'", sold]])
    expect(document?.lines.map(({ customer, items }) => [customer?.id, items.map(({ quantity }) => quantity)])).toEqual(
      [
        ['C-1', ['10']],
        ['C-2', ['4', '1']],
      ],
    )
  })
})
