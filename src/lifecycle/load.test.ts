import { expect, test } from 'vitest'
import { Floor } from '../../test/support/given.ts'
import type { JournalEvent, Report } from '../journal/contract.ts'
import type { EventData, OfLoad } from './events.ts'
import { loadRoom } from './load.ts'
import { loadLoad, type OfLoadType, saveLoad, unknownLoad } from './load-state.ts'
import { flaggedByLoad } from './order-load.ts'

const SUBJECT = 'acme/load/fast'
const HOUR = 3_600_000

/** The room of loads: DC1 tenders to Fast Freight; others may be carried by it, or by Slow Freight. */
const opened = () =>
  new Floor([
    loadRoom({
      carriers: [
        { name: 'fast', scac: 'FAST', patienceMs: HOUR },
        { name: 'slow', scac: 'SLOW' },
      ],
      tendersTo: (facility) => (facility === 'DC1' ? 'fast' : undefined),
    }),
  ])

let position = 0
const shipped = (floor: Floor, order: string, over: Partial<EventData['order.shipped']> = {}) => {
  position += 1
  const data = { shipment: `wms1-S-${position}`, release: 'r1', facility: 'DC1', lines: [], ...over }
  const event = {
    type: 'order.shipped',
    subject: `acme/order/${order}`,
    lane: 1,
    position,
    source: 'wms1',
    at: floor.now,
    occurredAt: floor.now,
    data,
  } as unknown as JournalEvent
  floor.takes({ kind: 'heard', subject: SUBJECT, event })
  return data.shipment
}

const says = (floor: Floor, type: OfLoadType, references: readonly string[], more: object = {}) => {
  const data = { references, ...more }
  const report = { kind: 'report', type, subject: SUBJECT, source: 'fast', occurredAt: floor.now, data }
  return floor.takes(report as unknown as Report)
}
const inTransit = { report: 'shipment.milestone', code: 'in_transit', at: '2026-01-06T10:00:00.000Z' }
const about = (events: readonly JournalEvent[]) =>
  events.map(({ type, data }) => [type, (data as OfLoad).order ?? (data as OfLoad).references])

test('a shipment is known by our number, whole, cut or bare, by its bill of lading and by the carrier’s own number', () => {
  const floor = opened()
  const shipment = shipped(floor, 'o1', { shipment: 'wms1-S-4711', bol: 'B-9', pro: 'P-3' })
  for (const name of [`shipment ${shipment}`, 'shipment S-4711', 'bol B-9', 'pro P-3']) {
    const at = `2026-01-06T${10 + position++}:00:00.000Z`
    expect(about(says(floor, 'load.status_told', ['bol OTHER', name], { ...inTransit, at }))).toEqual([
      ['load.status_told', 'o1'],
    ])
  }
})

test('the number on the only parcel is the shipment’s, one of several is not', () => {
  const floor = opened()
  const parcel = (carton: string, tracking: string) => ({ carton, tracking, lines: [] })
  shipped(floor, 'o1', { cartons: [parcel('C1', '1Z-1')] })
  shipped(floor, 'o2', { cartons: [parcel('C2', '1Z-2'), parcel('C3', '1Z-3')] })
  expect(about(says(floor, 'load.status_told', ['pro 1Z-1'], inTransit))).toEqual([['load.status_told', 'o1']])
  const early = says(floor, 'load.status_told', ['pro 1Z-2'], inTransit)
  expect(early.map(({ type }) => type)).toEqual(['report.early'])
})

test('a bill of lading may cover several shipments: all of them hear it, each once', () => {
  const floor = opened()
  shipped(floor, 'o1', { bol: 'B-1' })
  shipped(floor, 'o2', { bol: 'B-1' })
  expect(about(says(floor, 'load.status_told', ['bol B-1'], inTransit))).toEqual([
    ['load.status_told', 'o1'],
    ['load.status_told', 'o2'],
  ])
  expect(says(floor, 'load.status_told', ['bol B-1'], inTransit)).toEqual([])
})

