import { join } from 'node:path'
import fc, { type Arbitrary } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decimalText, rounded } from '../../base/decimal.ts'
import { aDate, aKey, anAmount, aText, list, some } from '../testing/arbitraries.ts'
import { aMessageDated, aMessageParty, aMessageReference, aMessageRoleParty } from '../testing/edifact-arbitraries.ts'
import { type MessageChange, messageReader } from '../testing/message-from.ts'
import { testMessageRoundTrips } from '../testing/message-round-trip.ts'
import { remittanceSum } from './checks.ts'
import { remittanceAdvice } from './index.ts'
import type { Adjustment, BankAccount, RemittanceAdvice, RemittanceLine } from './schema.ts'

const signedAmount = fc.oneof(anAmount, fc.constantFrom('-12.50', '-0.01'))
const anAccount: Arbitrary<BankAccount> = some<Omit<BankAccount, 'accountQualifier'>>(
  {
    bankQualifier: fc.constantFrom('02', '01'),
    bank: fc.constantFrom('111000025', 'COBADEXX'),
    account: aKey(17),
  },
  ['bankQualifier', 'bank'],
)
const anAdjustment: Arbitrary<Adjustment> = fc.oneof(
  fc.record({ amount: signedAmount, reason: fc.constantFrom('01', '06'), notes: list(aText(), 2) }),
  fc.record({
    amount: signedAmount,
    reason: fc.constantFrom('19', 'ZZ'),
    qualifier: fc.constantFrom('CM', 'IV'),
    reference: aKey(35),
  }),
)
const aLine: Arbitrary<RemittanceLine> = some<
  Omit<RemittanceLine, 'action' | 'reason' | 'reasonAmount' | 'notes' | 'billed'>
>(
  {
    qualifier: fc.constantFrom('IV', 'CM', 'PO'),
    reference: aKey(35),
    paid: signedAmount,
    discount: anAmount,
    references: list(aMessageReference, 2),
    dates: list(aMessageDated, 2),
    adjustments: list(anAdjustment, 2),
  },
  ['qualifier', 'reference', 'paid'],
)
const bare = <P extends { references?: unknown }>({ references: _, ...party }: P) => party
const anAdvice: Arbitrary<RemittanceAdvice> = some<
  Omit<RemittanceAdvice, 'originator' | 'trace' | 'format' | 'company' | 'purpose' | 'adjustments'>
>(
  {
    number: aKey(35),
    handling: fc.constant('I'),
    amount: fc.constant('0'),
    direction: fc.constant('credit' as const),
    method: fc.constantFrom('ACH', 'CHK', 'FWT', 'NON', 'ZZZ'),
    date: aDate,
    currency: fc.constantFrom('USD', 'EUR'),
    from: anAccount,
    to: anAccount,
    payer: aMessageParty.map(bare),
    payee: aMessageParty.map(bare),
    parties: list(aMessageRoleParty.map(bare), 2),
    references: list(aMessageReference),
    dates: fc.tuple(aDate, aMessageDated).map(([date, other]) => [{ qualifier: '097', date }, other]),
    notes: list(aText(70), 2),
    lines: fc.array(aLine, { minLength: 1, maxLength: 4 }),
  },
  ['number', 'handling', 'amount', 'direction', 'method', 'date', 'currency', 'lines'],
).map((advice) => ({ ...advice, amount: decimalText(rounded(remittanceSum(advice), 2)) }))

testMessageRoundTrips(remittanceAdvice, join(import.meta.dirname, 'fixtures'), anAdvice)

const PLAIN = `BGM+481+Z-1+9'
  DTM+138:20260212:102'
  CUX+2:EUR:11'
  DOC+380+R-1'
  MOA+12:60'
  DOC+380+R-2'
  MOA+9:40.00'
  UNS+S'
  MOA+12:100'`

const { readWith, faultsWith } = messageReader(remittanceAdvice, PLAIN)

describe('a REMADV that is wrong is refused with the place', () => {
  test.each<[string, MessageChange, unknown[]]>([
    ['no number', ['481+Z-1', '481+'], ['/2/BGM/2/1', 'MISSING']],
    ['an amount in letters', ['12:60', '12:6O'], ['/6/MOA/1/2', 'NUMBER_MALFORMED']],
    ['an invoice without a number', ['380+R-1', '380+'], ['/5/DOC/2/1', 'MISSING']],
    ['an invoice of which nothing is paid', ["MOA+9:40.00'", ''], ['/7/DOC', 'MISSING']],
    ['no total', ["UNS+S'\n  MOA+12:100'", "UNS+S'"], ['/10/MOA', 'MISSING']],
    ['lines that add up to something else', ['12:60', '12:61'], ['/10/MOA', 'TOTAL_DIFFERS']],
    ['parts of a cent', ['12:60', '12:60.005'], ['/5/DOC', 'NUMBER_SCALE']],
    ['a day that does not exist', ['20260212', '20260230'], ['/3/DTM/1/2', 'DATE_INVALID']],
  ])('%s', (_, change, fault) => {
    expect(faultsWith(change)?.[0]).toEqual(fault)
  })
})

describe('the sums say', () => {
  test('that a credit counts below zero, with and without a minus', () => {
    const credited = readWith([
      ['DOC+380+R-2', 'DOC+381+R-2'],
      ['12:100', '12:20'],
    ])
    expect(credited.document?.lines.map(({ paid }) => paid)).toEqual(['60', '-40.00'])
  })

  test('that a deduction does so too', () => {
    const { document, warnings } = readWith([['MOA+12:60', "MOA+12:60'MOA+77:75'MOA+52:5'AJT+3'MOA+165:10"]])
    expect(document?.lines[0]).toMatchObject({ billed: '75', discount: '5', adjustments: [{ amount: '-10' }] })
    expect(warnings).toEqual([])
  })

  test('that what is due is what was billed where another amount is paid', () => {
    expect(readWith([['MOA+12:60', "MOA+9:60'MOA+12:60"]]).document?.lines[0]).toMatchObject({
      paid: '60',
      billed: '60',
    })
  })
})

describe('what REMADV has no place for', () => {
  const advice: RemittanceAdvice = {
    number: 'Z-9',
    handling: 'C',
    amount: '75.00',
    direction: 'credit',
    method: 'ACH',
    date: '2026-02-12',
    currency: 'USD',
    lines: [{ qualifier: 'IV', reference: 'R-1', paid: '100.00', reason: '06', reasonAmount: '-5.00' }],
    adjustments: [{ amount: '-25.00', reason: '01', qualifier: 'CM', reference: 'FEE-3' }],
  }
  const { write } = remittanceAdvice.edifact!
  const rows = (of: RemittanceAdvice) => write(of).filter(([tag]) => tag === 'DOC' || tag === 'AJT' || tag === 'MOA')

  test('an adjustment of no document becomes a document, the reason of a line an adjustment', () => {
    expect(rows(advice)).toEqual([
      ['DOC', '381', 'FEE-3'],
      ['MOA', ['12', '-25.00']],
      ['AJT', '5'],
      ['MOA', ['165', '-25.00']],
      ['DOC', '380', 'R-1'],
      ['MOA', ['12', '100.00']],
      ['AJT', '4'],
      ['MOA', ['165', '-5.00']],
      ['MOA', ['12', '75.00']],
    ])
  })

  test('a payment on no day is refused', () => {
    const { date: _, ...dateless } = advice
    expect(() => write(dateless)).toThrow(/day/)
  })
})
