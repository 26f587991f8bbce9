import { join } from 'node:path'
import fc, { type Arbitrary } from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  aDate,
  aDated,
  aFigure,
  aKey,
  anItemId,
  aParty,
  aPrice,
  aReference,
  aRoleParty,
  aText,
  aUnit,
  list,
  some,
} from '../testing/arbitraries.ts'
import { testRoundTrips } from '../testing/round-trip.ts'
import { segmentsOf, setFrom } from '../testing/set-from.ts'
import { orderStatus } from './index.ts'
import type { ItemStatus, OrderStatus, OrderStatusLine, ReportedOrder } from './schema.ts'

const statusMembers = {
  status: fc.constantFrom('CC', 'BP', 'IN', 'IC'),
  date: aDate,
  reason: fc.constantFrom('A13', 'A50'),
  quantities: list(fc.record({ qualifier: fc.constantFrom('39', '01'), quantity: aFigure(), uom: aUnit }), 4),
}
const aState = some<Omit<ItemStatus, 'dates'>>(statusMembers, ['status'])
const aStatus = some<ItemStatus>({ ...statusMembers, dates: list(aDated, 3) }, ['status'])
const aLine: Arbitrary<OrderStatusLine> = some<OrderStatusLine>(
  {
    line: aKey(6),
    quantity: aFigure(),
    uom: aUnit,
    price: aPrice,
    sku: aKey(),
    ids: list(anItemId),
    description: aText(),
    features: list(fc.record({ code: fc.constant('73'), text: aText() })),
    statuses: list(aStatus),
  },
  ['line', 'quantity', 'uom'],
)
const anOrder: Arbitrary<ReportedOrder> = some<ReportedOrder>(
  {
    purchaseOrder: aKey(),
    release: aKey(),
    date: aDate,
    statuses: list(aState),
    references: list(aReference),
    dates: list(aDated),
    parties: list(aRoleParty),
    lines: fc.uniqueArray(aLine, { maxLength: 3, selector: ({ line }) => line }),
  },
  ['purchaseOrder', 'lines'],
)
const aReport: Arbitrary<OrderStatus> = some<OrderStatus>(
  {
    number: aKey(),
    report: fc.constantFrom('1', '3'),
    covers: fc.constantFrom('PA', 'PP'),
    date: aDate,
    time: fc.constant('08:30'),
    buyer: aParty,
    shipTo: aParty,
    billTo: aParty,
    supplier: aParty,
    parties: list(aRoleParty),
    references: list(aReference),
    dates: list(aDated),
    orders: fc.uniqueArray(anOrder, { minLength: 1, maxLength: 3, selector: ({ purchaseOrder }) => purchaseOrder }),
  },
  ['number', 'report', 'covers', 'date', 'orders'],
)

testRoundTrips(orderStatus, join(import.meta.dirname, 'fixtures'), aReport)

const PLAIN = 'BSR*3*PA*R-1*20260110~HL*1**O~PRF*4711~HL*2*1*I~PO1*1*10*EA***VN*A~ISR*IN*20260109~QTY*39*7*EA~CTT*2'
const read = (text: string) => orderStatus.readX12(setFrom('870', 'RS', segmentsOf(text)))

test('lines below a level of their own belong to the order above them', () => {
  expect(read(PLAIN).document?.orders).toEqual([
    {
      purchaseOrder: '4711',
      lines: [
        {
          line: '1',
          quantity: '10',
          uom: 'EA',
          sku: 'A',
          statuses: [{ status: 'IN', date: '2026-01-09', quantities: [{ qualifier: '39', quantity: '7', uom: 'EA' }] }],
        },
      ],
    },
  ])
})

test('a level that repeats which order it is about begins no second one', () => {
  expect(read(PLAIN.replace('HL*2*1*I', 'HL*2*1*I~PRF*4711')).document?.orders).toHaveLength(1)
})

describe('an 870 that is wrong is refused', () => {
  test.each([
    ['no number of the report', '*R-1*', '**', '/2/BSR/3', 'MISSING'],
    ['a line that stands before its order', 'PRF*4711~', '', '/5/PO1', 'HIERARCHY'],
    ['a level below one that is not there', 'HL*2*1*I', 'HL*2*9*I', '/5/HL/2', 'HIERARCHY'],
    ['a quantity without its unit', '*10*EA*', '*10**', '/6/PO1', 'MISSING'],
    ['a quantity below zero', 'QTY*39*7', 'QTY*39*-7', '/8/QTY/2', 'NUMBER_OUT_OF_RANGE'],
    ['a status that is missing', 'ISR*IN', 'ISR*', '/7/ISR/1', 'MISSING'],
  ])('%s', (_, from, to, pointer, code) => {
    const { faults = [] } = read(PLAIN.replace(from, to))
    expect(faults.map((fault) => [fault.pointer, fault.code])).toContainEqual([pointer, `XD_DOCUMENTS_${code}`])
  })
})
