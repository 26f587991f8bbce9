import { join } from 'node:path'
import fc, { type Arbitrary } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { aDate, aFigure, aKey, aShipWindow, aText, aUnit, list, some } from '../testing/arbitraries.ts'
import {
  aMessageCharge,
  aMessageDated,
  aMessagePack,
  aMessagePrice,
  aMessageReference,
  aMessageRoleParty,
  messageConditions,
  messageHead,
  someMessageGoods,
} from '../testing/edifact-arbitraries.ts'
import { type MessageChange, messageReader } from '../testing/message-from.ts'
import { testMessageRoundTrips } from '../testing/message-round-trip.ts'
import { orderChange } from './index.ts'
import type { OrderChange, OrderChangeLine } from './schema.ts'

const aLine: Arbitrary<OrderChangeLine> = some<OrderChangeLine>(
  {
    line: aKey(6),
    change: fc.constantFrom('add', 'change', 'delete', 'changePrice', 'decrease', 'increase', 'replace', 'replaceItem'),
    quantity: aFigure(),
    leftToReceive: fc.oneof(aFigure(), fc.constant('0')),
    uom: aUnit,
    price: aMessagePrice,
    ...someMessageGoods,
    pack: aMessagePack,
    shipWindow: aShipWindow,
    dates: list(aMessageDated, 2),
    references: list(aMessageReference),
    notes: list(aText(264)),
    charges: list(aMessageCharge),
    parties: list(aMessageRoleParty, 2),
    destinations: list(fc.record({ location: aKey(10), quantity: aFigure(0) }), 4),
  },
  ['change', 'quantity', 'uom', 'price', 'sku', 'description'],
)
const aChange: Arbitrary<OrderChange> = some<Omit<OrderChange, 'contacts' | 'request'>>(
  {
    number: aKey(35),
    release: aKey(),
    purpose: fc.constantFrom('original', 'cancel', 'replace', 'confirm', 'duplicate'),
    type: fc.constantFrom('SA', 'NE'),
    date: aDate,
    changeNumber: fc.constantFrom('1', 'AE-22/4'),
    changedOn: aDate,
    contract: aKey(),
    currency: fc.constantFrom('USD', 'EUR'),
    ...messageHead,
    shipWindow: aShipWindow,
    dates: list(aMessageDated, 3),
    ...messageConditions,
    lines: fc.uniqueArray(aLine, { maxLength: 3, selector: ({ line }) => line ?? {} }),
  },
  ['number', 'date', 'currency', 'lines'],
)

testMessageRoundTrips(orderChange, join(import.meta.dirname, 'fixtures'), aChange)

const PLAIN = `BGM+230+AE-1+4'
  DTM+137:20260105:102'
  RFF+ON:4711'
  DTM+171:20260102:102'
  LIN+1+3++'
  PIA+1+BOLT-M8:SA'
  QTY+21:6:PCE'
  PRI+AAA:9.25'
  LIN+2+2'
  PIA+1+NUT-M8:SA'
  UNS+S'
  CNT+2:2'`

const { readWith, faultsWith } = messageReader(orderChange, PLAIN)

test('an ORDCHG is the same change as an 860 would be', () => {
  expect(readWith().document).toEqual({
    number: '4711',
    changeNumber: 'AE-1',
    date: '2026-01-02',
    changedOn: '2026-01-05',
    currency: 'USD',
    lines: [
      { line: '1', change: 'change', sku: 'BOLT-M8', quantity: '6', uom: 'PC', price: { amount: '9.25' } },
      { line: '2', change: 'delete', sku: 'NUT-M8' },
    ],
  })
})

describe('an ORDCHG that is wrong is refused with the place', () => {
  test.each<[string, MessageChange, unknown[]]>([
    ['no number', ['BGM+230+AE-1', 'BGM+230+'], ['/2/BGM/2/1', 'MISSING']],
    ['a purpose nobody knows', ['AE-1+4', 'AE-1+99'], ['/2/BGM/3/1', 'CODE_UNKNOWN']],
    ['no day of the order', ["DTM+171:20260102:102'", ''], ['/5/DTM', 'MISSING']],
    ['a change of a line nobody knows', ['LIN+1+3', 'LIN+1+99'], ['/6/LIN/2/1', 'CODE_UNKNOWN']],
    ['a line of which nobody says what happens', ['LIN+1+3', 'LIN+1'], ['/6/LIN/2/1', 'MISSING']],
    ['a quantity below zero', ['21:6', '21:-6'], ['/8/QTY/1/2', 'NUMBER_OUT_OF_RANGE']],
    ['a line that is new and says not how much', ["QTY+21:6:PCE'", "QVR+++:::Replaced'"], ['/6/LIN', 'MISSING']],
    ['the same line twice', ['LIN+2', 'LIN+1'], ['/10/LIN/1', 'LINE_REPEATED']],
    ['a count that differs', ['CNT+2:2', 'CNT+2:3'], ['/13/CNT/1/2', 'COUNT_DIFFERS']],
  ])('%s', (_, change, fault) => {
    expect(faultsWith(change)).toEqual([fault])
  })
})

test('where no RFF+ON names the order, the number of BGM does', () => {
  const { document } = readWith([
    ["RFF+ON:4711'", ''],
    ['DTM+171', 'DTM+4'],
  ])
  expect(document).toMatchObject({ number: 'AE-1', date: '2026-01-02' })
  expect(document).not.toHaveProperty('changeNumber')
})

test('the whole order is cancelled without lines', () => {
  expect(readWith([['AE-1+4', 'AE-1+1']]).document).toMatchObject({ purpose: 'cancel' })
})

test('a line is the one of the order that RFF+ON names, also when the message numbers its lines anew', () => {
  const { document } = readWith([["PRI+AAA:9.25'", "RFF+ON:4711:70'"]])
  expect(document?.lines.map(({ line }) => line)).toEqual(['70', '2'])
})
