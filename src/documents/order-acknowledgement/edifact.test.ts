import { join } from 'node:path'
import fc, { type Arbitrary } from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LineAnswer } from '../line-answer.ts'
import { aDate, aFigure, aKey, aShipWindow, aText, aUnit, list, some } from '../testing/arbitraries.ts'
import {
  aMessageCarriage,
  aMessageParty,
  aMessagePrice,
  aMessageReference,
  aMessageRoleParty,
  someMessageIds,
} from '../testing/edifact-arbitraries.ts'
import { messageFrom, messageSegmentsOf } from '../testing/message-from.ts'
import { testMessageRoundTrips } from '../testing/message-round-trip.ts'
import { setFrom } from '../testing/set-from.ts'
import { orderAcknowledgement } from './index.ts'
import type { OrderAcknowledgement, OrderAcknowledgementLine } from './schema.ts'

const anAnswer: Arbitrary<LineAnswer> = some<
  Omit<LineAnswer, 'dateQualifier' | 'reasonAgency' | 'reasonList' | 'reason'>
>(
  {
    status: fc.constantFrom(
      'accepted',
      'backordered',
      'changed',
      'deleted',
      'held',
      'priceChanged',
      'quantityChanged',
      'rejected',
      'substituted',
      'partlyShipped',
      'rescheduled',
    ),
    quantity: fc.oneof(aFigure(), fc.constant('0')),
    uom: aUnit,
    date: aDate,
    sku: aKey(),
    ids: someMessageIds,
  },
  ['status', 'quantity', 'uom'],
).chain((answer) =>
  fc.constantFrom<LineAnswer>(answer, answer.date === undefined ? answer : { ...answer, dateQualifier: '067' }, {
    ...answer,
    reasonAgency: 'ZZ',
    reason: 'CREDIT',
  }),
)
const aLine: Arbitrary<OrderAcknowledgementLine> = some<Omit<OrderAcknowledgementLine, 'dates'>>(
  {
    line: aKey(6),
    quantity: aFigure(),
    uom: aUnit,
    price: aMessagePrice,
    sku: aKey(),
    ids: someMessageIds,
    description: aText(70),
    features: list(fc.record({ code: fc.constant('73'), text: aText() })),
    shipWindow: aShipWindow,
    references: list(aMessageReference.filter(({ qualifier }) => qualifier !== 'PO')),
    notes: list(aText()),
    parties: list(aMessageRoleParty, 2),
    answers: list(anAnswer),
    schedules: list(
      fc.oneof(
        fc.record({ quantity: aFigure(), uom: aUnit, dateQualifier: fc.constant('067'), date: aDate }),
        fc.record({ quantity: aFigure(), uom: aUnit, date: aDate }),
      ),
    ),
  },
  ['line', 'quantity', 'uom', 'description'],
)
const anAcknowledgement: Arbitrary<OrderAcknowledgement> = some<Omit<OrderAcknowledgement, 'contacts'>>(
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
    buyer: aMessageParty,
    shipTo: aMessageParty,
    billTo: aMessageParty,
    supplier: aMessageParty,
    parties: list(aMessageRoleParty),
    references: list(aMessageReference.filter(({ qualifier }) => qualifier !== 'PO')),
    shipWindow: aShipWindow,
    dates: list(fc.record({ qualifier: fc.constant('273'), date: aDate }), 2),
    carriage: aMessageCarriage,
    notes: list(aText()),
    lines: fc.uniqueArray(aLine, { minLength: 1, maxLength: 3, selector: ({ line }) => line }),
  },
  ['verdict', 'purchaseOrder', 'date', 'currency', 'lines'],
)

testMessageRoundTrips(orderAcknowledgement, join(import.meta.dirname, 'fixtures'), anAcknowledgement)

const PLAIN = `BGM+231+SO-1+29+AP'
  DTM+137:20260103:102'
  RFF+ON:4711'
  DTM+171:20260102:102'
  CUX+2:EUR:9'
  LIN+1+5+4006381333931:EN'
  QTY+21:10:PCE'
  QTY+113:10:PCE'
  DTM+67:20260107:102'
  RFF+ON:4711:7'
  UNS+S'
  CNT+2:1'`
const { read, write } = orderAcknowledgement.edifact!
const readText = (text: string) => read(messageFrom('ORDRSP', messageSegmentsOf(text)))

