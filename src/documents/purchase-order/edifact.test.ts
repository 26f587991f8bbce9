import { join } from 'node:path'
import fc, { type Arbitrary } from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  aDate,
  aFigure,
  aKey,
  aShipWindow,
  aText,
  aUnit,
  list,
  some,
  someFreightTerms,
} from '../testing/arbitraries.ts'
import {
  aMessageCarriage,
  aMessageCharge,
  aMessageDated,
  aMessagePack,
  aMessageParty,
  aMessagePrice,
  aMessageReference,
  aMessageRoleParty,
  someMessageIds,
  someMessageTerms,
} from '../testing/edifact-arbitraries.ts'
import { messageFrom, messageReader, messageSegmentsOf } from '../testing/message-from.ts'
import { testMessageRoundTrips } from '../testing/message-round-trip.ts'
import { purchaseOrder } from './index.ts'
import type { Component, Destination, PurchaseOrder, PurchaseOrderLine } from './schema.ts'

const aDestination: Arbitrary<Destination> = some<Destination>(
  { location: aKey(10), locationQualifier: fc.constantFrom('UL', '54'), quantity: fc.constant('1') },
  ['location', 'quantity'],
)
const aComponent: Arbitrary<Component> = some<Component>(
  {
    number: fc.constantFrom('77', '78'),
    parent: fc.constantFrom('901', '902'),
    relationship: fc.constantFrom('A', 'D'),
    quantity: aFigure(),
    uom: aUnit,
    price: aMessagePrice,
    sku: aKey(),
    ids: someMessageIds,
  },
  ['number', 'quantity', 'uom'],
)
const aLine: Arbitrary<PurchaseOrderLine> = fc
  .tuple(
    some<Omit<PurchaseOrderLine, 'destinations'>>(
      {
        line: aKey(6),
        quantity: aFigure(),
        uom: aUnit,
        price: aMessagePrice,
        sku: aKey(),
        ids: someMessageIds,
        description: aText(70),
        features: list(fc.record({ code: fc.constantFrom('73', '08'), text: aText() })),
        pack: aMessagePack,
        shipWindow: aShipWindow,
        dates: list(aMessageDated, 2),
        references: list(aMessageReference),
        notes: list(aText(264)),
        charges: list(aMessageCharge),
        parties: list(aMessageRoleParty, 2),
        components: list(aComponent, 2),
      },
      ['line', 'quantity', 'uom', 'description'],
    ),
    fc.option(list(aDestination, 5), { nil: undefined }),
  )
  .map(([line, destinations]) => {
    return destinations ? { ...line, destinations, quantity: String(destinations.length) } : line
  })
const anOrder: Arbitrary<PurchaseOrder> = some<Omit<PurchaseOrder, 'contacts'>>(
  {
    number: aKey(35),
    release: aKey(),
    purpose: fc.constantFrom('cancel', 'change', 'replace', 'confirm', 'duplicate'),
    type: fc.constantFrom('BK', 'RL', 'RO'),
    date: aDate,
    contract: aKey(),
    currency: fc.constantFrom('USD', 'EUR'),
    buyer: aMessageParty,
    shipTo: aMessageParty,
    billTo: aMessageParty,
    supplier: aMessageParty,
    parties: list(aMessageRoleParty),
    references: list(aMessageReference),
    shipWindow: aShipWindow,
    dates: list(aMessageDated, 3),
    terms: list(someMessageTerms),
    freightTerms: someFreightTerms,
    carriage: aMessageCarriage,
    notes: list(aText(264)),
    charges: list(aMessageCharge),
    lines: fc.uniqueArray(aLine, { minLength: 1, maxLength: 4, selector: ({ line }) => line }),
    total: aFigure(2),
  },
  ['number', 'type', 'date', 'currency', 'lines'],
)

testMessageRoundTrips(purchaseOrder, join(import.meta.dirname, 'fixtures'), anOrder)

const PLAIN = `BGM+220+4711+9'
  DTM+137:20260102:102'
  DTM+2:20260107:102'
  NAD+BY+4012345000009::9'
  NAD+DP+4012345000016::9++Warehouse North+Dock 4+Hamburg++20095+DE'
  CUX+2:EUR:9'
  LIN+1++4006381333931:EN'
  PIA+1+BOLT-M8:SA+BB-1001:IN'
  QTY+21:10:PCE'
  PRI+AAA:9.25'
  LIN+2'
  PIA+5+NUT-M8:SA'
  QTY+21:3.5:KGM'
  UNS+S'
  CNT+2:2'`

const { read, write } = purchaseOrder.edifact!

const { readWith, faultsWith } = messageReader(purchaseOrder, PLAIN)

test('an ORDERS is the same order as an 850 would be', () => {
  expect(readWith().document).toEqual({
    number: '4711',
    date: '2026-01-02',
    currency: 'EUR',
    shipWindow: { requestedDelivery: '2026-01-07' },
    buyer: { id: '4012345000009', idQualifier: 'UL' },
    shipTo: {
      id: '4012345000016',
      idQualifier: 'UL',
      name: 'Warehouse North',
      address: { lines: ['Dock 4'], city: 'Hamburg', postalCode: '20095', country: 'DE' },
    },
    lines: [
      {
        line: '1',
        quantity: '10',
        uom: 'PC',
        sku: 'BOLT-M8',
        ids: [
          { qualifier: 'EN', value: '4006381333931' },
          { qualifier: 'IN', value: 'BB-1001' },
        ],
        price: { amount: '9.25' },
      },
      { line: '2', quantity: '3.5', uom: 'KG', sku: 'NUT-M8' },
    ],
  })
})

