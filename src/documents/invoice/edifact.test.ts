import { join } from 'node:path'
import fc, { type Arbitrary } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decimalText, rounded } from '../../base/decimal.ts'
import {
  aDate,
  aFigure,
  aKey,
  anAmount,
  aShipWindow,
  aText,
  aUnit,
  list,
  some,
  someFreightTerms,
} from '../testing/arbitraries.ts'
import {
  aMessageCarriage,
  aMessageCharge,
  aMessageDated,
  aMessageParty,
  aMessageReference,
  aMessageRoleParty,
  someMessageIds,
  someMessageTerms,
} from '../testing/edifact-arbitraries.ts'
import { messageFrom, messageSegmentsOf } from '../testing/message-from.ts'
import { testMessageRoundTrips } from '../testing/message-round-trip.ts'
import { invoiceSum } from './checks.ts'
import { invoice } from './index.ts'
import type { Invoice, InvoiceLine, Tax } from './schema.ts'

const aTax: Arbitrary<Tax> = some<Omit<Tax, 'jurisdiction' | 'jurisdictionQualifier'>>(
  {
    type: fc.constantFrom('VA', 'GS', 'ST'),
    amount: anAmount,
    percent: aFigure(2, 25),
    exempt: fc.constantFrom('1', '2'),
    taxId: aKey(12),
  },
  ['type', 'amount'],
)
const aReference = aMessageReference.filter(({ qualifier }) => qualifier !== 'PO')
const aLine: Arbitrary<InvoiceLine> = some<InvoiceLine>(
  {
    line: aKey(6),
    quantity: fc.oneof(aFigure(2, 9_999), fc.constant('-3')),
    uom: aUnit,
    price: fc.oneof(
      fc.record({ amount: fc.oneof(aFigure(4, 999), fc.constant('-2.5')) }),
      fc.record({ amount: aFigure(3, 999), per: fc.constant(100 as const) }),
    ),
    sku: aKey(),
    ids: someMessageIds,
    description: aText(70),
    features: list(fc.record({ code: fc.constant('73'), text: aText() })),
    shipped: fc.record({ quantity: aFigure(0), uom: aUnit }),
    shipWindow: aShipWindow,
    dates: list(aMessageDated, 2),
    references: list(aReference),
    parties: list(aMessageRoleParty, 2),
    charges: list(aMessageCharge, 2),
    taxes: list(aTax, 2),
  },
  ['line', 'quantity', 'uom', 'price', 'description'],
)
const anInvoice: Arbitrary<Invoice> = some<Omit<Invoice, 'contacts' | 'discounted'>>(
  {
    number: aKey(35),
    date: aDate,
    type: fc.constantFrom('CR', 'DR', 'CO'),
    purpose: fc.constantFrom('replace', 'duplicate'),
    purchaseOrder: aKey(),
    purchaseOrderDate: aDate,
    release: aKey(),
    currency: fc.constantFrom('USD', 'EUR'),
    buyer: aMessageParty,
    shipTo: aMessageParty,
    billTo: aMessageParty,
    supplier: aMessageParty,
    remitTo: aMessageParty,
    parties: list(aMessageRoleParty.filter(({ role }) => role !== 'RE')),
    references: list(aReference),
    shipWindow: aShipWindow,
    dates: list(aMessageDated, 3),
    terms: list(someMessageTerms),
    freightTerms: someFreightTerms,
    carriage: aMessageCarriage,
    notes: list(aText()),
    lines: fc.uniqueArray(aLine, { minLength: 1, maxLength: 3, selector: ({ line }) => line }),
    charges: list(aMessageCharge),
    taxes: list(aTax, 2),
    total: fc.constant('0'),
    discountable: anAmount,
    discount: anAmount,
  },
  ['number', 'date', 'currency', 'purchaseOrder', 'lines', 'total'],
).map((bill) => ({ ...bill, total: decimalText(rounded(invoiceSum(bill), 2)) }))

testMessageRoundTrips(invoice, join(import.meta.dirname, 'fixtures'), anInvoice)

const PLAIN = `BGM+380+INV-1+9'
  DTM+137:20260108:102'
  RFF+ON:4711'
  DTM+171:20260102:102'
  CUX+2:EUR:4'
  LIN+1++4006381333931:EN'
  QTY+47:10:PCE'
  MOA+203:92.5'
  PRI+AAA:9.25'
  RFF+ON:4711:7'
  TAX+7+VAT+++:::20+S'
  MOA+124:18.5'
  UNS+S'
  MOA+77:111.00'
  TAX+7+VAT+++:::20+S'
  MOA+124:18.5'
  MOA+125:92.5'`
