import { join } from 'node:path'
import fc, { type Arbitrary } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decimalText, rounded } from '../../base/decimal.ts'
import {
  aDate,
  aDated,
  aKey,
  anAmount,
  aParty,
  aReference,
  aRoleParty,
  aText,
  list,
  some,
} from '../testing/arbitraries.ts'
import { testRoundTrips } from '../testing/round-trip.ts'
import { segmentsOf, setFrom } from '../testing/set-from.ts'
import { remittanceSum } from './checks.ts'
import { remittanceAdvice } from './index.ts'
import type { Adjustment, BankAccount, RemittanceAdvice, RemittanceLine } from './schema.ts'

const signedAmount = fc.oneof(anAmount, fc.constantFrom('-12.50', '-0.01'))
const anAccount: Arbitrary<BankAccount> = fc.record({
  bankQualifier: fc.constant('01'),
  bank: fc.constantFrom('111000025', '222000038'),
  accountQualifier: fc.constant('DA'),
  account: aKey(),
})
const anAdjustment: Arbitrary<Adjustment> = some<Adjustment>(
  {
    amount: signedAmount,
    reason: fc.constantFrom('01', '06'),
    qualifier: fc.constantFrom('CM', 'IV'),
    reference: aKey(),
    notes: list(aText(), 2),
    references: list(aReference, 2),
  },
  ['amount', 'reason', 'qualifier', 'reference'],
)
const aLine: Arbitrary<RemittanceLine> = some<RemittanceLine>(
  {
    qualifier: fc.constantFrom('IV', 'CM'),
    reference: aKey(),
    action: fc.constantFrom('PO', 'PT'),
    paid: signedAmount,
    billed: anAmount,
    discount: anAmount,
    reason: fc.constant('06'),
    reasonAmount: signedAmount,
    notes: list(aText(), 2),
    references: list(aReference, 2),
    dates: list(aDated, 2),
    adjustments: list(anAdjustment, 2),
  },
  ['qualifier', 'reference', 'paid', 'reason', 'reasonAmount'],
)
const anAdvice: Arbitrary<RemittanceAdvice> = some<RemittanceAdvice>(
  {
    number: aKey(),
    originator: fc.constant('3999999999'),
    trace: fc.constant('3'),
    handling: fc.constantFrom('I', 'C'),
    amount: fc.constant('0'),
    direction: fc.constantFrom('credit', 'debit'),
    method: fc.constantFrom('ACH', 'CHK'),
    format: fc.constantFrom('CTX', 'PBC'),
    date: aDate,
    currency: fc.constantFrom('USD', 'EUR'),
    from: anAccount,
    to: anAccount,
    company: fc.constant('3999999998'),
    purpose: fc.constant('VEN'),
    payer: aParty,
    payee: aParty,
    parties: list(aRoleParty, 2),
    references: list(aReference),
    dates: list(aDated, 2),
    notes: list(aText(), 2),
    adjustments: list(anAdjustment, 2),
    lines: fc.array(aLine, { minLength: 1, maxLength: 4 }),
  },
  ['number', 'handling', 'amount', 'direction', 'method', 'currency', 'lines'],
).map((advice) => ({ ...advice, amount: decimalText(rounded(remittanceSum(advice), 2)) }))

testRoundTrips(remittanceAdvice, join(import.meta.dirname, 'fixtures'), anAdvice)

const PLAIN = 'BPR*I*100*C*CHK~TRN*1*77~ENT*1~RMR*IV*INV-1**60~RMR*IV*INV-2**40.00'
const read = (text: string, syntax = {}) => remittanceAdvice.readX12(setFrom('820', 'RA', segmentsOf(text)), syntax)

describe('an 820 that is wrong is refused', () => {
  test.each([
    ['no amount', '*100*', '**', '/2/BPR/2', 'MISSING', '1'],
    ['an amount in letters', '*100*', '*1OO*', '/2/BPR/2', 'NUMBER_MALFORMED', '6'],
    ['neither credit nor debit', '*C*CHK', '*X*CHK', '/2/BPR/3', 'CODE_UNKNOWN', '7'],
    ['an invoice without a number', '*INV-1*', '**', '/5/RMR/2', 'MISSING', '1'],
    ['lines that add up to something else', '**60', '**61', '/2/BPR', 'TOTAL_DIFFERS', undefined],
    ['parts of a cent', '**60', '**60.005', '/5/RMR', 'NUMBER_SCALE', '5'],
    ['no line', '~RMR*IV*INV-1**60~RMR*IV*INV-2**40.00', '', '/2/BPR', 'LINES_NONE', undefined],
  ])('%s', (_, from, to, pointer, code, ak4) => {
    const { faults } = read(PLAIN.replace(from, to))
    expect(faults?.map((fault) => [fault.pointer, fault.code, fault.ack?.ak4])).toEqual([
      [pointer, `XD_DOCUMENTS_${code}`, ak4],
    ])
  })

  test('no number of the payment', () => {
    const { faults } = read(PLAIN.replace('TRN*1*77~', ''))
    expect(faults?.[0]).toMatchObject({ tag: 'TRN', code: 'XD_DOCUMENTS_MISSING', ack: { ak3: '3' } })
  })
})

describe('what a payment covers', () => {
  test('an adjustment that belongs to no invoice counts towards the payment', () => {
    const text = PLAIN.replace('*100*', '*75*').replace('ENT*1~', 'ENT*1~ADX*-25*01~')
    expect(read(text).document).toMatchObject({ adjustments: [{ amount: '-25', reason: '01' }] })
  })

  test('a line may be short by its discount and its deductions', () => {
    const text = PLAIN.replace('**60', '**60*75*5').replace('~RMR*IV*INV-2', '~ADX*-10*06~RMR*IV*INV-2')
    expect(read(text).warnings).toEqual([])
  })

  test('a line that is short without a reason is a warning: the money has come', () => {
    const { document, warnings } = read(PLAIN.replace('**60', '**60*75*5'))
    expect(document?.lines).toHaveLength(2)
    expect(warnings?.map(({ pointer, code }) => [pointer, code])).toEqual([['/5/RMR', 'XD_DOCUMENTS_TOTAL_DIFFERS']])
  })

  test.each([
    ['an adjustment of the payment that nothing was paid less for', 'ENT*1~', 'ENT*1~ADX*-25*01~', '/2/BPR', 'fatal'],
    ['a deduction from a line that was paid in full', '**60', '**60*60**06*10', '/5/RMR', 'warning'],
    ['a discount on a line that was paid in full', '**60', '**60*60*5', '/5/RMR', 'warning'],
    ['an adjustment of a line that was paid in full', '**60', '**60*60~ADX*-10*06', '/5/RMR', 'warning'],
  ])('%s is missed by somebody', (_, from, to, pointer, severity) => {
    const { faults, warnings } = read(PLAIN.replace(from, to))
    expect([...(faults ?? []), ...(warnings ?? [])].map((f) => [f.pointer, f.code, f.severity])).toEqual([
      [pointer, 'XD_DOCUMENTS_TOTAL_DIFFERS', severity],
    ])
  })

  test('references below the goods of an invoice are not those of the payment', () => {
    const text = PLAIN.replace('**60', '**60~REF*PO*4711~IT1*1*5*EA*12~REF*LD*992')
    expect(read(text).document?.lines[0]?.references).toEqual([{ qualifier: 'PO', value: '4711' }])
  })
})
