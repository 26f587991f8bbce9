import { join } from 'node:path'
import fc, { type Arbitrary } from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  aFigure,
  aKey,
  anItemId,
  aReference,
  aRoleWarehouseParty,
  aShipWindow,
  aText,
  aUnit,
  aWarehouseParty,
  list,
  some,
  together,
} from '../testing/arbitraries.ts'
import { testRoundTrips } from '../testing/round-trip.ts'
import { segmentsOf, setFrom } from '../testing/set-from.ts'
import { warehouseOrder } from './index.ts'
import type { Dispatch, WarehouseOrder, WarehouseOrderLine } from './schema.ts'

const aDispatch: Arbitrary<Dispatch> = some<Dispatch>(
  {
    payment: fc.constantFrom('PP', 'CC'),
    method: fc.constant('M'),
    palletExchange: fc.constant('E'),
    unitLoad: fc.constant('PL'),
    routing: aText(),
    scac: fc.constant('UPSN'),
  },
  ['payment'],
)
const aLine: Arbitrary<WarehouseOrderLine> = fc
  .tuple(
    some<Omit<WarehouseOrderLine, 'weight' | 'weightUom'>>(
      {
        line: aKey(6),
        quantity: aFigure(),
        uom: aUnit,
        caseCode: fc.constant('123456789012'),
        sku: aKey(),
        ids: list(anItemId, 2),
        lot: aKey(),
        description: aText(),
        references: list(aReference),
        notes: list(aText()),
      },
      ['line', 'quantity', 'uom', 'sku'],
    ),
    fc.option(fc.record({ weight: aFigure(2, 99), weightUom: fc.constantFrom('LB', 'KG') }), { nil: {} }),
  )
  .map(([line, weight]) => ({ ...line, ...weight }))
const anOrder: Arbitrary<WarehouseOrder> = together(
  some<WarehouseOrder>(
    {
      number: aKey(),
      purpose: fc.constantFrom('replace', 'cancel'),
      purchaseOrder: aKey(),
      linkSequence: fc.constant('000123'),
      masterReference: aKey(),
      depositor: aWarehouseParty,
      warehouse: aWarehouseParty,
      shipTo: aWarehouseParty,
      billTo: aWarehouseParty,
      parties: list(aRoleWarehouseParty),
      references: list(aReference),
      shipWindow: aShipWindow,
      dates: list(
        fc.record({ qualifier: fc.constant('11'), date: fc.constant('2026-01-02'), time: fc.constant('08:30') }),
        2,
      ),
      notes: list(aText()),
      dispatch: aDispatch,
      lines: fc.uniqueArray(aLine, { minLength: 1, maxLength: 4, selector: ({ line }) => line }),
      totals: fc.record({
        quantity: aFigure(),
        weight: aFigure(2),
        weightUom: fc.constant('LB'),
        volume: aFigure(1),
        volumeUom: fc.constant('CF'),
      }),
    },
    ['number', 'lines'],
  ),
  ['linkSequence', 'masterReference'],
)

testRoundTrips(warehouseOrder, join(import.meta.dirname, 'fixtures'), anOrder)

const PLAIN = 'W05*N*REL-1*4711~W66*PP*M~LX*1~W01*10*EA**VN*A~N9*LI*7~W76*10'
const read = (text: string, syntax = {}) => warehouseOrder.readX12(setFrom('940', 'OW', segmentsOf(text)), syntax)

describe('a 940 that is wrong is refused', () => {
  test.each([
    ['a status nobody knows', 'W05*N', 'W05*Q', '/2/W05/1', 'CODE_UNKNOWN'],
    ['no order number', '*REL-1*', '**', '/2/W05/2', 'MISSING'],
    ['a quantity that is missing', '*10*EA', '**EA', '/5/W01/1', 'MISSING'],
    ['a unit nobody knows', '*10*EA', '*10*1', '/5/W01/2', 'UNIT_UNKNOWN'],
    ['a reference without its qualifier', 'N9*LI*7', 'N9**7', '/6/N9/1', 'MISSING'],
  ])('%s', (_, from, to, pointer, code) => {
    const { faults } = read(PLAIN.replace(from, to))
    expect(faults?.map((fault) => [fault.pointer, fault.code])).toEqual([[pointer, `XD_DOCUMENTS_${code}`]])
  })
})

test('the line number is that of N9 LI, not of LX', () => {
  expect(read(PLAIN).document?.lines[0]?.line).toBe('7')
})

test('a total that differs is a warning', () => {
  const { warnings } = read(PLAIN.replace('W76*10', 'W76*11'))
  expect(warnings?.map(({ pointer, code }) => [pointer, code])).toEqual([['/7/W76', 'XD_DOCUMENTS_COUNT_DIFFERS']])
})

test('the codes for new, replace and cancel are the partner’s', () => {
  const warehouseOrderStatus = { new: 'O', replace: 'C', cancel: 'D' }
  expect(read(PLAIN.replace('W05*N', 'W05*D'), { warehouseOrderStatus }).document?.purpose).toBe('cancel')
  const order = read(PLAIN).document!
  expect(warehouseOrder.writeX12(order, { warehouseOrderStatus })[0]?.[1]).toBe('O')
})

test('more item numbers than W01 has room for are refused, not dropped', () => {
  const order = read(PLAIN).document!
  const ids = ['CB', 'BP', 'IN', 'SK'].map((qualifier) => ({ qualifier, value: 'X' }))
  const lines = order.lines.map((line) => ({ ...line, ids }))
  expect(() => warehouseOrder.writeX12({ ...order, lines })).toThrow('three item numbers')
})
