import { join } from 'node:path'
import fc, { type Arbitrary } from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LineAnswer } from '../line-answer.ts'
import {
  aCharge,
  aDate,
  aFigure,
  aKey,
  anItemId,
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
import { orderChangeAcknowledgement } from './index.ts'
import type { ChangeAnswerLine, OrderChangeAcknowledgement } from './schema.ts'

const anAnswer: Arbitrary<LineAnswer> = some<LineAnswer>(
  {
    status: fc.constantFrom('accepted', 'backordered', 'rejected', 'quantityChanged', 'deleted'),
    quantity: fc.oneof(aFigure(), fc.constant('0')),
    uom: aUnit,
    dateQualifier: fc.constantFrom('067', '017'),
    date: aDate,
    sku: aKey(),
    ids: list(anItemId),
    reason: aKey(8),
    reasonAgency: fc.constant('ZZ'),
    reasonList: aKey(8),
  },
  ['status', 'quantity', 'uom', 'date', 'reasonAgency', 'reasonList', 'reason'],
)
const aLine: Arbitrary<ChangeAnswerLine> = some<ChangeAnswerLine>(
  {
    line: aKey(6),
    change: fc.constantFrom('add', 'change', 'delete', 'decrease', 'increase', 'rejectChange', 'reschedule'),
    quantity: aFigure(),
    leftToReceive: aFigure(),
    uom: aUnit,
    price: aPrice,
    ...orderGoods,
    ...orderLineDetail,
    charges: list(aCharge),
    answers: list(anAnswer),
    schedules: list(fc.record({ quantity: aFigure(), uom: aUnit, dateQualifier: fc.constant('067'), date: aDate })),
  },
  ['line', 'change', 'quantity', 'uom'],
)
const anAcknowledgement: Arbitrary<OrderChangeAcknowledgement> = some<OrderChangeAcknowledgement>(
  {
    purpose: fc.constantFrom('change', 'cancel', 'confirm'),
    verdict: fc.constantFrom('accepted', 'changed', 'exceptions', 'rejected'),
    purchaseOrder: aKey(),
    date: aDate,
    release: aKey(),
    changeNumber: fc.constantFrom('1', '22'),
    changedOn: aDate,
    request: aKey(),
    contract: aKey(),
    salesOrder: aKey(),
    acknowledgedOn: aDate,
    currency: fc.constantFrom('USD', 'EUR'),
    ...orderHead,
    ...orderConditions,
    lines: fc.uniqueArray(aLine, { maxLength: 3, selector: ({ line }) => line }),
  },
  ['verdict', 'purchaseOrder', 'date', 'currency', 'lines'],
)

testRoundTrips(orderChangeAcknowledgement, join(import.meta.dirname, 'fixtures'), anAcknowledgement)

const PLAIN = 'BCA*00*AC*4711**1*20260102***o-1*20260105~POC*1*QD*6*6*EA***VN*A~ACK*IA*6*EA*068*20260107~CTT*1'
const read = (text: string) => orderChangeAcknowledgement.readX12(setFrom('865', 'CA', segmentsOf(text)))

describe('an 865 that is wrong is refused', () => {
  test.each([
    ['a verdict nobody knows', '*AC*', '*XX*', '/2/BCA/2', 'CODE_UNKNOWN', '7'],
    ['no order number', '*4711*', '**', '/2/BCA/3', 'MISSING', '1'],
    ['a status nobody knows', 'ACK*IA', 'ACK*ZZ', '/4/ACK/1', 'CODE_UNKNOWN', '7'],
    ['a day that does not exist', '20260107', '20260230', '/4/ACK/5', 'DATE_INVALID', '8'],
    ['a change nobody knows', '*QD*', '*XX*', '/3/POC/2', 'CODE_UNKNOWN', '7'],
    ['a count that differs', 'CTT*1', 'CTT*2', '/5/CTT/1', 'COUNT_DIFFERS', '7'],
  ])('%s', (_, from, to, pointer, code, ak4) => {
    const { faults } = read(PLAIN.replace(from, to))
    expect(faults?.map((fault) => [fault.pointer, fault.code, fault.ack?.ak4])).toEqual([
      [pointer, `XD_DOCUMENTS_${code}`, ak4],
    ])
  })
})

test('the answer to a cancellation needs no line', () => {
  expect(read('BCA*01*AC*4711***20260102~CTT*0').document).toMatchObject({ purpose: 'cancel', lines: [] })
})
