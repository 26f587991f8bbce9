import { join } from 'node:path'
import fc, { type Arbitrary } from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Party } from '../shapes.ts'
import {
  aContact,
  aDate,
  aDated,
  aFigure,
  aKey,
  anItemId,
  aParty,
  aReference,
  aRoleParty,
  aText,
  aTime,
  list,
  some,
} from '../testing/arbitraries.ts'
import { testRoundTrips } from '../testing/round-trip.ts'
import { segmentsOf, setFrom } from '../testing/set-from.ts'
import { returnAuthorization } from './index.ts'
import type { ReturnAuthorization, ReturnLine } from './schema.ts'

const withoutReferences = <P extends Party>({ references: _, ...party }: P): Omit<P, 'references'> => party
const aReachedParty = aParty.map(withoutReferences)
const aReachedRoleParty = aRoleParty.map(withoutReferences)

const answer = {
  disposition: fc.constantFrom('CR', 'RP'),
  reason: fc.constantFrom('DR', 'WG'),
  remark: aText(),
}
const order = { purchaseOrder: aKey(), release: aKey(), purchaseOrderDate: aDate }
/** Without an order there is nothing its release and day could belong to; without a reason nobody gave one. */
const whole = <T extends Pick<ReturnLine, keyof typeof answer | keyof typeof order | 'reasonOf'>>(
  all: T,
  isResponse: boolean,
): T => {
  const { release, purchaseOrderDate, ...rest } = all
  const of = all.reason !== undefined && isResponse ? { reasonOf: 'response' } : {}
  return (all.purchaseOrder === undefined ? { ...rest, ...of } : { ...all, ...of }) as T
}
const aLine: Arbitrary<ReturnLine> = fc
  .tuple(
    some<Omit<ReturnLine, 'reasonOf'>>(
      {
        quantity: aFigure(),
        uom: fc.constantFrom('EA', 'CA'),
        price: fc.oneof(
          fc.record({ amount: aFigure(2, 99) }),
          fc.record({ type: fc.constant('CON'), amount: aFigure(2, 99), uom: fc.constant('EA') }),
        ),
        sku: aKey(),
        ids: list(anItemId),
        description: aText(),
        features: list(fc.record({ code: fc.constant('73'), text: aText() })),
        lot: aKey(),
        serials: fc.uniqueArray(aKey(), { minLength: 1, maxLength: 3 }),
        ...answer,
        ...order,
        references: list(aReference),
        dates: list(aDated, 2),
        parties: list(aReachedRoleParty, 2),
        notes: list(aText(), 2),
      },
      ['quantity', 'uom', 'sku'],
    ),
    fc.boolean(),
  )
  .map(([line, isResponse]) => whole(line, isResponse))
const anAuthorization: Arbitrary<ReturnAuthorization> = fc
  .tuple(
    some<Omit<ReturnAuthorization, 'reasonOf'>>(
      {
        number: aKey(),
        purpose: fc.constantFrom('replace', 'confirm'),
        date: aDate,
        time: aTime,
        type: fc.constant('RA'),
        action: fc.constant('2'),
        original: aKey(),
        rma: aKey(),
        ...answer,
        ...order,
        buyer: aReachedParty,
        shipTo: aReachedParty,
        billTo: aReachedParty,
        supplier: aReachedParty,
        parties: list(aReachedRoleParty, 2),
        contacts: list(aContact, 2),
        references: list(aReference),
        dates: list(aDated, 3),
        notes: list(aText()),
        lines: fc.array(aLine, { minLength: 1, maxLength: 3 }),
      },
      ['number', 'date', 'lines'],
    ),
    fc.boolean(),
  )
  .map(([authorization, isResponse]) => whole(authorization, isResponse))

testRoundTrips(returnAuthorization, join(import.meta.dirname, 'fixtures'), anAuthorization)

const PLAIN = 'BGN*00*RET-1*20260109~BLI*VN*A*3*EA~RDR*CR*DR'
const read = (text: string) => returnAuthorization.readX12(setFrom('180', 'AN', segmentsOf(text)))

describe('a 180 that is wrong is refused', () => {
  test.each([
    ['a purpose nobody knows', 'BGN*00', 'BGN*XX', '/2/BGN/1', 'CODE_UNKNOWN', '7'],
    ['no number', '*RET-1*', '**', '/2/BGN/2', 'MISSING', '1'],
    ['a day that does not exist', '20260109', '20260230', '/2/BGN/3', 'DATE_INVALID', '8'],
    ['nothing of an item', '*3*EA', '*0*EA', '/3/BLI/3', 'NUMBER_OUT_OF_RANGE', '7'],
    ['a unit nobody knows', '*3*EA', '*3*QQ', '/3/BLI/4', 'UNIT_UNKNOWN', '7'],
    ['a quantity without a unit', '*3*EA', '*3', '/3/BLI', 'MISSING', '1'],
  ])('%s', (_, from, to, pointer, code, ak4) => {
    const { faults } = read(PLAIN.replace(from, to))
    expect(faults?.[0]).toMatchObject({ pointer, code: `XD_DOCUMENTS_${code}`, ack: { ak4 } })
  })

  test('one without lines, unless it takes back what was asked', () => {
    expect(read('BGN*00*RET-1*20260109').faults?.map(({ code }) => code)).toEqual(['XD_DOCUMENTS_LINES_NONE'])
    expect(read('BGN*01*RET-1*20260109').document).toMatchObject({ purpose: 'cancel', lines: [] })
  })
})

test('a reason is that of who asks or that of who answers', () => {
  expect(read(PLAIN).document?.lines[0]).toMatchObject({ disposition: 'CR', reason: 'DR' })
  const answered = read(PLAIN.replace('RDR*CR*DR', 'RDR*CR**AA')).document
  expect(answered?.lines[0]).toMatchObject({ reason: 'AA', reasonOf: 'response' })
})
