import { join } from 'node:path'
import fc, { type Arbitrary } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { aDate, aFigure, aKey, aLading, aUnit, list, some } from '../testing/arbitraries.ts'
import {
  aMessageCarriage,
  aMessageDated,
  aMessageEquipment,
  aMessageParty,
  aMessageReference,
  messageHead,
  someMessageGoods,
} from '../testing/edifact-arbitraries.ts'
import { type MessageChange, messageReader } from '../testing/message-from.ts'
import { testMessageRoundTrips } from '../testing/message-round-trip.ts'
import { receivingAdvice } from './index.ts'
import type { ReceivedLine, ReceivedOrder, ReceivingAdvice } from './schema.ts'

const anOrder: Arbitrary<ReceivedOrder> = some<ReceivedOrder>({ purchaseOrder: aKey(), release: aKey(), date: aDate }, [
  'purchaseOrder',
])
const noOrder = aMessageReference.filter(({ qualifier }) => qualifier !== 'PO')
const someExceptions = list(fc.record({ quantity: aFigure(), condition: fc.constantFrom('01', '02', '03', '05') }))
const aLine: Arbitrary<ReceivedLine> = fc
  .tuple(
    some<Omit<ReceivedLine, 'exceptions'>>(
      {
        line: aKey(8),
        received: fc.oneof(aFigure(), fc.constant('0')),
        uom: aUnit,
        returned: aFigure(),
        returnedUom: aUnit,
        shipped: aFigure(),
        shippedUom: aUnit,
        ...someMessageGoods,
        orders: list(anOrder),
        references: list(noOrder),
        dates: list(aMessageDated),
      },
      ['line', 'received', 'uom', 'returned', 'returnedUom', 'shipped', 'shippedUom', 'description'],
    ),
    fc.option(someExceptions, { nil: undefined }),
  )
  .map(([line, exceptions]) => {
    const { uom = 'EA' } = line
    return exceptions ? { ...line, exceptions: exceptions.map((one) => ({ ...one, uom })) } : line
  })
const { notes: _, ...head } = messageHead
const anAdvice: Arbitrary<ReceivingAdvice> = some<Omit<ReceivingAdvice, 'contacts' | 'condition'>>(
  {
    number: aKey(35),
    purpose: fc.constantFrom('replace', 'confirm', 'cancel'),
    type: fc.constantFrom('1', '2'),
    date: aDate,
    time: fc.constantFrom('09:15', '23:59:01'),
    receivedOn: aDate,
    orders: list(anOrder),
    shipFrom: aMessageParty,
    ...head,
    references: list(noOrder),
    dates: list(aMessageDated),
    ladings: list(aLading, 2),
    carriage: aMessageCarriage,
    equipment: list(aMessageEquipment),
    lines: fc.array(aLine, { maxLength: 3 }),
  },
  ['number', 'type', 'date', 'receivedOn', 'lines'],
)

testMessageRoundTrips(receivingAdvice, join(import.meta.dirname, 'fixtures'), anAdvice)

const PLAIN = `BGM+632+R-1+9'
  DTM+137:20260112:102'
  DTM+50:20260111:102'
  CPS+1'
  LIN+1'
  PIA+1+A:SA'
  QTY+194:8:PCE'
  QTY+61:2:PCE'
  QVR+2+AF'
  RFF+ON:4711:10'
  CNT+2:1'`

const { readWith, faultsWith } = messageReader(receivingAdvice, PLAIN)

test('a RECADV is the same receipt as an 861 would be', () => {
  expect(readWith().document).toEqual({
    number: 'R-1',
    type: '2',
    date: '2026-01-12',
    receivedOn: '2026-01-11',
    lines: [
      {
        line: '10',
        sku: 'A',
        received: '8',
        uom: 'PC',
        returned: '2',
        returnedUom: 'PC',
        exceptions: [{ quantity: '2', uom: 'PC', condition: '01' }],
        orders: [{ purchaseOrder: '4711' }],
      },
    ],
  })
})

test('what was counted counts, whatever was kept of it', () => {
  const { document } = readWith([["QTY+194:8:PCE'", "QTY+48:10:PCE'QTY+194:8:PCE'"]])
  expect(document?.lines[0]?.received).toBe('10')
})

test('lots and serial numbers of GIN are references of the line', () => {
  const { document } = readWith([["RFF+ON:4711:10'", "GIN+BX+L-1'GIN+BN+S-1+S-2'"]])
  expect(document?.lines[0]?.references).toEqual([
    { qualifier: 'LT', value: 'L-1' },
    { qualifier: 'SE', value: 'S-1' },
    { qualifier: 'SE', value: 'S-2' },
  ])
})

describe('a RECADV that is wrong is refused with the place', () => {
  test.each<[string, MessageChange, unknown[]]>([
    ['no number', ['632+R-1', '632+'], ['/2/BGM/2/1', 'MISSING']],
    ['no date', ["DTM+137:20260112:102'", ''], ['/3/DTM', 'MISSING']],
    ['no day of the receipt', ["DTM+50:20260111:102'", ''], ['/2/BGM', 'MISSING']],
    ['a quantity below zero', ['194:8', '194:-8'], ['/8/QTY/1/2', 'NUMBER_OUT_OF_RANGE']],
    ['a unit nobody knows', ['8:PCE', '8:QQQ'], ['/8/QTY/1/3', 'UNIT_UNKNOWN']],
    ['goods in question without a condition', ['QVR+2+AF', 'QVR+2'], ['/10/QVR/2/1', 'MISSING']],
    ['a count that differs', ['CNT+2:1', 'CNT+2:2'], ['/12/CNT/1/2', 'COUNT_DIFFERS']],
  ])('%s', (_, change, fault) => {
    expect(faultsWith(change)).toEqual([fault])
  })
})

test('goods in question in another unit than the line cannot be told in QVR, and are not', () => {
  const exceptions = [{ quantity: '1', uom: 'CA', condition: '01' }]
  const advice: ReceivingAdvice = {
    number: 'R-1',
    type: '2',
    date: '2026-01-12',
    receivedOn: '2026-01-12',
    lines: [{ line: '1', sku: 'A', received: '8', uom: 'EA', exceptions }],
  }
  expect(() => receivingAdvice.edifact!.write(advice)).toThrow(/CA/)
})
