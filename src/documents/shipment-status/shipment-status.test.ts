import { join } from 'node:path'
import fc, { type Arbitrary } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { aDate, aKey, aReference, asking, aText, list, some } from '../testing/arbitraries.ts'
import { aFreight, aRoadParty } from '../testing/road-arbitraries.ts'
import { testRoundTrips } from '../testing/round-trip.ts'
import { segmentsOf, setFrom } from '../testing/set-from.ts'
import { shipmentStatus } from './index.ts'
import type { Milestone, ShipmentStatus, ShipmentStatusLine } from './schema.ts'

const aMeaning = fc.constantFrom<Pick<Milestone, 'milestone' | 'code'>[]>(
  { milestone: 'departed_pickup' },
  { milestone: 'arrived_at_delivery' },
  { milestone: 'delivered' },
  { milestone: 'delayed' },
  { milestone: 'other', code: 'OA' },
  { milestone: 'pickup_appointment' },
  { milestone: 'delivery_appointment' },
)
const aMilestone: Arbitrary<Milestone> = fc
  .tuple(
    aMeaning,
    asking(
      some<Omit<Milestone, 'milestone' | 'code'>>(
        {
          reason: fc.constantFrom('NS', 'AI'),
          date: aDate,
          time: fc.constantFrom('08:30', '14:30:05'),
          zone: fc.constantFrom('LT', 'CT'),
          where: some<NonNullable<Milestone['where']>>(
            {
              city: aText(20).map((city) => `${city} City`),
              region: fc.constant('IL'),
              country: fc.constant('US'),
              postalCode: fc.constant('62701'),
            },
            ['city', 'region'],
          ),
          scac: fc.constant('FAST'),
          trailer: aKey(10),
        },
        ['reason', 'date', 'scac', 'trailer'],
      ),
      'zone',
      'time',
    ),
  )
  .map(([meaning, rest]) => ({ ...meaning, ...rest }))
const aLine: Arbitrary<ShipmentStatusLine> = some<ShipmentStatusLine>(
  {
    line: fc.integer({ min: 1, max: 9999 }).map(String),
    milestones: list(aMilestone),
    references: list(aReference),
    exceptions: list(fc.record({ code: fc.constant('S'), packaging: fc.constant('CTN'), quantity: fc.constant('3') })),
    freight: aFreight,
  },
  ['line', 'milestones'],
)
const aStatus: Arbitrary<ShipmentStatus> = some<ShipmentStatus>(
  {
    pro: aKey(30),
    shipment: aKey(30),
    scac: fc.constant('FAST'),
    references: list(aReference),
    shipper: aRoadParty,
    shipFrom: aRoadParty,
    shipTo: aRoadParty,
    consignee: aRoadParty,
    billTo: aRoadParty,
    parties: list(
      aRoadParty.map((party) => ({ ...party, role: 'Z7' })),
      2,
    ),
    lines: fc.array(aLine, { minLength: 1, maxLength: 3 }),
  },
  ['pro', 'shipment', 'scac', 'lines'],
)

testRoundTrips(shipmentStatus, join(import.meta.dirname, 'fixtures'), aStatus)

const PLAIN = 'B10*PRO-1*LOAD-1*FAST~LX*1~AT7*D1*NS***20260111*1304*LT~MS1*DAYTON*OH~MS2*FAST*9'
const read = (text: string, syntax = {}) => shipmentStatus.readX12(setFrom('214', 'QM', segmentsOf(text)), syntax)

describe('a 214 that is wrong is refused', () => {
  test.each([
    ['no carrier', '*LOAD-1*FAST', '*LOAD-1', '/2/B10/3', 'MISSING'],
    ['no number of the shipment', 'B10*PRO-1*LOAD-1*', 'B10***', '/2/B10', 'MISSING'],
    ['nothing happened', '~AT7*D1*NS***20260111*1304*LT~MS1*DAYTON*OH~MS2*FAST*9', '', '/3/LX', 'MISSING'],
    ['neither a status nor an appointment', 'AT7*D1*NS', 'AT7**', '/4/AT7/3', 'MISSING'],
    ['no day', '*20260111*', '**', '/4/AT7/5', 'MISSING'],
    ['an hour that is none', '*1304*', '*2504*', '/4/AT7/6', 'TIME_INVALID'],
  ])('%s', (_, from, to, pointer, code) => {
    const { faults } = read(PLAIN.replace(from, to))
    expect(faults?.map((fault) => [fault.pointer, fault.code])).toEqual([[pointer, `XD_DOCUMENTS_${code}`]])
  })
})

test('the milestones of the trade have words, the rest keeps its code', () => {
  const meaningOf = (code: string, syntax = {}) =>
    read(PLAIN.replace('AT7*D1', `AT7*${code}`), syntax).document?.lines[0]?.milestones[0]
  expect(['AF', 'X3', 'X1', 'D1', 'SD'].map((code) => meaningOf(code)?.milestone)).toEqual([
    'departed_pickup',
    'arrived_at_pickup',
    'arrived_at_delivery',
    'delivered',
    'delayed',
  ])
  expect(meaningOf('OA')).toMatchObject({ milestone: 'other', code: 'OA' })
  expect(meaningOf('OA', { milestones: { OA: 'out_for_delivery' } })).toMatchObject({ milestone: 'out_for_delivery' })
})

test('a milestone no code says is refused, not written as another', () => {
  const status = read(PLAIN).document!
  const lines = [{ line: '1', milestones: [{ milestone: 'lost' as const, date: '2026-01-11' }] }]
  expect(() => shipmentStatus.writeX12({ ...status, lines })).toThrow('the milestone lost')
  const syntax = { milestones: { LS: 'lost' as const } }
  expect(shipmentStatus.writeX12({ ...status, lines }, syntax).find(([tag]) => tag === 'AT7')?.[1]).toBe('LS')
})

test('what is told of a single package is not told of the shipment', () => {
  const { document } = read(`${PLAIN}~CD3*L*5~L11*1Z9*2I~AT7*AF*NS***20260109*1000*LT`)
  expect(document?.lines[0]?.milestones.map(({ milestone }) => milestone)).toEqual(['delivered'])
})

test('milestones come as the carrier sends them, also backwards and twice', () => {
  const { document } = read(`${PLAIN}~AT7*AF*NS***20260109*1000*LT~AT7*AF*NS***20260109*1000*LT`)
  expect(document?.lines[0]?.milestones.map(({ milestone, date }) => [milestone, date])).toEqual([
    ['delivered', '2026-01-11'],
    ['departed_pickup', '2026-01-09'],
    ['departed_pickup', '2026-01-09'],
  ])
})