describe('an ORDERS that is wrong is refused with the place', () => {
  test.each<[string, [string, string], unknown[]]>([
    ['a letter O in a quantity', ['21:10', '21:1O'], ['/10/QTY/1/2', 'NUMBER_MALFORMED']],
    ['a decimal comma where the point is declared', ['9.25', '9,25'], ['/11/PRI/1/2', 'NUMBER_AMBIGUOUS']],
    ['thousands in the way of other places (E08)', ['9.25', '1.234,56'], ['/11/PRI/1/2', 'NUMBER_AMBIGUOUS']],
    ['a quantity of zero', ['21:10', '21:0'], ['/10/QTY/1/2', 'NUMBER_OUT_OF_RANGE']],
    ['a quantity that never comes', ["QTY+21:3.5:KGM'", ''], ['/12/LIN', 'MISSING']],
    ['a unit nobody knows', ['10:PCE', '10:QQQ'], ['/10/QTY/1/3', 'UNIT_UNKNOWN']],
    ['a day that does not exist', ['20260102', '20260230'], ['/3/DTM/1/2', 'DATE_INVALID']],
    ['a week, which is no day', ['20260107:102', '202602:616'], ['/4/DTM/1/3', 'CODE_UNKNOWN']],
    ['no order number', ['220+4711', '220+'], ['/2/BGM/2/1', 'MISSING']],
    ['a purpose nobody knows', ['4711+9', '4711+99'], ['/2/BGM/3/1', 'CODE_UNKNOWN']],
    ['a count that differs', ['CNT+2:2', 'CNT+2:3'], ['/16/CNT/1/2', 'COUNT_DIFFERS']],
    ['a line number twice', ['LIN+2', 'LIN+1'], ['/12/LIN/1', 'LINE_REPEATED']],
    ['a name for a number that no document holds', ['220+4711', `220+${'9'.repeat(36)}`], ['/2/BGM', 'TEXT_LENGTH']],
  ])('%s', (_, change, fault) => {
    expect(faultsWith(change)).toEqual([fault])
  })

  test('a message of another kind', () => {
    const { faults } = read(messageFrom('INVOIC', messageSegmentsOf(PLAIN)))
    expect(faults?.[0]?.code).toBe('XD_DOCUMENTS_SET_UNEXPECTED')
  })

  test('no date, no lines', () => {
    expect(faultsWith(["DTM+137:20260102:102'", ''])).toEqual([['/3/DTM', 'MISSING']])
    const { faults } = read(messageFrom('ORDERS', messageSegmentsOf("BGM+220+1+9'DTM+137:20260102:102'UNS+S'")))
    expect(faults?.map(({ code }) => code)).toEqual(['XD_DOCUMENTS_LINES_NONE'])
  })
})

describe('the decimal mark is the one that the interchange declares', () => {
  test('a comma, and then a point is no longer one', () => {
    const comma = readWith(
      [
        ['9.25', '9,25'],
        ['3.5', '3,5'],
      ],
      { decimal: ',' },
    )
    expect(comma.document?.lines.map(({ quantity, price }) => [quantity, price?.amount])).toEqual([
      ['10', '9.25'],
      ['3.5', undefined],
    ])
    expect(readWith([], { decimal: ',' }).faults?.map(({ code }) => code)).toEqual([
      'XD_DOCUMENTS_NUMBER_AMBIGUOUS',
      'XD_DOCUMENTS_NUMBER_AMBIGUOUS',
    ])
  })

  test('from syntax 4 on both are', () => {
    expect(readWith([['9.25', '9,25']], { decimal: '.', syntaxVersion: 4 }).document?.lines[0]?.price?.amount).toBe(
      '9.25',
    )
  })
})

test('a quantity without a unit is counted in pieces, and we say so', () => {
  const { document, warnings } = readWith([['10:PCE', '10']])
  expect(document?.lines[0]?.uom).toBe('EA')
  expect(warnings?.map(({ code }) => code)).toEqual(['XD_DOCUMENTS_UNIT_ASSUMED'])
})

test('codes that mean something else in the other list become "as agreed", never a wrong meaning', () => {
  const [first] = readWith([['CUX+2', "RFF+ON:77'CUX+2"]]).document?.buyer?.references ?? []
  expect(first).toBeUndefined()
  const order = readWith().document as PurchaseOrder
  const body = write({
    ...order,
    references: [
      { qualifier: 'ON', value: 'D-1' },
      { qualifier: 'PO', value: 'P-1' },
    ],
  })
  expect(body.filter(([tag]) => tag === 'RFF')).toEqual([
    ['RFF', ['ZZZ', 'D-1']],
    ['RFF', ['ON', 'P-1']],
  ])
})

test('text that does not fit is refused, or cut where the partner allows it', () => {
  const order = {
    ...(readWith().document as PurchaseOrder),
    buyer: { name: 'x'.repeat(36).replace(/x$/, 'y'), address: { lines: ['a', 'b', 'c', 'd'] } },
  }
  expect(() => write(order)).toThrow(/NAD/)
  const nad = write(order, { cutText: true }).find(([tag, role]) => tag === 'NAD' && role === 'BY')
  expect(nad).toEqual(['NAD', 'BY', '', '', 'x'.repeat(35), ['a', 'b', 'c']])
})
