import { join } from 'node:path'
import fc, { type Arbitrary } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { aDate, aFigure, aKey, aUnit, some } from '../testing/arbitraries.ts'
import { testRoundTrips } from '../testing/round-trip.ts'
import { segmentsOf, setFrom } from '../testing/set-from.ts'
import { aDeparture, aShortWindow, aStockHead, aStockItem } from '../testing/stock-arbitraries.ts'
import { stockTransferAdvice } from './index.ts'
import type { StockTransferAdvice, StockTransferAdviceLine } from './schema.ts'

const aLine: Arbitrary<StockTransferAdviceLine> = fc
  .tuple(fc.record({ line: aKey(6), quantity: aFigure(), uom: aUnit }), aStockItem)
  .map(([line, item]) => ({ ...line, ...item }))
const anAdvice: Arbitrary<StockTransferAdvice> = fc
  .tuple(
    some<Pick<StockTransferAdvice, 'number' | 'reporting' | 'date' | 'shipment' | 'purchaseOrder' | 'shipWindow'>>(
      {
        number: aKey(),
        reporting: fc.constantFrom('F', 'N'),
        date: aDate,
        shipment: aKey(),
        purchaseOrder: aKey(),
        shipWindow: aShortWindow,
      },
      ['number', 'reporting'],
    ),
    some<Pick<StockTransferAdvice, 'agentShipment' | 'masterReference' | 'linkSequence' | 'departure' | 'totals'>>(
      {
        agentShipment: aKey(12),
        masterReference: aKey(),
        linkSequence: fc.constant('000123'),
        departure: aDeparture,
        totals: fc.record({ quantity: aFigure(), weight: aFigure(2), weightUom: fc.constant('LB') }),
      },
      ['departure', 'totals'],
    ),
    aStockHead,
    fc.array(aLine, { minLength: 1, maxLength: 4 }),
  )
  .map(([beginning, rest, head, lines]) => ({ ...beginning, ...rest, ...head, lines }))

testRoundTrips(stockTransferAdvice, join(import.meta.dirname, 'fixtures'), anAdvice)

const PLAIN = 'W06*F*TR-1*20260107*SH-1~N1*WH*Three PL*91*3PL~W27*M*UPSN~W04*10*EA**VN*A~N9*LI*7~W03*10'
const read = (text: string) => stockTransferAdvice.readX12(setFrom('943', 'AR', segmentsOf(text)))

describe('a 943 that is wrong is refused', () => {
  test.each([
    ['a quantity that is missing', 'W04*10*', 'W04**', '/5/W04/1', 'MISSING'],
    ['nothing sent', 'W04*10*', 'W04*0*', '/5/W04/1', 'NUMBER_OUT_OF_RANGE'],
    ['a unit nobody knows', '*EA**VN', '*QQ**VN', '/5/W04/2', 'UNIT_UNKNOWN'],
    ['a line without an item', '**VN*A', '', '/5/W04', 'MISSING'],
    ['no number to match a receipt with', '*TR-1*20260107*SH-1', '**20260107', '/2/W06', 'MISSING'],
    ['a day that is none', '20260107', '20260231', '/2/W06/3', 'DATE_INVALID'],
  ])('%s', (_, from, to, pointer, code) => {
    const { faults } = read(PLAIN.replace(from, to))
    expect(faults?.map((fault) => [fault.pointer, fault.code])).toEqual([[pointer, `XD_DOCUMENTS_${code}`]])
  })
})

test('a line without a number gets its place as one, and says so', () => {
  const { document, warnings } = read(PLAIN.replace('N9*LI*7~', ''))
  expect(document?.lines[0]?.line).toBe('1')
  expect(warnings?.map(({ pointer, code }) => [pointer, code])).toEqual([['/5/W04', 'XD_DOCUMENTS_LINE_ASSIGNED']])
})

test('one line of a transfer may be on its way in several lots', () => {
  const lots = 'W04*4*EA**VN*A~N9*LI*7~N9*LT*L1~W04*6*EA**VN*A~N9*LI*7~N9*LT*L2'
  const { document, warnings } = read(PLAIN.replace('W04*10*EA**VN*A~N9*LI*7', lots))
  expect(document?.lines.map(({ line, quantity, lot }) => [line, quantity, lot])).toEqual([
    ['7', '4', 'L1'],
    ['7', '6', 'L2'],
  ])
  expect(warnings).toEqual([])
})

test('a total that differs is a warning: some count cartons there', () => {
  const { warnings } = read(PLAIN.replace('W03*10', 'W03*1'))
  expect(warnings?.map(({ pointer, code }) => [pointer, code])).toEqual([['/7/W03', 'XD_DOCUMENTS_COUNT_DIFFERS']])
})

test('more item numbers than W04 has room for are refused, not dropped', () => {
  const advice = read(PLAIN).document!
  const ids = ['CB', 'BP', 'IN', 'SK'].map((qualifier) => ({ qualifier, value: 'X' }))
  const lines = advice.lines.map((line) => ({ ...line, ids }))
  expect(() => stockTransferAdvice.writeX12({ ...advice, lines })).toThrow('three item numbers')
})
