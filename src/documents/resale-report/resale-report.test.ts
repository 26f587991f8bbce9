import { join } from 'node:path'
import fc, { type Arbitrary } from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
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
  aText,
  aUnit,
  list,
  some,
} from '../testing/arbitraries.ts'
import { testRoundTrips } from '../testing/round-trip.ts'
import { segmentsOf, setFrom } from '../testing/set-from.ts'
import { resaleReport } from './index.ts'
import type { ResaleAmount, ResaleItem, ResalePrice, ResaleReport, Transfer } from './schema.ts'

const someAmount: Arbitrary<ResaleAmount> = some<ResaleAmount>(
  { type: fc.constantFrom('S', '1'), amount: anAmount, side: fc.constantFrom('credit', 'debit') },
  ['type', 'amount'],
)
const aPrice: Arbitrary<ResalePrice> = some<ResalePrice>(
  { uom: aUnit, amount: aFigure(4, 999), basis: fc.constantFrom('CT', 'CA') },
  ['uom', 'amount'],
)
const anItem: Arbitrary<ResaleItem> = some<Omit<ResaleItem, 'code'>>(
  {
    kind: fc.constantFrom('sold', 'returned', 'onHand'),
    quantity: fc.oneof(aFigure(), fc.constant('-2')),
    uom: aUnit,
    line: aKey(6),
    sku: aKey(),
    ids: list(anItemId),
    description: aText(),
    features: list(fc.record({ code: fc.constant('73'), text: aText() })),
    lot: aKey(),
    prices: list(aPrice),
    amounts: list(someAmount, 2),
    references: list(aReference),
    dates: list(aDated, 2),
  },
  ['kind', 'quantity', 'uom', 'sku'],
)
const aTransfer: Arbitrary<Transfer> = some<Transfer>(
  {
    type: fc.constantFrom('SS', 'PA'),
    referenceQualifier: fc.constant('VC'),
    reference: aKey(),
    movement: fc.constant('DC'),
    customer: aParty,
    parties: list(aRoleParty, 2),
    references: list(aReference),
    dates: list(aDated, 2),
    items: list(anItem),
  },
  ['type', 'referenceQualifier', 'reference', 'items'],
)
const aReport: Arbitrary<ResaleReport> = some<ResaleReport>(
  {
    number: aKey(),
    purpose: fc.constantFrom('replace', 'cancel'),
    date: aDate,
    type: fc.constantFrom('SS', 'PR'),
    from: fc.constant('2026-01-01'),
    until: fc.constant('2026-01-31'),
    currency: fc.constantFrom('USD', 'EUR'),
    distributor: aParty,
    maker: aParty,
    parties: list(aRoleParty, 2),
    contacts: list(aContact, 1),
    references: list(aReference),
    dates: list(aDated, 2),
    lines: list(aTransfer),
    amounts: list(someAmount, 2),
  },
  ['number', 'date', 'currency', 'lines'],
)

testRoundTrips(resaleReport, join(import.meta.dirname, 'fixtures'), aReport)

const PLAIN = 'BPT*00*R-1*20260109~PTD*SS~QTY*32*10*EA~LIN**VN*A~CTT*1'
const read = (text: string, syntax = {}) => resaleReport.readX12(setFrom('867', 'PT', segmentsOf(text)), syntax)

describe('an 867 that is wrong is refused', () => {
  test.each([
    ['no number', '*R-1*', '**', '/2/BPT/2', 'MISSING', '1'],
    ['a day that does not exist', '20260109', '20260230', '/2/BPT/3', 'DATE_INVALID', '8'],
    ['a quantity with a letter', '*10*EA', '*1O*EA', '/4/QTY/2', 'NUMBER_MALFORMED', '6'],
    ['no unit', '*10*EA', '*10', '/4/QTY/3', 'MISSING', '1'],
    ['a quantity of no item', '~LIN**VN*A', '', '/3/PTD', 'MISSING', '1'],
    ['a transfer of nothing', 'QTY*32*10*EA~LIN**VN*A~', '', '/3/PTD', 'MISSING', '1'],
    ['an amount neither credit nor debit', '~CTT', '~AMT*S*5*X~CTT', '/6/AMT/3', 'CODE_UNKNOWN', '7'],
    ['a count that differs', 'CTT*1', 'CTT*2', '/6/CTT/1', 'COUNT_DIFFERS', '7'],
  ])('%s', (_, from, to, pointer, code, ak4) => {
    const { faults } = read(PLAIN.replace(from, to))
    expect(faults?.map((fault) => [fault.pointer, fault.code, fault.ack?.ak4])).toEqual([
      [pointer, `XD_DOCUMENTS_${code}`, ak4],
    ])
  })
})

test('prices without a currency are in the partner’s; a report of quantities alone needs none', () => {
  expect(read(PLAIN).document?.currency).toBeUndefined()
  const priced = PLAIN.replace('~CTT', '~UIT*EA*2.5*CT~CTT')
  expect(read(priced, { currency: 'CAD' }).document).toMatchObject({ currency: 'CAD' })
})
