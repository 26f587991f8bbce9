import { describe, expect, test } from 'vitest'
import { anOrder, GivenOrder } from '../../../test/support/given-order.ts'
import type { Owed } from './options.ts'

const HOUR_MS = 3_600_000
const PENALTY = { amount: '150.00', currency: 'USD' }
const acknowledgement: Owed = { document: 'order-acknowledgement', within: '24h' }
const notice: Owed = { document: 'ship-notice', within: '1h', after: 'shipment.dispatched', penalty: PENALTY }
const invoice: Owed = { document: 'invoice', within: '2d', after: 'shipment.dispatched', warn: '1h' }

/** An order of a partner, to whom these are owed. */
function given(...owed: Owed[]): GivenOrder {
  return new GivenOrder({ options: { owed: { bigbox: owed } } })
}
const ofBigbox = anOrder({ channel: 'bigbox', partner: 'bigbox' })
const clocks = (order: GivenOrder) => [...order.floor.timers.values()].map(({ name }) => name).filter(isClock)
const isClock = (name: string) => /^(soon|due) /.test(name)
const release = (order: GivenOrder) => order.order.releases[0]?.release ?? ''

describe('an acknowledgement within 24 hours of the order', () => {
  test('that goes out in time is kept, and nobody hears of it', () => {
    const order = given(acknowledgement).received(ofBigbox)
    expect(clocks(order)).toEqual(['soon order-acknowledgement', 'due order-acknowledgement'])
    order.floor.passes(2 * HOUR_MS)
    order.approved()
    expect(order.told('deadline.kept')).toMatchObject([{ partner: 'bigbox', late: false, flagged: false }])
    expect(clocks(order)).toEqual([])
    order.floor.passes(48 * HOUR_MS)
    expect([...order.told('deadline.near'), ...order.told('deadline.missed')]).toEqual([])
  })

  test('is said to be near when a quarter of its time is left, missed at its end, and late when it goes out', () => {
    const order = given(acknowledgement).received(ofBigbox)
    const receivedAt = order.floor.now
    order.floor.passes(18 * HOUR_MS - 1)
    expect(order.told('deadline.near')).toEqual([])
    order.floor.restarts()
    order.floor.passes(1)
    const deadline = { partner: 'bigbox', document: 'order-acknowledgement', dueAt: receivedAt + 24 * HOUR_MS }
    expect(order.told('deadline.near')).toEqual([deadline])
    order.floor.passes(6 * HOUR_MS)
    expect(order.told('deadline.missed')).toEqual([deadline])
    order.floor.passes(HOUR_MS)
    order.approved()
    expect(order.told('deadline.kept')).toEqual([{ ...deadline, late: true, flagged: true }])
  })

  test('a rejection is an acknowledgement, too', () => {
    const order = given(acknowledgement).received(ofBigbox)
    order.answers('credit.check', { decision: 'declined', reason: 'bankrupt' })
    expect(order.told('document.issued').map(({ document }) => document)).toEqual(['order-acknowledgement'])
    expect(order.told('deadline.kept')).toMatchObject([{ late: false }])
    expect(clocks(order)).toEqual([])
  })
})

test('a ship notice and an invoice have a clock for each shipment', () => {
  const order = given(notice, invoice).atTheWarehouse(ofBigbox)
  expect(clocks(order)).toEqual([])
  order.ships(release(order), { shipment: 'S-1' })
  const shipment = order.order.shipments[0]?.shipment as string
  expect(order.told('deadline.kept')).toMatchObject([{ document: 'ship-notice', shipment, late: false }])
  expect(clocks(order)).toEqual([`soon invoice ${shipment}`, `due invoice ${shipment}`])
  order.floor.passes(47 * HOUR_MS)
  expect(order.told('deadline.near')).toMatchObject([{ document: 'invoice', shipment }])
  order.invoiced()
  expect(order.told('deadline.kept').at(-1)).toMatchObject({ document: 'invoice', late: false, flagged: true })
  expect(clocks(order)).toEqual([])
  expect(order.told('deadline.missed')).toEqual([])
})

test('a truck that is reported an hour too late makes its notice late, with what that costs', () => {
  const order = given(notice).atTheWarehouse(ofBigbox)
  const found = order.order.releases[0]
  if (!found) throw new Error('no release')
  const lines = found.lines.map(({ line, quantity }) => ({ line, item: line === '1' ? 'A' : 'B', quantity }))
  order.reports('pick.confirmed', { release: found.release, lines })
  order.reports('carton.closed', { release: found.release, carton: { carton: 'C-1', lines } })
  const shipped = { order: order.order.subject.split('/')[2] as string, release: found.release, shipment: 'S-9' }
  order.reports('shipment.manifested', { ...shipped, scac: 'UPSN', tracking: [] })
  const left = order.floor.now
  order.floor.passes(2 * HOUR_MS)
  order.reports(
    'shipment.dispatched',
    { ...shipped, facility: 'DC1', cartons: [{ carton: 'C-1', lines: [] }], shipDate: '2026-01-05' },
    { at: left },
  )
  const dueAt = left + HOUR_MS
  expect(order.told('deadline.missed')).toMatchObject([{ document: 'ship-notice', dueAt, penalty: PENALTY }])
  expect(order.told('deadline.kept')).toMatchObject([{ document: 'ship-notice', dueAt, late: true, flagged: true }])
  expect(clocks(order)).toEqual([])
})

test('a ship notice that is counted from the order is owed once: in time with the first truck, near when none leaves', () => {
  const dropped: Owed = { document: 'ship-notice', within: '24h', after: 'order.received', penalty: PENALTY }
  const late = given(dropped).atTheWarehouse(ofBigbox)
  late.floor.passes(18 * HOUR_MS)
  expect(late.told('deadline.near')).toMatchObject([{ document: 'ship-notice', partner: 'bigbox' }])
  late.floor.passes(6 * HOUR_MS)
  expect(late.told('deadline.missed')).toMatchObject([{ document: 'ship-notice', penalty: PENALTY }])
  const order = given(dropped).atTheWarehouse(ofBigbox)
  order.ships(release(order), { shipment: 'S-1' })
  order.floor.passes(48 * HOUR_MS)
  expect(order.told('deadline.kept')).toMatchObject([{ document: 'ship-notice', late: false, flagged: false }])
  expect(order.told('deadline.near')).toEqual([])
})

test('nobody else has clocks: an order of a shop, test data, a partner that expects nothing', () => {
  const shop = given(acknowledgement).received()
  const test = given(acknowledgement).received(anOrder({ channel: 'bigbox', partner: 'bigbox', test: true }))
  const other = given(acknowledgement).received(anOrder({ channel: 'smallbox', partner: 'smallbox' }))
  for (const order of [shop, test, other]) expect(clocks(order)).toEqual([])
})

test('a clock that the configuration no longer has says nothing', () => {
  const order = given(acknowledgement).received(ofBigbox)
  const later = new GivenOrder({ options: { owed: { bigbox: [notice] } } }).received(ofBigbox)
  later.floor.timers.clear()
  for (const [key, timer] of order.floor.timers) if (isClock(timer.name)) later.floor.timers.set(key, timer)
  later.floor.passes(48 * HOUR_MS)
  expect([...later.told('deadline.near'), ...later.told('deadline.missed')]).toEqual([])
})
