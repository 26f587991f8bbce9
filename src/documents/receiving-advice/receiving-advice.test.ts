import { join } from 'node:path'
import fc, { type Arbitrary } from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  aCarriage,
  aContact,
  aDate,
  aDated,
  aFigure,
  aKey,
  aLading,
  anEquipment,
  anItemId,
  aParty,
  aReference,
  aRoleParty,
  aText,
  aUnit,
  list,
  some,
} from '../testing/arbitraries.ts'
import { testRoundTrips } from '../testing/round-trip.ts'
import { segmentsOf, setFrom } from '../testing/set-from.ts'
import { receivingAdvice } from './index.ts'
import type { ReceivedLine, ReceivedOrder, ReceivingAdvice } from './schema.ts'

const anOrder: Arbitrary<ReceivedOrder> = some<ReceivedOrder>({ purchaseOrder: aKey(), release: aKey(), date: aDate }, [
  'purchaseOrder',
])
const aLine: Arbitrary<ReceivedLine> = some<ReceivedLine>(
  {
    line: aKey(6),
    received: fc.oneof(aFigure(), fc.constant('0')),
    uom: aUnit,
    returned: aFigure(),
    returnedUom: aUnit,
    exceptions: list(fc.record({ quantity: aFigure(), uom: aUnit, condition: fc.constantFrom('01', '02', '03') }), 5),
    shipped: aFigure(),
    shippedUom: aUnit,
    sku: aKey(),
    ids: list(anItemId),
    description: aText(),
    features: list(fc.record({ code: fc.constant('73'), text: aText() })),
    orders: list(anOrder),
    references: list(aReference),
    dates: list(aDated),
  },
  ['line', 'received', 'uom', 'returnedUom', 'returned', 'shipped', 'shippedUom'],
)
const anAdvice: Arbitrary<ReceivingAdvice> = some<ReceivingAdvice>(
  {
    number: aKey(),
    purpose: fc.constantFrom('replace', 'confirm', 'cancel'),
    type: fc.constantFrom('1', '2'),
    date: aDate,
    time: fc.constantFrom('09:15', '23:59:01'),
    condition: fc.constantFrom('01', '02'),
    receivedOn: aDate,
    orders: list(anOrder),
    shipFrom: aParty,
    buyer: aParty,
    shipTo: aParty,
    billTo: aParty,
    supplier: aParty,
    parties: list(aRoleParty.map((party) => ({ ...party, role: 'Z7' }))),
    contacts: list(aContact, 2),
    references: list(aReference),
    dates: list(aDated),
    ladings: list(aLading, 2),
    carriage: aCarriage,
    equipment: list(anEquipment),
    lines: fc.array(aLine, { maxLength: 3 }),
  },
  ['number', 'type', 'date', 'receivedOn', 'lines'],
)

testRoundTrips(receivingAdvice, join(import.meta.dirname, 'fixtures'), anAdvice)

const PLAIN = 'BRA*R-1*20260112*00*1~DTM*050*20260111~RCD*1*8*EA***2*EA*02~LIN**VN*A~PRF*4711~CTT*1'
const read = (text: string) => receivingAdvice.readX12(setFrom('861', 'RC', segmentsOf(text)))

describe('an 861 that is wrong is refused', () => {
  test.each([
    ['no number', 'BRA*R-1*', 'BRA**', '/2/BRA/1', 'MISSING', '1'],
    ['no day of the receipt', 'DTM*050*20260111~', '', '/2/BRA', 'MISSING', '1'],
    ['a quantity below zero', '*8*EA*', '*-8*EA*', '/4/RCD/2', 'NUMBER_OUT_OF_RANGE', '7'],
    ['a quantity without its unit', '*8*EA*', '*8**', '/4/RCD', 'MISSING', '1'],
    ['goods in question without a condition', '*2*EA*02', '*2*EA', '/4/RCD/8', 'MISSING', '1'],
    ['a count that differs', 'CTT*1', 'CTT*2', '/7/CTT/1', 'COUNT_DIFFERS', '7'],
  ])('%s', (_, from, to, pointer, code, ak4) => {
    const { faults } = read(PLAIN.replace(from, to))
    expect(faults?.map((fault) => [fault.pointer, fault.code, fault.ack?.ak4])).toContainEqual([
      pointer,
      `XD_DOCUMENTS_${code}`,
      ak4,
    ])
  })
})

test('a line of which nothing came is a line', () => {
  const { document } = read(PLAIN.replace('*8*EA***2*EA*02', '*0*EA***10*EA*02'))
  expect(document?.lines).toMatchObject([
    {
      received: '0',
      exceptions: [{ quantity: '10', uom: 'EA', condition: '02' }],
      orders: [{ purchaseOrder: '4711' }],
    },
  ])
})
