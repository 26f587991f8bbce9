import { join } from 'node:path'
import fc, { type Arbitrary } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { aDate, aKey, aReference, aText, list, some } from '../testing/arbitraries.ts'
import { testRoundTrips } from '../testing/round-trip.ts'
import { segmentsOf, setFrom } from '../testing/set-from.ts'
import { tenderResponse } from './index.ts'
import type { TenderResponse } from './schema.ts'

const aResponse: Arbitrary<TenderResponse> = some<TenderResponse>(
  {
    shipment: aKey(30),
    scac: fc.constantFrom('FAST', 'UPSN'),
    date: aDate,
    response: fc.constantFrom('accepted', 'declined'),
    reference: aReference,
    trailer: fc.oneof(
      fc.record({ number: aKey(10) }),
      fc.record({ initial: fc.constant('ABCD'), number: fc.constant('123456') }),
    ),
    notes: list(aText(), 5),
  },
  ['shipment', 'response'],
)

testRoundTrips(tenderResponse, join(import.meta.dirname, 'fixtures'), aResponse)

const PLAIN = 'B1*FAST*LOAD-77*20260109*A'
const read = (text: string) => tenderResponse.readX12(setFrom('990', 'GF', segmentsOf(text)))

describe('a 990 that is wrong is refused', () => {
  test.each([
    ['no number of the load', '*LOAD-77*', '**', '/2/B1/2', 'MISSING'],
    ['no answer', '*A', '*', '/2/B1/4', 'MISSING'],
    ['an answer that is neither yes nor no', '*20260109*A', '*20260109*X', '/2/B1/4', 'CODE_UNKNOWN'],
    ['a day that is none', '20260109', '20261309', '/2/B1/3', 'DATE_INVALID'],
  ])('%s', (_, from, to, pointer, code) => {
    const { faults } = read(PLAIN.replace(from, to))
    expect(faults?.map((fault) => [fault.pointer, fault.code])).toEqual([[pointer, `XD_DOCUMENTS_${code}`]])
  })
})

test('what is said about a single stop is not taken for the answer', () => {
  const { document } = read(`${PLAIN}~K1*All day~S5*1*CL~N9*ZZ*STOP-1~K1*Not before noon`)
  expect(document).toEqual({
    shipment: 'LOAD-77',
    scac: 'FAST',
    date: '2026-01-09',
    response: 'accepted',
    notes: ['All day'],
  })
})
