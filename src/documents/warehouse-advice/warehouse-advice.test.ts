import { join } from 'node:path'
import fc, { type Arbitrary } from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  aDate,
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
} from '../testing/arbitraries.ts'
import { testRoundTrips } from '../testing/round-trip.ts'
import { segmentsOf, setFrom } from '../testing/set-from.ts'
import { warehouseAdvice } from './index.ts'
import type { Departure, WarehouseAdvice, WarehouseAdviceLine } from './schema.ts'

const SSCC = '106141411234567897'
const aDeparture: Arbitrary<Departure> = some<Departure>(
  {
    method: fc.constant('M'),
    scac: fc.constant('UPSN'),
    routing: aText(),
    payment: fc.constant('PP'),
    equipmentType: fc.constant('TL'),
    equipmentInitial: fc.constant('ABCD'),
    equipmentNumber: fc.constant('123456'),
  },
  ['method', 'scac'],
)
const aLine: Arbitrary<WarehouseAdviceLine> = fc
  .tuple(
    some<Omit<WarehouseAdviceLine, 'weight' | 'weightUom'>>(
      {
        line: aKey(6),
        status: fc.constantFrom('CC', 'BP', 'CP', 'IC'),
        ordered: aFigure(),
        shipped: fc.oneof(aFigure(), fc.constant('0')),
        difference: fc.constantFrom('0', '3', '-3'),
        uom: aUnit,
        caseCode: fc.constant('123456789012'),
        sku: aKey(),
        ids: list(anItemId, 2),
        lot: aKey(),
        serials: fc.uniqueArray(aKey(), { minLength: 1, maxLength: 3 }),
        sscc: fc.constant(SSCC),
        tracking: aKey(),
        marks: list(fc.record({ qualifier: fc.constant('ZZ'), value: aKey() }), 2),
        description: aText(),
        references: list(aReference),
      },
      ['line', 'status', 'shipped', 'uom', 'sku'],
    ),
    fc.option(fc.record({ weight: aFigure(2, 99), weightUom: fc.constantFrom('LB', 'KG') }), { nil: {} }),
  )
  .map(([line, weight]) => ({ ...line, ...weight }))
const anAdvice: Arbitrary<WarehouseAdvice> = some<WarehouseAdvice>(
  {
    number: aKey(),
    reporting: fc.constantFrom('F', 'N'),
    date: aDate,
    shipment: aKey(),
    agentShipment: aKey(),
    purchaseOrder: aKey(),
    depositor: aWarehouseParty,
    warehouse: aWarehouseParty,
    shipTo: aWarehouseParty,
    billTo: aWarehouseParty,
    parties: list(aRoleWarehouseParty),
    references: list(aReference),
    shipWindow: aShipWindow,
    dates: list(fc.record({ qualifier: fc.constant('11'), date: fc.constant('2026-01-02') }), 2),
    notes: list(aText()),
    departure: aDeparture,
    lines: fc.array(aLine, { minLength: 1, maxLength: 4 }),
    totals: fc.record({ quantity: aFigure() }),
  },
  ['number', 'reporting', 'lines'],
)

testRoundTrips(warehouseAdvice, join(import.meta.dirname, 'fixtures'), anAdvice)

const PLAIN = 'W06*F*REL-1*20260107*WS-1~W27*M~LX*1~W12*CC*10*10*0*EA**VN*A~N9*LI*7~W03*10'
const read = (text: string) => warehouseAdvice.readX12(setFrom('945', 'SW', segmentsOf(text)))

test('a line of which nothing left is kept: a full short', () => {
  const { document, warnings } = read(PLAIN.replace('CC*10*10*0', 'IC*10*0*10').replace('W03*10', 'W03*0'))
  expect(document?.lines).toEqual([
    { line: '7', status: 'IC', ordered: '10', shipped: '0', difference: '10', uom: 'EA', sku: 'A' },
  ])
  expect(warnings).toEqual([])
})

