import { join } from 'node:path'
import fc, { type Arbitrary } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { aDate, aFigure, aKey, anAmount, aReference, aText, list, some } from '../testing/arbitraries.ts'
import { aFreight, aRoadParty } from '../testing/road-arbitraries.ts'
import { testRoundTrips } from '../testing/round-trip.ts'
import { segmentsOf, setFrom } from '../testing/set-from.ts'
import { loadTender } from './index.ts'
import type { LoadOrder, LoadTender, Moment, Stop } from './schema.ts'

const aMoment = (date: Arbitrary<string>): Arbitrary<Moment> =>
  fc.oneof(
    fc.record({ date }),
    fc.record({ date, time: fc.constantFrom('08:30', '14:30:05'), zone: fc.constantFrom('LT', 'ET') }),
  )
const anOrder: Arbitrary<LoadOrder> = some<LoadOrder>(
  {
    reference: aKey(),
    purchaseOrder: aKey(),
    quantity: aFigure(0, 999),
    uom: fc.constant('EA'),
    weight: aFigure(1, 999),
    weightUom: fc.constant('LB'),
    volume: aFigure(1, 99),
    volumeUom: fc.constant('CF'),
  },
  ['reference', 'purchaseOrder', 'quantity', 'uom', 'weight', 'weightUom', 'volume', 'volumeUom'],
)
/** Below a stop, a place has no room for references. */
const aPlace = aRoadParty.map(({ references: _, ...party }) => ({ ...party, role: 'SF' }))
const aStop = (action: Stop['action'], code: Arbitrary<string | undefined>): Arbitrary<Stop> =>
  fc
    .tuple(
      some<Omit<Stop, 'stop' | 'action' | 'code' | 'dates'>>({
        notBefore: aMoment(fc.constant('2026-01-10')),
        notAfter: aMoment(fc.constant('2026-01-11')),
        references: list(aReference),
        freight: aFreight,
        notes: list(aText()),
        place: aPlace,
        goods: list(
          some<NonNullable<Stop['goods']>[number]>(
            { description: aText(), packaging: fc.constant('CTN25'), mark: aKey(), freight: aFreight },
            ['description'],
          ),
        ),
        orders: list(anOrder),
      }),
      code,
    )
    .map(([rest, one]) => ({ stop: '', action, ...(one === undefined ? {} : { code: one }), ...rest }))
const someStops: Arbitrary<Stop[]> = fc
  .tuple(
    list(aStop('pick_up', fc.constantFrom(undefined, 'CL', 'PL'))),
    list(aStop('drop_off', fc.constantFrom(undefined, 'CU', 'PU'))),
    fc.array(aStop('other', fc.constant('DR')), { maxLength: 1 }),
  )
  .map((groups) => groups.flat().map((stop, at) => ({ ...stop, stop: String(at + 1) })))
const aTender: Arbitrary<LoadTender> = some<LoadTender>(
  {
    shipment: aKey(30),
    scac: fc.constant('FAST'),
    payment: fc.constantFrom('PP', 'CC'),
    purpose: fc.constantFrom('cancel', 'change', 'replace'),
    type: fc.constant('LT'),
    respondBy: aMoment(aDate),
    references: list(aReference),
    notes: list(aText()),
    billTo: aRoadParty,
    parties: list(
      aRoadParty.map((party) => ({ ...party, role: 'SH' })),
      2,
    ),
    trailers: list(fc.record({ initial: fc.constant('ABCD'), number: fc.constant('123456') }), 2),
    stops: someStops,
    totals: some<NonNullable<LoadTender['totals']>>(
      {
        weight: aFigure(1, 9999),
        weightUom: fc.constantFrom('LB', 'KG'),
        rate: aFigure(2, 999),
        rateBasis: fc.constant('FR'),
        charge: anAmount,
        volume: aFigure(1, 99),
        volumeUom: fc.constant('CF'),
        pieces: aFigure(0, 99),
      },
      ['weight', 'weightUom', 'rate', 'rateBasis', 'volume', 'volumeUom'],
    ),
  },
  ['shipment', 'scac', 'payment', 'stops'],
)

