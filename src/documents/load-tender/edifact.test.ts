import { join } from 'node:path'
import fc, { type Arbitrary } from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Freight } from '../road-x12.ts'
import { aDate, aFigure, aKey, anAmount, aText, list, some } from '../testing/arbitraries.ts'
import { aMessageParty, aMessageReference, aMessageRoleParty } from '../testing/edifact-arbitraries.ts'
import { type MessageChange, messageReader } from '../testing/message-from.ts'
import { testMessageRoundTrips } from '../testing/message-round-trip.ts'
import { loadTender } from './index.ts'
import type { Laden, LoadTender, Moment, Stop } from './schema.ts'

const aMoment = (date: Arbitrary<string>): Arbitrary<Moment> =>
  fc.oneof(fc.record({ date }), fc.record({ date, time: fc.constantFrom('08:30', '14:30:05') }))
const aFreight: Arbitrary<Freight> = some<Omit<Freight, 'pallets'>>(
  {
    weight: aFigure(2, 9999),
    weightUom: fc.constantFrom('LB', 'KG'),
    pieces: aFigure(0, 999),
    volume: aFigure(1, 999),
    volumeUom: fc.constantFrom('CF', 'CR'),
  },
  ['weight', 'weightUom', 'volume', 'volumeUom'],
)
const someGoods: Arbitrary<Laden> = some<Laden>(
  { description: aText(350), packaging: fc.constantFrom('CTN25', 'PX'), mark: aKey(35), freight: aFreight },
  ['description'],
)
const noOrder = aMessageReference.filter(({ qualifier }) => qualifier !== 'PO')
const aPlace = aMessageRoleParty.map(({ references: _, ...party }) => ({ ...party, role: 'SF' }))
const aStop = (action: Stop['action']): Arbitrary<Stop> =>
  some<Omit<Stop, 'code' | 'dates'>>(
    {
      stop: fc.constant(''),
      action: fc.constant(action),
      notBefore: aMoment(fc.constant('2026-01-10')),
      notAfter: aMoment(fc.constant('2026-01-11')),
      references: list(noOrder),
      freight: aFreight,
      notes: list(aText(70)),
      place: aPlace,
      goods: list(someGoods),
      orders: list(fc.record({ purchaseOrder: aKey() })),
    },
    ['stop', 'action'],
  )
const someStops: Arbitrary<Stop[]> = fc
  .tuple(list(aStop('pick_up')), list(aStop('drop_off')), fc.array(aStop('other'), { maxLength: 1 }))
  .map((groups) => groups.flat().map((stop, at) => ({ ...stop, stop: String(at + 1) })))
const aTender: Arbitrary<LoadTender> = some<LoadTender>(
  {
    shipment: aKey(35),
    scac: fc.constantFrom('FAST', 'SPEDITION-9'),
    payment: fc.constantFrom('PP', 'CC'),
    purpose: fc.constantFrom('cancel', 'change', 'replace'),
    type: fc.constant('LT'),
    respondBy: aMoment(aDate),
    references: list(aMessageReference),
    notes: list(aText(70)),
    billTo: aMessageParty,
    parties: list(aMessageRoleParty, 2),
    trailers: list(fc.record({ initial: fc.constant('ABCD'), number: fc.constant('123456') }), 2),
    stops: someStops,
    totals: fc.tuple(aFreight, anAmount).map(([{ weight = '1', weightUom = 'KG', pieces }, charge]) => ({
      weight,
      weightUom,
      charge,
      ...(pieces === undefined ? {} : { pieces }),
    })),
  },
  ['shipment', 'payment', 'stops'],
)

testMessageRoundTrips(loadTender, join(import.meta.dirname, 'fixtures'), aTender)

const PLAIN = `BGM+610+S-1+9'
  LOC+9+1'
  DTM+234:202601100800:203'
  DTM+235:202601101600:203'
  LOC+7+2'
  CPI++PP'
  NAD+SF+P2::91'
  LOC+9+1'
  NAD+CN+0012::92'
  LOC+7+2'
  GID+1+4:PX'
  MEA+PD+AAB+KGM:480'`

const { readWith, faultsWith } = messageReader(loadTender, PLAIN)

describe('an IFTMIN that is wrong is refused with the place', () => {
  test.each<[string, MessageChange, unknown[]]>([
    ['no number of the load', ['610+S-1', '610+'], ['/2/BGM/2/1', 'MISSING']],
    ['nobody pays', ["CPI++PP'", ''], ['/7/CPI', 'MISSING']],
    ['a purpose nobody knows', ['S-1+9', 'S-1+99'], ['/2/BGM/3/1', 'CODE_UNKNOWN']],
    ['nothing to load', ['LOC+9+1', 'LOC+7+1'], ['/2/BGM', 'STOPS']],
    ['nothing to unload', ['LOC+7+2', 'LOC+9+2'], ['/2/BGM', 'STOPS']],
    ['a stop that comes twice', ['LOC+7+2', 'LOC+7+1'], ['/6/LOC', 'STOPS']],
    ['a window that ends before it begins', ['202601101600', '202601100700'], ['/3/LOC', 'DATES_CROSS']],
    ['a date that is none', ['20260110', '20260132'], ['/4/DTM/1/2', 'DATE_INVALID']],
  ])('%s', (_, change, fault) => {
    expect(faultsWith(change)).toContainEqual(fault)
  })

  test('a message that names neither sender nor receiver has no stops', () => {
    const bare = readWith([
      ["LOC+9+1'\n  DTM+234:202601100800:203'\n  DTM+235:202601101600:203'\n  LOC+7+2'", ''],
      ['NAD+SF', 'NAD+FW'],
      ['NAD+CN', 'NAD+NI'],
    ])
    expect(bare.faults?.map(({ code }) => code)).toEqual(['XD_DOCUMENTS_STOPS', 'XD_DOCUMENTS_STOPS'])
  })
})

test('goods of no stop are loaded at the first, and those that nothing describes are how much there is', () => {
  const { document } = readWith()
  expect(document?.stops).toMatchObject([
    {
      action: 'pick_up',
      place: { role: 'SF', id: 'P2' },
      goods: [{ packaging: 'PX', freight: { pieces: '4', weight: '480' } }],
    },
    { action: 'drop_off', place: { role: 'CN', id: '0012' } },
  ])
  expect(readWith([['4:PX', '4']]).document?.stops[0]).toMatchObject({ freight: { pieces: '4', weight: '480' } })
})

test('goods go to the stop that their LOC names', () => {
  const { document } = readWith([['GID+1+4:PX', "GID+1+4:PX'LOC+7+2"]])
  expect(document?.stops[1]?.goods).toHaveLength(1)
})

test('a load that is cancelled needs no stops, and makes none of its parties', () => {
  const { document } = readWith([
    ['S-1+9', 'S-1+1'],
    ["LOC+9+1'\n  DTM+234:202601100800:203'\n  DTM+235:202601101600:203'\n  LOC+7+2'", ''],
  ])
  expect(document).toMatchObject({ purpose: 'cancel', stops: [], parties: [{ role: 'SF' }, { role: 'CN' }] })
})

test('a tender that names nobody is not written', () => {
  const tender: LoadTender = { shipment: 'S-1', payment: 'PP', purpose: 'cancel', stops: [] }
  expect(() => loadTender.edifact!.write(tender)).toThrow(/NAD/)
})
