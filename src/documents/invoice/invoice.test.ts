import { join } from 'node:path'
import fc, { type Arbitrary } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decimalText, rounded } from '../../base/decimal.ts'
import {
  aCharge,
  aContact,
  aDate,
  aDated,
  aFigure,
  aKey,
  anAmount,
  anItemId,
  aParty,
  aReference,
  aRoleParty,
  aShipWindow,
  aText,
  aUnit,
  list,
  some,
  someFreightTerms,
  someTerms,
} from '../testing/arbitraries.ts'
import { testRoundTrips } from '../testing/round-trip.ts'
import { segmentsOf, setFrom } from '../testing/set-from.ts'
import { invoiceSum } from './checks.ts'
import { invoice } from './index.ts'
import type { Invoice, InvoiceLine, Tax } from './schema.ts'

const aTax: Arbitrary<Tax> = some<Tax>(
  {
    type: fc.constantFrom('ST', 'GS'),
    amount: anAmount,
    percent: aFigure(2, 25),
    jurisdictionQualifier: fc.constant('CD'),
    jurisdiction: aKey(8),
    exempt: fc.constant('2'),
    taxId: aKey(12),
  },
  ['type', 'amount', 'jurisdictionQualifier', 'jurisdiction'],
)
const aLine: Arbitrary<InvoiceLine> = some<InvoiceLine>(
  {
    line: aKey(6),
    quantity: fc.oneof(aFigure(2, 9_999), fc.constant('-3')),
    uom: aUnit,
    price: fc.oneof(
      fc.record({ amount: fc.oneof(aFigure(4, 999), fc.constant('-2.5')) }),
      fc.record({ amount: aFigure(3, 999), per: fc.constant(100 as const), basis: fc.constant('HP') }),
    ),
    sku: aKey(),
    ids: list(anItemId),
    description: aText(),
    features: list(fc.record({ code: fc.constant('73'), text: aText() })),
    shipped: fc.record({ quantity: aFigure(0), uom: aUnit }),
    shipWindow: aShipWindow,
    dates: list(aDated, 2),
    references: list(aReference),
    parties: list(aRoleParty, 2),
    charges: list(aCharge, 2),
    taxes: list(aTax, 2),
  },
  ['line', 'quantity', 'uom', 'price'],
)
const anInvoice: Arbitrary<Invoice> = some<Invoice>(
  {
    number: aKey(),
    date: aDate,
    type: fc.constantFrom('DI', 'CR'),
    purpose: fc.constantFrom('replace', 'duplicate'),
    purchaseOrder: aKey(),
    purchaseOrderDate: aDate,
    release: aKey(),
    currency: fc.constantFrom('USD', 'CAD'),
    buyer: aParty,
    shipTo: aParty,
    billTo: aParty,
    supplier: aParty,
    remitTo: aParty,
    parties: list(aRoleParty.filter(({ role }) => role !== 'RE')),
    contacts: list(aContact, 2),
    references: list(aReference),
    shipWindow: aShipWindow,
    dates: list(aDated, 3),
    terms: list(someTerms),
    freightTerms: someFreightTerms,
    carriage: fc.record({ method: fc.constant('M'), scac: fc.constant('UPSN'), routing: aText() }),
    notes: list(aText()),
    lines: fc.uniqueArray(aLine, { minLength: 1, maxLength: 3, selector: ({ line }) => line }),
    charges: list(aCharge),
    taxes: list(aTax, 2),
    total: fc.constant('0'),
    discountable: anAmount,
    discounted: anAmount,
    discount: anAmount,
  },
  ['number', 'date', 'currency', 'lines', 'total'],
).map((bill) => ({ ...bill, total: decimalText(rounded(invoiceSum(bill), 2)) }))

testRoundTrips(invoice, join(import.meta.dirname, 'fixtures'), anInvoice)

const PLAIN = 'BIG*20260108*INV-1*20260102*4711~IT1*1*10*EA*9.25**VN*A~TDS*9250~CTT*1'
const read = (text: string, syntax = {}) => invoice.readX12(setFrom('810', 'IN', segmentsOf(text)), syntax)
const codes = (text: string, syntax = {}) => read(text, syntax).faults?.map(({ pointer, code }) => [pointer, code])

