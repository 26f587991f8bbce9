import { join } from 'node:path'
import fc, { type Arbitrary } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { aDate, aFigure, aKey, aUnit, list, some, together } from '../testing/arbitraries.ts'
import { testRoundTrips } from '../testing/round-trip.ts'
import { segmentsOf, setFrom } from '../testing/set-from.ts'
import { aShortWindow, aStockHead, aStockItem, type StockHead } from '../testing/stock-arbitraries.ts'
import { stockTransferReceipt } from './index.ts'
import type { ReceiptException, StockTransferReceipt, StockTransferReceiptLine, TruckArrival } from './schema.ts'

const anException: Arbitrary<ReceiptException> = fc.oneof(
  some<Omit<ReceiptException, 'code'>>(
    {
      quantity: aFigure(),
      uom: aUnit,
      condition: fc.constantFrom('damaged', 'short', 'over', 'quality', 'wrong_item'),
      lot: aKey(12),
      reason: fc.constant('WC'),
    },
    ['quantity', 'uom', 'condition', 'reason'],
  ),
  fc.record({ quantity: aFigure(), uom: aUnit, condition: fc.constant('other' as const), code: fc.constant('07') }),
)
const aLine: Arbitrary<StockTransferReceiptLine> = fc
  .tuple(
    some<Pick<StockTransferReceiptLine, 'line' | 'received' | 'uom' | 'exceptions'>>(
      {
        line: aKey(6),
        received: fc.oneof(aFigure(2, 99_999), fc.constant('0')),
        uom: aUnit,
        exceptions: list(anException),
      },
      ['line', 'received', 'uom'],
    ),
    aStockItem,
  )
  .map(([line, item]) => ({ ...line, ...item }))
const anArrival: Arbitrary<TruckArrival> = some<TruckArrival>(
  {
    method: fc.constant('M'),
    scac: fc.constant('FAST'),
    routing: fc.constant('FAST LANE'),
    equipmentInitial: fc.constant('ABCD'),
    equipmentNumber: fc.constant('123456'),
    seal: fc.constant('SEAL9'),
  },
  ['method', 'scac', 'equipmentInitial', 'equipmentNumber'],
)
const aReceipt: Arbitrary<StockTransferReceipt> = fc
  .tuple(
    together(
      some<Omit<StockTransferReceipt, 'lines' | keyof StockHead>>(
        {
          receipt: aKey(12),
          reporting: fc.constantFrom('F', 'X'),
          date: aDate,
          time: fc.constantFrom('08:30', '14:30:05'),
          number: aKey(),
          shipment: aKey(),
          masterReference: aKey(),
          linkSequence: fc.constant('000123'),
          shipWindow: aShortWindow,
          arrival: anArrival,
          totals: fc.record({
            quantity: aFigure(2, 99_999),
            shipped: aFigure(2, 99_999),
            difference: fc.constantFrom('4', '-4'),
            damaged: fc.constantFrom('0', '12'),
          }),
        },
        ['receipt', 'reporting', 'date', 'totals'],
      ),
      ['masterReference', 'linkSequence'],
    ),
    aStockHead,
    fc.array(aLine, { minLength: 1, maxLength: 4 }),
  )
  .map(([beginning, head, lines]) => ({ ...beginning, ...head, lines }))

testRoundTrips(stockTransferReceipt, join(import.meta.dirname, 'fixtures'), aReceipt)

const PLAIN = 'W17*F*20260113*RC-55*TR-1~N1*WH*Three PL*91*3PL~W07*10*EA**VN*A~N9*LI*7~W13*2*EA*01**WC~W14*10'
const read = (text: string) => stockTransferReceipt.readX12(setFrom('944', 'RE', segmentsOf(text)))

describe('a 944 that is wrong is refused', () => {
  test.each([
    ['no number of the receipt', '*RC-55*', '**', '/2/W17/3', 'MISSING'],
    ['no day', '20260113', '', '/2/W17/2', 'MISSING'],
    ['a quantity that is missing', 'W07*10*', 'W07**', '/4/W07/1', 'MISSING'],
    ['less than nothing received', 'W07*10*', 'W07*-1*', '/4/W07/1', 'NUMBER_OUT_OF_RANGE'],
    ['a unit nobody knows', '*EA**VN', '*QQ**VN', '/4/W07/2', 'UNIT_UNKNOWN'],
    ['a line without an item', '**VN*A', '', '/4/W07', 'MISSING'],
    ['an exception of nothing', 'W13*2*', 'W13*0*', '/6/W13/1', 'NUMBER_OUT_OF_RANGE'],
    ['an exception without its condition', '*EA*01**WC', '*EA***WC', '/6/W13/3', 'MISSING'],
  ])('%s', (_, from, to, pointer, code) => {
    const { faults } = read(PLAIN.replace(from, to))
    expect(faults?.map((fault) => [fault.pointer, fault.code])).toContainEqual([pointer, `XD_DOCUMENTS_${code}`])
  })
})

test('a line of which nothing came is kept: all of it is short', () => {
  const { document, warnings } = read(
    PLAIN.replace('W07*10', 'W07*0').replace('W13*2*EA*01**WC', 'W13*10*EA*02').replace('W14*10', 'W14*0'),
  )
  expect(document?.lines).toEqual([
    { line: '7', received: '0', uom: 'EA', sku: 'A', exceptions: [{ quantity: '10', uom: 'EA', condition: 'short' }] },
  ])
  expect(warnings).toEqual([])
})

test('the warehouse’s lot number in W07 is the lot, unless N9 LT says it too', () => {
  const lotOf = (text: string) => read(text).document?.lines[0]?.lot
  expect(lotOf(PLAIN.replace('VN*A', 'VN*A***L-1'))).toBe('L-1')
  expect(lotOf(PLAIN.replace('N9*LI*7', 'N9*LT*L-2'))).toBe('L-2')
})

test('a condition we have no word for keeps its code, and cannot be written without one', () => {
  const receipt = read(PLAIN.replace('*EA*01**WC', '*EA*14')).document!
  expect(receipt.lines[0]?.exceptions?.[0]).toMatchObject({ condition: 'other', code: '14' })
  const lines = receipt.lines.map((line) => ({
    ...line,
    exceptions: [{ quantity: '1', uom: 'EA', condition: 'other' as const }],
  }))
  expect(() => stockTransferReceipt.writeX12({ ...receipt, lines })).toThrow('without its code')
})

test('a total that differs is a warning', () => {
  const { warnings } = read(PLAIN.replace('W14*10', 'W14*11'))
  expect(warnings?.map(({ pointer, code }) => [pointer, code])).toEqual([['/7/W14', 'XD_DOCUMENTS_COUNT_DIFFERS']])
})
