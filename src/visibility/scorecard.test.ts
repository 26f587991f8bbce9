import { expect, test } from 'vitest'
import type { JournalEvent } from '../journal/contract.ts'
import { clockCounts, scorecard } from './scorecard.ts'

const HOUR_MS = 3_600_000

function event(type: 'deadline.kept' | 'deadline.missed', partner: string, document: string, late = false, hour = 10) {
  const data = { partner, document, dueAt: 0, ...(type === 'deadline.kept' ? { late, flagged: late } : {}) }
  return { type, subject: 'acme/order/o1', at: hour * HOUR_MS + 5, data } as unknown as JournalEvent
}
const expected = [
  {
    document: 'ship-notice',
    within: '1h',
    after: 'shipment.dispatched',
    penalty: { amount: '150.00', currency: 'USD' },
  },
  { document: 'order-acknowledgement', within: '24h', after: 'order.received' },
]

test('a scorecard counts what was in time, late, and is overdue still, and what that may cost', () => {
  const counts = clockCounts([
    event('deadline.kept', 'bigbox', 'ship-notice'),
    event('deadline.kept', 'bigbox', 'ship-notice', false, 11),
    event('deadline.missed', 'bigbox', 'ship-notice'),
    event('deadline.missed', 'bigbox', 'ship-notice'),
    event('deadline.kept', 'bigbox', 'ship-notice', true, 12),
    event('deadline.kept', 'smallbox', 'ship-notice', true),
    event('deadline.kept', 'bigbox', 'order-acknowledgement'),
  ])
  expect(counts).toContainEqual({ tenant: 'acme', name: 'clock missed ship-notice bigbox', hour: 10, count: 2 })
  expect(scorecard('bigbox', expected, counts)).toEqual([
    { ...expected[0], inTime: 2, late: 1, overdue: 1, share: 0.5, atRisk: { amount: '300.00', currency: 'USD' } },
    { ...expected[1], inTime: 1, late: 0, overdue: 0, share: 1 },
  ])
})

test('a partner of whom nothing is known yet has no share', () => {
  expect(scorecard('newbox', expected, []).map(({ share, inTime }) => [share, inTime])).toEqual([
    [null, 0],
    [null, 0],
  ])
})
