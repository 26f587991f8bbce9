import { join } from 'node:path'
import fc, { type Arbitrary } from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  aCharge,
  aDate,
  aFigure,
  aKey,
  aPack,
  aPrice,
  aUnit,
  list,
  orderConditions,
  orderGoods,
  orderHead,
  orderLineDetail,
  some,
} from '../testing/arbitraries.ts'
import { testRoundTrips } from '../testing/round-trip.ts'
import { segmentsOf, setFrom } from '../testing/set-from.ts'
import { orderChange } from './index.ts'
import type { OrderChange, OrderChangeLine } from './schema.ts'

const aLine: Arbitrary<OrderChangeLine> = some<OrderChangeLine>(
  {
    line: aKey(6),
    change: fc.constantFrom('add', 'change', 'delete', 'changePrice', 'decrease', 'increase', 'replace'),
    quantity: aFigure(),
    leftToReceive: aFigure(),
    uom: aUnit,
    price: aPrice,
    ...orderGoods,
    pack: aPack,
    ...orderLineDetail,
    charges: list(aCharge),
    destinations: list(fc.record({ location: aKey(10), quantity: aFigure(0) }), 12),
  },
  ['line', 'change', 'quantity', 'uom', 'price'],
)
const aChange: Arbitrary<OrderChange> = some<OrderChange>(
  {
    number: aKey(),
    release: aKey(),
    purpose: fc.constantFrom('original', 'cancel', 'replace', 'confirm', 'duplicate'),
    type: fc.constantFrom('SA', 'NE'),
    date: aDate,
    changeNumber: fc.constantFrom('1', '22'),
    changedOn: aDate,
    request: aKey(),
    contract: aKey(),
    currency: fc.constantFrom('USD', 'CAD'),
    ...orderHead,
    ...orderConditions,
    lines: fc.uniqueArray(aLine, { maxLength: 3, selector: ({ line }) => line }),
  },
  ['number', 'type', 'date', 'currency', 'lines'],
)

testRoundTrips(orderChange, join(import.meta.dirname, 'fixtures'), aChange)

const PLAIN = 'BCH*04*SA*4711**1*20260102*****20260105~POC*1*QD*6*4*EA*9.25**VN*A~CTT*1'
const read = (...changes: readonly [from: string, to: string][]) => {
  const text = changes.reduce((all, [from, to]) => {
    expect(all).toContain(from)
    return all.replace(from, to)
  }, PLAIN)
  return orderChange.readX12(setFrom('860', 'PC', segmentsOf(text)))
}

describe('an 860 that is wrong is refused with the place and the acknowledgement code', () => {
  test.each<[string, [string, string], string, string, string | undefined]>([
    ['a purpose nobody knows', ['BCH*04', 'BCH*99'], '/2/BCH/1', 'CODE_UNKNOWN', '7'],
    ['no order number', ['*4711*', '**'], '/2/BCH/3', 'MISSING', '1'],
    ['no date of the order', ['*20260102*', '**'], '/2/BCH/6', 'MISSING', '1'],
    ['a change nobody knows', ['*QD*', '*XX*'], '/3/POC/2', 'CODE_UNKNOWN', '7'],
    ['a quantity below zero', ['*6*4*', '*-6*4*'], '/3/POC/3', 'NUMBER_OUT_OF_RANGE', '7'],
    ['a letter in the quantity left to receive', ['*6*4*', '*6*4O*'], '/3/POC/4', 'NUMBER_MALFORMED', '6'],
    ['less of a line without a quantity', ['*6*4*EA*', '****'], '/3/POC', 'MISSING', '1'],
    ['another price without a price', ['*QD*6*4*EA*9.25*', '*PC*****'], '/3/POC', 'MISSING', '1'],
    ['a quantity without its unit', ['*6*4*EA*', '*6*4**'], '/3/POC', 'MISSING', '1'],
    ['a line that names neither a line nor an item', ['*1*QD*6*4*EA*9.25**VN*A', '**DI'], '/3/POC', 'MISSING', '1'],
    ['a count that differs', ['CTT*1', 'CTT*2'], '/4/CTT/1', 'COUNT_DIFFERS', '7'],
  ])('%s', (_, change, pointer, code, ak) => {
    const faults = read(change).faults?.map((fault) => [fault.pointer, fault.code, fault.ack?.ak4 ?? fault.ack?.ak5])
    expect(faults).toEqual([[pointer, `XD_DOCUMENTS_${code}`, ak]])
  })

  test('the same line twice, which would leave open what comes first', () => {
    const codes = read(['~CTT*1', '~POC*1*PC****8**VN*A~CTT*2']).faults?.map(({ code }) => code)
    expect(codes).toEqual(['XD_DOCUMENTS_LINE_REPEATED'])
  })

  test('no BCH', () => {
    const { faults } = orderChange.readX12(setFrom('860', 'PC', segmentsOf('POC*1*DI~CTT*1')))
    expect(faults?.[0]).toMatchObject({ tag: 'BCH', code: 'XD_DOCUMENTS_MISSING', ack: { ak3: '3' } })
  })
})

describe('an 860 says', () => {
  test('in its fourth element what the buyer still waits for, not what it ordered', () => {
    expect(read().document?.lines).toEqual([
      {
        line: '1',
        change: 'decrease',
        quantity: '6',
        leftToReceive: '4',
        uom: 'EA',
        price: { amount: '9.25' },
        sku: 'A',
      },
    ])
  })

  test('with 01 that the order is cancelled, and needs no line for that', () => {
    const set = setFrom('860', 'PC', segmentsOf('BCH*01*SA*4711***20260102~CTT*0'))
    expect(orderChange.readX12(set).document).toMatchObject({ purpose: 'cancel', lines: [] })
  })

  test('which line it means by its item alone', () => {
    expect(read(['*1*QD*6*4*EA*9.25*', '**DI*****']).document?.lines).toEqual([{ change: 'delete', sku: 'A' }])
  })
})
