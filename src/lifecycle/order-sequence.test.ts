import { expect, test } from 'vitest'
import { inTurn } from './order-sequence.ts'
import { type EarlyReport, unknownOrder } from './order-state.ts'

function waiting(from: string, sequence: number | undefined): EarlyReport {
  return { report: 'pick.started', waitsFor: '', deadline: 0, data: null, from, sequence, occurredAt: 0 }
}

test('reports of several warehouses that wait are decided by each one’s own counter, however they are mixed', () => {
  const order = unknownOrder('acme/order/o')
  order.early.push(
    ...[
      waiting('wms1', 5),
      waiting('wms2', 6),
      waiting('wms1', 3),
      waiting('wms1', 4),
      waiting('wms2', 5),
      waiting('wms2', 4),
    ],
  )
  expect(inTurn(order).map(({ from, sequence }) => `${from} ${sequence}`)).toEqual([
    'wms1 3',
    'wms1 4',
    'wms1 5',
    'wms2 4',
    'wms2 5',
    'wms2 6',
  ])
})

test('what carries no counter is decided in the order in which it came', () => {
  const order = unknownOrder('acme/order/o')
  const [first, second] = [waiting('tms', undefined), waiting('tms', undefined)]
  order.early.push(first, second)
  expect(inTurn(order)).toEqual([first, second])
})
