import { join } from 'node:path'
import fc, { type Arbitrary } from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  aContact,
  aDate,
  aDated,
  aKey,
  aParty,
  aReference,
  aRoleParty,
  asking,
  aText,
  list,
  some,
} from '../testing/arbitraries.ts'
import { testRoundTrips } from '../testing/round-trip.ts'
import { segmentsOf, setFrom } from '../testing/set-from.ts'
import { applicationAdvice } from './index.ts'
import type { AdviceEntry, AdviceProblem, ApplicationAdvice } from './schema.ts'

const aProblem: Arbitrary<AdviceProblem> = some<AdviceProblem>(
  {
    code: fc.constantFrom('024', '848', 'PO'),
    text: aText(),
    segment: fc.constantFrom('IT1', 'PO1'),
    segmentPosition: fc.constantFrom('3', '12'),
    elementPosition: fc.constantFrom('4', '10'),
    element: fc.constantFrom('212', '67'),
    value: aText(),
    replacedBy: aText(),
    notes: list(aText()),
  },
  ['code', 'text'],
)
const anEntry: Arbitrary<AdviceEntry> = asking(
  some<AdviceEntry>(
    {
      about: fc.constantFrom('transaction', 'item', 'batch', 'group'),
      verdict: fc.constantFrom('accepted', 'acceptedWithChanges', 'acceptedWithErrors', 'rejected'),
      qualifier: fc.constantFrom('PO', 'IV', 'SI'),
      number: aKey(),
      sender: aKey(15),
      receiver: aKey(15),
      date: aDate,
      time: fc.constantFrom('10:10', '14:30:05'),
      group: fc.constantFrom('55', '123456789'),
      control: fc.constantFrom('0001', '9999'),
      set: fc.constantFrom('810', '856'),
      references: list(aReference),
      dates: list(aDated, 2),
      contacts: list(aContact, 2),
      problems: list(aProblem),
    },
    ['about', 'verdict', 'qualifier', 'number', 'problems'],
  ),
  'control',
  'group',
)
const anAdvice: Arbitrary<ApplicationAdvice> = some<ApplicationAdvice>(
  {
    purpose: fc.constantFrom('replace', 'confirm'),
    number: aKey(),
    date: aDate,
    time: fc.constant('08:30'),
    reference: aKey(),
    buyer: aParty,
    shipTo: aParty,
    billTo: aParty,
    supplier: aParty,
    parties: list(aRoleParty),
    entries: list(anEntry),
  },
  ['number', 'date', 'entries'],
)

testRoundTrips(applicationAdvice, join(import.meta.dirname, 'fixtures'), anAdvice)

const PLAIN = 'BGN*00*ADV-1*20260110~OTI*TR*IV*INV-1~TED*848*Wrong price~NTE**Send another'
const read = (text: string) => applicationAdvice.readX12(setFrom('824', 'AG', segmentsOf(text)))

describe('an 824 that is wrong is refused', () => {
  test.each([
    ['no number', '*ADV-1*', '**', '/2/BGN/2', 'MISSING', '1'],
    ['a verdict nobody knows', 'OTI*TR', 'OTI*XX', '/3/OTI/1', 'CODE_UNKNOWN', '7'],
    ['no number of the document', '*IV*INV-1', '*IV*', '/3/OTI/3', 'MISSING', '1'],
    ['a problem without its code', 'TED*848', 'TED*', '/4/TED/1', 'MISSING', '1'],
    ['no answer in it', 'OTI*TR*IV*INV-1~TED*848*Wrong price~NTE**Send another', '', '/2/BGN', 'MISSING', '1'],
  ])('%s', (_, from, to, pointer, code, ak4) => {
    const { faults } = read(PLAIN.replace(from, to))
    expect(faults?.map((fault) => [fault.pointer, fault.code, fault.ack?.ak4])).toContainEqual([
      pointer,
      `XD_DOCUMENTS_${code}`,
      ak4,
    ])
  })
})

test('a rejection without a reason is taken, and says so', () => {
  const { document, warnings } = read('BGN*00*ADV-1*20260110~OTI*TR*IV*INV-1')
  expect(document?.entries).toEqual([{ about: 'transaction', verdict: 'rejected', qualifier: 'IV', number: 'INV-1' }])
  expect(warnings?.map(({ code }) => code)).toEqual(['XD_DOCUMENTS_MISSING'])
})
