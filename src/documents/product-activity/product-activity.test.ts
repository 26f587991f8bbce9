import { join } from 'node:path'
import fc, { type Arbitrary } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { add, decimal, decimalText } from '../../base/decimal.ts'
import {
  aContact,
  aDate,
  aFigure,
  aKey,
  anItemId,
  aPack,
  aReference,
  aRoleWarehouseParty,
  aUnit,
  aWarehouseParty,
  list,
  some,
  together,
} from '../testing/arbitraries.ts'
import { testRoundTrips } from '../testing/round-trip.ts'
import { segmentsOf, setFrom } from '../testing/set-from.ts'
import { productActivity } from './index.ts'
import type { Activity, OrderRange, ProductActivity, ProductActivityLine } from './schema.ts'

const aQuantity = fc.oneof(aFigure(2, 999), fc.constantFrom('0', '-2'))
const aShare = some<NonNullable<Activity['locations']>[number]>(
  { location: aKey(), locationQualifier: fc.constant('UL'), quantity: aQuantity },
  ['location', 'quantity'],
)
/** A quantity, a split, or both when they agree. */
const anActivity: Arbitrary<Activity> = fc
  .tuple(
    together(
      some<Omit<Activity, 'code'>>(
        {
          activity: fc.constantFrom('sold', 'available', 'onOrder', 'returned', 'adjusted'),
          quantity: aQuantity,
          uom: aUnit,
          dateQualifier: fc.constant('194'),
          date: aDate,
          referenceQualifier: fc.constant('PO'),
          reference: aKey(),
          locations: fc.array(aShare, { minLength: 1, maxLength: 25 }),
        },
        ['activity', 'uom'],
      ),
      ['dateQualifier', 'date'],
      ['referenceQualifier', 'reference'],
    ),
    aQuantity,
  )
  .map(([activity, otherwise]) => {
    if (activity.locations === undefined) return { ...activity, quantity: activity.quantity ?? otherwise }
    if (activity.quantity === undefined) return activity
    let sum = decimal('0')
    for (const { quantity } of activity.locations) sum = add(sum, decimal(quantity))
    return { ...activity, quantity: decimalText(sum) }
  })
const aLine: Arbitrary<ProductActivityLine> = some<ProductActivityLine>(
  {
    line: aKey(6),
    sku: aKey(),
    ids: list(anItemId),
    prices: list(fc.record({ type: fc.constant('RES'), amount: aFigure(2, 99), uom: aUnit }), 2),
    pack: aPack,
    references: list(aReference),
    activities: list(anActivity),
  },
  ['line', 'sku', 'activities'],
)
const aRange: Arbitrary<OrderRange> = some<OrderRange>(
  { first: aKey(), last: aKey(), locationQualifier: fc.constant('92'), location: aKey() },
  ['first', 'locationQualifier', 'location'],
)
const aReport: Arbitrary<ProductActivity> = some<ProductActivity>(
  {
    handling: fc.constantFrom('H', 'G'),
    from: fc.constant('2026-01-01'),
    until: fc.constantFrom('2026-01-01', '2026-01-07'),
    orderNumbers: list(aRange),
    location: aWarehouseParty,
    buyer: aWarehouseParty,
    shipTo: aWarehouseParty,
    billTo: aWarehouseParty,
    supplier: aWarehouseParty,
    parties: list(aRoleWarehouseParty),
    contacts: list(aContact, 2),
    references: list(aReference),
    lines: fc.uniqueArray(aLine, { minLength: 1, maxLength: 3, selector: ({ line }) => line }),
  },
  ['handling', 'from', 'lines'],
)

testRoundTrips(productActivity, join(import.meta.dirname, 'fixtures'), aReport)

const PLAIN = 'XQ*H*20260101*20260107~LIN*1*VN*A~ZA*QS*10*EA~CTT*1'
const read = (text: string) => productActivity.readX12(setFrom('852', 'PD', segmentsOf(text)))

describe('an 852 that is wrong is refused', () => {
  test.each([
    ['no handling', 'XQ*H', 'XQ*', '/2/XQ/1', 'MISSING', '1'],
    ['a day that does not exist', '20260101', '20260132', '/2/XQ/2', 'DATE_INVALID', '8'],
    ['a period that ends before it begins', '*20260107', '*20251231', '/2/XQ', 'DATES_CROSS', undefined],
    ['a line without an activity', 'ZA*QS*10*EA~', '', '/3/LIN', 'MISSING', '1'],
    ['an activity without a quantity', 'ZA*QS*10*EA', 'ZA*QS**EA', '/3/LIN', 'MISSING', '1'],
    ['an activity without a unit', 'ZA*QS*10*EA', 'ZA*QS*10', '/3/LIN', 'MISSING', '1'],
    ['stores that do not add up', '~CTT', '~SDQ*EA*92*0012*4*0014*5~CTT', '/3/LIN', 'SPLIT_DIFFERS', undefined],
    ['stores in another unit', '~CTT', '~SDQ*CA*92*0012*10~CTT', '/5/SDQ/1', 'CODE_UNKNOWN', '7'],
    ['a count that differs', 'CTT*1', 'CTT*2', '/5/CTT/1', 'COUNT_DIFFERS', '7'],
  ])('%s', (_, from, to, pointer, code, ak4) => {
    const { faults } = read(PLAIN.replace(from, to))
    expect(faults?.map((fault) => [fault.pointer, fault.code, fault.ack?.ak4])).toEqual([
      [pointer, `XD_DOCUMENTS_${code}`, ak4],
    ])
  })
})

test('locations between the items are the same as a split of each item', () => {
  const { document } = read(
    'XQ*H*20260101~N1*RL**92*12~LIN**VN*A~ZA*QA*10*EA~ZA*QP*6*EA~N1*RL**UL*14~LIN**VN*A~ZA*QA*4*EA~CTT*2',
  )
  expect(document?.location).toBeUndefined()
  expect(document?.lines.map(({ activities }) => activities.map(({ locations }) => locations))).toEqual([
    [[{ location: '12', quantity: '10' }], [{ location: '12', quantity: '6' }]],
    [[{ location: '14', locationQualifier: 'UL', quantity: '4' }]],
  ])
})