test('what comes before the shipment leaves waits, and is told in the order in which it happened', () => {
  const floor = opened()
  says(floor, 'load.status_told', ['shipment S-X', 'bol B-2'], { ...inTransit, code: 'arrived_at_delivery' })
  floor.now -= HOUR
  says(floor, 'load.status_told', ['shipment S-X', 'bol B-2'], inTransit)
  floor.now += HOUR
  shipped(floor, 'o1', { bol: 'B-2' })
  const told = floor.events.filter(({ type }) => type === 'load.status_told')
  expect(told.map(({ data }) => (data as EventData['load.status_told']).code)).toEqual([
    'in_transit',
    'arrived_at_delivery',
  ])
  expect(floor.passes(2 * HOUR)).toEqual([])
})

test('what nobody knows is refused in its own time, not with what came before it', () => {
  const floor = opened()
  says(floor, 'load.answered', ['shipment S-X'], { response: 'accepted' })
  floor.passes(HOUR / 2)
  says(floor, 'load.billed', ['shipment S-X'], { number: 'F-1', date: '2026-01-06', amount: usd('1') })
  const first = floor.passes(HOUR / 2)
  expect(first.map(({ data }) => data)).toMatchObject([{ report: 'load.answered', code: 'EARLY_TOO_LONG' }])
  const second = floor.passes(HOUR / 2)
  expect(second.map(({ data }) => data)).toMatchObject([{ report: 'load.billed', code: 'EARLY_TOO_LONG' }])
  shipped(floor, 'o1', { shipment: 'wms1-S-X' })
  expect(floor.events.filter(({ type }) => type === 'load.answered')).toEqual([])
})

test('a load is whom it is tendered to, and whom the warehouse names; others hear nothing of it', () => {
  const { hears } = loadRoom({
    carriers: [
      { name: 'fast', scac: 'FAST' },
      { name: 'slow', scac: 'SLOW' },
    ],
    tendersTo: (facility) => (facility === 'DC1' ? 'fast' : 'carrier'),
  })
  const heard = (facility: string, scac?: string) =>
    hears?.['order.shipped']?.({ subject: 'acme/order/o1', data: { facility, scac } } as never)
  expect(heard('DC1', 'SLOW')).toEqual(['acme/load/fast', 'acme/load/slow'])
  expect(heard('DC1', 'FAST')).toEqual(['acme/load/fast'])
  expect(heard('DC2', 'SLOW')).toEqual(['acme/load/slow'])
  expect([heard('DC2', 'UPSN'), heard('DC2')]).toEqual([[], []])
})

const usd = (amount: string) => ({ amount, currency: 'USD' })

test('a bill is compared with what was said when the goods left: more, or other money, is for a person', () => {
  const floor = opened()
  shipped(floor, 'o1', { shipment: 'wms1-S-1', freight: usd('100.00') })
  shipped(floor, 'o2', { shipment: 'wms1-S-2' })
  const billed = (shipment: string, amount: { amount: string; currency: string }) => {
    const bill = { number: `F-${position++}`, date: '2026-01-08', amount }
    const [event] = says(floor, 'load.billed', [`shipment ${shipment}`], bill)
    return event && flaggedByLoad(event)?.data
  }
  expect([billed('S-1', usd('100')), billed('S-1', usd('99.99')), billed('S-2', usd('500'))]).toEqual([
    undefined,
    undefined,
    undefined,
  ])
  expect(billed('S-1', usd('100.01'))).toMatchObject({ cause: 'freight differs', partner: 'fast' })
  expect(billed('S-1', { amount: '50', currency: 'CAD' })).toMatchObject({
    reason: expect.stringMatching(/^fast bills 50 CAD for shipment wms1-S-1 \(F-\d+\), and 100.00 USD was said$/),
  })
})

test('a name that nobody knows leaves no row, and one that is known comes back as it was', () => {
  const state = unknownLoad()
  expect(saveLoad(state)).toBeNull()
  state.loads.push({ order: 'o1', shipment: 'S-1', facility: 'DC1' })
  expect(loadLoad(saveLoad(state) ?? [])).toEqual(state)
})