describe('an 810 must add up', () => {
  test('in cents without a point: lines, charges and taxes less allowances', () => {
    const text = PLAIN.replace('TDS*9250', 'TDS*10525~TXI*ST*1.25~SAC*C*D240***1500~SAC*A*C310***350~SAC*N*B840***99')
    expect(read(text).document?.total).toBe('105.25')
  })

  test('a total that is two cents off is refused, one cent is not', () => {
    expect(codes(PLAIN.replace('9250', '9252'))).toEqual([['/4/TDS', 'XD_DOCUMENTS_TOTAL_DIFFERS']])
    expect(read(PLAIN.replace('9250', '9251')).faults).toBeUndefined()
    expect(codes(PLAIN.replace('9250', '9251'), { totalTolerance: '0' })).toHaveLength(1)
  })

  test('each line is rounded on its own, half away from zero', () => {
    const text = 'BIG*20260108*INV-1~IT1*1*1*EA*0.125~IT1*2*1*EA*0.125~IT1*3*-1*EA*0.125~TDS*13~CTT*3'
    expect(read(text).document?.total).toBe('0.13')
  })

  test('a price for a hundred', () => {
    expect(read('BIG*20260108*INV-1~IT1*1*1500*EA*4.125*HP~TDS*6188~CTT*1').document?.total).toBe('61.88')
  })

  test('charges of the summary may only repeat those of the lines, where the partner does so', () => {
    const text = PLAIN.replace('~TDS*9250', '~SAC*C*G830***300~TDS*9550~SAC*C*G830***300')
    expect(codes(text)).toEqual([['/5/TDS', 'XD_DOCUMENTS_TOTAL_DIFFERS']])
    expect(read(text, { summaryCharges: 'repeat' }).document?.total).toBe('95.50')
  })

  test('a catch weight is paid by its weight, and says how many were shipped', () => {
    const { document } = read('BIG*20260108*INV-1~IT1*1*243.7*LB*3.1*PP*VN*HAM~IT3*10*CA~TDS*75547~CTT*1')
    expect(document?.lines[0]).toMatchObject({ quantity: '243.7', uom: 'LB', shipped: { quantity: '10', uom: 'CA' } })
  })

  test('yen have no parts', () => {
    const text = PLAIN.replace('~IT1', '~CUR*SE*JPY~IT1').replace('9.25', '10')
    expect(read(text.replace('9250', '10000')).document?.total).toBe('100')
    expect(codes(text.replace('9250', '10050'))).toEqual([['/5/TDS/1', 'XD_DOCUMENTS_NUMBER_SCALE']])
  })
})

describe('an 810 that is wrong is refused', () => {
  test.each([
    ['a point in an amount of cents', 'TDS*9250', 'TDS*92.50', '/4/TDS/1', 'NUMBER_MALFORMED'],
    ['no number', '*INV-1*', '**', '/2/BIG/2', 'MISSING'],
    ['a day that does not exist', '20260108', '20260230', '/2/BIG/1', 'DATE_INVALID'],
    ['no price', '*9.25*', '**', '/3/IT1', 'PRICE_MISSING'],
    ['a price in another unit than the quantity', '*9.25**', '*9.25*PP*', '/3/IT1', 'PRICE_BASIS'],
    ['a count that differs', 'CTT*1', 'CTT*2', '/5/CTT/1', 'COUNT_DIFFERS'],
  ])('%s', (_, from, to, pointer, code) => {
    expect(codes(PLAIN.replace(from, to))).toEqual([[pointer, `XD_DOCUMENTS_${code}`]])
  })

  test('no total', () => {
    const { faults } = read(PLAIN.replace('~TDS*9250', ''))
    expect(faults?.[0]).toMatchObject({ tag: 'TDS', code: 'XD_DOCUMENTS_MISSING', ack: { ak3: '3' } })
  })
})

test('an invoice in JSON that does not add up is refused', () => {
  const bill = read(PLAIN).document!
  const reading = invoice.readJson({ ...bill, total: '92.00' })
  expect(reading.faults?.map(({ pointer, code }) => [pointer, code])).toEqual([
    ['/total', 'XD_DOCUMENTS_TOTAL_DIFFERS'],
  ])
})

test('parts of a cent are never written', () => {
  const bill = read(PLAIN).document!
  expect(() => invoice.writeX12({ ...bill, total: '92.505' })).toThrow('parts of a cent')
})