test('a line may leave in several cartons; the marks of each are on its part', () => {
  const { document } = read(
    `W06*F*REL-1~W27*M~LX*1~MAN*GM*00${SSCC}~W12*CC*10*6**EA~N9*LI*7~LX*2~MAN*AA*${SSCC}**CP*1Z9~W12*CC*10*4**EA~N9*LI*7`,
  )
  expect(document?.lines.map(({ line, shipped, sscc, tracking }) => [line, shipped, sscc, tracking])).toEqual([
    ['7', '6', SSCC, undefined],
    ['7', '4', SSCC, '1Z9'],
  ])
})

test('the references of a carton are kept on each line in it, and on no line of another', () => {
  const { document } = read(
    'W06*F*REL-1~N9*CN*PRO-1~W27*M~LX*1~MAN*AA*C1~N9*PK*SLIP-1~REF*ZZ*Z-1~W12*CC*10*6**EA**VN*A~N9*BT*B-1~W12*CC*1*1**EA**VN*B~N9*ZZ**FRAGILE~LX*2~W12*CC*10*4**EA**VN*A',
  )
  const carton = [
    { qualifier: 'PK', value: 'SLIP-1' },
    { qualifier: 'ZZ', value: 'Z-1' },
  ]
  expect(document?.references).toEqual([{ qualifier: 'CN', value: 'PRO-1' }])
  expect(document?.lines.map(({ references }) => references)).toEqual([
    [...carton, { qualifier: 'BT', value: 'B-1' }],
    [...carton, { qualifier: 'ZZ', description: 'FRAGILE' }],
    undefined,
  ])
})

test('what was said of a pack stands on its lines in the order in which it was said: the digest of a 945 that comes again hangs on it', () => {
  const { document } = read(
    `W06*F*REL-1~W27*M~LX*1~N9*BM*B1~MAN*ZZ*M1**CP*1Z9~MAN*GM*00${SSCC}~W12*CC*10*6**EA**VN*A~W12*CC*10*4**EA**VN*B`,
  )
  for (const line of document?.lines ?? [])
    expect(JSON.stringify(line)).toContain(
      `"references":[{"qualifier":"BM","value":"B1"}],"marks":[{"qualifier":"ZZ","value":"M1"}],"tracking":"1Z9","sscc":"${SSCC}"`,
    )
  const [first, second] = document?.lines ?? []
  expect(second?.marks).toEqual(first?.marks)
  expect(second?.marks).not.toBe(first?.marks)
})

describe('a 945 that is wrong is refused', () => {
  test.each([
    ['what was shipped is missing', '*10*10*0*', '*10**10*', '/5/W12/3', 'MISSING'],
    ['a letter O in a quantity', '*10*10*0*', '*10*1O*0*', '/5/W12/3', 'NUMBER_MALFORMED'],
    ['less than nothing shipped', '*10*10*0*', '*10*-1*0*', '/5/W12/3', 'NUMBER_OUT_OF_RANGE'],
    ['a unit nobody knows', '*EA**VN', '*QQ**VN', '/5/W12/5', 'UNIT_UNKNOWN'],
  ])('%s', (_, from, to, pointer, code) => {
    const { faults } = read(PLAIN.replace(from, to))
    expect(faults?.map((fault) => [fault.pointer, fault.code])).toEqual([[pointer, `XD_DOCUMENTS_${code}`]])
  })
})

describe('a 945 that is odd is taken, and says so', () => {
  test.each([
    ['a difference that does not fit', '*10*10*0*', '*10*9*0*', ['/5/W12', '/7/W03']],
    ['a total that differs', 'W03*10', 'W03*12', ['/7/W03']],
    ['no order number', '*REL-1*', '**', ['/2/W06/2']],
    ['no unit', '*EA**VN', '***VN', ['/5/W12/5']],
    ['a serial number twice', 'N9*LI*7', 'N9*LI*7~N9*SE*S1~N9*SE*S1', ['/5/W12']],
  ])('%s', (_, from, to, pointers) => {
    const { warnings } = read(PLAIN.replace(from, to))
    expect(warnings?.map(({ pointer }) => pointer)).toEqual(pointers)
  })
})
