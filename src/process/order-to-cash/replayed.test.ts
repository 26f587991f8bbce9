import { expect, test } from 'vitest'
import type { JournalEvent } from '../../journal/contract.ts'
import { isReleasable, newProcess, note } from './state.ts'

const planned = (args: Record<string, unknown>): JournalEvent =>
  ({
    type: 'delivery.planned',
    data: { target: 'erp', verb: 'credit.check', key: 'o1', chain: 'o1', args, digest: '' },
  }) as unknown as JournalEvent

test('a credit check that is replayed after it was answered stops no release: its answer is not heard again', () => {
  const order = newProcess('acme/order/o1')
  Object.assign(order, { credit: 'approved', price: 'agreed' })
  note(order, planned({ replay: 'rp0/1', repeats: true }))
  expect(isReleasable(order)).toBe(true)
  note(order, planned({}))
  expect(isReleasable(order)).toBe(false)
})
