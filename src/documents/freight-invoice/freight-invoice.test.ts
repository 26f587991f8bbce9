import { join } from 'node:path'
import fc, { type Arbitrary } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { aDate, aFigure, aKey, aReference, aText, list, some } from '../testing/arbitraries.ts'
import { aRoadParty } from '../testing/road-arbitraries.ts'
import { testRoundTrips } from '../testing/round-trip.ts'
import { segmentsOf, setFrom } from '../testing/set-from.ts'
import { freightInvoice } from './index.ts'
import type { FreightCharge, FreightInvoice, FreightInvoiceLine } from './schema.ts'

const aMeaning = fc.constantFrom<Pick<FreightCharge, 'type' | 'code'>[]>(
  { type: 'freight' },
  { type: 'freight', code: '400' },
  { type: 'fuel' },
  { type: 'discount' },
  { type: 'accessorial', code: 'LFT' },
)
/** Cents of a charge; a document's amount is made from them. */
const aCharge = fc
  .tuple(
    aMeaning,
    fc.integer({ min: -99_999, max: 999_999 }),
    fc.option(
      fc.record({ rate: fc.oneof(aFigure(2, 99), fc.constant('-5')), rateBasis: fc.constantFrom('FR', 'PM') }),
      { nil: {} },
    ),
  )
  .map(([meaning, cents, rate]) => ({ charge: { ...meaning, ...rate, amount: money(cents) }, cents }))
const money = (cents: number): string => {
  const digits = String(Math.abs(cents)).padStart(3, '0')
  return `${cents < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`
}
const aLine = fc
  .tuple(
    some<Omit<FreightInvoiceLine, 'line' | 'charges' | 'weight' | 'weightUom'>>(
      {
        description: aText(),
        commodity: aKey(),
        commodityList: fc.constant('N'),
        billed: aFigure(1, 999),
        billedAs: fc.constant('FR'),
        volume: aFigure(1, 99),
        volumeUom: fc.constant('CF'),
        pieces: aFigure(0, 99),
        packaging: fc.constant('CTN'),
        freightClass: fc.constant('70'),
      },
      ['commodity', 'commodityList', 'billed', 'billedAs', 'volume', 'volumeUom', 'pieces', 'packaging'],
    ),
    fc.option(fc.record({ weight: aFigure(2, 99), weightUom: fc.constantFrom('LB', 'KG') }), { nil: {} }),
    list(aCharge),
  )
  .map(([line, weight, charges]) => ({ line: { ...line, ...weight }, charges }))
const anInvoice: Arbitrary<FreightInvoice> = fc
  .tuple(
    some<Omit<FreightInvoice, 'lines' | 'amount' | 'totals'>>(
      {
        number: aKey(),
        shipment: aKey(30),
        scac: fc.constant('FAST'),
        date: aDate,
        currency: fc.constantFrom('USD', 'CAD'),
        payment: fc.constantFrom('PP', 'CC'),
        correction: fc.constant('CO'),
        delivered: aDate,
        shipped: aDate,
        references: list(aReference),
        dates: list(fc.record({ qualifier: fc.constant('86'), date: aDate, time: fc.constant('08:30') }), 2),
        shipper: aBilled(),
        consignee: aBilled(),
        billTo: aBilled(),
        parties: list(
          aBilled().map((party) => ({ ...party, role: 'PR' })),
          2,
        ),
        trailers: list(fc.record({ initial: fc.constant('ABCD'), number: fc.constant('123456') }), 2),
      },
      ['number', 'scac', 'date', 'currency', 'payment', 'consignee'],
    ),
    list(aLine),
    fc.boolean(),
  )
  .map(([beginning, lines, isTotalled]) => {
    const amount = money(lines.flatMap(({ charges }) => charges).reduce((sum, { cents }) => sum + cents, 0))
    const totals = { weight: '12.5', weightUom: 'LB', charge: amount, pieces: '3' }
    return {
      ...beginning,
      amount,
      lines: lines.map(({ line, charges }, at) => ({
        line: String(at + 1),
        ...line,
        charges: charges.map(({ charge }) => charge),
      })),
      ...(isTotalled ? { totals } : {}),
    }
  })

/** Parties of a carrier's bill have no contacts. */
function aBilled() {
  return aRoadParty.map(({ contacts: _, ...party }) => party)
}

testRoundTrips(freightInvoice, join(import.meta.dirname, 'fixtures'), anInvoice)

const PLAIN = 'B3**INV-1*LOAD-1*PP**20260113*10000****FAST~LX*1~L1**1*FR*9000~L1****1000****FUE~L3*****10000'
const read = (text: string, syntax = {}) => freightInvoice.readX12(setFrom('210', 'IM', segmentsOf(text)), syntax)

describe('a 210 that is wrong is refused', () => {
  test.each([
    ['no number of the invoice', '*INV-1*', '**', '/2/B3/2', 'MISSING'],
    ['nobody pays', '*PP*', '**', '/2/B3/4', 'MISSING'],
    ['no carrier', '****FAST', '', '/2/B3/11', 'MISSING'],
    ['nothing to be paid', '*10000****FAST', '*****FAST', '/2/B3/7', 'MISSING'],
    ['a point in cents', '*10000****FAST', '*100.00****FAST', '/2/B3/7', 'NUMBER_MALFORMED'],
    ['charges that add up to something else', 'FR*9000', 'FR*9100', '/2/B3', 'TOTAL_DIFFERS'],
    ['a total that is another one', 'L3*****10000', 'L3*****10001~', '/6/L3', 'TOTAL_DIFFERS'],
    ['no lines', '~LX*1~L1**1*FR*9000~L1****1000****FUE', '', '/2/B3', 'LINES_NONE'],
  ])('%s', (what, from, to, pointer, code) => {
    const syntax = what.startsWith('a total') ? { totalTolerance: '0' } : {}
    const { faults } = read(PLAIN.replace(from, to), syntax)
    expect(faults?.map((fault) => [fault.pointer, fault.code])).toContainEqual([pointer, `XD_DOCUMENTS_${code}`])
  })
})

test('amounts are cents of the currency that C3 names', () => {
  const { document } = read(PLAIN.replace('~LX*1', '~C3*CAD~LX*1'))
  expect(document).toMatchObject({ currency: 'CAD', amount: '100.00' })
  expect(document?.lines[0]?.charges).toEqual([
    { type: 'freight', rate: '1', rateBasis: 'FR', amount: '90.00' },
    { type: 'fuel', amount: '10.00' },
  ])
})

test('a bill whose lines name no amounts is taken at its word', () => {
  const { document } = read(PLAIN.replace('*9000', '').replace('L1****1000****FUE', 'L1**5*PA'))
  expect(document?.amount).toBe('100.00')
})

test('what is said of a single stop or of a part is not said of the bill', () => {
  const { document } = read(PLAIN.replace('~LX*1', '~S5*1*CL~N9*ZZ*OTHER~N1*SF*Somewhere~LX*1'))
  expect(document).not.toHaveProperty('references')
  expect(document).not.toHaveProperty('parties')
})

test('an extra charge needs its code, and no code is written for another', () => {
  const invoice = read(PLAIN).document!
  const write = (charge: FreightCharge) =>
    freightInvoice.writeX12({ ...invoice, lines: [{ line: '1', charges: [charge] }] })
  expect(() => write({ type: 'accessorial', amount: '100.00' })).toThrow('without its code')
  expect(() => write({ type: 'fuel', code: 'DSC', amount: '100.00' })).toThrow('under the code')
})
