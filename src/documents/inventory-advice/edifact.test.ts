import { join } from 'node:path'
import fc, { type Arbitrary } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { aDate, aFigure, aKey, aTime, aUnit, list, some } from '../testing/arbitraries.ts'
import {
  aMessageDated,
  aMessageParty,
  aMessagePrice,
  aMessageReference,
  messageHead,
  someMessageGoods,
} from '../testing/edifact-arbitraries.ts'
import { type MessageChange, messageReader } from '../testing/message-from.ts'
import { testMessageRoundTrips } from '../testing/message-round-trip.ts'
import { inventoryAdvice } from './index.ts'
import type { InventoryAdvice, InventoryAdviceLine, Stock } from './schema.ts'

const someStock: Arbitrary<Stock> = fc.oneof(
  some<Omit<Stock, 'code'>>(
    {
      status: fc.constantFrom('onHand', 'forSale', 'onOrder', 'onHold', 'committed', 'projected', 'unusable'),
      quantity: fc.oneof(aFigure(), fc.constantFrom('0', '-4')),
      uom: aUnit,
      dates: list(aMessageDated, 2),
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
const noLot = aMessageReference.filter(({ qualifier }) => qualifier !== 'LT')
const aLine: Arbitrary<InventoryAdviceLine> = some<Omit<InventoryAdviceLine, 'parties'>>(
  {
    line: aKey(8),
    ...someMessageGoods,
    lot: aKey(),
    price: aMessagePrice,
    dates: list(aMessageDated, 2),
    references: list(noLot),
    stock: list(someStock, 4),
  },
  ['sku', 'description', 'stock'],
)
const { notes: _, billTo: __, ...head } = messageHead
const anAdvice: Arbitrary<InventoryAdvice> = some<Omit<InventoryAdvice, 'contacts' | 'action' | 'billTo'>>(
  {
    number: aKey(35),
    purpose: fc.constantFrom('replace', 'cancel'),
    type: fc.constantFrom('SI', 'DD'),
    date: aDate,
    time: aTime,
    asOf: aDate,
    asOfTime: aTime,
    currency: fc.constantFrom('USD', 'EUR'),
    warehouse: aMessageParty,
    ...head,
    dates: list(aMessageDated, 3),
    lines: fc.uniqueArray(aLine, { minLength: 1, maxLength: 3, selector: ({ line }) => line ?? {} }),
  },
  ['number', 'type', 'date', 'asOf', 'currency', 'lines'],
)

testMessageRoundTrips(inventoryAdvice, join(import.meta.dirname, 'fixtures'), anAdvice)

const PLAIN = `BGM+35+B-1+9'
  DTM+137:20260109:102'
  LIN+1'
  PIA+1+A:SA'
  QTY+17:10:PCE'
  CNT+2:1'`

const { readWith, faultsWith } = messageReader(inventoryAdvice, PLAIN)

describe('an INVRPT that is wrong is refused with the place', () => {
  test.each<[string, MessageChange, unknown[]]>([
    ['no number', ['35+B-1', '35+'], ['/2/BGM/2/1', 'MISSING']],
    ['a purpose nobody knows', ['B-1+9', 'B-1+99'], ['/2/BGM/3/1', 'CODE_UNKNOWN']],
    ['no date', ["DTM+137:20260109:102'", ''], ['/3/DTM', 'MISSING']],
    ['a quantity with a letter', ['17:10', '17:1O'], ['/6/QTY/1/2', 'NUMBER_MALFORMED']],
    ['a quantity of which nobody says what it counts', ['17:10', ':10'], ['/6/QTY/1/1', 'MISSING']],
    ['a line without a quantity', ["QTY+17:10:PCE'", ''], ['/4/LIN', 'MISSING']],
    ['a line without an item', ["PIA+1+A:SA'", ''], ['/4/LIN', 'MISSING']],
    ['a count that differs', ['CNT+2:1', 'CNT+2:2'], ['/7/CNT/1/2', 'COUNT_DIFFERS']],
  ])('%s', (_, change, fault) => {
    expect(faultsWith(change)).toEqual([fault])
  })

  test('one that only tells what moved: movements are no stock', () => {
    expect(faultsWith(['QTY+17', "INV+1'QTY+12"])).toEqual([['/4/LIN', 'MISSING']])
  })
})

test('which stock it is, INV says where QTY only says that it is there', () => {
  const stockWith = (inventory: string) => readWith([['QTY+17', `${inventory}'QTY+145`]]).document?.lines[0]?.stock
  expect(stockWith('INV++1')).toEqual([{ status: 'onHand', quantity: '10', uom: 'PC' }])
  expect(stockWith('INV++2')).toEqual([{ status: 'unusable', quantity: '10', uom: 'PC' }])
  expect(readWith([['QTY+17', "INV++2'QTY+66"]]).document?.lines[0]?.stock[0]?.status).toBe('committed')
})

test('a price without a currency is in that of the partner', () => {
  const priced: MessageChange[] = [["PIA+1+A:SA'", "PIA+1+A:SA'PRI+AAA:3.50'"]]
  expect(readWith(priced, {}, { currency: 'CHF' }).document?.currency).toBe('CHF')
})