testRoundTrips(loadTender, join(import.meta.dirname, 'fixtures'), aTender)

const PLAIN = 'B2**FAST**LOAD-1**PP~B2A*00~S5*1*LD~G62*37*20260110*I*0800~G62*38*20260110*K*1600~S5*2*UL~N1*CN*Store 12'
const read = (text: string) => loadTender.readX12(setFrom('204', 'SM', segmentsOf(text)))

describe('a 204 that is wrong is refused', () => {
  test.each([
    ['no number of the load', '*LOAD-1*', '**', '/2/B2/4', 'MISSING'],
    ['nobody pays', '**PP', '', '/2/B2/6', 'MISSING'],
    ['no purpose', '~B2A*00', '', '/3/B2A', 'MISSING'],
    ['a purpose nobody knows', 'B2A*00', 'B2A*99', '/3/B2A/1', 'CODE_UNKNOWN'],
    ['nothing to load', 'S5*1*LD', 'S5*1*UL', '/2/B2', 'STOPS'],
    ['nothing to unload', 'S5*2*UL', 'S5*2*LD', '/2/B2', 'STOPS'],
    ['a stop that comes twice', 'S5*2*', 'S5*1*', '/7/S5', 'STOPS'],
    ['a stop without its number', 'S5*2*', 'S5**', '/7/S5/1', 'MISSING'],
    ['a window that ends before it begins', '*20260110*K*1600', '*20260110*K*0700', '/4/S5', 'DATES_CROSS'],
    ['a date that is none', '38*20260110', '38*20260132', '/6/G62/2', 'DATE_INVALID'],
  ])('%s', (_, from, to, pointer, code) => {
    const { faults } = read(PLAIN.replace(from, to))
    expect(faults?.map((fault) => [fault.pointer, fault.code])).toContainEqual([pointer, `XD_DOCUMENTS_${code}`])
  })
})

test('a load that is cancelled needs no stops', () => {
  expect(read('B2**FAST**LOAD-1**PP~B2A*01').document).toMatchObject({ purpose: 'cancel', stops: [] })
})

test('a window is of the stop’s own kind; another date stays as it is', () => {
  const [first, second] = read(`${PLAIN}`.replace('S5*2*UL', 'S5*2*UL~G62*54*20260112*L*1200~G62*38*20260113'))
    .document!.stops
  expect(first).toMatchObject({ notBefore: { date: '2026-01-10', time: '08:00' }, notAfter: { time: '16:00' } })
  expect(second).toMatchObject({
    notAfter: { date: '2026-01-12', time: '12:00' },
    dates: [{ qualifier: '38', date: '2026-01-13' }],
  })
})

test('weight and pieces may stand at the stop itself; AT8 knows better', () => {
  const freightOf = (text: string) => read(text).document!.stops[0]?.freight
  const there = PLAIN.replace('S5*1*LD', 'S5*1*LD*5472*L*96*EA')
  expect(freightOf(there)).toEqual({ weight: '5472', weightUom: 'LB', pieces: '96' })
  expect(freightOf(there.replace('~S5*2', '~AT8*G*L*5480~S5*2'))).toEqual({ weight: '5480', weightUom: 'LB' })
})

test('an action no code says is refused, not written as another', () => {
  const tender = read(PLAIN).document!
  const write = (change: object) =>
    loadTender.writeX12({ ...tender, stops: tender.stops.map((stop) => ({ ...stop, ...change })) })
  expect(() => write({ action: 'other' })).toThrow('the action other')
  expect(() => write({ action: 'pick_up', code: 'UL' })).toThrow('under the code UL')
})

test('goods of an order on the load are goods of the stop', () => {
  const { document } = read(`${PLAIN}~OID*REL-1*4711~L5*1*Bolts~AT8*G*L*10`)
  expect(document?.stops[1]).toMatchObject({
    orders: [{ reference: 'REL-1', purchaseOrder: '4711' }],
    goods: [{ description: 'Bolts', freight: { weight: '10', weightUom: 'LB' } }],
  })
})
