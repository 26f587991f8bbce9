import { join } from 'node:path'
import fc, { type Arbitrary } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { aDate, aFigure, aKey, aText, list, some } from '../testing/arbitraries.ts'
import { aMessageParty, aMessageReference, aMessageRoleParty } from '../testing/edifact-arbitraries.ts'
import { type MessageChange, messageReader } from '../testing/message-from.ts'
import { testMessageRoundTrips } from '../testing/message-round-trip.ts'
import { shipmentStatus } from './index.ts'
import type { Milestone, ShipmentStatus, ShipmentStatusLine } from './schema.ts'

const aMeaning = fc.constantFrom<Pick<Milestone, 'milestone' | 'code'>[]>(
  { milestone: 'acknowledged' },
  { milestone: 'arrived_at_pickup' },
  { milestone: 'departed_pickup' },
  { milestone: 'arrived_at_terminal' },
  { milestone: 'departed_delivery' },
  { milestone: 'delivered' },
  { milestone: 'lost' },
  { milestone: 'other', code: '48' },
)
const aMilestone: Arbitrary<Milestone> = fc
  .tuple(
    aMeaning,
    some<Omit<Milestone, 'milestone' | 'code' | 'zone'>>(
      {
        reason: fc.constantFrom('NS', 'AI'),
        date: aDate,
        time: fc.constantFrom('08:30', '14:30:05'),
        where: some<Omit<NonNullable<Milestone['where']>, 'postalCode'>>(
          { city: aText(70), region: fc.constant('IL'), country: fc.constant('US') },
          ['city'],
        ),
        scac: fc.constantFrom('FAST', '4012345000009'),
        trailer: aKey(17).filter((key) => !/^[A-Z]{4}\d+$/.test(key)),
      },
      ['date'],
    ),
  )
  .map(([meaning, rest]) => ({ ...meaning, ...rest }))
const aLine: Arbitrary<ShipmentStatusLine> = some<Omit<ShipmentStatusLine, 'exceptions'>>(
  {
    line: fc.integer({ min: 1, max: 9999 }).map(String),
    milestones: list(aMilestone),
    references: list(aMessageReference),
    freight: some<NonNullable<ShipmentStatusLine['freight']>>(
      {
        weight: aFigure(2, 9999),
        weightUom: fc.constantFrom('LB', 'KG'),
        pallets: aFigure(0, 9),
        pieces: aFigure(0, 999),
        volume: aFigure(1, 999),
        volumeUom: fc.constant('CF'),
      },
      ['weight', 'weightUom', 'volume', 'volumeUom'],
    ).map(({ pallets: _, ...freight }) => freight),
  },
  ['line', 'milestones'],
)
const bare = <P extends { references?: unknown }>({ references: _, ...party }: P) => party
const aParty = aMessageParty.map(bare)
const aStatus: Arbitrary<ShipmentStatus> = some<ShipmentStatus>(
  {
    pro: aKey(30),
    shipment: aKey(30),
    scac: fc.constantFrom('FAST', 'SPEDITION-9'),
    references: list(aMessageReference),
    shipper: aParty,
    shipFrom: aParty,
    shipTo: aParty,
    consignee: aParty,
    billTo: aParty,
    parties: list(aMessageRoleParty.map(bare), 2),
    lines: fc.array(aLine, { minLength: 1, maxLength: 3 }),
  },
  ['pro', 'scac', 'lines'],
)

testMessageRoundTrips(shipmentStatus, join(import.meta.dirname, 'fixtures'), aStatus)

const PLAIN = `BGM+77+1+9'
  NAD+CA+SPED::182'
  RFF+SRN:S-1'
  CNI+1+P-555'
  STS+1+1'
  DTM+334:202601131500:203'
  LOC+7+DEHAM'`

const { readWith, faultsWith } = messageReader(shipmentStatus, PLAIN)
const milestonesOf = (changes: MessageChange[], syntax = {}) =>
  readWith(changes, {}, syntax).document?.lines.flatMap(({ milestones }) => milestones)

describe('an IFTSTA that is wrong is refused with the place', () => {
  test.each<[string, MessageChange, unknown[]]>([
    ['no carrier', ["NAD+CA+SPED::182'", ''], ['/2/BGM', 'MISSING']],
    ['no status', ['STS+1+1', 'STS+1'], ['/6/STS/2/1', 'MISSING']],
    ['a status on no day', ["DTM+334:202601131500:203'", ''], ['/6/STS', 'MISSING']],
    ['a day that does not exist', ['20260113', '20260230'], ['/7/DTM/1/2', 'DATE_INVALID']],
    [
      'a consignment that nothing happened to',
      ["STS+1+1'\n  DTM+334:202601131500:203'\n  LOC+7+DEHAM'", ''],
      ['/5/CNI', 'MISSING'],
    ],
  ])('%s', (_, change, fault) => {
    expect(faultsWith(change)).toContainEqual(fault)
  })

  test('a shipment without a number', () => {
    expect(faultsWith(["RFF+SRN:S-1'", ''], ['CNI+1+P-555', 'CNI+1'])).toEqual([['/2/BGM', 'MISSING']])
  })
})

describe('what happened', () => {
  test('who comes and goes, the place says', () => {
    expect(milestonesOf([])).toMatchObject([{ milestone: 'arrived_at_delivery', where: { city: 'DEHAM' } }])
    expect(milestonesOf([['LOC+7', 'LOC+9']])).toMatchObject([{ milestone: 'arrived_at_pickup' }])
    expect(milestonesOf([["LOC+7+DEHAM'", '']])).toMatchObject([{ milestone: 'arrived_at_terminal' }])
    expect(milestonesOf([['STS+1+1', 'STS+1+24']])).toMatchObject([{ milestone: 'departed_delivery' }])
  })

  test('under a code that only the carrier uses, and under one that nobody knows', () => {
    const own: MessageChange = ['STS+1+1', 'STS+1+ZZ9']
    expect(milestonesOf([own])).toMatchObject([{ milestone: 'other', code: 'ZZ9' }])
    expect(milestonesOf([own], { milestones: { ZZ9: 'out_for_delivery' } })).toMatchObject([
      { milestone: 'out_for_delivery' },
    ])
  })

  test('goes out under the carrier’s own code, and is refused where there is none', () => {
    const { write } = shipmentStatus.edifact!
    const milestones: Milestone[] = [{ milestone: 'out_for_delivery', date: '2026-01-13' }]
    const status: ShipmentStatus = { pro: 'P-1', scac: 'SPED', lines: [{ line: '1', milestones }] }
    expect(() => write(status)).toThrow(/out_for_delivery/)
    expect(write(status, { milestones: { ZZ9: 'out_for_delivery' } })).toContainEqual(['STS', '1', 'ZZ9'])
  })
})

test('a consignment under another number keeps it; the shipment is the one of the head', () => {
  expect(readWith().document).toMatchObject({
    shipment: 'S-1',
    lines: [{ references: [{ qualifier: 'CN', value: 'P-555' }] }],
  })
})