test('an ORDRSP answers the line that the customer numbered', () => {
  expect(readText(PLAIN).document).toEqual({
    verdict: 'accepted',
    purchaseOrder: '4711',
    date: '2026-01-02',
    salesOrder: 'SO-1',
    acknowledgedOn: '2026-01-03',
    currency: 'EUR',
    lines: [
      {
        line: '7',
        quantity: '10',
        uom: 'PC',
        ids: [{ qualifier: 'EN', value: '4006381333931' }],
        answers: [{ status: 'accepted', quantity: '10', uom: 'PC', dateQualifier: '067', date: '2026-01-07' }],
      },
    ],
  })
})

describe('what is said of an order as a whole', () => {
  const verdict = (bgm: string, text = PLAIN) => readText(text.replace('+29+AP', bgm)).document?.verdict
  test('the response says it, otherwise the function of the message, otherwise the lines', () => {
    expect(verdict('+9+RE')).toBe('rejected')
    expect(verdict('+4')).toBe('changed')
    expect(verdict('+27')).toBe('rejected')
    expect(verdict('+9')).toBe('accepted')
    expect(verdict('+9', PLAIN.replace('LIN+1+5', 'LIN+1+7'))).toBe('rejected')
    expect(verdict('+9', PLAIN.replace('LIN+1+5', 'LIN+1+3'))).toBe('changed')
  })

  test('without lines it is a verdict without detail', () => {
    const [head] = PLAIN.split('LIN')
    expect(verdict('+29+AP', `${head}UNS+S'`)).toBe('acceptedWithoutDetail')
    expect(verdict('+27+RE', `${head}UNS+S'`)).toBe('rejectedWithoutDetail')
  })
})

test('two answers to one line are two LIN that name the same line of the order', () => {
  const document = readText(PLAIN).document as OrderAcknowledgement
  const [line] = document.lines
  const two = {
    ...document,
    lines: [
      {
        ...line!,
        answers: [
          { status: 'accepted' as const, quantity: '7', uom: 'PC' },
          { status: 'backordered' as const, quantity: '3', uom: 'PC' },
        ],
      },
    ],
  }
  const body = write(two)
  expect(body.filter(([tag]) => tag === 'LIN')).toEqual([
    ['LIN', '1', '5', ['4006381333931', 'EN']],
    ['LIN', '2', '6', ['4006381333931', 'EN']],
  ])
  expect(body.filter(([tag, reference]) => tag === 'RFF' && reference?.[2] === '7')).toHaveLength(2)
  expect(read(messageFrom('ORDRSP', body)).document).toEqual(two)
})

test.each([
  ['its day', "DTM+171:20260102:102'"],
  ['it, but in its lines', "RFF+ON:4711'\n  DTM+171:20260102:102'"],
])('an ORDRSP need not repeat of the order %s; no day stands in the place of one that nobody said', (_, left) => {
  expect(PLAIN).toContain(left)
  const { document } = readText(PLAIN.replace(left, ''))
  const { date: _date, ...without } = readText(PLAIN).document!
  expect(document).toStrictEqual(without)
  expect(read(messageFrom('ORDRSP', write(document!))).document).toStrictEqual(without)
  const set = setFrom('855', 'PR', orderAcknowledgement.writeX12(document!))
  expect(set.faults.map(({ tag, element, code }) => [tag, element, code])).toContainEqual([
    'BAK',
    4,
    'XD_EDI_ELEMENT_MISSING',
  ])
})

test('an ORDRSP that names no order says behind which segment it is missed', () => {
  const text = PLAIN.replace("RFF+ON:4711'\n  DTM+171:20260102:102'", '').replace("RFF+ON:4711:7'", '')
  expect(readText(text).faults?.map(({ pointer, detail }) => [pointer, detail])).toEqual([
    ['/4/RFF', 'Segment RFF+ON after DTM (segment 3) is missing.'],
  ])
})

describe('an ORDRSP that is wrong is refused', () => {
  test.each([
    ['a verdict nobody knows', '+AP', '+XX', '/2/BGM/4/1', 'CODE_UNKNOWN'],
    ['a status nobody knows', 'LIN+1+5', 'LIN+1+99', '/7/LIN/2/1', 'CODE_UNKNOWN'],
    ['a quantity below zero', '113:10', '113:-1', '/9/QTY/1/2', 'NUMBER_OUT_OF_RANGE'],
    ['a count that differs', 'CNT+2:1', 'CNT+2:2', '/13/CNT/1/2', 'COUNT_DIFFERS'],
  ])('%s', (_, from, to, pointer, code) => {
    expect(PLAIN).toContain(from)
    expect(readText(PLAIN.replace(from, to)).faults?.map((fault) => [fault.pointer, fault.code])).toEqual([
      [pointer, `XD_DOCUMENTS_${code}`],
    ])
  })
})
