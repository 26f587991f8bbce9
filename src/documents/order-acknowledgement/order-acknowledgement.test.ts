import { join } from 'node:path'
import fc, { type Arbitrary } from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LineAnswer } from '../line-answer.ts'
import { purchaseOrder } from '../purchase-order/index.ts'
import {
  aCarriage,
  aDate,
  aFigure,
  aKey,
  anItemId,
  aPrice,
  aUnit,
  list,
  orderGoods,
  orderHead,
  orderLineDetail,
  some,
} from '../testing/arbitraries.ts'
import { testRoundTrips } from '../testing/round-trip.ts'
import { segmentsOf, setFrom } from '../testing/set-from.ts'
import { orderAcknowledgement } from './index.ts'
import type { OrderAcknowledgement, OrderAcknowledgementLine } from './schema.ts'

const anAnswer: Arbitrary<LineAnswer> = fc.oneof(
  some<LineAnswer>(
    {
      status: fc.constantFrom('accepted', 'backordered', 'substituted', 'rejected', 'rescheduled', 'partlyShipped'),
      quantity: fc.oneof(aFigure(), fc.constant('0')),
      uom: aUnit,
      dateQualifier: fc.constantFrom('067', '017'),
      date: aDate,
      sku: aKey(),
      ids: list(anItemId),
      reason: aKey(8),
      reasonAgency: fc.constantFrom('ZZ', 'BI'),
      reasonList: aKey(8),
    },
    ['status', 'quantity', 'uom', 'date', 'reasonAgency', 'reasonList', 'reason'],
  ),
  fc.record({ status: fc.constantFrom('accepted', 'held'), quantity: aFigure(), uom: aUnit }) as Arbitrary<LineAnswer>,
)
const aLine: Arbitrary<OrderAcknowledgementLine> = some<OrderAcknowledgementLine>(
  {
    line: aKey(6),
    quantity: aFigure(),
    uom: aUnit,
    price: aPrice,
    ...orderGoods,
    ...orderLineDetail,
    answers: list(anAnswer),
    schedules: list(fc.record({ quantity: aFigure(), uom: aUnit, dateQualifier: fc.constant('067'), date: aDate })),
  },
  ['line', 'quantity', 'uom'],
)
const anAcknowledgement: Arbitrary<OrderAcknowledgement> = some<OrderAcknowledgement>(
  {
    purpose: fc.constantFrom('replace', 'confirm'),
    verdict: fc.constantFrom('accepted', 'changed', 'exceptions', 'rejected'),
    purchaseOrder: aKey(),
    date: aDate,
    release: aKey(),
    contract: aKey(),
    salesOrder: aKey(),
    acknowledgedOn: aDate,
    currency: fc.constantFrom('USD', 'EUR'),
    ...orderHead,
    carriage: aCarriage,
    lines: fc.uniqueArray(aLine, { minLength: 1, maxLength: 3, selector: ({ line }) => line }),
  },
  ['verdict', 'purchaseOrder', 'date', 'currency', 'lines'],
)

testRoundTrips(orderAcknowledgement, join(import.meta.dirname, 'fixtures'), anAcknowledgement)

const read = (text: string) => orderAcknowledgement.readX12(setFrom('855', 'PR', segmentsOf(text)))
const PLAIN = 'BAK*00*AD*4711*20260102~PO1*1*10*EA*9.25**VN*A~ACK*IA*10*EA*068*20260107~CTT*1'

describe('an 855 that is wrong is refused', () => {
  test.each([
    ['a verdict nobody knows', '*AD*', '*XX*', '/2/BAK/2', 'CODE_UNKNOWN', '7'],
    ['no order number', '*4711*', '**', '/2/BAK/3', 'MISSING', '1'],
    ['a status nobody knows', 'ACK*IA', 'ACK*ZZ', '/4/ACK/1', 'CODE_UNKNOWN', '7'],
    ['a quantity below zero', '*10*EA*068', '*-1*EA*068', '/4/ACK/2', 'NUMBER_OUT_OF_RANGE', '7'],
    ['a day that does not exist', '20260107', '20260230', '/4/ACK/5', 'DATE_INVALID', '8'],
    ['a count that differs', 'CTT*1', 'CTT*2', '/5/CTT/1', 'COUNT_DIFFERS', '7'],
  ])('%s', (_, from, to, pointer, code, ak4) => {
    const { faults } = read(PLAIN.replace(from, to))
    expect(faults?.map((fault) => [fault.pointer, fault.code, fault.ack?.ak4])).toEqual([
      [pointer, `XD_DOCUMENTS_${code}`, ak4],
    ])
  })

  test('an acceptance without lines', () => {
    expect(read('BAK*00*AD*4711*20260102~CTT*0').faults?.map(({ code }) => code)).toEqual(['XD_DOCUMENTS_LINES_NONE'])
    expect(read('BAK*00*RJ*4711*20260102~CTT*0').document).toMatchObject({ verdict: 'rejectedWithoutDetail' })
  })
})

describe('an answer made from the order', () => {
  const order = purchaseOrder.readX12(
    setFrom('850', 'PO', segmentsOf('BEG*00*SA*4711**20260102~PO1*7*10*EA*9.25**VP*A*CB*B~PO1*9*2*CA*3**VN*C~CTT*2')),
  ).document!

  test('accepts every line as ordered and echoes the customer’s line numbers and ids', () => {
    const answer = orderAcknowledgement.accepting(order, { salesOrder: 'SO-1' })
    expect(answer).toMatchObject({ verdict: 'accepted', purchaseOrder: '4711', salesOrder: 'SO-1' })
    const rows = orderAcknowledgement.writeX12(answer).filter(([tag]) => tag === 'PO1' || tag === 'ACK')
    expect(rows).toEqual([
      ['PO1', '7', '10', 'EA', '9.25', '', 'VP', 'A', 'CB', 'B'],
      ['ACK', 'IA', '10', 'EA'],
      ['PO1', '9', '2', 'CA', '3', '', 'VN', 'C'],
      ['ACK', 'IA', '2', 'CA'],
    ])
  })

  test('says that something changed when a line is backordered', () => {
    const lines = { 9: [{ status: 'backordered' as const, quantity: '2', uom: 'CA' }] }
    const answer = orderAcknowledgement.accepting(order, { lines })
    expect(answer.verdict).toBe('changed')
    expect(answer.lines.map(({ answers }) => answers?.[0]?.status)).toEqual(['accepted', 'backordered'])
  })

  test('refuses every line with its reason', () => {
    const answer = orderAcknowledgement.refusing(order, { reason: 'CREDIT' })
    expect(answer.verdict).toBe('rejected')
    expect(orderAcknowledgement.readJson(answer).document).toEqual(answer)
    expect(answer.lines[0]?.answers).toEqual([
      { status: 'rejected', quantity: '0', uom: 'EA', reasonAgency: 'ZZ', reason: 'CREDIT' },
    ])
  })
})

test('an expectation names its document and the event it is counted from', () => {
  expect(orderAcknowledgement.within('24h', { after: 'order.received' })).toMatchObject({
    within: '24h',
    after: 'order.received',
    document: { name: 'order-acknowledgement' },
  })
})
