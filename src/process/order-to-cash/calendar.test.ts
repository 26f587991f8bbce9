import { expect, test } from 'vitest'
import { anOrder, GivenOrder } from '../../../test/support/given-order.ts'
import { dateOf, dayOf, localTime, releaseAt, shipDay } from './calendar.ts'
import type { Warehouse } from './options.ts'

const newYork: Warehouse = {
  facility: 'DC1',
  system: 'wms-east',
  zone: 'America/New_York',
  cutoff: '15:00',
  calendar: { days: [1, 2, 3, 4, 5], holidays: ['2026-01-19'], opens: '06:00' },
}
const at = (instant: string) => Date.parse(instant)
const ships = (instant: string, window = {}) => {
  const day = shipDay(newYork, window, at(instant))
  return day === undefined ? undefined : dateOf(day)
}

test('a day is the warehouse’s own day, not Greenwich’s', () => {
  expect(dateOf(localTime(newYork, at('2026-01-06T03:00:00Z')).day)).toBe('2026-01-05')
  expect(localTime(newYork, at('2026-07-01T12:00:00Z')).minute).toBe(8 * 60)
})

test('an order before the cut-off ships today, one after it on the next working day', () => {
  expect(ships('2026-01-05T19:59:00Z')).toBe('2026-01-05')
  expect(ships('2026-01-05T20:00:00Z')).toBe('2026-01-06')
  expect(ships('2026-01-09T20:00:00Z')).toBe('2026-01-12')
})

test('nothing ships on a holiday', () => {
  expect(ships('2026-01-16T21:00:00Z')).toBe('2026-01-20')
})

test('an order does not ship before its window, nor at all when the window is missed', () => {
  expect(ships('2026-01-05T14:00:00Z', { shipNotBefore: '2026-01-17' })).toBe('2026-01-20')
  expect(ships('2026-01-05T14:00:00Z', { requestedShip: '2026-01-08' })).toBe('2026-01-08')
  expect(ships('2026-01-05T21:00:00Z', { shipNotAfter: '2026-01-05' })).toBeUndefined()
})

test('a release goes out at the opening of the working day before it ships', () => {
  const now = at('2026-01-05T14:00:00Z')
  expect(releaseAt(newYork, dayOf('2026-01-06'), now)).toBe(now)
  expect(releaseAt(newYork, dayOf('2026-01-08'), now)).toBe(at('2026-01-07T11:00:00Z'))
})

test('the clocks going forward move no opening', () => {
  expect(releaseAt(newYork, dayOf('2026-03-10'), at('2026-03-02T12:00:00Z'))).toBe(at('2026-03-09T10:00:00Z'))
})

test('a warehouse that never opens ships nothing', () => {
  expect(shipDay({ ...newYork, calendar: { days: [] } }, {}, at('2026-01-05T14:00:00Z'))).toBeUndefined()
})

test('an order whose window opens later is promised now and released then', () => {
  const given = new GivenOrder({ options: { warehouses: [newYork] } })
    .received(anOrder({ shipNotBefore: '2026-01-14' }))
    .approved()
  expect(given.stage).toBe('accepted')
  expect(given.told('order.accepted')[0]?.lines[0]).toMatchObject({ shipDate: '2026-01-14' })
  expect(given.order.releases).toEqual([])
  given.floor.passes(at('2026-01-13T11:00:00Z') - given.floor.now)
  expect(given.asked('warehouse.release').body).toMatchObject({ notBefore: '2026-01-14' })
})

test('an order that no warehouse can ship in time is held, and says so', () => {
  const given = new GivenOrder({ options: { warehouses: [newYork] } })
    .received(anOrder({ shipNotAfter: '2026-01-04' }))
    .approved()
  expect(given.order.holds).toEqual(['manual'])
  expect(given.told('order.held')).toMatchObject([{ reason: 'no warehouse can ship it by 2026-01-04' }])
})

test('a carrier a warehouse does not ship with rules the warehouse out', () => {
  const warehouses = [
    { ...newYork, carriers: ['FDEG'] },
    { facility: 'DC2', system: 'wms-west' },
  ]
  const given = new GivenOrder({ options: { warehouses }, stock: { DC1: { A: 99, B: 99 }, DC2: { A: 99, B: 99 } } })
    .received(anOrder({ carrier: { scac: 'UPSN' } }))
    .approved()
  expect(given.order.releases).toMatchObject([{ facility: 'DC2' }])
})
