import { join } from 'node:path'
import fc, { type Arbitrary } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { aDate, aFigure, aKey, aUnit, some } from '../testing/arbitraries.ts'
import { testRoundTrips } from '../testing/round-trip.ts'
import { segmentsOf, setFrom } from '../testing/set-from.ts'
import { aStockHead, aStockItem, type StockHead } from '../testing/stock-arbitraries.ts'
import { inventoryAdjustment } from './index.ts'
import type { InventoryAdjustment, InventoryAdjustmentLine } from './schema.ts'

type Reason = Pick<InventoryAdjustmentLine, 'reason' | 'code' | 'from' | 'to'>
const aReason = fc.constantFrom<Reason[]>(
  { reason: 'count' },
  { reason: 'count', code: '56' },
  { reason: 'damage' },
  { reason: 'damage', code: 'AV' },
  { reason: 'expiry' },
  { reason: 'found' },
  { reason: 'conversion' },
  { reason: 'status', from: 'available', to: 'hold' },
  { reason: 'status', from: 'hold', to: 'available' },
  { reason: 'status' },
  { reason: 'other' },
  { reason: 'other', code: 'AK' },
)
const aLine: Arbitrary<InventoryAdjustmentLine> = fc
  .tuple(
    some<Pick<InventoryAdjustmentLine, 'line' | 'quantity' | 'uom' | 'transaction'>>(
      {
        line: aKey(6),
        quantity: fc.tuple(fc.constantFrom('', '-'), aFigure(3, 99_999)).map(([sign, size]) => sign + size),
        uom: aUnit,
        transaction: fc.constant('OU'),
      },
      ['line', 'quantity', 'uom'],
    ),
    aReason,
    aStockItem,
  )
  .map(([line, reason, item]) => ({ ...line, ...reason, ...item }))
const anAdjustment: Arbitrary<InventoryAdjustment> = fc
  .tuple(
    some<Omit<InventoryAdjustment, 'lines' | 'shipWindow' | keyof StockHead>>(
      {
        date: aDate,
        number: aKey(),
        depositorNumber: aKey(),
        purpose: fc.constantFrom('cancel', 'replace'),
        type: fc.constant('AC'),
      },
      ['date', 'number', 'depositorNumber'],
    ),
    aStockHead.map(oneAddressLine),
    fc.array(aLine, { minLength: 1, maxLength: 4 }),
  )
  .map(([beginning, head, lines]) => ({ ...beginning, ...head, lines }))

/** A 947 has room for one N3 below a party: two lines of an address. */
function oneAddressLine(head: StockHead): StockHead {
  const cut = structuredClone(head)
  for (const party of [cut.depositor, cut.warehouse, cut.shipFrom, cut.shipTo, ...(cut.parties ?? [])]) {
    if (party?.address?.lines) party.address.lines = party.address.lines.slice(0, 2)
  }
  return cut
}

testRoundTrips(inventoryAdjustment, join(import.meta.dirname, 'fixtures'), anAdjustment)

const PLAIN = 'W15*20260114*ADJ-1~N1*WH*Three PL*91*3PL~W19*AA*-12*EA**VN*A~N9*LI*7'
const read = (text: string, syntax = {}) => inventoryAdjustment.readX12(setFrom('947', 'AW', segmentsOf(text)), syntax)

describe('a 947 that is wrong is refused', () => {
  test.each([
    ['no day', '20260114', '', '/2/W15/1', 'MISSING'],
    ['no number to know a repeat by', '*ADJ-1', '', '/2/W15', 'MISSING'],
    ['a purpose nobody knows', '*ADJ-1', '*ADJ-1**99', '/2/W15/4', 'CODE_UNKNOWN'],
    ['no reason', 'W19*AA', 'W19*', '/4/W19/1', 'MISSING'],
    ['a change of nothing', '*-12*', '*0*', '/4/W19', 'NUMBER_OUT_OF_RANGE'],
    ['a letter O in the quantity', '*-12*', '*-1O*', '/4/W19/2', 'NUMBER_MALFORMED'],
    ['a unit nobody knows', '*EA**', '*QQ**', '/4/W19/3', 'UNIT_UNKNOWN'],
    ['a line without an item', '**VN*A', '', '/4/W19', 'MISSING'],
  ])('%s', (_, from, to, pointer, code) => {
    const { faults } = read(PLAIN.replace(from, to))
    expect(faults?.map((fault) => [fault.pointer, fault.code])).toContainEqual([pointer, `XD_DOCUMENTS_${code}`])
  })
})

test('goods put on hold move from one status to another, and back', () => {
  const lineOf = (code: string) => read(PLAIN.replace('W19*AA*-12', `W19*${code}*40`)).document?.lines[0]
  expect(lineOf('05')).toMatchObject({ quantity: '40', reason: 'status', from: 'available', to: 'hold' })
  expect(lineOf('55')).toMatchObject({ quantity: '40', reason: 'status', from: 'hold', to: 'available' })
})

test('the count of pieces may stay when only the weight changes', () => {
  const { document } = read(PLAIN.replace('*-12*EA**VN*A', '*0*EA**VN*A****2.5*G*K'))
  expect(document?.lines[0]).toMatchObject({ quantity: '0', weight: '2.5', weightUom: 'KG' })
})

test('what a code means is the partner’s, in both directions', () => {
  const syntax = {
    adjustmentReasons: { TH: { reason: 'theft' }, AA: { reason: 'status', from: 'suspect', to: 'available' } },
  }
  const { document } = read(PLAIN, syntax)
  expect(document?.lines[0]).toMatchObject({ reason: 'status', from: 'suspect', to: 'available' })
  const lines = document!.lines.map((line) => ({ ...line, reason: 'theft' as const, from: undefined, to: undefined }))
  const stolen = JSON.parse(JSON.stringify({ ...document, lines }))
  expect(inventoryAdjustment.writeX12(stolen, syntax as never).find(([tag]) => tag === 'W19')?.[1]).toBe('TH')
  const counted = { ...stolen, lines: [{ ...stolen.lines[0], reason: 'count' }] }
  expect(inventoryAdjustment.writeX12(counted, syntax as never).find(([tag]) => tag === 'W19')?.[1]).toBe('56')
})

test('a reason no code says is refused, not written as something else', () => {
  const adjustment = read(PLAIN).document!
  const write = (reason: object) =>
    inventoryAdjustment.writeX12({ ...adjustment, lines: [{ ...adjustment.lines[0]!, ...reason }] })
  expect(() => write({ reason: 'theft' })).toThrow('the reason theft')
  expect(() => write({ reason: 'status', from: 'hold', to: 'expired' })).toThrow('from hold to expired')
  expect(() => write({ reason: 'damage', code: 'AA' })).toThrow('under the code AA')
})

test('what stands below a line about others is not the line’s', () => {
  const { document } = read(`${PLAIN}~N1*ST*Somebody~N9*LI*99`)
  expect(document?.lines[0]?.line).toBe('7')
})