const { read } = invoice.edifact!
const readText = (text: string, syntax = {}) => read(messageFrom('INVOIC', messageSegmentsOf(text)), syntax)
const change = (from: string, to: string) => {
  expect(PLAIN).toContain(from)
  return PLAIN.replace(from, to)
}

test('taxes of lines that the summary repeats count once', () => {
  expect(readText(PLAIN).document).toEqual({
    number: 'INV-1',
    date: '2026-01-08',
    currency: 'EUR',
    purchaseOrder: '4711',
    purchaseOrderDate: '2026-01-02',
    lines: [
      {
        line: '7',
        quantity: '10',
        uom: 'PC',
        price: { amount: '9.25' },
        ids: [{ qualifier: 'EN', value: '4006381333931' }],
        taxes: [{ type: 'VA', percent: '20', exempt: '2' }],
      },
    ],
    taxes: [{ type: 'VA', percent: '20', amount: '18.5', exempt: '2' }],
    total: '111.00',
  })
})

describe('an INVOIC must add up', () => {
  test('a total that is two cents off is refused, one cent is not', () => {
    expect(readText(change('77:111.00', '77:111.02')).faults?.map(({ pointer, code }) => [pointer, code])).toEqual([
      ['/15/MOA', 'XD_DOCUMENTS_TOTAL_DIFFERS'],
    ])
    expect(readText(change('77:111.00', '77:111.01')).faults).toBeUndefined()
    expect(readText(change('77:111.00', '77:111.01'), { totalTolerance: '0' }).faults).toHaveLength(1)
  })

  test('an allowance that the net price already has only informs', () => {
    const text = change("TAX+7+VAT+++:::20+S'\n  MOA+124:18.5'\n  UNS", "ALC+A++++DI'\n  MOA+204:7.5'\n  UNS")
    expect(readText(text).document?.lines[0]?.charges).toEqual([
      { kind: 'information', type: 'discount', amount: '7.5' },
    ])
    const gross = text.replace('77:111.00', '77:103.50')
    expect(readText(gross).document?.lines[0]?.charges).toEqual([
      { kind: 'allowance', type: 'discount', amount: '7.5' },
    ])
  })

  test('a charge in the header adds', () => {
    const text = change('LIN+1', "ALC+C++++FC'MOA+23:9'LIN+1").replace('77:111.00', '77:120.00')
    expect(readText(text).document?.charges).toEqual([{ kind: 'charge', type: 'freight', amount: '9' }])
  })

  test('a tax that is only stated as a total is one', () => {
    const [head] = PLAIN.split("TAX+7+VAT+++:::20+S'\n  MOA+124:18.5'\n  UNS")
    const { document } = readText(`${head}UNS+S'MOA+77:111'MOA+176:18.5'`)
    expect(document?.taxes).toEqual([{ type: 'VA', amount: '18.5' }])
  })

  test('a price that is missing follows from the amount, where it comes out even', () => {
    expect(readText(change("PRI+AAA:9.25'", '')).document?.lines[0]?.price).toEqual({ amount: '9.25' })
    const thirds = change("PRI+AAA:9.25'", '').replace('47:10', '47:3')
    expect(readText(thirds).faults?.map(({ code }) => code)).toEqual(['XD_DOCUMENTS_PRICE_MISSING'])
  })
})

test('a credit note says so, its amounts stand as they were sent', () => {
  expect(readText(change('BGM+380', 'BGM+381')).document).toMatchObject({ type: 'CR', total: '111.00' })
})

test('the currency may stand beside the amounts', () => {
  expect(readText(change("CUX+2:EUR:4'", '').replace('77:111.00', '77:111.00:GBP')).document?.currency).toBe('GBP')
})

describe('an INVOIC that is wrong is refused', () => {
  test.each([
    ['no number', '+INV-1+', '++', '/2/BGM/2/1', 'MISSING'],
    ['a purpose nobody knows', 'INV-1+9', 'INV-1+12', '/2/BGM/3/1', 'CODE_UNKNOWN'],
    ['a day that does not exist', '20260108', '20260230', '/3/DTM/1/2', 'DATE_INVALID'],
    ['no total', "MOA+77:111.00'", '', '/15/MOA', 'MISSING'],
    ['no quantity', "QTY+47:10:PCE'", '', '/7/LIN', 'MISSING'],
    ['a price for a dozen', 'AAA:9.25', 'AAA:9.25:::12', '/10/PRI/1/5', 'PRICE_BASIS'],
  ])('%s', (_, from, to, pointer, code) => {
    expect(readText(change(from, to)).faults?.map((fault) => [fault.pointer, fault.code])).toEqual([
      [pointer, `XD_DOCUMENTS_${code}`],
    ])
  })
})
